"""A draft written in the webmail goes on here: whole, harmless, and nothing of it is destroyed."""

from __future__ import annotations

import base64
import email
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.identities import UNSTORED, Identity, IdentityKind
from mel_desktop.model.mail import Address, Choice, MessageId
from mel_desktop.model.outgoing import DraftState
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.drafting import Drafting, final_message
from mel_desktop.services.foreign_drafts import ForeignDrafts
from mel_desktop.services.identities import Identities
from mel_desktop.services.reading import ReadingService
from mel_desktop.store import blobs, draftcopies, outbox, outgoing
from mel_desktop.system.clock import SystemRandomness
from tests.support.html_attacks import VECTORS
from tests.support.html_judge import faults
from tests.support.offline_world import OfflineWorld, offline_world

PNG = base64.b64decode(
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    b"gg=="
)
HEAD = (
    "From: Classe verte <classe.verte@exemple.invalid>\r\n"
    "To: =?utf-8?q?Zo=C3=A9?= <zoe@exemple.invalid>\r\n"
    "Cc: max@exemple.invalid\r\nBcc: secret@exemple.invalid\r\n"
    "Subject: Sortie au =?utf-8?q?mus=C3=A9e?=\r\nDate: Mon, 23 Nov 2026 08:00:00 +0100\r\n"
    "In-Reply-To: <question@exemple.invalid>\r\n"
    "References: <premier@exemple.invalid> <question@exemple.invalid>\r\nMIME-Version: 1.0\r\n"
)
NAMED = "Message-ID: <webmail-1@exemple.invalid>\r\n"


def letter(html: str, head: str = HEAD + NAMED) -> bytes:
    return (
        head.encode()
        + b'Content-Type: multipart/mixed; boundary="m"\r\n\r\n--m\r\n'
        + b'Content-Type: multipart/related; boundary="r"\r\n\r\n--r\r\n'
        + b"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(html.encode())
        + b"\r\n--r\r\nContent-Type: image/png\r\nContent-ID: <logo@x>\r\n"
        + b"Content-Disposition: inline\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(PNG)
        + b'\r\n--r--\r\n--m\r\nContent-Type: application/pdf; name="../../programme.pdf"\r\n'
        + b"Content-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(b"%PDF-1.4 programme")
        + b"\r\n--m--\r\n"
    )


LETTER = letter("<p>Départ à <b>9 h</b>.</p><script>x()</script><img src='cid:logo@x'>")


class Room(OfflineWorld):
    """With what opens messages."""

    foreign: ForeignDrafts
    reading: ReadingService

    def furnish(self) -> None:
        accounts = Accounts(self.database, self.clock)
        self.reading = ReadingService(self.database, self.sessions, self.clock)
        self.foreign = ForeignDrafts(self.database, accounts, self.reading, self.clock)

    def lay(self, raw: bytes = LETTER) -> MessageId:
        """Another program saves a draft."""
        self.server.deliver_raw("Drafts", raw)
        self.sync()
        return self.foreign.listed()[0].message

    def files(self, draft: int) -> list[tuple[str, str, str, bytes]]:
        with self.database.read() as reader:
            found = outgoing.draft(reader, draft)  # type: ignore[arg-type]
            return [
                (
                    one.filename, one.media_type, one.content_id,
                    b"".join(blobs.read(
                        reader, outgoing.attachment_blob(reader, found.id, one.id)
                    )),
                )
                for one in found.attachments
            ]  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Room]:
    with offline_world(tmp_path) as made:
        made.__class__ = Room
        assert isinstance(made, Room)
        made.furnish()
        made.server.deliver()
        made.sync()
        yield made


def why(error: pytest.ExceptionInfo[LocalRefusal]) -> object:
    return error.value.facts.get("why")


