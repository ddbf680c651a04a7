"""``rules`` and ``absence`` on the command line, as far as they need no server."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.test_cli_contract import ACCOUNT, Program


@pytest.fixture
def program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Program:
    made = Program(tmp_path, capsys)
    assert made(*ACCOUNT)[0] == 0
    return made


def rules_file(folder: Path, rules: object) -> str:
    path = folder / "rules.json"
    path.write_text(json.dumps(rules), encoding="utf-8")
    return str(path)


def test_rules_are_saved_listed_shown_and_switched(program: Program, tmp_path: Path) -> None:
    condition = {"topic": "subject", "match": "contains", "value": "conseil"}
    rule = {"name": "Conseils", "conditions": [condition], "actions": [{"deed": "flag"}]}
    code, book = program("rules", "save", rules_file(tmp_path, [rule]))
    assert (code, book["state"], book["server"]) == (0, "waiting", "unknown")
    code, shown = program("rules", "show", "1")
    assert (code, shown["name"], shown["runs"]) == (0, "Conseils", "unknown")
    assert shown["conditions"] == [{**condition, "header": "", "negated": False}]
    assert program("rules", "disable", "1")[1]["rules"][0]["enabled"] is False
    assert program("rules", "enable", "1")[1]["rules"][0]["enabled"] is True
    assert program("rules", "show", "2")[1]["error"]["code"] == "not-found"
    assert program("rules", "copies") == (0, [])
    code, again = program("rules", "save", rules_file(tmp_path, program("rules", "list")[1]))
    assert (code, again["rules"]) == (0, program("rules", "list")[1]["rules"])


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        ([{"name": "x"}], "bad-file"),
        ({"a": 1}, "bad-file"),
        (3, "bad-file"),
        ([{"name": "", "actions": [{"deed": "flag"}]}], "usage"),
        ([{"name": "x", "actions": []}], "usage"),
        ([{"name": "x", "actions": [{"deed": "file", "value": "a\r\nb"}]}], "usage"),
        ([{"name": "x", "actions": [{"deed": "tag", "value": "é"}]}], "usage"),
        ([{"name": "x", "actions": [{"deed": "redirect", "value": "moi@gmail.com"}]}], "policy"),
    ],
)
def test_what_is_not_a_rule_is_refused(
    program: Program, tmp_path: Path, rules: object, code: str
) -> None:
    assert program("rules", "save", rules_file(tmp_path, rules))[1]["error"]["code"] == code
    assert program("rules", "list")[1]["rules"] == []


def test_the_absence_message_is_set_told_and_cleared(program: Program, tmp_path: Path) -> None:
    text = tmp_path / "t.txt"
    text.write_text("Je suis absente.\r\nÀ lundi.\n", encoding="utf-8")
    code, told = program(
        "absence", "set", "--text-file", str(text), "--subject", "Absente", "--from", "2026-12-19",
        "--until", "2027-01-03", "--only-school",
    )  # fmt: skip
    assert code == 0
    assert told == {**told, "enabled": True, "from": "2026-12-19", "until": "2027-01-03"}
    assert (told["text"], told["audience"]) == ("Je suis absente.\nÀ lundi.", "school")
    assert told["on_server"] is False
    code, told = program("absence", "clear")
    assert (code, told["enabled"], told["subject"]) == (0, False, "Absente")
    code, answer = program(
        "absence", "set", "--text-file", str(text), "--from", "2027-01-03", "--until", "2026-12-19"
    )
    assert (code, answer["error"]["code"]) == (2, "usage")
