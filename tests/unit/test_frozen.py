"""packaging/frozen: what is left out, what is looked for afterwards, and what goes beside it."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import distributions
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import hunspell
import pytest

from mel_desktop.demo.self_test import SHIPPED

ROOT = Path(__file__).resolve().parents[2]
FROZEN = ROOT / "packaging" / "frozen"
QT = "PySide6/Qt/plugins"


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """The modules by name; the scripts' folder comes and goes with the test."""
    monkeypatch.syspath_prepend(str(FROZEN.parent))
    monkeypatch.syspath_prepend(str(FROZEN))
    names = ("build", "contents", "cpython", "entry", "icon", "shiboken_support")
    before = {name: sys.modules.pop(name, None) for name in names}
    yield {name: __import__(name) for name in names}
    for name in names:
        sys.modules.pop(name, None)
        if (module := before[name]) is not None:
            sys.modules[name] = module


@pytest.mark.parametrize(
    ("name", "platform", "kept"),
    [
        (f"{QT}/platforms/libqxcb.so", "linux", True),
        (f"{QT}/platforms/libqoffscreen.so", "linux", True),
        (f"{QT}/platforms/libqeglfs.so", "linux", False),
        (f"{QT}/platforms/libqminimal.so", "linux", False),
        (f"{QT}/tls/libqopensslbackend.so", "linux", False),
        (f"{QT}/imageformats/libqwebp.so", "linux", True),
        (f"{QT}/imageformats/libqpdf.so", "linux", False),
        (r"PySide6\plugins\platforms\qwindows.dll", "win32", True),
        (r"PySide6\plugins\platforms\qdirect2d.dll", "win32", False),
        (r"PySide6\opengl32sw.dll", "win32", False),
        (r"PySide6\Qt6Quick.dll", "win32", False),
        (r"PySide6\Qt6Core.dll", "win32", True),
        ("Qt6DBus.dll", "win32", False),
        (r"PySide6\plugins\styles\qmodernwindowsstyle.dll", "win32", False),
        (r"PySide6\QtDBus.pyd", "win32", False),
        ("PySide6/Qt/lib/libQt6DBus.so.6", "linux", True),
        ("h11-0.16.0.dist-info/METADATA", "linux", True),
        ("pymap-0.36.7.dist-info/entry_points.txt", "win32", True),
        ("h11-0.16.0.dist-info/licenses/LICENSE", "linux", False),
        ("tzdata/zoneinfo/tzdata.zi", "win32", False),
        ("tzdata/zoneinfo/Europe/Paris", "win32", True),
        ("tzdata/zones", "win32", True),
        ("PySide6/Qt/lib/libQt6EglFsKmsSupport.so.6", "linux", False),
        ("PySide6/Qt/lib/libicudata.so.73", "linux", True),
        ("PySide6/Qt/translations/qtbase_fr.qm", "linux", True),
        ("PySide6/Qt/translations/qtbase_de.qm", "linux", False),
        ("mel_desktop/_resources/translations/mel_fr.qm", "linux", True),
        ("libssl.so.3", "linux", False),
        ("libpython3.13.so.1.0", "linux", True),
        ("libssl-3.dll", "win32", True),
        ("keyring-25.7.0.dist-info/entry_points.txt", "linux", True),
        ("keyring-25.7.0.dist-info/RECORD", "linux", False),  # tells where it was installed
    ],
)
def test_what_goes_in(frozen: dict[str, Any], name: str, platform: str, kept: bool) -> None:
    assert frozen["contents"].keep(name, platform=platform) is kept


def test_links_to_what_was_left_out_go_too(frozen: dict[str, Any]) -> None:
    kept = ("PySide6/Qt/lib/libQt6Core.so.6", "/src/libQt6Core.so.6", "BINARY")
    lost = ("PySide6/Qt/lib/libQt6Quick.so.6", "/src/libQt6Quick.so.6", "BINARY")
    good = ("PySide6/libQt6Core.so.6", "Qt/lib/libQt6Core.so.6", "SYMLINK")
    up = ("PySide6/Qt/plugins/x/core.so", "../../lib/libQt6Core.so.6", "SYMLINK")
    dead = ("PySide6/Gone.so", "Qt/lib/libGone.so.6", "SYMLINK")
    rows = frozen["contents"].without_dead_links([kept, lost, good, up, dead])
    assert rows == [kept, good, up]


def whole(contents: ModuleType, bundle: Path) -> Path:
    """A folder with all that is looked for, as a build would leave it."""
    inside: Path = bundle / contents.INSIDE
    for source, name in contents.carried():
        target = inside / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(contents.content(source))
    for name in contents._PLUGINS["linux"]:
        target = inside / QT / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch()
    for language in ("fr", "en"):
        target = inside / f"PySide6/Qt/translations/qtbase_{language}.qm"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch()
    (inside / contents.MODULES).touch()
    (inside / "shiboken6/files.dir").mkdir(parents=True)
    (inside / "shiboken6/files.dir/modules.txt").touch()
    (bundle / contents.NAME).touch()
    return inside


