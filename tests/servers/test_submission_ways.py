"""net.smtp: the open way, sign-ins of every kind, and what is used only where it is offered."""

from __future__ import annotations

import base64
import json
import socket
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from mel_desktop.model.accounts import Account, AuthKind, Endpoint, Secret, Security
from mel_desktop.model.errors import (
    ConnectionTrouble,
    ErrorCode,
    LocalRefusal,
    MelError,
    ServerBroken,
    ServerSaid,
)
from mel_desktop.model.submission import SubmissionFacts
from mel_desktop.net.smtp import Deadlines, SmtpSubmission, other_way
from mel_desktop.ports import Meter, Reports
from mel_desktop.services.submission_memory import RememberedSubmission
from tests.servers.test_submission import ALICE, BRUNO, account, message
from tests.support.certificates import Certificates
from tests.support.faulty_smtp import FaultySmtp, Switches
from tests.support.ports import free_port
from tests.support.post_office import post_office
from tests.support.submission_servers import USERS, SubmissionServer

pytestmark = pytest.mark.servers

QUICK = Deadlines(connect=5.0, command=5.0, final=5.0)
TOKEN = "ya29.a0Af-_~x+/=="
LETTER = message("ways@t")


class Memory:
    """ports.SubmissionMemory in a dict."""

    def __init__(self) -> None:
        self.ways: dict[int, Endpoint] = {}
        self.facts: dict[int, SubmissionFacts] = {}

    def way(self, account: Account) -> Endpoint | None:
        return self.ways.get(account.id)

    def learn(self, account: Account, facts: SubmissionFacts, way: Endpoint) -> None:
        self.ways[account.id] = way
        self.facts[account.id] = facts


def end(port: int, security: Security = Security.TLS) -> Endpoint:
    return Endpoint("127.0.0.1", port, security)


def send(
    to: Account,
    *,
    secret: str = "un secret",
    recipients: tuple[str, ...] = (BRUNO,),
    data: bytes = LETTER,
    reports: Reports | None = None,
    client: SmtpSubmission | None = None,
) -> None:
    client = client or SmtpSubmission(QUICK)
    client.submit(to, Secret(secret), ALICE, recipients, data, Meter(), reports=reports)


# -- ways ------------------------------------------------------------------------------------------


def test_the_other_way_is_the_other_usual_port_and_never_one_in_clear() -> None:
    tls, starttls = end(465), end(587, Security.STARTTLS)
    assert (other_way(tls), other_way(starttls)) == (starttls, tls)
    for own in (end(4650), end(25, Security.STARTTLS), end(587), end(465, Security.STARTTLS)):
        assert other_way(own) is None


def refusing() -> tuple[int, Callable[[], None]]:
    return free_port(), lambda: None


def dropping() -> tuple[int, Callable[[], None]]:
    """What a filtering proxy does: the connection opens and ends."""
    listener = socket.create_server(("127.0.0.1", 0))

    def run() -> None:
        while True:
            try:
                listener.accept()[0].close()
            except OSError:
                return

    threading.Thread(target=run, daemon=True).start()

    def stop() -> None:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()

    return int(listener.getsockname()[1]), stop


def silent() -> tuple[int, Callable[[], None]]:
    listener = socket.create_server(("127.0.0.1", 0))
    return int(listener.getsockname()[1]), listener.close


@pytest.mark.parametrize("blocked", [refusing, dropping, silent])
def test_a_blocked_port_is_gone_round_and_that_is_remembered(
    postfix: SubmissionServer, blocked: Callable[[], tuple[int, Callable[[], None]]]
) -> None:
    port, stop = blocked()
    try:
        open_way = postfix.endpoint(Security.STARTTLS)
        memory = Memory()
        client = SmtpSubmission(QUICK, memory=memory, other_way=lambda _: open_way)
        to = account(end(port), postfix.ca_pem)
        letter = message(f"round-{blocked.__name__}@t")
        send(to, secret=USERS[ALICE], data=letter, client=client)
        assert len(postfix.wait_for(f"round-{blocked.__name__}@t", 1)) == 1
        assert memory.ways[to.id] == open_way
        assert {"DSN", "CHUNKING", "SMTPUTF8", "8BITMIME", "SIZE"} <= memory.facts[to.id].extensions
        again = SmtpSubmission(QUICK, memory=memory, other_way=lambda _: None)
        send(to, secret=USERS[ALICE], client=again)  # straight there: there is no other way now
    finally:
        stop()


