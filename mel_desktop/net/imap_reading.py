"""Reading the open folder: what is there, flags, messages, contents (RFC 3501, 4731, 7162)."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator, Sequence

from mel_desktop.model.finding import ServerKey
from mel_desktop.net.imap_dialogue import Dialogue
from mel_desktop.net.imap_fetch import read_fetched
from mel_desktop.net.imap_grammar import Literal, Response, astring, uids_in, write_sets
from mel_desktop.net.imap_pump import Pump
from mel_desktop.net.imap_selected import Visit
from mel_desktop.net.imap_wire import Wire
from mel_desktop.ports import Answer, Ask, RemoteFlags, RemoteMessage, Rows, Slice, Texts

ROWS_AT_ONCE = 500
_NOT_ATOM = re.compile(rb"[^A-Za-z0-9$&'+,\-./:;<=>?@^_`|~]")
_AS_IT_STANDS = frozenset({"SINCE", "BEFORE", "LARGER", "SMALLER", "KEYWORD", "UNKEYWORD"})
TEXTS_AT_ONCE = 1 << 20  # octets of texts in one command, at most


class Reading(Dialogue):
    """What changes nothing."""

    def __init__(self, wire: Wire) -> None:
        super().__init__(wire)
        # Flags that came with VANISHED in one flight, until ``flags`` asks for them.
        self._changed_too: tuple[Visit, int, list[RemoteFlags]] | None = None

    def pump(self, asks: Iterable[Ask | None]) -> Generator[Answer, None, None]:
        """Keep the line busy: commands many to a flight, answers in the order of the asks."""
        return Pump(self, asks).run()

    # -- what is there ---------------------------------------------------------------------------

    def all_uids(self) -> tuple[int, ...]:
        """Every UID of the selected folder, ascending."""
        return self._search([b"ALL"])

    def find_message_id(self, message_id: str) -> tuple[int, ...]:
        """UIDs in the selected folder whose Message-ID header is this one."""
        wanted = message_id.strip().strip("<>").encode("utf-8", "replace")
        if not wanted or any(octet < 32 for octet in wanted):
            return ()
        charset = b"" if wanted.isascii() else b"CHARSET UTF-8 "
        return self._search([charset, b"HEADER Message-ID ", astring(b"<%s>" % wanted)])

    def search(self, key: ServerKey) -> tuple[int, ...]:
        """UIDs in the selected folder that fit. BAD where the server knows no UTF-8."""
        criteria = list(_joined(_criteria(key)))
        plain = all(isinstance(one, bytes) and one.isascii() for one in criteria)
        return self._search(criteria if plain else [b"CHARSET UTF-8 ", *criteria])

    def _search(self, criteria: Sequence[bytes | Literal]) -> tuple[int, ...]:
        found: list[int] = []
        selected = self._selected

        def sink(response: Response) -> bool:
            uids = selected.read_search(response.head)
            found.extend(uids or ())
            return uids is not None

        asked = b"UID SEARCH RETURN (ALL) " if self.offers("ESEARCH") else b"UID SEARCH "
        self._check("SEARCH", self._wire.run([asked, *criteria], sink))
        return tuple(sorted(set(found)))

    def flags(self, uids: Sequence[int] | None, changed_since: int | None) -> Iterator[RemoteFlags]:
        """Flags of the given UIDs (None: all), or with CONDSTORE only those changed since."""
        has_modseq = self._selected.has_modseq
        ready, self._changed_too = self._changed_too, None
        if uids is None and ready is not None and ready[:2] == (self.tail, changed_since):
            yield from ready[2]
            return
        items = b"(UID FLAGS MODSEQ)" if has_modseq else b"(UID FLAGS)"
        since = b""
        if changed_since is not None and has_modseq:
            since = b" (CHANGEDSINCE %d)" % changed_since
        sets = [b"1:*"] if uids is None else list(write_sets(uids))
        wanted = None if uids is None else frozenset(uids)
        found: list[RemoteFlags] = []

        def sink(response: Response) -> bool:
            told = read_fetched(response)
            if (
                told is None
                or told.flags is None
                or (wanted is not None and told.uid not in wanted)
            ):
                return False
            found.append(RemoteFlags(told.uid, told.flags, told.modseq))
            return True

        statuses = self._wire.run_all(
            ([b"UID FETCH %s %s%s" % (one, items, since)] for one in sets),
            sink,
            expects=2 * self._selected.exists,
        )
        yield from found
        for status in statuses:
            if status.code != "EXPUNGEISSUED":
                self._check("FETCH", status)

    def vanished_since(self, modseq: int, known: Sequence[int]) -> tuple[int, ...]:
        """UIDs gone since, of those known. The flags changed since come in the same flight and
        wait for ``flags(None, modseq)``.
        """
        ranges: list[tuple[int, int]] = []
        changed: list[RemoteFlags] = []
        selected = self._selected

        def sink(response: Response) -> bool:
            if gone := selected.read_vanished(response.head):
                ranges.extend(gone)
                return True
            told = read_fetched(response)
            if told and told.flags is not None:
                changed.append(RemoteFlags(told.uid, told.flags, told.modseq))
            return told is not None

        command = b"UID FETCH 1:* (UID FLAGS) (CHANGEDSINCE %d VANISHED)" % modseq
        expects = 2 * selected.exists
        self._check("FETCH", self._wire.run([command], sink, expects=expects))
        self._changed_too = (self.tail, modseq, changed)
        return tuple(uids_in(known, ranges))

    # -- contents --------------------------------------------------------------------------------

    def messages(self, uids: Sequence[int]) -> Iterator[RemoteMessage]:
        """Headers, flags, date, size and structure, in the server's order."""
        path, uidvalidity = self._here()
        starts = range(0, len(uids), ROWS_AT_ONCE)
        asks = (Rows(path, uidvalidity, tuple(uids[one : one + ROWS_AT_ONCE])) for one in starts)
        for answer in self.pump(asks):
            yield from answer.rows
            if answer.trouble is not None:
                raise answer.trouble

    def part(self, uid: int, section: str, offset: int, length: int) -> bytes:
        """A slice of the encoded part. MESSAGE_GONE when the UID is no longer there."""
        path, uidvalidity = self._here()
        ask = Slice(path, uidvalidity, uid, section, offset, length)
        (answer,) = self.pump([ask])
        if answer.trouble is not None or answer.data is None:
            raise answer.trouble or self._wire.stream.broken("no-slice")
        return answer.data

    def texts(
        self, wanted: Sequence[tuple[int, tuple[str, ...]]], limit: int
    ) -> Iterator[tuple[int, dict[str, bytes]]]:
        """Sections of many messages: one command for all UIDs that want the same ones, several
        commands in one flight.
        """
        path, uidvalidity = self._here()
        for answer in self.pump(_texts(path, uidvalidity, wanted, limit)):
            for uid, found in answer.texts:
                yield uid, dict(found)
            if answer.trouble is not None:
                raise answer.trouble

    def _here(self) -> tuple[str, int]:
        return self.tail.path, self._selected.uidvalidity


