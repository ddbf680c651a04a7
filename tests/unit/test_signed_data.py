"""Signed files renew the program's data: only signed ones, only newer ones, without a network."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mel_desktop.app import server_data, wiring
from mel_desktop.app.server_data import PUBLIC_KEYS, RULES, policy_octets
from mel_desktop.cli import main
from mel_desktop.formats.signed_data import MAGIC, MOST_BYTES, read_container
from mel_desktop.model.accounts import Endpoint, NewAccount, Secret, Security
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.signed_data import DataKind, DataPlace
from mel_desktop.services.signed_data import SignedData
from mel_desktop.store import keyslots, settings
from mel_desktop.store.database import Database
from tests.support.imap_base import packaging_module
from tests.support.signing import LATER, TestKey, of_kind, table
from tests.support.store import store

KEY = TestKey()
NEW_NAME = (b'name = "Lyon"', b'name = "Lyon (nouveau)"')


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with store(tmp_path) as made:
        yield made


@pytest.fixture
def data(database: Database) -> SignedData:
    return SignedData(database, RULES, [KEY.public])


def why(data: SignedData, octets: bytes) -> str:
    with pytest.raises(LocalRefusal) as caught:
        data.take(octets)
    assert caught.value.code is ErrorCode.BAD_FILE
    return str(caught.value.facts["why"])


def places(data: SignedData) -> dict[DataKind, DataPlace]:
    return {one.kind: one.place for one in data.facts()}


def test_what_ships_is_in_force(data: SignedData) -> None:
    assert set(places(data).values()) == {DataPlace.SHIPPED}
    assert len(data.facts()) == len(DataKind)
    assert all(2026_00_00_00 < one.version < 2099_00_00_00 for one in data.facts())


def test_a_newer_file_is_taken_and_kept(database: Database, data: SignedData) -> None:
    heard: list[str] = []
    data.on_change(DataKind.PROVIDERS, lambda: heard.append("providers"))
    data.on_change(DataKind.LIMITS, lambda: heard.append("limits"))
    facts = data.take(KEY.providers(changes=[NEW_NAME]))
    assert (facts.kind, facts.version, facts.place) == (
        DataKind.PROVIDERS, LATER, DataPlace.UPDATE,
    )  # fmt: skip
    assert heard == ["providers"]
    again = SignedData(database, RULES, [KEY.public])
    assert b"Lyon (nouveau)" in again.content(DataKind.PROVIDERS)
    assert places(again)[DataKind.HOLIDAYS] is DataPlace.SHIPPED


@pytest.mark.parametrize("kind", [DataKind.HOLIDAYS, DataKind.LIMITS, DataKind.SERVICES])
def test_other_kinds_come_the_same_way(data: SignedData, kind: DataKind) -> None:
    data.take(KEY.sign(kind.value, LATER, of_kind(kind, LATER)))
    assert places(data)[kind] is DataPlace.UPDATE
    assert places(data)[DataKind.PROVIDERS] is DataPlace.SHIPPED


def test_never_back(data: SignedData) -> None:
    data.take(KEY.providers(LATER + 1))
    for version in (LATER + 1, LATER, 2026_11_27_01, 2020_01_01_00):
        assert why(data, KEY.providers(version)) in {"older-data", "bad-provider-table"}
    assert data.take(KEY.providers(LATER + 2)).version == LATER + 2


def test_a_stored_file_that_the_program_has_overtaken_is_not_used(
    database: Database, data: SignedData
) -> None:
    old = KEY.providers(2026_11_27_01)  # what an earlier program would have taken
    text = base64.b64encode(old).decode()
    database.write(lambda tx: settings.save(tx, "signed-data.providers", text))
    assert places(data)[DataKind.PROVIDERS] is DataPlace.SHIPPED


def test_a_stored_file_is_verified_each_time(database: Database, data: SignedData) -> None:
    data.take(KEY.providers(changes=[NEW_NAME]))
    other = SignedData(database, RULES, [TestKey().public])  # the key was withdrawn
    assert places(other)[DataKind.PROVIDERS] is DataPlace.SHIPPED
    for spoilt in ("", "???", base64.b64encode(b"x").decode()):
        database.write(lambda tx, one=spoilt: settings.save(tx, "signed-data.providers", one))
        fresh = SignedData(database, RULES, [KEY.public])
        assert places(fresh)[DataKind.PROVIDERS] is DataPlace.SHIPPED


def test_every_octet_is_signed(data: SignedData) -> None:
    good = KEY.sign("school-holidays", LATER, of_kind(DataKind.HOLIDAYS, LATER))
    head = good.index(b"\n\n") + 2
    for at in (*range(len(MAGIC), head), head + 100, len(good) - 1):
        octets = good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :]
        assert why(data, octets) in {"bad-signature", "no-signed-data"}, at
    assert why(data, good + b" ") == "bad-signature"
    assert why(data, good[:-1]) == "bad-signature"
    assert data.take(good).version == LATER


def test_kind_and_version_cannot_be_exchanged(data: SignedData) -> None:
    good = KEY.providers()
    assert why(data, good.replace(b"kind: providers", b"kind: sending-limits")) == "bad-signature"
    later = good.replace(b"version: %d" % LATER, b"version: %d" % (LATER + 9), 1)
    assert why(data, later) == "bad-signature"


def test_a_stranger_s_signature(data: SignedData) -> None:
    assert why(data, TestKey().providers()) == "bad-signature"
    unsigned = KEY.providers().replace(
        KEY.providers().split(b"\n")[1], base64.b64encode(bytes(64)), 1
    )
    assert why(data, unsigned) == "bad-signature"


def test_signed_and_yet_bad(data: SignedData) -> None:
    assert why(data, KEY.sign("providers", LATER, b"version = 1")) == "bad-provider-table"
    assert why(data, KEY.sign("providers", LATER + 5, table(LATER))) == "no-signed-data"
    assert why(data, KEY.sign("things-to-come", LATER, b"version = 1")) == "unknown-data"
    assert set(places(data).values()) == {DataPlace.SHIPPED}


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        MAGIC,
        MAGIC + b"\n",
        MAGIC + b"AAAA\nkind: providers\nversion: 2026120100\n\n",
        MAGIC + base64.b64encode(bytes(64)) + b"\nversion: 2026120100\nkind: providers\n\n",
        MAGIC + base64.b64encode(bytes(64)) + b"\nkind: Providers\nversion: 2026120100\n\n",
        MAGIC + base64.b64encode(bytes(64)) + b"\nkind: providers\nversion: 20261201\n\n",
        MAGIC.replace(b"\n", b"\r\n") + b"x",
        table(),
        MAGIC + b"A" * MOST_BYTES,
    ],
)
def test_what_is_no_container(octets: bytes) -> None:
    with pytest.raises(LocalRefusal) as caught:
        read_container(octets)
    assert caught.value.facts["why"] == "no-signed-data"


def test_it_s_file_stands_above(database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "it"
    folder.mkdir()
    of_it = (b'name = "Lyon"', b'name = "Lyon (IT)"')
    (folder / "providers.toml").write_bytes(table(2026_01_01_00, [of_it]))  # older, and yet
    data = SignedData(database, RULES, [KEY.public], lambda kind: policy_octets(str(folder), kind))
    data.take(KEY.providers(changes=[NEW_NAME]))
    assert places(data)[DataKind.PROVIDERS] is DataPlace.POLICY
    assert b"Lyon (IT)" in data.content(DataKind.PROVIDERS)
    assert places(data)[DataKind.LIMITS] is DataPlace.SHIPPED


def test_it_s_file_that_cannot_be_read_is_told(database: Database, tmp_path: Path) -> None:
    for content, code in (
        (b"version = 1", "bad-provider-table"),
        (TestKey().providers(), "bad-signature"),
        (KEY.sign("sending-limits", LATER, of_kind(DataKind.LIMITS, LATER)), "unknown-data"),
    ):
        file = tmp_path / "table"
        file.write_bytes(content)
        data = SignedData(
            database, RULES, [KEY.public], lambda kind, at=str(file): policy_octets(at, kind)
        )
        facts = {one.kind: one for one in data.facts()}
        assert facts[DataKind.PROVIDERS].place is DataPlace.SHIPPED
        assert facts[DataKind.PROVIDERS].trouble == code
        assert facts[DataKind.LIMITS].trouble == ""  # a file is of providers only
    missing = SignedData(
        database, RULES, [KEY.public], lambda kind: policy_octets(str(tmp_path / "none"), kind)
    )
    assert missing.facts()[0].trouble == "policy-file-unread"


def test_the_program_s_own_keys() -> None:
    assert PUBLIC_KEYS
    assert all(len(one) == 32 for one in PUBLIC_KEYS)
    assert KEY.public not in PUBLIC_KEYS


# -- the command line -----------------------------------------------------------------------------


class Program:
    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._profile = folder / "profile"
        self._secret = folder / "phrase"
        self._secret.write_text("une phrase de passe assez longue\n")
        self._capsys = capsys

    def __call__(self, *words: str | Path, policy: Path | None = None) -> tuple[int, Any]:
        more = [] if policy is None else ["--policy", str(policy)]
        code = main.run(
            ["--profile", str(self._profile), "--offline", "--passphrase-file", str(self._secret),
             *more, "--json", *map(str, words)]
        )  # fmt: skip
        return code, json.loads(self._capsys.readouterr().out)


@pytest.fixture
def program(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Program:
    monkeypatch.setattr(keyslots, "TARGET_S", 0.0)
    monkeypatch.setattr(server_data, "PUBLIC_KEYS", (KEY.public,))
    made = Program(tmp_path, capsys)
    assert made("vault", "create")[0] == 0
    return made


def test_providers_on_the_command_line(program: Program, tmp_path: Path) -> None:
    code, listed = program("providers", "list")
    assert code == 0
    assert len([one for one in listed["providers"] if one["kind"] == "academy"]) == 30
    code, shown = program("providers", "show", "ac-lyon")
    assert code == 0
    smtp = shown["profiles"][0]["smtp"][0]
    assert (smtp["host"], smtp["port"], smtp["security"]) == ("smtps.ac-lyon.fr", 587, "starttls")
    assert smtp["grade"] == "stated"
    assert smtp["source"]
    assert smtp["as_of"] == "2026-11-27"
    assert program("providers", "show", "ac-nulle-part")[0] == 2
    stick = tmp_path / "clé.meldata"
    stick.write_bytes(KEY.providers(changes=[NEW_NAME]))
    code, taken = program("providers", "update", stick)
    assert (code, taken["place"], taken["version"]) == (0, "update", LATER)
    assert program("providers", "show", "ac-lyon")[1]["name"] == "Lyon (nouveau)"
    code, refused = program("providers", "update", stick)
    assert (code, refused["error"]["code"]) == (2, "bad-file")
    stick.write_bytes(TestKey().providers(LATER + 1))
    assert program("providers", "update", stick)[1]["error"]["code"] == "bad-file"
    assert {one["kind"]: one["place"] for one in program("providers", "data")[1]} == {
        "providers": "update", "school-holidays": "shipped", "sending-limits": "shipped",
        "services": "shipped",
    }  # fmt: skip


def test_services_on_the_command_line(program: Program) -> None:
    code, found = program("directory", "search", "mot de passe ARENA", "--kind", "service")
    assert code == 0
    assert found["hits"][0]["name"].startswith("ARENA")
    assert (found["as_of"], found["total"] > 30) == (None, True)
    assert {one["kind"] for one in found["hits"]} == {"service"}
    code, shown = program("directory", "show", found["hits"][0]["id"])
    assert code == 0
    assert (shown["grade"], shown["source_as_of"]) == ("B", "2026-08-31")
    assert shown["web"] is None
    assert shown["list"] == {"version": 2026112700, "as_of": "2026-11-27"}
    code, found = program("directory", "search", "assistance toulouse", "--limit", "1")
    code, shown = program("directory", "show", found["hits"][0]["id"])
    assert shown["phone"]["value"] == "0 808 807 003"
    assert shown["phone"]["grade"] == "A"
    assert program("directory", "sources")[1] == []  # none of the person's
    assert program("directory", "show", str(10**12 + 9999))[0] == 2


def test_a_file_made_by_the_tool_for_signing(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool = packaging_module("sign_data")
    key, target = tmp_path / "clé.pem", tmp_path / "limites.meldata"
    public = tool.new_key(key)
    assert key.stat().st_mode & 0o077 == 0
    with pytest.raises(FileExistsError):
        tool.new_key(key)
    source = tmp_path / "limits.toml"
    source.write_bytes(of_kind(DataKind.LIMITS, LATER))
    assert tool.main(["sign", str(key), "sending-limits", str(source), str(target)]) == 0
    monkeypatch.setattr(server_data, "PUBLIC_KEYS", (KEY.public, bytes.fromhex(public)))
    code, taken = program("providers", "update", target)
    assert (code, taken["kind"], taken["version"]) == (0, "sending-limits", LATER)


def test_new_limits_and_holidays_are_in_force_at_once(tmp_path: Path) -> None:
    facade = wiring.create_profile(
        tmp_path / "p",
        passphrase=Secret("une phrase assez longue"),
        use_keyring=False,
        offline=True,
    )
    try:
        signed = facade._services.server_data.signed
        signed._keys = (KEY.public,)
        account = facade.add_account(
            NewAccount(
                "anne@ac-lyon.fr", "a", Endpoint("i.fr", 993, Security.TLS),
                Endpoint("smtp.education.gouv.fr", 465, Security.TLS),
            ),
            None,
        )  # fmt: skip
        door = facade.leaving
        assert door.limits(account.id).windows[0].warn == 500
        assert door.hours(account.id).zone == "A"
        limits = of_kind(DataKind.LIMITS, LATER).replace(b"warn = 500", b"warn = 499", 1)
        signed.take(KEY.sign("sending-limits", LATER, limits))
        assert door.limits(account.id).windows[0].warn == 499
        holidays = of_kind(DataKind.HOLIDAYS, LATER)
        holidays = holidays.replace(b'"ac-lyon.fr" = "A"', b'"ac-lyon.fr" = "B"')
        signed.take(KEY.sign("school-holidays", LATER, holidays))
        assert door.hours(account.id).zone == "B"
    finally:
        facade.close()


def test_it_names_a_folder_by_policy(program: Program, tmp_path: Path) -> None:
    folder = tmp_path / "it"
    folder.mkdir()
    (folder / "providers.meldata").write_bytes(KEY.providers(changes=[NEW_NAME]))
    policy = tmp_path / "policy.toml"
    policy.write_text(f'[data]\nplace = "{folder.as_posix()}"\n')
    code, data = program("providers", "data", policy=policy)
    assert code == 0
    assert {one["kind"]: one["place"] for one in data}["providers"] == "policy"


def test_an_account_offline_takes_what_is_stated_and_never_a_guess(program: Program) -> None:
    code, account = program("account", "add", "--email", "jean.dupont@ac-amiens.fr")
    assert code == 0
    assert account["login"] == "jdupont"
    assert account["imap"] == {"host": "imap.ac-amiens.fr", "port": 993, "security": "tls"}
    assert account["smtp"] == {"host": "smtp.ac-amiens.fr", "port": 465, "security": "tls"}
    assert account["provider"] == "ac-amiens/legacy"
    # its sending server is a guess, and nobody can be asked
    code, refused = program("account", "add", "--email", "zoe.roux@ac-reunion.fr")
    assert (code, refused["error"]["code"]) == (2, "not-found")
    code, refused = program("account", "add", "--email", "zoe.roux@ac-exemple.invalid")
    assert (code, refused["error"]["code"]) == (2, "not-found")
    code, account = program(
        "account", "add", "--email", "anne.roux@ac-reunion.fr", "--smtp", "smtp.exemple.fr:465"
    )
    assert (code, account["login"]) == (0, "anne.roux@ac-reunion.fr")
    assert account["imap"]["host"] == "imap.education.gouv.fr"
    code, account = program(
        "account", "add", "--email", "paul@lycee.exemple.fr", "--provider", "ac-creteil/legacy"
    )
    assert (code, account["smtp"]["host"]) == (0, "smtp.ac-creteil.fr")
