"""Contacts of Zimbra (the national school mail, PARTAGE): CSV exports and .tgz archives.

CSV: a heading line of Zimbra's own names (email, email2, firstName, lastName, fullName, company,
jobTitle, workPhone, ..., dlist, type); a group is a line of ``type`` "group", its addresses in
``dlist`` as in a To line. Archive: the vCards and CSV files in it, everything else (letters!) is
passed over unread.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import IO, TYPE_CHECKING, Final, cast

from mel_desktop.formats.headings import bad_file, heading, plain
from mel_desktop.formats.people_csv import MAX_MORE, address_in, addresses_in
from mel_desktop.formats.table import LONG_CELL, Record, as_utf8, raw_lines, records
from mel_desktop.formats.table_files import Opened, open_one
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.people import (
    DirectoryEntry,
    EntryKind,
    Item,
    Membership,
    SkippedLine,
)

if TYPE_CHECKING:
    from mel_desktop.formats import vcard

ZIMBRA_FORMAT: Final = "zimbra"
LIST_ROLE: Final = "liste"
MOST_MEMBERS: Final = 20_000
MOST_UNPACKED: Final = 4 * 1024**3  # octets: letters are passed over, but they are unpacked
MOST_FILES: Final = 500_000
MOST_CONTACTS_FILE: Final = 64 * 1024 * 1024
MOST_RATIO: Final = 200
FREE_OCTETS: Final = 8 * 1024 * 1024  # before the ratio counts
MOST_LOOKED_AT: Final = 20  # members, to know an archive by
_CHUNK: Final = 64 * 1024
_END: Final = 1_024  # two blocks
_EMAILS: Final = ("email", "workemail1", "homeemail1", *(f"email{n}" for n in range(1, 17)))
_PHONES: Final = ("workphone", "companyphone", "mobilephone", "workmobile", "otherphone",
                  "homephone")  # fmt: skip
_SIGNS: Final = frozenset({"dlist", "fileas", "workemail1", "imaddress1", "homefax"})


def is_zimbra(headings: Sequence[str]) -> bool:
    """Whether a heading line is one of Zimbra's: camel case English, with its own words."""
    words = {heading(text) for text in headings}
    return (
        "email" in words
        and {"firstname", "lastname", "dlist", "fullname"} & words != set()
        and (bool(_SIGNS & words) or {"firstname", "lastname", "fullname"} <= words)
    )


class ZimbraTable:
    """The lines of a CSV export. Iterate once."""

    format_name: Final = ZIMBRA_FORMAT
    attribution: Final = ""
    is_delta: Final = False

    def __init__(self, table: Opened) -> None:
        self._places = {heading(text): index for index, text in reversed(
            list(enumerate(table.heading)))}  # fmt: skip
        if not {"email", "dlist", "fullname", "lastname"} & self._places.keys():
            raise bad_file("not contacts of Zimbra", line=1, columns=len(table.heading))
        self._rows = table.rows

    def __iter__(self) -> Iterator[Item]:
        keys: dict[str, str] = {}  # address -> key
        taken: set[str] = set()
        wanted: list[tuple[str, str]] = []
        for row in self._rows:
            if isinstance(row, SkippedLine):
                yield row
                continue
            if self._cell(row, "dlist") or self._cell(row, "type").lower() == "group":
                yield from self._group(row, taken, wanted)
                continue
            entry = self._person(row)
            if entry is None:
                yield SkippedLine(row.line, "no name")
            elif entry.key not in taken:
                taken.add(entry.key)
                yield entry
                for address in filter(None, (entry.email, *entry.more_emails)):
                    keys.setdefault(address.lower(), entry.key)
        for group, address in wanted:
            lower = address.lower()
            if lower not in keys:
                keys[lower] = f"mail:{lower}|"
                yield DirectoryEntry(keys[lower], EntryKind.PERSON, address, address)
            yield Membership(group, keys[lower], by_group=True)

    def _group(self, row: Record, taken: set[str], wanted: list[tuple[str, str]]) -> Iterator[Item]:
        name = self._cell(row, "nickname") or self._cell(row, "fullname") or self._file_as(row)
        key = f"list:{plain(name)}"
        if not name or key in taken:
            yield SkippedLine(row.line, "a group without a name" if not name else
                              "a group that is there twice")  # fmt: skip
            return
        taken.add(key)
        yield DirectoryEntry(key, EntryKind.GROUP, name, role=LIST_ROLE)
        members = addresses_in(self._cell(row, "dlist"))
        wanted += [(key, one) for one in members[:MOST_MEMBERS]]

    def _person(self, row: Record) -> DirectoryEntry | None:
        found = (address_in(self._cell(row, one)) for one in _EMAILS)
        emails = tuple({one.lower(): one for one in reversed(list(filter(None, found)))}.values())
        emails = tuple(reversed(emails))
        given, surname = self._cell(row, "firstname"), self._cell(row, "lastname")
        name = " ".join(filter(None, (given, surname))) or self._cell(row, "fullname")
        name = name or self._cell(row, "nickname") or self._cell(row, "company")
        name = name or "".join(emails[:1])
        if not any(letter.isalnum() for letter in name):
            return None
        phones = tuple(dict.fromkeys(filter(None, (self._cell(row, one) for one in _PHONES))))
        role = (self._cell(row, "jobtitle"), self._cell(row, "department"))
        return DirectoryEntry(
            key=f"mail:{emails[0].lower() if emails else ''}|{plain(name)}",
            kind=EntryKind.PERSON,
            name=name,
            email=emails[0] if emails else "",
            role=" · ".join(filter(None, role)),
            school=self._cell(row, "company"),
            town=self._cell(row, "workcity"),
            phone=phones[0] if phones else "",
            family_name=surname,
            more_emails=emails[1 : MAX_MORE + 1],
            more_phones=phones[1 : MAX_MORE + 1],
        )

    def _cell(self, row: Record, name: str) -> str:
        place = self._places.get(name, -1)
        return row.cells[place] if 0 <= place < len(row.cells) else ""

    def _file_as(self, row: Record) -> str:
        """``8:Name`` (a name of one's own)."""
        return self._cell(row, "fileas").partition(":")[2]


