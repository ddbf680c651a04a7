"""The licences of all that ships: each one allowed by licences.toml, all texts in one file.

    python3 packaging/dev.py licences [--check]
    python3 packaging/dev.py licences --bundle DIR [--system windows]

reads the wheels of packaging/locks/runtime.txt for Linux and Windows and writes
resources/docs/third-party-licences.txt, which is in every package of the program. ``--check``
writes nothing and fails when the file is stale. The first lines say what it was made from, so that
a test sees without any wheel that a lock has changed since. ``--bundle`` looks into a frozen
program for what nobody told of.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from license_expression import LicenseWithExceptionSymbol, Licensing

from trust import bundle, shipped
from trust.release import ROOT, ReleaseTrouble
from trust.shipped import FILE, Part

RULE: Final = "=" * 80
# The wheels that are read do not depend on who runs this.
PYTHONS: Final = (("linux", "3.11.0"), ("linux", "3.13.0"), ("windows", "3.12.0"))
_LICENSING: Final = Licensing()


class NotAllowed(ReleaseTrouble):
    """A licence that licences.toml does not let in."""


def main(arguments: Sequence[str]) -> int:
    """``dev.py licences``; its exit code."""
    parser = argparse.ArgumentParser(prog="packaging/dev.py licences", description="licences")
    parser.add_argument("--check", action="store_true", help="write nothing, fail when stale")
    parser.add_argument("--bundle", type=Path, metavar="DIR", help="a frozen program to look into")
    parser.add_argument("--system", choices=("linux", "windows"), default="linux")
    chosen = parser.parse_args(arguments)
    try:
        if chosen.bundle is not None:
            python = bundle.python_inside(chosen.bundle)
            target = shipped.targets({chosen.system: python})[chosen.system]
            count = bundle.check(chosen.bundle, target)
            print(f"{chosen.bundle}: {count} binaries, each of them told of")
            return 0
        parts = everything()
        text = collected(parts, shipped.book()["allowed"])
    except ReleaseTrouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    if chosen.check:
        if not FILE.is_file() or FILE.read_text(encoding="utf-8") != text:
            print(f"stale: {FILE.relative_to(ROOT)} (dev.py licences)", file=sys.stderr)
            return 1
    else:
        FILE.write_text(text, encoding="utf-8", newline="\n")
    count = sum(1 + len(part.inner) for part in parts)
    print(f"{count} parts, every licence allowed: {FILE.relative_to(ROOT)}")
    return 0


def everything() -> list[Part]:
    """What ships on any system: a part that differs between them stands twice."""
    found: dict[tuple[str, str], Part] = {}
    for system, version in PYTHONS:
        target = shipped.targets({system: version})[system]
        python = replace(shipped.interpreter(target), version="3")
        for part in (*shipped.parts_of(target), python):
            known = found.get((part.name, part.version))
            found[part.name, part.version] = part if known is None else merged(known, part)
    boot = bundle.part_of_freezing()
    found[boot.name, boot.version] = boot
    return [*sorted(found.values(), key=lambda one: (one.name.lower(), one.version)),
            *shipped.data()]  # fmt: skip


def merged(one: Part, other: Part) -> Part:
    """The same library of two systems: all that is in either."""
    inner = {(part.name, part.version): part for part in (*one.inner, *other.inner)}
    return replace(
        one,
        sha256="",
        texts=tuple(sorted(dict((*one.texts, *other.texts)).items())),
        inner=tuple(inner[key] for key in sorted(inner, key=lambda key: (key[0].lower(), key[1]))),
    )


# -- What is allowed ------------------------------------------------------------------------------


def accepted(part: Part, allowed: Mapping[str, str]) -> tuple[str, ...]:
    """The licences that a part is used under: of a choice, the first allowed. NotAllowed."""
    if not part.spdx:
        raise NotAllowed(f"{part.name} {part.version} says no licence")
    found = _accepted(_LICENSING.parse(part.spdx), list(allowed))
    if found is None:
        raise NotAllowed(f"{part.name} {part.version}: {part.spdx} is not in licences.toml")
    return tuple(dict.fromkeys(found))


def _accepted(node: Any, allowed: list[str]) -> list[str] | None:
    if isinstance(node, LicenseWithExceptionSymbol) or not getattr(node, "args", ()):
        return [str(node)] if str(node) in allowed else None
    sides = [_accepted(one, allowed) for one in node.args]
    if isinstance(node, _LICENSING.OR):
        let_in = [one for one in sides if one is not None]
        return min(let_in, key=lambda one: max(map(allowed.index, one)), default=None)
    if any(one is None for one in sides):
        return None
    return [word for one in sides if one is not None for word in one]


# -- One file -------------------------------------------------------------------------------------


def collected(parts: Iterable[Part], allowed: Mapping[str, str]) -> str:
    """The whole text: a list, then the texts that the parts carry, then the licences' own."""
    parts = list(parts)
    used: dict[str, bool] = {}  # licence -> whether a part carries no text of its own
    table: list[str] = []
    carried: dict[str, list[str]] = {}  # text -> whose it is
    for part in parts:
        for depth, one in ((0, part), *((1, one) for one in part.inner)):
            licences = accepted(one, allowed)
            bare = all(title == "notice" for title, _ in one.texts)
            used |= {name: bare or used.get(name, False) for name in licences}
            table.append(f"{'  ' * depth}{one.name} {one.version}: {' AND '.join(licences)}")
            if one.source:
                table.append(f"{'  ' * depth}  source: {one.source}")
            for title, text in one.texts:
                carried.setdefault(tidy(text), []).append(f"{one.name} {one.version}, {title}")
    for name, text in canonical(used):
        carried.setdefault(tidy(text), []).append(f"The licence {name}")
    chapters = [chapter("\n".join(whose), text) for text, whose in carried.items()]
    head = (
        "What ships with Mel Desktop, and under which licences\n"
        "Made by packaging/dev.py licences; do not edit.\n"
        f"From: sha256 {shipped.made_from()}\n\n"
        "Mel Desktop itself is under the EUPL-1.2. The parts below are works of others, in files\n"
        "of their own. Qt, PySide6, Shiboken and ldap3 are under the LGPL: you may put another\n"
        "version in the place of theirs in the installed folder. The source of each part is at\n"
        "the address given; whoever passes packages on sees to it that it can be had (LGPL 3,\n"
        "section 4; MPL 2.0, section 3.2).\n"
        "On Windows and Linux versions may differ: then both stand here.\n\n"
    )
    return head + "\n".join(table) + "\n\n" + "".join(chapters)


