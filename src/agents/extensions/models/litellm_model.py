"""``LitellmModel``: any model that LiteLLM reaches. Needs ``pip install "polyglot-agents[litellm]"``.

Importing this module does not import ``litellm``, which takes seconds: the first call does.
"""

from ...models.litellm import LitellmModel, litellm_or_error

litellm_or_error()

__all__ = ["LitellmModel"]
