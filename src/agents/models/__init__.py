"""Models: the only place where a codec, a transport and a profile meet."""

from .openai_defaults import get_default_model, get_default_model_settings

__all__ = ["get_default_model", "get_default_model_settings"]
