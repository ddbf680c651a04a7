"""The .deb: the frozen program in a staged tree, its Depends by dpkg-shlibdeps, packed the same
twice.

    python3 packaging/dev.py deb [--twice] [--no-root] [--bundle DIR]

builds into build/deb, checks the licences of what is in it and writes its bill of materials beside
it (packaging/trust), judges (desktop file, AppStream, manual pages, lintian), builds once more
somewhere else (again.py) and tries the package in a Debian root that has no Python (root.py).
Standard library only.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
for _folder in (HERE, HERE.parent / "frozen", HERE.parent):
    sys.path.insert(0, str(_folder))

import again  # noqa: E402 beside this file
import build  # noqa: E402 the frozen program's, beside this folder
import contents  # noqa: E402
import debian  # noqa: E402
import environment  # noqa: E402
import root  # noqa: E402

NAME = contents.NAME
OUT = ROOT / "build" / "deb"
MOST_BYTES = 42_000_000
METAINFO = "org.mel_desktop.mel_desktop.metainfo.xml"
PNG_SIZES = (16, 24, 32, 48, 64, 128, 256)
_DESCRIPTION = """\
offline-first school mail and directory, encrypted on the PC
 Mel Desktop is a mail client for teachers and staff of the French ministry of
 education. It speaks IMAP and SMTP to the mail service of the académie, keeps
 mail and the school directory in a local database that is encrypted as a
 whole, and stays usable without a line: reading, searching, writing and
 queueing work offline, and what was queued leaves when the network is back.
 .
 The true address of a sender is always shown, remote content is never fetched,
 and every function is on the command line as well."""


class Failed(Exception):
    """What is wrong with the package: one sentence a line."""


# -- Staging --------------------------------------------------------------------------------------


def stage(bundle: Path, tree: Path, python: Path) -> None:
    """The package's files below ``tree``. ``python``: of the build's environment."""
    shutil.copytree(bundle, tree / "usr/lib" / NAME, symlinks=True)
    command = tree / "usr/bin" / NAME
    command.parent.mkdir(parents=True)
    command.symlink_to(f"../lib/{NAME}/{NAME}")
    share, made = tree / "usr/share", tree.parent / "made"
    made.mkdir()
    day = datetime.fromtimestamp(int(build.epoch()), UTC)
    _put(HERE / "mel-desktop.desktop", share / "applications" / f"{NAME}.desktop")
    info = (HERE / METAINFO).read_text(encoding="utf-8")
    info = info.replace("@VERSION@", contents.version()).replace("@DATE@", f"{day:%Y-%m-%d}")
    _write(share / "metainfo" / METAINFO, info.encode())
    env = {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
    icon = HERE.parent / "frozen" / "icon.py"
    subprocess.run([str(python), str(icon), "png", str(made)], check=True, env=env)
    for size in PNG_SIZES:
        place = share / "icons/hicolor" / f"{size}x{size}" / "apps" / f"{NAME}.png"
        _put(made / f"{size}.png", place)
    _put(
        ROOT / "resources/icons/mel-desktop.svg", share / f"icons/hicolor/scalable/apps/{NAME}.svg"
    )
    manual = [str(python), str(HERE / "manual.py"), str(made), f"{day:%Y-%m-%d}"]
    subprocess.run(manual, check=True, env=env)
    _write(share / f"man/man1/{NAME}.1.gz", _packed((made / f"{NAME}.1").read_bytes()))
    _write(share / f"man/fr/man1/{NAME}.1.gz", _packed((made / f"{NAME}.fr.1").read_bytes()))
    _put(made / f"{NAME}.bash", share / "bash-completion/completions" / NAME)
    _put(HERE / "lintian-overrides", share / "lintian/overrides" / NAME)
    _put(ROOT / "resources/policies/policy.toml", tree / "etc" / NAME / "policy.toml")
    _documents(share / "doc" / NAME, day)


def _documents(folder: Path, day: datetime) -> None:
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8").strip()
    indented = "\n".join(f" {line.strip() or '.'}" for line in licence.splitlines())
    text = (HERE / "copyright.in").read_text(encoding="utf-8").replace("@LICENCE@", indented)
    _write(folder / "copyright", text.encode())
    log = (
        f"{NAME} ({contents.version()}) unstable; urgency=medium\n\n"
        "  * What people notice of each version: CHANGELOG.md.gz beside this file.\n\n"
        f" -- {maintainer()}  {format_datetime(day)}\n"
    )
    _write(folder / "changelog.gz", _packed(log.encode()))
    notes = (ROOT / "resources/docs/CHANGELOG.md").read_bytes()
    _write(folder / "CHANGELOG.md.gz", _packed(notes))


def maintainer() -> str:
    """Whoever distributes the package names himself, as for every Debian package."""
    name = os.environ.get("DEBFULLNAME", "The Mel Desktop developers")
    return f"{name} <{os.environ.get('DEBEMAIL', 'paquets@mel-desktop.invalid')}>"


def _packed(data: bytes) -> bytes:
    return gzip.compress(data, 9, mtime=0)


def _put(source: Path, target: Path) -> None:
    _write(target, source.read_bytes())


def _write(target: Path, data: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)


# -- Packing --------------------------------------------------------------------------------------


def elf_files(tree: Path) -> list[Path]:
    """Programs and libraries, links left out."""
    found = []
    for file in sorted(tree.rglob("*")):
        if file.is_file() and not file.is_symlink():
            with file.open("rb") as stream:
                if stream.read(4) == b"\x7fELF":
                    found.append(file)
    return found


def depends(tree: Path, work: Path) -> str:
    """What dpkg-shlibdeps finds; it stops where a library is nowhere."""
    debian_folder = work / "debian"
    debian_folder.mkdir()
    (debian_folder / "control").write_text(
        f"Source: {NAME}\nMaintainer: {maintainer()}\n\nPackage: {NAME}\nArchitecture: any\n"
    )
    (tree / "DEBIAN").mkdir()  # by which it knows a tree, and what $ORIGIN means in it
    inside = tree / "usr/lib" / NAME / contents.INSIDE
    own = sorted({file.parent for file in elf_files(inside) if ".so" in file.name})
    words = ["dpkg-shlibdeps", "-O", "--ignore-missing-info", "--warnings=0"]
    words += [f"-l{folder}" for folder in own]
    done = subprocess.run(
        [*words, *map(str, elf_files(tree))],
        cwd=work, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        errors = {line for line in done.stderr.splitlines() if "error:" in line}
        raise Failed("\n".join(sorted(errors)) or f"dpkg-shlibdeps: {done.returncode}")
    return done.stdout.strip().removeprefix("shlibs:Depends=")


def control(tree: Path, needs: str) -> str:
    """The package's own description of itself."""
    size = sum(file.lstat().st_size for file in tree.rglob("*") if not file.is_dir())
    return (
        f"Package: {NAME}\nVersion: {contents.version()}\nArchitecture: {architecture()}\n"
        f"Maintainer: {maintainer()}\nInstalled-Size: {-(-size // 1024)}\nDepends: {needs}\n"
        "Recommends: xdg-utils, fonts-liberation, fonts-crosextra-carlito\n"
        "Suggests: gnome-keyring | kwalletmanager, xdg-desktop-portal\n"
        "Provides: imap-client, mail-reader\nSection: mail\nPriority: optional\n"
        f"Description: {_DESCRIPTION}\n"
    )