def test_it_is_ours_with_all_that_it_holds(home: Room) -> None:
    Identities(home.database, Accounts(home.database, home.clock), home.clock).save(
        Identity(
            UNSTORED, home.account, IdentityKind.ALIAS, "Classe verte",
            "classe.verte@exemple.invalid",
        )
    )  # fmt: skip
    home.server.deliver(subject="question", message_id="question@exemple.invalid")
    message = home.lay()
    (row,) = home.foreign.listed()
    assert (row.subject, [one.address for one in row.to]) == (
        "Sortie au musée",
        ["zoe@exemple.invalid", "max@exemple.invalid", "secret@exemple.invalid"],
    )
    draft = home.foreign.take(message)
    content = draft.content
    assert draft.revision == 1
    assert content.to == (Address("Zoé", "zoe@exemple.invalid"),)
    assert [one.address for one in (*content.cc, *content.bcc)] == [
        "max@exemple.invalid",
        "secret@exemple.invalid",
    ]
    assert content.subject == "Sortie au musée"
    assert content.sender == Address("Classe verte", "classe.verte@exemple.invalid")
    assert "Départ à 9 h." in content.text
    assert "<b>9 h</b>" in content.html
    assert "script" not in content.html
    assert home.files(draft.id) == [
        ("fichier.png", "image/png", "logo@x", PNG),
        ("programme.pdf", "application/pdf", "", b"%PDF-1.4 programme"),
    ]
    assert draft.reply_to == home.one("question").id
    with home.database.read() as reader:
        copy = draftcopies.one(reader, draft.id)
    assert copy is not None
    assert (copy.revision, copy.message_id, copy.state) == (
        1, "webmail-1@exemple.invalid", "agreed",
    )  # fmt: skip
    assert copy.uid in home.server.boxes["Drafts"].messages
    assert home.foreign.listed() == ()
    assert home.foreign.take(message).id == draft.id, "asked again: the same"
    assert home.journal.rows() == ()
    home.server.commands.clear()
    home.sync()
    assert "APPEND" not in home.server.commands, "nothing was changed yet"


def test_the_thread_goes_on_where_the_question_is_not_here(home: Room) -> None:
    draft = home.foreign.take(home.lay())
    assert draft.reply_to is None
    account = Accounts(home.database, home.clock).get(home.account)
    with home.database.read() as reader:
        made = final_message(reader, draft, account, b"1" * 16, "b", home.clock.now())
    assert made.in_reply_to == "question@exemple.invalid"
    assert made.references == ("premier@exemple.invalid", "question@exemple.invalid")


@pytest.mark.parametrize("head", [HEAD + NAMED, HEAD], ids=["named", "without-message-id"])
@pytest.mark.parametrize("move", [True, False])
def test_the_next_save_replaces_it_by_way_of_the_trash(home: Room, head: str, move: bool) -> None:
    home.server.switches.move = move
    raw = letter("<p>un</p>", head)
    draft = home.foreign.take(home.lay(raw))
    home.drafting.save(draft.id, replace(draft.content, text="deux", html=""))
    home.clock.jump(seconds=30)
    assert home.sync().complete
    (copy,) = home.copies()
    assert b"deux" in copy
    (trashed,) = home.server.boxes["Trash"].messages.values()
    assert trashed.header + trashed.text == raw, "to the last octet"
    home.sync()
    assert home.foreign.listed() == ()
    assert home.journal.rows() == ()
    home.drafting.save(draft.id, replace(draft.content, text="trois", html=""))
    home.clock.jump(seconds=30)
    home.sync()
    assert len(home.server.boxes["Trash"].messages) == 1, "ours is replaced as ever"


@pytest.mark.parametrize("performed", [False, True])
@pytest.mark.parametrize("command", ["APPEND", "MOVE"])
def test_a_lost_answer_makes_neither_two_nor_none(
    home: Room, command: str, performed: bool
) -> None:
    draft = home.foreign.take(home.lay())
    home.drafting.save(draft.id, replace(draft.content, text="deux", html=""))
    home.clock.jump(seconds=30)
    home.lose_at(command, performed=performed)
    home.sync_cut()
    home.server.lose = None
    home.sync()
    (copy,) = home.copies()
    assert b"deux" in copy
    assert len(home.server.boxes["Trash"].messages) == 1
    home.sync()
    assert home.foreign.listed() == ()
    assert home.journal.rows() == ()


