"""kill -9 along compose, attach, send, final dot, copy to Sent: what was said stands."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mel_desktop.model.accounts import Endpoint, Security
from mel_desktop.model.outgoing import DraftId, OutboxState, SendReport
from tests.support.certificates import Certificates
from tests.support.faulty_smtp import FaultySmtp, Switches
from tests.support.outbox_child import TEXT
from tests.support.post_office import post_office

pytestmark = pytest.mark.servers

REPOSITORY = Path(__file__).resolve().parents[2]
S = OutboxState


@contextmanager
def child(mode: str, *paths: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.outbox_child", mode, *map(str, paths)],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait(60)
        assert process.stdout is not None
        process.stdout.close()


def first_word(process: subprocess.Popen[str]) -> list[str]:
    assert process.stdout is not None
    return process.stdout.readline().split()


def test_what_was_saved_survives(tmp_path: Path) -> None:
    octets = os.urandom(5_000_000)
    (tmp_path / "plan.pdf").write_bytes(octets)
    with post_office(tmp_path) as office:
        office.add_account()
    with child("save", tmp_path, tmp_path / "plan.pdf") as process:
        word, number = first_word(process)
        assert word == "saved"
    with post_office(tmp_path) as office:
        draft = office.drafting.get(DraftId(int(number)))
        assert draft.content.text == TEXT
        (file,) = draft.attachments
        digest = hashlib.sha256()
        for chunk in office.drafting.read_attachment(draft.id, file.id):
            digest.update(chunk)
        assert digest.digest() == hashlib.sha256(octets).digest()


def test_a_file_half_copied_is_not_in_the_draft_and_is_cleared_away(tmp_path: Path) -> None:
    (tmp_path / "film.bin").write_bytes(os.urandom(8_000_000))
    with post_office(tmp_path) as office:
        office.add_account()
    with child("attach", tmp_path, tmp_path / "film.bin") as process:
        word, number = first_word(process)
        assert word == "copying"
    with post_office(tmp_path) as office:
        draft = office.drafting.get(DraftId(int(number)))
        assert draft.content.text == TEXT
        assert draft.attachments == ()
        with office.database.read() as reader:
            assert reader.value("SELECT count(*) FROM chunk") != 0
        office.clock.jump(days=1)
        office.outbox.send_due()
        with office.database.read() as reader:
            assert reader.value("SELECT count(*) FROM chunk") == 0


@pytest.mark.parametrize("verb", ["GREETING", "AUTH", "MAIL", "RCPT", "DATA", "DOT"])
def test_killed_while_sending(
    tmp_path: Path, faulty: FaultySmtp, certificates: Certificates, verb: str
) -> None:
    with post_office(tmp_path) as office:
        endpoint = Endpoint("127.0.0.1", faulty.port, Security.TLS)
        account = office.add_account(endpoint, ca_pem=certificates.ca_pem)
        row = office.queue(account)
    faulty.switches = Switches(silent_at=verb)
    with child("send", tmp_path):
        assert faulty.in_silence.wait(30)
    faulty.switches = Switches()
    before = len(faulty.taken)
    with post_office(tmp_path) as office:
        assert office.row(row.id).state is S.SENDING
        report = office.outbox.send_due()
        if verb == "DOT":  # it was taken, and nobody heard it
            assert before == 1
            assert report == SendReport(unknown=1)
            assert office.row(row.id).state is S.UNKNOWN
        else:
            assert before == 0
            assert report == SendReport(accepted=1, filed=1)
        assert len(faulty.taken) == 1
