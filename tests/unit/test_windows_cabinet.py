"""packaging/windows/cabinet.py beside what gcab packs and cabextract reads."""

from __future__ import annotations

import random
import shutil
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

PACKAGING = Path(__file__).resolve().parents[2] / "packaging"
sys.path.insert(0, str(PACKAGING))

from windows import cabinet  # noqa: E402

# Text that comes back beyond a block of 32 kB, octets that do not pack, nothing, and a small one.
_RANDOM = random.Random(9)
_WORDS = " ".join(_RANDOM.choices([f"mot{number}" for number in range(4000)], k=6000)).encode()
FILES = {
    "words.txt": _WORDS, "again.txt": _WORDS[-20_000:], "empty": b"",
    "noise.bin": _RANDOM.randbytes(70_001), "é.txt": b"\xc3\xa9\n",
}  # fmt: skip
needs_gcab = pytest.mark.skipif(
    shutil.which("gcab") is None, reason="gcab comes with `dev.py windows`"
)


def by_us(files: dict[str, bytes]) -> bytes:
    """A cabinet without gcab."""
    table, at = b"", 0
    for name, octets in files.items():
        table += cabinet.FILE.pack(len(octets), at, 0, 0x5C21, 0, 0xA0) + name.encode() + b"\0"
        at += len(octets)
    folder = cabinet.Folder(b"".join(files.values()))
    return cabinet.packed(cabinet.Cabinet((folder,), table, len(files), 7, 0))


def by_gcab(folder: Path, files: dict[str, bytes] = FILES) -> bytes:
    for name, octets in files.items():
        (folder / name).write_bytes(octets)
    subprocess.run(["gcab", "-c", "-z", "gcab.cab", *files], cwd=folder, check=True)
    return (folder / "gcab.cab").read_bytes()


def test_what_is_packed_is_there_again() -> None:
    octets = by_us(FILES)
    found = cabinet.unpacked(octets)
    assert found.folders[0].octets == b"".join(FILES.values())
    assert (found.count, found.set_id) == (len(FILES), 7)
    assert cabinet.smaller(octets) == octets
    assert cabinet.smaller(octets, workers=1) == octets


def test_a_block_begins_with_what_the_one_before_held() -> None:
    """What comes back after 20 kB costs next to nothing, though a block begins between."""
    once = len(by_us({"a": _RANDOM.randbytes(20_000)}))
    noise = _RANDOM.randbytes(20_000)
    assert len(by_us({"a": noise, "b": noise})) < once + 1_000


def test_an_empty_cabinet_stays_one() -> None:
    assert cabinet.unpacked(by_us({})).folders[0].octets == b""


@needs_gcab
def test_a_cabinet_of_gcab_becomes_smaller_and_says_the_same(tmp_path: Path) -> None:
    before = by_gcab(tmp_path)
    after = cabinet.smaller(before)
    assert len(after) < len(before) - 1_000
    assert cabinet.unpacked(after) == cabinet.unpacked(before)


@needs_gcab
@pytest.mark.parametrize("reader", [["gcab", "-x"], ["cabextract", "-q"]])
def test_other_readers_find_every_file(tmp_path: Path, reader: list[str]) -> None:
    if shutil.which(reader[0]) is None:
        pytest.skip(f"{reader[0]} comes with `dev.py windows`")
    source, out = tmp_path / "source", tmp_path / "out"
    source.mkdir()
    out.mkdir()
    file = tmp_path / "smaller.cab"
    file.write_bytes(cabinet.smaller(by_gcab(source)))
    subprocess.run([*reader, str(file)], cwd=out, check=True, capture_output=True)
    assert {one.name: one.read_bytes() for one in out.iterdir()} == FILES


def changed(at: int, octets: bytes) -> Callable[[bytes], bytes]:
    return lambda whole: whole[:at] + octets + whole[at + len(octets) :]


def first_block(whole: bytes) -> int:
    return int(struct.unpack_from("<I", whole, cabinet.HEADER.size)[0])


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda whole: b"", "cut off"),
        (lambda whole: whole[:40], "octets"),
        (lambda whole: whole[:-1], "octets"),
        (changed(0, b"MSCX"), "no cabinet"),
        (changed(25, b"\2"), "no cabinet"),
        (changed(30, b"\4"), "reserved"),
        (changed(42, b"\3"), "not MSZIP"),
        (changed(36, b"\xff\xff\xff\x7f"), "cut off"),
        (changed(40, b"\xff\xff"), "checksum|cut off"),
        (lambda whole: changed(first_block(whole) + 12, b"\0")(whole), "checksum"),
        (lambda whole: changed(first_block(whole), b"\0\0\0\1")(whole), "checksum"),
        (changed(44 + 8, b"\1\0"), "folder 1, of 1"),
        (changed(44, b"\xff\xff\xff\x0f"), "larger than its folder"),
        (lambda whole: changed(8, struct.pack("<I", 70))(whole[:70]), "cut off|checksum"),
    ],
)
def test_damage_is_told(damage: Callable[[bytes], bytes], said: str) -> None:
    with pytest.raises(cabinet.Damaged, match=said):
        cabinet.unpacked(damage(by_us(FILES)))


@pytest.mark.parametrize(
    ("octets", "said"), [(b"XX", "not MSZIP"), (b"CK\xff", "block"), (b"CK\3\0", "octets that it")]
)
def test_a_block_that_is_none_is_told_though_nobody_checks_it(octets: bytes, said: str) -> None:
    """A checksum of 0 says that there is none."""
    whole = by_us({"a": b"some octets"})
    at = first_block(whole)
    block = struct.pack("<IHH", 0, len(octets), 11) + octets
    made = whole[:at] + block
    with pytest.raises(cabinet.Damaged, match=said):
        cabinet.unpacked(changed(8, struct.pack("<I", len(made)))(made))


def test_one_octet_of_damage_anywhere_is_refused_or_harmless() -> None:
    whole = by_us({"a": _WORDS[:3000], "b": b"more"})
    files = cabinet.unpacked(whole).folders
    for at in range(len(whole)):
        try:
            found = cabinet.unpacked(changed(at, bytes([whole[at] ^ 0x41]))(whole))
        except cabinet.Damaged:
            continue
        assert found.folders == files, at  # in a name, a time, a reserved word
