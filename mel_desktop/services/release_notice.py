"""Whether a later version is out: told where a policy wants it, and nothing more than told.

Rule 1: nothing is asked without ``updates.update_notice``, and nothing is ever installed: IT does.
Rule 2: nothing of an answer is read before its Ed25519 signature is good under a key of the
program. Rule 3: never back: a notice with a lower serial than one that was read is refused, and so
is another one with the same serial. Rule 4: one that has expired is not believed: who keeps the
new ones away is noticed. What is asked tells nobody anything: an address, no version, no name.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from logging import getLogger
from typing import Final

from mel_desktop.formats.release_notice import KIND, read_notice, version_of_program
from mel_desktop.formats.signed_data import read_container
from mel_desktop.model.errors import Cancelled, ErrorCode, LocalRefusal, MelError
from mel_desktop.model.release_notice import NoticeFacts, NoticeState, ReleaseNotice
from mel_desktop.ports import Clock
from mel_desktop.services.signed_data import is_signed
from mel_desktop.store import settings
from mel_desktop.store.database import Database, Transaction

log = getLogger("mel.data")

KEPT: Final = "release-notice"
SERIAL: Final = "release-notice.serial"
LOOKED: Final = "release-notice.looked"
TROUBLE: Final = "release-notice.trouble"
EVERY: Final = timedelta(days=1)
SOONER: Final = timedelta(hours=4)  # after trouble
# Answers that are no notice of the authors, or an old one: somebody may be at work.
SUSPECT: Final = frozenset({"bad-signature", "older-data", "no-signed-data", "unknown-data",
                            "bad-release-notice", "expired-notice"})  # fmt: skip


class ReleaseNotices:
    """Of one profile. ``fetch`` blocks: MelError."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        url: str,
        program: str,
        keys: Sequence[bytes],
        fetch: Callable[[str], bytes],
    ) -> None:
        """``url``: the policy's, "" for none; ``program``: its own version."""
        self._database = database
        self._clock = clock
        self._url = url
        self._program = version_of_program(program)
        self._keys = tuple(keys)
        self._fetch = fetch

    def facts(self) -> NoticeFacts:
        """As it was last read; asks nobody."""
        if not self._url:
            return NoticeFacts(NoticeState.OFF)
        trouble, looked = self._kept(TROUBLE), self._looked_at()
        notice = self._stored()
        if notice is None:
            state = NoticeState.REFUSED if trouble in SUSPECT else NoticeState.UNREAD
        elif notice.expires_at < self._clock.now():
            state = NoticeState.EXPIRED
        else:
            is_newer = notice.version > self._program
            state = NoticeState.NEWER if is_newer else NoticeState.CURRENT
        return NoticeFacts(state, notice, looked, trouble)

    def look(self) -> NoticeFacts:
        """Ask now. Network: blocks. Trouble is kept and told by ``facts``; OFFLINE | Cancelled."""
        if not self._url:
            return self.facts()
        trouble = ""
        try:
            self._take(self._fetch(self._url))
        except Cancelled:
            raise
        except MelError as error:
            if error.code is ErrorCode.OFFLINE:
                raise
            trouble = str(error.facts.get("why", "")) or error.code.text
            log.warning("the notice of releases is not taken: %s", trouble)
        now = self._clock.now().isoformat()

        def remember(tx: Transaction) -> None:
            settings.save(tx, LOOKED, now)
            settings.save(tx, TROUBLE, trouble)

        self._database.write(remember)
        return self.facts()

    def chore(self, stopping: Callable[[], bool]) -> None:
        """As app.keeper calls it: once a day, sooner after trouble."""
        if not self._url or stopping():
            return
        looked = self._looked_at()
        pause = SOONER if self._kept(TROUBLE) else EVERY
        if looked is not None and timedelta() <= self._clock.now() - looked < pause:
            return
        try:
            self.look()
        except MelError as error:
            if error.code is not ErrorCode.OFFLINE:
                raise

    # -- inside ------------------------------------------------------------------------------------

    def _take(self, octets: bytes) -> None:
        notice = self._read(octets)
        if notice.expires_at < self._clock.now():
            raise LocalRefusal(ErrorCode.BAD_FILE, why="expired-notice")
        text = base64.b64encode(octets).decode("ascii")
        if text == self._kept(KEPT):
            return

        def keep(tx: Transaction) -> None:
            highest = int(settings.load(tx, SERIAL) or 0)
            if notice.serial <= highest and text != settings.load(tx, KEPT):
                raise LocalRefusal(ErrorCode.BAD_FILE, why="older-data", found=notice.serial)
            settings.save(tx, KEPT, text)
            settings.save(tx, SERIAL, str(notice.serial))

        self._database.write(keep, durable=True)
        log.info("a notice of version %s was read", notice.name)

    def _read(self, octets: bytes) -> ReleaseNotice:
        """LocalRefusal(BAD_FILE)."""
        container = read_container(octets)
        if not is_signed(container, self._keys):
            raise LocalRefusal(ErrorCode.BAD_FILE, why="bad-signature")
        if container.kind != KIND:
            raise LocalRefusal(ErrorCode.BAD_FILE, why="unknown-data")
        notice = read_notice(container.content)
        if notice.serial != container.version:
            raise LocalRefusal(ErrorCode.BAD_FILE, why="bad-release-notice", part="serial")
        return notice

    def _stored(self) -> ReleaseNotice | None:
        """Verified each time: its key may have been withdrawn."""
        text = self._kept(KEPT)
        if not text:
            return None
        try:
            return self._read(base64.b64decode(text, validate=True))
        except (LocalRefusal, binascii.Error) as error:
            log.warning("the stored notice of a release is not used: %s", error)
            return None

    def _looked_at(self) -> datetime | None:
        text = self._kept(LOOKED)
        return datetime.fromisoformat(text) if text else None

    def _kept(self, name: str) -> str:
        with self._database.read() as reader:
            return settings.load(reader, name) or ""