def is_archive(chunks: Iterable[bytes]) -> bool:
    """Whether a .tgz or .tar begins as Zimbra's do: with letters, contacts and their ``.meta``."""
    import tarfile  # noqa: PLC0415 first needed here

    endings = (".vcf", ".eml", ".meta", ".ics")
    try:
        with tarfile.open(fileobj=cast("IO[bytes]", _Stream(chunks)), mode="r|") as archive:
            for member in islice(archive, MOST_LOOKED_AT):
                if member.isreg() and member.name.lower().endswith(endings):
                    return True
    except (LocalRefusal, tarfile.TarError, EOFError, OSError, ValueError, zlib.error):
        return False
    return False


class ZimbraArchive:
    """The contacts of an archive. Iterate once: BAD_FILE | TOO_LARGE while it is read."""

    format_name: Final = ZIMBRA_FORMAT
    attribution: Final = ""
    is_delta: Final = False

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._file = _Stream(chunks)

    def __iter__(self) -> Iterator[Item]:
        """vCards of all files together, for groups to find their members; tables each by itself."""
        from mel_desktop.formats import vcard  # noqa: PLC0415 first needed here

        tables: list[Item] = []
        yield from vcard.items(self._cards(tables))
        yield from tables

    def _cards(self, tables: list[Item]) -> Iterator[vcard.Card | SkippedLine]:
        from mel_desktop.formats import vcard  # noqa: PLC0415 first needed here

        for name, octets in self._members():
            if name.endswith(".vcf"):
                yield from vcard.read_cards(raw_lines(as_utf8([octets], ""), vcard.MOST_LINE))
            else:
                table = open_one(name, records([octets], most_cell=LONG_CELL))
                if is_zimbra(table.heading):
                    tables += ZimbraTable(table)

    def _members(self) -> Iterator[tuple[str, bytes]]:
        """(name, octets) of the files that may hold contacts. Nothing is unpacked to the disk, so
        names that climb and links lead nowhere; devices and links are passed over.
        """
        import tarfile  # noqa: PLC0415 first needed here

        try:
            with tarfile.open(fileobj=cast("IO[bytes]", self._file), mode="r|") as archive:
                for count, member in enumerate(archive):
                    if count >= MOST_FILES:
                        raise LocalRefusal(ErrorCode.TOO_LARGE, limit=MOST_FILES)
                    name = member.name.lower()
                    if not member.isreg() or not name.endswith((".vcf", ".csv")):
                        continue
                    if member.size > MOST_CONTACTS_FILE:
                        raise LocalRefusal(ErrorCode.TOO_LARGE, limit=MOST_CONTACTS_FILE)
                    held = archive.extractfile(member)
                    if held is not None:
                        yield name, held.read()
            self._file.finish()
        except (tarfile.TarError, EOFError, OSError, ValueError, zlib.error) as error:
            raise bad_file("archive damaged or cut off") from error


class _Stream:
    """The unpacked octets as a file that can be read once."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = _unpacked(chunks)
        self._rest = b""
        self._end = b""

    def read(self, size: int) -> bytes:
        """Up to ``size`` octets; none at the end. BAD_FILE | TOO_LARGE."""
        while len(self._rest) < size and (chunk := next(self._chunks, b"")):
            self._rest += chunk
        found, self._rest = self._rest[:size], self._rest[size:]
        self._end = (self._end + found)[-_END:]
        return found

    def finish(self) -> None:
        """Read what is left. BAD_FILE unless it ends as an archive does, by blocks of NUL."""
        while self.read(_CHUNK):
            pass
        if self._end != bytes(_END):
            raise bad_file("archive damaged or cut off")


def _unpacked(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """What gzip packed (RFC 1952), bounded; a bare .tar as it is. ``tarfile`` itself takes an end
    that was cut off for the end.
    """
    source = iter(chunks)
    first = next(source, b"")
    taken = given = 0
    packed = zlib.decompressobj(31) if first.startswith(b"\x1f\x8b") else None
    for chunk in chain((first,), source):
        taken += len(chunk)
        rest = chunk
        while rest:
            if packed is None:
                data, rest = rest, b""
            else:
                data = packed.decompress(rest, _CHUNK)
                rest = packed.unconsumed_tail
                if packed.eof and packed.unused_data:  # several one after the other
                    rest, packed = packed.unused_data, zlib.decompressobj(31)
            given += len(data)
            if given > MOST_UNPACKED:
                raise LocalRefusal(ErrorCode.TOO_LARGE, limit=MOST_UNPACKED)
            if given > FREE_OCTETS + MOST_RATIO * taken:
                raise bad_file("an archive that unpacks to far more than it is")
            if data:
                yield data
            elif packed is not None and not rest:
                break
    if packed is not None and not packed.eof:
        raise bad_file("archive damaged or cut off")
