"""Where policies come from: registry, MSI, managed preferences, files; and who wins."""

from __future__ import annotations

import plistlib
from datetime import time
from pathlib import Path
from typing import Any

import pytest

from mel_desktop.logic import policy_view
from mel_desktop.logic.policy_keys import Kind, PolicyKey, Unfit, from_text, plain, read, shown
from mel_desktop.logic.policy_reading import Source, merge, msi_property
from mel_desktop.logic.policy_schema import SCHEMA
from mel_desktop.model.accounts import Endpoint, Security
from mel_desktop.model.policy import GivenAccount, GivenDirectory, Origin, Policy, VaultPolicy
from mel_desktop.model.safety import CheckLevel
from mel_desktop.store import escrow
from mel_desktop.system import policies
from mel_desktop.system.policies import Places
from mel_desktop.system.policy_registry import INSTALL, POLICIES
from tests.support.fake_registry import REG_EXPAND_SZ, Registry, under

KEY = escrow.public_text(bytes(range(32)))
ACCOUNT = {
    "Email": "%USERNAME%@ac-exemple.invalid", "ImapHost": "imap.exemple.invalid",
    "ImapPort": 143, "ImapSecurity": "starttls", "SmtpHost": "smtp.exemple.invalid", "Login": "",
}  # fmt: skip


def of_registry(
    machine: dict[str, Any],
    user: dict[str, Any] | None = None,
    install: dict[str, Any] | None = None,
    closed: str = "",
) -> Policy:
    hives = {"LM": under(POLICIES, machine), "CU": under(POLICIES, user or {})}
    if install is not None:
        hives["LM"]["Software"] |= under(INSTALL, install)["Software"]
    places = Places()
    places.registry(Registry(hives, closed), "LM", "CU")
    return places.merge()


def test_every_type_of_the_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARTAGE", "/srv")
    found = of_registry(
        {
            "Vault": {"KeyringAllowed": 0, "escrowkey": KEY, "Place": "machine"},
            "Links": {"Hours": "07:00-20:00", "DayMb": 20, "Profile": "Thrifty"},
            "Accounts": {
                "AllowedDomains": {"2": "ac-b.invalid", "10": "ac-c.invalid", "1": "AC-a.invalid"},
                "1": ACCOUNT,
            },
            "Directory": {"3": {"Url": "ldaps://annuaire.invalid", "PageSize": 100}},
            "Sending": {"TemplatesFolder": ("%PARTAGE%/modeles", REG_EXPAND_SZ)},
            "Defaults": {"Sending": {"UndoS": 30}, "Interface": {"PlainText": 1}},
        }
    )
    assert found.ignored == ()
    assert found.vault == VaultPolicy("machine", bytes(range(32)), keyring_allowed=False)
    assert found.links.hours == (time(7), time(20))
    assert (found.links.day_mb, found.links.profile) == (20, "thrifty")
    assert found.accounts.allowed_domains == ("ac-a.invalid", "ac-b.invalid", "ac-c.invalid")
    assert found.accounts.given == (
        GivenAccount(
            1,
            "%USERNAME%@ac-exemple.invalid",
            Endpoint("imap.exemple.invalid", 143, Security.STARTTLS),
            Endpoint("smtp.exemple.invalid", 465, Security.TLS),
        ),
    )
    assert found.directory.given == (GivenDirectory(3, "ldaps://annuaire.invalid", "", 100),)
    assert found.sending.templates_folder == "/srv/modeles"
    assert found.defaults.sending.undo_s == 30
    assert found.defaults.interface.plain_text is True


def test_a_list_may_be_of_many_texts() -> None:
    found = of_registry({"Accounts": {"AllowedDomains": ["ac-a.invalid", "ac-a.invalid"]}})
    assert found.accounts.allowed_domains == ("ac-a.invalid",)


