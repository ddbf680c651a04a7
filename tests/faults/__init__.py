"""Faults by the hundred against the real engine and real servers: ``packaging/dev.py faults``."""
