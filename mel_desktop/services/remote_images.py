"""Remote pictures of messages: blocked, until a person lets those of a message or a sender come.

Rule 1: ``view``, ``price`` and ``picture`` open no connection; ``fetch`` does, and only for what
was allowed. Rule 2: tracking pictures are never fetched. Rule 3: a consent for a sender holds only
where the message is sure to be from that sender (``is_sure``).
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable
from typing import Final

from mel_desktop.logic import remote_images as judging
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.errors import (
    ConnectionTrouble,
    ErrorCode,
    LocalRefusal,
    ServerBroken,
    ServerSaid,
)
from mel_desktop.model.links import Price
from mel_desktop.model.mail import MessageId
from mel_desktop.model.remote_images import Consent, Following, RemoteImage, RemoteView
from mel_desktop.ports import Clock
from mel_desktop.remote_ports import PictureSource
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.links import Links
from mel_desktop.services.meters import Meters
from mel_desktop.services.safe_texts import SafeTexts
from mel_desktop.store import reading as rows
from mel_desktop.store import remote_images as store
from mel_desktop.store.database import Database

logger = logging.getLogger("mel.reading")

MOST_PICTURES: Final = 100  # of a message
MOST_OCTETS: Final = 4 * 1024 * 1024  # of a picture
MOST_OF_MESSAGE: Final = 12 * 1024 * 1024
NEVER: Final = "never"


class RemoteImages:
    """``policy``: reading.remote_images."""

    def __init__(
        self,
        database: Database,
        accounts: Accounts,
        source: PictureSource,
        links: Links,
        meters: Meters,
        clock: Clock,
        safe: SafeTexts,
        policy: str = "ask",
    ) -> None:
        self._database = database
        self._accounts = accounts
        self._source = source
        self._links = links
        self._meters = meters
        self._clock = clock
        self._safe = safe
        self._policy = policy
        self._once: set[MessageId] = set()
        self._failed: dict[MessageId, set[bytes]] = {}
        self._fetching = threading.Lock()
        self.is_sure: Callable[[MessageId], bool] = lambda _: True

    # -- local ---------------------------------------------------------------------------------

    def view(self, message: MessageId) -> RemoteView:
        """How the pictures of a message stand. LocalRefusal(NOT_FOUND)."""
        stored, pictures = self._pictures(message)
        consent = self._consent(message, stored.sender.address)
        wanted = _wanted(pictures)
        follows = sum(one.following is not Following.NOT for one in pictures)
        sure = bool(stored.sender.address) and self.is_sure(message)
        if consent in (Consent.ASK, Consent.NEVER) or not wanted:
            return RemoteView(consent, "", len(wanted), follows, sure=sure)
        keys = {number: _key(pictures[number].address) for number in wanted}
        with self._database.read() as reader:
            here = store.here(reader, message, tuple(keys.values()))
        failed = self._failed.get(message, set())
        return RemoteView(
            consent,
            self._safe.of(stored.html).numbered,
            len(wanted),
            follows,
            here=tuple(number for number, key in keys.items() if key in here),
            missing=tuple(n for n, key in keys.items() if key not in here and key not in failed),
            failed=tuple(n for n, key in keys.items() if key not in here and key in failed),
            sure=sure,
        )

    def picture(self, message: MessageId, number: int) -> bytes | None:
        """A picture that is here, and may be shown."""
        stored, pictures = self._pictures(message)
        if number not in _wanted(pictures):
            return None
        if self._consent(message, stored.sender.address) in (Consent.ASK, Consent.NEVER):
            return None
        with self._database.read() as reader:
            return store.octets(reader, message, _key(pictures[number].address))

    def price(self, message: MessageId) -> Price:
        """About what the missing pictures cost, from the sizes that the message tells."""
        stored, pictures = self._pictures(message)
        keys = [_key(pictures[number].address) for number in _wanted(pictures)]
        with self._database.read() as reader:
            here = store.here(reader, message, keys)
        octets = sum(
            judging.guessed_size(pictures[number].width, pictures[number].height)
            for number in _wanted(pictures)
            if _key(pictures[number].address) not in here
        )
        return self._links.price_down(stored.account, octets)

    def price_of_whole(self, message: MessageId) -> Price:
        """What the whole message costs. LocalRefusal(NOT_FOUND)."""
        stored, _ = self._pictures(message)
        return self._links.price_down(stored.account, stored.size)

    # -- consent -------------------------------------------------------------------------------

    def allow_once(self, message: MessageId) -> None:
        """The pictures of this message, until the program ends. POLICY."""
        self._check_policy()
        self._once.add(message)
        self._failed.pop(message, None)

    def allow_sender(self, message: MessageId) -> str:
        """Always for the sender of this message; the address. POLICY | USAGE(why="unsure")."""
        self._check_policy()
        stored, _ = self._pictures(message)
        if not stored.sender.address or not self.is_sure(message):
            raise LocalRefusal(ErrorCode.USAGE, why="unsure")
        now = self._clock.now()
        self._database.write(lambda tx: store.allow(tx, stored.sender.address, now))
        self._failed.pop(message, None)
        return stored.sender.address

    def senders(self) -> tuple[str, ...]:
        """Those who are always allowed."""
        with self._database.read() as reader:
            return store.senders(reader)

    def forget_sender(self, address: str) -> None:
        """To be asked again."""
        self._database.write(lambda tx: store.forget(tx, address))

    def is_never(self) -> bool:
        """Whether a policy forbids all of it."""
        return self._policy == NEVER

    def _check_policy(self) -> None:
        if self.is_never():
            raise LocalRefusal(ErrorCode.POLICY, policy="reading.remote_images")

    def _consent(self, message: MessageId, sender: str) -> Consent:
        if self.is_never():
            return Consent.NEVER
        if message in self._once:
            return Consent.ONCE
        with self._database.read() as reader:
            allowed = bool(sender) and store.is_allowed(reader, sender)
        return Consent.SENDER if allowed and self.is_sure(message) else Consent.ASK

    # -- network -------------------------------------------------------------------------------

    def fetch(self, message: MessageId) -> RemoteView:
        """Bring what is missing and allowed. ConnectionTrouble(OFFLINE) | Cancelled | NOT_FOUND;
        a picture that cannot be had is ``failed``.
        """
        with self._fetching:  # one message after the other: whoever waits may find them here
            self._fetch(message)
        return self.view(message)

    def _fetch(self, message: MessageId) -> None:
        stored, pictures = self._pictures(message)
        if self._consent(message, stored.sender.address) in (Consent.ASK, Consent.NEVER):
            return
        now = self._clock.now()
        addresses = {_key(pictures[n].address): pictures[n].address for n in _wanted(pictures)}
        self._database.write(lambda tx: store.take_over(tx, message, tuple(addresses), now))
        with self._database.read() as reader:
            here = store.here(reader, message, tuple(addresses))
        failed = self._failed.setdefault(message, set())
        left = MOST_OF_MESSAGE
        try:
            for key, address in addresses.items():
                if key in here or key in failed:
                    continue
                octets = self._one(stored.account, address, min(left, MOST_OCTETS))
                if octets is None:
                    failed.add(key)
                    continue
                left -= len(octets)
                self._put(message, key, octets)
        finally:
            self._links.book(stored.account)
            self._database.write(lambda tx: store.tidy(tx, self._clock.now()))

    def _one(self, account: AccountId, address: str, most: int) -> bytes | None:
        """A picture; None where it cannot be had."""
        if self._links.is_closed(account):
            raise ConnectionTrouble(ErrorCode.OFFLINE)
        try:
            return self._source(
                address,
                most=most,
                meter=self._meters.of(account),
                account=int(account),
                proxy=self._accounts.get(account).proxy,
            )
        except (ServerSaid, ServerBroken) as error:
            logger.info("a remote picture is not shown: %s", error.code.value)
        except ConnectionTrouble as error:
            if error.code is ErrorCode.OFFLINE:
                raise
            logger.info("a remote picture is not shown: %s", error.code.value)
        return None

    def _put(self, message: MessageId, key: bytes, octets: bytes) -> None:
        now = self._clock.now()
        self._database.write(lambda tx: store.put(tx, message, key, octets, now))

    # -- inside --------------------------------------------------------------------------------

    def _pictures(self, message: MessageId) -> tuple[rows.StoredMessage, tuple[RemoteImage, ...]]:
        with self._database.read() as reader:
            stored = rows.message(reader, message)
        if stored is None:
            raise LocalRefusal(ErrorCode.NOT_FOUND, kind="message")
        return stored, self._safe.of(stored.html).pictures if stored.html else ()


def _wanted(pictures: tuple[RemoteImage, ...]) -> tuple[int, ...]:
    """Numbers of those that are there to be looked at."""
    found = (n for n, one in enumerate(pictures) if one.following is Following.NOT)
    return tuple(found)[:MOST_PICTURES]


def _key(address: str) -> bytes:
    return hashlib.sha256(address.encode()).digest()
