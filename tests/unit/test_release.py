"""packaging/trust: what is built, from which sources; the tools come by hash into the cache.

All that needs these tools stands in this file: it runs in one process, which installs them once.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ["mel_desktop/__init__.py", "resources/a.toml", "tests/test_a.py", ".ci/run"]
WHEEL = {
    "mel_desktop/__init__.py": b"",
    "mel_desktop/_resources/a.toml": b"",
    "mel_desktop-1.dist-info/METADATA": b"",
    "mel_desktop-1.dist-info/licenses/LICENSE": b"",
}


@pytest.fixture(autouse=True)
def _packaging_on_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))


@pytest.fixture
def wheels() -> Any:
    import trust.wheel

    return trust.wheel


@pytest.fixture
def release() -> Any:
    import trust.release

    return trust.release


def wheel_of(folder: Path, files: dict[str, bytes]) -> Path:
    path = folder / "mel_desktop-1-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, octets in files.items():
            archive.writestr(name, octets)
    return path


def sdist_of(folder: Path, names: list[str]) -> Path:
    path = folder / "mel_desktop-1.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name in names:
            archive.addfile(tarfile.TarInfo(f"mel_desktop-1/{name}"), io.BytesIO())
    return path


def test_a_wheel_holds_every_module_and_resource_and_nothing_else(
    wheels: Any, release: Any, tmp_path: Path
) -> None:
    wheels.check_wheel(wheel_of(tmp_path, WHEEL), SOURCES)
    for left_out in WHEEL:
        if left_out.endswith("METADATA"):
            continue
        less = {name: octets for name, octets in WHEEL.items() if name != left_out}
        with pytest.raises(release.ReleaseTrouble, match=r"missing in|no licence"):
            wheels.check_wheel(wheel_of(tmp_path, less), SOURCES)
    with pytest.raises(release.ReleaseTrouble, match="not wanted in"):
        wheels.check_wheel(wheel_of(tmp_path, WHEEL | {"mel_desktop/notes.txt": b""}), SOURCES)


def test_an_sdist_holds_every_source_and_nothing_else(
    wheels: Any, release: Any, tmp_path: Path
) -> None:
    names = ["mel_desktop/__init__.py", "resources/a.toml", "tests/test_a.py", "PKG-INFO"]
    wheels.check_sdist(sdist_of(tmp_path, names), SOURCES)
    with pytest.raises(release.ReleaseTrouble, match=r"missing in .*: tests/test_a\.py"):
        wheels.check_sdist(sdist_of(tmp_path, [n for n in names if "test_a" not in n]), SOURCES)
    with pytest.raises(release.ReleaseTrouble, match="not wanted in"):
        wheels.check_sdist(sdist_of(tmp_path, [*names, "secret.pem"]), SOURCES)


def test_a_build_that_fails_is_told_in_a_sentence(
    wheels: Any, release: Any, tmp_path: Path
) -> None:
    with pytest.raises(release.ReleaseTrouble, match="hatchling ended with 1"):
        wheels.build(Path(sys.executable), tmp_path, tmp_path / "out", 0)


def test_two_builds_that_differ(wheels: Any, release: Any, tmp_path: Path) -> None:
    one, other = tmp_path / "1" / "a.whl", tmp_path / "2" / "a.whl"
    for file in (one, other):
        file.parent.mkdir()
        file.write_bytes(b"same")
    wheels.compare([one], [other], "built again")
    other.write_bytes(b"sane")
    with pytest.raises(release.ReleaseTrouble, match="differs when it is built again"):
        wheels.compare([one], [other], "built again")


def git(folder: Path, *words: str, **env: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=E", "-c", "user.email=e@exemple.fr", *words],
        cwd=folder, check=True, capture_output=True, env={"PATH": "/usr/bin:/bin", **env},
    )  # fmt: skip


def test_the_time_and_the_files_are_those_of_the_commit(
    release: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    source = tmp_path / "source"
    (source / "mel_desktop").mkdir(parents=True)
    (source / "mel_desktop" / "é.py").write_text("1")
    with pytest.raises(release.ReleaseTrouble, match="SOURCE_DATE_EPOCH"):
        release.source_date_epoch(source)
    with pytest.raises(release.ReleaseTrouble, match="no git checkout"):
        release.tracked(source)
    git(source, "init", "-q")
    git(source, "add", ".")
    git(source, "commit", "-q", "-m", "x", GIT_COMMITTER_DATE="1700000000 +0000")
    (source / "secret.pem").write_text("not tracked")
    assert release.tracked(source) == ["mel_desktop/é.py"]
    assert release.source_date_epoch(source) == 1_700_000_000
    assert release.changed(source) == []
    (source / "mel_desktop" / "é.py").write_text("2")
    assert len(release.changed(source)) == 1
    release.copy_sources(tmp_path / "copy", source)
    assert (tmp_path / "copy" / "mel_desktop" / "é.py").read_text() == "2"
    assert not (tmp_path / "copy" / "secret.pem").exists()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "5")
    assert release.source_date_epoch(source) == 5


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="releases are built from a checkout")
def test_wheel_and_sdist_are_reproducible_and_whole(wheels: Any, tmp_path: Path) -> None:
    wheel, sdist = wheels.build_checked(tmp_path)
    with zipfile.ZipFile(wheel) as archive:
        held = archive.namelist()
        metadata = archive.read(next(one for one in held if one.endswith("/METADATA"))).decode()
    for part in ("translations/mel_fr.qm", "icons/mel-desktop.svg", "docs/sync.md", "oauth.toml"):
        assert f"mel_desktop/_resources/{part}" in held
    assert "License-Expression: EUPL-1.2" in metadata
    assert "Requires-Dist: cryptography" in metadata
    with tarfile.open(sdist) as archive:
        assert f"mel_desktop-{wheel.name.split('-')[1]}/packaging/dev.py" in archive.getnames()


def test_a_command_that_is_none() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "packaging" / "trust"), "nonsense"],
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 2
    assert "usage: packaging/trust" in done.stderr


# -- Licences and the bill of materials, with the libraries of the release tools -------------------


def with_tools(code: str) -> subprocess.CompletedProcess[str]:
    """Run Python where the release tools are."""
    import environment

    head = f"import sys; sys.path.insert(0, {str(ROOT / 'packaging')!r})\n"
    return subprocess.run(
        [str(environment.tools("release")), "-I", "-c", head + code],
        capture_output=True, text=True, cwd=ROOT,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("expression", "used"),
    [
        ("MIT", ["MIT"]),
        ("MIT OR Apache-2.0", ["Apache-2.0"]),  # the first of the list
        ("(Apache-2.0 OR GPL-2.0-only)", ["Apache-2.0"]),
        ("(MIT OR Apache-2.0) AND Unicode-3.0", ["Apache-2.0", "Unicode-3.0"]),
        ("Apache-2.0 WITH LLVM-exception", ["Apache-2.0 WITH LLVM-exception"]),
        ("GPL-3.0-only", None),
        ("MIT AND AGPL-3.0-only", None),
        ("GPL-2.0-only OR SSPL-1.0", None),
        ("GPL-2.0-only WITH LLVM-exception", None),
        ("", None),
    ],
)
def test_a_licence_is_let_in_or_refused(expression: str, used: list[str] | None) -> None:
    done = with_tools(
        "from trust import licences, shipped\n"
        f"part = shipped.Part('alpha', '1', {expression!r})\n"
        "try: print(list(licences.accepted(part, shipped.book()['allowed'])))\n"
        "except licences.NotAllowed as error: print('refused:', error)\n"
    )
    assert done.returncode == 0, done.stderr
    if used is None:
        assert done.stdout.startswith("refused: alpha 1")
    else:
        assert done.stdout.strip() == str(used)


def test_the_collected_text_needs_the_words_of_each_licence() -> None:
    done = with_tools(
        "from trust import licences, shipped\n"
        "allowed = {'MIT': 'x', 'LGPL-3.0-only': 'x', 'Odd-1.0': 'x'}\n"
        "one = shipped.Part('alpha', '1', 'MIT', texts=(('LICENSE', 'mine  \\r\\n'),))\n"
        "two = shipped.Part('beta', '2', 'LGPL-3.0-only', source='https://b.exemple.fr')\n"
        "same = shipped.Part('delta', '4', 'MIT', texts=(('LICENSE', 'mine'),))\n"
        "print(licences.collected([one, two, same], allowed))\n"
        "try: licences.collected([shipped.Part('gamma', '3', 'Odd-1.0')], allowed)\n"
        "except licences.ReleaseTrouble as error: print('refused:', error)\n"
    )
    assert done.returncode == 0, done.stderr
    text = done.stdout
    assert "alpha 1: MIT\nbeta 2: LGPL-3.0-only\n  source: https://b.exemple.fr\n" in text
    assert "alpha 1, LICENSE\ndelta 4, LICENSE\n" in text
    assert text.count("\nmine\n") == 1
    assert "The licence LGPL-3.0-only" in text
    assert "The licence GPL-3.0-only" in text  # on which it builds
    assert "refused: packaging/trust/texts has no Odd-1.0.txt" in text


BILL = """
import json
from trust import sbom
from trust.shipped import Part
inner = (Part('Qt', '6.11.3', 'LGPL-3.0-only', source='https://qt.exemple.fr'),
         Part('zlib', 'in Qt', 'Zlib'))
