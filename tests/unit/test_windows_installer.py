"""packaging/windows: the source of the MSI, what is put right in it, and one for each académie."""

from __future__ import annotations

import re
import shutil
import struct
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from mel_desktop.logic.policy_reading import msi_property
from mel_desktop.logic.policy_schema import SCHEMA

PACKAGING = Path(__file__).resolve().parents[2] / "packaging"
sys.path.insert(0, str(PACKAGING))

from windows import academy, cabinet, post, properties, to_wix4, wxs  # noqa: E402

FILES = (
    "mel-desktop.exe", "mel-desktop-cli.exe", "_internal/base library.zip",
    "_internal/PySide6/Qt6Core.dll", "_internal/mel_desktop/_resources/élève.txt",
)  # fmt: skip
NS = {"w": wxs.NAMESPACE}
needs_msitools = pytest.mark.skipif(
    not all(map(shutil.which, ("wixl", "msibuild", "msiinfo", "cabextract"))),
    reason="wixl, msitools and cabextract come with `dev.py windows`",
)


@pytest.fixture
def source(tmp_path: Path) -> wxs.Source:
    for name in FILES:
        path = tmp_path / "mel-desktop" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"{name} {number}\n" for number in range(500)), encoding="utf-8")
    icon = tmp_path / "mel.ico"
    icon.write_bytes(b"\0\0\1\0\0\0")
    return wxs.Source(tmp_path / "mel-desktop", icon, tmp_path, "1.2.3")


def parsed(source: wxs.Source) -> ET.Element:
    return ET.fromstring(wxs.document(source))


def test_every_file_is_one_component_once(source: wxs.Source) -> None:
    root = parsed(source)
    named = [one.get("Source", "") for one in root.iterfind(".//w:File", NS)]
    assert sorted(named) == sorted(f"mel-desktop/{name}" for name in FILES)
    for component in root.iterfind(".//w:Component", NS):
        assert len(component.findall("w:File", NS)) <= 1
        key_paths = [one for one in component.iter() if one.get("KeyPath") == "yes"]
        assert len(key_paths) == 1, component.get("Id")
    ids = [one.get("Id", "") for one in root.iterfind(".//w:Component", NS)]
    referred = [one.get("Id", "") for one in root.iterfind(".//w:ComponentRef", NS)]
    assert sorted(ids) == sorted(referred)
    assert len(set(ids)) == len(ids)


def test_ids_stay_and_the_product_changes_with_the_version(source: wxs.Source) -> None:
    def facts(version: str) -> tuple[dict[str, str], ET.Element]:
        root = parsed(wxs.Source(source.folder, source.icon, source.base, version))
        guids = {
            one.get("Id", ""): one.get("Guid", "") for one in root.iterfind(".//w:Component", NS)
        }
        product = root.find("w:Product", NS)
        assert product is not None
        return guids, product

    old, old_product = facts("1.2.3")
    (source.folder / "_internal/new.dll").write_bytes(b"")
    new, new_product = facts("1.3.0")
    assert old.items() < new.items()
    assert len(set(new.values())) == len(new)
    assert old_product.get("UpgradeCode") == new_product.get("UpgradeCode")
    assert old_product.get("Id") != new_product.get("Id")
    assert wxs.UPGRADE_CODE == "64B88A01-521D-5D83-87F9-6F7D9BF22579"  # for ever


def test_the_same_folder_makes_the_same_octets(source: wxs.Source) -> None:
    assert wxs.document(source) == wxs.document(source)


def test_a_folder_without_the_two_programs_is_refused(source: wxs.Source) -> None:
    (source.folder / "mel-desktop-cli.exe").unlink()
    with pytest.raises(FileNotFoundError, match=r"mel-desktop-cli\.exe expected"):
        wxs.document(source)


