"""Quota and "keep here, remove there" on Dovecot: no turn more, no copy lost, whoever is killed."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mel_desktop.cli import main
from mel_desktop.model.mail import MessageId
from mel_desktop.model.storage import KeptState
from mel_desktop.model.sync import SyncOptions
from tests.support.imap_servers import Dovecot, MailUser
from tests.support.keeping_child import WHERE, Desk, desk

pytestmark = pytest.mark.servers

REPOSITORY = Path(__file__).resolve().parents[2]
DATE = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
QUOTA = 2 * 1024 * 1024
NUMBERS = itertools.count(1)
# all of WHERE takes 40 s: MEL_LONG=1
SHORT = ["after-set_removing", "after-store", "after-expunge", "before-append", "after-append"]


def letter(subject: str, size: int = 100_000) -> bytes:
    line = b"QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5\r\n"
    name = subject.encode()
    return (
        b"From: zoe@ac-demo.fr\r\nSubject: %s\r\nMessage-ID: <%s@ac-demo.fr>\r\n"
        b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n"
        b"--B\r\nContent-Type: text/plain\r\n\r\nVoici le dossier %s.\r\n"
        b"--B\r\nContent-Type: application/pdf; name=dossier.pdf\r\n"
        b"Content-Transfer-Encoding: base64\r\n"
        b"Content-Disposition: attachment; filename=dossier.pdf\r\n\r\n"
        % (name, name, name)
        + line * (size // len(line))
        + b"--B--\r\n"
    )


HEAVY = letter("Lourd")


@pytest.fixture
def user(dovecot: Dovecot) -> MailUser:
    name = f"claire{next(NUMBERS)}"
    made = MailUser(name, f"{name}@ac-demo.fr", f"Sesame-{name}")
    dovecot.register(made, quota="2M")
    dovecot.deliver_all(
        made,
        "INBOX",
        [(HEAVY, ("\\Seen", "\\Flagged"), DATE), (letter("Reste", 2000), (), DATE)],
    )
    return made


@pytest.fixture
def home(tmp_path: Path, dovecot: Dovecot, user: MailUser) -> Path:
    with desk(tmp_path) as made:
        made.accounts.add(dovecot.new_account(user), user.secret)
        made.service.sync(made.account, SyncOptions())
    return tmp_path


def heavy(made: Desk) -> MessageId:
    (row,) = [one for one in rows(made) if one.subject == "Lourd"]
    return row.id


def rows(made: Desk) -> Any:
    return made.mailbox.page(made.mailbox.find_folder("inbox").id, limit=100, offset=0)


def there(dovecot: Dovecot, user: MailUser) -> list[bytes]:
    """Octets of the heavy message on the server, seen by another client."""
    with dovecot.observer(user) as box:
        return [one.obj.as_bytes() for one in box.fetch(mark_seen=False) if one.subject == "Lourd"]


def is_safe(folder: Path, dovecot: Dovecot, user: MailUser) -> bool:
    """Whether all of it is on the server or here."""
    if there(dovecot, user):
        return True
    with desk(folder) as made:
        return made.reading.raw(heavy(made)) == HEAVY


def kill_at(folder: Path, where: str) -> bool:
    """A sync in a process that is killed there; False: it never came there."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.keeping_child", str(folder), where],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    reached = process.stdout.readline().strip() == where
    process.send_signal(signal.SIGKILL)
    process.wait(60)
    process.stdout.close()
    return reached


@pytest.mark.parametrize("where", WHERE if os.environ.get("MEL_LONG") else SHORT)
def test_killed_anywhere_the_last_copy_is_never_lost_nor_made_twice(
    home: Path, dovecot: Dovecot, user: MailUser, where: str
) -> None:
    with desk(home) as made:
        message = heavy(made)
        made.keeping.keep([message])
    on_the_way_out = kill_at(home, where)
    assert is_safe(home, dovecot, user)
    with desk(home) as made:
        made.service.sync(made.account, SyncOptions())
        made.service.sync(made.account, SyncOptions())
        assert there(dovecot, user) == []
        assert [one.state for one in made.keeping.all()] == [KeptState.KEPT]
        assert made.reading.raw(message) == HEAVY
        made.keeping.undo(message)
    on_the_way_back = kill_at(home, where)
    assert on_the_way_out or on_the_way_back
    assert is_safe(home, dovecot, user)
    with desk(home) as made:
        made.service.sync(made.account, SyncOptions())
        made.service.sync(made.account, SyncOptions())
        assert made.keeping.all() == ()
        assert sorted(one.subject for one in rows(made)) == ["Lourd", "Reste"]
        assert heavy(made) == message
    with dovecot.observer(user) as box:
        (back,) = [one for one in box.fetch(mark_seen=False) if one.subject == "Lourd"]
        assert {"\\Seen", "\\Flagged"} <= set(back.flags)
    with dovecot.observer(user) as box:
        box.folder.set("INBOX")
        _, told = box.client.uid("FETCH", str(back.uid), "(INTERNALDATE RFC822.SIZE)")
        assert b"04-Mar-2026 05:06:07 +0000" in told[0]
        assert b"RFC822.SIZE %d" % len(HEAVY) in told[0]


