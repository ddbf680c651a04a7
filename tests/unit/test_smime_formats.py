"""Signatures and envelopes that openssl made, in every state, and what is hostile in them."""

from __future__ import annotations

import random
import time
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

import pytest
from asn1crypto import cms, core
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.x509.oid import ExtendedKeyUsageOID

from mel_desktop.formats import smime_chain
from mel_desktop.formats.smime_enveloped import OwnKey, Unopened, open_enveloped
from mel_desktop.formats.smime_signed import Signed, read_signed
from mel_desktop.logic.smime_wrapping import wrapping
from mel_desktop.model.smime import SignatureState as S
from mel_desktop.model.smime import SmimeLook
from tests.support.smime_people import DAY, NOW, Person, authority, openssl, person

ADDRESS = "claire.martin@ac-exemple.fr"
ENTITY = b"Content-Type: text/plain; charset=utf-8\r\n\r\nR\xc3\xa9union \xc3\xa0 16 h.\r\n"
ROOT = authority()


def sign(folder: Path, who: Person, *more: str, entity: bytes = ENTITY) -> bytes:
    """A whole message as openssl writes it."""
    cert, key = who.write(folder, "signer")
    chain = folder / "chain.pem"
    from cryptography.hazmat.primitives.serialization import Encoding

    chain.write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in who.chain))
    made = openssl(
        "-sign", "-signer", str(cert), "-inkey", str(key), "-certfile", str(chain), "-binary",
        *more, octets=entity,
    )  # fmt: skip
    return b"From: Claire <claire.martin@ac-exemple.fr>\r\n" + made


def check(message: bytes, *roots: Person, sender: str = ADDRESS, at_days: int = 0) -> Signed:
    layer = wrapping(message)
    assert layer is not None
    assert not layer.is_encrypted
    trusted = [one.certificate for one in (roots or (ROOT,))]
    return read_signed(
        layer.cms, trusted, NOW + at_days * DAY, sender=sender, content=layer.content
    )


def state(found: Signed) -> S:
    worst = SmimeLook(signatures=found.signatures).worst
    assert worst is not None
    return worst.state


def test_good_detached_and_opaque(tmp_path: Path) -> None:
    who = person(ROOT)
    for more in ((), ("-nodetach",), ("-nodetach", "-stream"), ("-keyid",), ("-noattr",)):
        found = check(sign(tmp_path, who, *more))
        assert state(found) is S.GOOD, more
        (one,) = found.signatures
        assert (one.name, one.addresses) == ("Claire Martin", (ADDRESS,))
        assert one.authority == "Autorité d’essai"
        assert found.content == ENTITY


def test_line_ends_of_an_archive_do_not_matter(tmp_path: Path) -> None:
    made = sign(tmp_path, person(ROOT))
    assert state(check(made.replace(b"\r\n", b"\n"))) is S.GOOD
    assert state(check(made.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))) is S.GOOD


def test_other_ways_to_sign(tmp_path: Path) -> None:
    assert state(check(sign(tmp_path, person(ROOT, elliptic=True)))) is S.GOOD
    pss = sign(tmp_path, person(ROOT), "-keyopt", "rsa_padding_mode:pss")
    assert state(check(pss)) is S.GOOD
    below = authority("Sous-autorité", ROOT)
    assert state(check(sign(tmp_path, person(below), "-md", "sha512"))) is S.GOOD


def test_another_address_is_told(tmp_path: Path) -> None:
    found = check(sign(tmp_path, person(ROOT)), sender="principal@ac-exemple.fr")
    assert state(found) is S.OTHER_ADDRESS
    assert state(check(sign(tmp_path, person(ROOT)), sender=ADDRESS.upper())) is S.GOOD


def test_unknown_authority(tmp_path: Path) -> None:
    other = authority("Inconnue")
    assert state(check(sign(tmp_path, person(other)))) is S.UNKNOWN_AUTHORITY
    # the same name is not the same authority
    found = check(sign(tmp_path, person(authority("Fausse"))), authority("Fausse autre"))
    assert state(found) is S.UNKNOWN_AUTHORITY
    # a certificate for servers vouches for no mail
    web = person(ROOT, purpose=ExtendedKeyUsageOID.SERVER_AUTH)
    assert state(check(sign(tmp_path, web))) is S.UNKNOWN_AUTHORITY
    # a person is no authority
    assert state(check(sign(tmp_path, person(person(ROOT), "x@y.fr")))) is S.UNKNOWN_AUTHORITY