def test_every_policy_is_written_where_the_program_reads_it(source: wxs.Source) -> None:
    root = parsed(source)
    values = {
        (one.get("Key"), one.get("Name")): one.get("Value")
        for one in root.iterfind(".//w:Component[@Id='Said']/w:RegistryValue", NS)
    }
    for key in SCHEMA.keys:
        name = msi_property(key.section, key.name)
        assert values[properties.INSTALL_KEY, name] == f"[{name}]"
    assert values[properties.INSTALL_KEY, "ACCOUNTS9_IMAP_HOST"] == "[ACCOUNTS9_IMAP_HOST]"
    assert values[properties.INSTALL_KEY, "POLICYFILE"] == "[POLICYFILE]"
    written = {name for key, name in values if key == properties.INSTALL_KEY}
    assert written == set(properties.deployed())


def test_what_was_said_is_found_again_and_what_is_said_goes_before(source: wxs.Source) -> None:
    root = parsed(source)
    searched = {
        one.get("Id", ""): (search.get("Key"), search.get("Name"))
        for one in root.iterfind(".//w:Property", NS)
        if (search := one.find("w:RegistrySearch", NS)) is not None
    }
    conditions = {
        one.get("Action", ""): one.text or ""
        for one in root.iterfind(".//w:InstallExecuteSequence/w:Custom", NS)
    }
    for name, key in properties.remembered().items():
        assert name not in searched  # AppSearch would replace what the command line says
        assert searched[f"KEPT_{name}"] == (key, name)
        assert conditions[f"Keep_{name}"].startswith(f"NOT {name} AND KEPT_{name} ")
    numbers = [
        int(one.get("Sequence", "0"))
        for one in root.iterfind(".//w:InstallUISequence/w:Custom", NS)
    ]
    assert len(set(numbers)) == len(numbers)
    assert min(numbers) > 100
    assert max(numbers) < 800


def test_vaults_are_shredded_at_a_true_removal_only(source: wxs.Source) -> None:
    root = parsed(source)
    action = root.find(".//w:CustomAction[@Id='ShredVaults']", NS)
    custom = root.find(".//w:Custom[@Action='ShredVaults']", NS)
    assert action is not None
    assert custom is not None
    assert custom.text == 'REMOVE="ALL" AND SHRED="1" AND NOT UPGRADINGPRODUCTCODE'
    assert (action.get("Execute"), action.get("Impersonate")) == ("deferred", "no")
    assert 1500 < int(custom.get("Sequence", "0")) < 3500


def test_secrets_stay_out_of_the_log() -> None:
    assert "OAUTH1_CLIENT_SECRET" in wxs.hidden()
    assert "KEPT_OAUTH9_CLIENT_SECRET" in wxs.hidden()


def test_windows_is_asked_for_its_build_in_the_registry(source: wxs.Source) -> None:
    texts = [one.text or "" for one in parsed(source).iterfind(".//w:Condition", NS)]
    assert any("WINDOWSBUILD >= 17763" in text for text in texts)
    assert not any(re.search(r"\bWindowsBuild\b", text) for text in texts)


# -- post ------------------------------------------------------------------------------------------


def summary(*properties_of_it: tuple[int, int, bytes]) -> bytes:
    """A property set as in an installer: (id, type, value)."""
    head, values = b"", b""
    at = 8 + 8 * len(properties_of_it)
    for number, kind, value in properties_of_it:
        head += struct.pack("<II", number, at + len(values))
        values += struct.pack("<I", kind) + value
    section = struct.pack("<II", at + len(values), len(properties_of_it)) + head + values
    header = struct.pack("<HHI16sI", 0xFFFE, 0, 0, b"", 1)
    return b"before" * 9 + header + post.SUMMARY + struct.pack("<I", 48) + section + b"after"


def test_both_times_are_set_and_nothing_else() -> None:
    now = struct.pack("<Q", 123456789)
    octets = summary((1, 2, b"\xe4\4\0\0"), (12, 0x40, now), (13, 0x40, now))
    changed = post.with_times(octets, 1_800_000_000)
    filetime = struct.pack("<Q", 134_444_736_000_000_000)
    assert changed == octets.replace(now, filetime)
    assert changed.count(filetime) == 2