def architecture() -> str:
    """Debian's name for this machine's."""
    done = subprocess.run(
        ["dpkg", "--print-architecture"], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def pack(tree: Path, needs: str, target: Path) -> None:
    """Modes, control files and the archive; the same tree gives the same octets."""
    programs = {tree / "usr/lib" / NAME / NAME}
    for one in tree.rglob("*"):
        if not one.is_symlink():
            one.chmod(0o755 if one.is_dir() or one in programs else 0o644)
    tree.chmod(0o755)
    text = control(tree, needs)
    folder = tree / "DEBIAN"
    sums = "".join(
        f"{build.file_md5(file)}  {file.relative_to(tree).as_posix()}\n"
        for file in sorted(tree.rglob("*"))
        if file.is_file() and not file.is_symlink() and not {tree / "etc", folder} & {*file.parents}
    )
    for name, content in (
        ("control", text), ("md5sums", sums), ("conffiles", f"/etc/{NAME}/policy.toml\n")
    ):  # fmt: skip
        (folder / name).write_text(content, encoding="utf-8")
    for one in (tree, *tree.rglob("*")):  # dpkg-deb takes no time younger than this; all are
        os.utime(one, (int(build.epoch()), int(build.epoch())), follow_symlinks=False)
    words = ["dpkg-deb", "--root-owner-group", "--threads-max=1", "-Zxz", "-z9", "-b"]
    env = {**os.environ, "SOURCE_DATE_EPOCH": build.epoch()}
    subprocess.run([*words, str(tree), str(target)], check=True, env=env, stdout=subprocess.DEVNULL)


def make(work: Path, bundle: Path, python: Path) -> Path:
    """The package below ``work``, which is emptied first."""
    shutil.rmtree(work, ignore_errors=True)
    tree = work / "tree"
    tree.mkdir(parents=True)
    stage(bundle, tree, python)
    target = work / f"{NAME}_{contents.version()}_{architecture()}.deb"
    pack(tree, depends(tree, work), target)
    return target


# -- Judging --------------------------------------------------------------------------------------


def judge(package: Path, tree: Path) -> list[str]:
    """What the tools of Debian and of the desktops say; nothing when all are content."""
    share = tree / "usr/share"
    found = _told(["desktop-file-validate", str(share / "applications" / f"{NAME}.desktop")])
    found += _told(["appstreamcli", "validate", "--no-net", str(share / "metainfo" / METAINFO)])
    for page in (share / f"man/man1/{NAME}.1.gz", share / f"man/fr/man1/{NAME}.1.gz"):
        found += _told(["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", str(page)])
    found += _told(["bash", "-n", str(share / "bash-completion/completions" / NAME)])
    found += _told(
        ["lintian", "--allow-root", "--fail-on", "error,warning", "--tag-display-limit", "0",
         str(package)]
    )  # fmt: skip
    found += [f"tells a folder of this machine: {name}" for name in telling(tree)]
    if package.stat().st_size > MOST_BYTES:
        found.append(f"too large: {goal(package.stat().st_size)}")
    return found


def telling(tree: Path) -> list[str]:
    """The files that name the sources or the cache that they were made from."""
    folders = [str(folder).encode() for folder in (ROOT / "packaging", build.CACHE)]
    return [
        file.relative_to(tree).as_posix()
        for file in sorted(tree.rglob("*"))
        if file.is_file() and not file.is_symlink()
        if any(folder in file.read_bytes() for folder in folders)
    ]


def _told(words: Sequence[str]) -> list[str]:
    env = {**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": "80"}
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=env)
    loud = words[0] == "man" and done.stderr.strip()
    if done.returncode == 0 and not loud:
        return []
    said = done.stderr.strip() if words[0] == "man" else (done.stdout + done.stderr).strip()
    return [f"{words[0]}: {said or done.returncode}"]


# -- The command ----------------------------------------------------------------------------------


def main(arguments: Sequence[str]) -> int:
    """``dev.py deb``; its exit code."""
    parser = argparse.ArgumentParser(prog="packaging/dev.py deb", description="the .deb")
    parser.add_argument(
        "--twice", action="store_true", help="build once more from another place, compare octets"
    )
    parser.add_argument("--no-root", action="store_true", help="do not install it anywhere")
    parser.add_argument("--bundle", type=Path, metavar="DIR", help="a frozen program that is there")
    parser.add_argument("--only-build", action="store_true", help="neither judged nor tried")
    chosen = parser.parse_args(arguments)
    bundle = chosen.bundle.resolve() if chosen.bundle else None
    try:
        if not debian.is_debian():
            raise Failed("a .deb is made on Debian")
        if chosen.only_build:
            print(_once("first", bundle, _environment()))
            return 0
        report = run(bundle, twice=chosen.twice, install=not chosen.no_root)
    except (Failed, again.Failed, build.BuildFailed, root.RootFailed) as reason:
        print(reason, file=sys.stderr)
        return 1
    (OUT / "report.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    print(f"{report['file']}: {int(str(report['bytes'])) / 1e6:.1f} MB, all well")
    return 0


def run(bundle: Path | None, *, twice: bool, install: bool) -> dict[str, object]:
    """Build, judge, try; what there is to tell. Failed, again.Failed, BuildFailed, RootFailed."""
    OUT.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    made = _once("first", bundle, _environment())
    took = round(time.monotonic() - started, 1)
    inside = made.parent / "tree/usr/lib" / NAME
    report: dict[str, object] = {
        "file": made.name, "bytes": made.stat().st_size, "seconds": took,
        "installed_bytes": contents.size(made.parent / "tree"),
        "python": contents.python_inside(inside),
    }  # fmt: skip
    print(f"built in {took} s; {goal(made.stat().st_size)}", flush=True)
    report["bill"] = trust(inside).name
    if problems := judge(made, made.parent / "tree"):
        raise Failed("\n".join(problems))
    print("desktop file, AppStream, manual pages, completion, lintian: content", flush=True)
    final = OUT / made.name
    shutil.copy(made, final)
    if twice:
        print(again.compare(final, bundle, build.epoch(), build.interpreter()), flush=True)
        report["same_twice"] = True
    if install:
        report["tried"] = root.exercise(final)
    return report


def goal(octets: int) -> str:
    """The size beside what it may be at most."""
    kept = "kept" if octets <= MOST_BYTES else "MISSED"
    return f"{octets / 1e6:.1f} MB, at most {MOST_BYTES / 1e6:.0f} MB: {kept}"


def trust(bundle: Path) -> Path:
    """The bill of materials of a bundle, written once each licence of what ships is allowed and
    each binary is known. Failed.
    """
    here = ["--bundle", str(bundle)]
    tools = [str(environment.tools("release")), str(HERE.parent / "trust")]
    env = {**os.environ, "SOURCE_DATE_EPOCH": build.epoch()}
    for words in (
        ["licences", "--check"],
        ["licences", *here],
        ["sbom", "--for", "deb", *here, "--out", str(OUT)],
    ):
        if subprocess.run([*tools, *words], check=False, env=env).returncode != 0:
            raise Failed(f"packaging/dev.py {' '.join(words[:2])}: see above")
    return OUT / f"{NAME}-{contents.version()}-deb.cdx.json"


def _environment() -> Path:
    return build.environment(build.interpreter(), build.CACHE / "package-venv")


def _once(name: str, bundle: Path | None, python: Path) -> Path:
    """From the sources to the package; ``bundle``: a frozen program that is taken as it is."""
    work = OUT / name
    taken = bundle or build.build(OUT / f"{name}-frozen", python=python)
    build.self_test(build.program(taken))
    return make(work, taken, python)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
