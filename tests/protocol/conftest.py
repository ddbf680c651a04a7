"""Fixtures of the protocol suite."""

from tests.support.scripted_imap import scripted

__all__ = ["scripted"]
