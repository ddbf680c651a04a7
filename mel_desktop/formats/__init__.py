"""Bytes to values and back, one module a format. No IO: the caller reads and writes."""