def test_expired_when_it_came(tmp_path: Path) -> None:
    past = person(ROOT, start=NOW - 60 * DAY, end=NOW - 10 * DAY)
    made = sign(tmp_path, past)
    assert state(check(made)) is S.EXPIRED
    # openssl says that it signs today: the certificate was over then, whenever it came
    assert state(check(made, at_days=-20)) is S.EXPIRED
    # one that ran out since is good for what came before
    now = sign(tmp_path, person(ROOT, end=NOW + 5 * DAY))
    assert state(check(now)) is S.GOOD
    assert state(check(now, at_days=6)) is S.EXPIRED


def test_weak(tmp_path: Path) -> None:
    assert state(check(sign(tmp_path, person(ROOT), "-md", "sha1"))) is S.WEAK
    assert state(check(sign(tmp_path, person(ROOT, "court@ac-exemple.fr", bits=1024)),
                       sender="court@ac-exemple.fr")) is S.WEAK  # fmt: skip


def test_altered(tmp_path: Path) -> None:
    made = sign(tmp_path, person(ROOT))
    assert state(check(made.replace(b"16 h", b"17 h"))) is S.ALTERED
    assert state(check(made.replace(b"union \xc3\xa0", b"union  \xc3\xa0"))) is S.ALTERED
    # content of another message under this signature
    other = sign(tmp_path, person(ROOT), entity=ENTITY.replace(b"16", b"18"))
    first, second = wrapping(made), wrapping(other)
    assert first is not None
    assert second is not None
    swapped = read_signed(
        first.cms, [ROOT.certificate], NOW, sender=ADDRESS, content=second.content
    )
    assert state(swapped) is S.ALTERED


def test_several_signers(tmp_path: Path) -> None:
    made = sign(tmp_path, person(ROOT))
    other = person(authority("Inconnue"), "autre@exemple.fr", "Autre")
    cert, key = other.write(tmp_path, "other")
    both = openssl("-resign", "-signer", str(cert), "-inkey", str(key), octets=made, check=False)
    if not both:  # what openssl does with a detached one differs between versions
        opaque = sign(tmp_path, person(ROOT), "-nodetach")
        both = openssl("-resign", "-signer", str(cert), "-inkey", str(key), "-nodetach",
                       octets=opaque)  # fmt: skip
    found = check(both)
    assert {one.state for one in found.signatures} == {S.GOOD, S.UNKNOWN_AUTHORITY}
    assert state(found) is S.UNKNOWN_AUTHORITY


def test_an_envelope_that_openssl_made(tmp_path: Path) -> None:
    who, other = person(ROOT), person(ROOT, "paul@exemple.fr", "Paul")
    cert, key = who.write(tmp_path, "me")
    for more in (("-aes256",), ("-aes128", "-stream"), ("-des3",), ("-aes192", "-keyid")):
        made = openssl("-encrypt", "-binary", *more, str(cert), octets=ENTITY)
        layer = wrapping(made)
        assert layer is not None
        assert layer.is_encrypted
        own = OwnKey(who.certificate, key.read_bytes())
        assert open_enveloped(layer.cms, [own]) == ENTITY
        stranger = OwnKey(other.certificate, key.read_bytes())
        with pytest.raises(Unopened, match="no-key"):
            open_enveloped(layer.cms, [stranger])
    oaep = openssl("-encrypt", "-binary", "-aes256", "-recip", str(cert), "-keyopt",
                   "rsa_padding_mode:oaep", octets=ENTITY)  # fmt: skip
    layer = wrapping(oaep)
    assert layer is not None
    assert open_enveloped(layer.cms, [OwnKey(who.certificate, key.read_bytes())]) == ENTITY


# -- AuthEnvelopedData (RFC 5083): what was altered is never opened -------------------------------


def authenticated(
    who: Person, *, tag: int = 16, attributes: bool = False, wrong: bytes = b""
) -> bytes:
    """One made here, for openssl and for us: openssl itself writes no authenticated attributes."""
    secret, nonce = bytes(range(32)), bytes(12)
    told = cms.CMSAttributes(
        [{"type": "content_type", "values": ["data"]}] if attributes else []
    ).dump()
    box = Cipher(algorithms.AES(secret), modes.GCM(nonce, min_tag_length=4)).encryptor()
    if attributes:
        box.authenticate_additional_data(wrong or told)
    closed = box.update(ENTITY) + box.finalize()
    inside = cms.EncryptedContentInfo({
        "content_type": "data",
        "content_encryption_algorithm": {
            "algorithm": "aes256_gcm",
            "parameters": core.Any(GcmParameters({"nonce": nonce, "size": tag})),
        },
        "encrypted_content": closed,
    })  # fmt: skip
    key = who.certificate.public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    issuer = asn1_x509.Certificate.load(who.der)
    info = cms.KeyTransRecipientInfo({
        "version": "v0",
        "rid": {"issuer_and_serial_number": cms.IssuerAndSerialNumber({
            "issuer": issuer.issuer, "serial_number": issuer.serial_number,
        })},
        "key_encryption_algorithm": {"algorithm": "rsaes_pkcs1v15"},
        "encrypted_key": key.encrypt(secret, padding.PKCS1v15()),
    })  # fmt: skip
    fields = {
        "version": "v0", "recipient_infos": [cms.RecipientInfo("ktri", info)],
        "auth_encrypted_content_info": inside, "mac": box.tag[:tag],
    }  # fmt: skip
    if attributes:
        fields["auth_attrs"] = cms.CMSAttributes.load(told)
    whole = cms.ContentInfo({
        "content_type": "authenticated_enveloped_data", "content": cms.AuthEnvelopedData(fields)
    })  # fmt: skip
    octets: bytes = whole.dump()
    return octets


