"""Proxies as text, PAC functions and the system's settings."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from mel_desktop.logic.proxy_text import (
    read_answer,
    read_fingerprints,
    read_setting,
    with_password,
    write_setting,
)
from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import LocalRefusal
from mel_desktop.model.proxies import PacAnswer, ProxyChoice, ProxyKind, ProxyServer
from mel_desktop.net.proxy import Proxies, is_this_computer
from mel_desktop.system.pac import FLAG, ProcessPac
from mel_desktop.system.pac_worker import run
from mel_desktop.system.proxies import SystemSettings

NAMES = {"": "10.2.3.4", "imap.ac.fr": "172.31.5.6", "nowhere.fr": ""}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        ("system", ""),
        (" none ", "none"),
        ("DIRECT", "none"),
        ("proxy.college.fr:3128", "http://proxy.college.fr:3128"),
        ("http://proxy.college.fr", "http://proxy.college.fr:80"),
        ("http://a%40b:mot%3A@p:1", "http://a%40b@p:1"),
        ("socks5h://[::1]", "socks5://[::1]:1080"),
        ("pac+https://intranet/proxy.pac?a=b", "pac+https://intranet/proxy.pac?a=b"),
        ("pac+file:///C:/proxy.pac", "pac+file:///C:/proxy.pac"),
    ],
)
def test_what_is_typed_is_kept_without_its_password(typed: str, kept: str) -> None:
    setting = read_setting(typed)
    assert write_setting(setting) == kept
    assert write_setting(read_setting(kept)) == kept
    assert "mot" not in f"{setting}{setting!r}"


@pytest.mark.parametrize(
    "typed",
    [
        "https://p:1", "ftp://p", "http://", "http://p:0", "http://p:99999", "http://p/x",
        "http://p?x", "http://p q:1", "http://a\r\nb@p", "http://p\r\nX: y", "pac+", "pac+ftp://a/b",
        "pac+http:///x", "pac+file://host/x", "pac+https://a:b@c/d", "http://é.fr", "x" * 2000,
    ],
)  # fmt: skip
def test_what_cannot_be_a_proxy_is_refused(typed: str) -> None:
    with pytest.raises(LocalRefusal) as caught:
        read_setting(typed)
    assert caught.value.facts == {"why": "proxy"}


def test_a_password_from_the_vault_goes_to_a_proxy_with_a_login_only() -> None:
    word = Secret("mot")
    for text, expected in (("http://a@p", word), ("http://p", None), ("http://a:b@p", Secret("b"))):
        server = read_setting(text).server
        assert server is not None
        assert with_password(server, word).password == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("DIRECT", (None,)),
        ("PROXY a:8080; DIRECT", (("http", "a", 8080), None)),
        ("socks5 b:1; SOCKS c", (("socks5", "b", 1), ("socks5", "c", 1080))),
        ("HTTPS a:1; QUIC b; PROXY", ()),
        ("PROXY user:word@a:1", (("http", "a", 1),)),
        ("", ()),
        ("undefined", ()),
        (";;;", ()),
    ],
)
def test_what_a_script_answers(said: str, expected: tuple[object, ...]) -> None:
    found = read_answer(said)
    assert tuple(one and (one.kind.value, one.host, one.port) for one in found) == expected
    assert all(one is None or (not one.user and one.password is None) for one in found)


def test_fingerprints_are_read_with_and_without_colons() -> None:
    digits = "0A" * 32
    spaced = ":".join("0a" for _ in range(32))
    found = read_fingerprints([f"IMAP.ac.fr={digits}", f"imap.ac.fr={spaced}"])
    assert found == {"imap.ac.fr": frozenset({digits.lower()})}
    for bad in ("imap.ac.fr", f"={digits}", f"a b={digits}", "imap.ac.fr=0a", f"a={'zz' * 32}"):
        with pytest.raises(ValueError, match="SHA-256"):
            read_fingerprints([bad])


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('isPlainHostName("serveur")', "true"),
        ('isPlainHostName("a.fr")', "false"),
        ('dnsDomainIs("imap.AC.fr", ".ac.fr")', "true"),
        ('dnsDomainIs("imap.other.fr", ".ac.fr")', "false"),
        ('localHostOrDomainIs("imap", "imap.ac.fr")', "true"),
        ('localHostOrDomainIs("imap.other.fr", "imap.ac.fr")', "false"),
        ('isResolvable("imap.ac.fr")', "true"),
        ('isResolvable("nowhere.fr")', "false"),
        ('dnsResolve("imap.ac.fr")', "172.31.5.6"),
        ("myIpAddress()", "10.2.3.4"),
        ('isInNet("imap.ac.fr", "172.16.0.0", "255.240.0.0")', "true"),
        ('isInNet("192.168.1.9", "172.16.0.0", "255.240.0.0")', "false"),
        ('isInNet("nowhere.fr", "0.0.0.0", "0.0.0.0")', "false"),
        ('dnsDomainLevels("a.b.fr")', "2"),
        ('convert_addr("1.2.3.4")', "16909060"),
        ('shExpMatch("https://imap.ac.fr:993/", "*.ac.fr:*")', "true"),
        ('shExpMatch("a.b", "a?b")', "true"),
        ('shExpMatch("axb", "a.b")', "false"),
        ('weekdayRange("SUN", "SAT")', "true"),
        ('weekdayRange("MON", "WED") || weekdayRange("THU", "SUN", "GMT")', "true"),
        ("timeRange(0, 24)", "true"),
        ("timeRange(0, 0, 0, 23, 59, 59)", "true"),
        ('dateRange("JAN", "DEC")', "true"),
        ("dateRange(1, 31)", "true"),
        ("dateRange(2000, 2999)", "true"),
        ('dateRange(1, "JAN", 2000, 31, "DEC", 2999)', "true"),
        ('dateRange(1, "JAN", 1990, 31, "DEC", 1999)', "false"),
        ("typeof require + typeof process + typeof std + typeof os", "undefined" * 4),
    ],
)
def test_the_functions_of_scripts(expression: str, expected: str) -> None:
    script = f"function FindProxyForURL(url, host) {{ return {expression} }}"
    assert run(script, "https://imap.ac.fr:993/", "imap.ac.fr", NAMES) == {"text": expected}


def test_a_name_that_is_not_known_is_asked_for_and_only_that() -> None:
    script = """function FindProxyForURL(url, host) {
        try { dnsResolve("one.fr") } catch (e) {}
        return dnsResolve("two.fr") }"""
    assert run(script, "u", "h", {}) == {"asks": "two.fr"}
    assert run(script, "u", "h", {"two.fr": "1.2.3.4", "one.fr": ""}) == {"text": "1.2.3.4"}
    swallowed = """function FindProxyForURL(url, host) {
        try { if (isResolvable("inside.fr")) return "PROXY a:1" } catch (e) {}
        return "DIRECT" }"""
    assert run(swallowed, "u", "h", {}) == {"asks": "inside.fr"}


def test_one_run_in_its_own_process() -> None:
    script = "function FindProxyForURLEx(url, host) { return 'PROXY ' + host + ':3128' }"
    assert ProcessPac().run(script, "u", "proxy", {}) == PacAnswer("PROXY proxy:3128")
    with pytest.raises(LocalRefusal):
        ProcessPac(deadline_s=0.001).run(script, "u", "proxy", {})
    with pytest.raises(LocalRefusal):
        ProcessPac().run("throw new Error('x')", "u", "proxy", {})


class Asked:
    """net.needs.PacRunner that asks for ever more names."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def run(self, script: str, url: str, host: str, names: object) -> PacAnswer:
        self.names.append(f"name-{len(self.names)}.invalid")
        return PacAnswer(asks=self.names[-1])


