"""``sync`` by line and budget, its plan, and staying for news: the real program on Dovecot."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.journey.program import Program
from tests.support.imap_servers import Dovecot, MailUser

pytestmark = pytest.mark.servers


def _letter(subject: str) -> bytes:
    return (
        f"From: zoe@ac-demo.invalid\r\nSubject: {subject}\r\nMessage-ID: <{subject}@x.invalid>\r\n"
        f"\r\nBonjour {subject}.\r\n"
    ).encode()


@pytest.fixture
def user(dovecot: Dovecot) -> MailUser:
    return dovecot.new_user()


@pytest.fixture
def program(tmp_path: Path, dovecot: Dovecot, user: MailUser) -> Program:
    mel = Program(tmp_path, "une phrase de passe")
    mel(
        "account", "add", "--email", "a@ac-demo.invalid", "--login", user.login,
        "--imap", f"{dovecot.host}:{dovecot.imap_port}", "--smtp", "127.0.0.1:1", "--no-probe",
        "--password-file", str(mel.secret("password", user.password)),
        "--ca-file", str(dovecot.certificates.ca),
    )  # fmt: skip
    return mel


def _deliver(dovecot: Dovecot, user: MailUser, *subjects: str) -> None:
    now = datetime.now(UTC)
    dovecot.deliver_all(user, "INBOX", [(_letter(one), (), now) for one in subjects])


def test_a_dry_run_prints_the_plan_and_does_nothing(
    program: Program, dovecot: Dovecot, user: MailUser
) -> None:
    _deliver(dovecot, user, "un", "deux")
    planned = program("sync", "--dry-run")
    assert {"folder": "INBOX", "what": "fetch", "count": 2} in planned["plan"]
    assert planned["bodies"] == 0
    assert _subjects(program) == set(), "nothing was stored"
    done = program("sync", "--link", "full")
    assert (done["new"], done["bodies"], done["plan"]) == (2, 2, [])
    assert program("sync", "--dry-run", "--folder", "INBOX")["plan"] == []


def test_wrong_options_are_usage(program: Program) -> None:
    for words in (("--max-bytes", "0"), ("--max-bytes", "-5"), ("--watch", "--dry-run")):
        assert program("sync", *words, expect=2)["error"]["code"] == "usage"


def test_a_budget_on_the_command_line_stops_and_resumes(
    program: Program, dovecot: Dovecot, user: MailUser
) -> None:
    long = "Une longue lettre. " * 2000
    now = datetime.now(UTC)
    letters = [_letter(f"n{one}") + f"{one} {long}\r\n".encode() for one in range(60)]
    dovecot.deliver_all(user, "INBOX", [(one, (), now) for one in letters])
    cut = program("sync", "--link", "thrifty", "--max-bytes", "100000", expect=10)
    assert cut["complete"] is False
    assert [one["code"] for one in cut["failures"]] == ["budget-used"]
    rest = program("sync", "--link", "thrifty")
    assert rest["complete"] is True
    assert cut["bodies"] + rest["bodies"] == 60


@pytest.mark.parametrize(
    ("link", "end"), [("full", signal.SIGINT), ("auto", signal.SIGTERM)], ids=["full", "auto"]
)
def test_staying_syncs_on_news_and_reports_once_at_the_end(
    program: Program, dovecot: Dovecot, user: MailUser, end: signal.Signals, link: str
) -> None:
    _deliver(dovecot, user, "avant")
    running = program.start("sync", "--watch", "--link", link)
    try:
        _until(lambda: _subjects(program) == {"avant"})
        _deliver(dovecot, user, "pendant")
        _until(lambda: _subjects(program) == {"avant", "pendant"})
        running.send_signal(end)
        out, err = running.communicate(timeout=90)
    finally:
        running.kill()
    assert running.returncode == 0, err
    report: dict[str, Any] = json.loads(out)  # exactly one document
    assert (report["new"], report["bodies"], report["complete"]) == (2, 2, True)
    assert report["milestones"]["first_list"] is not None


def _subjects(program: Program) -> set[str]:
    """What another program sees in the store meanwhile."""
    listed = program.command(("messages", "INBOX"), offline=True)
    done = subprocess.run(listed, env=program.environment, capture_output=True, check=False)
    return {one["subject"] for one in json.loads(done.stdout)} if done.returncode == 0 else set()


def _until(condition: Any, seconds: float = 90.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.2)
