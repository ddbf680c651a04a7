"""``account add --auth oauth2`` and ``account sign-in`` as IT and people use them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.journey.program import Canaries, Program
from tests.support.certificates import Certificates
from tests.support.imap_base import MailUser
from tests.support.oidc_provider import CLIENT, OidcProvider
from tests.support.sign_in_servers import SignInDovecot, SignInPostfix

pytestmark = pytest.mark.servers


@pytest.fixture
def person(sign_in_dovecot: SignInDovecot) -> MailUser:
    number = next(sign_in_dovecot._numbers)
    return sign_in_dovecot.new_user(f"marie.petit{number}@ac-demo.fr")


@pytest.fixture
def program(tmp_path: Path, certificates: Certificates, person: MailUser) -> Program:
    made = Program(tmp_path, "une phrase assez longue")
    browser = f"{sys.executable} -m tests.support.browser_person"
    made.environment["BROWSER"] = f"{browser} {certificates.ca} {person.login} %s"
    return made


@pytest.fixture
def add(
    person: MailUser,
    oidc: OidcProvider,
    sign_in_dovecot: SignInDovecot,
    sign_in_postfix: SignInPostfix,
) -> tuple[str, ...]:
    return (
        "account", "add", "--email", person.login, "--auth", "oauth2",
        "--issuer", oidc.issuer, "--client-id", CLIENT,
        "--imap", f"127.0.0.1:{sign_in_dovecot.imap_port}",
        "--smtp", f"127.0.0.1:{sign_in_postfix.tls.port}",
        "--ca-file", str(sign_in_dovecot.certificates.ca),
    )  # fmt: skip


def test_from_the_browser_to_a_sync_and_back(
    program: Program, oidc: OidcProvider, add: tuple[str, ...]
) -> None:
    account = program(*add)
    assert account["auth"] == "oauth2"
    assert account["state"] == "ready"
    assert "Poursuivez dans le navigateur" in program.stderr
    said = [program.stderr]
    assert program("sync")["complete"] is True
    said.append(program.stderr)
    assert program("account", "test", account["id"])["ok"] is True
    said.append(program.stderr)
    oidc.test("drop")
    error = program("sync", expect=3)["error"]
    assert error["code"] == "grant-ended"
    assert "navigateur" in error["action"]
    assert program("account", "list")[0]["state"] == "on-hold"
    assert program("sync", expect=3)["error"]["code"] == "sign-in-on-hold"
    said.append(program.stderr)
    assert program("account", "sign-in", account["id"])["state"] == "ready"
    said.append(program.stderr)
    assert program("sync")["complete"] is True
    # No token and no code in a log, in a file or anywhere in the profile.
    tokens = tuple(oidc.test("tokens")["tokens"])
    assert len(tokens) >= 6
    assert not any(token in text for token in tokens for text in said)
    assert Canaries(tokens).found([program.home, program.profile, program.temp]) == []
    program("account", "remove", account["id"], "--yes")
    assert "révoquée" not in program.stderr
    assert program("account", "list") == []


def test_by_a_code(
    program: Program, oidc: OidcProvider, person: MailUser, add: tuple[str, ...]
) -> None:
    running = subprocess.Popen(
        program.command([*add, "--device"]),
        env=program.environment,
        cwd=program.temp,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stderr is not None
    address = code = ""
    for line in running.stderr:
        if "https://" in line:
            address = next(one for one in line.split() if one.startswith("https://"))
        elif address:
            code = line.strip()
            break
    assert code
    oidc.person().type_code(address, code, person.login)
    out, _ = running.communicate(timeout=120)
    assert running.returncode == 0
    assert json.loads(out)["state"] == "ready"


def test_wrong_usage(program: Program, add: tuple[str, ...], tmp_path: Path) -> None:
    program(*add, "--password-file", str(program.secret("p", "x")), expect=2)
    assert program(*[one for one in add if one not in ("--client-id", CLIENT)], expect=2)
    program("account", "add", "--email", "a@b.fr", "--imap", "h:1", "--smtp", "h:1",
            "--device", expect=2)  # fmt: skip
    other = [one.replace("127.0.0.1", "localhost") if "https" in one else one for one in add]
    assert program(*other, expect=3)["error"]["code"] == "provider-mistrusted"
    microsoft = ("account", "add", "--email", "a@b.fr", "--auth", "oauth2")
    error = program(*microsoft, "--provider", "microsoft", expect=3)["error"]
    assert error["code"] == "provider-mistrusted"
    assert "service informatique" in error["action"]  # no client id is invented
    assert program(*microsoft, "--provider", "nobody", expect=2)["error"]["code"] == "not-found"
