"""What single looks of the doctor make of servers that no Debian package plays."""

from __future__ import annotations

import datetime
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import trustme

from mel_desktop.app import doctor_words
from mel_desktop.model.accounts import Endpoint, Security
from mel_desktop.model.changes import Check, CheckState
from mel_desktop.model.doctor import DiskFacts, MemoryFacts
from mel_desktop.model.policy import Policy, PolicyTrouble
from mel_desktop.net import probe
from mel_desktop.net.probe import NetworkProbe, quota_check
from mel_desktop.services.checks_local import LocalChecks, known_keys
from mel_desktop.system import gauges


@contextmanager
def tls_server(leaf: trustme.LeafCert) -> Iterator[Endpoint]:
    """Does the handshake with whoever comes, and keeps what is said behind it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    leaf.configure_cert(context)
    listening = socket.create_server(("127.0.0.1", 0))
    heard: list[bytes] = []

    def serve() -> None:
        while True:
            try:
                raw, _ = listening.accept()
            except OSError:
                return
            with raw, suppress(OSError), context.wrap_socket(raw, server_side=True) as line:
                line.settimeout(5)
                heard.append(line.recv(100))

    serving = threading.Thread(target=serve)
    serving.start()
    try:
        yield Endpoint("127.0.0.1", listening.getsockname()[1], Security.TLS)
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        serving.join(60)
        assert not any(heard), "nothing is said to a server that is not believed"


def looked(leaf: trustme.LeafCert, ca_pem: str = "") -> Check:
    with tls_server(leaf) as place:
        found = list(NetworkProbe()._way("imap", place, ca_pem, brief=False))
    return next(one for one in found if one.id == "imap-tls")


def pem(authority: trustme.CA) -> str:
    return authority.cert_pem.bytes().decode()


def said(check: Check) -> str:
    return doctor_words.words(check, "en").detail


def test_a_filter_on_the_way_is_named() -> None:
    filtering = trustme.CA(organization_name="Stormshield SNS du collège")
    found = looked(filtering.issue_cert("127.0.0.1"))
    assert found.says == "tls-inspected"
    assert "Stormshield SNS du collège" in said(found)
    believed = looked(filtering.issue_cert("127.0.0.1"), pem(filtering))
    assert (believed.says, believed.state) == ("tls-inspected-believed", CheckState.WARN)


def test_another_name_is_told_with_the_names_of_the_certificate() -> None:
    authority = trustme.CA(organization_name="Rectorat")
    found = looked(authority.issue_cert("mail.autre.example"), pem(authority))
    assert found.says == "tls-name"
    assert "mail.autre.example" in said(found)
    assert "127.0.0.1" in said(found)


def test_a_certificate_of_tomorrow_points_at_the_clock() -> None:
    authority = trustme.CA(organization_name="Rectorat")
    tomorrow = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=30)
    found = looked(
        authority.issue_cert(
            "127.0.0.1", not_before=tomorrow, not_after=tomorrow + datetime.timedelta(days=9)
        ),
        pem(authority),
    )
    assert found.says == "tls-not-yet"
    assert f"{tomorrow:%Y-%m-%d}" in said(found)


def test_an_address_in_a_certificate_is_not_taken_over() -> None:
    authority = trustme.CA(organization_name="claire.martin@ac-exemple.fr")
    found = looked(authority.issue_cert("127.0.0.1"))
    assert "claire" not in repr(found)


@pytest.mark.parametrize(
    ("addresses", "says"),
    [(["10.1.2.3"], "dns-private"), (["8.8.8.8", "2001:4860:4860::8888"], "dns-found")],
)
def test_addresses_inside_the_network_are_told(
    addresses: list[str], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [(socket.AF_INET, 1, 6, "", (one, 993)) for one in addresses]
    monkeypatch.setattr(probe, "resolve", lambda *_: found)
    check = NetworkProbe()._name("imap", Endpoint("imap.ac.example", 993, Security.TLS))
    assert check.says == says
    assert all(one in said(check) for one in addresses)


@pytest.mark.parametrize(
    ("used", "says", "state"),
    [
        (50, "quota", CheckState.OK),
        (90, "quota-soon", CheckState.WARN),
        (100, "quota-full", CheckState.FAIL),
        (120, "quota-full", CheckState.FAIL),
    ],
)
def test_a_quota_is_weighed(used: int, says: str, state: CheckState) -> None:
    check = quota_check(used, 100)
    assert (check.says, check.state) == (says, state)
    assert (state is CheckState.FAIL) == check.detail.startswith("mailbox-full")


class Told:
    """services.checks_local.Gauges with set values."""

    def __init__(self, disk: DiskFacts, memory: MemoryFacts) -> None:
        self._disk = disk
        self._memory = memory

    def disk(self, _: Path) -> DiskFacts:
        return self._disk

    def memory(self) -> MemoryFacts:
        return self._memory

    def proxies(self) -> tuple[str, ...]:
        return ()

    def versions(self) -> dict[str, str]:
        return {"program": "1"}

    def has_way(self) -> bool:
        return True


class Place:
    path = Path("/nowhere/store.db")


MEGA = 1024 * 1024


@pytest.mark.parametrize(
    ("disk", "memory", "says"),
    [
        ((5000, 10.0), (80, 4000), ["disk-good", "memory-good"]),
        ((50, 10.0), (80, 100), ["disk-little", "memory-little"]),
        ((5000, 400.0), (None, None), ["disk-slow", "memory-unknown"]),
        ((5000, None), (80, 4000), ["disk-not-writable", "memory-good"]),
    ],
)
def test_disk_and_memory_are_weighed(
    disk: tuple[int, float | None], memory: tuple[int | None, int | None], says: list[str]
) -> None:
    used, free = (None if one is None else one * MEGA for one in memory)
    told = Told(DiskFacts(disk[0] * MEGA, MEGA, disk[1]), MemoryFacts(used, free))
    ignored = (PolicyTrouble("/home/claire", "vault.place", "claire"), PolicyTrouble("", "x", "y"))
    checks = LocalChecks(
        Place(),  # type: ignore[arg-type]
        None,  # type: ignore[arg-type]
        told,
        None,  # type: ignore[arg-type]
        Policy(ignored=ignored),
    )
    found = {one.id: one for one in checks.quick({})}
    assert [found["disk"].says, found["memory"].says] == says
    assert found["versions"].says == "versions-bare"
    assert dict(found["policy"].facts) == {"count": 2, "keys": "vault.place"}
    assert "claire" not in repr(found)


def test_known_keys_are_those_of_the_schema() -> None:
    assert {"vault.place", "place", "sending.undo_s"} <= known_keys(Policy())


def test_the_gauges_of_this_pc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "store.db").write_bytes(b"x" * 1000)
    told = gauges.SystemGauges()
    disk = told.disk(tmp_path)
    assert disk.store == 1000
    assert disk.sync_ms is not None
    assert list(tmp_path.iterdir()) == [tmp_path / "store.db"]  # nothing is left behind
    assert told.disk(tmp_path).free > 0
    assert set(told.versions()) == {"program", "python", "tls", "system"}
    monkeypatch.setattr(
        "urllib.request.getproxies",
        lambda: {"http": "http://claire:secret@proxy.example:3128", "https": "http://[bad"},
    )
    assert told.proxies() == ("proxy.example:3128",)