def test_a_script_cannot_ask_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mel_desktop.net.proxy._address", lambda *_: "")
    script = tmp_path / "a.pac"
    script.write_text("")
    asked = Asked()
    proxies = Proxies(scripts=asked)
    choice = read_setting(f"pac+{script.as_uri()}")
    with pytest.raises(Exception, match="proxy-script"):
        proxies.ways("h", 1, choice, 1e12, lambda: None)
    assert len(asked.names) == 9


def test_the_systems_settings() -> None:
    known = {"https": "http://p:3128", "socks": "http://s:1080", "all": "socks5://s:1080"}
    system = SystemSettings(lambda: known, lambda host: host.endswith(".local"))
    assert system.proxies("imap.fr") == ("http://p:3128", "socks5://s:1080")
    assert system.proxies("a.local") == ()
    assert SystemSettings(lambda: {"https": "p:1"}, lambda _: 0).proxies("h") == ("http://p:1",)


def test_this_computer_is_known() -> None:
    for name in ("localhost", "LOCALHOST.", "a.localhost", "127.8.9.1", "[::1]", "::1"):
        assert is_this_computer(name)
    for name in ("imap.fr", "10.0.0.1", "localhost.fr", "128.0.0.1"):
        assert not is_this_computer(name)


def test_who_says_which_way() -> None:
    system = SystemSettings(lambda: {"https": "http://u:secret@p:3128"}, lambda _: 0)
    check = lambda: None  # noqa: E731
    told = Proxies(system=system).told("imap.fr", 993, "", check)
    assert told == "http://u@p:3128, then straight (by the system)"
    fixed = Proxies(system=system, fixed="none").told("imap.fr", 993, "http://q:1", check)
    assert fixed == "straight (by the policy)"
    choice = read_setting("socks5://x")
    assert choice.choice is ProxyChoice.MANUAL
    assert choice.server == ProxyServer(ProxyKind.SOCKS5, "x", 1080)


def test_a_frozen_program_starts_its_worker_from_itself() -> None:
    asked = {"script": "FindProxyForURL = (u, h) => h", "url": "u", "host": "DIRECT", "names": {}}
    done = subprocess.run(
        [sys.executable, "-m", "mel_desktop", FLAG],
        input=json.dumps(asked).encode(), capture_output=True, timeout=120, check=True,
    )  # fmt: skip
    assert json.loads(done.stdout) == {"text": "DIRECT"}
