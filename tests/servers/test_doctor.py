"""The doctor on Dovecot, Postfix and slapd: each fault by its name, each check by itself."""

from __future__ import annotations

import socket
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from mel_desktop.app import doctor_words, wiring
from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import (
    AccountId,
    AccountState,
    Endpoint,
    NewAccount,
    Secret,
    Security,
)
from mel_desktop.model.changes import Check, CheckState
from mel_desktop.model.doctor import Remedy
from mel_desktop.model.errors import Cancelled
from mel_desktop.model.sync import SyncOptions
from mel_desktop.net.http_look import HttpLook
from mel_desktop.net.transport import Lines
from mel_desktop.services.checks_network import NetworkChecks
from mel_desktop.system.clock import SystemClock
from mel_desktop.system.gauges import SystemGauges
from tests.support.certificates import Certificates
from tests.support.imap_servers import Dovecot, MailUser, Pymap
from tests.support.ldap_servers import Slapd
from tests.support.ports import free_port
from tests.support.submission_servers import USERS, SubmissionServer

pytestmark = pytest.mark.servers

LOGIN = "zoe@ac-exemple.test"
PASSPHRASE = Secret("une phrase de passe")


@pytest.fixture
def facade(tmp_path: Path) -> Iterator[Facade]:
    made = wiring.create_profile(tmp_path / "profile", passphrase=PASSPHRASE, use_keyring=False)
    yield made
    made.close()


@pytest.fixture(scope="module")
def user(dovecot: Dovecot) -> MailUser:
    """The same login and password on both servers."""
    made = MailUser(LOGIN, "zoe.lefevre@ac-demo.fr", USERS[LOGIN])
    dovecot.register(made)
    return made


@pytest.fixture
def new(dovecot: Dovecot, postfix: SubmissionServer, user: MailUser) -> NewAccount:
    return dovecot.new_account(user, smtp=postfix.endpoint())


def by_id(checks: tuple[Check, ...]) -> dict[str, Check]:
    found = {one.id: one for one in checks}
    assert len(found) == len(checks)
    return found


def run(facade: Facade) -> dict[str, Check]:
    return by_id(facade.checkup.run())


def said(check: Check, language: str = "fr") -> str:
    told = doctor_words.words(check, language)
    return f"{told.detail} {told.action}".replace("\u00a0", " ")


def test_all_is_well_and_every_part_says_what_it_saw(
    facade: Facade, new: NewAccount, user: MailUser
) -> None:
    facade.add_account(new, user.secret)
    heard: list[Check] = []
    found = by_id(facade.checkup.run(on_check=heard.append, versions={"qt": "6.11"}))
    assert [one.id for one in found.values() if one.state is CheckState.FAIL] == []
    assert {one.id for one in heard} == set(found)
    assert "Mel Desktop tests" in said(found["imap-tls"])  # who signed
    assert "TLSv1.3" in said(found["imap-tls"])
    assert found["imap-tls"].says == "tls-own"
    assert found["imap-dns"].says == "dns-address"
    assert "Dovecot" in said(found["imap-quirks"])
    assert "30 Mo" in said(found["smtp-sign-in"])
    assert "PLAIN" in said(found["smtp-sign-in"])
    assert found["quota"].state is CheckState.SKIPPED
    assert "6.11" in said(found["versions"], "en")
    assert found["vault"].says == "vault-sound"
    assert found["imap-sign-in"].seconds > 0


def test_a_refused_password_is_tried_once_and_then_never(
    facade: Facade, new: NewAccount, user: MailUser, dovecot: Dovecot
) -> None:
    account = facade.add_account(new, Secret("pas le bon")).id
    before = dovecot.refused_sign_ins(user.login)
    found = run(facade)
    assert dovecot.refused_sign_ins(user.login) == before + 1
    assert found["imap-sign-in"].detail.startswith("sign-in-refused")
    assert found["imap-sign-in"].remedy is Remedy.PASSWORD
    assert found["smtp-sign-in"].state is CheckState.SKIPPED  # not even there
    assert facade.account(account).state is AccountState.ON_HOLD
    found = run(facade)
    assert dovecot.refused_sign_ins(user.login) == before + 1
    assert found[f"account-{account}-hold"].state is CheckState.FAIL
    assert found["imap-reach"].state is CheckState.OK  # the rest is still looked at


