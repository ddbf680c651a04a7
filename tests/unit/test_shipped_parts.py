"""packaging/trust/shipped.py: what ships and under which licence, read from wheels made here."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging"
LOCK = """\
alpha==1.0 \\
    --hash=sha256:aa
beta==2.0 ; sys_platform == 'win32' \\
    --hash=sha256:bb \\
    --hash=sha256:cc
gamma==1 ; python_full_version < '3.12' \\
    --hash=sha256:dd
gamma==2 ; python_full_version >= '3.12' \\
    --hash=sha256:ee
"""


@pytest.fixture
def shipped(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(PACKAGING))
    import trust.shipped

    return trust.shipped


def wheel(folder: Path, metadata: str, files: dict[str, bytes]) -> Path:
    path = folder / "alpha-1.0-py3-none-any.whl"
    head = f"Metadata-Version: 2.4\nName: Alpha\nVersion: 1.0\n{metadata}\n"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("alpha-1.0.dist-info/METADATA", head)
        for name, octets in files.items():
            archive.writestr(name, octets)
    return path


def test_the_entries_of_a_lock_that_a_system_takes(shipped: Any) -> None:
    targets = shipped.targets({"linux": "3.11.2", "windows": "3.12.9"})
    linux = shipped.entries(LOCK, targets["linux"])
    windows = shipped.entries(LOCK, targets["windows"])
    assert [one.split()[0] for one in linux] == ["alpha==1.0", "gamma==1"]
    assert [one.split()[0] for one in windows] == ["alpha==1.0", "beta==2.0", "gamma==2"]
    assert windows[1].count("--hash=") == 2
    assert ";" not in "".join(windows)


def test_a_wheel_in_the_cache_that_was_changed_is_told_of_no_more(
    shipped: Any, tmp_path: Path
) -> None:
    made = wheel(tmp_path, "License-Expression: MIT", {})
    entry = f"alpha==1.0 \\\n    --hash=sha256:{hashlib.sha256(made.read_bytes()).hexdigest()}"
    assert shipped.checked([made], [entry]) == [made]
    with pytest.raises(shipped.ReleaseTrouble, match="2 wheels were wanted, 1 are there: alpha"):
        shipped.checked([made], [entry, entry])
    with zipfile.ZipFile(made, "a") as archive:
        archive.writestr("alpha/more.py", b"x")
    with pytest.raises(shipped.ReleaseTrouble, match="not the one of the lock"):
        shipped.checked([made], [entry])


def test_a_wheel_says_its_licence_and_carries_its_texts(shipped: Any, tmp_path: Path) -> None:
    made = wheel(
        tmp_path,
        "License-Expression: MIT OR GPL-2.0-only\nProject-URL: Source, https://a.exemple.fr",
        {
            "alpha-1.0.dist-info/licenses/LICENSE": "texte à garder".encode(),
            "alpha-1.0.dist-info/COPYING": b"old place",
            "alpha/LICENSE_of_nothing.py": b"",
        },
    )
    part = shipped.part_of(made, {}, shipped.targets()["linux"])
    assert (part.name, part.version, part.spdx) == ("alpha", "1.0", "MIT OR GPL-2.0-only")
    assert part.purl == "pkg:pypi/alpha@1.0"
    assert part.source == "https://a.exemple.fr"
    assert dict(part.texts) == {"COPYING": "old place", "licenses/LICENSE": "texte à garder"}
    assert re.fullmatch("[0-9a-f]{64}", part.sha256)


def test_a_wheel_that_says_none_is_refused_unless_somebody_read_it(
    shipped: Any, tmp_path: Path
) -> None:
    made = wheel(tmp_path, "License: OSI Approved", {})
    target = shipped.targets()["linux"]
    with pytest.raises(shipped.ReleaseTrouble, match="alpha says no SPDX licence"):
        shipped.part_of(made, {}, target)
    assert shipped.part_of(made, {"alpha": {"spdx": "Zlib"}}, target).spdx == "Zlib"


def test_what_is_compiled_in_is_found_with_its_version(shipped: Any, tmp_path: Path) -> None:
    of_rust = {
        "components": [
            {"name": "url", "version": "2.5", "purl": "pkg:cargo/url@2.5?download_url=file://x",
             "licenses": [{"expression": "MIT OR Apache-2.0"}]},
            {"name": "openssl", "version": "4", "purl": "pkg:generic/openssl@4"},
        ]
    }  # fmt: skip
    made = wheel(
        tmp_path,
        "License-Expression: MIT",
        {
            "alpha/_native.so": b"\0\0OpenSSL 4.0.3 29 Sep\0",
            "alpha-1.0.dist-info/sboms/a.cyclonedx.json": json.dumps(of_rust).encode(),
        },
    )
    openssl = {"name": "openssl", "in": "_native", "version": r"OpenSSL (\d+\.\d+\.\d+) ",
               "spdx": "Apache-2.0", "notice": "Copyright"}  # fmt: skip
    other = {"name": "runtime", "only": "windows", "version": "=", "spdx": "MIT"}
    packages = {"alpha": {"parts": [openssl, other]}}
    part = shipped.part_of(made, packages, shipped.targets()["linux"])
    assert [(one.name, one.version, one.spdx, one.purl) for one in part.inner] == [
        ("openssl", "4.0.3", "Apache-2.0", ""),
        ("url", "2.5", "(MIT OR Apache-2.0)", "pkg:cargo/url@2.5"),
    ]
    on_windows = shipped.part_of(made, packages, shipped.targets()["windows"])
    assert ("runtime", "1.0") in [(one.name, one.version) for one in on_windows.inner]
    packages["alpha"]["parts"][0] = {**openssl, "version": r"OpenSSL (9\.\d)"}
    with pytest.raises(shipped.ReleaseTrouble, match="openssl was not found"):
        shipped.part_of(made, packages, shipped.targets()["linux"])


def test_the_file_of_licences_was_made_from_the_locks_of_today(shipped: Any) -> None:
    text = shipped.FILE.read_text(encoding="utf-8")
    told = re.search(r"^From: sha256 ([0-9a-f]{64})$", text, re.MULTILINE)
    assert told is not None
    assert told[1] == shipped.made_from(), "python3 packaging/dev.py licences"
    for name, version in re.findall(r"(?m)^([a-z0-9-]+)==([^ \\;]+)", shipped.LOCK.read_text()):
        assert re.search(rf"(?m)^{re.escape(name)} {re.escape(version)}: ", text), name
    for part in ("Qt", "SQLite3 Multiple Ciphers", "PDFium", "Hunspell", "CPython", "openssl"):
        assert re.search(rf"(?m)^ *{re.escape(part)} [^:]+: ", text), part
    for words in ("GNU LESSER GENERAL PUBLIC LICENSE", "PYTHON SOFTWARE FOUNDATION LICENSE",
                  "Mozilla Public License"):  # fmt: skip
        assert words in text


def test_the_book_of_licences_holds_what_ships_and_no_more(shipped: Any) -> None:
    book = tomllib.loads((PACKAGING / "trust" / "licences.toml").read_text(encoding="utf-8"))
    locked = set(re.findall(r"(?m)^([a-z0-9-]+)==", shipped.LOCK.read_text()))
    assert set(book["packages"]) <= locked
    for name, entry in book["packages"].items():
        assert ("spdx" in entry) == ("why" in entry), name
    assert all(len(reason) > 10 for reason in book["allowed"].values())
    assert not {one for one in book["allowed"] if re.match(r"A?GPL", one) and " WITH " not in one}
    named = {file for one in book["data"] for file in one["files"]}
    assert {one.split("/")[-1] for one in named} >= {
        path.name for path in (ROOT / "resources" / "dictionaries").glob("*.dic")
    }
    assert len(shipped.data()) == len(book["data"])


def test_a_bundle_holds_nothing_that_nobody_told_of(shipped: Any, tmp_path: Path) -> None:
    from trust import bundle

    inside = tmp_path / "_internal"
    for name in ("nh3/nh3.abi3.so", "libpython3.13.so.1.0", "python3.13/lib-dynload/math.so",
                 "mel_desktop/notes.txt"):  # fmt: skip
        (inside / name).parent.mkdir(parents=True, exist_ok=True)
        (inside / name).write_bytes(b"\x7fELF")
    (tmp_path / "mel-desktop").write_bytes(b"\x7fELF")
    (inside / "Alpha_one-1.0.dist-info").mkdir()
    known = {"nh3/nh3.abi3.so"}
    assert list(bundle.strangers(tmp_path, known)) == []
    assert len(list(bundle.binaries(tmp_path))) == 4
    assert list(bundle.others(tmp_path, {"alpha-one": "1.0"})) == []
    assert list(bundle.others(tmp_path, {"alpha-one": "1.1"})) == ["alpha-one 1.0 (told: 1.1)"]
    assert list(bundle.others(tmp_path, {})) == ["alpha-one 1.0 (told: nothing)"]
    (inside / "libssl.so.3").write_bytes(b"\x7fELF")
    (inside / "tool").write_bytes(b"\x7fELF")
    (inside / "libother.so").symlink_to("libssl.so.3")
    strangers = list(bundle.strangers(tmp_path, known))
    assert strangers == ["_internal/libssl.so.3", "_internal/tool"]
    for name in ("PySide6/MSVCP140.dll", "VCRUNTIME140.dll", "PySide6/Qt6Sql.dll"):
        (inside / name).parent.mkdir(exist_ok=True)
        (inside / name).write_bytes(b"MZ")
    known |= {"PySide6/msvcp140.dll"}  # libraries name each other as they like
    found = set(bundle.strangers(tmp_path, known)) - set(strangers)
    assert found == {"_internal/PySide6/Qt6Sql.dll"}
    qt = wheel(tmp_path, "", {"PySide6/msvcp140.dll": b"", "PySide6/qt6sql.dll": b""})
    owned = bundle.owners(tmp_path, [qt])
    assert [name for name, _ in owned["alpha"]] == [
        "_internal/PySide6/MSVCP140.dll", "_internal/PySide6/Qt6Sql.dll",
    ]  # fmt: skip
    assert "nh3/nh3.abi3.so" in bundle.members([wheel(tmp_path, "", {"nh3/nh3.abi3.so": b"",
        "alpha-1.0.data/purelib/alpha/__init__.py": b""})])  # fmt: skip
    assert bundle.part_of_freezing().name == "PyInstaller bootloader"


@pytest.fixture
def frozen(tmp_path: Path) -> Path:
    """A folder as a frozen program is, with one library of a wheel in it."""
    folder = tmp_path / "bundle"
    for name, octets in {
        "mel-desktop": b"\x7fELF starter",
        "_internal/libpython3.13.so.1.0": b"\x7fELF\x003.12.1\x003.13.5\x00",
        "_internal/python3.13/lib-dynload/pyexpat.cpython-313.so": b"\x7fELF expat_2.7.1\x00",
        "_internal/python3.13/lib-dynload/_decimal.cpython-313.so": b"\x7fELF\x002.5.1\x00",
        "_internal/alpha/_native.so": b"\x7fELF\x00native",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(octets)
    (folder / "_internal/Alpha-1.0.dist-info").mkdir()
    return folder


def test_the_python_in_a_bundle_is_told_to_its_last_number(
    shipped: Any, frozen: Path, tmp_path: Path
) -> None:
    from trust import bundle

    assert bundle.python_inside(frozen) == "3.13.5"
    inner = {one.name: one.version for one in shipped.interpreter(
        shipped.targets({"linux": "3.13.5"})["linux"], frozen).inner}  # fmt: skip
    assert inner["Expat"] == "2.7.1"
    assert inner["libmpdec"] == "2.5.1"
    assert "OpenSSL" not in inner  # the system's
    on_windows = tmp_path / "windows" / "_internal"
    on_windows.mkdir(parents=True)
    (on_windows / "python3.dll").write_bytes(b"MZ")
    with pytest.raises(shipped.ReleaseTrouble, match="which Python"):
        bundle.python_inside(on_windows.parent)
    (on_windows / "python312.dll").write_bytes(b"MZ\x003.12.9\x00")
    (on_windows / "libcrypto-3-x64.dll").write_bytes(b"MZ OpenSSL 3.0.16 11 Feb 2025\x00")
    assert bundle.python_inside(on_windows.parent) == "3.12.9"
    windows = shipped.targets({"windows": "3.12.9"})["windows"]
    inner = {one.name: one.version for one in shipped.interpreter(windows, on_windows).inner}
    assert inner["OpenSSL"] == "3.0.16"
    assert inner["Expat"] == "of the interpreter"


def test_each_binary_of_a_bundle_stands_below_its_part(
    shipped: Any, frozen: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from trust import bundle

    made = wheel(tmp_path, "License-Expression: MIT", {"alpha/_native.so": b""})
    monkeypatch.setattr(shipped, "wheels_of", lambda _: [made])
    target = shipped.targets({"linux": "3.13.5"})["linux"]
    found = {one.name: one for one in bundle.parts(frozen, target)}
    assert set(found) == {"alpha", "CPython", "PyInstaller bootloader"}
    digest = hashlib.sha256(b"\x7fELF\x00native").hexdigest()
    assert found["alpha"].files == (("_internal/alpha/_native.so", digest),)
    assert len(found["CPython"].files) == 3
    assert [name for name, _ in found["PyInstaller bootloader"].files] == ["mel-desktop"]
    (frozen / "_internal/Alpha-1.0.dist-info").rmdir()
    with pytest.raises(shipped.ReleaseTrouble, match="without a part: alpha"):
        bundle.parts(frozen, target)
    with pytest.raises(shipped.ReleaseTrouble, match=r"Python 3\.13\.5 \(told: 3\.13\.6\)"):
        bundle.check(frozen, shipped.targets({"linux": "3.13.6"})["linux"])


def test_what_went_with_a_file_that_was_left_out_is_not_told(shipped: Any) -> None:
    from trust import bundle

    inner = tuple(shipped.Part(one, "1", "MIT") for one in ("libtiff", "libwebp", "ICU"))
    qt = shipped.Part("pyside6-essentials", "6", "LGPL-3.0-only", inner=inner)
    names = ["_internal/PySide6/Qt/plugins/imageformats/libqwebp.so"]
    assert [one.name for one in bundle.within(qt, names)] == ["libwebp", "ICU"]
