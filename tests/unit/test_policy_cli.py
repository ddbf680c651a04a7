"""``policy show`` and ``policy schema``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mel_desktop.cli import main
from mel_desktop.logic.policy_schema import SCHEMA

FILE = """[vault]
max_idle_minutes = 10
keyring_allowed = "no"
[sending]
undo_s = 61
[defaults.sending]
no_subject = "hint"
[defaults.interface]
theme = "dark"
language = "en"
[accounts.1]
email = "%USERNAME%@ac-exemple.invalid"
imap_host = "imap.exemple.invalid"
smtp_host = "smtp.exemple.invalid"
"""


class Program:
    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.profile = folder / "profile"
        self.passphrase = folder / "passphrase"
        self.passphrase.write_text("une phrase de passe\n")
        self.policy = folder / "policy.toml"
        self.policy.write_text(FILE, encoding="utf-8")
        self._capsys = capsys

    def __call__(self, *words: str, unlock: bool = False) -> tuple[int, str, str]:
        given = ["--profile", str(self.profile), "--policy", str(self.policy)]
        given += ["--passphrase-file", str(self.passphrase)] if unlock else []
        code = main.run([*given, *words])
        captured = self._capsys.readouterr()
        return code, captured.out, captured.err

    def json(self, *words: str, unlock: bool = False) -> Any:
        code, out, _ = self("--json", *words, unlock=unlock)
        assert code == 0
        return json.loads(out)


@pytest.fixture
def program(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Program:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    return Program(tmp_path, capsys)


def test_show_without_a_vault(program: Program) -> None:
    found = program.json("policy", "show")
    assert set(found) == {"values", "problems", "sources", "vault"}
    assert found["vault"] == "absent"
    assert not program.profile.exists()
    values = {one["key"]: one for one in found["values"]}
    assert {key.id for key in SCHEMA.keys} <= set(values)
    assert values["vault.max_idle_minutes"] == {
        "key": "vault.max_idle_minutes", "area": "vault", "value": 10, "set_by": "user",
        "source": "policy.toml", "locked": True, "safe_side": False,
        "title": {"fr": "Verrouillage au plus tard après", "en": "Locked at the latest after"},
    }  # fmt: skip
    assert values["vault.keyring_allowed"]["value"] is False
    assert values["vault.keyring_allowed"]["safe_side"] is True
    assert values["sending.no_subject"]["locked"] is False
    assert values["sending.undo_s"]["set_by"] == "default"
    assert values["accounts.allowed_domains"]["value"] is None
    assert values["accounts.1"]["value"]["imap"] == {
        "host": "imap.exemple.invalid", "port": 993, "security": "tls",
    }  # fmt: skip
    assert {one["key"] for one in found["problems"]} == {"vault.keyring_allowed", "sending.undo_s"}
    assert all(set(one) == {"source", "key", "why"} for one in found["problems"])
    assert found["sources"][-1] == {
        "name": "policy.toml", "where": str(program.policy), "set_by": "user", "state": "read",
    }  # fmt: skip


def test_show_for_people_in_both_languages(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, err = program("policy", "show", "--set")
    assert code == 0
    assert "vault.max_idle_minutes" in out
    assert "sending.big_list" not in out
    assert "fixé côté sûr" in out
    assert f"{program.policy} : lu" in out
    assert "Règle ignorée (policy.toml, sending.undo_s) : nombre entier de 0 à 60 attendu" in err
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    code, out, err = program("policy", "show")
    assert "sending.big_list" in out
    assert "locked safe side" in out
    assert "a whole number from 0 to 60 expected" in err


def test_show_with_what_the_teacher_chose(program: Program) -> None:
    assert program("vault", "create", unlock=True)[0] == 0
    (program.profile / "window.ini").write_text("[General]\ntheme=light\ngeometry=@x(%)\n")
    locked = program.json("policy", "show")
    values = {one["key"]: one for one in locked["values"]}
    assert locked["vault"] == "locked"
    assert (values["interface.theme"]["value"], values["interface.theme"]["set_by"]) == (
        "light", "teacher",
    )  # fmt: skip
    assert values["interface.language"]["set_by"] == "user"
    assert "verrouillé" in program("policy", "show")[1]
    assert program.json("policy", "show", unlock=True)["vault"] == "open"
    program.passphrase.write_text("fausse")
    assert program("policy", "show", unlock=True)[0] == 5


def test_a_window_file_that_is_none(program: Program) -> None:
    program.profile.mkdir()
    for octets in (b"\xff\xfe", b"theme=light", b"[General\ntheme", b"[Other]\ntheme=dark"):
        (program.profile / "window.ini").write_bytes(octets)
        values = {one["key"]: one for one in program.json("policy", "show")["values"]}
        assert values["interface.theme"]["set_by"] == "user"


def test_an_account_that_is_not_allowed_is_exit_9(program: Program) -> None:
    program.policy.write_text('[accounts]\nallowed_domains = ["ac-exemple.invalid"]\n')
    assert program("vault", "create", unlock=True)[0] == 0
    words = (
        "account", "add", "--email", "a@ailleurs.invalid", "--no-probe",
        "--imap", "imap.ailleurs.invalid:993", "--smtp", "smtp.ailleurs.invalid:465",
    )  # fmt: skip
    code, out, _ = program("--json", *words, unlock=True)
    assert (code, json.loads(out)["error"]["code"]) == (9, "policy")
    assert program.json("account", "list", unlock=True) == []


def test_an_account_is_added_at_the_servers_that_it_names(program: Program) -> None:
    words = ("account", "add", "--email", "anne.dupont@ac-exemple.invalid", "--no-probe")
    added = json.loads(program("--offline", "--json", *words, unlock=True)[1])
    assert added["imap"] == {"host": "imap.exemple.invalid", "port": 993, "security": "tls"}
    assert added["login"] == "anne.dupont@ac-exemple.invalid"


def test_schema(program: Program) -> None:
    found = program.json("policy", "schema")
    by_key = {one["key"]: one for one in found}
    assert by_key["vault.max_idle_minutes"]["most"] == 1440
    assert by_key["vault.max_idle_minutes"]["safe_side"] == 15
    assert by_key["vault.keyring_allowed"]["type"] == "boolean"
    assert by_key["sending.pupil_data"]["choices"] == ["off", "hint", "warn", "forbid"]
    assert by_key["accounts.N.imap_host"]["required"] is True
    assert {one["use"] for one in found} == {"setting", "limit", "decision"}
    assert all(set(one["title"]) == {"fr", "en"} for one in found)
    code, out, _ = program("policy", "schema")
    assert code == 0
    assert len(out.splitlines()) == len(found)


def test_wrong_usage(program: Program) -> None:
    for words in (("policy",), ("policy", "set")):
        assert program(*words)[0] == 2
    program.policy.unlink()
    code, out, _ = program("--json", "policy", "show")
    assert (code, json.loads(out)["error"]["code"]) == (2, "bad-file")
