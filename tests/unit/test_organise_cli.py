"""Conversations, tags, snoozes, pins, archive and junk on the command line."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mel_desktop.app import wiring
from mel_desktop.model.accounts import Secret
from mel_desktop.store import keyslots, mailbox
from tests.support.store import START, plant_account, plant_folder
from tests.unit.test_cli_contract import Program
from tests.unit.test_organising import incoming


@pytest.fixture
def program(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Program:
    """A profile with four messages, two of them one conversation."""
    monkeypatch.setattr(keyslots, "TARGET_S", 0.0)
    made = Program(tmp_path, capsys)
    facade = wiring.create_profile(
        made.profile, passphrase=Secret("une phrase de passe"), use_keyring=False, offline=True
    )
    try:
        database = facade._services.database
        account = plant_account(database)
        inbox = plant_folder(database, account)
        plant_folder(database, account, "Junk", role="junk")
        some = [
            incoming(1, "Sortie", own="a@x"),
            incoming(2, "Re: Sortie", own="b@x", refs=("a@x",), at=START + timedelta(hours=1)),
            incoming(3, "Cantine", own="c@x", at=START + timedelta(hours=2)),
            incoming(4, "Brevet", own="d@x", at=START + timedelta(hours=3)),
        ]
        database.write(
            lambda tx: mailbox.insert_messages(tx, account, inbox, 1, some, downwards=False)
        )
    finally:
        facade.close()
    return made


def test_organising_on_the_command_line(program: Program) -> None:
    def ask(*words: str, code: int = 0) -> Any:
        found, answer = program("--offline", *words)
        assert found == code, answer
        return answer

    listed = ask("threads", "inbox")
    assert [(one["subject"], len(one["messages"])) for one in listed] == [
        ("Brevet", 1), ("Cantine", 1), ("Re: Sortie", 2),
    ]  # fmt: skip
    first, second = listed[2]["messages"]
    assert [(one["id"], one["depth"]) for one in ask("thread", second)] == [(first, 0), (second, 1)]
    assert ask("tag", "list")[0]["name"] == "Important"
    assert ask("tag", "create", "Cantine", "--colour", "#18753C")["keyword"] == "cantine"
    ask("tag", "add", "cantine", first, second)
    assert [one["id"] for one in ask("tag", "messages", "Cantine")] == [second, first]
    ask("tag", "remove", "cantine", first)
    assert ask("tag", "delete", "cantine") == {"deleted": "cantine", "messages": 1}
    assert ask("tag", "delete", "cantine", code=2)["error"]["code"]
    ask("snooze", first, "--until", "2099-01-01T08:00")
    assert [one["id"] for one in ask("snooze")] == [first]
    ask("snooze", first)
    assert ask("snooze") == []
    assert ask("snooze", first, "--until", "demain", code=2)["error"]["code"] == "usage"
    ask("pin", second)
    ask("unpin", second)
    assert ask("archive", first)["moved"] == 1
    ask("junk", second)
    places = {one["id"]: one["path"] for one in ask("folders")}
    rows = {one["id"]: places[one["folder"]] for one in ask("messages", "Junk")}
    assert rows == {second: "Junk"}
    ask("not-junk", second)
    assert ask("messages", "Junk") == []
