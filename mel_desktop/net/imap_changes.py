"""What changes a mailbox: STORE, MOVE, COPY, EXPUNGE, APPEND (RFC 3501, 4315, 6851, 7889)."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime

from mel_desktop.model.errors import ErrorCode, ServerSaid
from mel_desktop.model.mail import Flags
from mel_desktop.net.imap_dialogue import Dialogue, append_limit
from mel_desktop.net.imap_grammar import (
    Literal,
    Status,
    number,
    read_copyuid,
    read_status,
    write_date,
    write_flags,
    write_sets,
)

NO_FLAGS = Flags()


class Changing(Dialogue):
    """Changes in the open folder, and new messages."""

    def store(self, uids: Sequence[int], add: Flags, remove: Flags) -> None:
        """Add, then remove flags."""
        self._changing()
        actions = [(b"+", add), (b"-", remove)]
        commands = [
            [b"UID STORE %s %sFLAGS.SILENT %s" % (one, sign, write_flags(flags))]
            for sign, flags in actions
            if flags != NO_FLAGS
            for one in write_sets(uids)
        ]
        if not commands:
            return
        with self._selected.own_changes():
            statuses = self._wire.run_all(commands)
        for status in statuses:
            if status.code != "EXPUNGEISSUED":  # some were gone already
                self._check("STORE", status)

    def move(self, uids: Sequence[int], target: str) -> dict[int, int]:
        """UID MOVE. Old UID -> new UID as far as COPYUID told."""
        self._changing()
        with self._selected.own_changes():
            return self._transfer(b"UID MOVE", uids, target)

    def copy(self, uids: Sequence[int], target: str) -> dict[int, int]:
        """UID COPY. Old UID -> new UID as far as COPYUID told."""
        return self._transfer(b"UID COPY", uids, target)

    def _transfer(self, verb: bytes, uids: Sequence[int], target: str) -> dict[int, int]:
        mapping: dict[int, int] = {}

        def learn(status: Status | None) -> bool:
            if status is None or status.code != "COPYUID":
                return False
            mapping.update(read_copyuid(status.value, len(uids)))
            return True

        for one in write_sets(uids):
            # MOVE tells COPYUID in an untagged OK (RFC 6851 section 4.3), COPY in the tagged one.
            status = self._wire.run(
                [verb, b" ", one, b" ", self.mailbox(target)],
                lambda response: learn(read_status(response.head[2:])),
            )
            learn(status)
            self._check(verb.decode("ascii"), status)
        wanted = set(uids)
        return {old: new for old, new in mapping.items() if old in wanted}

    def expunge(self, uids: Sequence[int]) -> None:
        """UID EXPUNGE of just these."""
        self._changing()
        with self._selected.own_changes():
            for one in write_sets(uids):
                self._check("EXPUNGE", self._wire.run([b"UID EXPUNGE ", one]))

    def expunge_deleted(self) -> None:
        """Bare EXPUNGE of all that is marked \\Deleted."""
        self._changing()
        with self._selected.own_changes():
            self._check("EXPUNGE", self._wire.run([b"EXPUNGE"]))

    def append(self, path: str, data: bytes, flags: Flags, date: datetime | None) -> int | None:
        """APPEND; the new UID where APPENDUID told it."""
        limit = append_limit(self._names)
        if limit is not None and len(data) > limit:
            raise ServerSaid(ErrorCode.MESSAGE_TOO_LARGE, command="APPEND", limit=limit)
        when = b" " + write_date(date) if date else b""
        began = time.monotonic()
        status = self._wire.run(
            [b"APPEND ", self.mailbox(path), b" ", write_flags(flags), when, b" ", Literal(data)]
        )
        self._check("APPEND", status)
        self._wire.stream.meter.note_upload(len(data), time.monotonic() - began)
        if status.code == "APPENDUID":
            fields = status.value.split()
            return number(fields[-1].encode("ascii", "replace")) if len(fields) == 2 else None
        return None
