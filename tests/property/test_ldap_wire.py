"""LDAP messages: what is written is read again; whatever a server sends is an entry or NotLdap."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ldap3.protocol.rfc4511 import LDAPMessage
from pyasn1.codec.ber import decoder

from mel_desktop.formats import ldap_wire as wire
from mel_desktop.formats.ldap_attributes import NO_STATE, Attributes, Taken
from mel_desktop.formats.ldap_wire import NotLdap

NAMES = st.sampled_from(["cn", "objectClass", "mail;lang-fr", "jpegPhoto;binary", "ENTEleve"])
VALUES = st.lists(st.binary(max_size=300), min_size=0, max_size=4)
ENTRIES = st.lists(st.tuples(NAMES, VALUES), max_size=6)
MANY = frozenset({"cn", "objectclass"})


def put(number: int, op: int, *parts: bytes, controls: bytes = b"") -> bytes:
    return wire.tlv(wire.SEQUENCE, wire.integer(number), wire.tlv(op, *parts), controls)


def entry(dn: bytes, attributes: list[tuple[str, list[bytes]]], controls: bytes = b"") -> bytes:
    return put(
        7, wire.ENTRY, wire.tlv(wire.OCTETS, dn),
        wire.tlv(wire.SEQUENCE, *(
            wire.tlv(wire.SEQUENCE, wire.tlv(wire.OCTETS, name.encode()),
                     wire.tlv(wire.SET, *(wire.tlv(wire.OCTETS, one) for one in values)))
            for name, values in attributes
        )), controls=controls,
    )  # fmt: skip


@given(st.binary(max_size=40), ENTRIES)
def test_entries_come_back(dn: bytes, attributes: list[tuple[str, list[bytes]]]) -> None:
    octets = entry(dn, attributes)
    parser = Attributes(MANY)
    for _ in range(2):  # the second time from what was kept
        found_dn, found = parser.entry(wire.message(octets))
        assert found_dn == dn
        expected: dict[str, list[bytes]] = {}
        for name, values in attributes:
            known = expected.setdefault(name.partition(";")[0].lower(), [])
            expected[name.partition(";")[0].lower()] = known + values
        assert found == {name: tuple(values) for name, values in expected.items()}


@given(st.binary(max_size=60), st.booleans())
def test_octets_of_any_kind(octets: bytes, whole: bool) -> None:
    data = wire.tlv(wire.SEQUENCE, octets) if whole else octets
    with contextlib.suppress(NotLdap):
        size = wire.message_size(data, 0, 1_000)
        if 0 < size <= len(data):
            one = wire.message(data[:size])
            for read in (wire.result, wire.references, wire.controls, wire.sync_info,
                         wire.entry_state, Attributes(MANY).entry):  # fmt: skip
                with contextlib.suppress(NotLdap):
                    read(one)
    for read_value in (wire.page_cookie, wire.sync_done):
        with contextlib.suppress(NotLdap):
            read_value(octets)


@given(ENTRIES, st.data())
def test_an_entry_with_a_wrong_octet(
    attributes: list[tuple[str, list[bytes]]], data: st.DataObject
) -> None:
    octets = bytearray(entry(b"cn=a", attributes))
    octets[data.draw(st.integers(0, len(octets) - 1))] ^= data.draw(st.integers(1, 255))
    with contextlib.suppress(NotLdap):
        if 0 < wire.message_size(bytes(octets), 0, 10_000) <= len(octets):
            one = wire.message(bytes(octets))
            if one.op == wire.ENTRY:
                Attributes(MANY).entry(one)


def state_control(uuid: bytes, state: int, cookie: bytes = b"") -> bytes:
    value = wire.tlv(
        wire.SEQUENCE, wire.integer(state, wire.ENUMERATED), wire.tlv(wire.OCTETS, uuid), cookie
    )
    one = wire.tlv(
        wire.SEQUENCE, wire.tlv(wire.OCTETS, wire.SYNC_STATE), wire.tlv(wire.OCTETS, value)
    )
    return wire.tlv(wire.CONTROLS, one)


def one_by_one(data: bytes, number: int) -> tuple[list[Taken], int]:
    """What ``Attributes.run`` promises, by the functions that look at one message."""
    parser, found, at = Attributes(MANY), [], 0
    with contextlib.suppress(NotLdap):
        while 0 < (size := wire.message_size(data, at, 10_000)) <= len(data) - at:
            one = wire.message(data[at : at + size])
            if (one.number, one.op) != (number, wire.ENTRY):
                break
            found.append(parser.taken(one))
            at += size
    return found, at


@given(st.lists(st.tuples(ENTRIES, st.binary(min_size=16, max_size=16), st.integers(0, 3)),
                min_size=1, max_size=4), st.booleans(), st.integers(0, 400))  # fmt: skip
def test_a_run_of_entries_is_what_they_are_one_by_one(
    several: list[tuple[list[tuple[str, list[bytes]]], bytes, int]], sync: bool, cut: int
) -> None:
    octets = [
        entry(b"cn=a", attributes, state_control(uuid, state) if sync else b"")
        for attributes, uuid, state in several
    ]
    data = b"".join([*octets, put(7, wire.DONE, b"\x0a\x01\x00\x04\x00\x04\x00")])
    parser = Attributes(MANY)
    for _ in range(2):  # the second time from what was kept
        found, at = parser.run(data, 0, 7)
        assert (found, at) == one_by_one(data, 7)
        assert at == sum(map(len, octets))
        assert [one[2:] for one in found] == [
            (state, uuid) if sync else (NO_STATE, b"") for _, uuid, state in several
        ]
    part = data[: max(0, len(data) - cut)]
    assert parser.run(part, 0, 7) == one_by_one(part, 7)
    assert parser.run(data, 0, 8) == ([], 0)


@given(st.lists(st.tuples(ENTRIES, st.binary(min_size=16, max_size=16)), min_size=1, max_size=3),
       st.data())  # fmt: skip
def test_a_run_with_a_wrong_octet_holds_nothing_else(
    several: list[tuple[list[tuple[str, list[bytes]]], bytes]], data: st.DataObject
) -> None:
    """It may end early, for another look; it never has what that look would not find."""
    octets = bytearray(b"".join(
        entry(b"cn=a", attributes, state_control(uuid, 1)) for attributes, uuid in several
    ))  # fmt: skip
    parser = Attributes(MANY)
    parser.run(bytes(octets), 0, 7)  # what is kept must not mislead
    octets[data.draw(st.integers(0, len(octets) - 1))] ^= data.draw(st.integers(1, 255))
    found, at = parser.run(bytes(octets), 0, 7)
    expected, last = one_by_one(bytes(octets), 7)
    assert found == expected[: len(found)]
    assert at <= last


@given(st.text(max_size=200), st.integers(1, 2**31 - 1), st.integers(0, 1_000), st.binary())
def test_requests_are_what_another_decoder_reads(
    base: str, number: int, size: int, cookie: bytes
) -> None:
    octets = wire.search(
        number,
        base,
        wire.at_least("modifyTimestamp", "2026Z"),
        ("cn", "mail"),
        size_limit=size,
        controls=(wire.paged(500, cookie), wire.sync(cookie)),
    )
    message, rest = decoder.decode(octets, asn1Spec=LDAPMessage())
    assert not rest
    assert int(message["messageID"]) == number
    request = message["protocolOp"]["searchRequest"]
    assert bytes(request["baseObject"]).decode() == base
    assert (int(request["scope"]), int(request["sizeLimit"])) == (2, size)
    assert [bytes(one) for one in request["attributes"]] == [b"cn", b"mail"]
    oids = [bytes(one["controlType"]) for one in message["controls"]]
    assert oids == [wire.PAGED, wire.SYNC_REQUEST]
    value = bytes(message["controls"][0]["controlValue"])
    assert wire.page_cookie(value) == cookie


@given(st.binary(min_size=16, max_size=16), st.sampled_from([0, 1, 2, 3]), st.binary(max_size=9))
def test_states_of_entries_with_and_without_a_cookie(uuid: bytes, state: int, more: bytes) -> None:
    for cookie in (b"", wire.tlv(wire.OCTETS, more)):
        octets = entry(b"cn=a", [], state_control(uuid, state, cookie))
        assert wire.entry_state(wire.message(octets)) == (state, uuid)


@given(st.lists(st.binary(min_size=16, max_size=16), max_size=5), st.booleans())
def test_sets_of_identities(uuids: list[bytes], deletes: bool) -> None:
    value = wire.tlv(
        0xA3, wire.boolean(deletes), wire.tlv(wire.SET, *(wire.tlv(4, one) for one in uuids))
    )
    octets = put(1, wire.INTERMEDIATE, wire.tlv(0x80, wire.SYNC_INFO), wire.tlv(0x81, value))
    told = wire.sync_info(wire.message(octets))
    assert told == wire.SyncInfo(tuple(uuids), deletes, True)


@pytest.mark.parametrize("length", [b"\x80", b"\x85\x01\x01\x01\x01\x01", b"\x84\xff\xff\xff\xff"])
def test_lengths_that_no_message_has(length: bytes) -> None:
    with pytest.raises(NotLdap):
        wire.message_size(b"\x30" + length, 0, 1 << 20)
