"""What a link profile, a budget or a mirror makes of a sync; transfers that were cut."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from mel_desktop.model.errors import ConnectionTrouble, ErrorCode
from mel_desktop.model.links import LinkProfile, Phase
from mel_desktop.model.mail import BodyState, Flags, Marks
from mel_desktop.model.sync import Bodies, Progress, SyncOptions
from mel_desktop.services.reading import ReadingService
from mel_desktop.services.sync_parts import SLICE
from mel_desktop.store import blobs, reading, transfers
from tests.support.imap_model import Switches
from tests.support.sync_world import World, world

FULL, THRIFTY, FRUGAL = LinkProfile.FULL, LinkProfile.THRIFTY, LinkProfile.FRUGAL


@pytest.fixture
def home(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path) as made:
        yield made


def octets(size: int, seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(size)


def content(home: World, subject: str, part: str) -> bytes | None:
    """A part as it is stored, its SHA-256 checked; None when it is not here whole."""
    with home.database.read() as reader:
        found = reading.part(reader, home.one(subject).id, part)
        if found is None or not found.complete or found.blob is None:
            return None
        data = b"".join(blobs.read(reader, found.blob))
        stored = reader.value("SELECT sha256 FROM blob WHERE id = ?", found.blob)
    assert stored == hashlib.sha256(data).digest()
    return data


def alternative(plain: bytes, html: bytes) -> bytes:
    return (
        b"From: A <a@exemple.invalid>\r\nSubject: both\r\nMessage-ID: <both@exemple.invalid>\r\n"
        b"X-Priority: 1\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: multipart/alternative; boundary=B\r\n\r\n"
        b"--B\r\nContent-Type: text/plain\r\n\r\n" + plain + b"\r\n"
        b"--B\r\nContent-Type: text/html\r\n\r\n" + html + b"\r\n--B--\r\n"
    )


def test_full_brings_attachments_and_thrifty_does_not(home: World) -> None:
    files = {"a.pdf": octets(5_000), "b.pdf": octets(300_000, 2)}
    home.server.deliver(attachments=files)
    assert home.sync(link=THRIFTY).complete
    assert content(home, "m1", "2") is None
    assert home.server.slices == []
    report = home.sync(link=FULL)
    assert report.complete
    assert content(home, "m1", "2") == files["a.pdf"]
    assert content(home, "m1", "3") == files["b.pdf"]
    asked = len(home.server.slices), len(home.server.texts_fetched)
    home.sync(link=FULL)
    assert (len(home.server.slices), len(home.server.texts_fetched)) == asked


def test_old_attachments_and_those_of_the_trash_stay_on_the_server(home: World) -> None:
    home.server.deliver("Trash", attachments={"a.pdf": octets(100_000)})
    old = home.clock.now().replace(year=2020)
    home.server.deliver("Archive", attachments={"a.pdf": octets(100_000)}, date=old)
    home.sync(link=FULL)
    assert home.server.slices == []


def test_big_attachments_do_not_hold_up_small_ones(home: World) -> None:
    home.server.deliver(attachments={"big.pdf": octets(1_000_000)})
    home.server.deliver(attachments={"small.pdf": octets(90_000, 2)})
    home.server.deliver(attachments={"tiny.pdf": octets(3_000, 3)})
    home.sync(link=FULL)
    last_small = max(at for at, one in enumerate(home.server.slices) if one[0] == 2)
    last_big = max(at for at, one in enumerate(home.server.slices) if one[0] == 1)
    assert last_small < 6 < last_big


@pytest.mark.parametrize("number", [1, 2, 3, 5, 9, 14, 15])
@pytest.mark.parametrize("performed", [False, True])
def test_a_cut_transfer_goes_on_where_it_was(home: World, number: int, performed: bool) -> None:
    data = octets(700_000)
    home.server.deliver(attachments={"a.pdf": data})
    home.sync(link=THRIFTY)
    left = [number]

    def lose(name: str, done: bool) -> bool:
        if name == "PART" and done is performed:
            left[0] -= 1
        return left[0] == 0

    home.server.lose = lose
    with pytest.raises(ConnectionTrouble):
        home.sync(link=FULL)
    home.server.lose = None
    home.sync(link=FULL)
    assert content(home, "m1", "2") == data
    stated = home.server.boxes["INBOX"].messages[1].parts[1][0].size
    served = sum(min(length, stated - offset) for _, _, offset, length in home.server.slices)
    assert stated <= served <= stated + SLICE + 4, "at most one slice is fetched again"


def test_an_attachment_deleted_meanwhile_is_no_trouble(home: World) -> None:
    home.server.deliver(attachments={"a.pdf": octets(400_000)})
    home.server.deliver()

    def between(name: str) -> None:
        if name == "PART" and len(home.server.slices) == 2:
            home.server.expunge("INBOX", 1)

    home.server.between = between
    assert home.sync(link=FULL).complete
    home.server.between = None
    assert home.sync(link=FULL).vanished == 1
    assert home.subjects() == ["m2"]


MALFORMED = [
    b"Subject: no end of header",
    b"",
    b"\r\n\r\nno header at all",
    b"Subject: bare\nLF only\n\nBonjour\n",
    b"Content-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\nnever closed \xff\xfe\x00 nul",
    b"Subject: =?utf-8?b?####?=\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!\r\n",
]


def test_the_mirror_is_byte_for_byte_and_readable(home: World) -> None:
    raws = [*MALFORMED, alternative(b"Bonjour a tous", b"<p>Bonjour <b>a tous</b></p>")]
    uids = [home.server.deliver_raw("INBOX", raw) for raw in raws]
    home.server.deliver(subject="joint", attachments={"a.pdf": octets(1_200_000)})
    home.server.deliver("Trash", subject="jete")
    report = home.sync(link=FULL, bodies=Bodies.ALL)
    assert report.complete, report
    with home.database.read() as reader:
        stored = {
            int(str(uid)): reading.part(reader, int(str(id_)), "")
            for id_, uid in reader.all(
                """SELECT message_id, uid FROM location
                    WHERE folder_id = (SELECT id FROM folder WHERE path = 'INBOX')"""
            )
        }
        for uid, raw in zip(uids, raws, strict=True):
            one = stored[uid]
            assert one is not None
            assert one.blob is not None
            assert b"".join(blobs.read(reader, one.blob)) == raw
    home.one("joint")
    assert home.one("joint").has_attachments
    assert home.one("both").preview == "Bonjour a tous"
    assert all(one.body is BodyState.LOCAL for one in home.rows())
    assert home.rows("Trash")[0].body is BodyState.LOCAL
    fetched = len(home.server.wholes_fetched), len(home.server.slices)
    assert home.sync(link=FULL, bodies=Bodies.ALL).complete
    assert (len(home.server.wholes_fetched), len(home.server.slices)) == fetched
    read = ReadingService(home.database, home.sessions, home.clock)
    raw = read.raw(home.one("joint").id)
    assert raw == home.server.boxes["INBOX"].messages[len(raws) + 1].section("")
    read.fetch(home.one("joint").id, "2")  # cut out of the whole, no connection
    assert content(home, "joint", "2") == octets(1_200_000)


def test_a_thrifty_line_leaves_html_on_the_server_until_the_message_is_opened(
    home: World,
) -> None:
    home.server.deliver_raw("INBOX", alternative(b"Bonjour", b"<p>Bonjour <b>gras</b></p>"))
    home.sync(link=THRIFTY)
    row = home.one("both")
    assert (row.body, row.preview) == (BodyState.LOCAL, "Bonjour")
    read = ReadingService(home.database, home.sessions, home.clock)
    assert read.show(row.id).html_safe == ""
    asked = len(home.server.texts_fetched)
    shown = read.load(row.id)
    assert "<b>gras</b>" in shown.html_safe
    assert shown.headers["x-priority"] == ("1",)
    assert read.load(row.id) == shown
    assert len(home.server.texts_fetched) == asked + 1, "once"


def test_a_stub_is_no_text(home: World) -> None:
    html = b"<p>" + b"Le vrai texte. " * 900 + b"</p>"
    home.server.deliver_raw("INBOX", alternative(b"Votre logiciel ne lit pas le HTML", html))
    home.sync(link=THRIFTY)
    read = ReadingService(home.database, home.sessions, home.clock)
    assert "Le vrai texte." in read.show(home.one("both").id).html_safe


def test_texts_are_cut_earlier_on_a_thrifty_line(home: World) -> None:
    home.server.deliver(text=b"x " * 20_000)
    home.sync(link=THRIFTY)
    assert home.one("m1").body is BodyState.PARTIAL
    home.server.deliver(text=b"x " * 20_000)
    home.sync(link=FULL)
    assert home.one("m2").body is BodyState.LOCAL


def test_frugal_polls_the_inbox_and_folders_with_wishes_only(home: World) -> None:
    home.server.switches = Switches(preview=True)
    home.server.deliver()
    home.server.deliver("Archive")
    home.sync()
    home.server.deliver()
    home.server.deliver("Archive")
    report = home.sync(link=FRUGAL)
    assert (report.folders, report.new) == (1, 1)
    home.mailbox.flag([home.one("m2", "Archive").id], Flags(Marks.SEEN), Flags())
    report = home.sync(link=FRUGAL)
    assert report.folders == 2
    assert home.server_flags("Archive")["m2"] == Flags(Marks.SEEN)


def test_frugal_never_forgets_what_was_moved_out_of_its_sight(home: World) -> None:
    for _ in range(3):
        home.server.deliver()
    home.sync()
    before = home.one("m2").id
    home.server.transfer("INBOX", 2, "Archive")
    home.sync(link=FRUGAL)
    assert home.subjects() == ["m3", "m1"]
    home.server.texts_fetched.clear()
    home.sync(link=THRIFTY)
    assert home.one("m2", "Archive").id == before
    assert home.server.texts_fetched == []


def test_previews_come_with_the_rows_on_a_frugal_line(home: World) -> None:
    home.server.switches = Switches(preview=True)
    home.server.deliver(text=b"Les premiers mots")
    home.sync(link=FRUGAL, bodies=Bodies.NONE)
    assert home.one("m1").preview == "Les premiers mots"


def test_offline_opens_no_socket(home: World) -> None:
    with pytest.raises(ConnectionTrouble) as caught:
        home.sync(link=LinkProfile.OFFLINE)
    assert caught.value.code is ErrorCode.OFFLINE
    assert home.server.connects == 0


def test_a_used_up_budget_ends_the_asking_and_the_next_sync_goes_on(home: World) -> None:
    for _ in range(900):
        home.server.deliver()
    home.server.octets_each = 10_000  # what the meter counts of each command
    report = home.sync(max_bytes=60_000)
    assert not report.complete
    assert [(one.code, one.scope) for one in report.failures] == [("budget-used", "account")]
    here = home.folder()
    assert 0 < here.total < 900
    assert not here.complete
    home.server.fetched.clear()
    assert home.sync(bodies=Bodies.ALL).complete
    assert len(home.server.fetched) == 900 - here.total
    assert home.folder().local_bodies == 900


def test_a_dry_run_prints_its_plan(home: World) -> None:
    for _ in range(3):
        home.server.deliver()
    home.sync()
    home.mailbox.flag([home.one("m1").id], Flags(Marks.SEEN), Flags())
    home.server.deliver()
    home.server.expunge("INBOX", 2)
    home.server.deliver("Archive")
    report = home.sync(dry_run=True)
    assert {(one.folder, one.what, one.count) for one in report.plan} == {
        ("INBOX", "fetch", 1),
        ("INBOX", "forget", 1),
        ("INBOX", "store", 1),
        ("Archive", "fetch", 1),
    }


def test_progress_tells_phases_and_octets(home: World) -> None:
    home.server.deliver(attachments={"a.pdf": octets(200_000)})
    told: list[Progress] = []
    home.service.sync(home.account, SyncOptions(link=FULL), told.append)
    order = list(dict.fromkeys(one.phase for one in told))
    assert order == [Phase.FOLDERS, Phase.HEADERS, Phase.TEXTS, Phase.ATTACHMENTS]
    last = told[-1]
    assert last.done == last.expected == 3
    assert last.octets_done == last.octets_expected > 200_000


def test_missing_parts_leave_texts_out(home: World) -> None:
    home.server.deliver(attachments={"a.pdf": octets(100)})
    home.sync(link=THRIFTY)
    with home.database.read() as reader:
        found = transfers.missing_parts(reader, home.folder().id, 0)
    assert [one.part.number for one in found] == ["2"]


def test_a_message_without_any_text_is_here_at_once(home: World) -> None:
    home.server.deliver_raw(
        "INBOX",
        b"Subject: photo\r\nContent-Type: image/png\r\nContent-Disposition: attachment\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n",
    )
    home.sync(link=THRIFTY)
    assert home.one("photo").body is BodyState.LOCAL
    assert home.server.texts_fetched == []
