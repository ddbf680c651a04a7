"""A first sync handed over: sealed to a code, incremental, adding only, twice without harm."""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mel_desktop.formats import frames, sealed
from mel_desktop.logic.mime import Readable
from mel_desktop.model.errors import Cancelled, ErrorCode, LocalRefusal, MelError, StoreTrouble
from mel_desktop.model.mail import BodyState, Flags, Marks, MessageId
from mel_desktop.model.templates import Template
from mel_desktop.services import seed_taking, seed_values, seeding
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.seed_taking import Taking
from mel_desktop.store import accounts as account_rows
from mel_desktop.store import lettertemplates, ownwords, reading, seeds
from mel_desktop.store.database import Transaction
from tests.support.store import START, plant_folder, plant_message, store
from tests.support.transfer_world import Desk, as_mbox, desk, letter

CONTENT = os.urandom(50_000)


@pytest.fixture
def giver(tmp_path: Path) -> Iterator[Desk]:
    with desk(tmp_path / "giver") as made:
        yield made


@pytest.fixture
def taker(tmp_path: Path) -> Iterator[Desk]:
    """Another PC with the same account, nothing of it listed yet."""
    with desk(tmp_path / "taker") as made:
        made.database.write(lambda tx: tx.run("DELETE FROM folder"))
        yield made


def fill(home: Desk, numbers: range, *, folder: Any = None, content: bytes = b"") -> None:
    def work(tx: Transaction) -> None:
        for number in numbers:
            message = plant_message(tx, folder or home.inbox, number, subject=f"Sujet {number}")
            if content:
                tx.run(
                    """INSERT INTO part (message_id, number, position, media_type, filename, size)
                       VALUES (?, '2', 1, 'application/pdf', 'note.pdf', ?)""",
                    message,
                    len(content),
                )
                reading.put_part(tx, message, "2", content, START)
        tx.run(
            "UPDATE folder SET uidnext = ?, highestmodseq = 77 WHERE id = ?",
            numbers.stop + 1,
            folder or home.inbox,
        )

    home.database.write(work)


def give(giver: Desk, taker: Desk, target: Path, **more: Any) -> Any:
    return giver.seeding.create(target, taker.seeding.code(), **more)


def state(home: Desk) -> tuple[Any, ...]:
    with home.database.read() as reader:
        found = reader.one(
            """SELECT uidvalidity, uidnext, highestmodseq, complete, total FROM folder
                WHERE path = 'INBOX'"""
        )
    assert found is not None
    return tuple(found)


def test_a_whole_folder_goes_over_with_its_cursor(giver: Desk, taker: Desk, tmp_path: Path) -> None:
    fill(giver, range(250), content=CONTENT)
    done = give(giver, taker, tmp_path / "s")
    assert (done.messages, done.bodies, done.parts, done.folders) == (250, 250, 250, 1)
    assert done.octets < 400_000  # the same attachment once
    opened = taker.seeding.open(tmp_path / "s")
    assert (opened.messages, opened.bodies, opened.parts, opened.known) == (250, 250, 250, 0)
    assert opened.sender == done.sender
    assert state(taker) == state(giver) == (1, 251, 77, 1, 250)
    rows, theirs = taker.rows("INBOX"), giver.rows("INBOX")
    assert [(one.subject, one.received_at, one.size) for one in rows] == [
        (one.subject, one.received_at, one.size) for one in theirs
    ]
    assert {one.body for one in rows} == {BodyState.LOCAL}
    show = taker.reading.show(rows[3].id)
    assert show.text == giver.reading.show(theirs[3].id).text
    assert show.headers["subject"] == ("Sujet 3",)
    taker.reading.save(rows[3].id, "2", tmp_path / "note.pdf")
    assert (tmp_path / "note.pdf").read_bytes() == CONTENT
    with taker.database.read() as reader:
        found = reader.all("SELECT rowid FROM message_fts WHERE message_fts MATCH 'ordre'")
        assert len(found) == 250
        assert reader.value("SELECT count(*) FROM blob") == 1


def test_the_second_one_holds_the_rest(giver: Desk, taker: Desk, tmp_path: Path) -> None:
    fill(giver, range(5))
    give(giver, taker, tmp_path / "s1")
    assert give(giver, taker, tmp_path / "s0").messages == 0
    fill(giver, range(5, 8))
    second = give(giver, taker, tmp_path / "s2")
    assert second.messages == 3
    whole = give(giver, taker, tmp_path / "s3", everything=True)
    assert whole.messages == 8
    taker.seeding.open(tmp_path / "s1")
    assert state(taker)[4] == 5
    opened = taker.seeding.open(tmp_path / "s2")
    assert (opened.messages, state(taker)[4]) == (3, 8)
    again = taker.seeding.open(tmp_path / "s3")
    assert (again.messages, again.bodies, again.known) == (0, 0, 8)