def test_an_expired_certificate_is_shown_with_its_signer_and_its_day(
    facade: Facade, certificates: Certificates, new: NewAccount, user: MailUser
) -> None:
    server = Dovecot(certificates, cert=certificates.expired_cert, key=certificates.expired_key)
    try:
        server.start()
        place = Endpoint("127.0.0.1", server.imap_port, Security.TLS)
        facade.add_account(replace(new, imap=place), user.secret)
        found = run(facade)
        starttls = Endpoint("127.0.0.1", server.starttls_port, Security.STARTTLS)
        behind = by_id(_probe(facade, replace(new, imap=starttls)))
    finally:
        server.remove()
    for one in (found, behind):
        assert one["imap-reach"].detail.startswith("certificate-expired")
        day = (datetime.now(UTC) - timedelta(days=3)).strftime("%Y-%m-%d")
        assert day in said(one["imap-tls"])
        assert "Mel Desktop tests" in said(one["imap-tls"])
        assert one["imap-sign-in"].state is CheckState.SKIPPED
    assert found["smtp-sign-in"].state is CheckState.OK  # the other server stands on its own


def _probe(facade: Facade, new: NewAccount) -> tuple[Check, ...]:
    account = facade.add_account(replace(new, email="autre@ac-demo.fr"), Secret("x"))
    checks = facade.checkup.run(account.id)
    return tuple(one for one in checks if one.account == account.id)


def test_an_unknown_authority_is_named(facade: Facade, new: NewAccount, user: MailUser) -> None:
    facade.add_account(replace(new, ca_pem=""), user.secret)
    found = run(facade)
    assert found["imap-tls"].says == "tls-untrusted"
    assert "Mel Desktop tests" in said(found["imap-tls"])
    assert found["imap-sign-in"].state is CheckState.SKIPPED  # nothing is said to it


def test_a_full_mailbox_is_told(facade: Facade, dovecot: Dovecot) -> None:
    user = MailUser("boite.pleine", "boite.pleine@ac-demo.fr", "Sésame!")
    dovecot.register(user, quota="100K")
    with dovecot.observer(user) as box:
        for _ in range(2):
            box.append(b"Subject: gros\r\n\r\n" + b"x" * 47_000, "INBOX")
    facade.add_account(dovecot.new_account(user), user.secret)
    found = run(facade)
    assert found["quota"].says == "quota-soon"
    assert found["quota"].state is CheckState.WARN
    assert dict(found["quota"].facts)["percent"] == 92
    assert found["quota"].remedy is Remedy.STORAGE
    facade.sync(facade.accounts()[0].id, SyncOptions())
    assert "la boîte de réception" in said(run(facade)["quota"])


