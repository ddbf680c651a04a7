"""packaging/frozen: the one archive of modules, its reader in the frozen program, bare modules."""

from __future__ import annotations

import json
import marshal
import random
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import MAGIC_NUMBER, find_spec
from pathlib import Path
from threading import Thread
from types import CodeType, ModuleType
from typing import Any

import pytest
import zstandard

FROZEN = Path(__file__).resolve().parents[2] / "packaging" / "frozen"
COUNT = 90  # of modules of 10 kB: more frames than the reader keeps

Modules = dict[str, tuple[int, bytes | None]]


@pytest.fixture
def scripts(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """The modules by name; they and their folder go with the test."""
    monkeypatch.syspath_prepend(str(FROZEN))
    names = ("docstrings", "module_archive", "shared_modules")
    yield {name: __import__(name) for name in names}
    for name in names:
        sys.modules.pop(name, None)


def modules(shuffled: bool = False) -> Modules:
    rows: list[tuple[str, tuple[int, bytes | None]]] = [("space", (3, None))]
    noise = random.Random(7)
    for number in range(COUNT):
        code = compile(f"VALUE = {number}\nNOISE = {noise.randbytes(10_000)!r}", "m.py", "exec")
        rows.append((f"space.m{number:02}", (1 if number == 3 else 0, marshal.dumps(code))))
    if shuffled:
        noise.shuffle(rows)
    return dict(rows)


def archive(
    scripts: dict[str, Any], path: Path, order: tuple[str, ...] = (), *, pressed: bool = True
) -> Modules:
    found = modules()
    scripts["module_archive"].write(found, path, order, MAGIC_NUMBER, pressed=pressed)
    return found


def reader(scripts: dict[str, Any], path: Path, told: list[int] | None = None) -> Any:
    """``told``: the sizes of frames that are opened."""
    shared = scripts["shared_modules"]
    fill = shared.opener(lambda: zstandard, str(path))

    def filled(frame: bytearray, room: memoryview) -> None:
        if told is not None:
            told.append(len(room))
        fill(frame, room)

    return shared.ModuleArchive(str(path), filled, MAGIC_NUMBER)


def value(code: object) -> int:
    assert isinstance(code, CodeType)
    names: dict[str, int] = {}
    exec(code, names)
    return names["VALUE"]


@pytest.mark.parametrize("pressed", [True, False])
def test_all_comes_out_as_it_went_in(
    scripts: dict[str, Any], tmp_path: Path, pressed: bool
) -> None:
    path = tmp_path / "modules.mel"
    order = ("space.m50", "gone", "space.m02", "space.m50")
    given = archive(scripts, path, order, pressed=pressed)
    told: list[int] = []
    found = reader(scripts, path, told)
    assert bool(told) is pressed
    assert {name: row[0] for name, row in found.toc.items()} == {
        name: kind for name, (kind, _) in given.items()
    }
    names = [name for name, (_, octets) in given.items() if octets is not None]
    random.Random(1).shuffle(names)
    for name in names:
        assert found.extract(name, raw=True) == given[name][1]
        assert value(found.extract(name)) == int(name[-2:])
    assert found.extract("space") is None
    with pytest.raises(KeyError, match="gone"):
        found.extract("gone")


def test_the_order_of_the_start_opens_each_frame_once(
    scripts: dict[str, Any], tmp_path: Path
) -> None:
    path = tmp_path / "modules.mel"
    order = tuple(f"space.m{number:02}" for number in reversed(range(COUNT)))
    archive(scripts, path, order)
    opened: list[int] = []
    found = reader(scripts, path, opened)
    opened.clear()  # the table
    for name in order:
        found.extract(name)
    most = scripts["module_archive"].FRAME
    assert len(opened) == -(-COUNT // (most // 10_100))
    assert max(opened) <= most
    found.extract(order[-1])
    assert len(opened) == -(-COUNT // (most // 10_100))
    kept = range(len(opened) - scripts["shared_modules"].KEPT, len(opened))
    assert sorted(found._rooms) == list(kept) == found._order[::-1]


def test_threads_that_import_at_once(scripts: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "modules.mel"
    archive(scripts, path)
    found = reader(scripts, path)
    names = [f"space.m{number % COUNT:02}" for number in range(0, 7 * COUNT, 7)]
    with ThreadPoolExecutor(8) as pool:
        values = list(pool.map(lambda name: value(found.extract(name)), names))
    assert values == [int(name[-2:]) for name in names]


def test_a_room_is_not_filled_anew_while_it_is_read(
    scripts: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "modules.mel"
    archive(scripts, path)
    found = reader(scripts, path)
    others = Thread(target=lambda: [found.extract(f"space.m{one}") for one in range(20, COUNT, 8)])

    class Slow:
        @staticmethod
        def loads(octets: memoryview) -> Any:
            if not others.ident:
                others.start()
                others.join(0.5)
            return marshal.loads(octets)

    monkeypatch.setattr(scripts["shared_modules"], "marshal", Slow)
    assert value(found.extract("space.m00")) == 0
    others.join()
    assert len(found._rooms) == scripts["shared_modules"].KEPT


def test_the_same_modules_make_the_same_octets(scripts: dict[str, Any], tmp_path: Path) -> None:
    write = scripts["module_archive"].write
    for name, shuffled in (("one", False), ("two", True)):
        write(modules(shuffled), tmp_path / name, ("space.m04",), MAGIC_NUMBER, pressed=True)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_kind_that_nobody_knows_is_not_written(scripts: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"unknown kind: \[2\]"):
        scripts["module_archive"].write(
            {"data": (2, b"")}, tmp_path / "x", (), MAGIC_NUMBER, pressed=True
        )


@pytest.mark.parametrize("what", ["gone", "cut", "other", "frame", "table", "end"])
def test_a_damaged_archive_says_so(scripts: dict[str, Any], tmp_path: Path, what: str) -> None:
    path = tmp_path / "modules.mel"
    archive(scripts, path)
    octets = bytearray(path.read_bytes())
    at = {"other": 5, "frame": 40_000, "table": -50, "end": -9}.get(what, 0)
    octets[at] ^= 0x55
    if what == "cut":
        octets = octets[: len(octets) // 2]
        octets[0] ^= 0x55
    path.write_bytes(octets)
    if what == "gone":
        path.unlink()
    with pytest.raises(ImportError, match=r"modules\.mel: .+\. Install Mel Desktop again\.$"):
        reader(scripts, path).extract("space.m00")


def test_the_c_part_opens_alone_and_serves_the_package(tmp_path: Path) -> None:
    place = find_spec("zstandard")
    assert place is not None
    assert place.origin is not None
    (tmp_path / "zstandard").symlink_to(Path(place.origin).parent)
    code = (
        "import sys, shared_modules; part = shared_modules.zstd(sys.argv[1]);"
        "early = sorted(n for n in sys.modules if n.partition('.')[0] == 'zstandard');"
        "import zstandard, json;"
        "print(json.dumps([early, zstandard.ZstdDecompressor is part.ZstdDecompressor]))"
    )
    words = [sys.executable, "-c", code, str(tmp_path)]
    told = subprocess.run(words, cwd=FROZEN, capture_output=True, text=True, check=True)
    assert json.loads(told.stdout) == [["zstandard.backend_c"], True]
    (tmp_path / "zstandard").unlink()
    failed = subprocess.run(words, cwd=FROZEN, capture_output=True, text=True)
    assert "Install Mel Desktop again" in failed.stderr


def test_the_reader_needs_nothing_that_is_in_the_archive() -> None:
    code = (
        "import sys; sys.path.append('.'); import os; before = set(sys.modules);"
        " import shared_modules; print(*set(sys.modules) - before)"
    )
    words = [sys.executable, "-I", "-S", "-c", code]
    told = subprocess.run(words, cwd=FROZEN, capture_output=True, text=True, check=True)
    # os, struct: PyInstaller's own reader has them; __future__: the spec puts it beside
    assert set(told.stdout.split()) <= {"shared_modules", "struct", "_struct", "__future__"}


def test_the_reader_of_pyinstaller_is_turned_to_the_archive(
    scripts: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = scripts["shared_modules"]
    given = archive(scripts, tmp_path / shared.NAME)
    theirs, importers, inner = ModuleType("archive"), ModuleType("importers"), ModuleType("inner")
    theirs.__dict__["PYTHON_MAGIC_NUMBER"] = MAGIC_NUMBER
    importers.__dict__["pyz_archive"] = inner
    monkeypatch.setitem(sys.modules, "pyimod01_archive", theirs)
    monkeypatch.setitem(sys.modules, "pyimod02_importers", importers)
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    monkeypatch.setattr(shared, "zstd", lambda folder: zstandard)
    shared.install()
    assert set(inner.toc) == set(given)
    assert value(inner.extract("space.m07")) == 7


@pytest.mark.parametrize("pressed", [True, False])
def test_the_zip_of_the_first_modules_loses_docstrings_alone(
    scripts: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pressed: bool
) -> None:
    library = tmp_path / "lib"
    (library / "deep").mkdir(parents=True)
    (library / "deep" / "__init__.py").write_text('"""Gone."""\nVALUE = 6\n')
    code = compile('"""Gone."""\nVALUE = 6\n', "deep/__init__.py", "exec")
    head = MAGIC_NUMBER + bytes([1, 0, 0, 0]) + bytes(8)
    with zipfile.ZipFile(tmp_path / "old.zip", "w") as old:
        old.writestr("deep/__init__.pyc", head + marshal.dumps(code))
        old.writestr("data.bin", b"as it is")
    into = tmp_path / "new.zip"
    scripts["module_archive"].base(tmp_path / "old.zip", into, library, pressed=pressed)
    with zipfile.ZipFile(into) as new:
        assert new.read("data.bin") == b"as it is"
        row = new.getinfo("deep/__init__.pyc")
        assert row.compress_type == (zipfile.ZIP_DEFLATED if pressed else zipfile.ZIP_STORED)
        octets = new.read(row)
    found = marshal.loads(octets[16:])
    assert (octets[:16], found.co_filename) == (head, "deep/__init__.py")
    assert "Gone." not in found.co_consts
    monkeypatch.syspath_prepend(str(into))
    assert __import__("deep").VALUE == 6
    del sys.modules["deep"]


# -- Docstrings ------------------------------------------------------------------------------------

SOURCE = '''
"""Of the module."""
import dataclasses

class Plain:
    """Of the class."""
    def method(self):
        """Alone in its body."""

@dataclasses.dataclass
class Value:
    """Written, so that no signature is."""
    number: int = 0

async def later():
    "Of a coroutine."
    assert not "asserts stay"
    return "a text"

def formatted():
    f"{1} is no docstring"
    return 1
'''


def test_docstrings_go_and_nothing_else(scripts: dict[str, Any]) -> None:
    names: dict[str, Any] = {}
    exec(scripts["docstrings"].code(Path("a.py"), SOURCE.encode()), names)
    assert "__doc__" not in names
    assert names["Plain"].__doc__ is None
    assert names["Plain"]().method() is None
    assert names["Plain"].method.__doc__ is None
    assert names["Value"].__doc__ == "Written, so that no signature is."
    assert names["later"].__doc__ is None
    with pytest.raises(AssertionError):
        names["later"]().send(None)
    assert names["formatted"]() == 1


def test_who_asks_for_docstrings_keeps_them(scripts: dict[str, Any]) -> None:
    names: dict[str, Any] = {}
    exec(scripts["docstrings"].code(Path("a.py"), f"{SOURCE}\nplain = __doc__".encode()), names)
    assert names["plain"] == "Of the module."
    assert names["Plain"].__doc__ == "Of the class."


def test_of_a_list_those_with_a_source_that_is_python(
    scripts: dict[str, Any], tmp_path: Path
) -> None:
    (tmp_path / "good.py").write_text('"""Gone."""\nVALUE = 5\n')
    (tmp_path / "bad.py").write_text("print 'of another Python'\n")
    rows = [(name, str(tmp_path / f"{name}.py"), "PYMODULE") for name in ("good", "bad")]
    found = scripts["docstrings"].without([*rows, ("space", "-", "PYMODULE")])
    assert list(found) == ["good"]
    assert value(found["good"]) == 5
    assert "Gone." not in found["good"].co_consts
