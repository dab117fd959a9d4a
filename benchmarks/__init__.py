"""The project measured against ``openai-agents``: each figure is a ratio of the two in one run (see ``__main__``)."""
