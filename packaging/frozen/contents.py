"""What goes into the frozen program and what is left out, each with its reason; and the proof.

The one list for Linux, Windows and macOS: ``mel-desktop.spec`` filters by it while it builds,
``problems`` looks at what came out. Names are those inside the bundle, with forward slashes.
Standard library only: it is also run by the Windows Python of the build.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
NAME: Final = "mel-desktop"
CONSOLE_NAME: Final = "mel-desktop-cli"  # Windows: a windowed program has no console to answer on
INSIDE: Final = "_internal"  # PyInstaller's folder for all but the executables
MODULES: Final = "modules.mel"  # of shared_modules.py

# -- Python ---------------------------------------------------------------------------------------

# Imported by a name that is put together at run time.
HIDDEN: Final = {
    "hunspell": "system.hunspell_engine asks for it by name, since macOS on Intel has no wheel",
    "keyring.backends.SecretService": "system.keyring_store picks by full name",
    "keyring.backends.kwallet": "the same",
    "keyring.backends.Windows": "the same",
    "keyring.backends.macOS": "the same",
    "pysasl.mechanism.crammd5": "entry points of the demonstration's IMAP server",
    "pysasl.mechanism.external": "the same",
    "pysasl.mechanism.login": "the same",
    "pysasl.mechanism.oauth": "the same",
    "pysasl.mechanism.plain": "the same",
}
EXCLUDED: Final = {
    "PySide6.QtQml": "no QML anywhere; PySide6's own hooks would follow it",
    "PySide6.QtQuick": "the same",
    "PySide6.QtSql": "the store has its own SQLite",
    "PySide6.QtTest": "tests only",
    "PySide6.QtOpenGL": "widgets are painted without it",
    "sqlite3": "no cipher in it; the store has its own SQLite",
    "multiprocessing": "no process is started by it, and PyInstaller would load it at each start",
    "tkinter": "the window is Qt's",
    "idlelib": "part of Python for its own editor",
    "turtledemo": "the same",
    "test": "Python's own tests",
    "unittest": "tests only",
    "doctest": "tests only",
    "lib2to3": "a tool for developers",
    "ensurepip": "nothing is installed into a bundle",
    "pip": "the same",
    "setuptools": "the same",
    "pkg_resources": "the same",
    "distutils": "the same",
    "pydoc_data": "texts of an interpreter's help()",
    "readline": "the interpreter's prompt; GPL-3",
    "cffi": "cryptography wants its C part alone; and with it win32ctypes would want pycparser too:"
    " no keyring on Windows",
    "pycparser": "the same",
    "pypdfium2_cli": "a command line of its own",
    "zstandard._cffi": "zstandard's own C is there",
    "zstandard.backend_cffi": "the same",
    "_pydecimal": "stands in for Python's own C, which is there",
    "_pydatetime": "the same",
    "ldap3.protocol.schemas": "of servers to pretend; ours are asked with get_info=NONE",
    "xmlrpc": "multiprocessing would speak it if told to",
    "PyInstaller": "the builder",
    "numpy": "pypdfium2 and others use it where it is there",
    "PIL": "the same",
}
EXCLUDED_ON: Final = {
    "win32": {"PySide6.QtDBus": "no D-Bus there: ui asks for it on Linux alone"},
    "darwin": {"PySide6.QtDBus": "the same"},
}

# -- Qt -------------------------------------------------------------------------------------------

# Reasons are told by `python3 packaging/frozen/contents.py`.
LEFT_OUT: Final = (
    (r"PySide6/(Qt/)?qml/", "QML files"),
    (r"(lib)?Qt6?(Quick|Qml|Labs|VirtualKeyboard|Pdf|Designer|Test|Sql|OpenGL|3D)", "not used"),
    (r"opengl32sw", "Mesa for Windows, 20 MB: widgets are painted without OpenGL"),
    (r"/(plugins/)?qmltooling/|/designer/|/virtualkeyboard|qtvirtualkeyboard", "QML and Designer"),
    (r"/sqldrivers/", "the store has its own SQLite"),
    (r"/position/|/sensors/|/generic/|/vectorimageformats/", "no sensors, touch screens by evdev"),
    (r"/networkinformation/", "system.network_changes listens itself"),
    (r"PySide6/(Qt/)?plugins/tls/", "all TLS is Python's; Qt speaks to its own kind alone"),
    (r"imageformats/(lib)?q(pdf|tga|wbmp|icns|tiff)\b", "strangers send them, no mail shows them"),
    (r"platforms/(lib)?q(eglfs|linuxfb|minimal|minimalegl|vkkhrdisplay|vnc|direct2d)\b",
     "no desktop"),
    (r"/styles/q(modern)?windows", "the window is dressed in Fusion everywhere"),
    (r"/egldeviceintegrations/|(?i:eglfs)", "screens without a desktop"),
    (r"/platformthemes/libqgtk3", "brings GTK along; the portal's dialogs are there"),
    (r"/xcbglintegrations/", "widgets are painted without OpenGL"),
    (r"/wayland-graphics-integration-(client|server)/", "the same; shared memory is enough"),
    (r"/wayland-shell-integration/(lib)?(fullscreen|ivi|qt-shell|wl-shell)",
     "desktops have xdg-shell"),
    (r"(lib)?Qt6?(WlShell|WaylandCompositor|WaylandEgl)", "belongs to what was left out"),
    (r"PySide6/(Qt/)?translations/(?!qtbase_(fr|en)\.qm)", "French and English"),
    (r"PySide6/(Qt/)?(metatypes|modules|typesystems|glue|doc|scripts|support|libexec|include)/",
     "for developers"),
    (r"\.pyi$|/py\.typed$|\.debug$|\.pdb$", "for developers"),
    (r"(^|/)tests?/", "tests of libraries"),
    (r"\.dist-info/(?!METADATA$|entry_points\.txt$)", "licences are in third-party-licences.txt"),
    (r"tzdata/zoneinfo/([^/]+\.(tab|zi)|leapseconds)$", "zoneinfo reads the compiled zones"),
)  # fmt: skip
# Linux: libraries that were taken from the build machine. The system's own get their security
# updates from the distribution; the .deb names them in Depends.
_FROM_THE_SYSTEM: Final = re.compile(r"^(?!libpython)lib[^/]+\.so(\.[^/]*)?$")
_NO_DBUS: Final = re.compile(r"Qt6?DBus")  # EXCLUDED_ON
_LEFT_OUT: Final = tuple(re.compile(pattern) for pattern, _ in LEFT_OUT)

# -- Data -----------------------------------------------------------------------------------------

# Of resources/: what the program never opens.
NOT_CARRIED: Final = {
    "docs": "for readers of the sources, but for what NEEDED_DOCS names",
    "policies": "for administrators: lies beside the MSI, and in /usr/share of the .deb",
}
NEEDED_DOCS: Final = (
    "help", "guide-enseignant.md", "guide-teacher.md", "accessibility.md", "accessibility.fr.md",
    "third-party-licences.txt",
)  # fmt: skip
_OWN_DATA: Final = ("store/migrations", "store/dictionaries")
# Of a word: its class, gender, number ... Hunspell keeps them in memory and looks at none but ph:
# (how it sounds) to say whether a word is right; ours asks no more of it. Half of fr.dic.
_GRAMMAR: Final = re.compile(rb"(?m)(?: (?!ph:)[a-z]{2}:[^ \r\n]*)+(?=\r?$)")
_LOCK: Final = ROOT / "packaging" / "locks" / "runtime.txt"
_DESCRIPTION: Final = "Metadata-Version: 2.1\nName: {}\nVersion: {}\n"

# Beside resources: without one of these a function fails that the self-test may not see.
_PLUGINS: Final = {
    "linux": (
        "platforms/libqxcb.so", "platforms/libqwayland.so", "platforms/libqoffscreen.so",
        "platforminputcontexts/libcomposeplatforminputcontextplugin.so",
        "platforminputcontexts/libibusplatforminputcontextplugin.so",
        "platformthemes/libqxdgdesktopportal.so", "printsupport/libcupsprintersupport.so",
        "wayland-shell-integration/libxdg-shell.so", "iconengines/libqsvgicon.so",
        "imageformats/libqjpeg.so", "imageformats/libqgif.so", "imageformats/libqwebp.so",
        "imageformats/libqsvg.so", "imageformats/libqico.so",
    ),
    "win32": (
        "platforms/qwindows.dll", "platforms/qoffscreen.dll", "imageformats/qjpeg.dll",
        "imageformats/qgif.dll", "imageformats/qwebp.dll", "imageformats/qsvg.dll",
        "imageformats/qico.dll", "iconengines/qsvgicon.dll",
    ),
    "darwin": ("platforms/libqcocoa.dylib", "imageformats/libqjpeg.dylib"),
}  # fmt: skip
# Windows: what was reached and 2 % more, to be lowered with it (goal: packaging/windows/report.py).
# Linux: after the cut of ICU's data (`python3 packaging/frozen/icu.py` tells it), 23 MB.
MOST_BYTES: Final = {"linux": 150_000_000, "win32": 104_300_000, "darwin": 160_000_000}


def version() -> str:
    """The program's, from pyproject.toml."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return str(told["project"]["version"])


