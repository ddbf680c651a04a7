"""The command line finds the servers of an address: DNS, Dovecot and Postfix on loopback."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mel_desktop.app import server_data
from mel_desktop.cli import main
from mel_desktop.net.discovery import NetworkLookups
from mel_desktop.net.dns_records import DnsRecords
from mel_desktop.store import keyslots
from tests.support.certificates import Certificates
from tests.support.imap_servers import Dovecot, MailUser
from tests.support.names import DnsServer, Names
from tests.support.submission_servers import DOMAIN, USERS, SubmissionServer

pytestmark = pytest.mark.servers

ALICE = f"alice@{DOMAIN}"
Run = Callable[..., tuple[int, Any, str]]


@pytest.fixture(scope="module")
def alice(dovecot: Dovecot) -> MailUser:
    return dovecot.new_user(ALICE, password=USERS[ALICE])


@pytest.fixture
def run(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    dns_server: DnsServer,
) -> Run:
    monkeypatch.setattr(keyslots, "TARGET_S", 0.0)
    monkeypatch.setattr(
        server_data,
        "LaterLookups",
        lambda lines: NetworkLookups(lines, DnsRecords(dns_server.resolver()), allow_reserved=True),
    )
    phrase, password = tmp_path / "phrase", tmp_path / "password"
    phrase.write_text("une phrase de passe assez longue\n")
    password.write_text(USERS[ALICE] + "\n", encoding="utf-8")

    def command(*words: str | Path) -> tuple[int, Any, str]:
        code = main.run(
            ["--profile", str(tmp_path / "profile"), "--passphrase-file", str(phrase), "--json"]
            + [str(word).replace("@PASSWORD", str(password)) for word in words]
        )
        told = capsys.readouterr()
        return code, json.loads(told.out), told.err

    return command


def mail(
    names: Names, dovecot: Dovecot, postfix: SubmissionServer, host: str = f"mail.{DOMAIN}"
) -> None:
    names.lead(host, 993, dovecot.imap_port)
    names.lead(host, 465, postfix.tls_port)


def test_an_account_by_its_address(
    run: Run,
    names: Names,
    dns_server: DnsServer,
    dovecot: Dovecot,
    postfix: SubmissionServer,
    alice: MailUser,
    certificates: Certificates,
) -> None:
    mail(names, dovecot, postfix)
    dns_server.zone(DOMAIN, "_imaps._tcp SRV 0 1 993 mail\n_submissions._tcp SRV 0 1 465 mail\n")
    code, found, _ = run("vault", "create")
    assert code == 0
    code, found, _ = run("providers", "find", DOMAIN, "--ca-file", certificates.ca)
    assert code == 0
    assert found["imap"][0] | {"mechanisms": []} == {
        "host": f"mail.{DOMAIN}", "port": 993, "security": "tls", "origin": "srv",
        "grade": "stated", "source": f"DNS SRV {DOMAIN}", "answer": "agreed", "why": None,
        "asks": False, "login": None, "sign_in": None, "profile": "srv", "mechanisms": [],
    }  # fmt: skip
    assert "PLAIN" in found["imap"][0]["mechanisms"]
    code, account, said = run(
        "account", "add", "--email", ALICE, "--password-file", "@PASSWORD",
        "--ca-file", certificates.ca,
    )  # fmt: skip
    assert code == 0, account
    assert account["imap"]["host"] == account["smtp"]["host"] == f"mail.{DOMAIN}"
    assert account["login"] == ALICE
    assert f"imap mail.{DOMAIN}:993 (srv, stated)" in said
    assert ALICE not in said
    assert not [name for name in (*names.asked, *dns_server.asked) if "alice" in name]


def test_a_server_of_another_domain_is_exit_6(
    run: Run,
    names: Names,
    dns_server: DnsServer,
    dovecot: Dovecot,
    postfix: SubmissionServer,
    certificates: Certificates,
) -> None:
    mail(names, dovecot, postfix, "mail.hebergeur.test")
    dns_server.zone(DOMAIN, "_imaps._tcp SRV 0 1 993 mail.hebergeur.test.\n")
    code, refused, said = run(
        "account", "add", "--email", ALICE, "--password-file", "@PASSWORD",
        "--ca-file", certificates.ca,
    )  # fmt: skip
    assert (code, refused["error"]["code"]) == (6, "needs-decision")
    assert "mail.hebergeur.test:993" in said
    assert run("account", "list")[1] == []
    code, refused, _ = run("account", "add", "--email", "zoe@rien.test", "--no-probe")
    assert (code, refused["error"]["code"]) == (2, "not-found")
