"""LDAP messages as octets: search requests out, answers in (RFC 4511, BER of X.690). Pure.

ldap3 decodes an entry in some 500 µs, which is 30 s for an académie; the reader here does it in
some 15 µs. It knows what a search answers and nothing more; sign-in and StartTLS stay with ldap3.
Every function that takes octets of a server raises ``NotLdap`` for what is no LDAP.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from mel_desktop.model.values import dataclass

SEQUENCE: Final = 0x30
INTEGER: Final = 0x02
BOOLEAN: Final = 0x01
OCTETS: Final = 0x04
ENUMERATED: Final = 0x0A
SET: Final = 0x31
CONTROLS: Final = 0xA0
# protocolOp, RFC 4511 4.2 to 4.13
SEARCH_REQUEST: Final = 0x63
ENTRY: Final = 0x64
DONE: Final = 0x65
REFERENCE: Final = 0x73
EXTENDED: Final = 0x78
INTERMEDIATE: Final = 0x79
REFERRAL: Final = 0xA3  # in an LDAPResult, RFC 4511 4.1.9

PAGED: Final = b"1.2.840.113556.1.4.319"  # RFC 2696
SYNC_REQUEST: Final = b"1.3.6.1.4.1.4203.1.9.1.1"  # RFC 4533 2.2
SYNC_STATE: Final = b"1.3.6.1.4.1.4203.1.9.1.2"
SYNC_DONE: Final = b"1.3.6.1.4.1.4203.1.9.1.3"
SYNC_INFO: Final = b"1.3.6.1.4.1.4203.1.9.1.4"

BASE, SUBTREE = 0, 2
NEVER_DEREF: Final = 0
DELETED: Final = 3  # syncStateValue, RFC 4533 2.3
PRESENT: Final = 0
MAX_LENGTH: Final = 1 << 30


class NotLdap(ValueError):
    """The octets are no LDAP message."""


# -- writing ---------------------------------------------------------------------------------------


def tlv(tag: int, *parts: bytes) -> bytes:
    """One element."""
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def integer(value: int, tag: int = INTEGER) -> bytes:
    """A number that is not negative."""
    return tlv(tag, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def boolean(value: bool) -> bytes:
    """TRUE is 0xFF."""
    return tlv(BOOLEAN, b"\xff" if value else b"\0")


def equal(name: str, value: str) -> bytes:
    """``(name=value)``."""
    return tlv(0xA3, tlv(OCTETS, name.encode()), tlv(OCTETS, value.encode()))


def at_least(name: str, value: str) -> bytes:
    """``(name>=value)``."""
    return tlv(0xA5, tlv(OCTETS, name.encode()), tlv(OCTETS, value.encode()))


def present(name: str) -> bytes:
    """``(name=*)``."""
    return tlv(0x87, name.encode())


def all_of(*filters: bytes) -> bytes:
    """``(&...)``."""
    return tlv(0xA0, *filters)


def any_of(*filters: bytes) -> bytes:
    """``(|...)``."""
    return tlv(0xA1, *filters)


def paged(size: int, cookie: bytes) -> bytes:
    """The control that asks for a page; critical: a server without it says so."""
    return control(PAGED, tlv(SEQUENCE, integer(size), tlv(OCTETS, cookie)))


def sync(cookie: bytes) -> bytes:
    """refreshOnly (RFC 4533 2.2), critical; no reload without a word (reloadHint FALSE)."""
    parts = [integer(1, ENUMERATED)]
    if cookie:
        parts.append(tlv(OCTETS, cookie))
    return control(SYNC_REQUEST, tlv(SEQUENCE, *parts))


def control(oid: bytes, value: bytes) -> bytes:
    """One critical control."""
    return tlv(SEQUENCE, tlv(OCTETS, oid), boolean(True), tlv(OCTETS, value))


def search(
    number: int,
    base: str,
    filter_: bytes,
    attributes: Iterable[str],
    *,
    scope: int = SUBTREE,
    size_limit: int = 0,
    controls: Sequence[bytes] = (),
) -> bytes:
    """A search request; aliases are not followed. ``size_limit`` 0: as many as the server gives."""
    request = tlv(
        SEARCH_REQUEST,
        tlv(OCTETS, base.encode()),
        integer(scope, ENUMERATED),
        integer(NEVER_DEREF, ENUMERATED),
        integer(size_limit),
        integer(0),
        boolean(False),
        filter_,
        tlv(SEQUENCE, *(tlv(OCTETS, name.encode()) for name in attributes)),
    )
    extra = (tlv(CONTROLS, *controls),) if controls else ()
    return tlv(SEQUENCE, integer(number), request, *extra)


# -- reading ---------------------------------------------------------------------------------------


class Message(NamedTuple):
    """One answer: the protocolOp is ``data[start:end]``, the controls ``data[end:stop]``."""

    number: int
    op: int
    data: bytes
    start: int
    end: int
    stop: int


def message_size(data: bytes | bytearray, start: int, limit: int) -> int:
    """Octets of the message that begins here; 0 when its length has not come yet.

    NotLdap when it is none, or one longer than ``limit``.
    """
    here = len(data) - start
    if here < 1:
        return 0
    if data[start] != SEQUENCE:
        raise NotLdap("message")
    if here < 2:
        return 0
    first = data[start + 1]
    if first < 0x80:
        return first + 2
    count = first & 0x7F
    if not 1 <= count <= 4:
        raise NotLdap("length")
    if here < 2 + count:
        return 0
    size = int.from_bytes(data[start + 2 : start + 2 + count], "big") + 2 + count
    if size > limit:
        raise NotLdap("too large")
    return size


def message(data: bytes) -> Message:
    """Take one whole message apart."""
    try:
        _, at, stop = _element(data, 0, len(data))
        tag, start, end = _element(data, at, stop)
        if tag != INTEGER or not 1 <= end - start <= 5:
            raise NotLdap("number")
        number = int.from_bytes(data[start:end], "big")
        op, start, end = _element(data, end, stop)
    except IndexError as error:
        raise NotLdap("short") from error
    return Message(number, op, data, start, end, stop)


def _element(data: bytes, at: int, stop: int) -> tuple[int, int, int]:
    """(tag, begin of the content, its end)."""
    tag, size = data[at], data[at + 1]
    at += 2
    if size >= 0x80:
        count = size & 0x7F
        if not 1 <= count <= 4:
            raise NotLdap("length")
        size = int.from_bytes(data[at : at + count], "big")
        at += count
    if at + size > stop:
        raise NotLdap("overrun")
    return tag, at, at + size


def _elements(data: bytes, at: int, stop: int) -> list[tuple[int, int, int]]:
    found = []
    try:
        while at < stop:
            one = _element(data, at, stop)
            found.append(one)
            at = one[2]
    except IndexError as error:
        raise NotLdap("short") from error
    return found


@dataclass(frozen=True, slots=True)
class Result:
    """An LDAPResult (RFC 4511 4.1.9)."""

    code: int
    text: str
    referrals: tuple[str, ...] = ()


def result(one: Message) -> Result:
    """Of a SearchResultDone, or of any other answer that begins with an LDAPResult."""
    parts = _elements(one.data, one.start, one.end)
    if len(parts) < 3 or parts[0][0] != ENUMERATED or parts[2][0] != OCTETS:
        raise NotLdap("result")
    (_, start, end), _, (_, begin, stop) = parts[:3]
    links: tuple[str, ...] = ()
    if len(parts) > 3 and parts[3][0] == REFERRAL:
        links = _texts(one.data, parts[3][1], parts[3][2])
    code = int.from_bytes(one.data[start:end], "big")
    return Result(code, one.data[begin:stop].decode("utf-8", "replace"), links)


def references(one: Message) -> tuple[str, ...]:
    """URLs of a SearchResultReference."""
    return _texts(one.data, one.start, one.end)


def _texts(data: bytes, at: int, stop: int) -> tuple[str, ...]:
    return tuple(
        data[start:end].decode("utf-8", "replace") for _, start, end in _elements(data, at, stop)
    )


def controls(one: Message) -> dict[bytes, bytes]:
    """Values of the controls by OID."""
    if one.end >= one.stop:
        return {}
    data = one.data
    found = {}
    for tag, at, stop in _elements(data, one.end, one.stop):
        if tag != CONTROLS:
            continue
        for _, start, end in _elements(data, at, stop):
            parts = _elements(data, start, end)
            if not parts:
                raise NotLdap("control")
            value = b""
            if parts[-1][0] == OCTETS and len(parts) > 1:
                value = data[parts[-1][1] : parts[-1][2]]
            found[data[parts[0][1] : parts[0][2]]] = value
    return found


def page_cookie(value: bytes) -> bytes:
    """Of the paged results control; b"" on the last page."""
    parts = _inside(value)
    if len(parts) != 2:
        raise NotLdap("page")
    return value[parts[1][1] : parts[1][2]]


def entry_state(one: Message) -> tuple[int, bytes]:
    """(state, entryUUID) from the control of an entry (RFC 4533 2.3)."""
    data, end, stop = one.data, one.end, one.stop
    # As servers write it, the UUID last: state ENUMERATED, entryUUID OCTET STRING (SIZE(16)).
    tail = stop - 21
    if data[tail : tail + 2] == b"\x0a\x01" and data[tail + 3 : tail + 5] == b"\x04\x10":
        found = data.find(SYNC_STATE, end, tail)
        if found > 0 and data[found + len(SYNC_STATE)] in (BOOLEAN, OCTETS):
            return data[tail + 2], data[tail + 5 : stop]
    value = controls(one).get(SYNC_STATE)
    if value is None:
        raise NotLdap("no sync state")
    parts = _inside(value)
    if len(parts) < 2 or parts[1][2] - parts[1][1] != 16:
        raise NotLdap("sync state")
    return value[parts[0][1]], value[parts[1][1] : parts[1][2]]


def sync_done(value: bytes) -> tuple[bytes, bool]:
    """(cookie, refreshDeletes) of a syncDoneValue."""
    cookie, deletes = b"", False
    for tag, start, end in _inside(value):
        if tag == OCTETS:
            cookie = value[start:end]
        elif tag == BOOLEAN:
            deletes = value[start:end] != b"\0"
    return cookie, deletes


@dataclass(frozen=True, slots=True)
class SyncInfo:
    """A Sync Info message (RFC 4533 2.5): a phase that ends, or a set of entries.

    ``deletes``: the set, or the phase, names what is gone; else what is still there.
    """

    uuids: tuple[bytes, ...] = ()
    deletes: bool = False
    is_set: bool = False


def sync_info(one: Message) -> SyncInfo | None:
    """None for an intermediate answer that is about something else."""
    data = one.data
    name, value = b"", b""
    for tag, start, end in _elements(data, one.start, one.end):
        if tag == 0x80:
            name = data[start:end]
        elif tag == 0x81:
            value = data[start:end]
    if name != SYNC_INFO or not value:
        return None
    try:
        tag, at, stop = _element(value, 0, len(value))
    except IndexError as error:
        raise NotLdap("sync info") from error
    if tag != 0xA3:
        return SyncInfo(deletes=tag == 0xA1)
    deletes, uuids = False, []
    for kind, start, end in _elements(value, at, stop):
        if kind == BOOLEAN:
            deletes = value[start:end] != b"\0"
        elif kind == SET:
            for _, begin, last in _elements(value, start, end):
                if last - begin != 16:
                    raise NotLdap("uuid")
                uuids.append(value[begin:last])
    return SyncInfo(tuple(uuids), deletes, True)


def _inside(value: bytes) -> list[tuple[int, int, int]]:
    """Elements of the SEQUENCE that the octets are."""
    try:
        tag, at, stop = _element(value, 0, len(value))
    except IndexError as error:
        raise NotLdap("control") from error
    if tag != SEQUENCE:
        raise NotLdap("control")
    return _elements(value, at, stop)
