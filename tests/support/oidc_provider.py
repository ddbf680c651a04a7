"""A real OpenID provider (npm oidc-provider) with TLS, and a person who uses its pages.

``packaging/dev.py test`` installs it by tests/support/oidc/package-lock.json.
"""

from __future__ import annotations

import json
import re
import secrets
import shutil
import ssl
import subprocess
import urllib.parse
import urllib.request
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import pytest

from mel_desktop.model.oauth import Provider
from tests.support.certificates import Certificates
from tests.support.imap_base import packaging_module
from tests.support.ports import free_port

SCRIPT = Path(__file__).parent / "oidc" / "provider.js"
CACHE = Path(__file__).resolve().parents[2] / ".mel-test" / "oidc"
CLIENT = "mel-desktop"


class OidcProvider:
    """The running provider; its switches stand in provider.js."""

    def __init__(self, modules: Path, certificates: Certificates) -> None:
        node = shutil.which("node")
        assert node is not None
        self.port = free_port()
        self.issuer = f"https://127.0.0.1:{self.port}"
        self.ca_pem = certificates.ca_pem
        self.introspection_secret = secrets.token_hex(8)
        self._context = ssl.create_default_context(cadata=certificates.ca_pem)
        self._process = subprocess.Popen(
            [node, SCRIPT, modules, certificates.cert, certificates.key, str(self.port),
             self.introspection_secret],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )  # fmt: skip
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("ready"):
                return
        raise RuntimeError("the provider did not start")

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(60)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def provider(self, **changed: Any) -> Provider:
        """As IT would write it down."""
        known: dict[str, Any] = {
            "id": "test",
            "name": "Fournisseur d’essai",
            "issuer": self.issuer,
            "client_id": CLIENT,
            "scopes": ("openid", "offline_access", "mail"),
            "ca_pem": self.ca_pem,
        }
        return Provider(**{**known, **changed})

    def test(self, what: str) -> dict[str, Any]:
        """One of the switches."""
        with urllib.request.urlopen(f"{self.issuer}/test/{what}", context=self._context) as answer:
            told = json.load(answer)
        assert isinstance(told, dict)
        return told

    def reset(self) -> None:
        self.test("life?seconds=3600")
        self.test("break?status=0")

    def person(self) -> Person:
        return Person(self._context)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The person sees each step."""

    def redirect_request(self, *_: Any) -> None:
        return None


class Person:
    """A browser of somebody: keeps cookies, follows redirects, fills in forms."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=context),
            urllib.request.HTTPCookieProcessor(CookieJar()),
            _NoRedirect(),
        )
        self.address = ""

    def _step(self, url: str, form: dict[str, str] | None = None) -> tuple[str, str]:
        """(where to go next or "", page)."""
        data = None if form is None else urllib.parse.urlencode(form).encode()
        try:
            answer = self._opener.open(url, data, 20)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            page = answer.read().decode()
            onward = answer.headers.get("Location") or ""
        return (urllib.parse.urljoin(url, onward) if onward else ""), page

    def visit(self, url: str, form: dict[str, str] | None = None) -> str:
        """Follow up to a page, or up to a redirect to this computer, which is not followed."""
        onward, page = self._step(url, form)
        while onward:
            self.address = onward
            if onward.startswith("http://"):
                return ""
            onward, page = self._step(onward)
        return page

    def agree(self, url: str, who: str) -> str:
        """Sign in, agree; the address that the browser is sent back to."""
        page = self.visit(url)
        for _ in range(4):
            if self.address.startswith("http://") or 'name="prompt"' not in page:
                break
            page = self.visit(_action(page, self.address), {**_hidden(page), "login": who,
                                                            "password": "any"})  # fmt: skip
        assert self.address.startswith("http://"), page
        return self.address

    def refuse(self, url: str) -> str:
        """Press Cancel; the address that the browser is sent back to."""
        page = self.visit(url)
        found = re.search(r'href="([^"]*/abort)"', page)
        assert found is not None, page
        self.visit(urllib.parse.urljoin(self.address, found.group(1)))
        return self.address

    def come_back(self, address: str | None = None) -> str:
        """Go to the address on this computer; the page there."""
        with urllib.request.urlopen(address or self.address, timeout=20) as answer:
            return str(answer.read().decode())

    def type_code(self, address: str, code: str, who: str) -> str:
        """Agree on another device."""
        self.address = address
        page = self.visit(address)
        page = self.visit(_action(page, address), {**_hidden(page), "user_code": code})
        for _ in range(5):
            if "<form" not in page:
                break
            form = _hidden(page)
            if 'name="prompt"' in page:
                form |= {"login": who, "password": "any"}
            elif 'name="user_code"' in page:
                form |= {"confirm": "yes"}
            page = self.visit(_action(page, self.address), form)
        return page


def _action(page: str, base: str) -> str:
    found = re.search(r'<form[^>]*action="([^"]+)"', page)
    assert found is not None, page
    return urllib.parse.urljoin(base, found.group(1))


def _hidden(page: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value and 'type="hidden"' in tag:
            found[name.group(1)] = value.group(1)
    return found


@pytest.fixture(scope="session")
def _oidc(certificates: Certificates) -> Iterator[OidcProvider]:
    modules = packaging_module("node_root").ensure_provider(CACHE)
    assert modules is not None, "node and npm are needed: packaging/dev.py test installs them"
    running = OidcProvider(modules / "node_modules", certificates)
    yield running
    running.close()


@pytest.fixture
def oidc(_oidc: OidcProvider) -> OidcProvider:
    """The provider, its switches off."""
    _oidc.reset()
    return _oidc
