"""Thirty kills at random instants of the whole engine at work; then nothing is lost or doubled.

In a hurry, twelve.
"""

from __future__ import annotations

import collections
import email
import functools
import operator
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

import pytest

from mel_desktop.app import wiring
from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import Endpoint, NewAccount, Security
from mel_desktop.model.mail import Marks
from mel_desktop.model.outgoing import OutboxState
from mel_desktop.model.sync import Bodies, SyncOptions
from mel_desktop.services import draftsync
from mel_desktop.services.pacing import NoPace
from mel_desktop.store import draftcopies
from tests.journey.program import ROOT
from tests.support.engine_child import FOLDERS, PASSPHRASE
from tests.support.examples import LONG
from tests.support.imap_servers import Dovecot, MailUser
from tests.support.submission_servers import DOMAIN, USERS, SubmissionServer

KILLS = 30 if LONG else 12
SEED = 20261123
MESSAGES = 60
ZOE = f"zoe@{DOMAIN}"
IMAP_MARKS = {"\\Seen": Marks.SEEN, "\\Flagged": Marks.FLAGGED}


def _message(number: int) -> bytes:
    return (
        f"From: jean@ac-exemple.test\r\nTo: {ZOE}\r\nSubject: Message {number}\r\n"
        f"Message-ID: <loop-{number}@ac-exemple.test>\r\n\r\nBonjour {number}\r\n"
    ).encode()


class Loop:
    """The program that is killed, and what its calls had promised."""

    def __init__(self, program: subprocess.Popen[bytes]) -> None:
        assert program.stdin is not None
        assert program.stdout is not None
        self._stdin: IO[bytes] = program.stdin
        self._stdout: IO[bytes] = program.stdout
        self.drafts: dict[int, int] = {}
        self.sent: set[str] = set()

    def kill_after(self, seconds: float, seed: int) -> None:
        self._stdin.write(b"%d\n" % seed)
        self._stdin.flush()
        for line in self._stdout:
            word, *rest = line.decode().split()
            if word == "pid":
                time.sleep(seconds)  # the instant of the kill is the test
                os.kill(int(rest[0]), signal.SIGKILL)
            elif word == "draft":
                self.drafts[int(rest[0])] = int(rest[1])
            elif word == "sent":
                self.sent.add(rest[0])
            elif word == "dead":
                return
        raise AssertionError("the program ended by itself")


