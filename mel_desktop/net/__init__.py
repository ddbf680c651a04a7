"""Adapters to servers. Each converts its library's exceptions to model.errors, once."""
