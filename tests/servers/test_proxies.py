"""Mail, submission and directory through real proxies: tinyproxy and microsocks, and by scripts."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest

from mel_desktop.logic.proxy_text import read_setting
from mel_desktop.model.accounts import Account, Secret, Security
from mel_desktop.model.errors import Cancelled, ConnectionTrouble, ErrorCode, MelError
from mel_desktop.net.imap import ImapConnector
from mel_desktop.net.ldap import LdapReader
from mel_desktop.net.proxy import Proxies
from mel_desktop.net.smtp import SmtpSubmission
from mel_desktop.net.transport import Lines
from mel_desktop.ports import Meter
from mel_desktop.system.pac import ProcessPac
from mel_desktop.system.proxies import SystemSettings
from tests.servers.test_submission import ALICE
from tests.servers.test_submission import account as sender
from tests.support.imap_servers import ImapServer
from tests.support.ldap_servers import Slapd
from tests.support.ports import free_port
from tests.support.proxies import USER, WORD, RunningProxy, microsocks, tinyproxy
from tests.support.submission_servers import USERS, SubmissionServer

pytestmark = pytest.mark.servers
PLAIN_WORD = "motdepasse"  # tinyproxy's configuration has no quotes


@pytest.fixture(scope="module")
def connect_proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProxy]:
    with tinyproxy(tmp_path_factory.mktemp("connect"), user=USER, word=PLAIN_WORD) as found:
        yield found


@pytest.fixture(scope="module")
def socks_proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProxy]:
    with microsocks(tmp_path_factory.mktemp("socks"), user=USER, word=WORD) as found:
        yield found


@pytest.fixture(params=["connect", "socks"])
def proxy(request: pytest.FixtureRequest) -> tuple[RunningProxy, str, str]:
    """A proxy with a sign-in, the setting without a password, and the password."""
    found: RunningProxy = request.getfixturevalue(f"{request.param}_proxy")
    scheme = {"connect": "http", "socks": "socks5"}[request.param]
    word = {"connect": PLAIN_WORD, "socks": WORD}[request.param]
    return found, f"{scheme}://{USER}@127.0.0.1:{found.port}", word


def lines(word: str = "", **more: object) -> Lines:
    password = Secret(word) if word else None
    return Lines(proxies=Proxies(password=lambda _: password, **more))  # type: ignore[arg-type]


def folders(account: Account, secret: Secret, through: Lines) -> int:
    session = ImapConnector(lines=through).connect(account, secret, Meter())
    try:
        return len(session.list_folders())
    finally:
        session.close()


@pytest.mark.parametrize("security", list(Security))
def test_imap_goes_through(
    dovecot: ImapServer, proxy: tuple[RunningProxy, str, str], security: Security
) -> None:
    running, setting, word = proxy
    user = dovecot.new_user()
    account = replace(dovecot.account(user, security=security), proxy=setting)
    before = running.log
    assert folders(account, user.secret, lines(word)) > 0
    assert f"127.0.0.1:{account.imap.port}" in running.log[len(before) :]


@pytest.mark.parametrize("security", list(Security))
def test_submission_goes_through(
    postfix: SubmissionServer, proxy: tuple[RunningProxy, str, str], security: Security
) -> None:
    _, setting, word = proxy
    account = replace(sender(postfix.endpoint(security), postfix.ca_pem), proxy=setting)
    client = SmtpSubmission(lines=lines(word), other_way=lambda _: None)
    assert client.sign_in(account, Secret(USERS[ALICE]), Meter()) > 0


@pytest.mark.parametrize("starttls", [False, True])
def test_the_directory_goes_through_the_systems_proxy(
    slapd: Slapd, socks_proxy: RunningProxy, monkeypatch: pytest.MonkeyPatch, starttls: bool
) -> None:
    """LDAP has no setting of its own: it goes by the system, or by the policy."""
    monkeypatch.setattr("mel_desktop.net.proxy.is_this_computer", lambda _: False)
    place = f"http://{USER}:{quote(WORD)}@127.0.0.1:{socks_proxy.port}"
    system = SystemSettings(lambda: {"socks": place}, lambda _: False)
    before = socks_proxy.log
    reader = LdapReader(lines=lines(system=system))
    pages = list(reader.pages(slapd.settings(starttls=starttls), slapd.password))
    assert sum(len(page.entries) for page in pages) > 0
    assert socks_proxy.log != before


@pytest.mark.parametrize("word", ["", "falsch"])
def test_a_proxy_that_wants_another_password_is_named(
    dovecot: ImapServer, proxy: tuple[RunningProxy, str, str], word: str
) -> None:
    running, setting, _ = proxy
    user = dovecot.new_user()
    account = replace(dovecot.account(user), proxy=setting)
    error = trouble(account, user.secret, lines(word))
    assert error.code is ErrorCode.PROXY_SIGN_IN
    assert error.facts["proxy"] == f"127.0.0.1:{running.port}"
    assert "host" not in error.facts
    assert "falsch" not in f"{error!r}{error}"


def trouble(account: Account, secret: Secret, through: Lines) -> MelError:
    with pytest.raises(MelError) as caught:
        folders(account, secret, through)
    return caught.value


def test_a_proxy_without_a_login_says_which_ways_it_knows(
    dovecot: ImapServer, connect_proxy: RunningProxy
) -> None:
    user = dovecot.new_user()
    account = replace(dovecot.account(user), proxy=f"http://127.0.0.1:{connect_proxy.port}")
    error = trouble(account, user.secret, lines())
    assert (error.code, error.facts["offers"]) == (ErrorCode.PROXY_SIGN_IN, "Basic")


def test_a_proxy_that_is_not_there_and_one_that_refuses_the_port(
    dovecot: ImapServer, tmp_path: Path
) -> None:
    user = dovecot.new_user()
    nobody = replace(dovecot.account(user), proxy=f"http://127.0.0.1:{free_port()}")
    assert trouble(nobody, user.secret, lines()).code is ErrorCode.PROXY_UNREACHABLE
    with tinyproxy(tmp_path / "web", only_ports=(443,)) as web:
        account = replace(dovecot.account(user), proxy=f"http://127.0.0.1:{web.port}")
        error = trouble(account, user.secret, lines())
        assert (error.code, error.facts["reply"]) == (ErrorCode.PROXY_REFUSED, 403)


@pytest.mark.parametrize("kind", ["http", "socks5"])
def test_a_server_that_is_not_there_is_told_as_the_proxy_tells_it(
    dovecot: ImapServer, tmp_path: Path, kind: str
) -> None:
    start = {"http": tinyproxy, "socks5": microsocks}[kind]
    user = dovecot.new_user()
    with start(tmp_path / kind) as running:
        account = dovecot.account(user)
        account = replace(
            account,
            proxy=f"{kind}://127.0.0.1:{running.port}",
            imap=replace(account.imap, port=free_port()),
        )
        error = trouble(account, user.secret, lines())
        assert error.code is ErrorCode.PROXY_REFUSED
        assert error.facts["reply"] in (500, 502, 503, 5)


def test_names_are_resolved_by_the_proxy(
    dovecot: ImapServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RFC 1928 ATYP 3: nothing is looked up here; the proxy's network answers."""
    real, asked = socket.getaddrinfo, []

    def ask(host: str, *rest: object, **more: object) -> object:
        asked.append(host)
        return real(host, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", ask)
    user = dovecot.new_user()
    for start, scheme in ((tinyproxy, "http"), (microsocks, "socks5")):
        with start(tmp_path / scheme) as running:
            asked.clear()
            account = dovecot.account(user)
            account = replace(
                account,
                proxy=f"{scheme}://127.0.0.1:{running.port}",
                imap=replace(account.imap, host="localhost"),
            )
            assert folders(account, user.secret, lines()) > 0
            assert set(asked) == {"127.0.0.1"}


SCRIPT = """
function FindProxyForURL(url, host) {
  if (isInNet(host, "10.0.0.0", "255.0.0.0")) return "PROXY 10.0.0.1:3128";
  if (shExpMatch(url, "https://127.0.0.1:%d/*")) return "PROXY 127.0.0.1:%d; SOCKS5 127.0.0.1:%d";
  return "DIRECT";
}
"""


def test_a_script_says_which_proxy_and_the_next_one_is_tried(
    dovecot: ImapServer, tmp_path: Path
) -> None:
    user = dovecot.new_user()
    account = dovecot.account(user)
    with microsocks(tmp_path / "socks") as socks:
        before = socks.log
        script = tmp_path / "proxy.pac"
        script.write_text(SCRIPT % (account.imap.port, free_port(), socks.port))
        through = lines(scripts=ProcessPac())
        proxied = replace(account, proxy=f"pac+{script.as_uri()}")
        assert folders(proxied, user.secret, through) > 0
        assert socks.log != before
        script.write_text("function FindProxyForURL(url, host) { return 'DIRECT' }")
        assert folders(proxied, user.secret, lines(scripts=ProcessPac())) > 0


@pytest.mark.parametrize(
    "text",
    [
        "function FindProxyForURL(u, h) { while (true) {} }",
        "function FindProxyForURL(u, h) { for (a = [];;) a.push(new Array(1e6).fill(7)) }",
        "function FindProxyForURL(u, h) { return FindProxyForURL(u, h) }",
        "function FindProxyForURL(u, h) { return 'PROXY' }",
        "function FindProxyForURL(u, h) { return null }",
        "this is no script",
        "",
    ],
)
def test_a_script_that_fails_is_told_and_nothing_goes_straight(
    dovecot: ImapServer, tmp_path: Path, text: str
) -> None:
    script = tmp_path / "proxy.pac"
    script.write_text(text)
    user = dovecot.new_user()
    account = replace(dovecot.account(user), proxy=f"pac+{script.as_uri()}")
    error = trouble(account, user.secret, lines(scripts=ProcessPac()))
    assert (error.code, error.facts["proxy"]) == (ErrorCode.PROXY_SCRIPT, "proxy.pac")


def test_the_systems_proxy_for_the_web_does_not_shut_mail_out(
    dovecot: ImapServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mel_desktop.net.proxy.is_this_computer", lambda _: False)
    user = dovecot.new_user()
    with tinyproxy(tmp_path / "web", only_ports=(443,)) as web:
        system = SystemSettings(lambda: {"https": f"http://127.0.0.1:{web.port}"}, lambda _: False)
        assert folders(dovecot.account(user), user.secret, lines(system=system)) > 0
        assert "refused" in web.log.lower() or "CONNECT" in web.log


def test_a_policy_has_the_last_word(dovecot: ImapServer, tmp_path: Path) -> None:
    user = dovecot.new_user()
    account = replace(dovecot.account(user), proxy="none")
    fixed = lines(fixed=f"http://127.0.0.1:{free_port()}")
    assert trouble(account, user.secret, fixed).code is ErrorCode.PROXY_UNREACHABLE
    with tinyproxy(tmp_path / "any"):
        assert folders(account, user.secret, lines(fixed="none")) > 0


@pytest.mark.parametrize("scheme", ["http", "socks5"])
def test_a_mute_proxy_is_given_up_on_request_and_in_time(scheme: str) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    setting = f"{scheme}://127.0.0.1:{listener.getsockname()[1]}"
    proxies = Proxies()
    try:
        began = time.monotonic()
        with pytest.raises(ConnectionTrouble) as caught:
            proxies.reach("imap.test", 993, began + 0.5, lambda: None, 0, setting)
        assert caught.value.code is ErrorCode.PROXY_UNREACHABLE
        assert caught.value.facts["cause"] == "timed-out"
        given_up = threading.Event()

        def check() -> None:
            if given_up.is_set():
                raise Cancelled

        timer = threading.Timer(0.3, given_up.set)
        timer.start()
        with pytest.raises(Cancelled):
            proxies.reach("imap.test", 993, time.monotonic() + 60, check, 0, setting)
        timer.join()
    finally:
        listener.close()


def test_what_is_typed_and_what_is_kept() -> None:
    assert read_setting("http://a:b@p:3128").server is not None