@contextmanager
def _loop(profile: Path) -> Iterator[Loop]:
    log = profile.with_name("stderr")
    with log.open("wb") as errors:
        program = subprocess.Popen(
            [sys.executable, "-m", "tests.support.engine_child", str(profile)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
        )
    try:
        yield Loop(program)
        said = log.read_text(encoding="utf-8")
        assert "Traceback" not in said
        assert "support " not in said, "a bug that the engine survived"
    finally:
        program.kill()
        program.wait(60)
        for pipe in (program.stdin, program.stdout):
            if pipe is not None:
                pipe.close()


def _create(profile: Path, dovecot: Dovecot, postfix: SubmissionServer, user: MailUser) -> None:
    facade = wiring.create_profile(profile, passphrase=PASSPHRASE, use_keyring=False)
    try:
        new = NewAccount(
            email=ZOE,
            login=ZOE,
            imap=Endpoint(dovecot.host, dovecot.imap_port, Security.TLS),
            smtp=Endpoint("127.0.0.1", postfix.tls_port, Security.TLS),
            ca_pem=dovecot.certificates.ca_pem,
        )
        account = facade.add_account(new, user.secret)
        facade.sync(account.id, SyncOptions())
    finally:
        facade.close()


def _on_server(dovecot: Dovecot, user: MailUser) -> dict[str, dict[str, Marks]]:
    """Message-ID -> marks by folder, as the observer sees it; doubles fail here."""
    found: dict[str, dict[str, Marks]] = {}
    with dovecot.observer(user) as box:
        for folder in [one.name for one in box.folder.list()]:
            box.folder.set(folder, readonly=True)
            rows = [
                (one.headers["message-id"][0].strip("<>"), one.flags)
                for one in box.fetch(headers_only=True, mark_seen=False, bulk=True)
            ]
            if rows:
                found[folder] = {message_id: _marks(flags) for message_id, flags in rows}
                assert len(found[folder]) == len(rows), f"doubled in {folder}"
    return found


def _marks(flags: Sequence[str]) -> Marks:
    return functools.reduce(
        operator.or_, [IMAP_MARKS[one] for one in flags if one in IMAP_MARKS], Marks.NONE
    )


def _here(facade: Facade) -> dict[str, dict[str, Marks]]:
    wanted = Marks.SEEN | Marks.FLAGGED
    return {
        folder.path: {
            one.message_id: one.flags.marks & wanted
            for one in facade.messages(folder.id, limit=10_000)
        }
        for folder in facade.folders()
        if folder.total
    }


def _copies(facade: Facade) -> set[str]:
    """Message-IDs of the copies of drafts; in the window they are drafts, not messages."""
    with facade._services.database.read() as reader:
        known = draftcopies.of_account(reader, facade.accounts()[0].id)
    copied = {one.draft for one in known if one.revision}
    assert copied >= {one.id for one in facade.drafts()}
    return {one.message_id for one in known if one.revision}


def _settle(facade: Facade) -> None:
    """Until nothing waits that does not wait for a person.

    Without the pace, which has its tests: more was written here in seconds than may leave then.
    """
    facade._services.outbox._pace = NoPace()
    for row in facade.outbox():
        if row.reason == "paced":
            facade.retry_outbox(row.id)
    account = facade.accounts()[0].id
    for _ in range(10):
        report = facade.sync(account, SyncOptions(bodies=Bodies.ALL))
        assert report.failures == ()
        assert report.refusals == ()
        open_rows = [one for one in facade.outbox() if one.state is not OutboxState.FILED]
        waiting = [one for one in open_rows if one.state is not OutboxState.UNKNOWN]
        if not waiting and not facade.journal():
            return
    raise AssertionError((waiting, facade.journal()))


def test_kills_lose_and_double_nothing(
    tmp_path: Path,
    dovecot: Dovecot,
    postfix: SubmissionServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dice = random.Random(SEED)
    profile = tmp_path / "profile"
    user = dovecot.new_user(login=ZOE, password=USERS[ZOE])
    newest = datetime.now(UTC) - timedelta(hours=1)
    for at, folder in enumerate(FOLDERS):
        numbers = range(at, MESSAGES, len(FOLDERS))
        dates = [newest - timedelta(minutes=MESSAGES - one) for one in numbers]
        some = zip(numbers, dates, strict=True)
        dovecot.deliver_all(user, folder, [(_message(one), (), date) for one, date in some])
    _create(profile, dovecot, postfix, user)
    made = MESSAGES
    with _loop(profile) as loop:
        for number in range(KILLS):
            loop.kill_after(dice.uniform(0.05, 1.1), SEED + number)
            if number % 3 == 0:  # another client is at work too
                dovecot.deliver(user, "INBOX", _message(made), date=newest)
                made += 1
    assert len(loop.drafts) > KILLS // 3, "the person was at work"
    assert len(loop.sent) > KILLS // 6

    monkeypatch.setattr(draftsync, "QUIET", timedelta(0))  # nobody writes any more
    facade = wiring.open_profile(profile, passphrase=PASSPHRASE, use_keyring=False)
    try:
        _settle(facade)
        assert facade.soundness.check().sound
        rows = {one.message_id: one for one in facade.outbox()}
        assert loop.sent <= rows.keys(), "what was promised is there"
        filed = {one for one, row in rows.items() if row.state is OutboxState.FILED}
        for message_id in filed:
            postfix.wait_for(message_id)
        delivered = collections.Counter(
            email.message_from_bytes(one.head)["Message-ID"].strip("<>")
            for one in postfix.read()
            if one.sender == ZOE
        )
        assert set(delivered.values()) <= {1}, "delivered twice"
        assert filed <= delivered.keys() <= rows.keys()

        server = _on_server(dovecot, user)
        here, copies = _here(facade), _copies(facade)
        assert set(server.pop("Drafts", {})) == copies, "one copy of each draft"
        assert set(here.pop("Drafts", {})) <= copies, "the newest are seen at the next sync"
        assert here == server
        places = collections.Counter(one for box in server.values() for one in box)
        planted = {f"loop-{one}@ac-exemple.test" for one in range(made)}
        assert set(places.values()) == {1}, "in two folders at once"
        assert set(places) == planted | filed
        assert set(server.get("Sent", {})) >= filed - set(server.get("Trash", {}))

        queued = {row.draft for row in rows.values()}
        for draft, version in loop.drafts.items():
            if draft not in queued:
                assert int(facade.draft(draft).content.text) >= version  # type: ignore[arg-type]
    finally:
        facade.close()