def excluded(*, platform: str = sys.platform) -> list[str]:
    """Names of modules for PyInstaller to leave out."""
    names = {*EXCLUDED, *EXCLUDED_ON.get(platform, {})}
    if sys.version_info >= (3, 12):
        names.remove("distutils")  # is setuptools'; PyInstaller wants to say so itself
    return sorted(names)


def carried() -> Iterator[tuple[Path, str]]:
    """Files that the program reads beside its code: (source, name inside the bundle)."""
    resources = ROOT / "resources"
    for file in sorted(resources.rglob("*")):
        parts = file.relative_to(resources).parts
        wanted = parts[0] not in NOT_CARRIED or (parts[0] == "docs" and parts[1:2] != ()
                                                 and parts[1] in NEEDED_DOCS)  # fmt: skip
        if file.is_file() and wanted and file.suffix != ".ts" and file.name != "README.md":
            yield file, "/".join(("mel_desktop", "_resources", *parts))
    for folder in _OWN_DATA:
        for file in sorted((ROOT / "mel_desktop" / folder).iterdir()):
            if file.is_file() and file.suffix not in (".py", ".pyc"):
                yield file, f"mel_desktop/{folder}/{file.name}"


def content(source: Path) -> bytes:
    """What goes in of a file of ``carried``: dictionaries without what no look-up reads."""
    octets = source.read_bytes()
    return _GRAMMAR.sub(b"", octets) if source.suffix in {".aff", ".dic"} else octets


