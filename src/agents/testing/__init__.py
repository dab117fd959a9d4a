"""What tests of agents need: a model that plays a script, and the simulator of the providers' wire protocols.

The names load with their first use, so that a test of a script does not load the simulator's web server
(:mod:`agents.testing.simulator`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..util._lazy import names_from

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

_HOME = {**dict.fromkeys(__all__, "model_script"), "ScriptedModel": "scripted_model"}

__getattr__ = names_from(_HOME, globals(), within=".")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
