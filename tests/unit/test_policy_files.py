"""Files for IT: as the schema makes them, valid, and what they say is what the program reads."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest

from mel_desktop.logic.policy_keys import Kind, Use
from mel_desktop.logic.policy_reading import Source, merge
from mel_desktop.logic.policy_schema import SCHEMA
from mel_desktop.store import escrow
from mel_desktop.system.policy_registry import by_schema, camel
from tests.support import admx

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "resources" / "policies"
Q = f"{{{admx.NAMESPACE}}}"


@pytest.fixture
def maker(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))
    import policies

    return policies


@pytest.fixture(scope="module")
def definitions() -> str:
    return (FOLDER / "MelDesktop.admx").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def words() -> dict[str, str]:
    return {
        name: (FOLDER / name / "MelDesktop.adml").read_text(encoding="utf-8")
        for name in ("fr-FR", "en-US")
    }


def test_no_file_is_stale(maker: ModuleType) -> None:
    assert list(maker.stale()) == [], "run: python3 packaging/dev.py policies"


def test_a_stale_file_is_told_and_written_anew(maker: ModuleType, tmp_path: Path) -> None:
    assert maker.main(check=True, root=tmp_path) == 1
    assert not list(tmp_path.iterdir())
    assert maker.main(check=False, root=tmp_path) == 0
    assert maker.main(check=True, root=tmp_path) == 0
    (tmp_path / "resources/docs/policies.md").write_text("old")
    assert [one.name for one in maker.stale(tmp_path)] == ["policies.md"]


def test_the_command_of_dev(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "packaging" / "dev.py"), "policies", "--check"],
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "")


def test_the_templates_are_valid(definitions: str, words: dict[str, str]) -> None:
    assert admx.problems(definitions, words) == []


BREAKS = (
    ('class="Both"', 'class="both"'),
    ('<parentCategory ref="Area_vault"/>', '<parentCategory ref="Area_nothing"/>'),
    ('<parentCategory ref="Area_vault"/>', ""),
    ('<supportedOn ref="SUPPORTED_0_1"/>', '<supportedOn ref="SUPPORTED_9"/>'),
    ('<supportedOn ref="SUPPORTED_0_1"/>', ""),
    (' valueName="KeyringAllowed"', ""),
    (' valueName="TextDays"', ' valueName="AttachmentDays"'),
    ('name="Vault_Place"', 'name="Vault_KeyringAllowed"'),
    ('minValue="0" maxValue="36500"', 'minValue="9" maxValue="8"'),
    ('minValue="0" maxValue="36500"', 'minValue="-1" maxValue="8"'),
    ('maxLength="1000"', 'maxLength="much"'),
    ("$(string.Vault_Place)", "$(string.Vault-Place)"),
    ("$(string.Vault_Place)", "$(string.Nowhere)"),
    ("$(presentation.Vault_Place)", "$(presentation.Nowhere)"),
    (' presentation="$(presentation.Vault_Place)"', ""),
    ('id="Vault_Place_Value"', 'id="Another"'),
    ('<value><string>user</string></value>', "<value/>"),
    ('<value><string>user</string></value>', ""),
    ('<decimal value="1"/>', '<decimal value="yes"/>'),
    ('key="Software\\Policies\\MelDesktop\\Vault"', 'key="HKLM\\Software"'),
    ('key="Software\\Policies\\MelDesktop\\Vault"', 'key="Software\\\\Policies"'),
    ('revision="1.0" schemaVersion', 'revision="one" schemaVersion'),
    ('fallbackCulture="fr-FR"', 'fallbackCulture="de-DE"'),
    ("<list id=", "<liste id="),
    ("</policies>", "</policies><policies/>"),
    ('required="true"', 'needed="true"'),
    ("<policyDefinitions", "<definitions"),
)  # fmt: skip
BREAKS_OF_WORDS = (
    ('<string id="Vault_Place">', '<string id="Vault_Place2">'),
    ('<string id="Vault_Place">', '<string id="Vault_EscrowKey">'),
    ('<presentation id="Vault_Place">', '<presentation id="Vault_Plaza">'),
    ("<dropdownList ", "<textBox "),
    ('defaultItem="0"', 'defaultItem="99"'),
    ('defaultValue="5"', 'defaultValue="5000"'),
    ("<description>", "<explanation>"),
    ('refId="Vault_Place_Value"', 'refId="Nobody"'),
)


@pytest.mark.parametrize(("old", "new"), BREAKS)
def test_the_validator_finds_what_is_wrong(
    definitions: str, words: dict[str, str], old: str, new: str
) -> None:
    assert old in definitions
    assert admx.problems(definitions.replace(old, new, 1), words)


@pytest.mark.parametrize(("old", "new"), BREAKS_OF_WORDS)
def test_and_in_the_words(definitions: str, words: dict[str, str], old: str, new: str) -> None:
    broken = words["fr-FR"].replace(old, new, 1)
    assert broken != words["fr-FR"]
    assert admx.problems(definitions, {**words, "fr-FR": broken})


def test_each_value_has_a_policy_and_each_registry_value_is_read(definitions: str) -> None:
    """What the template writes is what the reader takes: nothing of it is an unknown name."""
    tree: dict[str, object] = {}
    root = ElementTree.fromstring(definitions)
    for policy in root.iter(f"{Q}policy"):
        _write(tree, policy)
    sections = by_schema(tree)
    found = merge([Source("GPO", sections)], escrow.public_from_text)
    assert [one for one in found.ignored if one.why.startswith("unknown")] == []
    named = {fact.key for fact in found.facts if fact.locked}
    written = {key.id for key in SCHEMA.keys} | {"accounts.1", "accounts.3", "directory.2"}
    assert written <= named
    free = merge([Source("GPO", {"defaults": sections["defaults"]})], escrow.public_from_text)
    assert {fact.key for fact in free.facts} == {
        key.id for key in SCHEMA.keys if key.use is Use.SETTING
    }


def _write(tree: dict[str, object], policy: ElementTree.Element) -> None:
    """As a group policy that is switched on, with a plausible value in each box."""
    key = policy.get("key", "")
    if policy.get("valueName"):
        _at(tree, key)[str(policy.get("valueName"))] = 1
    for one in policy.findall(f"{Q}elements/*"):
        tag = one.tag.removeprefix(Q)
        values = _at(tree, one.get("key", key))
        name = str(one.get("valueName"))
        if tag == "decimal":
            values[name] = int(one.get("minValue", "0"))
        elif tag == "enum":
            values[name] = one.find(f"{Q}item/{Q}value/{Q}string").text  # type: ignore[union-attr]
        elif tag == "list":
            mark = f"={'0a' * 32}" if "Fingerprints" in one.get("key", "") else ""
            values |= {"1": f"ac-exemple.fr{mark}", "2": f"ac-autre.fr{mark}"}
        else:
            values[name] = _plausible(name)


def _plausible(name: str) -> str:
    texts = {
        "EscrowKey": escrow.public_text(bytes(range(32))), "Hours": "07:00-20:00",
        "Url": "ldaps://annuaire.exemple.invalid", "ImapHost": "imap.exemple.invalid",
        "SmtpHost": "smtp.exemple.invalid", "PortalPage": "http://temoin.exemple.invalid/",
        "AnnuaireUrl": "https://intranet.exemple.invalid/annuaire.csv",
        "UpdateNotice": "https://intranet.exemple.invalid/mel.melnotice",
    }  # fmt: skip
    absolute = r"C:\partage\x" if sys.platform == "win32" else "/partage/x"
    return texts.get(name, absolute if name.endswith(("File", "Folder", "Place")) else "texte")


def _at(tree: dict[str, object], key: str) -> dict[str, object]:
    place = tree
    for part in key.removeprefix(r"Software\Policies\MelDesktop").strip("\\").split("\\"):
        place = place.setdefault(part, {})  # type: ignore[assignment]
    return place


def test_the_example_is_good_and_names_every_value() -> None:
    text = (FOLDER / "policy.toml").read_text(encoding="utf-8")
    assert tomllib.loads(text) == {}
    lines = [
        line.removeprefix("#") if re.match(r"#[\[a-z]", line) else "" for line in text.splitlines()
    ]
    raw = tomllib.loads("\n".join(lines))
    found = merge([Source("policy.toml", raw)], escrow.public_from_text)
    absolute = [one for one in found.ignored if one.why != "an absolute path expected"]
    assert absolute == []
    if sys.platform != "win32":
        named = {fact.key for fact in found.facts}
        assert {key.id for key in SCHEMA.keys} <= named
        assert {"accounts.1", "directory.1"} <= named


@pytest.mark.parametrize("name", ["policies.md", "policies.fr.md"])
def test_the_documents_tell_every_value(name: str) -> None:
    text = (ROOT / "resources" / "docs" / name).read_text(encoding="utf-8")
    for key in SCHEMA.keys:
        assert f"`{key.id}`" in text
        assert f"`{camel(key.section)}\\{camel(key.name)}`" in text
    assert "ACCOUNTSN_IMAP_HOST" in text
    for line in text.splitlines():
        if line.startswith("| `"):
            assert line.replace(r"\|", "").count("|") == 9, line


def test_the_schema_is_sound() -> None:
    ids = [key.id for key in SCHEMA.keys]
    assert len(ids) == len(set(ids))
    for key in (*SCHEMA.keys, *(one for group in SCHEMA.groups for one in group.keys)):
        assert key.section in SCHEMA.areas
        assert all(key.title)
        assert all(text.endswith(".") for text in key.help)
        assert (key.kind is Kind.NUMBER) == bool(key.most)
        if key.use is Use.SETTING:
            assert key.default is None
            assert key.start is not None
        for text in (*key.title, *key.help):
            assert "  " not in text
        assert not re.search(r"(?<! ) [:;?!»]", key.help[0].replace("\N{NO-BREAK SPACE}", "x"))
