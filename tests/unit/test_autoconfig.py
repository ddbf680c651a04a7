"""Settings that a domain publishes: what is taken, and what a hostile file cannot do."""

from __future__ import annotations

import time

import pytest

from mel_desktop.formats.autoconfig import MOST_BYTES, read_config
from mel_desktop.model.accounts import Endpoint, Security
from mel_desktop.model.discovery import Protocol
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.providers import LoginForm, SignInKind
from tests.support.names import config_xml, server_xml

DOMAIN = "ac-exemple.test"


def test_servers_are_read_in_their_order() -> None:
    found = read_config(
        config_xml(
            server_xml("imap", "IMAP.%EMAILDOMAIN%", 993),
            server_xml("imap", "imap2.ac-exemple.test", 143, security="STARTTLS"),
            server_xml("pop3", "pop.ac-exemple.test", 995),
            server_xml(
                "smtp", "smtp.ac-exemple.test", 465, username="%EMAILLOCALPART%",
                authentication="OAuth2",
            ),
        ),
        DOMAIN,
    )  # fmt: skip
    assert [one.endpoint for one in found] == [
        Endpoint("imap.ac-exemple.test", 993, Security.TLS),
        Endpoint("imap2.ac-exemple.test", 143, Security.STARTTLS),
        Endpoint("smtp.ac-exemple.test", 465, Security.TLS),
    ]
    assert [one.protocol for one in found] == [Protocol.IMAP, Protocol.IMAP, Protocol.SMTP]
    assert [one.login for one in found] == [
        LoginForm.ADDRESS,
        LoginForm.ADDRESS,
        LoginForm.LOCAL_PART,
    ]
    assert [one.sign_in for one in found] == [None, None, SignInKind.OAUTH2]


def test_a_name_that_is_fixed_or_odd_proposes_no_login() -> None:
    (one,) = read_config(config_xml(server_xml("imap", "i.x.fr", 993, username="jean")), DOMAIN)
    assert one.login is LoginForm.OWN


@pytest.mark.parametrize(
    "server",
    [
        server_xml("imap", "i.x.fr", 143, security="plain"),
        server_xml("imap", "i.x.fr", 993, security=""),
        server_xml("imap", "127.0.0.1", 993),
        server_xml("imap", "localhost", 993),
        server_xml("imap", "i.x.fr/../", 993),
        server_xml("imap", "a b.fr", 993),
        server_xml("imap", "", 993),
        server_xml("imap", "i.x.fr", 0),
        server_xml("imap", "i.x.fr", 65536),
        server_xml("imap", "i.x.fr", 10**40),
        server_xml("imap", "i.x.fr", -1),
        server_xml("imap", "x" * 300 + ".fr", 993),
        server_xml("jmap", "i.x.fr", 993),
        "<incomingServer type='imap'/>",
        "<x>" + server_xml("imap", "i.x.fr", 993) + "</x>",
    ],
)
def test_servers_that_cannot_be_used_are_passed_over(server: str) -> None:
    assert read_config(config_xml(server), DOMAIN) == ()


def test_only_the_first_provider_counts() -> None:
    first = config_xml(server_xml("imap", "i.x.fr", 993))
    second = b"<emailProvider>" + server_xml("smtp", "s.x.fr", 465).encode() + b"</emailProvider>"
    text = first.replace(b"</clientConfig>", second + b"</clientConfig>")
    assert [one.endpoint.host for one in read_config(text, DOMAIN)] == ["i.x.fr"]


BOMB = b"".join(
    [b'<!DOCTYPE clientConfig [<!ENTITY a "' + b"x" * 100 + b'">']
    + [b'<!ENTITY %c "' % (98 + n) + b"&%c;" % (97 + n) * 10 + b'">' for n in range(9)]
    + [b"]><clientConfig><emailProvider>&j;</emailProvider></clientConfig>"]
)

HOSTILE = {
    "empty": b"",
    "html": b"<!doctype html><html><body>Not found</body></html>",
    "html without a doctype": b"<html><body>x</body></html>",
    "billion laughs": BOMB,
    "external dtd": b'<!DOCTYPE clientConfig SYSTEM "http://127.0.0.1:1/x.dtd"><clientConfig/>',
    "external entity": b'<!DOCTYPE c [<!ENTITY e SYSTEM "file:///etc/passwd">]><clientConfig>&e;'
    b"</clientConfig>",
    "parameter entity": b'<!DOCTYPE c [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>'
    b"<clientConfig/>",
    "internal entity": b'<!DOCTYPE c [<!ENTITY e "x">]><clientConfig>&e;</clientConfig>',
    "undeclared entity": b"<clientConfig>&e;</clientConfig>",
    "two roots": b"<clientConfig/><clientConfig/>",
    "not closed": b"<clientConfig><emailProvider>",
    "wrong root": b"<clientconfig/>",
    "binary": bytes(range(256)) * 4,
    "utf-16": '<?xml version="1.0" encoding="UTF-16"?><clientConfig/>'.encode("utf-16"),
    "utf-7": b'<?xml version="1.0" encoding="UTF-7"?><clientConfig/>',
    "unknown encoding": b'<?xml version="1.0" encoding="x-nobody"?><clientConfig/>',
    "nul": b"<clientConfig>\0</clientConfig>",
    "deep": b"<clientConfig>" + b"<a>" * 40 + b"</a>" * 40 + b"</clientConfig>",
    "many": b"<clientConfig>" + b"<a/>" * 3000 + b"</clientConfig>",
    "huge": b"<clientConfig>" + b" " * MOST_BYTES + b"</clientConfig>",
    "attribute twice": b'<clientConfig a="1" a="2"/>',
    "bad utf-8": b"<clientConfig>\xff\xfe</clientConfig>",
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_files_are_refused_at_once(name: str) -> None:
    start = time.process_time()
    with pytest.raises(LocalRefusal) as caught:
        read_config(HOSTILE[name], DOMAIN)
    assert caught.value.code is ErrorCode.BAD_FILE
    assert caught.value.facts["why"] == "bad-autoconfig"
    assert time.process_time() - start < 5.0


def test_many_servers_and_long_texts_are_bounded() -> None:
    servers = [server_xml("imap", f"i{number}.x.fr", 993) for number in range(100)]
    assert len(read_config(config_xml(*servers), DOMAIN)) == 20
    long = server_xml("imap", "i.x.fr" + " " * 20_000, 993)
    assert [one.endpoint.host for one in read_config(config_xml(long), DOMAIN)] == ["i.x.fr"]