class GcmParameters(core.Sequence):  # type: ignore[misc]  # the library has no types
    _fields: ClassVar[list[tuple[object, ...]]] = [
        ("nonce", core.OctetString),
        ("size", core.Integer, {"default": 12}),
    ]


def opened_by_openssl(folder: Path, who: Person, octets: bytes) -> bytes:
    cert, key = who.write(folder, "me")
    return openssl("-decrypt", "-inform", "DER", "-binary", "-recip", str(cert), "-inkey", str(key),
                   octets=octets, check=False)  # fmt: skip


@pytest.mark.parametrize("bits", ["128", "192", "256"])
def test_what_openssl_closed_with_gcm(tmp_path: Path, bits: str) -> None:
    who = person(ROOT)
    cert, key = who.write(tmp_path, "me")
    own = [OwnKey(who.certificate, key.read_bytes())]
    for more in ((), ("-stream",), ("-keyid",)):
        made = openssl("-encrypt", "-binary", f"-aes-{bits}-gcm", *more, str(cert), octets=ENTITY)
        assert b"authEnveloped-data" in made
        layer = wrapping(made)
        assert layer is not None
        assert layer.is_encrypted
        assert open_enveloped(layer.cms, own) == ENTITY
        with pytest.raises(Unopened, match="no-key"):
            open_enveloped(layer.cms, [OwnKey(person(ROOT, "x@y.fr").certificate, b"")])
    oaep = openssl("-encrypt", "-binary", f"-aes-{bits}-gcm", "-recip", str(cert), "-keyopt",
                   "rsa_padding_mode:oaep", octets=ENTITY)  # fmt: skip
    layer = wrapping(oaep)
    assert layer is not None
    assert open_enveloped(layer.cms, own) == ENTITY


def test_what_is_closed_here_with_gcm_is_opened_by_openssl_and_by_us(tmp_path: Path) -> None:
    who = person(ROOT)
    made = authenticated(who)
    _, key = who.write(tmp_path, "me")
    assert opened_by_openssl(tmp_path, who, made) == ENTITY
    assert open_enveloped(made, [OwnKey(who.certificate, key.read_bytes())]) == ENTITY


def test_an_altered_tag_text_or_nonce_is_refused_as_openssl_does(tmp_path: Path) -> None:
    who = person(ROOT)
    cert, key = who.write(tmp_path, "me")
    own = [OwnKey(who.certificate, key.read_bytes())]
    layer = wrapping(openssl("-encrypt", "-binary", "-aes-256-gcm", str(cert), octets=ENTITY))
    assert layer is not None
    data = cms.ContentInfo.load(layer.cms)["content"]
    inside = data["auth_encrypted_content_info"]
    nonce = inside["content_encryption_algorithm"]["parameters"].parse(GcmParameters)["nonce"]
    for told in (data["mac"].native, inside["encrypted_content"].native, nonce.native):
        changed = layer.cms.replace(told, told[:-1] + bytes([told[-1] ^ 1]))
        assert changed != layer.cms
        with pytest.raises(Unopened, match="altered"):
            open_enveloped(changed, own)
        assert opened_by_openssl(tmp_path, who, changed) != ENTITY


def test_what_is_vouched_for_beside_the_text_is_checked_too(tmp_path: Path) -> None:
    who = person(ROOT)
    _, key = who.write(tmp_path, "me")
    own = [OwnKey(who.certificate, key.read_bytes())]
    assert open_enveloped(authenticated(who, attributes=True), own) == ENTITY
    for wrong in (b"\x31\x00", b"\xa1\x00"):
        with pytest.raises(Unopened, match="altered"):
            open_enveloped(authenticated(who, attributes=True, wrong=wrong), own)