def test_what_filled_up_since_goes_over_too(giver: Desk, taker: Desk, tmp_path: Path) -> None:
    def bare(tx: Transaction) -> MessageId:
        return plant_message(tx, giver.inbox, 0, text=None)

    message = giver.database.write(bare)
    give(giver, taker, tmp_path / "s1")
    taker.seeding.open(tmp_path / "s1")
    assert taker.rows("INBOX")[0].body is BodyState.ABSENT
    giver.database.write(
        lambda tx: reading.put_body(
            tx, message, seed_readable("le texte"), b"A: b\r\n\r\n", complete=True, now=START
        )
    )
    assert give(giver, taker, tmp_path / "s2").messages == 1
    opened = taker.seeding.open(tmp_path / "s2")
    assert (opened.messages, opened.bodies) == (0, 1)
    assert taker.reading.show(taker.rows("INBOX")[0].id).text == "le texte"


def seed_readable(text: str) -> Readable:
    return Readable(text, "", text, text)


def test_nothing_newer_is_overwritten_and_nothing_deleted_comes_back(
    giver: Desk, taker: Desk, tmp_path: Path
) -> None:
    fill(giver, range(6))
    give(giver, taker, tmp_path / "s")
    taker.seeding.open(tmp_path / "s")
    rows = taker.rows("INBOX")
    taker.database.write(lambda tx: tx.run("DELETE FROM message WHERE id = ?", rows[2].id))
    taker.mailbox.flag([rows[3].id], Flags(Marks.FLAGGED), Flags())
    opened = taker.seeding.open(tmp_path / "s")
    assert (opened.messages, state(taker)[4]) == (0, 5)
    assert taker.rows("INBOX")[2].flags.marks is Marks.FLAGGED
    assert len(taker.mailbox.journal()) == 1


def test_messages_added_to_a_known_folder_make_the_sync_look_back(
    giver: Desk, taker: Desk, tmp_path: Path
) -> None:
    fill(giver, range(6))
    inbox = plant_folder(taker.database, taker.account)
    taker.database.write(
        lambda tx: tx.run("UPDATE folder SET highestmodseq = 90, complete = 0, uidnext = NULL")
    )
    taker.database.write(lambda tx: plant_message(tx, inbox, 0))
    taker.database.write(lambda tx: plant_message(tx, inbox, 49))
    give(giver, taker, tmp_path / "s")
    assert taker.seeding.open(tmp_path / "s").messages == 5
    assert state(taker) == (1, None, 77, 0, 7)


def test_another_uidvalidity_or_host_is_left_out(giver: Desk, taker: Desk, tmp_path: Path) -> None:
    fill(giver, range(3))
    plant_folder(taker.database, taker.account)
    taker.database.write(lambda tx: tx.run("UPDATE folder SET uidvalidity = 2"))
    give(giver, taker, tmp_path / "s")
    opened = taker.seeding.open(tmp_path / "s")
    assert (opened.messages, opened.skipped) == (0, ("claire.martin@ac-exemple.fr INBOX",))
    taker.database.write(lambda tx: tx.run("UPDATE account SET imap_host = 'ailleurs.invalid'"))
    assert taker.seeding.open(tmp_path / "s").skipped == ("claire.martin@ac-exemple.fr",)


def test_an_empty_pc_gets_the_account_without_its_password(giver: Desk, tmp_path: Path) -> None:
    fill(giver, range(2))
    with store(tmp_path) as database:
        taker = Desk(database, email="autre@ac-exemple.fr")
        account = taker.account
        give(giver, taker, tmp_path / "s")
        opened = taker.seeding.open(tmp_path / "s")
        assert opened.made_accounts == ("claire.martin@ac-exemple.fr",)
        with database.read() as reader:
            assert reader.all("SELECT owner FROM secret WHERE kind = 'password'") == [
                (f"account:{account}",)
            ]