@pytest.mark.parametrize(
    "switches",
    [
        Switches(replies={"GREETING": b"554 go away\r\n"}),
        Switches(replies={"GREETING": b"HTTP/1.1 400 Bad Request\r\n"}),
        Switches(replies={"AUTH": b"535 5.7.8 no\r\n"}),
        Switches(cut_at="EHLO"),
        Switches(cut_at="MAIL"),
    ],
    ids=["554", "http", "535", "cut-ehlo", "cut-mail"],
)
def test_what_a_server_says_or_does_is_no_reason_for_another_way(
    faulty: FaultySmtp, faulty_starttls: FaultySmtp, certificates: Certificates, switches: Switches
) -> None:
    faulty.switches = switches
    client = SmtpSubmission(QUICK, other_way=lambda _: end(faulty_starttls.port, Security.STARTTLS))
    with pytest.raises(MelError):
        send(account(end(faulty.port), certificates.ca_pem), client=client)
    assert faulty_starttls.hellos == []
    assert faulty.taken == faulty_starttls.taken == []


def test_a_certificate_is_no_reason_for_another_way(
    faulty: FaultySmtp, faulty_starttls: FaultySmtp
) -> None:
    client = SmtpSubmission(QUICK, other_way=lambda _: end(faulty_starttls.port, Security.STARTTLS))
    with pytest.raises(ConnectionTrouble) as caught:
        send(account(end(faulty.port), ""), client=client)
    assert caught.value.code is ErrorCode.CERTIFICATE
    assert faulty_starttls.hellos == []


def test_no_way_is_ever_in_clear(faulty_starttls: FaultySmtp, certificates: Certificates) -> None:
    faulty_starttls.switches = Switches(replies={"EHLO": b"250-x\r\n250 AUTH PLAIN LOGIN\r\n"})
    client = SmtpSubmission(QUICK, other_way=lambda _: end(faulty_starttls.port, Security.STARTTLS))
    with pytest.raises(ConnectionTrouble) as caught:
        send(account(end(free_port()), certificates.ca_pem), client=client)
    assert caught.value.code is ErrorCode.NO_TLS_OFFERED
    assert not any(b"AUTH" in one or b"MAIL" in one for one in faulty_starttls.clear)


def test_what_was_learnt_is_kept_with_the_account(
    tmp_path: Path, faulty: FaultySmtp, certificates: Certificates
) -> None:
    faulty.switches = Switches(
        replies={"EHLO": b"250-x\r\n250-SIZE 1234\r\n250-LIMITS RCPTMAX=7\r\n250 AUTH PLAIN\r\n"}
    )
    with post_office(tmp_path) as office:
        number = office.add_account(end(free_port()), ca_pem=certificates.ca_pem)
        one = office.accounts.get(number)
        memory = RememberedSubmission(office.database)
        assert memory.way(one) is None
        client = SmtpSubmission(QUICK, memory=memory, other_way=lambda _: end(faulty.port))
        client.sign_in(one, Secret("x"), Meter())
    with post_office(tmp_path) as office:
        memory = RememberedSubmission(office.database)
        one = office.accounts.get(number)
        assert memory.way(one) == end(faulty.port)
        facts = memory.facts(number)
        assert (facts.size_limit, facts.recipient_limit) == (1234, 7)
        assert facts.extensions == {"SIZE", "LIMITS", "AUTH"}
        assert memory.way(replace(one, smtp=end(1))) is None  # other settings: learnt anew
        office.accounts.remove(number)
        with office.database.read() as reader:
            assert reader.value("SELECT count(*) FROM submission_facts") == 0


# -- sign-ins --------------------------------------------------------------------------------------


def offering(mechanisms: str, **more: object) -> Switches:
    hello = f"250-x\r\n250 AUTH {mechanisms}\r\n".encode()
    return Switches(replies={"EHLO": hello}, **more)  # type: ignore[arg-type]


