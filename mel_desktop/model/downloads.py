"""A large file that a web server publishes, as it comes in pieces and over several days."""

from __future__ import annotations

from collections.abc import Iterable

from mel_desktop.model.values import dataclass

GZIP = "gzip"


@dataclass(frozen=True, slots=True)
class Version:
    """By what a server knows one state of a file again (RFC 9110 8.8).

    ``resumes_by``: what If-Range may say of it (13.1.5), "" where a rest cannot be asked for.
    """

    etag: str = ""
    modified: str = ""  # Last-Modified, as it came
    resumes_by: str = ""

    @property
    def is_known(self) -> bool:
        """Whether the server can be asked if it is still the newest."""
        return bool(self.etag or self.modified)


@dataclass(frozen=True, slots=True)
class Part:
    """What is here of a file that was cut: so many octets of that version and coding."""

    version: Version
    coding: str  # "" or GZIP
    came: int
    size: int | None  # of the whole, where it was said


@dataclass(frozen=True, slots=True)
class Arrival:
    """An answer whose content comes by ``pieces``, once, from octet ``start`` on.

    ``unchanged``: the version that was named is still the newest; nothing comes then.
    """

    version: Version
    coding: str = ""
    start: int = 0
    size: int | None = None
    unchanged: bool = False
    pieces: Iterable[bytes] = ()
