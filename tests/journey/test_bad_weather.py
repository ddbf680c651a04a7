"""Bad input and bad weather, through the whole program: clear exit codes, nothing lost."""

from __future__ import annotations

import base64
import json
import os
import resource
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.journey.program import ROOT, Program
from tests.support.imap_servers import Dovecot, MailUser

BIG = 100 * 1024 * 1024
LINE = b"QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0NTY3\r\n"


@pytest.fixture
def user(dovecot: Dovecot) -> MailUser:
    return dovecot.new_user()


@pytest.fixture
def mel(tmp_path: Path, dovecot: Dovecot, user: MailUser) -> Program:
    program = Program(tmp_path / "mel", "une phrase")
    program(
        "account", "add", "--email", user.email, "--login", user.login, "--no-probe",
        "--imap", f"{dovecot.host}:{dovecot.imap_port}", "--smtp", "127.0.0.1:9",
        "--password-file", str(program.secret("password", user.password)),
        "--ca-file", str(dovecot.certificates.ca),
    )  # fmt: skip
    return program


def _measured(program: Program, *words: str) -> tuple[Any, int]:
    """The JSON document and the peak of resident memory, in octets."""
    running = program.start(*words)
    assert running.stdout is not None
    assert running.stderr is not None
    noise = threading.Thread(target=running.stderr.read)
    noise.start()
    out = running.stdout.read()
    noise.join()
    _, status, usage = os.wait4(running.pid, 0)
    running.returncode = os.waitstatus_to_exitcode(status)
    running.stdout.close()
    running.stderr.close()
    assert running.returncode == 0, out
    return json.loads(out), usage.ru_maxrss * 1024


def _with_file(number: int, encoded: bytes) -> bytes:
    return b"".join((
        b"From: a@ac-exemple.invalid\r\nSubject: grosse video\r\nMIME-Version: 1.0\r\n",
        b"Message-ID: <big-%d@ac-exemple.invalid>\r\n" % number,
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n",
        b"--b\r\nContent-Type: text/plain\r\n\r\nvoici la video\r\n",
        b"--b\r\nContent-Type: video/mp4; name=v.mp4\r\nContent-Transfer-Encoding: base64\r\n",
        b"Content-Disposition: attachment; filename=v.mp4\r\n\r\n",
        encoded,
        b"--b--\r\n",
    ))  # fmt: skip


