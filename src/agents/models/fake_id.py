"""The id that ``openai-agents`` gives to items of models that give none.

Nothing made here bears it. Histories that were made there do, and no service is sent it.
"""

FAKE_RESPONSES_ID = "__fake_id__"
