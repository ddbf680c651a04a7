"""Archives of exports: what is read out of them, and the hostile ones."""

from __future__ import annotations

import gzip
import io
import random
import struct
import tarfile
import zipfile
from collections.abc import Callable
from typing import IO

import pytest

from mel_desktop.formats import archives
from mel_desktop.formats.archives import Bundle
from mel_desktop.model.errors import ErrorCode, LocalRefusal

FILES = {"a/x_0000.xml": b"<x>" + b"1" * 100_000 + b"</x>", "b.XML": b"<y/>", "read.me": b"no"}


def opener(data: bytes) -> Callable[[], IO[bytes]]:
    return lambda: io.BytesIO(data)


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def tarred(
    files: dict[str, bytes], mode: str = "w:gz", kind: int = tarfile.PAX_FORMAT, **header: object
) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode, format=kind) as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            for key, value in header.items():
                setattr(member, key, value)
            archive.addfile(member, io.BytesIO(data))
    return out.getvalue()


def read(data: bytes, name: str = "export") -> dict[str, bytes]:
    bundle = Bundle([(name, opener(data))])
    found = {path: b"".join(chunks) for path, chunks in bundle.read(lambda _: True)}
    assert tuple(found) == bundle.names
    return found


def refusal(data: bytes) -> tuple[ErrorCode, object]:
    with pytest.raises(LocalRefusal) as caught:
        read(data)
    return caught.value.code, caught.value.facts["why"]


WANTED = {path: data for path, data in FILES.items() if path != "read.me"}


@pytest.mark.parametrize(
    "data",
    [
        zipped(FILES),
        zipped(FILES, zipfile.ZIP_STORED),
        tarred(FILES),
        tarred(FILES, "w"),
        tarred(FILES, kind=tarfile.GNU_FORMAT),
        tarred(FILES, kind=tarfile.USTAR_FORMAT),
    ],
    ids=["zip", "stored", "tgz", "tar", "gnu", "ustar"],
)
def test_xml_members_are_streamed(data: bytes) -> None:
    assert read(data) == WANTED


def test_long_names_folders_and_shadows() -> None:
    long = "d" * 60 + "/" + "e" * 120 + ".xml"
    files = {long: b"<x/>", "__MACOSX/._x.xml": b"?", ".hidden.xml": b"?"}
    for kind in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        assert read(tarred(files, kind=kind)) == {long: b"<x/>"}
    assert read(zipped(files)) == {long: b"<x/>"}
    assert read(zipped({"folder\\x.xml": b"<x/>"})) == {"folder\\x.xml": b"<x/>"}


def test_a_folder_packed_as_dot() -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name in (".", "./sub"):
            folder = tarfile.TarInfo(name)
            folder.type = tarfile.DIRTYPE
            archive.addfile(folder)
        member = tarfile.TarInfo("./sub/x.xml")
        member.size = 4
        archive.addfile(member, io.BytesIO(b"<x/>"))
    assert list(read(out.getvalue()).values()) == [b"<x/>"]


def test_bare_files_and_archives_together() -> None:
    bundle = Bundle([
        ("e.xml", opener(b"<e/>")), ("s.zip", opener(zipped({"s.xml": b"<s/>"}))),
        ("e.xml", opener(b"<f/>")), ("notes.txt", opener(b"no")),
    ])  # fmt: skip
    assert bundle.names == ("e.xml", "s.xml", "e.xml")
    assert [b"".join(c) for _, c in bundle.read(lambda path: path.startswith("e"))] == [
        b"<e/>",
        b"<f/>",
    ]


LONG = "a" * 600


@pytest.mark.parametrize(
    "name",
    ["../x.xml", "a/../../x.xml", "/etc/x.xml", "C:/x.xml", "..\\x.xml", "a/..", "x\n.xml", LONG],
)
@pytest.mark.parametrize("pack", [zipped, tarred])
def test_paths_that_climb_out(name: str, pack: Callable[[dict[str, bytes]], bytes]) -> None:
    data = pack({"fine.xml": b"<x/>", name: b"<x/>"})
    assert refusal(data) == (ErrorCode.BAD_FILE, "archive-climbing-path")


def test_a_name_that_goes_on_after_a_nul() -> None:
    data = zipped({"fine.xml!../x": b"<x/>"}).replace(b"fine.xml!../x", b"fine.xml\0../x")
    assert refusal(data) == (ErrorCode.BAD_FILE, "archive-climbing-path")


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE]
)
def test_links_and_devices_in_tar(kind: bytes) -> None:
    data = tarred({"x.xml": b""}, type=kind, linkname="/etc/passwd")
    assert refusal(data) == (ErrorCode.BAD_FILE, "archive-link")


def test_links_in_zip() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("x.xml")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert refusal(out.getvalue()) == (ErrorCode.BAD_FILE, "archive-link")


def test_doubled_names() -> None:
    doubled = zipped({"x.xml": b"<x/>", "y.xml": b"<y/>"}).replace(b"y.xml", b"x.xml")
    why = (ErrorCode.BAD_FILE, "archive-doubled-names")
    assert refusal(doubled) == why
    assert refusal(zipped({"x.xml": b"", "X.XML": b""})) == why
    assert refusal(tarred({"x.xml": b"", "./x.xml": b""})) == why


