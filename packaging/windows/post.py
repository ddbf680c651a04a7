"""What wixl 0.101 leaves undone in an installer, put right with msitools' msibuild.

Conditions of components, properties that go over to the privileged half, expandable values,
names of 8.3 beside the long ones, the code page, the summary, and the two times in it: with a fixed
time the same source makes the same octets. And its cabinet is packed better (cabinet.py).
"""

from __future__ import annotations

import re
import shutil
import struct
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from windows import cabinet, wxs

TRANSITIVE: Final = 64  # the condition is asked again at a repair
ACTION_KIND, SET_PROPERTY = 63, 51
CODE_PAGE: Final = "\r\n\r\n1252\t_ForceCodepage\r\n"
TEMPLATE: Final = "x64;1036"
SUMMARY: Final = bytes.fromhex("E0859FF2F94F6810AB9108002B27B3D9")
CREATED, SAVED = 12, 13  # properties of the summary
FILETIME: Final = 0x40
SECONDS_TO_1970: Final = 11_644_473_600
SHORT: Final = re.compile(r"[A-Z0-9_-]{1,8}(\.[A-Z0-9_-]{1,3})?", re.IGNORECASE)


class MsiTrouble(Exception):
    """The installer is not what was expected, or a tool failed."""


@dataclass(slots=True)
class Table:
    """One of an installer's database, as msitools exports it."""

    name: str
    head: list[str]
    rows: list[list[str]]

    def column(self, name: str) -> int:
        """Its place."""
        return self.head[0].split("\t").index(name)

    def text(self) -> str:
        """As it is imported."""
        return "".join(f"{line}\r\n" for line in (*self.head, *map("\t".join, self.rows)))


def tool(*command: str, cwd: Path | None = None) -> str:
    """What a program says. MsiTrouble."""
    return _octets(*command, cwd=cwd).decode("utf-8")


def stream(msi: Path, name: str) -> bytes:
    """One that lies beside the tables. MsiTrouble."""
    return _octets("msiinfo", "extract", str(msi), name)


def _octets(*command: str, cwd: Path | None = None) -> bytes:
    if shutil.which(command[0]) is None:
        raise MsiTrouble(f"{command[0]} is missing (Debian packages wixl, msitools, cabextract)")
    done = subprocess.run(command, cwd=cwd, capture_output=True, check=False)
    if done.returncode:
        said = (done.stderr or done.stdout).decode("utf-8", "replace").strip()
        raise MsiTrouble(f"{command[0]} failed: {said}")
    return done.stdout


def read(msi: Path, name: str) -> Table:
    """A table of the installer. MsiTrouble when there is none of that name."""
    lines = tool("msiinfo", "export", str(msi), name).split("\r\n")
    if len(lines) < 3 or not lines[2].startswith(f"{name}\t"):
        raise MsiTrouble(f"{msi.name}: no table {name}")
    return Table(name, lines[:3], [line.split("\t") for line in lines[3:] if line])


def write(msi: Path, name: str, text: str) -> None:
    """Put a table into the place of the one that is there."""
    with tempfile.TemporaryDirectory(prefix="mel-idt-") as folder:
        file = Path(folder) / f"{name}.idt"
        file.write_bytes(text.encode("utf-8"))
        tool("msibuild", str(msi), "-i", str(file))


def change(msi: Path, name: str, edit: Callable[[Table], None]) -> None:
    """Read a table, edit it, write it."""
    table = read(msi, name)
    edit(table)
    write(msi, name, table.text())


def compile_source(source: wxs.Source, msi: Path) -> None:
    """The installer of a folder, as wixl makes it. MsiTrouble."""
    text = msi.with_suffix(".wxs")
    text.write_bytes(wxs.document(source))
    tool("wixl", "-a", "x64", "-o", str(msi.resolve()), str(text.resolve()), cwd=source.base)


def repack(msi: Path) -> None:
    """Its cabinet in fewer octets, the same files in it (cabinet.py). MsiTrouble."""
    with tempfile.TemporaryDirectory(prefix="mel-cab-") as folder:
        smaller = Path(folder) / wxs.CABINET
        try:
            smaller.write_bytes(cabinet.smaller(stream(msi, wxs.CABINET)))
        except cabinet.Damaged as trouble:
            raise MsiTrouble(f"{msi.name}, {wxs.CABINET}: {trouble}") from trouble
        tool("cabextract", "-q", "-t", str(smaller))  # a reader that is not ours
        tool("msibuild", str(msi), "-a", wxs.CABINET, str(smaller))