@pytest.mark.parametrize(
    "octets",
    [
        b"no installer", b"", summary((1, 2, b"\xe4\4\0\0")), post.SUMMARY * 3,
        summary((12, 0x40, bytes(8)), (13, 0x40, bytes(8)))[:130],
        summary((12, 0x40, bytes(8)), (13, 30, bytes(8))),
    ],
)  # fmt: skip
def test_what_has_no_times_is_refused(octets: bytes) -> None:
    with pytest.raises(post.MsiTrouble):
        post.with_times(octets, 0)


# -- académies -------------------------------------------------------------------------------------


def test_the_academies_of_the_table_are_all_understood() -> None:
    assert len(academy.academies()) == 30
    for one in academy.academies():
        academy.check({"ACADEMIE": one})


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"ACADEMY": "creteil"}, "no such property: ACADEMY"),
        ({"ACADEMIE": "cretel"}, "no académie"),
        ({"SHORTCUTS": "bureau"}, "menu, desktop, none"),
        ({"VAULT_MAX_IDLE_MINUTES": "soon"}, "vault.max_idle_minutes"),
        ({"ACCOUNTS1_IMAP_PORT": "0x"}, "accounts.1"),
        ({"ACCOUNTS1_NAME": "[USERPROFILE]"}, "brackets"),
    ],
)
def test_values_that_nobody_would_understand_are_refused(values: dict[str, str], said: str) -> None:
    with pytest.raises(academy.Unfit, match=said):
        academy.check(values)


def test_wrong_values_leave_nothing_behind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    base = tmp_path / "mel.msi"
    base.write_bytes(b"not looked at")
    assert academy.main([str(base), "--out", str(tmp_path / "out"), "--academie", "oz"]) == 2
    assert "no académie 'oz'" in capsys.readouterr().err
    assert list((tmp_path / "out").iterdir()) == []


# -- with msitools ---------------------------------------------------------------------------------


@pytest.fixture
def msi(source: wxs.Source) -> Path:
    made = source.base / "mel.msi"
    post.compile_source(source, made)
    post.finish(made, version="1.2.3", package=wxs.guid("test"), when=1_800_000_000)
    return made


def rows(msi: Path, table: str) -> dict[str, list[str]]:
    return {row[0]: row for row in post.read(msi, table).rows}


@needs_msitools
def test_the_finished_installer(msi: Path) -> None:
    table = post.read(msi, "Component")
    condition = table.column("Condition")
    assert {row[0]: row[condition] for row in table.rows if row[condition]} == wxs.CONDITIONS
    found = rows(msi, "Property")
    secure = found["SecureCustomProperties"][1].split(";")
    assert {"ACADEMIE", "KEPT_ACADEMIE", "SHRED", "WIX_UPGRADE_DETECTED"} <= set(secure)
    assert found["ProductVersion"][1] == "1.2.3"
    names = [row[2] for row in rows(msi, "File").values()]
    short = [name.partition("|")[0] for name in names]
    assert all(post.SHORT.fullmatch(name) for name in short)
    assert len({name.lower() for name in short}) == len(FILES)
    assert {name.rpartition("|")[2] for name in names} == {Path(name).name for name in FILES}
    said = post.tool("msiinfo", "suminfo", str(msi))
    assert "Template: x64;1036" in said
    assert wxs.guid("test") in said
    actions = {name: row[1] for name, row in rows(msi, "CustomAction").items()}
    assert actions.pop("ShredVaults") == "3090"  # an installed program, deferred, as the system
    assert set(actions.values()) == {"51"}
    messages = [row for row in rows(msi, "Registry").values() if "EventMessageFile" in row]
    assert [row[4] for row in messages] == [f"#%{wxs.EVENT_MESSAGES}"]
    assert "électronique".encode("cp1252") in msi.read_bytes()


