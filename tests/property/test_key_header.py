"""Laws of the key header: every slot opens the same key, and no altered header a wrong one."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import ErrorCode, LocalRefusal, StoreTrouble
from mel_desktop.store import escrow, keyslots
from mel_desktop.store.keyslots import Header
from mel_desktop.system.clock import SystemRandomness
from tests.support.clock import JumpingClock

RANDOM = SystemRandomness()
VAULT_KEY, DATA_KEY, KEK, CODE = (bytes([one]) * 32 for one in (1, 2, 3, 4))
WORDS = Secret("une phrase de passe été")


@cache
def made() -> tuple[Header, bytes]:
    """A header with all ways in, and the school's private key."""
    pem, public = escrow.new_pair()
    header = keyslots.new_header(RANDOM, label="Élodie — 6e B", created_at="2026-11-26T10:00:00Z")
    header = header.with_keys(keyslots.wrap_data_key(header, VAULT_KEY, DATA_KEY, RANDOM))
    for slot in (
        keyslots.keyring_slot(header, VAULT_KEY, KEK, RANDOM),
        keyslots.recovery_slot(header, VAULT_KEY, CODE[:20], RANDOM),
        keyslots.escrow_slot(header, VAULT_KEY, public, "Collège Jean Moulin", RANDOM),
        keyslots.passphrase_slot(header, VAULT_KEY, WORDS, RANDOM, JumpingClock()),
    ):
        header = header.with_slot(slot)
    return keyslots.sealed(header, VAULT_KEY), pem


def through(header: Header, kind: str, pem: bytes) -> bytes:
    """The data key by one way in, as Vault.open goes it."""
    slot = header.slot(kind)
    if slot is None:
        raise StoreTrouble(ErrorCode.VAULT_LOCKED)
    if kind == keyslots.OS:
        key = keyslots.open_with_keyring(header, slot, KEK)
    elif kind == keyslots.RECOVERY:
        key = keyslots.open_with_recovery(header, slot, keyslots.recovery_text(CODE[:20]))
    elif kind == keyslots.ESCROW:
        key = keyslots.open_with_escrow(header, slot, escrow.private_from_pem(pem))
    else:
        key = keyslots.open_with_passphrase(header, slot, WORDS)
    keyslots.verify(header, key)
    wrapped = header.data_key()
    assert wrapped is not None
    return bytes(keyslots.data_key(header, key, wrapped))


WAYS = (keyslots.OS, keyslots.RECOVERY, keyslots.ESCROW)


@pytest.mark.parametrize("kind", [*WAYS, keyslots.PASS])
def test_every_way_in_opens_the_same_key(kind: str) -> None:
    header, pem = made()
    again = keyslots.from_bytes(keyslots.to_bytes(header))
    assert again == header
    assert through(again, kind, pem) == DATA_KEY


@given(place=st.integers(0, 10**6), flip=st.integers(1, 255), kind=st.sampled_from(WAYS))
def test_a_flipped_octet_is_damage(place: int, flip: int, kind: str) -> None:
    header, pem = made()
    octets = bytearray(keyslots.to_bytes(header))
    octets[place % len(octets)] ^= flip
    try:
        read = keyslots.from_bytes(bytes(octets))
    except StoreTrouble as trouble:
        refused = trouble.code
    else:
        refused = None
    if refused is not None:
        assert refused in (ErrorCode.DAMAGED, ErrorCode.STORE_TOO_NEW)
        return
    assert read == header  # white space at the end: nothing of the content
    assert through(read, kind, pem) == DATA_KEY


@given(data=st.data(), kind=st.sampled_from(WAYS))
def test_a_value_altered_under_a_right_checksum_opens_nothing(
    data: st.DataObject, kind: str
) -> None:
    """Whoever has the files can put the checksum right; the MAC and the tags he cannot."""
    header, pem = made()
    body = json.loads(keyslots.to_bytes(header))
    body.pop("checksum")
    before = json.dumps(body, sort_keys=True)
    place: object = body
    while isinstance(place, dict | list) and place:
        keys = sorted(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        inner = place[key]
        if isinstance(inner, dict | list) and data.draw(st.booleans()):
            place = inner
            continue
        place[key] = data.draw(
            st.one_of(
                st.text(max_size=5), st.integers(-3, 10**6), st.booleans(), st.just([]), st.none()
            )
        )
        break
    if json.dumps(body, sort_keys=True) == before:
        return
    body["checksum"] = keyslots._checksum(body)
    try:
        read = keyslots.from_bytes(json.dumps(body).encode())
        key_found = through(read, kind, pem)
    except StoreTrouble as trouble:
        refused = trouble.code
    else:
        raise AssertionError(f"opened with {key_found!r}, a label {read.label!r}")
    assert refused in (
        ErrorCode.DAMAGED,
        ErrorCode.WRONG_PASSPHRASE,
        ErrorCode.VAULT_LOCKED,
        ErrorCode.STORE_TOO_NEW,
    )


@given(st.binary(min_size=32, max_size=32), st.sampled_from((keyslots.OS, keyslots.RECOVERY)))
def test_a_wrong_key_is_a_refusal(key: bytes, kind: str) -> None:
    header, _ = made()
    slot = header.slot(kind)
    assert slot is not None
    typed = keyslots.recovery_text(key[:20])
    with pytest.raises(StoreTrouble) as caught:
        _ = (
            keyslots.open_with_keyring(header, slot, key)
            if kind == keyslots.OS
            else keyslots.open_with_recovery(header, slot, typed)
        )
    assert caught.value.code is ErrorCode.WRONG_PASSPHRASE


def test_a_slot_taken_away_or_put_back_is_noticed() -> None:
    header, pem = made()
    for forged in (
        header.without_slot(keyslots.ESCROW),
        replace(header, label="another"),
        replace(header, generation=header.generation - 1),
        replace(header, temporary=True),
    ):
        with pytest.raises(StoreTrouble) as caught:
            through(forged, keyslots.OS, pem)
        assert caught.value.code is ErrorCode.DAMAGED


def test_escrow_opens_for_the_school_alone() -> None:
    header, pem = made()
    slot = header.slot(keyslots.ESCROW)
    assert slot is not None
    assert slot.parameters["owner"] == "Collège Jean Moulin"
    private = escrow.private_from_pem(pem)
    assert slot.parameters["fingerprint"] == escrow.fingerprint(escrow.public_of(private))
    other, _ = escrow.new_pair()
    with pytest.raises(StoreTrouble) as caught:
        keyslots.open_with_escrow(header, slot, escrow.private_from_pem(other))
    assert caught.value.code is ErrorCode.WRONG_PASSPHRASE
    for rubbish in (b"", b"no PEM", pem[:60]):
        with pytest.raises(LocalRefusal):
            escrow.private_from_pem(rubbish)
    with pytest.raises(ValueError, match=r"."):
        keyslots.escrow_slot(header, VAULT_KEY, bytes(32), "", RANDOM)  # a point of small order
    for text in ("", "AAAA", "é", "A" * 44):
        with pytest.raises(ValueError, match="expected"):
            escrow.public_from_text(text)
    assert escrow.public_from_text(escrow.public_text(bytes(range(32)))) == bytes(range(32))
