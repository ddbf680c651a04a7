"""Pictures that a message would fetch from a web server, and what may be done about them."""

from __future__ import annotations

from enum import Enum

from mel_desktop.model.values import dataclass


class Following(Enum):
    """Why a picture is taken for one that tells its sender who reads. Values are for people's words
    and the command line.
    """

    NOT = ""
    TINY = "tiny"  # 0 or 1 pixel wide or high
    HIDDEN = "hidden"  # inside what is not shown
    KNOWN = "known"  # an address of a known service of such pictures
    UNIQUE = "unique"  # without a size, and its address is a long token


@dataclass(frozen=True, slots=True)
class RemoteImage:
    """One ``<img>`` of a message. ``width``, ``height``: pixels that the message says, or None."""

    address: str
    width: int | None = None
    height: int | None = None
    following: Following = Following.NOT


class Consent(Enum):
    """Whether the pictures of a message may be fetched, and by whose word."""

    ASK = "ask"
    ONCE = "once"  # this message, until the program ends
    SENDER = "sender"  # always for this sender
    NEVER = "never"  # a policy


@dataclass(frozen=True, slots=True)
class RemoteView:
    """How the remote pictures of a message stand.

    ``html``: the sanitised HTML with ``cid:mel-remote-N`` in the place of picture N of the message;
    "" as long as nothing may be shown. ``here``, ``missing``, ``failed``: numbers of pictures that
    are in the store, could be fetched, and could not be had. ``sure``: the sender is who it says,
    so that a consent for the sender means something.
    """

    consent: Consent
    html: str = ""
    shown: int = 0  # pictures that would be drawn
    following: int = 0  # and those that never are
    here: tuple[int, ...] = ()
    missing: tuple[int, ...] = ()
    failed: tuple[int, ...] = ()
    sure: bool = True