def test_no_name_and_a_blocked_port(
    facade: Facade, new: NewAccount, user: MailUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_port = new.smtp.port
    monkeypatch.setattr("mel_desktop.net.probe.other_way", lambda way: replace(way, port=open_port))
    blocked = Endpoint("127.0.0.1", free_port(), Security.TLS)
    nowhere = Endpoint("imap.nulle-part.invalid", 993, Security.TLS)
    facade.add_account(replace(new, imap=nowhere, smtp=blocked), user.secret)
    found = run(facade)
    assert found["imap-dns"].detail.startswith("name-not-found")
    assert found["imap-reach"].detail.startswith("name-not-found")
    assert found["imap-sign-in"].state is CheckState.SKIPPED
    assert found["smtp-reach"].says == "smtp-blocked"
    assert found["smtp-reach"].state is CheckState.WARN
    assert str(open_port) in said(found["smtp-reach"])
    assert found["smtp-sign-in"].state is CheckState.OK  # by the port that is open


def test_a_blocked_port_of_the_receiving_server(
    facade: Facade, new: NewAccount, user: MailUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_port = new.imap.port
    monkeypatch.setattr(
        "mel_desktop.net.probe._other", lambda _, endpoint: replace(endpoint, port=open_port)
    )
    blocked = Endpoint("127.0.0.1", free_port(), Security.TLS)
    facade.add_account(replace(new, imap=blocked), user.secret)
    found = run(facade)
    assert found["imap-reach"].says == "imap-blocked"
    assert found["imap-reach"].state is CheckState.WARN
    assert str(open_port) in said(found["imap-reach"])


def test_what_a_plain_server_lacks_is_told_by_its_cost(
    facade: Facade, pymap_server: Pymap, postfix: SubmissionServer
) -> None:
    user = pymap_server.new_user()
    facade.add_account(pymap_server.new_account(user, smtp=postfix.endpoint()), user.secret)
    found = run(facade)["imap-capabilities"]
    assert found.says == "caps-lack"
    lacks = str(dict(found.facts)["lacks"]).split()
    assert "QUOTA" in lacks
    for name in lacks:
        assert name in said(found) or name == "QUOTA"
    assert "la place qui reste" in said(found)


def test_a_bug_in_one_check_hides_no_other(
    facade: Facade, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: object) -> object:
        raise ZeroDivisionError

    monkeypatch.setattr(SystemGauges, "memory", broken)
    found = run(facade)
    assert found["disk"].id == "disk"
    assert found["local-unfinished"].says == "bug"
    assert doctor_words.words(found["local-unfinished"], "fr").title == "Vérification interrompue"
    assert found["vault"].state is CheckState.OK
    assert "ZeroDivisionError" in caplog.text
    caplog.clear()


def test_a_directory_is_reached_or_not(facade: Facade, slapd: Slapd) -> None:
    facade.add_ldap(slapd.settings(), slapd.password)
    found = run(facade)
    assert found["directory-1"].says == "directory-never"
    assert found["directory-1-reach"].state is CheckState.OK
    facade.sync_directory()
    facade.add_ldap(
        replace(slapd.settings(), url=f"ldaps://localhost:{free_port()}"), slapd.password
    )
    found = run(facade)
    assert found["directory-1"].says == "directory-good"
    reached = [one for one in found.values() if one.id.endswith("-reach")]
    assert [one.detail.partition(" ")[0] for one in reached][-1] == "unreachable"


def test_offline_no_socket_is_opened_and_that_is_said(
    facade: Facade, new: NewAccount, user: MailUser, dovecot: Dovecot
) -> None:
    account = facade.add_account(new, user.secret).id
    facade.set_offline(True)
    before = dovecot.logs()
    found = run(facade)
    assert found[f"account-{account}-network"].says == "offline"
    assert found["network"].state is CheckState.SKIPPED
    assert found["disk"].state is CheckState.OK
    assert dovecot.logs() == before
    assert facade._services.trace.lines() == ()


def test_a_run_is_given_up_at_once(facade: Facade, new: NewAccount, user: MailUser) -> None:
    with silent_server() as port:
        silent = Endpoint("127.0.0.1", port, Security.TLS)
        facade.add_account(replace(new, imap=silent), user.secret)
        given_up = threading.Event()

        def heard(check: Check) -> None:
            if check.id == "imap-dns":  # the next one waits for a server that says nothing
                given_up.set()

        with pytest.raises(Cancelled):
            facade.checkup.run(on_check=heard, cancelled=given_up.is_set)
        late = by_id(facade.checkup.run(deadline_s=2))
        assert late["account-1-unfinished"].says == "unfinished"
        assert late["disk"].state is CheckState.OK


@contextmanager
def silent_server() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield int(listening.getsockname()[1])


# -- surroundings ----------------------------------------------------------------------------------


@contextmanager
def web(answer: bytes) -> Iterator[int]:
    """One HTTP answer, whatever is asked."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with listening.accept()[0] as line:
            line.recv(4096)
            line.sendall(answer)

    serving = threading.Thread(target=serve)
    serving.start()
    try:
        yield int(listening.getsockname()[1])
    finally:
        serving.join(60)
        listening.close()


def around(facade: Facade, answer: bytes, **shift: float) -> dict[str, Check]:
    class Shifted(SystemClock):
        def now(self) -> datetime:
            return super().now() + timedelta(**shift)

    with web(answer) as port:
        checks = NetworkChecks(SystemGauges(), HttpLook(Lines(), port), Shifted())
        return by_id(tuple(checks.all(facade.accounts(), offline=False)))


def http(status: str, *fields: str) -> bytes:
    date = format_datetime(datetime.now(UTC), usegmt=True)
    return "\r\n".join([f"HTTP/1.1 {status}", f"Date: {date}", *fields, "", ""]).encode()


def test_a_wrong_clock_is_told_in_minutes(facade: Facade, new: NewAccount) -> None:
    facade.add_account(new, Secret("x"))
    right = around(facade, http("200 OK"))
    assert (right["clock"].says, right["portal"].says) == ("clock-good", "portal-none")
    fast = around(facade, http("200 OK"), days=3)["clock"]
    assert (fast.says, fast.state) == ("clock-fast", CheckState.FAIL)
    assert dict(fast.facts)["minutes"] in (4320, 4319, 4321)
    slow = around(facade, http("200 OK"), minutes=-30)["clock"]
    assert (slow.says, slow.state) == ("clock-slow", CheckState.WARN)


@pytest.mark.parametrize(
    ("status", "location", "portal"),
    [
        ("302 Found", "http://portail.hotel.example/login?u=1", True),
        ("511 Network Authentication Required", "", True),
        ("301 Moved", "https://127.0.0.1/webmail", False),
        ("404 Not Found", "", False),
    ],
)
def test_a_captive_portal_is_recognised(
    facade: Facade, new: NewAccount, status: str, location: str, portal: bool
) -> None:
    facade.add_account(new, Secret("x"))
    fields = [f"Location: {location}"] if location else []
    found = around(facade, http(status, *fields))["portal"]
    assert found.says == ("portal-found" if portal else "portal-none")
    assert found.remedy is (Remedy.PORTAL if portal else Remedy.NONE)
    assert "login?u=1" not in repr(found)


def test_what_is_no_web_server_tells_nothing(facade: Facade, new: NewAccount) -> None:
    facade.add_account(new, Secret("x"))
    found = around(facade, b"* OK IMAP4rev1 ready\r\n")
    assert found["portal"].state is CheckState.SKIPPED
    assert found["clock"].says == "clock-unknown"


# -- trace and bundle ------------------------------------------------------------------------------


def test_the_trace_has_the_dialogue_and_goes_with_the_lock(
    tmp_path: Path, new: NewAccount, user: MailUser
) -> None:
    facade = wiring.create_profile(tmp_path / "other", passphrase=PASSPHRASE, use_keyring=False)
    account: AccountId = facade.add_account(new, user.secret).id
    facade.sync(account, SyncOptions())
    trace = facade._services.trace
    told = "\n".join(trace.lines())
    assert f"127.0.0.1:{new.imap.port}" in told
    assert "TLSv1.3" in told
    assert "AUTHENTICATE PLAIN" in told
    assert "[CAPABILITY IMAP4REV1" in told
    assert user.login not in told
    facade.checkup.run()
    assert "AUTH PLAIN ‹…›" in "\n".join(trace.lines())
    made = facade.checkup.bundle(facade.checkup.run(), "fr")
    target = tmp_path / "rapport.zip"
    facade.checkup.save_bundle(made, target, frozenset({"checks", "trace"}))
    with zipfile.ZipFile(target) as packed:
        assert packed.namelist() == ["checks.txt", "trace.txt"]
    facade.close()
    assert trace.lines() == ()
