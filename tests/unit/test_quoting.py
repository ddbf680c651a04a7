"""Answers and messages passed on that keep the look of what they quote; nothing hostile with it."""

from __future__ import annotations

import base64
import email
import email.policy
import re
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import cast

import pytest

from mel_desktop.logic.compose import compose_draft
from mel_desktop.logic.html_reading import clean
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import Address, MessageId
from mel_desktop.model.outgoing import Draft, DraftContent
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.draft_files import DraftFiles
from mel_desktop.services.drafting import Drafting, files_of, final_message
from mel_desktop.store import blobs
from mel_desktop.system.clock import SystemRandomness
from tests.support.examples import LONG
from tests.support.html_attacks import VECTORS
from tests.support.transfer_world import Desk, as_mbox, desk

PNG = base64.b64decode(
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    b"gg=="
)
HTML = (
    '<div style="font-family:Comic Sans MS"><p>Bonjour <b>à tous</b>,</p>'
    "<ul><li>bottes</li><li>pique-nique</li></ul>"
    "<table><tr><td>6e A</td><td>8 h</td></tr></table>"
    '<p>Le plan : <img src="cid:plan@x" alt="le plan"> <img src="cid:absent@x" alt="absent">'
    '<img src="https://piste.invalid/p.gif" alt="loin"></p>'
    "<p>-- <br>Marc</p></div>"
)
RISKS = ("http", 'src="/', "file:", "javascript", "<script", " on", "url(", "data:", "position")
TO = (Address("", "paul@ac-exemple.fr"),)


def letter(html: str, number: int = 0) -> bytes:
    return (
        f"From: Marc Oberlin <marc@ac-exemple.fr>\r\nTo: claire.martin@ac-exemple.fr\r\n"
        f"Subject: Sortie {number}\r\nDate: Mon, 23 Nov 2026 08:00:00 +0100\r\n"
        f"Message-ID: <m{number}@x.invalid>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related; boundary="r"\r\n\r\n--r\r\n'
        "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    ).encode() + base64.encodebytes(html.encode("utf-8", "replace")) + (
        b"\r\n--r\r\nContent-Type: image/png\r\nContent-ID: <Plan@x>\r\n"
        b"Content-Disposition: inline; filename=plan.png\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(PNG) + b"\r\n--r--\r\n"
    )  # fmt: skip


class Study:
    """A desk with somebody who writes."""

    def __init__(self, home: Desk) -> None:
        self.home = home
        self.account = AccountId(int(home.account))
        self.drafting = Drafting(
            home.database, Accounts(home.database, home.clock), home.clock, SystemRandomness()
        )
        self.files = DraftFiles(home.database, home.clock)

    def receive(self, folder: Path, *htmls: str) -> list[MessageId]:
        file = folder / "Recus.mbox"
        file.write_bytes(as_mbox([letter(one, number) for number, one in enumerate(htmls)]))
        done = self.home.importing.run(file, self.home.account)
        assert done.imported == len(htmls)
        found = [one.id for one in self.home.rows(done.folder)]
        for message in found:
            self.home.reading.fetch(message, "2")  # cut out of the whole
        return found

    def sent(self, draft: Draft) -> EmailMessage:
        row = self.drafting.send(draft.id)
        with self.home.database.read() as reader:
            blob = reader.value("SELECT blob_id FROM outbox WHERE id = ?", int(row.id))
            raw = b"".join(blobs.read(reader, int(str(blob))))
        return cast(EmailMessage, email.message_from_bytes(raw, policy=email.policy.default))


@contextmanager
def study(folder: Path) -> Iterator[Study]:
    with desk(folder / "desk") as home:
        yield Study(home)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Study]:
    with study(tmp_path) as opened:
        yield opened


def html_of(message: EmailMessage) -> str:
    body = message.get_body(("html",))
    return "" if body is None else cast(str, body.get_content())  # type: ignore[attr-defined]


def is_harmless(html: str) -> bool:
    said = re.sub(r">[^<]*<", "><", re.sub(r'href="[^"]*"', "", html)).lower()
    return not any(risk in said for risk in RISKS)