@needs_msitools
def test_two_builds_are_the_same_octets(msi: Path, source: wxs.Source) -> None:
    again = source.base / "again.msi"
    post.compile_source(source, again)
    post.finish(again, version="1.2.3", package=wxs.guid("test"), when=1_800_000_000)
    assert again.read_bytes() == msi.read_bytes()


@needs_msitools
def test_the_cabinet_is_packed_better_and_holds_the_same(msi: Path, source: wxs.Source) -> None:
    before = post.stream(msi, wxs.CABINET)
    tables = {name: rows(msi, name) for name in ("File", "Media", "Property")}
    post.repack(msi)
    after = post.stream(msi, wxs.CABINET)
    assert len(after) < len(before)
    assert cabinet.unpacked(after) == cabinet.unpacked(before)
    assert {name: rows(msi, name) for name in tables} == tables
    out = source.base / "out"
    post.tool("msiextract", "--directory", str(out), str(msi))
    folder = next(out.rglob(wxs.WINDOWED)).parent
    assert {name: (folder / name).read_bytes() for name in FILES} == {
        name: (source.folder / name).read_bytes() for name in FILES
    }
    post.repack(msi)
    assert post.stream(msi, wxs.CABINET) == after


@needs_msitools
def test_an_installer_whose_cabinet_is_damaged_is_refused(msi: Path) -> None:
    damaged = msi.parent / "damaged"
    damaged.write_bytes(post.stream(msi, wxs.CABINET)[:-2])
    post.tool("msibuild", str(msi), "-a", wxs.CABINET, str(damaged))
    with pytest.raises(post.MsiTrouble, match=r"mel\.msi, mel\.cab: the cabinet says"):
        post.repack(msi)


@needs_msitools
def test_an_installer_of_an_academy_differs_by_its_values_alone(msi: Path) -> None:
    out = msi.parent / "out"
    arguments: list[Any] = [str(msi), "--out", str(out), "--academie", "creteil"]
    assert academy.main([*arguments, "--set", "shortcuts=desktop"]) == 0
    (made,) = out.iterdir()
    assert made.name == "mel-creteil.msi"
    before, after = rows(msi, "Property"), rows(made, "Property")
    assert {name: row[1] for name, row in after.items() if name not in before} == {
        "ACADEMIE": "creteil", "SHORTCUTS": "desktop",
    }  # fmt: skip
    assert rows(made, "Component") == rows(msi, "Component")
    assert post.tool("msiinfo", "suminfo", str(made)) != post.tool("msiinfo", "suminfo", str(msi))


# -- the form of WiX 4 -----------------------------------------------------------------------------


def test_the_form_of_wix_4_says_the_same(source: wxs.Source) -> None:
    root = ET.fromstring(to_wix4.converted(wxs.document(source, conditions=True)))
    new = {"w": to_wix4.NEW}
    assert all(one.tag.startswith(f"{{{to_wix4.NEW}}}") for one in root.iter())
    old_ids = sorted(one.get("Guid", "") for one in parsed(source).iterfind(".//w:Component", NS))
    assert sorted(one.get("Guid", "") for one in root.iterfind(".//w:Component", new)) == old_ids
    conditions = {
        one.get("Id"): one.get("Condition")
        for one in root.iterfind(".//w:Component[@Condition]", new)
    }
    assert conditions == wxs.CONDITIONS
    secure = {one.get("Id") for one in root.iterfind(".//w:Property[@Secure='yes']", new)}
    assert secure == set(wxs.secure())
    customs = {one.get("Action"): one for one in root.iterfind(".//w:Custom", new)}
    assert all(one.get("Condition") and not one.text for one in customs.values())
    assert root.find(".//w:CustomAction[@FileRef='ConsoleExe']", new) is not None
    for gone in ("Product", "Media", "Condition"):
        assert root.find(f".//w:{gone}", new) is None
    assert b"Win64" not in ET.tostring(root)
