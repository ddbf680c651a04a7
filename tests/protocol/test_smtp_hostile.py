"""Hostile submission servers: kept, told, never doubled, never shown as sent; little memory held.

Each case runs the real outbox on a real store; then the server becomes a good one, and what may go
by itself leaves exactly once.
"""

from __future__ import annotations

import base64
import socket
import threading
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from mel_desktop.model.accounts import AccountState, Endpoint, Secret, Security
from mel_desktop.model.mail import Address
from mel_desktop.model.outgoing import DraftContent, OutboxState
from mel_desktop.net.smtp import Deadlines
from tests.support.certificates import Certificates
from tests.support.faulty_smtp import FaultySmtp, Switches
from tests.support.hostile_certificates import CODES, BadCertificates
from tests.support.hostile_submission import Case, End, cases
from tests.support.post_office import PATIENT, PostOffice, post_office

pytestmark = pytest.mark.servers

PASSWORD = "Sésame-ouvre-toi"
MOST_SECONDS = 20.0
MOST_HELD = 6 * 1024 * 1024
IMPATIENT = Deadlines(connect=5.0, command=1.0, final=1.0, envelope=4.0)
S = OutboxState


@contextmanager
def served(
    certificates: Certificates | None, security: Security, **more: object
) -> Iterator[FaultySmtp]:
    server = FaultySmtp(certificates, starttls=security is Security.STARTTLS, **more)  # type: ignore[arg-type]
    try:
        yield server
    finally:
        server.close()


def is_told(server: FaultySmtp) -> bool:
    """Whether the password, or mail, went over the line in clear."""
    said = b"".join(server.clear)
    whole = base64.b64encode(f"\0claire.martin@ac-exemple.test\0{PASSWORD}".encode())
    return any(one in said for one in (PASSWORD.encode(), whole, b"AUTH", b"MAIL FROM", b"DATA"))


def copies(office: PostOffice, message_id: str) -> int:
    wanted = f"Message-ID: <{message_id}>".encode()
    return sum(wanted in one.data for folder in office.sent_box.folders.values() for one in folder)


@pytest.mark.parametrize("case", list(cases()), ids=lambda case: case.name)
def test_kept_told_never_doubled_never_shown_as_sent(
    tmp_path: Path, certificates: Certificates, case: Case
) -> None:
    with (
        served(certificates, case.security) as server,
        post_office(tmp_path) as office,
    ):
        place = Endpoint("127.0.0.1", server.port, case.security)
        account = office.add_account(place, ca_pem=certificates.ca_pem, password=PASSWORD)
        row = office.queue(account, "a@b.test", "c@d.test", text="Bonjour\n" * 20_000)
        office.sessions.check(account)
        server.switches = case.switches
        office.use(IMPATIENT)
        tracemalloc.start()
        started = time.monotonic()
        report = office.outbox.send_due()
        took = time.monotonic() - started
        held = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert took < MOST_SECONDS
        assert held < MOST_HELD, held
        assert (report.accepted, report.filed) == (0, 0)
        after = office.row(row.id)
        assert after.reason
        assert after.reason_detail.isprintable()
        assert copies(office, row.message_id) == 0
        assert not is_told(server)
        if case.in_clear:
            assert not any(PASSWORD in line or "@" in line for line in server.lines)
        server.settle()
        taken = len(server.taken)
        server.switches = Switches()
        office.use(PATIENT)
        office.clock.jump(hours=2)
        if case.end is End.HELD_BACK:
            assert office.accounts.get(account).state is AccountState.ON_HOLD
            signed_in = server.verbs.count("AUTH")
            office.outbox.send_due()
            assert server.verbs.count("AUTH") == signed_in
            office.accounts.set_password(account, Secret(PASSWORD))
        else:
            assert after.state is S(case.end.value)
        office.outbox.send_due()
        final = office.row(row.id).state
        if case.end in (End.FAILED, End.UNKNOWN):
            assert final is after.state  # a person decides
            assert len(server.taken) == taken <= (case.end is End.UNKNOWN)
            assert copies(office, row.message_id) == 0
        else:
            assert final is S.FILED
            assert (taken, len(server.taken), copies(office, row.message_id)) == (0, 1, 1)


@pytest.mark.parametrize("security", list(Security))
@pytest.mark.parametrize("kind", CODES)
def test_no_certificate_that_should_never_have_been_issued(
    tmp_path: Path, kind: str, security: Security
) -> None:
    bad = BadCertificates(tmp_path)
    with (
        served(None, security, context=bad.context(kind)) as server,
        post_office(tmp_path) as office,
    ):
        place = Endpoint("127.0.0.1", server.port, security)
        account = office.add_account(place, ca_pem=bad.ca_pem, password=PASSWORD)
        row = office.queue(account)
        office.outbox.send_due()
        after = office.row(row.id)
        assert (after.state, after.reason) == (S.QUEUED, CODES[kind])
        assert server.taken == []
        assert not any(line.startswith(("AUTH", "MAIL")) for line in server.lines)
        assert not is_told(server)


@pytest.mark.parametrize("security", list(Security))
def test_bcc_and_this_computer_are_told_to_nobody(
    tmp_path: Path, certificates: Certificates, security: Security
) -> None:
    with served(certificates, security) as server, post_office(tmp_path) as office:
        place = Endpoint("127.0.0.1", server.port, security)
        account = office.add_account(place, ca_pem=certificates.ca_pem)
        content = DraftContent(
            to=(Address("", "a@b.test"),), bcc=(Address("Secret", "cache@d.test"),), subject="s"
        )
        office.drafting.send(office.drafting.create(account, content).id)
        assert office.outbox.send_due().accepted == 1
        (taken,) = server.taken
        assert taken.recipients == ("a@b.test", "cache@d.test")
        assert b"cache@d.test" not in taken.data
        assert b"bcc" not in taken.data.lower()
        said = taken.data + "\n".join(server.lines).encode()
        for leak in (socket.gethostname().encode(), str(tmp_path).encode()):
            assert leak not in said
        assert set(server.hellos) == {"[127.0.0.1]"}


def test_a_server_that_reads_nothing_keeps_nobody_waiting(
    tmp_path: Path, certificates: Certificates
) -> None:
    """It takes the connection and the handshake never comes; then one that stops reading mail."""
    listener = socket.create_server(("127.0.0.1", 0))
    held: list[socket.socket] = []

    def accept() -> None:
        with suppress(OSError):
            while True:
                held.append(listener.accept()[0])

    threading.Thread(target=accept, daemon=True).start()
    try:
        with post_office(tmp_path, deadlines=IMPATIENT) as office:
            place = Endpoint("127.0.0.1", listener.getsockname()[1], Security.TLS)
            account = office.add_account(place, ca_pem=certificates.ca_pem)
            row = office.queue(account)
            started = time.monotonic()
            office.outbox.send_due()
            assert time.monotonic() - started < MOST_SECONDS
            assert (office.row(row.id).state, office.row(row.id).reason) == (S.QUEUED, "timed-out")
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for one in held:
            one.close()