def test_no_password_draft_or_wish_goes_along(giver: Desk, taker: Desk, tmp_path: Path) -> None:
    drafts = plant_folder(giver.database, giver.account, "Drafts", role="drafts")
    fill(giver, range(2), folder=drafts)
    (tmp_path / "a.mbox").write_bytes(as_mbox([letter(0)]))
    giver.importing.run(tmp_path / "a.mbox", giver.account)
    fill(giver, range(2))
    giver.mailbox.flag([giver.rows("INBOX")[0].id], Flags(Marks.SEEN), Flags())
    taker.database.write(lambda tx: tx.run("DELETE FROM secret"))
    assert give(giver, taker, tmp_path / "s").messages == 2
    taker.seeding.open(tmp_path / "s")
    assert taker.rows("INBOX")[0].flags == Flags()
    assert {one.path for one in taker.mailbox.folders()} == {"INBOX"}
    with taker.database.read() as reader:
        assert account_rows.secret(reader, f"account:{taker.account}", "password") is None


def test_only_the_pc_with_the_code_opens_it(giver: Desk, taker: Desk, tmp_path: Path) -> None:
    fill(giver, range(2))
    give(giver, taker, tmp_path / "s")
    with pytest.raises(LocalRefusal) as caught:
        giver.seeding.open(tmp_path / "s")
    assert caught.value.facts["why"] == "seed-for-another"
    with pytest.raises(LocalRefusal) as caught:
        giver.seeding.create(tmp_path / "t", giver.seeding.code())
    assert caught.value.facts["why"] == "seed-own-code"
    with pytest.raises(LocalRefusal) as caught:
        giver.seeding.create(tmp_path / "t", taker.seeding.code()[:-1] + "?")
    assert caught.value.facts["why"] == "seed-code-wrong"
    (tmp_path / "t").write_bytes(b"x" * 100)
    for call in (
        lambda: taker.seeding.open(tmp_path / "t"),
        lambda: give(giver, taker, tmp_path / "t"),
        lambda: taker.seeding.open(tmp_path / "absent"),
    ):
        with pytest.raises(LocalRefusal):
            call()
    data = (tmp_path / "s").read_bytes()
    assert b"Sujet" not in data
    assert b"claire" not in data
    assert taker.seeding.code() == taker.seeding.code()


def test_every_flipped_octet_is_noticed(giver: Desk, taker: Desk, tmp_path: Path) -> None:
    fill(giver, range(20), content=CONTENT)
    give(giver, taker, tmp_path / "s")
    whole = (tmp_path / "s").read_bytes()
    dice = random.Random(3)
    bad = tmp_path / "bad"
    for place in (*range(0, 300, 7), *dice.sample(range(300, len(whole)), 100)):
        flipped = bytearray(whole)
        flipped[place] ^= 1 << dice.randrange(8)
        bad.write_bytes(flipped)
        with pytest.raises(MelError) as caught:
            taker.seeding.open(bad)
        assert caught.value.code in (ErrorCode.DAMAGED, ErrorCode.BAD_FILE)
    assert not taker.mailbox.folders()
    for cut in (whole[:-1], whole[:1000], b""):
        bad.write_bytes(cut)
        with pytest.raises(MelError):
            taker.seeding.open(bad)


def test_broken_off_and_begun_again(
    giver: Desk, taker: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seed_taking, "BATCH", 10)
    monkeypatch.setattr(seed_taking, "SMALL", 10_000)  # each attachment is a great one
    fill(giver, range(30), content=os.urandom(600_000))
    give(giver, taker, tmp_path / "s")
    asked: list[int] = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) > 30

    with pytest.raises(Cancelled):
        taker.seeding.open(tmp_path / "s", cancelled=cancelled)
    here = state(taker)
    assert 0 < here[4] < 30
    assert not here[3]
    opened = taker.seeding.open(tmp_path / "s")
    assert opened.known == here[4]
    assert state(taker) == state(giver)
    with taker.database.read() as reader:
        missing = reader.value(
            """SELECT count(*) FROM part LEFT JOIN blob ON blob.id = blob_id
                WHERE number = '2' AND coalesce(complete, 0) = 0"""
        )
        assert missing == 0