def test_an_answer_keeps_the_look_in_small_html_without_pictures(
    room: Study, tmp_path: Path
) -> None:
    (message,) = room.receive(tmp_path, HTML)
    content = room.drafting.reply_content(message, to_all=False, formatted=True)
    assert content.subject == "Re: Sortie 0"
    head, _, quoted = content.html.partition("<blockquote>\n")
    assert "Marc Oberlin a écrit" in head
    assert quoted == (
        "<p>Bonjour <b>à tous</b>,</p>\n<ul>\n<li>bottes</li>\n<li>pique-nique</li>\n</ul>\n"
        "<table>\n<tr><td>6e A</td><td>8 h</td></tr>\n</table>\n"
        "<p>Le plan : [le plan] [absent][loin]</p>\n</blockquote>"
    )
    assert content.html == clean(content.html)
    assert "> Bonjour à tous," in content.text
    assert "> - bottes" in content.text
    draft = room.drafting.create(room.account, content, reply_to=message)
    assert draft.attachments == ()
    plain = room.drafting.reply_content(message, to_all=False)
    assert plain.html == ""
    assert "> Bonjour" in plain.text


def test_an_answer_quotes_what_is_selected_with_its_pictures(room: Study, tmp_path: Path) -> None:
    (message,) = room.receive(tmp_path, HTML)
    content = room.drafting.reply_content(
        message,
        to_all=False,
        selected="Le plan",
        selected_html='<p>Le <i>plan</i> <img src="cid:plan@x" alt="p"><img src="cid:z@x" alt="z">',
        formatted=True,
    )
    assert "<i>plan</i>" in content.html
    assert "Bonjour" not in content.html
    assert "[z]" in content.html
    draft = room.drafting.create(room.account, content, reply_to=message)
    (picture,) = draft.attachments
    assert (picture.content_id, picture.media_type) == ("plan@x", "image/png")
    assert room.files.picture(draft.id, "plan@x") == PNG
    # an answer in plain text quotes the words
    plain = room.drafting.reply_content(message, to_all=False, selected="Le plan")
    assert "> Le plan" in plain.text
    assert "Bonjour" not in plain.text


def test_a_message_passed_on_takes_its_pictures_along(room: Study, tmp_path: Path) -> None:
    (message,) = room.receive(tmp_path, HTML)
    content = room.drafting.forward_content(message, formatted=True)
    assert "Message transféré" in content.html
    assert "[absent][loin]" in content.html
    assert "<p>--<br>\nMarc</p>" in content.html  # all of it is passed on
    draft = room.drafting.create(
        room.account, DraftContent(to=TO, text=content.text, html=content.html), forward=message
    )
    (picture,) = draft.attachments
    assert picture.content_id == "plan@x"
    sent = room.sent(draft)
    part = next(one for one in sent.walk() if one.get_content_type() == "image/png")
    assert part["Content-ID"] == "<plan@x>"
    assert part.get_payload(decode=True) == PNG
    assert 'src="cid:plan@x"' in html_of(sent)
    body = sent.get_body(("plain",))
    assert body is not None
    assert "[image: le plan]" in body.get_content()  # type: ignore[attr-defined]


def test_a_picture_comes_and_goes_with_the_text(room: Study, tmp_path: Path) -> None:
    (message,) = room.receive(tmp_path, HTML)
    without = DraftContent(to=TO, html="<p>Voici</p>", text="Voici")
    draft = room.drafting.create(room.account, without, forward=message)
    assert draft.attachments == ()  # nor the message itself, all of which is here
    shown = DraftContent(to=TO, html='<p>Voici <img src="cid:plan@x" alt=""></p>', text="Voici")
    saved = room.drafting.save(draft.id, shown)  # undo of what was removed before it was kept
    assert [one.content_id for one in saved.attachments] == ["plan@x"]
    assert room.drafting.save(draft.id, without).attachments == ()
    again = room.drafting.save(draft.id, shown)
    assert again.attachments == saved.attachments
    made = room.files.add_picture(
        draft.id, "a.png", PNG, media_type="image/png", content_id="neu@x"
    )
    assert made in [one.id for one in room.drafting.get(draft.id).attachments]
    smaller = room.files.replace(draft.id, made, "b.png", PNG + b"x", media_type="image/png")
    (kept,) = [one for one in room.drafting.get(draft.id).attachments if one.id == smaller]
    assert kept.content_id == "neu@x"  # another picture in the same place
    # nothing shows it: it does not leave, and the next revision does not list it
    assert "neu@x" not in room.sent(room.drafting.get(draft.id)).as_string()