def test_machine_then_msi_then_user_then_option(tmp_path: Path) -> None:
    option = tmp_path / "option.toml"
    option.write_text("[sending]\nundo_s = 4\nmost_list = 4\nmost_outside = 4\nzone = 'D'\n")
    places = Places()
    hives = {
        "LM": under(POLICIES, {"Sending": {"UndoS": 1}}),
        "CU": under(POLICIES, {"Sending": {"UndoS": 3, "MostList": 3, "MostOutside": 3}}),
    }
    install = {"SENDING_UNDO_S": "2", "SENDING_MOST_LIST": "2"}
    hives["LM"]["Software"] |= under(INSTALL, install)["Software"]
    places.registry(Registry(hives), "LM", "CU")
    places.option(option)
    found = places.merge()
    sending = found.sending
    assert (sending.undo_s, sending.most_list, sending.most_outside) == (1, 2, 3)
    assert sending.zone == "D"
    by_key = {fact.key: (fact.origin, fact.source) for fact in found.facts}
    assert by_key == {
        "sending.undo_s": (Origin.MACHINE, "HKLM"),
        "sending.most_list": (Origin.MACHINE, "MSI"),
        "sending.most_outside": (Origin.USER, "HKCU"),
        "sending.zone": (Origin.USER, "option.toml"),
    }
    assert [one.state for one in found.sources] == ["read"] * 4


def test_what_an_msi_writes_is_text_and_empty_is_not_set() -> None:
    properties = {msi_property(key.section, key.name): "" for key in SCHEMA.keys}
    properties |= {
        "VAULT_KEYRING_ALLOWED": "0",
        "VAULT_MAX_IDLE_MINUTES": " 10 ",
        "ACCOUNTS_ALLOWED_DOMAINS": "ac-a.invalid; ac-b.invalid",
        "DEFAULT_SENDING_NO_SUBJECT": "off",
        "ACCOUNTS1_EMAIL": "%UPN%",
        "ACCOUNTS1_IMAP_HOST": "imap.exemple.invalid",
        "ACCOUNTS1_IMAP_PORT": "1993",
        "ACCOUNTS1_SMTP_HOST": "smtp.exemple.invalid",
        "ACCOUNTS2_IMAP_HOST": "",
        "SENDING_UNDO_S": "soon",
        "NOBODY_KNOWS": "1",
    }
    found = of_registry({}, install=properties)
    assert (found.vault.keyring_allowed, found.vault.max_idle_minutes) == (False, 10)
    assert found.accounts.allowed_domains == ("ac-a.invalid", "ac-b.invalid")
    assert found.defaults.sending.no_subject is CheckLevel.OFF
    assert [one.imap.port for one in found.accounts.given] == [1993]
    assert {(one.source, one.key) for one in found.ignored} == {
        ("MSI", "sending.undo_s"), ("MSI", "NOBODY_KNOWS"),
    }  # fmt: skip


def test_the_msi_names_a_file_that_comes_after_its_properties(tmp_path: Path) -> None:
    file = tmp_path / "règles.toml"
    file.write_text("[sending]\nundo_s = 5\nmost_list = 6\nzone = 'A'\n")
    found = of_registry(
        {"Sending": {"MostList": 1}},
        {"Sending": {"UndoS": 9, "Zone": "B", "MostOutside": 7}},
        {"PolicyFile": str(file), "SENDING_UNDO_S": "3"},
    )
    sending = found.sending
    assert (sending.undo_s, sending.most_list, sending.most_outside) == (3, 1, 7)
    assert sending.zone == "A"
    assert [fact.origin for fact in found.facts if fact.source == file.name] == [Origin.MACHINE]
    assert found.ignored == ()
    gone = of_registry({}, install={"POLICYFILE": str(tmp_path / "gone.toml")})
    assert [one.state for one in gone.sources] == ["read", "read", "absent", "read"]


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("creteil", "creteil"), ("ac-creteil", "creteil"), ("Créteil", "creteil"),
        ("clermont", "Clermont-Ferrand"), ("La Réunion", "La Réunion"),
        ("NANCY METZ", "nancy-metz"),
    ],
)  # fmt: skip
def test_the_academy_of_an_msi_narrows_the_open_directory(given: str, name: str) -> None:
    found = of_registry({}, install={"ACADEMIE": given})
    assert (found.directory.annuaire_only, found.ignored) == (name, ())
    said = of_registry({}, install={"ACADEMIE": given, "DIRECTORY_ANNUAIRE_ONLY": "35"})
    assert said.directory.annuaire_only == "35"


