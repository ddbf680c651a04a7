"""The parts of the sync bench that need no network: mailbox, meter, floor's grammar, figures."""

from __future__ import annotations

import email
import hashlib
import json
import os
import random
import socket
import struct
import subprocess
import sys
import threading
import zlib
from pathlib import Path

import pytest

from tests.benchmarks.goals import GOALS, Target
from tests.benchmarks.sync import line, mailbox, thunderbird
from tests.benchmarks.sync.emulator import PROFILES
from tests.benchmarks.sync.floor import unslash
from tests.benchmarks.sync.floor_wire import nested, ranges, text_section
from tests.benchmarks.sync.malformed import WAYS
from tests.benchmarks.sync.meter import DOWN, UP, Meter, Totals
from tests.benchmarks.sync.prose import Writer
from tests.benchmarks.sync.results import Results

SCALE = 150


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> mailbox.Mailbox:
    return mailbox.ensure(tmp_path_factory.mktemp("bench"), scale=SCALE, seed=3)


# -- mailbox --------------------------------------------------------------------------------------


def test_full_scale_has_what_was_promised() -> None:
    assert sum(count for _, count in mailbox.FOLDERS) == 10_000
    assert len(mailbox.FOLDERS) == 20
    assert dict(mailbox.FOLDERS)["INBOX"] == 2600
    sizes = sorted(mailbox.quantile((number + 0.5) / 10_000) for number in range(10_000))
    assert 6_000 < sizes[5_000] < 7_500
    assert 65_000 < sizes[9_000] < 80_000
    assert 900_000 < sizes[9_900] < 1_100_000
    assert 8_000_000 < sizes[-1] < 8_400_000
    assert 540e6 < sum(sizes) < 620e6
    assert len(WAYS) == 14


def test_the_manifest_says_what_the_server_gives_out(made: mailbox.Mailbox) -> None:
    for folder in made.folders:
        home = made.maildir / mailbox.directory(folder.path) / "cur"
        files = sorted(home.iterdir(), key=lambda path: int(path.name.split(".M")[1].split("P")[0]))
        assert len(files) == len(folder.messages)
        for path, kept in zip(files, folder.messages, strict=True):
            out = mailbox.served(path.read_bytes())
            assert hashlib.sha256(out).hexdigest() == kept.sha256
            assert len(out) == kept.size == int(path.name.split("W=")[1].split(":")[0])
            assert b"\0" not in out


def test_all_ways_of_being_broken_are_there_and_planted_words_are_not_in_them(
    made: mailbox.Mailbox,
) -> None:
    messages = [one for folder in made.folders for one in folder.messages]
    assert {one.broken for one in messages} == {"", *WAYS}
    assert sorted(one.planted for one in messages if one.planted) == sorted(mailbox.PLANTED * 3)
    assert not any(one.planted and one.broken for one in messages)


def test_the_same_seed_makes_the_same_mailbox(made: mailbox.Mailbox, tmp_path: Path) -> None:
    again = mailbox.ensure(tmp_path / "again", scale=SCALE, seed=3)
    other = mailbox.ensure(tmp_path / "other", scale=SCALE, seed=4)
    assert again.folders == made.folders
    assert other.folders != made.folders
    assert mailbox.ensure(tmp_path / "again", scale=SCALE, seed=3) == again


def test_every_way_changes_the_message() -> None:
    whole = (
        b"From: a@b.test\nDate: x\nMessage-ID: <1@b.test>\nTo: c@d.test\n"
        b'Content-Type: multipart/mixed; boundary="q"\n\n--q\n\nUne ligne\nune autre\n'
        b"trois\nquatre\ncinq\nsix\n--q--\n"
    )
    made = {name: way(whole) for name, way in WAYS.items()}
    assert whole not in made.values()
    assert len(set(made.values())) == len(WAYS)


def test_a_copy_shares_mail_and_nothing_else(made: mailbox.Mailbox, tmp_path: Path) -> None:
    mailbox.clone(made.maildir, tmp_path / "copy", None)
    mail = next((made.maildir / "cur").iterdir())
    assert (tmp_path / "copy" / "cur" / mail.name).read_bytes() == mail.read_bytes()
    listed = tmp_path / "copy" / "dovecot-uidlist"
    listed.write_text("changed")
    assert (made.maildir / "dovecot-uidlist").read_text() != "changed"