@pytest.mark.parametrize(
    ("media_type", "content_id"),
    [("image/svg+xml", "a@x"), ("image/png", "a b"), ("image/png", "")],
)
def test_what_may_not_stand_in_a_text_is_refused(
    room: Study, media_type: str, content_id: str
) -> None:
    draft = room.drafting.create(room.account, DraftContent(to=TO))
    with pytest.raises(LocalRefusal, check=lambda error: error.code is ErrorCode.USAGE):
        room.files.add_picture(draft.id, "a", PNG, media_type=media_type, content_id=content_id)


def test_what_is_too_long_is_quoted_as_text_and_cut(room: Study, tmp_path: Path) -> None:
    (message,) = room.receive(tmp_path, "<p>" + "mot <b>gras</b> " * 30_000 + "</p>")
    content = room.drafting.reply_content(message, to_all=False, formatted=True)
    assert content.html == ""
    assert content.text.count("> ") >= 1


def test_only_our_own_signature_is_known_as_one(room: Study, tmp_path: Path) -> None:
    theirs = '<div class="mel-signature"><p>Cabinet</p></div>'
    html = f"<p>Avant</p><blockquote>{theirs}<p>Cité</p></blockquote><p>x</p>{theirs}<p>Fin</p>"
    (message,) = room.receive(tmp_path, html)
    answer = room.drafting.reply_content(message, to_all=False, formatted=True)
    assert "mel-signature" not in answer.html
    assert "Fin" not in answer.html  # what follows the signature of the other is left out
    assert "Cabinet" in answer.html
    forward = room.drafting.forward_content(message, formatted=True)
    assert "mel-signature" not in forward.html
    assert "Fin" in forward.html


def test_the_copy_among_the_drafts_has_the_pictures_too(room: Study, tmp_path: Path) -> None:
    (message,) = room.receive(tmp_path, HTML)
    content = room.drafting.forward_content(message, formatted=True)
    draft = room.drafting.create(room.account, content, forward=message)
    accounts = Accounts(room.home.database, room.home.clock)
    with room.home.database.read() as reader:
        final = final_message(
            reader, draft, accounts.get(room.account), b"x" * 16, "0" * 32, draft.saved_at
        )
        data = b"".join(compose_draft(final, (), files_of(reader, draft)))
    copy = email.message_from_bytes(data, policy=email.policy.default)
    assert [one["Content-ID"] for one in copy.walk() if one.get_content_maintype() == "image"] == [
        "<plan@x>"
    ]


def test_nothing_hostile_gets_through_an_answer_a_forward_a_draft_or_the_message(
    room: Study, tmp_path: Path
) -> None:
    vectors = VECTORS[:: 1 if LONG else 3]  # all of them are sanitised in test_sanitize
    messages = room.receive(tmp_path, *vectors)
    reached = 0
    for message, vector in zip(messages, vectors, strict=True):
        answer = room.drafting.reply_content(message, to_all=True, formatted=True)
        chosen = room.drafting.reply_content(
            message, to_all=True, selected="x", selected_html=vector, formatted=True
        )
        forward = room.drafting.forward_content(message, formatted=True)
        for content in (answer, chosen, forward):
            assert is_harmless(content.html), vector
            reached += bool(content.html)
        # what another program, or a command, put into the draft as it is
        raw = room.drafting.create(
            room.account, DraftContent(to=TO, html=vector, text="x"), reply_to=message
        )
        assert is_harmless(html_of(room.sent(raw))), vector
    assert reached > len(vectors)  # most have something to quote


@pytest.mark.parametrize(
    "query",
    [
        "a=1&amp;section=2&amp;region=3&amp;copy=1&amp;notify=1&amp;parameter=2&amp;currency=4",
        "a=1&section=2&copy=3",
        "q=%26lt%3B&amp;amp;lt=2",
    ],
)
def test_a_link_leads_where_it_led(query: str) -> None:
    address = f"https://ent.exemple.test/?{query}"
    (found,) = re.findall('href="([^"]*)"', clean(f'<p><a href="{address}">ici</a></p>'))
    wanted = address if "&amp;" in address else address.replace("&", "&amp;")
    assert found == wanted
    assert clean(f'<p><a href="{found}">ici</a></p>') == f'<p><a href="{found}">ici</a></p>'
