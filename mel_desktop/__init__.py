"""Mel Desktop: offline-first, encrypted mail and school directory for teachers."""

__version__ = "0.1.0"