def written(folder: Path) -> Iterator[tuple[Path, str]]:
    """As ``carried``; what goes in otherwise than it lies there is written below ``folder``."""
    for source, name in carried():
        octets = content(source)
        if octets != source.read_bytes():
            source = folder / name
            source.parent.mkdir(parents=True, exist_ok=True)
            source.write_bytes(octets)
        yield source, name


def descriptions(folder: Path) -> Iterator[tuple[Path, str]]:
    """Name, version and entry points of each distribution that ships, written below ``folder``:
    (source, name inside the bundle). Licences are told in third-party-licences.txt.
    """
    locked = {_plain(name) for name in re.findall(r"(?m)^([\w.-]+)==", _LOCK.read_text("utf-8"))}
    locked.discard("pycparser")  # left out
    for one in sorted(metadata.distributions(), key=lambda one: _plain(one.name)):
        files = {
            file.name: file.as_posix() for file in one.files or () if ".dist-info/" in str(file)
        }
        if _plain(one.name) not in locked or "METADATA" not in files:
            continue
        locked.remove(_plain(one.name))  # of two in the path, the first is the one
        texts = {"METADATA": _DESCRIPTION.format(one.name, one.version)}
        texts["entry_points.txt"] = one.read_text("entry_points.txt") or ""
        for name, text in texts.items():
            inside = f"{Path(files['METADATA']).parent.as_posix()}/{name}"
            if text:
                (folder / inside).parent.mkdir(parents=True, exist_ok=True)
                (folder / inside).write_text(text, encoding="utf-8", newline="\n")
                yield folder / inside, inside


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def keep(name: str, *, platform: str = sys.platform) -> bool:
    """Whether a file that PyInstaller found goes in."""
    plain = name.replace("\\", "/")
    if any(pattern.search(plain) for pattern in _LEFT_OUT):
        return False
    there = {"linux": _FROM_THE_SYSTEM, "win32": _NO_DBUS}.get(platform)
    return there is None or not there.search(plain)


