"""What tests of agents need: a model that plays a script, and the simulator of the providers' wire protocols.

The names load with their first use, so that a test of a script does not load the simulator's web server
(:mod:`agents.testing.simulator`).
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .model_script import InvalidModelStep as InvalidModelStep
    from .model_script import ModelCall as ModelCall
    from .model_script import ModelScriptError as ModelScriptError
    from .model_script import ModelStep as ModelStep
    from .model_script import ModelStepSpec as ModelStepSpec
    from .model_script import UnconsumedModelSteps as UnconsumedModelSteps
    from .model_script import UnexpectedModelCall as UnexpectedModelCall
    from .model_script import assistant_message as assistant_message
    from .model_script import function_call as function_call
    from .scripted_model import ScriptedModel as ScriptedModel

__all__ = [
    "InvalidModelStep",
    "ModelCall",
    "ModelScriptError",
    "ModelStep",
    "ModelStepSpec",
    "ScriptedModel",
    "UnconsumedModelSteps",
    "UnexpectedModelCall",
    "assistant_message",
    "function_call",
]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = ".scripted_model" if name == "ScriptedModel" else ".model_script"
    value: object = getattr(importlib.import_module(home, __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
