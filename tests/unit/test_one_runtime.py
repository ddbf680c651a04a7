"""packaging/frozen/one_runtime.py: whose C++ runtime a library of the Windows bundle imports."""

from __future__ import annotations

import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

FROZEN = Path(__file__).resolve().parents[2] / "packaging" / "frozen"
OWN = b"msvcp140-a4c2229bdc2a2a630acdc095b4d86008.dll"


@pytest.fixture
def one_runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.syspath_prepend(str(FROZEN))
    yield __import__("one_runtime")
    sys.modules.pop("one_runtime", None)


def library(path: Path, imports: bytes, *, signed: bool = False, magic: int = 0x20B) -> str:
    """As much of a PE file as is looked at."""
    octets = bytearray(b"MZ".ljust(0x3C, b"\0") + struct.pack("<I", 0x80)).ljust(0x80, b"\0")
    octets += struct.pack("<4s20xH", b"PE\0\0", magic) + bytes(300)
    table = 0x80 + 24 + (112 if magic == 0x20B else 96)
    struct.pack_into("<II", octets, table + 32, 0x400 if signed else 0, 0x100 if signed else 0)
    path.write_bytes(octets + b"KERNEL32.dll\0" + imports + b"\0python312.dll\0")
    return str(path)


def rows(folder: Path, **how: Any) -> list[tuple[str, str, str]]:
    return [
        ("spell/spell.pyd", library(folder / "spell.pyd", OWN, **how), "EXTENSION"),
        ("PySide6/MSVCP140.dll", library(folder / "plain.dll", b""), "BINARY"),
        ("other.pyd", library(folder / "other.pyd", b"MSVCP140.dll"), "EXTENSION"),
        ("data.bin", str(folder / "not read"), "DATA"),
    ]


@pytest.mark.parametrize("magic", [0x20B, 0x10B])
def test_the_importer_is_told_the_plain_name(one_runtime: Any, tmp_path: Path, magic: int) -> None:
    given = rows(tmp_path, magic=magic)
    found = one_runtime.share(given, tmp_path / "into")
    assert found[1:] == given[1:]
    assert found[0][::2] == given[0][::2]
    before, after = (Path(row[0][1]).read_bytes() for row in (given, found))
    assert len(before) == len(after)
    assert after == before.replace(OWN, b"MSVCP140.dll".ljust(len(OWN), b"\0"))


def test_a_signed_one_is_not_changed(one_runtime: Any, tmp_path: Path) -> None:
    with pytest.raises(one_runtime.Unfit, match=r"spell\.pyd .* is signed"):
        one_runtime.share(rows(tmp_path, signed=True), tmp_path / "into")


def test_not_without_the_runtime_that_shall_serve(one_runtime: Any, tmp_path: Path) -> None:
    given = [row for row in rows(tmp_path) if "MSVCP140" not in row[0]]
    with pytest.raises(one_runtime.Unfit, match="no other one is there"):
        one_runtime.share(given, tmp_path / "into")


@pytest.mark.parametrize("octets", [b"", b"MZ" + bytes(200), OWN * 9])
def test_another_kind_of_file(one_runtime: Any, octets: bytes) -> None:
    with pytest.raises(one_runtime.Unfit, match="not a PE file"):
        one_runtime.is_signed(octets)
