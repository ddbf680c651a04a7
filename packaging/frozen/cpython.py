"""CPython 3.13 built on this Debian from Debian's own source package, for the frozen program.

Debian 12 has 3.11 alone, and a 3.13 from Debian 13 would ask for its newer glibc. So the source of
Debian 13 (checked by apt against Debian's keys, with the mends of weaknesses that Debian goes on
adding) is compiled here: what comes out runs on Debian 12 and later. Three to ten minutes, once,
into the cache: for later mends the folder is removed (.mel-test/cpython). Nothing is installed and
apt's own lists are left alone. Standard library only.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import debian

SOURCE = "python3.13"
SUITE = "trixie"
KEYS = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
# Its libpython is found beside it, wherever the cache lies; the prefix is nobody's folder, so that
# no path of this machine gets into the program.
_CONFIGURE = (
    "--prefix=/usr/lib/mel-desktop-python", "--enable-shared", "--with-ensurepip=install",
    "--disable-test-modules", "--without-static-libpython", "--with-system-expat=no",
    r"LDFLAGS=-Wl,-rpath,\$$ORIGIN/../lib",
)  # fmt: skip


# What its own description (sysconfig, which is in the frozen program) says instead of the folder
# that it was compiled in.
_ANYWHERE = "/usr/src/python3"
_DESCRIPTION = "lib/python3*/_sysconfigdata_*.py"


class CannotBuild(Exception):
    """Why there is no CPython from source: one sentence."""


def ensure(cache: Path) -> Path:
    """The interpreter below ``cache``, built unless it is there. CannotBuild."""
    interpreter = cache / "bin" / "python3"
    if (cache / "ready").is_file() and interpreter.exists():
        forget_place(cache)  # one that was compiled before this was done
        return interpreter
    absent = [tool for tool in ("apt-get", "gcc", "make", "patch", "tar") if not shutil.which(tool)]
    if absent or not KEYS.is_file():
        raise CannotBuild(f"missing: {', '.join(absent) or KEYS}")
    cache.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="cpython-", dir=cache.parent) as folder:
        work = Path(folder)
        try:
            tree = unpack(fetch(work), work)
            made = _compile(tree, work)
            (made / "ready").touch()
            if not (cache / "ready").is_file():  # somebody else may have been quicker
                shutil.rmtree(cache, ignore_errors=True)
                made.rename(cache)
        except (OSError, subprocess.CalledProcessError) as error:
            raise CannotBuild(str(error)) from error
    return interpreter


def fetch(work: Path) -> Path:
    """The folder with the newest source package of the suite and of its security archive."""
    apt = work / "apt"
    for name in ("state/lists/partial", "cache/archives/partial"):
        (apt / name).mkdir(parents=True)
    usual, security = debian.mirrors()
    lines = [f"deb-src [signed-by={KEYS}] {usual} {SUITE} main\n"]
    if security:
        lines.append(f"deb-src [signed-by={KEYS}] {security} {SUITE}-security main\n")
    (apt / "sources.list").write_text("".join(lines))
    (apt / "apt.conf").write_text(
        f'Dir::State "{apt}/state";\nDir::Cache "{apt}/cache";\n'
        f'Dir::Etc::sourcelist "{apt}/sources.list";\nDir::Etc::sourceparts "-";\n'
        'APT::Sandbox::User "root";\n'
    )
    environment = {**os.environ, "APT_CONFIG": str(apt / "apt.conf")}
    got = work / "source"
    got.mkdir()
    for words in (["update"], ["source", "--download-only", SOURCE]):
        _run(["apt-get", "-qq", *words], got, environment)
    return got


def unpack(source: Path, work: Path) -> Path:
    """The tree as Python's authors released it, with Debian's mends of weaknesses alone.

    Debian's other patches are about where Debian puts things. CannotBuild for another kind of
    source package.
    """
    tree = work / "tree"
    tree.mkdir()
    upstream, patched = _only(source, "*.orig.tar.xz"), _only(source, "*.debian.tar.xz")
    _run(["tar", "-xf", str(upstream), "--strip-components=1"], tree)
    _run(["tar", "-xf", str(patched)], tree)
    patches = tree / "debian" / "patches"
    for name in mends((patches / "series").read_text()):
        _run(["patch", "-p1", "--forward", "--quiet", "-i", str(patches / name)], tree)
    return tree


def _only(folder: Path, pattern: str) -> Path:
    found = sorted(folder.glob(pattern))
    if len(found) != 1:
        raise CannotBuild(f"the source package has {len(found)} files {pattern}, not one")
    return found[0]


def mends(series: str) -> list[str]:
    """Of a series of patches those from the first CVE on: later ones build on it."""
    names = [line.split()[0] for line in series.splitlines() if line and not line.startswith("#")]
    first = next((at for at, name in enumerate(names) if name.startswith("CVE-")), len(names))
    return names[first:]


def _compile(tree: Path, work: Path) -> Path:
    place = work / "installed"
    flags = f"CFLAGS=-fno-semantic-interposition -ffile-prefix-map={tree}=."
    # When it was built is in the interpreter: the day of Debian's last change instead. configure
    # takes nice() for broken where it is itself run by nice 19.
    env = {**os.environ, "SOURCE_DATE_EPOCH": str(int((tree / "debian/changelog").stat().st_mtime))}
    env |= {"ac_cv_broken_nice": "no"}
    configure = ["./configure", "--quiet", *_CONFIGURE, "OPT=-DNDEBUG -fwrapv -O3", flags]
    _run(configure, tree, env)
    _run(["make", "-s", f"-j{os.cpu_count() or 1}"], tree, env)
    _run(["make", "-s", "install", f"DESTDIR={place}"], tree, env)
    made = place / "usr" / "lib" / "mel-desktop-python"
    for compiled in made.glob("lib/python3*/site-packages/**/*.pyc"):
        compiled.unlink()  # pip's, with the folder in each
    forget_place(made)
    return made


def forget_place(installed: Path) -> None:
    """No file of an installed CPython tells the folder that it was compiled in."""
    for description in sorted(installed.glob(_DESCRIPTION)):
        found = re.search(r"-ffile-prefix-map=(/\S+?)=\.", description.read_text(encoding="utf-8"))
        if found is None or found[1] == _ANYWHERE:
            continue
        before, after = found[1].encode(), _ANYWHERE.encode()
        for file in sorted(installed.rglob("*")):
            if file.is_symlink() or not file.is_file() or before not in (old := file.read_bytes()):
                continue
            if file.suffix == ".pyc":
                file.unlink()  # of the older text; another length would break it
            elif b"\0" in old:
                raise CannotBuild(f"{file.name} tells the folder that it was compiled in")
            else:
                file.write_bytes(old.replace(before, after))


def _run(words: Sequence[str], folder: Path, environment: dict[str, str] | None = None) -> None:
    """The command's own chatter goes to /dev/null, its complaints to stderr."""
    subprocess.run(words, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    print(ensure(Path(__file__).resolve().parents[2] / ".mel-test" / "cpython"))
