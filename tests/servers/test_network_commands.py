"""``account add --proxy``, ``account network``, ``doctor`` and the policy, by the whole program."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from mel_desktop.model.accounts import Account, Security
from tests.support.certificates import Certificates
from tests.support.imap_dovecot import Dovecot
from tests.support.inspecting import NAME, inspecting
from tests.support.ports import free_port
from tests.support.proxies import USER, microsocks, tinyproxy
from tests.support.submission_servers import SubmissionServer
from tests.unit.test_cli_contract import Program

pytestmark = pytest.mark.servers
WORD = "motdepasse-du-proxy"


@pytest.fixture
def program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Program:
    return Program(tmp_path, capsys)


def adding(
    folder: Path, imap: Account, smtp: SubmissionServer, password: str, *more: str
) -> list[str]:
    """The words of ``account add``."""
    ca = folder / "ca.pem"
    ca.write_text(imap.ca_pem)
    secret = folder / "password"
    secret.write_text(password)
    way = smtp.endpoint(Security.TLS)
    return [
        "account", "add", "--email", imap.email, "--login", imap.login,
        "--imap", f"127.0.0.1:{imap.imap.port}", "--smtp", f"127.0.0.1:{way.port}",
        "--password-file", str(secret), "--ca-file", str(ca), "--no-probe", *more,
    ]  # fmt: skip


def nobody() -> SubmissionServer:
    """Where nobody listens: a refused password there would put the account on hold."""
    return SubmissionServer("none", free_port(), free_port(), "", lambda _: [])


def everything_in(folder: Path) -> bytes:
    return b"".join(one.read_bytes() for one in folder.rglob("*") if one.is_file())


@pytest.mark.parametrize("kind", ["http", "socks5"])
def test_an_account_behind_a_proxy(
    program: Program, dovecot: Dovecot, postfix: SubmissionServer, tmp_path: Path, kind: str
) -> None:
    user = dovecot.new_user()
    account = dovecot.account(user)
    word = tmp_path / "word"
    word.write_text(WORD)
    start = {"http": tinyproxy, "socks5": microsocks}[kind]
    with start(tmp_path / kind, user=USER, word=WORD) as proxy:
        url = f"{kind}://{USER}@127.0.0.1:{proxy.port}"
        words = adding(
            tmp_path, account, postfix, user.password, "--proxy", url,
            "--proxy-password-file", str(word),
        )  # fmt: skip
        code, added = program(*words)
        assert (code, added["proxy"]) == (0, url)
        before = proxy.log
        code, synced = program("sync")
        assert (code, synced["complete"]) == (0, True)
        assert proxy.log != before

        code, shown = program("account", "network", added["id"])
        assert (code, shown["proxy"], shown["proxy_password"]) == (0, url, True)
        assert shown["certificates"][0]["now"]["issuer"]
        assert shown["certificates"][0]["code"] is None
        assert WORD not in json.dumps(shown)
        assert WORD.encode() not in everything_in(program.profile)

        word.write_text("falsch")
        program("account", "network", added["id"], "--proxy-password-file", str(word))
        code, failed = program("sync")
        assert (code, failed["error"]["code"]) == (4, "proxy-sign-in")
        assert f"127.0.0.1:{proxy.port}" in failed["error"]["message"]

        code, shown = program("account", "network", added["id"], "--proxy", "none")
        assert (shown["proxy"], shown["proxy_password"]) == ("none", False)
        assert program("sync")[0] == 0


def test_the_password_in_the_address_goes_to_the_vault_and_nowhere_else(
    program: Program, dovecot: Dovecot, postfix: SubmissionServer, tmp_path: Path
) -> None:
    user = dovecot.new_user()
    with tinyproxy(tmp_path / "proxy", user=USER, word=WORD) as proxy:
        url = f"http://{USER}:{WORD}@127.0.0.1:{proxy.port}"
        code, added = program(
            *adding(tmp_path, dovecot.account(user), postfix, user.password, "--proxy", url)
        )
        assert (code, added["proxy"]) == (0, url.replace(f":{WORD}", ""))
        assert program("sync")[0] == 0
    for words in (("account", "list"), ("account", "show", added["id"]), ("doctor",)):
        _, answer = program(*words)
        assert WORD not in json.dumps(answer) + program.stderr
    for bad in ("ftp://a", "http://", "pac+nothing", "http://a:b:c", "socks5://a/b"):
        code, answer = program("account", "network", added["id"], "--proxy", bad)
        assert (code, answer["error"]["code"]) == (2, "usage")


def test_doctor_says_what_stands_between(
    program: Program, dovecot: Dovecot, tmp_path: Path,
    certificates: Certificates,
) -> None:  # fmt: skip
    user = dovecot.new_user()
    with inspecting(tmp_path / "inspector", certificates.ca_pem) as inspector:
        words = adding(tmp_path, dovecot.account(user), nobody(), user.password)
        _, added = program(*words, "--proxy", "none")
        code, found = program("doctor", "--account", added["id"])
        checks = {one["id"]: one for one in found["checks"]}
        assert checks["way-out"]["detail"] == "straight (by the account)"
        assert "signed by" in checks["imap-tls"]["detail"]

        program("account", "network", added["id"], "--proxy", inspector.setting)
        code, found = program("doctor", "--account", added["id"])
        checks = {one["id"]: one for one in found["checks"]}
        assert code == 4
        assert checks["imap-reach"]["state"] == "fail"
        assert checks["imap-reach"]["detail"].startswith("certificate-inspected ")
        assert f"issuer {NAME}" in checks["imap-reach"]["detail"]
        assert inspector.authority.fingerprint("127.0.0.1") in checks["imap-reach"]["detail"]
        code, failed = program("sync")
        assert (code, failed["error"]["code"]) == (4, "certificate-inspected")
        assert NAME in failed["error"]["message"]

        ca = tmp_path / "school.pem"
        ca.write_text(inspector.authority.ca_pem)
        code, shown = program("account", "network", added["id"], "--ca-file", str(ca))
        assert [one["subject"] for one in shown["authorities"]] == [NAME]
        assert program("sync")[0] == 0
        ca.write_text("-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----\n")
        code, failed = program("account", "network", added["id"], "--ca-file", str(ca))
        assert (code, failed["error"]["code"]) == (2, "bad-file")
        assert user.secret.reveal() not in "".join(inspector.seen)


def test_the_policy_fixes_the_proxy_trusts_an_authority_and_a_fingerprint(
    program: Program, dovecot: Dovecot, postfix: SubmissionServer, tmp_path: Path,
    certificates: Certificates,
) -> None:  # fmt: skip
    user = dovecot.new_user()
    words = adding(tmp_path, dovecot.account(user), postfix, user.password)
    _, added = program(*words)
    program("account", "network", added["id"], "--no-ca")
    code, failed = program("sync")
    assert failed["error"]["code"] == "certificate"
    policy = tmp_path / "policy.toml"

    def under(text: str, *words: str) -> tuple[int, dict[str, object]]:
        policy.write_text(f"[network]\n{text}\n")
        code, answer = program("--policy", str(policy), *words)
        return code, answer

    assert under(f'ca_file = "{certificates.ca}"', "sync")[0] == 0
    _, shown = program("account", "network", added["id"])
    digits = shown["certificates"][0]["now"]["fingerprint"]
    assert under(f'trusted_fingerprints = ["127.0.0.1={digits}"]', "sync")[0] == 0
    code, failed = under(f'trusted_fingerprints = ["localhost={digits}"]', "sync")
    assert code == 4

    port = free_port()
    fixed = f'proxy = "http://127.0.0.1:{port}"\nca_file = "{certificates.ca}"'
    code, failed = under(fixed, "sync")
    assert (code, failed["error"]["code"]) == (4, "proxy-unreachable")  # type: ignore[index]
    code, shown = under(fixed, "account", "network", added["id"])
    assert (shown["fixed_by_policy"], shown["in_force"]) == (True, "manual")
    code, failed = under(fixed, "account", "network", added["id"], "--proxy", "none")
    assert (code, failed["error"]["code"]) == (9, "policy")  # type: ignore[index]


class _Script(BaseHTTPRequestHandler):
    """Serves one PAC script, and what leads to it."""

    script = ""

    def do_GET(self) -> None:
        if self.path == "/old":
            self.send_response(302)
            self.send_header("Location", "/proxy.pac")
            self.end_headers()
            return
        data = self.script.encode()
        self.send_response(200 if self.path == "/proxy.pac" else 404)
        self.send_header("Content-Type", "application/x-ns-proxy-autoconfig")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing."""


