"""packaging/deb: manual pages and completion from the parser, the control file, what is told."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mel_desktop.cli.main import build_parser

ROOT = Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging"
NAMES = ("package", "again", "root", "manual", "build", "contents", "cpython", "debian")


@pytest.fixture
def deb(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    for folder in (PACKAGING, PACKAGING / "frozen", PACKAGING / "deb"):
        monkeypatch.syspath_prepend(str(folder))
    before = {name: sys.modules.pop(name, None) for name in NAMES}
    yield {name: __import__(name) for name in NAMES}
    for name in NAMES:
        sys.modules.pop(name, None)
        if (module := before[name]) is not None:
            sys.modules[name] = module


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_manual_page_tells_every_command_and_option(deb: dict[str, Any], language: str) -> None:
    manual = deb["manual"]
    page = manual.page(language, "2026-11-28")
    plain = page.replace("\\-", "-")
    for command in manual.commands(build_parser()):
        assert f"\n.B {command.name}" in plain, command.name
    for option in manual.options(build_parser()):
        assert f"\n.B {option.name}" in plain, option.name
    for code in range(11):
        assert f"\n.B {code}\n" in plain
    assert "/etc/mel-desktop/policy.toml" in plain
    assert not re.search(r"^'|^\.(?!TH|SH|TP|PP|B |br)", page, re.MULTILINE)


def test_a_command_without_french_words_is_an_error(
    deb: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    manual = deb["manual"]
    text = manual.FRENCH.read_text(encoding="utf-8")
    poorer = tmp_path / "manual.fr.toml"
    poorer.write_text(re.sub(r"(?m)^journal = .*$", "", text), encoding="utf-8")
    monkeypatch.setattr(manual, "FRENCH", poorer)
    with pytest.raises(KeyError, match="journal"):
        manual.page("fr", "2026-11-28")


def test_french_words_have_their_spaces_and_no_command_too_many(deb: dict[str, Any]) -> None:
    manual = deb["manual"]
    text = manual.FRENCH.read_text(encoding="utf-8")
    assert not re.search(r"(?m)^[^#]* [;:?!](?!\])", text)
    told = tomllib.loads(text)["commands"]
    assert set(told) == {command.name for command in manual.commands(build_parser())}


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash")
@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("mel-desktop vau", {"vault"}),
        ("mel-desktop --json vault re", {"recovery-code", "rekey", "restore"}),
        ("mel-desktop --profile vault ou", {"outbox"}),
        ("mel-desktop --self", {"--self-test"}),
        ("mel-desktop vault create --lab", {"--label"}),
        ("mel-desktop sync --dry", {"--dry-run"}),
        ("mel-desktop vault create x", set()),
    ],
)
def test_completion_offers_what_can_follow(
    deb: dict[str, Any], typed: str, offered: set[str], tmp_path: Path
) -> None:
    script = tmp_path / "mel-desktop.bash"
    script.write_text(deb["manual"].completion(), encoding="utf-8")
    words = " ".join(f"'{word}'" for word in typed.split(" "))
    code = (
        f". {script}; COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1));"
        ' _mel_desktop; echo "${COMPREPLY[@]}"'
    )
    done = subprocess.run(["bash", "-c", code], capture_output=True, text=True, cwd=tmp_path)
    assert set(done.stdout.split()) == offered, done.stderr


def test_the_control_file(
    deb: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = deb["package"]
    monkeypatch.setattr(package, "architecture", lambda: "amd64")
    monkeypatch.setenv("DEBFULLNAME", "Rectorat")
    monkeypatch.setenv("DEBEMAIL", "paquets@rectorat.invalid")
    (tmp_path / "usr").mkdir()
    (tmp_path / "usr" / "file").write_bytes(b"x" * 3000)
    lines = package.control(tmp_path, "libc6 (>= 2.36)").splitlines()
    assert "Maintainer: Rectorat <paquets@rectorat.invalid>" in lines
    assert "Installed-Size: 3" in lines
    assert "Depends: libc6 (>= 2.36)" in lines
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert f"Version: {version}" in lines


def test_the_documents_of_the_package(deb: dict[str, Any], tmp_path: Path) -> None:
    package = deb["package"]
    package._documents(tmp_path, package.datetime(2026, 11, 28, tzinfo=package.UTC))
    text = (tmp_path / "copyright").read_text(encoding="utf-8")
    assert "EUROPEAN UNION PUBLIC LICENCE v. 1.2" in text
    licence = text.partition("License: EUPL-1.2\n EUROPEAN")[2]
    assert all(line.startswith(" ") for line in licence.splitlines()[1:])
    log = gzip.decompress((tmp_path / "changelog.gz").read_bytes()).decode()
    assert log.startswith("mel-desktop (")
    assert "Sat, 28 Nov 2026" in log


def test_a_file_that_names_a_folder_of_this_machine_is_found(
    deb: dict[str, Any], tmp_path: Path
) -> None:
    package = deb["package"]
    (tmp_path / "usr").mkdir()
    (tmp_path / "usr/RECORD").write_text(f"../..{ROOT}/.mel-test/package-venv/x.pyc,,")
    (tmp_path / "usr/module").write_bytes(b"\0" + f"{ROOT}/packaging/frozen".encode())
    (tmp_path / "usr/clean").write_text("/usr/src/python3")
    (tmp_path / "usr/link").symlink_to("RECORD")
    assert package.telling(tmp_path) == ["usr/RECORD", "usr/module"]


def test_what_a_tool_says_is_passed_on(deb: dict[str, Any]) -> None:
    told = deb["package"]._told
    assert told(["bash", "-c", "exit 0"]) == []
    assert told(["bash", "-c", "echo 'E: bad'; exit 2"]) == ["bash: E: bad"]


def test_mirrors_are_those_of_this_machine(
    deb: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = (
        "https://other.invalid/tools\nhttp://mirror.invalid/debian/\n"
        "http://mirror.invalid/debian-security/\nhttp://mirror.invalid/debian/\n"
    )
    done = subprocess.CompletedProcess[str]([], 0, stdout=listed)
    monkeypatch.setattr(deb["debian"].subprocess, "run", lambda *_, **__: done)
    assert deb["debian"].mirrors() == (
        "http://mirror.invalid/debian/", "http://mirror.invalid/debian-security/"
    )  # fmt: skip
    done.stdout = ""
    assert deb["debian"].mirrors() == ("", "")


@pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="no dpkg-deb")
def test_two_packages_that_differ_are_told_by_their_members(
    deb: dict[str, Any], tmp_path: Path
) -> None:
    def made(name: str, text: str, mode: int) -> Path:
        tree = tmp_path / name
        (tree / "DEBIAN").mkdir(parents=True)
        (tree / "DEBIAN/control").write_text(
            "Package: alpha\nVersion: 1\nArchitecture: all\nMaintainer: A <a@exemple.invalid>\n"
            "Description: alpha\n"
        )
        (tree / "file").write_text(text)
        (tree / "other").write_text("other")
        (tree / "other").chmod(mode)
        for one in (tree, *tree.rglob("*")):
            os.utime(one, (1, 1))
        target = tmp_path / f"{name}.deb"
        env = {**os.environ, "SOURCE_DATE_EPOCH": "1"}
        words = ["dpkg-deb", "--root-owner-group", "-b", str(tree), str(target)]
        subprocess.run(words, check=True, capture_output=True, env=env)
        return target

    differences = deb["again"].differences
    one = made("one", "text", 0o644)
    assert differences(one, made("same", "text", 0o644)) == []
    found = differences(one, made("third", "texts", 0o600))
    assert [line.partition(":")[0] for line in found] == ["./file", "./other"]


def test_the_second_build_is_somewhere_else(
    deb: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a copy of the sources, with other surroundings; what it leaves is compared."""
    again = deb["again"]
    package = tmp_path / "alpha.deb"
    package.write_bytes(b"one")
    seen: dict[str, Any] = {}

    def built(words: list[str], **given: Any) -> subprocess.CompletedProcess[str]:
        seen.update(given, words=words)
        place = Path(words[1]).parents[2]
        seen["copied"] = (place / "pyproject.toml").is_file()
        made = place / "build/deb/first/alpha.deb"
        made.parent.mkdir(parents=True)
        made.write_bytes(seen["octets"])
        return subprocess.CompletedProcess(words, seen["code"], "why\n", "")

    def copied(place: Path) -> None:
        place.mkdir(parents=True)
        (place / "pyproject.toml").touch()

    monkeypatch.setattr(again.release, "copy_sources", copied)
    monkeypatch.setattr(again.subprocess, "run", built)
    seen.update(octets=b"one", code=0)
    said = again.compare(package, None, "17", Path("/usr/bin/python3"))
    assert said == "built twice, the second time from another folder: the same octets"
    assert seen["copied"]
    assert not Path(seen["words"][1]).is_relative_to(ROOT)
    assert "--bundle" not in seen["words"]
    assert seen["env"]["SOURCE_DATE_EPOCH"] == "17"
    assert seen["env"]["MEL_PACKAGE_PYTHON"] == "/usr/bin/python3"
    assert seen["umask"] == 0o027
    monkeypatch.setattr(again, "differences", lambda *_: ["./file: a and b"])
    with pytest.raises(again.Failed, match=r"differ:\n  \./file: a and b"):
        again.compare(package, Path("/bundle"), "17", Path("/usr/bin/python3"))
    assert seen["words"][-2:] == ["--bundle", "/bundle"]
    seen["code"] = 1
    with pytest.raises(again.Failed, match=r"failed\nwhy"):
        again.compare(package, None, "17", Path("/usr/bin/python3"))