def test_without_a_trash_it_stays(home: Room) -> None:
    del home.server.boxes["Trash"]
    draft = home.foreign.take(home.lay())
    home.drafting.save(draft.id, replace(draft.content, text="deux", html=""))
    home.clock.jump(seconds=30)
    home.sync()
    assert len(home.copies()) == 2
    assert home.server.destroyed == []


def test_thrown_away_here_it_goes_to_the_trash(home: Room) -> None:
    draft = home.foreign.take(home.lay())
    home.drafting.delete(draft.id)
    home.sync()
    assert home.copies() == []
    assert len(home.server.boxes["Trash"].messages) == 1
    home.sync()
    assert home.foreign.listed() == ()
    with pytest.raises(LocalRefusal):
        home.foreign.take(home.rows("Trash")[0].id)


@pytest.mark.parametrize("head", [HEAD + NAMED, HEAD], ids=["named", "without-message-id"])
def test_changed_elsewhere_meanwhile_is_a_conflict(home: Room, head: str) -> None:
    draft = home.foreign.take(home.lay(letter("<p>un</p>", head)))
    home.drafting.save(draft.id, replace(draft.content, text="deux", html=""))
    (uid,) = home.server.boxes["Drafts"].messages
    home.server.expunge("Drafts", uid)
    other = head.replace("webmail-1", "webmail-2")
    home.server.deliver_raw("Drafts", letter("<p>la leur</p>", other))
    home.clock.jump(seconds=30)
    codes = [one.code for _ in range(2) for one in home.sync().refusals]
    assert codes[:1] == ["draft-edited-elsewhere" if head != HEAD else "draft-gone-elsewhere"]
    assert home.drafting.get(draft.id).content.text == "deux"
    assert len(home.copies()) == 1, "theirs is not touched"
    if head != HEAD:
        assert home.foreign.listed() == (), "it belongs to the conflict"
        with home.database.read() as reader:
            (rival,) = draftcopies.rivals(reader, draft.id)
        assert home.foreign.take(rival).id == draft.id
        home.journal.resolve(f"d{draft.id}", Choice.BOTH)
        for _ in range(2):
            home.sync()
        assert len(home.foreign.listed()) == 1


def test_without_a_line_it_is_said_and_nothing_is_made(home: Room) -> None:
    message = home.lay()
    home.server.lose = lambda *_: True
    with pytest.raises(LocalRefusal) as refused:
        home.foreign.take(message)
    assert refused.value.code is ErrorCode.NOT_LOCAL
    assert why(refused) == "draft-not-here"
    assert home.drafting.all() == ()
    home.server.lose = None
    assert home.foreign.take(message).attachments


def test_what_is_here_needs_no_line(home: Room) -> None:
    message = home.lay()
    home.reading.load(message)
    for part in ("1.2", "2"):
        home.reading.fetch(message, part)
    home.server.lose = lambda *_: True
    assert len(home.foreign.take(message).attachments) == 2


def test_sealed_ones_and_other_messages_are_refused(home: Room) -> None:
    sealed = (
        HEAD + 'Content-Type: multipart/encrypted; boundary="m"\r\n\r\n--m\r\n'
        "Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--m\r\n"
        "Content-Type: application/octet-stream\r\n\r\nxxxx\r\n--m--\r\n"
    ).encode()
    with pytest.raises(LocalRefusal) as refused:
        home.foreign.take(home.lay(sealed))
    assert why(refused) == "draft-sealed"
    with pytest.raises(LocalRefusal) as refused:
        home.foreign.take(home.rows()[0].id)
    assert why(refused) == "not-a-draft"
    with pytest.raises(LocalRefusal):
        home.foreign.take(MessageId(4711))


def test_one_that_was_sent_is_not_opened_again(home: Room) -> None:
    message = home.lay()
    draft = home.foreign.take(message)
    home.database.write(
        lambda tx: outgoing.set_state(tx, draft.id, DraftState.QUEUED, home.clock.now())
    )
    with pytest.raises(LocalRefusal) as refused:
        home.foreign.take(message)
    assert why(refused) == "draft-not-written"