def finish(msi: Path, *, version: str, package: str, when: int) -> None:
    """All of it. ``package``: the GUID of this very file; ``when``: seconds since 1970."""
    change(msi, "Component", _conditions)
    change(msi, "Property", _secure)
    change(msi, "Registry", _expandable)
    change(msi, "CustomAction", _impersonated)
    names = _short_names()
    change(msi, "File", lambda table: _named(table, "FileName", names))
    change(msi, "Directory", lambda table: _named(table, "DefaultDir", names))
    change(msi, "Shortcut", lambda table: _named(table, "Name", names))
    write(msi, "_ForceCodepage", CODE_PAGE)
    stamp(msi, package=package, when=when, title=f"{wxs.NAME} {version}")


def stamp(msi: Path, *, package: str, when: int, title: str) -> None:
    """Summary, identity and times of the file; the last change before a signature."""
    tool("msibuild", str(msi), "-s", title, wxs.MAKER, TEMPLATE, f"{{{package}}}")
    msi.write_bytes(with_times(msi.read_bytes(), when))


def with_times(octets: bytes, when: int) -> bytes:
    """Both times in the summary set. MsiTrouble when they are not where they should be."""
    try:
        return _with_times(octets, when)
    except struct.error as error:
        raise MsiTrouble("the installer's summary is cut off") from error


def _with_times(octets: bytes, when: int) -> bytes:
    changed = bytearray(octets)
    start = octets.find(SUMMARY) - 28
    if start < 0 or octets[start : start + 2] != b"\xfe\xff":
        raise MsiTrouble("no summary in the installer")
    (section,) = struct.unpack_from("<I", octets, start + 44)
    (count,) = struct.unpack_from("<I", octets, start + section + 4)
    if count > 30:
        raise MsiTrouble("the installer's summary cannot be understood")
    pairs = struct.unpack_from(f"<{2 * count}I", octets, start + section + 8)
    places = dict(zip(pairs[::2], pairs[1::2], strict=True))
    for name in (CREATED, SAVED):
        at = start + section + places.get(name, 0)
        if name not in places or struct.unpack_from("<I", octets, at) != (FILETIME,):
            raise MsiTrouble("the installer's summary has no times")
        struct.pack_into("<Q", changed, at + 4, (when + SECONDS_TO_1970) * 10_000_000)
    return bytes(changed)


# -- Tables ----------------------------------------------------------------------------------------


def _conditions(table: Table) -> None:
    name, condition, attributes = map(table.column, ("Component", "Condition", "Attributes"))
    absent = set(wxs.CONDITIONS) - {row[name] for row in table.rows}
    if absent:
        raise MsiTrouble(f"no component {', '.join(sorted(absent))}")
    for row in table.rows:
        if text := wxs.CONDITIONS.get(row[name]):
            row[condition] = text
            row[attributes] = str(int(row[attributes]) | TRANSITIVE)


def _secure(table: Table) -> None:
    for row in table.rows:
        if row[0] == "SecureCustomProperties":
            row[1] = ";".join((*row[1].split(";"), *wxs.secure()))
            return
    raise MsiTrouble("no SecureCustomProperties: is there no MajorUpgrade?")


def _expandable(table: Table) -> None:
    """wixl writes REG_EXPAND_SZ as REG_SZ."""
    value = table.column("Value")
    for row in table.rows:
        if row[value] == wxs.EVENT_MESSAGES:
            row[value] = f"#%{wxs.EVENT_MESSAGES}"


def _impersonated(table: Table) -> None:
    """wixl gives actions that set a property a flag of those that run with rights of the system."""
    kind = table.column("Type")
    for row in table.rows:
        if int(row[kind]) & ACTION_KIND == SET_PROPERTY:
            row[kind] = str(SET_PROPERTY)


def _short_names() -> Iterator[str]:
    number = 0
    while True:
        number += 1
        yield f"M{number:07d}"


def _named(table: Table, column: str, names: Iterator[str]) -> None:
    at = table.column(column)
    for row in table.rows:
        name = row[at]
        if "|" in name or name in (".", "SourceDir") or SHORT.fullmatch(name):
            continue
        ending = re.sub(r"[^A-Za-z0-9]", "", Path(name).suffix)[:3].upper()
        row[at] = f"{next(names)}{'.' if ending else ''}{ending}|{name}"
