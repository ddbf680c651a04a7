"""Adapters to the operating system: keyring, clock, files, policies."""