def test_a_message_of_100_mb_costs_little_memory_and_blocks_nothing(
    mel: Program, dovecot: Dovecot, user: MailUser, tmp_path: Path
) -> None:
    small = b"From: b@ac-exemple.invalid\r\nSubject: petit\r\n\r\nbonjour\r\n"
    now = datetime.now(UTC)
    dovecot.deliver_all(
        user, "INBOX", [(_with_file(99, LINE * (BIG // len(LINE))), (), now), (small, (), now)]
    )
    _, without = _measured(mel, "account", "list")
    report, peak = _measured(mel, "sync", "--bodies", "all")
    assert (report["new"], report["bodies"], report["failures"]) == (2, 2, [])
    assert report["bytes_received"] < 100_000, "attachments come on demand"
    row = next(one for one in mel("messages", "inbox") if one["subject"] == "grosse video")
    shown = mel("show", row["id"], offline=True)
    assert shown["text"].strip() == "voici la video"
    target = tmp_path / "v.mp4"
    part = shown["attachments"][0]["part"]
    _, fetching = _measured(mel, "attachment", row["id"], part, "--out", str(target))
    assert target.stat().st_size == BIG // len(LINE) * 60
    assert max(peak, fetching) - without < 16 * 1024 * 1024


def test_100_mb_in_a_mirror_raise_the_peak_of_the_engine_by_less_than_16(
    mel: Program, dovecot: Dovecot, user: MailUser
) -> None:
    for number in range(40):  # a mailbox in use: SQLite's cache is full
        dovecot.deliver(user, "INBOX", _with_file(number, base64.encodebytes(os.urandom(750_000))))
    with subprocess.Popen(
        [sys.executable, "-m", "tests.support.engine_peak", mel.profile, mel.passphrase],
        env=mel.environment,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        dovecot.deliver(user, "INBOX", _with_file(99, LINE * (BIG // len(LINE))))
        child.stdin.write("on\n")
        child.stdin.flush()
        told = json.loads(child.stdout.readline())
    assert told["bodies"] == 1
    assert told["received"] > BIG, "the whole of it came"
    assert told["rise"] < 16 * 1024 * 1024


def test_malformed_messages_are_all_shown_and_stop_nothing(
    mel: Program, dovecot: Dovecot, user: MailUser
) -> None:
    odd = [
        b"",
        b"\r\n",
        b"no header at all, just text\r\n",
        b"Subject: =?utf-8?b?w6k=?= =?nonsense?x?zz?=\r\n\r\nx\r\n",
        b"From: \xe9l\xe8ve <a@b>\r\nSubject: brut \xe9\r\n\r\ntexte brut \xe9\r\n",
        b"Content-Type: multipart/mixed\r\n\r\nno boundary\r\n",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/pl",
        b"Content-Type: text/plain; charset=rot13\r\n\r\nuryyb\r\n",
        b"Content-Transfer-Encoding: base64\r\n\r\n!!! not base64 !!!\r\n",
        b"Date: never\r\nSubject: sans date\r\n\r\nx\r\n",
        b"Subject: " + b"long " * 20_000 + b"\r\n\r\nx\r\n",
    ]
    now = datetime.now(UTC)
    kept = [one for one in odd if one]  # IMAP has no empty message
    dovecot.deliver_all(user, "INBOX", [(one, (), now) for one in kept])
    report = mel("sync", "--bodies", "all")
    assert (report["new"], report["failures"]) == (len(kept), [])
    for row in mel("messages", "inbox", offline=True):
        shown = mel("show", row["id"], offline=True)
        assert shown["body"] == "local"
        assert shown["text"] or shown["subject"] or row["size"] < 80, "only the empty ones"
    assert mel("sync", "--bodies", "all")["new"] == 0


def _little_disk() -> Callable[[], None]:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (8 * 1024 * 1024, 8 * 1024 * 1024))

    return limit


def test_a_full_disk_is_exit_8_and_loses_nothing(mel: Program, tmp_path: Path) -> None:
    draft = mel("draft", "new", "--subject", "avant", "--to", "a@b.fr", offline=True)
    heavy = tmp_path / "heavy.bin"
    heavy.write_bytes(os.urandom(24 * 1024 * 1024))
    words = ("draft", "edit", draft["id"], "--attach", str(heavy))
    done = subprocess.run(
        mel.command(words, offline=True),
        env=mel.environment,
        capture_output=True,
        preexec_fn=_little_disk(),
        timeout=120,
        check=False,
    )
    assert done.returncode == 8, done.stdout
    assert json.loads(done.stdout)["error"]["code"] == "disk-full"
    assert mel("draft", "show", draft["id"], offline=True)["subject"] == "avant"
    assert mel("vault", "check")["sound"] is True
    assert len(mel(*words, offline=True)["attachments"]) == 1, "work goes on when room is back"


def test_a_server_that_goes_away_is_exit_4_and_the_next_sync_goes_on(
    tmp_path: Path, dovecot: Dovecot, user: MailUser, mel: Program
) -> None:
    raw = b"From: a@ac-exemple.invalid\r\nSubject: reste\r\n\r\nbonjour\r\n"
    dovecot.deliver(user, "INBOX", raw)
    mel("sync")
    dovecot.kill()
    try:
        answer = mel("sync", expect=4)["error"]
        assert (answer["code"], answer["retry"]) == ("unreachable", "after-network")
        assert [one["subject"] for one in mel("messages", "inbox")] == ["reste"]
    finally:
        dovecot.start()
    dovecot.deliver(user, "INBOX", raw)
    assert mel("sync")["new"] == 1