def test_quota_costs_no_turn(home: Path, dovecot: Dovecot, user: MailUser) -> None:
    with desk(home) as made:
        states = {one.resource: one for one in made.quotas.states()}
        assert states["STORAGE"].limit == QUOTA
        assert states["STORAGE"].used > len(HEAVY)
        made.service.sync(made.account, SyncOptions())  # signed in
        flights = []
        for number, due in enumerate((False, True, False, True)):
            dovecot.deliver_all(user, "INBOX", [(letter(f"N{number}", 100), (), DATE)])
            if due:
                made.database.write(lambda tx: tx.run("UPDATE account SET quota_at = NULL"))
            report = made.service.sync(made.account, SyncOptions())
            assert report.new == 1
            flights.append(report.flights)
        made.database.write(lambda tx: tx.run("UPDATE account SET quota_at = NULL"))
        quiet = made.service.sync(made.account, SyncOptions())
        with made.database.read() as reader:
            assert reader.value("SELECT quota_at FROM account") is None  # nothing new: not asked
        assert len(set(flights)) == 1
        assert quiet.flights <= 1


def test_the_whole_way_by_the_command_line(
    tmp_path: Path, dovecot: Dovecot, user: MailUser, capsys: pytest.CaptureFixture[str]
) -> None:
    secrets = {name: tmp_path / name for name in ("passphrase", "password", "ca.pem")}
    account = dovecot.new_account(user)
    secrets["passphrase"].write_text("une phrase de passe\n")
    secrets["password"].write_text(user.password + "\n")
    secrets["ca.pem"].write_text(account.ca_pem)

    def run(*words: str, code: int = 0) -> Any:
        head = ["--profile", str(tmp_path / "profile"), "--passphrase-file"]
        got = main.run([*head, str(secrets["passphrase"]), "--json", *words])
        told = json.loads(capsys.readouterr().out)
        assert got == code, told
        return told

    run("vault", "create")
    run(
        "account", "add", "--email", account.email, "--login", account.login, "--no-probe",
        "--imap", f"{account.imap.host}:{account.imap.port}", "--imap-security", "tls",
        "--smtp", "127.0.0.1:1", "--smtp-security", "tls", "--password-file",
        str(secrets["password"]), "--ca-file", str(secrets["ca.pem"]),
    )  # fmt: skip
    run("sync")
    (quota,) = run("--offline", "quota")
    assert quota["limit"] == QUOTA
    assert quota["used"] > len(HEAVY)
    assert quota["as_of"]
    assert quota["heaviest"][0]["subject"] == "Lourd"
    message = quota["heaviest"][0]["id"]
    (kept,) = run("--offline", "storage", "keep", message)
    assert kept["state"] == "wanted"
    (row,) = run("--offline", "journal", "list")
    assert (row["kind"], row["state"]) == ("keep", "waiting")
    run("sync")
    assert there(dovecot, user) == []
    (kept,) = run("--offline", "storage", "kept")
    assert kept["state"] == "kept"
    until = datetime.fromisoformat(kept["until"])
    assert timedelta(days=29) < until - datetime.now(UTC) <= timedelta(days=30)
    (after,) = run("quota", "--refresh")
    assert after["used"] < quota["used"]
    (kept,) = run("--offline", "storage", "bring-back", message)
    assert kept["state"] == "returning"
    run("sync")
    assert len(there(dovecot, user)) == 1
    assert run("--offline", "storage", "kept") == []
