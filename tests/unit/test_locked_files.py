"""Files that are locked with a password, written by the programs that people use."""

from __future__ import annotations

import os
import random
import struct
from pathlib import Path

import pytest

from mel_desktop.formats import locked_files

FOLDER = Path(__file__).parents[1] / "data" / "locked"
KINDS = {
    "aes.zip": "zip", "crypt.zip": "zip", "crypt-linear.pdf": "pdf", "crypt-r4.pdf": "pdf",
    "crypt-r6.pdf": "pdf", "crypt-stream.pdf": "pdf", "crypt.7z": "7z", "crypt-names.7z": "7z",
    "crypt.docx": "office", "crypt.odt": "odf",
}  # fmt: skip
FILES = sorted(one for one in os.listdir(FOLDER) if one != "README.md")


def reader(octets: bytes) -> locked_files.Read:
    return lambda offset, length: octets[offset : offset + length]


@pytest.mark.parametrize("name", FILES)
def test_each_file(name: str) -> None:
    octets = (FOLDER / name).read_bytes()
    assert locked_files.lock(reader(octets), len(octets)) == KINDS.get(name, "")


def test_all_kinds_are_there() -> None:
    assert set(KINDS) < set(FILES)
    assert len([one for one in FILES if one.startswith("plain")]) >= 5


def test_members_of_an_archive() -> None:
    octets = (FOLDER / "program.zip").read_bytes()
    assert list(locked_files.members(reader(octets), len(octets))) == ["jeux/Jeu.EXE", "lisez.txt"]
    assert list(locked_files.members(reader(b"PK\x05\x06"), 4)) == []


def _rar4(*, names: bool = False, contents: bool = False) -> bytes:
    mark = b"Rar!\x1a\x07\x00"
    main = struct.pack("<HBHHHI", 0, 0x73, 0x80 if names else 0, 13, 0, 0)
    file = struct.pack("<HBHH", 0, 0x74, 0x8004 if contents else 0x8000, 32) + bytes(25)
    return mark + main + file


def _rar5(*, names: bool = False, contents: bool = False) -> bytes:
    mark = b"Rar!\x1a\x07\x01\x00"

    def block(kind: int, flags: int, rest: bytes) -> bytes:
        body = bytes([kind, flags]) + rest
        return bytes(4) + bytes([len(body)]) + body

    if names:
        return mark + block(4, 0, bytes(20))
    extra = b"\x02\x01\x00" if contents else b"\x02\x03\x00"
    return mark + block(1, 0, b"\x00") + block(2, 1, bytes([len(extra)]) + bytes(8) + extra)


@pytest.mark.parametrize("make", [_rar4, _rar5])
def test_rar(make: object) -> None:
    assert callable(make)
    for options, expected in (({}, ""), ({"names": True}, "rar"), ({"contents": True}, "rar")):
        octets = make(**options)
        assert locked_files.lock(reader(octets), len(octets)) == expected


def test_broken_files_are_not_locked_and_hurt_nobody() -> None:
    dice = random.Random(5)
    for name in FILES:
        whole = (FOLDER / name).read_bytes()
        for _ in range(40):
            octets = bytearray(whole[: dice.randrange(1, len(whole))])
            for _ in range(dice.randrange(4)):
                octets[dice.randrange(len(octets))] = dice.randrange(256)
            data = bytes(octets)
            assert locked_files.lock(reader(data), len(data)) in {"", *KINDS.values(), "rar"}
            list(locked_files.members(reader(data), len(data)))


def test_a_word_in_the_text_of_a_pdf_is_no_lock() -> None:
    octets = (
        (FOLDER / "plain.pdf")
        .read_bytes()
        .replace(b"%PDF-", b"%PDF-1.3\n% /Encrypt is spoken of\n%PDF-", 1)
    )
    assert locked_files.lock(reader(octets), len(octets)) == ""


def test_the_folder_is_small() -> None:
    assert sum(Path(FOLDER / one).stat().st_size for one in FILES) < 50_000