def test_a_licence_that_is_refused_stops_the_package(
    deb: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    package = deb["package"]
    asked: list[list[str]] = []

    def run(words: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        asked.append(words[2:])
        return subprocess.CompletedProcess(words, int(words[2:] == refused))

    refused = ["licences", "--bundle", "/bundle"]
    monkeypatch.setattr(package.environment, "tools", lambda _: Path("python"))
    monkeypatch.setattr(package.build, "epoch", lambda: "1")
    monkeypatch.setattr(package.subprocess, "run", run)
    with pytest.raises(package.Failed, match="licences --bundle"):
        package.trust(Path("/bundle"))
    assert asked == [["licences", "--check"], refused]
    refused = []
    assert package.trust(Path("/bundle")).name.endswith("-deb.cdx.json")
    assert asked[-1][:5] == ["sbom", "--for", "deb", "--bundle", "/bundle"]


def test_a_compiled_python_tells_no_folder(deb: dict[str, Any], tmp_path: Path) -> None:
    cpython = deb["cpython"]
    library = tmp_path / "lib/python3.13"
    (library / "__pycache__").mkdir(parents=True)
    (tmp_path / "lib/libpython3.13.so").write_bytes(b"\x7fELF\0")
    told = library / "_sysconfigdata__linux.py"
    told.write_text("x = '-O3 -ffile-prefix-map=/home/a/tree=. -g', '/home/a/tree/lcov'\n")
    stale = library / "__pycache__/_sysconfigdata__linux.pyc"
    stale.write_bytes(b"\0/home/a/tree\0")
    cpython.forget_place(tmp_path)
    anywhere = "/usr/src/python3"
    assert told.read_text() == f"x = '-O3 -ffile-prefix-map={anywhere}=. -g', '{anywhere}/lcov'\n"
    assert not stale.exists()
    cpython.forget_place(tmp_path)  # nothing more to do
    told.write_text("-ffile-prefix-map=/home/b=.")
    (tmp_path / "lib/libpython3.13.so").write_bytes(b"\x7fELF\0/home/b/file.c\0")
    with pytest.raises(cpython.CannotBuild, match=r"libpython3\.13\.so tells the folder"):
        cpython.forget_place(tmp_path)


def test_desktop_file_and_metainfo_name_the_same(deb: dict[str, Any]) -> None:
    desktop = (PACKAGING / "deb/mel-desktop.desktop").read_text(encoding="utf-8")
    assert "x-scheme-handler/mailto;message/rfc822;" in desktop
    info = (PACKAGING / "deb" / deb["package"].METAINFO).read_text(encoding="utf-8")
    assert '<launchable type="desktop-id">mel-desktop.desktop</launchable>' in info
    assert f"<id>{deb['package'].METAINFO.removesuffix('.metainfo.xml')}</id>" in info


def test_every_override_has_its_reason() -> None:
    lines = (PACKAGING / "deb/lintian-overrides").read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        if line and not line.startswith("#"):
            before = lines[number - 1]
            assert before.startswith(("#", "mel-desktop:")), line