def test_prose_deflates_as_prose_does_and_holds_the_planted_word() -> None:
    writer = Writer(random.Random(1))
    texts = ["\n\n".join(writer.paragraphs(2_400)) for _ in range(300)]
    octets = "\n".join(texts).encode()
    assert 3.2 < len(octets) / len(zlib.compress(octets, 6)) < 4.2
    for size in (100, 900, 12_000):
        assert "\n".join(writer.paragraphs(size, "zinzolin")).count("zinzolin") == 1


def test_names_of_folders() -> None:
    for path, _ in mailbox.FOLDERS[1:]:
        name = mailbox.directory(path)[1:].replace(".", "/")
        assert name.isascii()
        assert unslash(name) == path
    assert mailbox.directory("Projets/Théâtre") == ".Projets.Th&AOkA4g-tre"


# -- meter ----------------------------------------------------------------------------------------


def packet(direction: int, sequence: int, payload: int, *, syn: bool = False) -> bytes:
    ports = (40_000, 993) if direction == UP else (993, 40_000)
    ip = struct.pack("!BBHHHBBH8x", 0x45, 0, 40 + payload, 0, 0, 64, 6, 0)
    flags = 0x02 if syn else 0x10
    return ip + struct.pack("!HHIIBBHHH", *ports, sequence & 0xFFFFFFFF, 0, 0x50, flags, 0, 0, 0)


def test_turns_octets_and_retransmissions() -> None:
    meter = Meter(0.0)
    start = 0xFFFFFFF0  # goes round on the way
    for step, (direction, sequence, size) in enumerate(
        (
            (UP, start, 0), (UP, start + 1, 100), (UP, start + 101, 50),
            (DOWN, 10, 1000), (DOWN, 1010, 500), (DOWN, 10, 1000),
            (UP, start + 151, 20), (DOWN, 1510, 40), (UP, start + 171, 5),
        )
    ):  # fmt: skip
        meter.packet(
            direction, packet(direction, sequence, size, syn=step == 0), step / 10, quiet=step != 8
        )
    totals = meter.totals
    assert (totals.connections, totals.turns, totals.waits) == (1, 3, 2)
    assert (totals.down, totals.again_down, totals.up) == (1540, 1000, 175)
    assert totals.at(0.35) == (1000, 150, 1)
    assert totals.at(0.0) == (0, 0, 0)
    assert Totals.from_json(totals.as_json()) == totals


def test_late_packets_of_an_earlier_connection_are_not_counted() -> None:
    meter = Meter(0.0)
    meter.packet(DOWN, packet(DOWN, 10, 1000), 0.1, quiet=False)
    assert (meter.totals.down, meter.totals.connections) == (0, 0)


def test_profiles_are_those_of_the_issue() -> None:
    satellite = PROFILES["satellite"]
    assert (satellite.down_bps, satellite.rtt_s, satellite.loss) == (1_000_000, 0.6, 0.005)


# -- floor ----------------------------------------------------------------------------------------


def test_the_text_is_found_in_a_structure() -> None:
    plain = b'("text" "plain" ("charset" "utf-8") NIL NIL "8bit" 10 1)'
    html = b'("TEXT" "HTML" NIL NIL NIL "8bit" 10 1)'
    pdf = b'("application" "pdf" NIL NIL NIL "base64" 10)'
    for structure, section in (
        (plain, "1"),
        (html, "1"),
        (pdf, None),
        (b"(" + html + plain + b' "alternative")', "2"),
        (b"((" + plain + html + b' "alternative")' + pdf + b' "mixed")', "1.1"),
        (b"(" + pdf + pdf + b' "mixed")', None),
    ):
        assert text_section(nested(structure)) == section


@pytest.mark.parametrize(
    ("uids", "text"), [([3], "3"), ([1, 2, 3], "1:3"), ([1, 3, 4, 9], "1,3:4,9")]
)
def test_sequence_sets(uids: list[int], text: str) -> None:
    assert ranges(uids) == text


# -- figures --------------------------------------------------------------------------------------


def test_a_promise_that_could_not_be_measured_is_not_kept() -> None:
    results = Results()
    results.promise("mirror", "seconds of the sync", 1.0, None)  # there was no mbsync
    results.promise("mirror", "peak memory", None)
    results.promise("mirror", "peak memory", 150)
    results.promise("mirror", "messages byte for byte", 3, 4)
    assert [one.kept for one in results.targets] == [False, False, True, False]
    assert Target("x", "", 4, 4, "", least=True).kept
    assert results.table().count("MISSED") == 3
    with pytest.raises(KeyError):
        results.promise("mirror", "never promised", 1.0)