def canonical(used: Mapping[str, bool]) -> Iterator[tuple[str, str]]:
    """The words of each licence. ReleaseTrouble for one that is needed and not kept."""
    known = {path.stem: path for path in shipped.TEXTS.iterdir()}
    known |= {"MPL-2.0": ROOT / "resources" / "lexicon" / "LICENSE-MPL-2.0.txt"}
    known |= {"LGPL-2.1-or-later": ROOT / "resources" / "dictionaries" / "LICENSE-LGPL-2.1.txt"}
    wanted = {one: bare for name, bare in used.items() for one in name.split(" WITH ")}
    if "LGPL-3.0-only" in wanted:
        wanted["GPL-3.0-only"] = True  # the one builds on the other
    for name in sorted(wanted):
        if name in known:
            yield f"The licence {name}", known[name].read_text(encoding="utf-8")
        elif wanted[name]:
            raise ReleaseTrouble(f"packaging/trust/texts has no {name}.txt")


def tidy(text: str) -> str:
    """The same words, with line ends and ends of lines as everywhere."""
    lines = (line.rstrip() for line in text.replace("\f", "\n").splitlines())
    return "\n".join(lines).strip("\n")


def chapter(title: str, text: str) -> str:
    """A heading and a text."""
    return f"{RULE}\n{title}\n{RULE}\n\n{text}\n\n"