def words(faulty: FaultySmtp) -> list[str]:
    """What was said from AUTH to MAIL, decoded."""
    found = []
    for line in faulty.lines:
        if line.startswith("AUTH "):
            found = [line.split()[1], *line.split()[2:]]
        elif found and line.startswith("MAIL"):
            break
        elif found:
            found.append(line)
    return [found[0], *(base64.b64decode(one).decode() for one in found[1:])]


def test_plain_is_said_in_one_line_and_login_in_three(
    faulty: FaultySmtp, certificates: Certificates
) -> None:
    to = account(end(faulty.port), certificates.ca_pem)
    faulty.switches = offering("LOGIN PLAIN XOAUTH2")
    send(to, secret="é secret")
    assert words(faulty) == ["PLAIN", f"\0{ALICE}\0é secret"]
    faulty.reset()
    faulty.switches = offering("LOGIN")
    send(to, secret="é secret")
    assert words(faulty) == ["LOGIN", ALICE, "é secret"]


def test_a_long_secret_waits_for_its_turn(faulty: FaultySmtp, certificates: Certificates) -> None:
    faulty.switches = offering("PLAIN", challenges=[b"334 \r\n"])
    send(account(end(faulty.port), certificates.ca_pem), secret="x" * 600)
    assert words(faulty) == ["PLAIN", f"\0{ALICE}\0{'x' * 600}"]
    assert faulty.lines[1] == "AUTH PLAIN"


@pytest.mark.parametrize("mechanism", ["OAUTHBEARER", "XOAUTH2"])
def test_tokens(faulty: FaultySmtp, certificates: Certificates, mechanism: str) -> None:
    to = replace(account(end(faulty.port), certificates.ca_pem), auth=AuthKind.OAUTH2)
    faulty.switches = offering(f"PLAIN LOGIN {mechanism}")
    send(to, secret=TOKEN)
    said = {
        "OAUTHBEARER": f"n,a={ALICE},\1host=127.0.0.1\1port={faulty.port}\1auth=Bearer {TOKEN}\1\1",
        "XOAUTH2": f"user={ALICE}\1auth=Bearer {TOKEN}\1\1",
    }
    assert words(faulty) == [mechanism, said[mechanism]]
    faulty.reset()
    blob = base64.b64encode(json.dumps({"status": "invalid_token", "schemes": "bearer"}).encode())
    faulty.switches = offering(mechanism, challenges=[b"334 " + blob + b"\r\n"])
    faulty.switches.replies["AUTH"] = b"535 5.7.8 refused\r\n"
    with pytest.raises(ServerSaid) as caught:
        send(to, secret=TOKEN)
    assert caught.value.code is ErrorCode.SIGN_IN_REFUSED
    assert "invalid_token" in caught.value.said
    assert TOKEN not in str(caught.value) + caught.value.said
    assert sum(line.startswith("AUTH") for line in faulty.lines) == 1


def test_a_token_is_never_given_as_a_password_nor_broken_into_fields(
    faulty: FaultySmtp, certificates: Certificates
) -> None:
    to = replace(account(end(faulty.port), certificates.ca_pem), auth=AuthKind.OAUTH2)
    faulty.switches = offering("PLAIN LOGIN")
    with pytest.raises(ServerSaid):
        send(to, secret=TOKEN)
    faulty.switches = offering("XOAUTH2")
    with pytest.raises(LocalRefusal):
        send(to, secret="a\1auth=Bearer b")
    assert not any(line.startswith("AUTH") for line in faulty.lines)


def test_an_unknown_question_ends_the_sign_in(
    faulty: FaultySmtp, certificates: Certificates
) -> None:
    faulty.switches = offering("PLAIN", challenges=[b"334 cGlu\r\n"])
    with pytest.raises(ServerBroken):
        send(account(end(faulty.port), certificates.ca_pem))
    assert "*" in faulty.lines
    assert faulty.taken == []


# -- extensions ------------------------------------------------------------------------------------


