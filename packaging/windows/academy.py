"""One installer for each académie or school, for group policies, which cannot pass properties.

    python3 packaging/windows/academy.py mel-desktop.msi --out DIR --academie creteil \\
        --set SHORTCUTS=desktop --set ACCOUNTS1_IMAP_HOST=imap.ac-exemple.fr
    python3 packaging/windows/academy.py mel-desktop.msi --out DIR --all

The values stand in the installer as if `msiexec` had been given them; what `msiexec` is given goes
before them. Needs msitools. A signature does not outlive this: sign what comes out.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[number]) for number in (1, 2)]

from mel_desktop.logic.policy_reading import (  # noqa: E402
    ACADEMY,
    Source,
    academy_named,
    from_properties,
    merge,
)
from mel_desktop.model.policy import Origin  # noqa: E402
from mel_desktop.store import escrow  # noqa: E402
from mel_desktop.system.policies import POLICY_FILE  # noqa: E402
from windows import post, properties, wxs  # noqa: E402


class Unfit(Exception):
    """Values that no installer should carry."""


def academies() -> tuple[str, ...]:
    """As ACADEMIE names them: those of the shipped table of servers."""
    table = tomllib.loads((properties.ROOT / "resources" / "providers.toml").read_text("utf-8"))
    found = (one["id"] for one in table["provider"] if one["kind"] == "academy")
    return tuple(sorted(one.removeprefix("ac-") for one in found))


def check(values: Mapping[str, str]) -> None:
    """Unfit for names that there are not, and for values that the program could not understand."""
    known = {*properties.deployed(), *properties.SETUP, properties.FOLDER}
    if strange := sorted(set(values) - known):
        raise Unfit(f"no such property: {', '.join(strange)}")
    for name, allowed in properties.SETUP.items():
        if values.get(name, allowed[0]) not in allowed:
            raise Unfit(f"{name}: {', '.join(allowed)}")
    if ACADEMY in values and not academy_named(values[ACADEMY]):
        raise Unfit(f"{ACADEMY}: no académie {values[ACADEMY]!r}")
    for value in values.values():
        if any(letter in value for letter in "\t\r\n[]{}"):  # MSI would take brackets for names
            raise Unfit("no tabs, line ends, brackets or braces in a value")
    read = {one: values[one] for one in values if one in properties.policies()}
    found, _ = from_properties(read)
    ignored = merge([Source("MSI", found, Origin.MACHINE)], escrow.public_from_text).ignored
    if ignored:
        raise Unfit("; ".join(f"{one.key}: {one.why}" for one in ignored))


def make(base: Path, out: Path, values: Mapping[str, str], *, when: int) -> None:
    """Write the installer. Unfit | MsiTrouble. The same values make the same octets."""
    check(values)
    shutil.copyfile(base, out)
    try:
        version = _with_values(out, values)
        said = " ".join(f"{name}={value}" for name, value in sorted(values.items()))
        package = wxs.guid(f"package {version} {said}")
        post.stamp(out, package=package, when=when, title=f"{wxs.NAME} {version}")
    except BaseException:
        out.unlink(missing_ok=True)
        raise


def _with_values(msi: Path, values: Mapping[str, str]) -> str:
    """Put the values into the table of properties; the version of the product."""
    version = ""

    def add(table: post.Table) -> None:
        nonlocal version
        there = {row[0]: row for row in table.rows}
        version = there["ProductVersion"][1]
        table.rows += [[name, value] for name, value in values.items() if value]

    post.change(msi, "Property", add)
    return version


def _values(said: Sequence[str]) -> dict[str, str]:
    found = {}
    for one in said:
        name, sign, value = one.partition("=")
        if not sign:
            raise Unfit(f"NAME=VALUE expected: {one}")
        found[name.strip().upper()] = value.strip()
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 done, 2 wrong values, 1 a tool failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("base", type=Path, metavar="MSI")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--academie", action="append", default=[], metavar="NAME")
    which.add_argument("--all", action="store_true", help="one for each of the 30 académies")
    which.add_argument("--name", metavar="NAME", help="one of this name, for a school")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--policy-file", default="", metavar="PATH", help="on the PC: POLICYFILE")
    chosen = parser.parse_args(arguments)
    try:
        values = _values(chosen.set)
        if chosen.policy_file:
            values[POLICY_FILE] = chosen.policy_file
        wanted = (
            {chosen.name: values}
            if chosen.name
            else {
                one: {ACADEMY: one, **values}
                for one in (academies() if chosen.all else chosen.academie)
            }
        )
        chosen.out.mkdir(parents=True, exist_ok=True)
        when = int(chosen.base.stat().st_mtime)
        for name, own in wanted.items():
            out = chosen.out / f"{chosen.base.stem}-{name.lower()}{chosen.base.suffix}"
            make(chosen.base, out, own, when=when)
            print(out, flush=True)
    except Unfit as trouble:
        print(trouble, file=sys.stderr)
        return 2
    except (post.MsiTrouble, OSError) as trouble:
        print(trouble, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