def test_encrypted_zip() -> None:
    data = bytearray(zipped({"x.xml": b"<x/>"}))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + at] |= 1
    assert refusal(bytes(data)) == (ErrorCode.BAD_FILE, "archive-encrypted")


def test_other_ways_of_packing() -> None:
    data = zipped({"x.xml": b"<x/>"}, zipfile.ZIP_BZIP2)
    assert refusal(data)[0] is ErrorCode.BAD_FILE


TOO_MUCH = (ErrorCode.TOO_LARGE, "archive-too-large")


def test_bombs_by_ratio() -> None:
    zeros = bytes(archives.RATIO_FROM + 100)
    assert refusal(zipped({"x.xml": zeros})) == TOO_MUCH
    assert refusal(tarred({"x.xml": zeros})) == TOO_MUCH


def test_a_bomb_that_lies_about_its_size_gives_no_more_than_it_said() -> None:
    data = bytearray(zipped({"x.xml": bytes(50_000_000)}))
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", data, data.index(mark) + at, 10)
    assert refusal(bytes(data)) == (ErrorCode.BAD_FILE, "archive-damaged")


def test_bombs_by_total(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_UNPACKED", 1_000_000)
    noise = random.Random(1).randbytes(600_000)
    assert refusal(zipped({"a.xml": noise, "b.xml": noise})) == TOO_MUCH
    assert refusal(tarred({"a.xml": noise, "b.xml": noise})) == TOO_MUCH
    with pytest.raises(LocalRefusal) as caught:
        Bundle([(name, opener(noise)) for name in ("a.xml", "b.xml")])
    assert caught.value.code is ErrorCode.TOO_LARGE


def test_overlapping_members_count_in_full() -> None:
    """Many entries of the table that share the same packed octets."""
    size = 20_000_000
    one = zipped({"00000.xml": bytes(size)})
    table = one.index(b"PK\x01\x02")
    entry = one[table : one.index(b"PK\x05\x06")]
    entries = b"".join(entry.replace(b"00000.xml", b"%05d.xml" % n) for n in range(5_000))
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 5_000, 5_000, len(entries), table, 0)
    assert refusal(one[:table] + entries + end) == TOO_MUCH


def test_absurd_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    why = (ErrorCode.TOO_LARGE, "archive-too-many-files")
    liar = bytearray(zipped({"x.xml": b"<x/>"}))
    struct.pack_into("<HH", liar, liar.index(b"PK\x05\x06") + 8, 60_000, 60_000)
    assert refusal(bytes(liar)) == why
    monkeypatch.setattr(archives, "MAX_MEMBERS", 3)
    many = {f"{n}.xml": b"<x/>" for n in range(5)}
    assert refusal(tarred(many)) == why
    assert refusal(zipped(many)) == why


def test_a_pax_record_or_long_name_without_end() -> None:
    why = (ErrorCode.TOO_LARGE, "archive-name-too-long")
    assert refusal(tarred({"x.xml": b""}, pax_headers={"comment": "a" * 200_000})) == why
    assert refusal(tarred({"a" * 200_000: b""}, kind=tarfile.GNU_FORMAT)) == why


@pytest.mark.parametrize("keep", [0.2, 0.5, 0.9, 0.999])
@pytest.mark.parametrize("pack", ["zip", "tgz", "tar"])
def test_cut_short(pack: str, keep: float) -> None:
    noise = random.Random(2).randbytes(200_000)
    files = {"a.xml": noise, "b.xml": b"<x/>"}
    data = zipped(files) if pack == "zip" else tarred(files, "w:gz" if pack == "tgz" else "w")
    if pack == "tar" and keep > 0.95:
        data = data.rstrip(b"\0")[:-100]
        keep = 1
    assert refusal(data[: int(len(data) * keep)]) == (
        ErrorCode.BAD_FILE,
        "archive-damaged",
    )


def test_a_tar_cut_between_two_members_is_no_shorter_archive() -> None:
    data = tarred({"a.xml": b"<a/>", "b.xml": b"<b/>"}, "w", tarfile.USTAR_FORMAT)
    why = (ErrorCode.BAD_FILE, "archive-damaged")
    assert refusal(data[:1024]) == why
    broken = bytearray(data)
    broken[1024 + 10] ^= 0xFF  # the second header
    assert refusal(bytes(broken)) == why
    assert refusal(gzip.compress(data[:1024])) == why


def test_damage_inside() -> None:
    data = bytearray(zipped({"a.xml": random.Random(3).randbytes(50_000)}))
    data[1_000] ^= 0xFF
    assert refusal(bytes(data)) == (ErrorCode.BAD_FILE, "archive-damaged")
    data = bytearray(tarred({"a.xml": random.Random(3).randbytes(50_000)}))
    data[-6] ^= 0xFF  # its check sum
    assert refusal(bytes(data)) == (ErrorCode.BAD_FILE, "archive-damaged")
