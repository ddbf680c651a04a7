"""What remote pictures of messages need from outside; see ports.py for the rules."""

from __future__ import annotations

from typing import Protocol

from mel_desktop.ports import Meter


class PictureSource(Protocol):
    """Web servers that anybody may name in a message: nothing of this computer is told to them but
    that somebody asks.
    """

    def __call__(self, address: str, *, most: int, meter: Meter, account: int, proxy: str) -> bytes:
        """A picture of at most so many octets. ServerSaid | ServerBroken | ConnectionTrouble |
        Cancelled; ServerBroken(why="private-address") for what is no public web server.
        """
        ...
