"""Exports of the ministry's applications, opened by what they are: AAF, SIECLE, STS-Web.

A file may be an archive, a folder or an XML file. What makes one source: an AAF archive or folder,
or AAF files that lie side by side; all files of SIECLE given together; one file of STS-Web.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import IO, Final

from mel_desktop.directory_ports import PeopleReader
from mel_desktop.formats import aaf, siecle, sts
from mel_desktop.formats.archives import MAX_MEMBERS, Bundle
from mel_desktop.formats.detect import AUTO
from mel_desktop.formats.headings import bad_file
from mel_desktop.formats.xml_stream import root_of, too_large
from mel_desktop.model.values import dataclass

FORMATS: Final = ("aaf", "siecle", "sts")
_ARCHIVES: Final = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b")
_MARKS: Final = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class _Family:
    roots: frozenset[str]
    refusal: str
    open: Callable[[Bundle], PeopleReader]


_FAMILIES: Final = {
    "aaf": _Family(frozenset({aaf.ROOT}), "not-an-aaf-export", aaf.AafFile),
    "siecle": _Family(siecle.ROOTS, "not-a-siecle-export", siecle.SiecleFile),
    "sts": _Family(sts.ROOTS, "not-an-sts-export", sts.StsFile),
}


def open_school_files(files: Sequence[Path], format_name: str = AUTO) -> PeopleReader | None:
    """The reader of files that make one source, or None: not of these formats, or not one source.

    BAD_FILE | TOO_LARGE for what is of them and cannot be trusted, and for all but them when
    ``format_name`` is one of theirs.
    """
    if not all(map(_may_be, files)) and format_name == AUTO:
        return None
    bundle = Bundle([one for path in files for one in _openers(path)])
    roots = _roots(bundle)
    kinds = {kind for kind in FORMATS if roots & _FAMILIES[kind].roots}
    known = {root for kind in kinds for root in _FAMILIES[kind].roots}
    is_one = len(kinds) == 1 and roots <= known
    if kinds and not is_one and len(files) == 1:
        raise bad_file("exports-in-one-archive")
    if format_name != AUTO and kinds != {format_name}:
        raise bad_file(_FAMILIES[format_name].refusal)
    if not is_one:
        return None
    kind = kinds.pop()
    if len(files) > 1 and (kind == "sts" or (kind == "aaf" and not all(map(_is_bare, files)))):
        return None
    if kind == "siecle" and siecle.PUPILS not in roots:
        raise bad_file("export-without-pupils")
    return _FAMILIES[kind].open(bundle)


def _may_be(path: Path) -> bool:
    """Whether a file begins like XML or an archive."""
    if path.is_dir():
        return True
    with _open(path) as file:
        start = file.read(512)
    if start.startswith(_ARCHIVES) or start[257:262] == b"ustar":
        return True
    for mark in _MARKS:
        start = start.removeprefix(mark)
    return start.replace(b"\0", b"").lstrip().startswith(b"<")


def _is_bare(path: Path) -> bool:
    if path.is_dir():
        return False
    with _open(path) as file:
        start = file.read(512)
    return not start.startswith(_ARCHIVES) and start[257:262] != b"ustar"


def _openers(path: Path) -> Iterator[tuple[str, Callable[[], IO[bytes]]]]:
    """The file, or the XML files of a folder, by name; links are not followed."""
    if not path.is_dir():
        yield path.name, partial(_open, path)
        return
    found = 0
    for one in sorted(path.rglob("*")):
        if one.suffix.lower() == ".xml" and one.is_file() and not one.is_symlink():
            found += 1
            if found > MAX_MEMBERS:
                raise too_large("archive-too-many-files", limit=MAX_MEMBERS)
            yield one.relative_to(path.parent).as_posix(), partial(_open, one)


def _open(path: Path) -> IO[bytes]:
    try:
        if not path.is_file():
            raise bad_file("no such file")
        return path.open("rb")
    except OSError as error:
        raise bad_file("cannot be read") from error


def _roots(bundle: Bundle) -> set[str]:
    """Roots of the XML files; of many, as of the parts of an AAF export, the first are enough."""
    found = set()
    for number, (_, chunks) in enumerate(bundle.read(lambda _: True)):
        found.add(root_of(chunks))
        if number == 20:
            break
    return found
