"""Packages that import ``agents``, run unmodified on this one: ``make ecosystem``."""