def test_an_invitation_stays_a_file(home: Room) -> None:
    raw = (
        HEAD + NAMED + 'Content-Type: multipart/mixed; boundary="m"\r\n\r\n--m\r\n'
        "Content-Type: text/plain; charset=utf-8\r\n\r\nVenez\r\n--m\r\n"
        "Content-Type: text/calendar; charset=utf-8\r\n\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
        "--m--\r\n"
    ).encode()
    draft = home.foreign.take(home.lay(raw))
    assert [one.media_type for one in draft.attachments] == ["text/calendar"]


def test_no_attack_comes_through(home: Room) -> None:
    """Every fourth vector as a draft of its own; what is kept is judged by the judge of readers."""
    vectors = VECTORS[::4]  # 500 drafts are listed at most
    for number, vector in enumerate(vectors):
        head = HEAD + f"Message-ID: <v{number}@exemple.invalid>\r\n"
        head += (
            "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        )
        body = base64.encodebytes(vector.encode("utf-8", "surrogatepass"))
        home.server.deliver_raw("Drafts", head.encode() + body)
    home.sync()
    taken = 0
    for row in home.foreign.listed():
        draft = home.foreign.take(row.message)
        assert faults(draft.content.html) == [], draft.content.html[:300]
        taken += 1
    assert taken == len(vectors)


def with_pictures(html: str, *pictures: tuple[str, str]) -> bytes:
    """A letter with pictures: (media type, Content-ID) of each."""
    parts = b"".join(
        f"\r\n--r\r\nContent-Type: {kind}\r\nContent-ID: <{content_id}>\r\n".encode()
        + b"Content-Disposition: inline\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(PNG + bytes([place]))
        for place, (kind, content_id) in enumerate(pictures)
    )
    return (
        (HEAD + NAMED).encode()
        + b'Content-Type: multipart/related; boundary="r"\r\n\r\n--r\r\n'
        + b"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(html.encode())
        + parts
        + b"\r\n--r--\r\n"
    )


@pytest.mark.parametrize(
    ("html", "pictures"),
    [
        ("<img src='cid:plan@x'>", [("image/svg+xml", "plan@x")]),
        ("<img src='cid:plan@x'>", [("image/bmp", "plan@x")]),
        ("<img src='cid:plan@x'>", [("image/jpg", "plan@x")]),
        ("<img src='cid:PLAN@x'>", [("image/png", "plan@x")]),
        ("<img src='cid:plan@x.1'>", [("image/png", "plan@x"), ("image/png", "plan@x.1")]),
        ("<img src='cid:plan@x'>", [("image/png", "plan@x"), ("image/png", "plan@x")]),
        ("<img src='cid:plan%3Ax'>", [("image/png", "plan:x")]),
        ("cid:plan@x", [("image/png", "plan@x")]),
    ],
    ids=["svg", "bmp", "jpg", "case", "prefix", "twice", "escaped", "text"],
)
def test_no_picture_is_lost_on_the_way_to_the_recipient(
    home: Room, html: str, pictures: list[tuple[str, str]]
) -> None:
    draft = home.foreign.take(home.lay(with_pictures(f"<p>Voici {html}</p>", *pictures)))
    accounts = Accounts(home.database, home.clock)
    drafting = Drafting(home.database, accounts, home.clock, SystemRandomness())
    drafting.save(draft.id, replace(draft.content, subject="Plan de la classe"))
    row = drafting.send(draft.id)
    with home.database.read() as reader:
        data = b"".join(blobs.read(reader, outbox.blob_of(reader, row.id)))
    parts = [one for one in email.message_from_bytes(data).walk() if not one.is_multipart()]
    sent = [one.get_payload(decode=True) for one in parts if one.get_content_maintype() != "text"]
    assert sorted(sent) == [PNG + bytes([place]) for place in range(len(pictures))]
    for one in parts:
        if one.get_content_type() == "image/svg+xml":
            assert one.get_content_disposition() == "attachment"