def test_an_academy_that_is_none_is_told() -> None:
    found = of_registry({}, install={"ACADEMIE": "cretel"})
    assert found.directory.annuaire_only == ""
    assert [(one.source, one.key) for one in found.ignored] == [("MSI", "ACADEMIE")]
    assert of_registry({}, install={"ACADEMIE": ""}).ignored == ()


def test_a_hive_that_may_not_be_read_is_told_and_ignored_wholly() -> None:
    found = of_registry(
        {"Vault": {"Place": "machine"}, "Sending": {"UndoS": 5}},
        {"Sending": {"UndoS": 7}},
        closed="Sending",
    )
    assert found.vault.place == "user"
    assert found.sending.undo_s is None
    assert [(one.source, one.why) for one in found.ignored] == [
        ("HKLM", "cannot be read"), ("HKCU", "cannot be read"),
    ]  # fmt: skip
    assert [one.state for one in found.sources] == ["unreadable", "absent", "unreadable"]


def test_without_any_key_nothing_is_decided() -> None:
    places = Places()
    places.registry(Registry({"LM": {}, "CU": {}}), "LM", "CU")
    assert places.merge() == Policy()
    assert [one.state for one in places.told] == ["absent"] * 3


def test_names_that_nobody_knows_are_told() -> None:
    found = of_registry(
        {
            "Vault": {"Colour": "red", "Place": {"x": 1}},
            "Surprise": {"X": 1},
            "Loose": 3,
            "Accounts": {"0": {}, "12": {}, "1": "text"},
            "Defaults": {"Vault": {"Place": "machine"}, "Odd": 3, "Sending": {"Never": 1}},
        }
    )
    assert found.vault == VaultPolicy()
    assert {one.key for one in found.ignored} == {
        "vault.Colour", "vault.place", "Surprise", "Loose", "accounts.0", "accounts.12",
        "accounts.1", "defaults.vault.place", "defaults.Odd", "defaults.sending.Never",
    }  # fmt: skip


@pytest.mark.parametrize("form", [plistlib.FMT_XML, plistlib.FMT_BINARY])
def test_managed_preferences(tmp_path: Path, form: Any) -> None:
    file = tmp_path / "org.mel-desktop.plist"
    content = {
        "Vault": {"KeyringAllowed": False},
        "Accounts": {"AllowedDomains": ["ac-a.invalid"], "1": ACCOUNT},
        "Defaults": {"Interface": {"Theme": "dark"}},
    }
    file.write_bytes(plistlib.dumps(content, fmt=form))
    places = Places()
    places.plist(file, Origin.MACHINE)
    places.plist(tmp_path / "nobody" / "org.mel-desktop.plist", Origin.USER)
    found = places.merge()
    assert found.ignored == ()
    assert found.vault.keyring_allowed is False
    assert len(found.accounts.given) == 1
    assert found.defaults.interface.theme == "dark"
    assert [one.state for one in found.sources] == ["read", "absent"]


@pytest.mark.parametrize(
    "octets",
    [b"", b"bplist00", b"bplist00\xff" * 9, b"<plist>", b"<plist><array/></plist>", b"\0" * 40,
     plistlib.dumps([1]), plistlib.dumps({"Vault": 3})[:-20],
     b"<!DOCTYPE a [<!ENTITY b 'c'>]><plist><dict/></plist>"],
)  # fmt: skip
def test_what_is_no_property_list_is_told(tmp_path: Path, octets: bytes) -> None:
    file = tmp_path / "x.plist"
    file.write_bytes(octets)
    places = Places()
    places.plist(file, Origin.MACHINE)
    found = places.merge()
    assert (found.vault, found.accounts) == (Policy().vault, Policy().accounts)
    assert [one.state for one in found.sources] == ["unreadable"]
    assert [one.why for one in found.ignored] == ["no property list"]


