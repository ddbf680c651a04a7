"""Outlook's envelope: text and files come out, whatever was cut; and containers are named."""

from __future__ import annotations

import base64
import struct
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mel_desktop.logic.mime_containers import container_warnings
from mel_desktop.logic.whole import read_whole
from mel_desktop.logic.winmail import Winmail, decompressed, read_winmail
from mel_desktop.model.mail import Part, WarningCode
from tests.support.winmail import winmail

# "{\rtf1\ansi\ansicpg1252\pard hello world}\r\n", the example of [MS-OXRTFCP] 4.1.1
RTF_EXAMPLE = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a00726370673132354232"
    "0af32068656c090020627705b06c647d0a800fa0"
)
WHOLE = winmail(
    [("Relevé de notes – 3e B.pdf", b"%PDF-1.4 essai"), ("Élèves.csv", b"nom;note\r\n")],
    body="Bonjour,\r\nles notes sont jointes.",
    html=b"<p>Bonjour</p>",
    rtf=b"{\\rtf1 Bonjour}",
)


def test_text_and_files() -> None:
    found = read_winmail(WHOLE)
    assert found.text == "Bonjour,\nles notes sont jointes."
    assert found.html == "<p>Bonjour</p>"
    assert found.rtf == b"{\\rtf1 Bonjour}"
    assert [(one.name, one.octets) for one in found.files] == [
        ("Relevé de notes – 3e B.pdf", b"%PDF-1.4 essai"),
        ("Élèves.csv", b"nom;note\r\n"),
    ]


def test_compressed_rtf() -> None:
    assert decompressed(RTF_EXAMPLE) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"


def test_rtf_that_promises_the_world_is_bounded() -> None:
    bomb = struct.pack("<IIII", 0, 0xFFFFFFFF, 0x75465A4C, 0) + b"\xff" + b"\x00\x0f" * 8
    assert len(decompressed(bomb * 1000)) <= 2_000_000


def test_many_compressed_texts_cost_no_more_than_one() -> None:
    pairs = [(207 + 17 * one + 2000 & 4095) << 4 | 15 for one in range(118_000)]
    packed = struct.pack("<IIII", 0, 2_000_000, 0x75465A4C, 0) + b"".join(
        b"\xff" + struct.pack(">8H", *pairs[at : at + 8]) for at in range(0, len(pairs), 8)
    )
    packed += b"\0" * (-len(packed) % 4)
    assert len(decompressed(packed)) == 2_000_000
    listed = struct.pack("<IHHII", 1, 0x102, 0x1009, 1, len(packed)) + packed
    attribute = b"\x01" + struct.pack("<II", 0x69003, len(listed)) + listed + b"\0\0"
    begun = time.process_time()
    assert len(read_winmail(b"\x78\x9f\x3e\x22\0\0" + attribute * 20).rtf) == 2_000_000
    assert time.process_time() - begun < 2  # 13 s before


def test_a_message_that_is_nothing_else_can_be_read() -> None:
    raw = (
        b"From: a@ac-exemple.fr\r\nContent-Type: application/ms-tnef; name=winmail.dat\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(WHOLE)
    )
    whole = read_whole(raw)
    assert "les notes sont jointes" in whole.text.text
    assert [(one.number, one.filename, one.media_type, one.size) for one in whole.text.inner] == [
        ("1!1", "Relevé de notes – 3e B.pdf", "application/pdf", 14),
        ("1!2", "Élèves.csv", "text/csv", 10),
    ]
    assert [part.filename for part in whole.parts] == ["winmail.dat"]


def test_every_cut_is_read_as_far_as_it_goes() -> None:
    for end in range(len(WHOLE)):
        assert isinstance(read_winmail(WHOLE[:end]), Winmail)


@given(st.integers(0, len(WHOLE) - 1), st.binary(min_size=1, max_size=8))
def test_whatever_is_written_over_it(at: int, octets: bytes) -> None:
    found = read_winmail(WHOLE[:at] + octets + WHOLE[at + len(octets) :])
    assert all("/" not in one.name and "\0" not in one.name for one in found.files)


def part(kind: str, within: str = "", name: str = "") -> Part:
    return Part("1", kind, "", "base64", "", name, "", 10, within=within)


@pytest.mark.parametrize(
    ("parts", "text", "field", "wanted"),
    [
        ([part("application/pkcs7-mime", name="smime.p7m")], "", "", WarningCode.ENCRYPTED_SMIME),
        (
            [part("application/pkcs7-mime", name="smime.p7m")],
            "",
            "application/pkcs7-mime; smime-type=signed-data",
            WarningCode.SIGNED_SMIME,
        ),
        (
            [part("text/plain", "signed"), part("application/pkcs7-signature", "signed")],
            "",
            "",
            WarningCode.SIGNED_SMIME,
        ),
        ([part("application/pgp-signature", "signed")], "", "", WarningCode.SIGNED_PGP),
        ([part("application/pgp-encrypted", "encrypted")], "", "", WarningCode.ENCRYPTED_PGP),
        ([], "Salut\n-----BEGIN PGP MESSAGE-----\n\nxx", "", WarningCode.ENCRYPTED_PGP),
        ([], "-----BEGIN PGP SIGNED MESSAGE-----\nHash: x", "", WarningCode.SIGNED_PGP),
        ([part("application/pkcs7-signature", "mixed")], "", "", None),
        ([], "On écrit « -----BEGIN PGP MESSAGE----- » au début.", "", None),
    ],
)
def test_containers(parts: list[Part], text: str, field: str, wanted: WarningCode | None) -> None:
    found = [one.code for one in container_warnings(parts, text, field)]
    assert found == ([wanted] if wanted else [])