def test_a_script_of_the_intranet(
    program: Program, dovecot: Dovecot, postfix: SubmissionServer, tmp_path: Path
) -> None:
    user = dovecot.new_user()
    with (
        microsocks(tmp_path / "socks") as socks,
        ThreadingHTTPServer(("127.0.0.1", 0), _Script) as intranet,
    ):
        serving = threading.Thread(target=intranet.serve_forever, daemon=True)
        serving.start()
        _Script.script = (
            "function FindProxyForURL(url, host) {"
            f" return isInNet(dnsResolve(host), '127.0.0.0', '255.0.0.0')"
            f" ? 'SOCKS5 127.0.0.1:{socks.port}' : 'DIRECT' }}"
        )
        place = f"http://127.0.0.1:{intranet.server_address[1]}"
        words = adding(tmp_path, dovecot.account(user), postfix, user.password)
        code, added = program(*words, "--proxy", f"pac+{place}/old")
        assert code == 0
        before = socks.log
        assert program("sync")[0] == 0
        assert socks.log != before
        code, found = program("doctor", "--account", added["id"])
        checks = {one["id"]: one["detail"] for one in found["checks"]}
        assert (
            f"socks5://127.0.0.1:{socks.port} (by the account, script {place}/old)"
            in (checks["way-out"])
        )
        program("account", "password", added["id"], "--password-file", str(tmp_path / "password"))
        program("account", "network", added["id"], "--proxy", f"pac+{place}/none")
        code, failed = program("sync")
        assert (code, failed["error"]["code"]) == (4, "proxy-script")
        intranet.shutdown()
        serving.join(60)