def test_files_that_are_too_large_or_folders(tmp_path: Path) -> None:
    large = tmp_path / "large.toml"
    large.write_bytes(b"#" * (policies.MOST_BYTES + 1))
    places = Places()
    places.toml(large, Origin.MACHINE)
    places.toml(tmp_path, Origin.MACHINE)
    assert [one.state for one in places.told] == ["unreadable", "unreadable"]
    assert [one.why for one in places.merge().ignored] == ["too large", "cannot be read"]


def test_the_file_of_a_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert policies.user_file() == tmp_path / "mel-desktop" / "policy.toml"
    monkeypatch.setenv("XDG_CONFIG_HOME", "not/absolute")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert policies.user_file() == tmp_path / ".config" / "mel-desktop" / "policy.toml"


# -- who wins --------------------------------------------------------------------------------------


def merged(*raws: dict[str, Any]) -> Policy:
    origins = (Origin.MACHINE, Origin.USER, Origin.USER)
    sources = [
        Source(f"s{at}", raw, origin)
        for at, (raw, origin) in enumerate(zip(raws, origins, strict=False))
    ]
    return merge(sources, escrow.public_from_text)


def row(policy: Policy, key: str, chosen: dict[str, object]) -> tuple[object, Origin, bool]:
    found = next(one for one in policy_view.rows(policy, chosen) if one.key == key)
    return found.value, found.origin, found.locked


def test_a_locked_value_goes_before_the_teacher_and_every_default() -> None:
    default = {"defaults": {"sending": {"undo_s": 1}}}
    locked = {"sending": {"undo_s": 2}}
    teacher: dict[str, object] = {"sending.undo_s": 3}
    assert row(merged(default, locked), "sending.undo_s", teacher) == (2, Origin.USER, True)
    assert row(merged(default), "sending.undo_s", teacher) == (3, Origin.TEACHER, False)
    assert row(merged(default), "sending.undo_s", {}) == (1, Origin.MACHINE, False)
    assert row(merged(), "sending.undo_s", {}) == (10, Origin.DEFAULT, False)
    other = {"defaults": {"sending": {"undo_s": 9}}}
    assert row(merged(default, other), "sending.undo_s", {}) == (1, Origin.MACHINE, False)


def test_nobody_gets_round_a_rule_that_was_misspelt() -> None:
    bad = {"vault": {"keyring_allowed": "no", "place": "somewhere"}}
    weak = {"vault": {"keyring_allowed": True, "place": "machine"}}
    found = merged(bad, weak)
    assert found.vault.keyring_allowed is False  # the safe side, of the stronger source
    assert found.vault.place == "machine"  # no safe side: the next source holds
    assert found.fell("vault.keyring_allowed")
    assert not found.fell("vault.place")
    assert merged(weak, bad).vault.keyring_allowed is True
    assert [one.key for one in merged(weak, bad).ignored] == [
        "vault.keyring_allowed", "vault.place",
    ]  # fmt: skip


def test_an_account_is_one_value() -> None:
    good = {"imap_host": "imap.exemple.invalid", "smtp_host": "smtp.exemple.invalid"}
    for bad in (
        {**good, "imap_security": "none"},
        {**good, "imap_host": "two words"},
        {**good, "smtp_port": 0},
        {**good, "login": "%PATH%"},
        {"imap_host": "imap.exemple.invalid"},
        {**good, "smtp_host": ""},
        "text",
    ):
        found = merged({"accounts": {"1": bad, "2": good}}, {"accounts": {"1": good}})
        assert [one.number for one in found.accounts.given] == [2], bad
        assert found.ignored
        assert all(one.key.startswith("accounts.1") for one in found.ignored)
    extra = {**good, "colour": "red"}  # of a later version
    found = merged({"accounts": {"1": extra}})
    assert [one.number for one in found.accounts.given] == [1]
    assert [one.key for one in found.ignored] == ["accounts.1.colour"]


def test_forbidding_is_no_default() -> None:
    found = merged({"defaults": {"sending": {"pupil_data": "forbid", "no_subject": "off"}}})
    assert found.defaults.sending.pupil_data is None
    assert found.defaults.sending.no_subject is CheckLevel.OFF
    assert [one.key for one in found.ignored] == ["defaults.sending.pupil_data"]


# -- kinds -----------------------------------------------------------------------------------------