def test_a_finished_bundle_is_looked_through(
    frozen: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    contents = frozen["contents"]
    inside = whole(contents, tmp_path)
    assert contents.problems(tmp_path, platform="linux") == []
    (inside / "mel_desktop/_resources/lexicon/fr.lexicon").write_bytes(b"another")
    (inside / "mel_desktop/_resources/icons/mel-desktop.svg").unlink()
    (inside / QT / "platforms/libqxcb.so").unlink()
    (inside / contents.MODULES).unlink()
    (inside / QT / "platforms/libqvnc.so").touch()
    (inside / "gone.so").symlink_to("nowhere.so")
    (tmp_path / contents.NAME).unlink()
    monkeypatch.setitem(contents.MOST_BYTES, "linux", 1000)
    found = contents.problems(tmp_path, platform="linux")
    kinds = sorted(line.split(": ")[0] for line in found)
    assert kinds == [
        "another content", "leads nowhere", *["missing"] * 4, "too large", "unwanted"
    ]  # fmt: skip
    text = "\n".join(found)
    for word in ("libqvnc", "gone.so", "fr.lexicon", "mel-desktop.svg", "libqxcb", "modules.mel"):
        assert word in text


def test_all_that_the_program_reads_is_carried(frozen: dict[str, Any]) -> None:
    names = {name for _, name in frozen["contents"].carried()}
    assert "mel_desktop/_resources/docs/help/fr/" in "\n".join(names)
    assert "mel_desktop/_resources/docs/accessibility.fr.md" in names
    migrations = {one.name for one in (ROOT / "mel_desktop/store/migrations").glob("*.sql")}
    assert migrations
    assert {f"mel_desktop/store/migrations/{name}" for name in migrations} <= names
    assert not any("docs/adr" in name or name.endswith((".ts", ".py")) for name in names)
    for parts in SHIPPED:
        wanted = "/".join(("mel_desktop/_resources", *parts))
        assert any(name == wanted or name.startswith(wanted + "/") for name in names), wanted


def test_dictionaries_say_the_same_without_grammar(frozen: dict[str, Any], tmp_path: Path) -> None:
    contents = frozen["contents"]
    whole_ones = ROOT / "resources" / "dictionaries"
    for source, name in contents.written(tmp_path / "written"):
        if source.suffix in {".aff", ".dic"}:
            (tmp_path / Path(name).name).write_bytes(source.read_bytes())
    sizes = [(folder / "fr.dic").stat().st_size for folder in (whole_ones, tmp_path)]
    assert sizes[1] < 0.6 * sizes[0]
    assert (tmp_path / "en_GB.dic").read_bytes() == (whole_ones / "en_GB.dic").read_bytes()
    both = [
        hunspell.Hunspell("fr", hunspell_data_dir=str(folder), system_encoding="UTF-8")
        for folder in (whole_ones, tmp_path)
    ]
    lines = (whole_ones / "fr.dic").read_text(encoding="utf-8").splitlines()[1::40]
    plain = [line.partition(" ")[0].partition("/")[0] for line in lines]
    words = [*plain, *(f"l'{one}" for one in plain), *(f"{one}s" for one in plain)]
    words += [*(one[:-2] + "ions" for one in plain), *(one[1:] for one in plain if len(one) > 1)]
    told = [[one.spell(word) for word in words] for one in both]
    assert told[0] == told[1]
    assert 0.3 < sum(told[0]) / len(words) < 0.9  # both answers are among them
    assert " po:" not in (tmp_path / "fr.dic").read_text(encoding="utf-8")


def test_descriptions_are_short_and_of_the_lock_alone(
    frozen: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    contents = frozen["contents"]
    for name, entries in (("h11", ""), ("pymap", "[pymap.backend]\ndict = a:B\n"), ("foreign", "")):
        folder = tmp_path / f"{name}-1.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Name: {name}\nVersion: 1\nLicense: MIT\n\nLong.\n")
        (folder / "entry_points.txt").write_text(entries)
        listed = "".join(f"{name}-1.dist-info/{one},,\n" for one in ("METADATA", "COPYING"))
        (folder / "RECORD").write_text(listed)
    monkeypatch.setattr(
        contents.metadata, "distributions", lambda: [*distributions(path=[str(tmp_path)])] * 2
    )
    into = tmp_path / "into"
    found = {name: source.read_text() for source, name in contents.descriptions(into)}
    assert found == {
        "h11-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: h11\nVersion: 1\n",
        "pymap-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: pymap\nVersion: 1\n",
        "pymap-1.dist-info/entry_points.txt": "[pymap.backend]\ndict = a:B\n",
    }
    (read,) = (one for one in distributions(path=[str(into)]) if one.name == "pymap")
    assert (read.version, [one.name for one in read.entry_points]) == ("1", ["dict"])


def test_no_d_bus_but_on_linux(frozen: dict[str, Any]) -> None:
    contents = frozen["contents"]
    assert "PySide6.QtDBus" in contents.excluded(platform="win32")
    assert "PySide6.QtDBus" not in contents.excluded(platform="linux")
    code = (
        "import sys; import mel_desktop.ui; sys.platform = 'win32';"
        " sys.modules['PySide6.QtDBus'] = None;"
        " import mel_desktop.ui.session_watch as found; print(found.SessionWatch().holds_sleep)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "False", done.stderr


def test_modules_named_by_hand_exist_or_belong_to_another_system(frozen: dict[str, Any]) -> None:
    for name in frozen["contents"].HIDDEN:
        assert find_spec(name) is not None, name


def test_what_is_excluded_is_imported_nowhere(frozen: dict[str, Any]) -> None:
    excluded = frozen["contents"].EXCLUDED
    assert not set(excluded) & set(frozen["contents"].HIDDEN)
    for file in (ROOT / "mel_desktop").rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        for name in excluded:
            top, _, rest = name.rpartition(".")
            found = f"import {name}\n" in text or (bool(top) and f"from {name} import" in text)
            assert not found, f"{file.name} imports {name} ({rest})"


def test_the_version_resource_has_four_numbers(frozen: dict[str, Any]) -> None:
    text = frozen["build"].version_text("mel-desktop", "Mel Desktop", "1.2.3")
    assert "filevers=(1, 2, 3, 0)" in text
    assert "'mel-desktop.exe'" in text
    compile(text, "version", "eval")


def test_an_icon_of_many_sizes(frozen: dict[str, Any], qapp: object) -> None:
    from PySide6.QtGui import QImage

    icon = frozen["icon"]
    pictures = {size: icon.png(size) for size in (16, 256)}
    data = icon.ico(pictures)
    kind, count = struct.unpack_from("<HH", data, 2)
    assert (kind, count) == (1, 2)
    for number, size in enumerate((16, 256)):
        width, *_ = struct.unpack_from("<B", data, 6 + 16 * number)
        octets, at = struct.unpack_from("<II", data, 6 + 16 * number + 8)
        assert width == size % 256
        picture = QImage.fromData(data[at : at + octets])
        assert (picture.width(), picture.height()) == (size, size)
        assert picture.pixelColor(size // 2, size // 8 * 7).name() == "#000091"


def test_streams_and_the_loader_are_put_right(
    frozen: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    put_right = frozen["entry"].put_right
    monkeypatch.setenv("LD_LIBRARY_PATH", "/bundle/_internal")
    monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", "/usr/local/lib")
    monkeypatch.setattr(sys, "stdout", None)
    put_right()
    assert os.environ["LD_LIBRARY_PATH"] == "/usr/local/lib"
    assert "LD_LIBRARY_PATH_ORIG" not in os.environ
    with sys.stdout as nowhere:
        print("goes nowhere", file=nowhere)  # and raises nothing
    monkeypatch.setattr(sys, "_MEIPASS", "/bundle/_internal", raising=False)
    monkeypatch.setenv("LD_LIBRARY_PATH", "/bundle/_internal")
    put_right()
    assert "LD_LIBRARY_PATH" not in os.environ
    monkeypatch.setenv("LD_LIBRARY_PATH", "/somebody/else")
    put_right()
    assert os.environ["LD_LIBRARY_PATH"] == "/somebody/else"


def test_a_child_loads_no_more_than_it_needs(frozen: dict[str, Any]) -> None:
    code = (
        f"import sys; sys.path[:0] = [{str(FROZEN)!r}, {str(ROOT)!r}]; import entry;"
        " sys.argv = ['mel-desktop', '--pac-worker']; code = entry.start();"
        " print(sorted(m for m in sys.modules if m.startswith(('mel_desktop.app.', 'PySide6'))),"
        " file=sys.stderr)"
    )
    asked = b'{"script": "function FindProxyForURL(u, h) { return h; }", "url": "http://a/",'
    asked += b' "host": "a.invalid", "names": {}}'
    done = subprocess.run([sys.executable, "-c", code], input=asked, capture_output=True)
    assert b"a.invalid" in done.stdout, done.stderr
    assert done.stderr.strip() == b"['mel_desktop.app.extract']"


def test_mends_of_weaknesses_alone(frozen: dict[str, Any]) -> None:
    series = "deb-locations.diff\n#old.diff\nCVE-2025-1.patch\nssl.patch\nCVE-2026-2.patch -p1\n"
    mends = frozen["cpython"].mends
    assert mends(series) == ["CVE-2025-1.patch", "ssl.patch", "CVE-2026-2.patch"]
    assert mends("a.diff\n") == []


@pytest.mark.parametrize("names", [(), ("a.orig.tar.xz", "b.orig.tar.xz"), ("a.orig.tar.gz",)])
def test_a_source_package_of_another_kind_is_refused_in_a_sentence(
    frozen: dict[str, Any], tmp_path: Path, names: tuple[str, ...]
) -> None:
    cpython = frozen["cpython"]
    source = tmp_path / "source"
    source.mkdir()
    for name in names:
        (source / name).touch()
    with pytest.raises(cpython.CannotBuild, match=r"files \*\.orig\.tar\.xz, not one"):
        cpython.unpack(source, tmp_path)


def compiling(cpython: ModuleType, monkeypatch: pytest.MonkeyPatch, then: Any) -> None:
    """Without compiler and net: a tree is made, and ``then`` happens meanwhile."""

    def made(tree: Path, work: Path) -> Path:
        place = work / "installed"
        (place / "bin").mkdir(parents=True)
        (place / "bin" / "python3").write_text("ours")
        then()
        return place

    keys = Path(str(cpython.__file__))
    monkeypatch.setattr(cpython, "KEYS", keys)
    monkeypatch.setattr(cpython.shutil, "which", lambda tool: tool)
    monkeypatch.setattr(cpython, "fetch", lambda work: work)
    monkeypatch.setattr(cpython, "unpack", lambda source, work: work)
    monkeypatch.setattr(cpython, "_compile", made)


def test_a_cpython_that_was_ready_meanwhile_stays(
    frozen: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cpython, cache = frozen["cpython"], tmp_path / "cpython"

    def other_one() -> None:
        (cache / "bin").mkdir(parents=True)
        (cache / "bin" / "python3").write_text("theirs")
        (cache / "ready").touch()

    compiling(cpython, monkeypatch, other_one)
    assert cpython.ensure(cache).read_text() == "theirs"
    assert [one.name for one in tmp_path.iterdir()] == ["cpython"]


def test_a_torn_cpython_is_made_anew(
    frozen: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cpython, cache = frozen["cpython"], tmp_path / "cpython"
    (cache / "bin").mkdir(parents=True)
    (cache / "bin" / "python3").write_text("torn")
    compiling(cpython, monkeypatch, lambda: None)
    assert cpython.ensure(cache).read_text() == "ours"
    assert (cache / "ready").is_file()


def test_a_cache_that_cannot_be_written_is_told(
    frozen: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cpython, cache = frozen["cpython"], tmp_path / "cpython"
    cache.write_text("no folder")
    compiling(cpython, monkeypatch, lambda: None)
    with pytest.raises(cpython.CannotBuild):
        cpython.ensure(cache)


def test_what_pyside_says_in_python_is_taken_from_the_bundle(
    frozen: dict[str, Any], tmp_path: Path
) -> None:
    """A shiboken6 beside which ``files.dir`` lies compiles nothing of its own."""
    support = frozen["shiboken_support"]
    folder = support.unpack(tmp_path / "unpacked")
    names = support.modules(folder)
    assert {"shibokensupport", "shibokensupport.signature.loader"} <= set(names)
    spec = find_spec("shiboken6")
    assert spec is not None
    assert spec.origin is not None
    bundle = tmp_path / "bundle"
    shutil.copytree(Path(spec.origin).parent, bundle / "shiboken6")
    source, inside = support.note(folder)
    (bundle / inside).mkdir()
    shutil.copy(source, bundle / inside)
    asked = f"""
import builtins, sys
real, told = compile, []
builtins.compile = lambda *given, **named: told.append(given[1]) or real(*given, **named)
sys.path[:0] = [{str(bundle)!r}, {str(folder)!r}]
import shiboken6
print(shiboken6.__file__)
for name in {names!r}:
    print(getattr(sys.modules.get(name), "__file__", name))
print(*(one for one in told if str(one).startswith("shibokensupport/")))  # of the archive
"""
    done = subprocess.run(
        [sys.executable, "-c", asked], check=True, capture_output=True, text=True, timeout=60
    )
    first, *files, compiled = done.stdout.split("\n")[:-1]
    assert Path(first).is_relative_to(bundle)
    assert [one for one in files if not Path(one).is_relative_to(folder)] == []
    assert compiled == ""


def test_the_folder_that_says_so_is_looked_for(frozen: dict[str, Any], tmp_path: Path) -> None:
    contents, support = frozen["contents"], frozen["shiboken_support"]
    inside = whole(contents, tmp_path)
    (inside / support.FOLDER / support.NOTE).unlink()
    assert contents.problems(tmp_path, platform="linux") == [
        f"missing: {support.FOLDER}/{support.NOTE}"
    ]