def problems(bundle: Path, *, platform: str = sys.platform) -> list[str]:
    """What is wrong with a finished bundle, as sentences; nothing when it is as it should be."""
    inside = bundle / INSIDE
    names = {file.relative_to(inside).as_posix() for file in inside.rglob("*") if not file.is_dir()}
    found = [f"unwanted: {name}" for name in sorted(names) if not keep(name, platform=platform)]
    found += [f"leads nowhere: {one.name}" for one in inside.rglob("*") if not one.exists()]
    for source, name in carried():
        if name not in names:
            found.append(f"missing: {name}")
        elif content(source) != (inside / name).read_bytes():
            found.append(f"another content: {name}")
    qt = "PySide6/Qt" if platform != "win32" else "PySide6"
    wanted = [f"{qt}/plugins/{one}" for one in _PLUGINS[platform]]
    wanted += [f"{qt}/translations/qtbase_{language}.qm" for language in ("fr", "en")]
    wanted += [MODULES, "shiboken6/files.dir/modules.txt"]  # module_archive.py, shiboken_support.py
    found += [f"missing: {name}" for name in wanted if name not in names]
    ending = ".exe" if platform == "win32" else ""
    programs = [NAME, CONSOLE_NAME] if platform == "win32" else [NAME]
    found += [
        f"missing: {one}{ending}" for one in programs if not (bundle / (one + ending)).is_file()
    ]
    total = size(bundle)
    if total > MOST_BYTES[platform]:
        found.append(f"too large: {total} octets, at most {MOST_BYTES[platform]}")
    return found


def size(bundle: Path) -> int:
    """Octets of all files; what two names share counts once."""
    return sum(
        one.stat().st_size for one in bundle.rglob("*") if one.is_file() and not one.is_symlink()
    )


def python_inside(bundle: Path) -> str:
    """Which Python a bundle for Linux holds: "3.13"; "" where it cannot be told."""
    names = [file.name for file in (bundle / INSIDE).glob("libpython*.so*")]
    found = re.match(r"libpython(\d+\.\d+)", names[0]) if names else None
    return found[1] if found else ""


def largest(bundle: Path, count: int = 12) -> list[tuple[int, str]]:
    """Its heaviest files."""
    files = [one for one in bundle.rglob("*") if one.is_file() and not one.is_symlink()]
    return sorted(((one.stat().st_size, one.relative_to(bundle).as_posix()) for one in files),
                  reverse=True)[:count]  # fmt: skip


def without_dead_links(entries: Iterable[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """PyInstaller's list without the symbolic links whose target was filtered away."""
    rows = [entry for entry in entries if keep(entry[0])]
    there = {name for name, _, _ in rows}
    return [row for row in rows if row[2] != "SYMLINK" or _target(row[0], row[1]) in there]


def _target(name: str, points_at: str) -> str:
    """Where a link of the bundle leads, as a name of the bundle."""
    parts = list(Path(name).parent.parts)
    for part in Path(points_at).parts:
        if part == "..":
            parts = parts[:-1]
        else:
            parts.append(part)
    return "/".join(parts)


def main() -> int:
    """The lists with their reasons."""
    for title, rows in (
        ("Python modules left out", sorted(EXCLUDED.items())),
        *((f"On {name}", sorted(rows.items())) for name, rows in EXCLUDED_ON.items()),
        ("Python modules named by hand", sorted(HIDDEN.items())),
        ("Files left out", list(LEFT_OUT)),
        ("Of resources/", sorted(NOT_CARRIED.items())),
    ):
        print(f"{title}:")
        for what, why in rows:
            print(f"  {what:<60} {why}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