def _criteria(key: ServerKey) -> Iterator[bytes | Literal]:
    """A search key in pieces: words of the protocol, brackets, strings."""
    if key.name in ("AND", "OR", "NOT"):
        if key.name != "AND":
            yield key.name.encode("ascii")
        bracketed = key.name == "AND"
        if bracketed:
            yield b"("
        for part in key.parts:
            yield from _criteria(part)
        if bracketed:
            yield b")"
        return
    yield key.name.encode("ascii")
    if key.name in _AS_IT_STANDS:
        yield _NOT_ATOM.sub(b"_", key.value.encode("ascii", "replace"))
    elif key.value:
        yield astring(key.value.encode("utf-8", "replace"))


def _joined(pieces: Iterable[bytes | Literal]) -> Iterator[bytes | Literal]:
    """With the spaces between; octets that follow one another are one piece."""
    line = b""
    for piece in pieces:
        space = b"" if not line or line.endswith((b"(", b" ")) or piece == b")" else b" "
        if isinstance(piece, Literal):
            yield line + space
            yield piece
            line = b" "
        else:
            line = (b"" if piece == b")" and line == b" " else line) + space + piece
    if line.strip():
        yield line


def _texts(
    path: str, uidvalidity: int, wanted: Sequence[tuple[int, tuple[str, ...]]], limit: int
) -> Iterator[Texts]:
    """Asks of bounded size."""
    some: list[tuple[int, tuple[str, ...]]] = []
    octets = 0
    for uid, sections in dict(wanted).items():
        size = limit * len(sections)
        if some and octets + size > TEXTS_AT_ONCE:
            yield Texts(path, uidvalidity, tuple(some), limit, octets)
            some, octets = [], 0
        some.append((uid, sections))
        octets += size
    if some:
        yield Texts(path, uidvalidity, tuple(some), limit, octets)