def hello(*extensions: str) -> Switches:
    lines = ["x", *extensions, "AUTH PLAIN"]
    text = "".join(f"250-{one}\r\n" for one in lines[:-1]) + f"250 {lines[-1]}\r\n"
    return Switches(replies={"EHLO": text.encode()})


def test_nothing_is_used_that_is_not_offered(
    faulty: FaultySmtp, certificates: Certificates
) -> None:
    to = account(end(faulty.port), certificates.ca_pem)
    faulty.switches = hello()
    send(to, reports=Reports("ways@t"))
    assert f"MAIL FROM:<{ALICE}>" in faulty.lines
    assert f"RCPT TO:<{BRUNO}>" in faulty.lines
    assert "DATA" in faulty.lines
    faulty.reset()
    faulty.switches = hello("SIZE 99999", "DSN", "CHUNKING", "PIPELINING", "8BITMIME", "SMTPUTF8")
    send(to, reports=Reports("ways@t"), data=message("ways@t", b".a\r\n\r\n.\r\n"))
    size = len(message("ways@t", b".a\r\n\r\n.\r\n"))
    assert f"MAIL FROM:<{ALICE}> SIZE={size} RET=HDRS ENVID=ways@t" in faulty.lines
    assert f"RCPT TO:<{BRUNO}> NOTIFY=FAILURE,DELAY ORCPT=rfc822;{BRUNO}" in faulty.lines
    assert f"BDAT {size} LAST" in faulty.lines
    assert [one.data for one in faulty.taken] == [message("ways@t", b".a\r\n\r\n.\r\n")]


def test_a_server_that_offers_chunks_and_does_not_know_them_gets_data_next_time(
    faulty: FaultySmtp, certificates: Certificates
) -> None:
    to = account(end(faulty.port), certificates.ca_pem)
    client = SmtpSubmission(QUICK)
    faulty.switches = replace(hello("CHUNKING"), chunks=False)
    with pytest.raises(MelError) as caught:
        send(to, client=client)
    assert caught.value.code is not ErrorCode.SENDING_UNKNOWN
    assert faulty.taken == []
    send(to, client=client)
    assert len(faulty.taken) == 1


def test_letters_beyond_ascii_in_an_address(faulty: FaultySmtp, certificates: Certificates) -> None:
    to = account(end(faulty.port), certificates.ca_pem)
    faulty.switches = hello("8BITMIME")
    with pytest.raises(ServerSaid) as caught:
        send(to, recipients=("hélène@exemple.test",))
    assert caught.value.code is ErrorCode.NO_SMTPUTF8
    assert not any(line.startswith("MAIL") for line in faulty.lines)
    faulty.switches = hello("8BITMIME", "SMTPUTF8")
    send(to, recipients=("hélène@exemple.test",))
    assert f"MAIL FROM:<{ALICE}> SMTPUTF8" in faulty.lines
    faulty.reset()
    faulty.switches = hello("8BITMIME", "SMTPUTF8")
    send(to)
    assert f"MAIL FROM:<{ALICE}>" in faulty.lines  # only where it is needed


def test_postfix_takes_chunks_reports_and_letters_beyond_ascii(postfix: SubmissionServer) -> None:
    if postfix.kind != "postfix":
        pytest.skip("without root there is no Postfix")
    to = account(postfix.endpoint(Security.TLS), postfix.ca_pem)
    letter = message("extended@t", b".\r\n..\r\n" + b"y" * 200_000 + b"\r\n")
    send(to, secret=USERS[ALICE], data=letter, reports=Reports("extended@t"))
    (copy,) = postfix.wait_for("extended@t", 1)
    assert copy.data == letter
    assert socket.gethostname().encode() not in copy.trace.partition(b" by ")[0]


def test_nothing_says_which_computer_this_is(
    faulty: FaultySmtp, certificates: Certificates
) -> None:
    faulty.switches = hello("DSN", "SIZE 9999999")
    send(account(end(faulty.port), certificates.ca_pem), reports=Reports("ways@t"))
    said = "\n".join(faulty.lines) + "".join(one.data.decode() for one in faulty.taken)
    assert socket.gethostname() not in said
    assert faulty.hellos == ["[127.0.0.1]"]