parts = [Part('beta', '2', 'MIT OR Apache-2.0', purl='pkg:pypi/beta@2', sha256='0' * 64),
         Part('alpha', '1', 'LGPL-3.0-only', inner=inner)]
one = sbom.bill('deb', parts, '0.1.0', 1700000000)
assert one == sbom.bill('deb', parts, '0.1.0', 1700000000)
assert one != sbom.bill('deb', parts, '0.1.0', 1700000001)
assert one != sbom.bill('msi', parts, '0.1.0', 1700000000)
spoilt = json.loads(one) | {'colour': 'blue'}
try: sbom.check(json.dumps(spoilt)); print('taken')
except sbom.ReleaseTrouble: pass
print(one.decode())
"""


def test_the_bill_of_materials_is_valid_nested_and_the_same_each_time() -> None:
    done = with_tools(BILL)
    assert done.returncode == 0, done.stderr
    bill = json.loads(done.stdout)
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert bill["metadata"]["timestamp"] == "2023-11-14T22:13:20+00:00"
    assert bill["metadata"]["component"]["licenses"] == [{"license": {"id": "EUPL-1.2"}}]
    parts = {one["name"]: one for one in bill["components"]}
    assert parts["beta"]["licenses"] == [{"license": {"id": "Apache-2.0"}}]
    assert parts["beta"]["hashes"] == [{"alg": "SHA-256", "content": "0" * 64}]
    inner = {one["name"]: one for one in parts["alpha"]["components"]}
    assert inner["Qt"]["externalReferences"][0]["url"] == "https://qt.exemple.fr"
    assert inner["Qt"]["version"] == "6.11.3"
    assert "version" not in inner["zlib"]
