"""What every part of a session stands on: the wire, the capabilities, and which folder is open.

The stream of commands opens folders ahead of their answers: ``tail`` is the folder that will be
open when all that was sent is answered, ``current`` the one that untagged answers speak of now.
"""

from __future__ import annotations

from collections.abc import Iterable

from mel_desktop.model.errors import ErrorCode, ServerSaid
from mel_desktop.net.imap_grammar import Literal, Response, Status, astring, number, write_name
from mel_desktop.net.imap_quirks import Quirks
from mel_desktop.net.imap_refusals import refusal
from mel_desktop.net.imap_selected import Selected, Visit
from mel_desktop.net.imap_wire import Running, Sink, Wire
from mel_desktop.ports import ServerCaps


class Dialogue:
    """One signed-in connection: which folder is open, and how commands are written."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._names: frozenset[str] = frozenset()
        self.quirks = Quirks()
        self._caps = ServerCaps()
        self._raw_names: dict[str, bytes] = {}  # names that modified UTF-7 would not give back
        self.tail = Visit()
        self._current = self.tail
        self._condstore = False
        self._qresync = False

    def know(self, names: frozenset[str], quirks: Quirks) -> None:
        """Signed in: what the server offers from here on, and what is known of its ways."""
        self.quirks = quirks
        names = quirks.trusted(names)
        self._names = names
        self._caps = caps_of(names)
        self._condstore = self._caps.condstore
        self._wire.trust(names)
        self._wire.on_untagged = self._notice
        if not self._qresync:
            self.enable(names)

    @property
    def caps(self) -> ServerCaps:
        """Capabilities after sign-in."""
        return self._caps

    @property
    def wire(self) -> Wire:
        """For the parts of the session that queue commands themselves."""
        return self._wire

    @property
    def has_condstore(self) -> bool:
        """Whether SELECT may ask for mod-sequences, as far as is known by now."""
        return self._condstore

    @property
    def has_qresync(self) -> bool:
        """Whether SELECT may ask what changed: offered, and ENABLE was not refused."""
        return self._qresync and self._caps.qresync

    def offers(self, name: str) -> bool:
        """Whether the server names this capability."""
        return name in self._names

    def enable(self, names: frozenset[str] | None) -> Running | None:
        """Queue ENABLE QRESYNC (RFC 5161 section 3.1: before any SELECT). ``names``: capabilities
        to go by, None where they are not known yet.
        """
        if names is None or names >= {"QRESYNC", "ENABLE"}:
            self._qresync = True
            return self._wire.put([b"ENABLE QRESYNC"], self._enabled, done=self._enable_done)
        return None

    def _enabled(self, response: Response) -> bool:
        return response.head[:9].upper() == b"* ENABLED"

    def _enable_done(self, status: Status) -> None:
        self._qresync = status.kind == "OK"

    # -- opening folders -------------------------------------------------------------------------

    def visit(self, path: str, *, read_only: bool, parameters: bytes, sink: Sink | None) -> Running:
        """Queue SELECT or EXAMINE. From here on ``tail`` is this folder."""
        visit = Visit(path, read_only=read_only)

        def answered(status: Status) -> None:
            if status.kind == "OK":
                visit.is_open = True
                visit.selected.read_only = read_only or status.code == "READ-ONLY"
                visit.selected.opened_with = visit.selected.exists
                self._wire.expect_unasked(visit.selected.exists)
            else:
                visit.trouble = refusal("SELECT", status)
                visit.again = bool(parameters) and status.kind == "BAD"
                visit.selected = Selected()
            self._current = visit

        def told(response: Response) -> bool:
            return bool(sink and sink(response)) or visit.selected.opening(response)

        verb = b"EXAMINE " if read_only else b"SELECT "
        parts = [verb, self.mailbox(path), parameters]
        self.tail = visit
        return self._wire.put(
            parts, told, barrier=True, done=answered, expects=lambda: 2 * visit.selected.exists
        )

    def parameters(self, since: tuple[int, int] | None = None) -> bytes:
        """What SELECT may be given: (QRESYNC (uidvalidity modseq)), (CONDSTORE) or nothing."""
        if since is not None and self.has_qresync:
            return b" (QRESYNC (%d %d))" % since
        # ENABLE QRESYNC has turned mod-sequences on for all folders (RFC 7162 section 3.2.3).
        return b" (CONDSTORE)" if self._condstore and not self.has_qresync else b""

    def plainer(self) -> None:
        """The server refused what it offers: SELECT goes without parameters from here on."""
        self._condstore = self._qresync = False

    @property
    def _selected(self) -> Selected:
        """The open folder; what was sent before is waited for."""
        while not (self.tail.is_open or self.tail.trouble or not self.tail.path):
            self._wire.flush()
            self._wire.step()
        return self.tail.selected

    def _notice(self, response: Response) -> bool:
        return self._current.selected.notice(response)

    # -- writing and checking --------------------------------------------------------------------

    def mailbox(self, path: str) -> bytes | Literal:
        """A folder's name as the server writes it. INBOX in any case is INBOX (RFC 3501 5.1)."""
        if path == "INBOX":
            return b'"INBOX"'
        return astring(self._raw_names.get(path) or write_name(path))

    def _check(self, command: str, status: Status) -> None:
        if status.kind != "OK":
            raise refusal(command, status)

    def _changing(self) -> None:
        """Before any change: a folder open for reading is left alone. Dovecot answers OK to a MOVE
        there and copies without removing.
        """
        if self._selected.read_only:
            raise ServerSaid(ErrorCode.SERVER_REFUSED, reply="READ-ONLY")


def caps_of(names: frozenset[str]) -> ServerCaps:
    """What the planner and the sync need to know of capabilities."""
    return ServerCaps(
        condstore="CONDSTORE" in names or "QRESYNC" in names,
        qresync="QRESYNC" in names and "ENABLE" in names,
        move="MOVE" in names,
        uidplus="UIDPLUS" in names,
        special_use="SPECIAL-USE" in names,
        list_status="LIST-STATUS" in names,
        idle="IDLE" in names,
        literal_plus="LITERAL+" in names,
        names=names,
    )


def append_limit(names: Iterable[str]) -> int | None:
    """RFC 7889: the greatest message that the server takes anywhere."""
    for name in names:
        if name.startswith("APPENDLIMIT="):
            return number(name.removeprefix("APPENDLIMIT=").encode("ascii", "replace"))
    return None