@pytest.mark.parametrize(("size", "opens"), [(16, True), (12, True), (11, False), (4, False)])
def test_short_tags_vouch_for_nothing(tmp_path: Path, size: int, opens: bool) -> None:
    who = person(ROOT)
    _, key = who.write(tmp_path, "me")
    own = [OwnKey(who.certificate, key.read_bytes())]
    made = authenticated(who, tag=size)
    if opens:
        assert open_enveloped(made, own) == ENTITY
        return
    with pytest.raises(Unopened, match="altered"):
        open_enveloped(made, own)


def test_damage_never_raises_and_is_never_good(tmp_path: Path) -> None:
    made = sign(tmp_path, person(ROOT), "-nodetach")
    layer = wrapping(made)
    assert layer is not None
    cert, key = person(ROOT).write(tmp_path, "me")
    closed = wrapping(openssl("-encrypt", "-binary", "-aes256", str(cert), octets=ENTITY))
    assert closed is not None
    whole = wrapping(openssl("-encrypt", "-binary", "-aes-256-gcm", str(cert), octets=ENTITY))
    assert whole is not None
    own = [OwnKey(person(ROOT).certificate, key.read_bytes())]
    dice = random.Random(8)
    start = time.monotonic()
    for _ in range(300):
        octets = bytearray(layer.cms)
        for _ in range(dice.randint(1, 4)):
            octets[dice.randrange(len(octets))] ^= 1 << dice.randrange(8)
        found = read_signed(bytes(octets), [ROOT.certificate], NOW, sender=ADDRESS)
        assert found.content == ENTITY or all(one.state is not S.GOOD for one in found.signatures)
        cut = layer.cms[: dice.randrange(len(layer.cms))]
        shortened = read_signed(cut, [ROOT.certificate], NOW, sender=ADDRESS)
        assert all(one.state is not S.GOOD for one in shortened.signatures)
        octets = bytearray(closed.cms)
        octets[dice.randrange(len(octets))] ^= 1 << dice.randrange(8)
        with suppress(Unopened):
            open_enveloped(bytes(octets), own)
        octets = bytearray(whole.cms)
        octets[dice.randrange(len(octets))] ^= 1 << dice.randrange(8)
        with suppress(Unopened):
            assert open_enveloped(bytes(octets), own) == ENTITY
    assert time.monotonic() - start < 20


@pytest.mark.parametrize(
    "octets",
    [
        b"", b"\x30\x80" * 100_000, b"\x24\x80" * 50_000, b"\x30\x84\xff\xff\xff\xff",
        bytes(1_000_000), b"\x30\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02",
    ],
    ids=["empty", "nested", "pieces", "long", "zeros", "no-content"],
)  # fmt: skip
def test_hostile_octets_are_bounded(octets: bytes) -> None:
    start = time.monotonic()
    found = read_signed(octets, [ROOT.certificate], NOW, sender=ADDRESS)
    assert [one.state for one in found.signatures] == [S.UNCHECKED]
    with pytest.raises(Unopened):
        open_enveloped(octets, [])
    assert time.monotonic() - start < 2


def test_a_wrapping_is_the_outermost_or_none() -> None:
    mixed = (
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n"
        b"Content-Type: application/pkcs7-mime\r\n\r\nAAAA\r\n--x--\r\n"
    )
    assert wrapping(mixed) is None
    three = (
        b'Content-Type: multipart/signed; boundary=x; protocol="application/pkcs7-signature"\r\n'
        b"\r\n--x\r\n\r\na\r\n--x\r\n\r\nb\r\n--x\r\n\r\nc\r\n--x--\r\n"
    )
    assert wrapping(three) is None
    assert wrapping(b"") is None
    assert wrapping(three.replace(b"boundary=x", b"boundary=y")) is None


def test_constraints_on_names_are_never_passed_over() -> None:
    below = authority("Contrainte", ROOT)
    assert not smime_chain.judge(
        person(below).certificate, [below.certificate], [ROOT.certificate], NOW
    ).problem
    from cryptography.hazmat.primitives import hashes

    built = (
        x509.CertificateBuilder()
        .subject_name(below.certificate.subject)
        .issuer_name(ROOT.certificate.subject)
        .public_key(below.key.public_key())
        .serial_number(7)
        .not_valid_before(NOW - DAY)
        .not_valid_after(NOW + DAY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.NameConstraints([x509.RFC822Name("autre.fr")], None), critical=False)
        .sign(ROOT.key, hashes.SHA256())
    )
    verdict = smime_chain.judge(person(below).certificate, [built], [ROOT.certificate], NOW)
    assert verdict.problem == "unknown"
