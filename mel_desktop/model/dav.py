"""Address books of a CardDAV server as values."""

from __future__ import annotations

from dataclasses import field

from mel_desktop.model.accounts import Secret
from mel_desktop.model.values import dataclass


@dataclass(frozen=True, slots=True)
class DavSignIn:
    """With what requests are signed: Basic (RFC 7617), or Bearer (RFC 6750) without a login."""

    secret: Secret
    login: str = ""


@dataclass(frozen=True, slots=True)
class DavBook:
    """An address book. ``href``: its path on the server."""

    href: str
    name: str
    can_sync: bool  # sync-collection (RFC 6578)


@dataclass(frozen=True, slots=True)
class DavChanges:
    """What is other than it was: ``etags`` by href of cards that are new or changed; ``gone``.

    ``is_whole``: all that there is, not only what changed. ``complete`` False: the server cut it.
    """

    etags: dict[str, str] = field(default_factory=dict)
    gone: tuple[str, ...] = ()
    token: str = ""
    is_whole: bool = False
    complete: bool = True


@dataclass(frozen=True, slots=True)
class DavCard:
    """A card as the server gives it; ``text`` is "" for one that is gone, or too large to take."""

    href: str
    etag: str
    text: str
    is_too_large: bool = False
    is_gone: bool = False
