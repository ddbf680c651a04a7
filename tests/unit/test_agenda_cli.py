"""``agenda``, ``invitation`` and what ``show`` adds, on the command line, without a server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.calendar_letters import ics, mail_with
from tests.unit.test_cli_contract import ACCOUNT, Program

EMAIL = ACCOUNT[ACCOUNT.index("--email") + 1]


@pytest.fixture
def program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Program:
    made = Program(tmp_path, capsys)
    assert made(*ACCOUNT)[0] == 0
    return made


def taken_in(program: Program, folder: Path, *, header: str = "") -> str:
    soon = datetime.now(UTC) + timedelta(days=3)
    octets = ics(
        "LOCATION:Salle 12",
        start=f"DTSTART:{soon:%Y%m%dT150000Z}", end=f"DTEND:{soon:%Y%m%dT160000Z}",
        guest=f"ATTENDEE:mailto:{EMAIL}",
    )  # fmt: skip
    raw = mail_with(octets, sender="Paul <paul.durand@ac-exemple.fr>", to=EMAIL, subject="Conseil")
    file = folder / "invitation.eml"
    file.write_bytes(header.encode() + raw)
    assert program("import", str(file))[0] == 0
    code, found = program("search", "Conseil")
    assert code == 0
    return str(found["hits"][0]["id"])


def test_an_invitation_is_shown_answered_and_listed(program: Program, tmp_path: Path) -> None:
    message = taken_in(program, tmp_path)
    code, shown = program("show", message)
    assert code == 0
    invitation = shown["invitation"]
    assert invitation["method"] == "request"
    assert invitation["event"]["title"] == "Conseil de classe 6e B"
    assert invitation["event"]["place"] == "Salle 12"
    assert (invitation["standing"], invitation["may_answer"]) == ("needs-action", True)
    assert shown["receipt_wanted"] is False
    assert program("agenda", "list") == (0, [])
    assert len(program("agenda", "list", "--unanswered")[1]) == 1
    code, answered = program("invitation", "answer", message, "accept", "--silent")
    assert (code, answered["answer"], answered["outbox"]) == (0, "accepted", None)
    (row,) = program("agenda", "list")[1]
    assert (row["title"], row["standing"], row["all_day"]) == (
        "Conseil de classe 6e B", "accepted", False,
    )  # fmt: skip
    assert row["start"].endswith("T15:00:00Z")
    assert program("outbox", "list") == (0, [])
    code, answered = program("invitation", "answer", message, "decline", "--comment", "Malade")
    assert (code, answered["answer"]) == (0, "declined")
    (waiting,) = program("outbox", "list")[1]
    assert waiting["id"] == answered["outbox"]
    assert program("outbox", "cancel", waiting["id"]) == (0, {"withdrawn": waiting["id"]})
    assert program("outbox", "list") == (0, [])
    assert program("agenda", "list") == (0, [])


def test_a_change_by_somebody_else_is_applied_by_command_alone(
    program: Program, tmp_path: Path
) -> None:
    message = taken_in(program, tmp_path)
    program("invitation", "answer", message, "accept", "--silent")
    assert program("invitation", "apply", message)[0] == 2  # nothing waits
    octets = ics("STATUS:CANCELLED", method="CANCEL", sequence=1, stamp="20261121T080000Z")
    raw = mail_with(octets, sender="X <x@attaque.test>", to=EMAIL, subject="Annulation")
    file = tmp_path / "annulation.eml"
    file.write_bytes(raw)
    program("import", str(file))
    other = str(program("search", "Annulation")[1]["hits"][0]["id"])
    shown = program("show", other)[1]["invitation"]
    assert (shown["doubts"], shown["may_apply"]) == (["not-organiser"], True)
    assert [one["standing"] for one in program("agenda", "list")[1]] == ["accepted"]
    code, applied = program("invitation", "apply", other)
    assert (code, applied["invitation"]["standing"]) == (0, "cancelled")
    assert program("agenda", "list") == (0, [])


def test_a_message_without_one(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "mot.eml"
    file.write_bytes(
        b"From: Paul <p@ac-exemple.fr>\r\nSubject: Convocation\r\n"
        b"Disposition-Notification-To: p@ac-exemple.fr\r\n\r\nBonjour\r\n"
    )
    program("import", str(file))
    message = program("search", "Convocation")[1]["hits"][0]["id"]
    shown = program("show", message)[1]
    assert (shown["invitation"], shown["receipt_wanted"]) == (None, True)
    code, refused = program("invitation", "answer", message, "accept")
    assert (code, refused["error"]["code"]) == (2, "usage")
