"""Entries of an LDAP answer taken apart (RFC 4511 4.5.2): where the time of a copy goes. Pure.

Rule 1: entries are taken where they lie in the buffer, without calls and copies where that can be;
what is not as servers usually write it is left to ``ldap_wire``, which says what is wrong with it.
Rule 2: attributes that many entries share are taken apart once, by their octets.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from mel_desktop.formats.ldap_wire import (
    ENTRY,
    OCTETS,
    SEQUENCE,
    SET,
    Message,
    NotLdap,
    entry_state,
    integer,
    message,
)

Raw = dict[str, tuple[bytes, ...]]
"""Attributes of an entry: name in lower case without options, values."""

Taken = tuple[bytes, Raw, int, bytes]
"""(DN, attributes, syncStateValue or NO_STATE, entryUUID or b"") of an entry."""

NO_STATE: Final = -1
_LONGEST_SHARED: Final = 500  # octets of an attribute that is remembered


class Attributes:
    """Takes entries apart.

    ``shared``: names (lower case) whose values repeat, such as object classes and schools;
    ``names``: those that every ``Raw`` holds, without values where the entry has none.
    """

    MOST_NAMES: Final = 2_000
    MOST_SHARED: Final = 20_000

    def __init__(self, shared: frozenset[str] = frozenset(), names: Iterable[str] = ()) -> None:
        self._shared_names = shared
        self._blank: Raw = dict.fromkeys(names, ())
        # By what stands before the values: OCTET STRING name, tag of the SET.
        self._names: dict[bytes, str] = {}
        self._shared: dict[bytes, tuple[str, tuple[bytes, ...]]] = {}
        self._tail = b""  # controls of the last entry, up to its state

    def run(self, data: bytes, at: int, number: int) -> tuple[list[Taken], int]:
        """Entries of the answer ``number`` that lie whole in ``data`` one behind the other.

        And where they end: at octets that have not come, or at what ``message`` has to look at.
        Raises nothing.
        """
        found: list[Taken] = []
        total = len(data)
        head = integer(number) + bytes((ENTRY,))
        try:
            while data[at] == SEQUENCE:
                size, start = data[at + 1], at + 2
                if size >= 0x80:
                    size, start = _long(data, start, size)
                stop = start + size
                if stop > total or not data.startswith(head, start):
                    break
                start += len(head)
                size = data[start]
                start += 1
                if size >= 0x80:
                    size, start = _long(data, start, size)
                end = start + size
                if end > stop:
                    break
                dn, raw = self._body(data, start, end)
                if end == stop:
                    state, uuid = NO_STATE, b""
                elif data[end : stop - 19] == self._tail and data[stop - 18 : stop - 16] == _UUID:
                    state, uuid = data[stop - 19], data[stop - 16 : stop]
                else:
                    state, uuid = self._state(data[at:stop])
                found.append((dn, raw, state, uuid))
                at = stop
        except (IndexError, NotLdap):
            pass
        return found, at

    def taken(self, one: Message) -> Taken:
        """One entry by itself. NotLdap."""
        dn, raw = self.entry(one)
        try:
            return (dn, raw, *entry_state(one))
        except NotLdap:
            return dn, raw, NO_STATE, b""

    def entry(self, one: Message) -> tuple[bytes, Raw]:
        """(DN, attributes) of a SearchResultEntry. NotLdap."""
        try:
            return self._body(one.data, one.start, one.end)
        except IndexError as error:
            raise NotLdap("short") from error

    # -- inside ------------------------------------------------------------------------------------

    def _body(self, data: bytes, at: int, end: int) -> tuple[bytes, Raw]:
        """IndexError, NotLdap. Lengths that do not add up are found at the end of each part."""
        size = data[at + 1]
        at += 2
        if size >= 0x80:
            size, at = _long(data, at, size)
        stop = at + size
        dn = data[at:stop]
        if data[stop] != SEQUENCE:
            raise NotLdap("attributes")
        size, at = data[stop + 1], stop + 2
        if size >= 0x80:
            size, at = _long(data, at, size)
        if at + size > end:
            raise NotLdap("overrun")
        end = at + size
        found = self._blank.copy()
        shared = self._shared
        while at < end:
            # PartialAttribute ::= SEQUENCE { type, vals SET OF }
            size = data[at + 1]
            if size < 0x80:
                stop = at + 2 + size
            else:
                size, begin = _long(data, at + 2, size)
                stop = begin + size
            part = data[at:stop]
            known = shared.get(part)
            if known is None:
                known = self._attribute(part)
            name, values = known
            if found.get(name):  # the same attribute with another option
                found[name] += values
            else:
                found[name] = values
            at = stop
        if at != end:
            raise NotLdap("overrun")
        return dn, found

    def _attribute(self, part: bytes) -> tuple[str, tuple[bytes, ...]]:
        """(name, values) of one PartialAttribute."""
        at = part[3] + 4  # where the SET begins, if all lengths are short
        name = self._names.get(part[2 : at + 1])
        if (
            name is not None
            and len(part) > at + 3
            and part[0] == SEQUENCE
            and part[at + 2] == OCTETS
            and part[at + 3] + at + 4 == part[at + 1] + at + 2 == part[1] + 2 == len(part) < 0x82
        ):
            values: tuple[bytes, ...] = (part[at + 4 :],)
        else:
            name, values = self._several(part)
        if name in self._shared_names and len(part) < _LONGEST_SHARED:
            if len(self._shared) >= self.MOST_SHARED:
                self._shared.clear()
            self._shared[part] = (name, values)
        return name, values

    def _several(self, part: bytes) -> tuple[str, tuple[bytes, ...]]:
        size, at = part[1], 2
        if size >= 0x80:
            size, at = _long(part, at, size)
        if part[0] != SEQUENCE or part[at] != OCTETS or part[at + 1] >= 0x80:
            raise NotLdap("attribute")
        begin = at
        at += 2 + part[at + 1]
        if part[at] != SET:
            raise NotLdap("values")
        name = self._name(part[begin : at + 1])
        size, at = part[at + 1], at + 2
        if size >= 0x80:
            size, at = _long(part, at, size)
        stop = len(part)
        if at + size != stop:
            raise NotLdap("values")
        values: list[bytes] = []
        while at < stop:
            if part[at] != OCTETS:
                raise NotLdap("value")
            size, at = part[at + 1], at + 2
            if size >= 0x80:
                size, at = _long(part, at, size)
            values.append(part[at : at + size])
            at += size
        if at != stop:
            raise NotLdap("overrun")
        return name, tuple(values)

    def _name(self, sent: bytes) -> str:
        """Lower case, options (``;binary``, ``;lang-fr``) set aside."""
        name = self._names.get(sent)
        if name is None:
            if len(self._names) >= self.MOST_NAMES:  # a server that makes them up
                self._names.clear()
            name = sent[2:-1].partition(b";")[0].decode("ascii", "replace").lower()
            self._names[sent] = name
        return name

    def _state(self, octets: bytes) -> tuple[int, bytes]:
        """State and UUID from the controls of an entry; where they stood is remembered."""
        one = message(octets)
        state, uuid = entry_state(one)
        tail = one.stop - 19
        if one.stop == len(octets) and octets[tail:] == bytes((state,)) + _UUID + uuid:
            self._tail = octets[one.end : tail]
        return state, uuid


_UUID: Final = b"\x04\x10"  # OCTET STRING (SIZE(16))


def _long(data: bytes, at: int, first: int) -> tuple[int, int]:
    """(length, where the content begins) behind the octet that says how long the length is."""
    count = first & 0x7F
    if not 1 <= count <= 4:
        raise NotLdap("length")
    return int.from_bytes(data[at : at + count], "big"), at + count
