"""How calls move: through LiteLLM, or a caller's own OpenAI client.

A transport knows nothing of what it carries. It maps what goes wrong underneath to our exceptions, once. Above stands
:mod:`agents.models`; below is the vocabulary.
"""