def test_limits_are_multiples_of_what_the_peer_took() -> None:
    results = Results()
    results.promise("no-change", "bytes down", 12.9, 10.0)
    results.promise("no-change", "turns", 5, 4)
    results.promise("delta", "turns", 7, 4)
    assert [(one.limit, one.kept) for one in results.targets] == [
        (13.0, True), (5.0, True), (6.0, False)
    ]  # fmt: skip
    words = {(one.scenario, one.what): one.words() for one in GOALS.values() if one.part == "sync"}
    assert words["no-change", "bytes down"] == "<= 1.3 x floor"
    assert words["delta", "turns"] == "<= floor + 2"
    assert words["all-text", "bytes down"] == "<= 11000 kB"
    assert all(one.source.startswith("issue ") for one in GOALS.values())


def test_letters_are_mail(made: mailbox.Mailbox) -> None:
    folder = made.folder("Archives")
    sound = [one.uid for one in folder.messages if not one.broken]
    home = made.maildir / mailbox.directory("Archives") / "cur"
    files = sorted(home.iterdir(), key=lambda path: int(path.name.split(".M")[1].split("P")[0]))
    for uid in sound:
        message = email.message_from_bytes(files[uid - 1].read_bytes())
        assert message["Message-ID"]
        assert not message.defects
        assert not any(part.defects for part in message.walk())


# -- the line -------------------------------------------------------------------------------------


def test_namespaces_of_a_killed_bench_are_swept_away_and_no_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    dead, alive = f"melbanc{gone.pid}-c", f"melbanc{os.getpid()}-c"
    ran: list[list[str]] = []

    def run(words: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        ran.append(words)
        left = f"{gone.pid}\n"  # gone meanwhile
        listed = f"{dead} (id: 1)\n{alive}\nmelbanc\nother\n"
        return subprocess.CompletedProcess(words, 0, left if "pids" in words else listed)

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(line, "NETNS", tmp_path)
    for name in (dead, alive, "other"):
        (tmp_path / name).mkdir()
    line.sweep()
    assert ran[1:] == [["ip", "netns", "pids", dead], ["ip", "netns", "del", dead]]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([alive, "other"])


# -- Thunderbird ----------------------------------------------------------------------------------


def marionette(listening: socket.socket, answers: list[object], asked: list[list[object]]) -> None:
    """A server that greets, then gives these answers, in octets that come in pieces."""
    connection, _ = listening.accept()
    with connection, connection.makefile("rb") as stream:

        def say(value: object) -> None:
            octets = json.dumps(value).encode()
            for octet in f"{len(octets)}:".encode() + octets:
                connection.sendall(bytes([octet]))

        say({"applicationType": "gecko", "marionetteProtocol": 3})
        for answer in answers:
            digits = b""
            while (octet := stream.read(1)) != b":":
                digits += octet
            command = json.loads(stream.read(int(digits)))
            asked.append(command)
            say([1, command[1], *(answer if isinstance(answer, tuple) else (None, answer))])


def test_thunderbird_is_asked_for_all_and_its_refusal_is_heard() -> None:
    asked: list[list[object]] = []
    refusal = ({"error": "javascript error", "message": "no account"}, None)
    answers = [{"sessionId": "1"}, None, None, {"value": {"folders": 20, "messages": 900}}, refusal]
    authority = "-----BEGIN CERTIFICATE-----\nQUJD\nREVG\n-----END CERTIFICATE-----\n"
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=marionette, args=(listening, answers, asked))
        thread.start()
        with socket.create_connection(listening.getsockname(), timeout=20) as connection:
            session = thunderbird.Marionette(connection)
            told = thunderbird.synced(session, authority)
            with pytest.raises(thunderbird.Refused, match="javascript error: no account"):
                session.ask("Marionette:Quit")
            thread.join()
            with pytest.raises(thunderbird.Refused, match="closed"):
                session.ask("Marionette:Quit")
    assert told == {"folders": 20, "messages": 900}
    assert [command[2] for command in asked[:4]] == [
        "WebDriver:NewSession", "Marionette:SetContext", "WebDriver:SetTimeouts",
        "WebDriver:ExecuteAsyncScript",
    ]  # fmt: skip
    words = asked[3][3]
    assert isinstance(words, dict)
    assert words["args"][0] == "QUJDREVG"
