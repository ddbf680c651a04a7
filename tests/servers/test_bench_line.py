"""The bench's line, server and floor client, together and small: its figures can be trusted."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.benchmarks.sync import changes, mailbox
from tests.benchmarks.sync.clients import FloorClient
from tests.benchmarks.sync.floor import unslash
from tests.benchmarks.sync.line import Line, why_not
from tests.benchmarks.sync.server import Server

pytestmark = [
    pytest.mark.servers,
    pytest.mark.skipif(bool(why_not()), reason=why_not() or "possible here"),
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> mailbox.Mailbox:
    return mailbox.ensure(tmp_path_factory.mktemp("bench"), scale=300)


@pytest.fixture(scope="module")
def server(made: mailbox.Mailbox) -> Iterator[Server]:
    with Line() as line, Server(line) as running:
        running.serve(made.maildir)
        yield running


@pytest.fixture
def floor(server: Server, tmp_path: Path) -> FloorClient:
    server.line.restore()
    return FloorClient(server.line, server.ca, tmp_path / "floor")


def test_the_floor_finds_every_octet_and_what_changed(
    server: Server, made: mailbox.Mailbox, floor: FloorClient, tmp_path: Path
) -> None:
    server.line.use("lan")
    sums = tmp_path / "sums"
    ran, report = floor.task("mirror", "--state", str(floor.state), "--sums", str(sums))
    assert report["messages"] == made.count
    assert ran.line.down > made.octets
    assert ran.line.connections == 1
    assert ran.line.turns <= 6
    found = {unslash(name): values for name, values in json.loads(sums.read_text()).items()}
    for folder in made.folders:
        expected = {str(one.uid): one.sha256 for one in folder.messages}
        assert found[folder.path] == expected
    with server.other_client() as client:
        changes.apply(client)
    ran, report = floor.task("delta", "--state", str(floor.state))
    assert report["new"] == changes.NEW
    assert report["flags"] == changes.FLAGS
    assert report["vanished"] == changes.EXPUNGED
    assert report["folders"] == len(changes.CHANGES)


def test_a_satellite_is_slow_and_a_turn_is_a_turn(server: Server, floor: FloorClient) -> None:
    server.line.use("satellite")
    started = time.monotonic()
    ran, report = floor.task("no-change")
    assert report["folders"] == 20
    assert report["connected"] - report["started"] > 1.2  # TCP, then TLS: 0.6 s each
    assert time.monotonic() - started > 2.0
    assert (ran.line.turns, ran.line.waits, ran.line.connections) == (3, 3, 1)
    assert 4_000 < ran.line.down < 9_000


def test_a_cut_line_carries_nothing_and_slices_go_on_where_they_were(
    server: Server, made: mailbox.Mailbox, floor: FloorClient
) -> None:
    line = server.line
    line.use("adsl-rural")
    folder = made.folder(mailbox.SHARED)
    (big,) = [one for one in folder.messages if one.size > mailbox.BIG // 20]
    out = floor.home / "message"
    words = ("--folder", folder.path, "--uid", str(big.uid), "--out", str(out))
    line.cut_after(200_000)
    ran, _ = floor.task("slices", *words, may_fail=True, stop_when=line.is_cut)
    assert line.is_cut()
    assert ran.code != 0
    first = ran.line.down
    line.restore()
    ran, report = floor.task("slices", *words)
    assert report["kept"] > 0
    assert hashlib.sha256(out.read_bytes()).hexdigest() == big.sha256
    # at most the four slices that were under way, and the handshake once more
    assert first + ran.line.down < big.size * 1.01 + 4 * 65_536 + 10_000