def key(kind: Kind, **more: Any) -> PolicyKey:
    return PolicyKey("a", "b", kind, ("t", "t"), ("h", "h"), **more)


@pytest.mark.parametrize(
    ("kind", "more", "value", "expected"),
    [
        (Kind.FLAG, {}, 1, True),
        (Kind.NUMBER, {"most": 9}, 9, 9),
        (Kind.CHOICE, {"choices": (("one", ("u", "o")), ("two", ("d", "t")))}, "ONE", "one"),
        (Kind.TEXT, {}, " é ", "é"),
        (Kind.TEMPLATE, {}, "%upn%x", "%upn%x"),
        (Kind.HOST, {}, "[::1]", "[::1]"),
        (Kind.HOST, {}, "imap.ac-exemple.fr", "imap.ac-exemple.fr"),
        (Kind.URL, {}, "ldap://h:389", "ldap://h:389"),
        (Kind.WEB, {}, " https://h/x ", "https://h/x"),
        (Kind.PATH, {}, "/x", "/x"),
        (Kind.HOURS, {}, "22:30 - 06:00", (time(22, 30), time(6))),
        (Kind.DOMAINS, {}, [], ()),
        (Kind.KEY, {}, KEY, bytes(range(32))),
    ],
)
def test_kinds_that_are_understood(
    kind: Kind,
    more: dict[str, Any],
    value: object,
    expected: object,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("mel_desktop.logic.policy_keys.PLATFORM", "linux")
    assert read(key(kind, **more), value, escrow.public_from_text) == expected


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (Kind.FLAG, (2, "yes", None, 1.0, [])),
        (Kind.NUMBER, (True, 10, -1, 1.5, "5", None)),
        (Kind.TEXT, (3, "x" * 201, "a\nb", None)),
        (Kind.TEMPLATE, ("%NOPE%", "100 %", "%USERNAME")),
        (Kind.HOST, ("", "a b", "-x", "x" * 300, 3, "a/b", "é")),
        (Kind.URL, ("http://x", "ldap://u:p@h", "ldap://", "x")),
        (Kind.WEB, ("http://x", "https://u:p@h", "https://", "x", "https://h:x/", "https://[")),
        (Kind.PATH, ("x", "", 3, "/x\0", "/" + "x" * 1001)),
        (Kind.HOURS, ("7-20", "07:00-07:00", "25:00-26:00", 7, "07:00")),
        (Kind.DOMAINS, ("a.fr", ["a"], [3], ["a.fr", ""], ["a .fr"], {"1": "a.fr"})),
        (Kind.KEY, ("AAAA", 3, "é", b"x" * 32)),
    ],
)
def test_kinds_that_are_not(kind: Kind, values: tuple[object, ...]) -> None:
    for value in values:
        with pytest.raises(Unfit) as caught:
            read(key(kind, most=9), value, escrow.public_from_text)
        assert str(caught.value)
        assert caught.value.french


def test_a_path_of_windows_has_a_drive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mel_desktop.logic.policy_keys.PLATFORM", "win32")
    assert read(key(Kind.PATH), r"C:\x", escrow.public_from_text) == r"C:\x"
    assert read(key(Kind.PATH), r"\\serveur\partage", escrow.public_from_text)
    for bad in ("/x", r"\x", "C:x"):
        with pytest.raises(Unfit):
            read(key(Kind.PATH), bad, escrow.public_from_text)


def test_values_of_the_schema_are_shown_in_both_languages() -> None:
    for one in (*SCHEMA.keys, *(k for group in SCHEMA.groups for k in group.keys)):
        value = one.start if one.default is None else one.default
        assert all(shown(one, value))
        if one.choices:
            assert shown(one, one.choices[0][0]) == one.choices[0][1]
        assert from_text(one, "???") in ("???", ["???"])
    hours = next(one for one in SCHEMA.keys if one.kind is Kind.HOURS)
    assert plain(hours, (time(7), time(20, 30))) == "07:00-20:30"
    domains = next(one for one in SCHEMA.keys if one.kind is Kind.DOMAINS)
    assert shown(domains, ()) == ("aucun", "none")
