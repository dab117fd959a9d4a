"""The run loop and its steps: prepare, call the model, resolve, act, until there is a final output.

Above stands :mod:`agents.run`; below are models (known by their interface alone) and declarations.
"""
