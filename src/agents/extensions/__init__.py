"""What stands around the core: adapters and helpers that are imported by name."""