def test_frames_that_no_seed_of_ours_holds_are_damage_and_nothing_else(
    giver: Desk, taker: Desk
) -> None:
    fill(giver, range(1, 4), content=CONTENT[:500])
    accounts = Accounts(giver.database, giver.clock)
    own_values = tuple(seed_values.own_values([Template("a", "A", "S", "T")], ["mot"]))
    giving = seeding._Giving(giver.database, "00" * 32, None, None, own_values)
    told = list(frames.frames(giving.content(accounts.all(), "2026-11-23T08:00:00Z")))
    dice = random.Random(4)
    evil: list[object] = [
        None, -1, 2**70, 1.5, "", "\ud800", "x" * 300, [], {}, [[[]]], True, "9999-12-31T23:59:59Z",
        "2026-11-23", ["\udfff"], {"a": 1},
    ]  # fmt: skip
    outcomes = Counter[str]()
    for _ in range(250):
        taking = Taking(
            taker.database, Accounts(taker.database, taker.clock), taker.clock, None, None
        )
        target = dice.randrange(len(told))
        try:
            for number, (kind, data) in enumerate(told):
                if number == target and kind != "C":
                    data = twisted(data, dice, evil)
                taking.take(kind, data, 0, 1)
            taking.done("x", 1, "y")
            outcomes["taken"] += 1
        except MelError as error:
            outcomes[error.code.text] += 1
    assert set(outcomes) <= {"taken", "damaged", "bad-address", "usage"}
    assert outcomes["damaged"] > 40
    with taker.database.read() as reader:
        assert reader.all("PRAGMA integrity_check") == [("ok",)]
    with pytest.raises(MelError):
        frames.json_of(b"[" * 200_000)


def twisted(data: bytes, dice: random.Random, evil: list[object]) -> bytes:
    """A frame with one value in it exchanged."""
    value: Any = json.loads(data)
    inner = value
    while isinstance(inner, dict | list) and inner:
        key = dice.choice(list(inner) if isinstance(inner, dict) else range(len(inner)))
        if not isinstance(inner[key], dict | list) or not inner[key] or dice.random() < 0.3:
            inner[key] = dice.choice(evil)
            break
        inner = inner[key]
    return json.dumps(value).encode()


def test_a_seed_whose_note_is_not_stored_is_not_left_behind(
    giver: Desk, taker: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(giver, range(1, 4))
    code = taker.seeding.code()

    def full(*_: object) -> None:
        raise StoreTrouble(ErrorCode.DISK_FULL)

    monkeypatch.setattr(seeds, "note_given", full)
    with pytest.raises(StoreTrouble):
        giver.seeding.create(tmp_path / "s", code)
    assert not (tmp_path / "s").exists()
    monkeypatch.undo()
    assert giver.seeding.create(tmp_path / "s", code).messages == 3


def own(home: Desk) -> tuple[dict[str, str], tuple[str, ...]]:
    with home.database.read() as reader:
        saved = lettertemplates.all_saved(reader)
        return {one.name: one.text for one in saved}, ownwords.all_words(reader)


def test_templates_and_words_of_ones_own_go_over_and_overwrite_nothing(
    giver: Desk, taker: Desk, tmp_path: Path
) -> None:
    fill(giver, range(1, 3))
    words = tuple(f"mot{chr(97 + one % 26)}{chr(97 + one // 26)}" for one in range(30))

    def work(tx: Transaction) -> None:
        for name in ("Mon mot", "À moi"):
            lettertemplates.save(tx, Template(name, name, "S", f"de {name}"), START)
        ownwords.add(tx, words, START)

    giver.database.write(work)
    taker.database.write(
        lambda tx: lettertemplates.save(tx, Template("mon mot", "x", "S", "d’ici"), START)
    )
    given = give(giver, taker, tmp_path / "s.mel")
    assert (given.templates, given.words) == (2, 30)
    taken = taker.seeding.open(tmp_path / "s.mel")
    assert (taken.templates, taken.words, taken.messages) == (1, 30, 2)
    assert own(taker) == ({"mon mot": "d’ici", "À moi": "de À moi"}, tuple(sorted(words)))
    again = taker.seeding.open(tmp_path / "s.mel")  # twice without harm
    assert (again.templates, again.words) == (0, 0)
    assert json.loads(header_of(tmp_path / "s.mel"))["version"] == 2


def test_a_seed_without_them_is_read_by_older_programs(
    giver: Desk, taker: Desk, tmp_path: Path
) -> None:
    fill(giver, range(1, 3))
    give(giver, taker, tmp_path / "s.mel")
    assert json.loads(header_of(tmp_path / "s.mel"))["version"] == 1


def test_what_could_not_be_kept_is_left_out(taker: Desk) -> None:
    accounts = Accounts(taker.database, taker.clock)
    taking = Taking(taker.database, accounts, taker.clock, None, None)
    rows = [["bon", "Bon", "fr", "", "x", ""], ["", "", "fr", "", "x", ""]]
    data = json.dumps({"templates": rows, "words": ["bon", "12 34", ""]}).encode()
    taking.take("O", data, 1, 1)
    assert own(taker) == ({"bon": "x"}, ("bon",))
    with pytest.raises(StoreTrouble):
        taking.take("O", b'{"templates": [["x"]]}', 1, 1)


def header_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return sealed.read_header(file.read, seeding.MAGIC, why="not-a-seed")
