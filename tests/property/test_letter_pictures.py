"""Pictures of a letter: what is written is read back, and no hostile HTML gets through."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mel_desktop.logic import attached_message
from mel_desktop.logic.compose import AttachedFile, Outgoing, compose
from mel_desktop.logic.html_reading import content_ids, read_html, read_with_pictures
from mel_desktop.logic.html_writing import pictures_in, to_html, to_text
from mel_desktop.model.letter import Letter, Line, Picture, Quote, Run
from mel_desktop.model.mail import Address

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
IDS = st.from_regex(r"[A-Za-z0-9._%+=!$&'*-]{1,40}@[a-z0-9.-]{1,20}", fullmatch=True)
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Co", "Cn", "Zl", "Zp"]), max_size=40)
WIDTHS = st.just(0) | st.integers(2, 4000)  # what is one pixel wide only watches who reads
PICTURES = st.builds(Picture, IDS, WORDS.map(lambda text: " ".join(text.split())), WIDTHS)
FILES = st.lists(st.tuples(IDS, st.binary(max_size=300)), unique_by=lambda one: one[0], max_size=5)


def outgoing(**changes: object) -> Outgoing:
    values: dict[str, object] = {
        "sender": Address("Claire", "claire@ac-exemple.fr"),
        "to": (Address("", "paul@ac-exemple.fr"),),
        "cc": (),
        "subject": "Photos",
        "text": "Bonjour\n",
        "date": datetime(2026, 11, 23, 8, tzinfo=UTC),
        "message_id": "abc@ac-exemple.fr",
        "boundary": "0123456789abcdef0123456789abcdef",
    }
    return Outgoing(**{**values, **changes})  # type: ignore[arg-type]


def attached(
    name: str, octets: bytes, media_type: str = "image/png", content_id: str = ""
) -> AttachedFile:
    pieces = [octets[at : at + 7] for at in range(0, len(octets), 7)]
    return AttachedFile(name, media_type, lambda: pieces, content_id)


def read(message: Outgoing, *files: AttachedFile) -> EmailMessage:
    data = b"".join(compose(message, files))
    return cast(EmailMessage, email.message_from_bytes(data, policy=email.policy.default))


def tree(message: EmailMessage) -> object:
    if not message.is_multipart() or message.get_content_type() == "message/rfc822":
        return message.get_content_type()
    return (message.get_content_subtype(), *(tree(one) for one in message.iter_parts()))


def test_pictures_stand_beside_the_html_and_files_outside() -> None:
    html = '<p>Voici <img src="cid:a@x" alt="le plan"> et <img src="cid:b@x" alt=""></p>'
    got = read(
        outgoing(html=html, text="Voici [image: le plan] et [image]\n"),
        attached("b.gif", b"GIF89a", "image/gif", "b@x"),
        attached("notes.pdf", b"%PDF", "application/pdf"),
        attached("plan été.png", PNG, content_id="a@x"),
    )
    assert tree(got) == (
        "mixed",
        ("alternative", "text/plain", ("related", "text/html", "image/png", "image/gif")),
        "application/pdf",
    )
    related = got.get_body(("related",))
    assert related is not None
    assert related.get_param("type") == "text/html"  # type: ignore[attr-defined]  # RFC 2387 3.1
    first = next(one for one in got.walk() if one.get_content_type() == "image/png")
    assert first["Content-ID"] == "<a@x>"
    assert first.get_content_disposition() == "inline"
    assert first.get_filename() == "plan été.png"
    assert first.get_payload(decode=True) == PNG
    (file,) = got.iter_attachments()
    assert file.get_filename() == "notes.pdf"


def test_a_picture_that_the_text_does_not_show_does_not_leave() -> None:
    files = (
        attached("a.png", PNG, content_id="a@x"),
        attached("svg.svg", b"<svg/>", "image/svg+xml", "s@x"),
        attached("bad.png", PNG, content_id="bad id\r\nX: y"),
    )
    html = '<p><img src="cid:s@x" alt="dessin"></p>'
    assert tree(read(outgoing(html=html), *files)) == ("alternative", "text/plain", "text/html")
    assert tree(read(outgoing(), *files)) == "text/plain"


@given(FILES, st.data())
def test_what_is_written_is_read_back(files: list[tuple[str, bytes]], data: st.DataObject) -> None:
    shown = [
        Picture(content_id, data.draw(WORDS.map(lambda text: " ".join(text.split()))))
        for content_id, _ in files
    ]
    letter = Letter((Line((Run("Avant "), *shown, Run(" après"))), Quote((Line(tuple(shown)),))))
    html = to_html(letter)
    assert content_ids(html) == tuple(one for one, _ in files)
    got = read(
        outgoing(html=html, text=to_text(letter)),
        *(attached(f"{place}.png", one[1], content_id=one[0]) for place, one in enumerate(files)),
        attached("fichier.bin", b"\0\1", "application/octet-stream"),
    )
    parts = [one for one in got.walk() if one.get_content_maintype() == "image"]
    assert [(one["Content-ID"].strip("<>"), one.get_payload(decode=True)) for one in parts] == files
    body = got.get_body(("html",))
    assert body is not None
    got_html = body.get_content().replace("\r\n", "\n")  # type: ignore[attr-defined]
    assert got_html.rstrip("\n") == html


@given(st.lists(PICTURES, max_size=6))
def test_pictures_of_html_are_those_of_the_letter(shown: list[Picture]) -> None:
    letter = Letter((Line((Run("x"), *shown)),))
    assert list(pictures_in(read_html(to_html(letter)))) == [
        replace(one, alt=one.alt[:200]) for one in shown
    ]


def test_the_plain_text_says_what_pictures_show() -> None:
    letter = Letter((Line((Run("Le "), Picture("a@x", "plan"), Picture("b@x"))),))
    assert to_text(letter) == "Le [image: plan][image]"


def test_pictures_inside_html_are_known_by_names_that_nothing_else_can_take() -> None:
    html = (
        '<p><img src="cid:embedded-1" alt="leurre">'
        '<img src="data:image/png;base64,iVBORw0K" alt="vrai"></p>'
    )
    letter, embedded = read_with_pictures(html)
    assert [one.content_id for one in pictures_in(letter)] == ["embedded-1"]
    assert pictures_in(letter)[0].alt == "vrai"
    assert embedded[0].octets == b"\x89PNG\r\n"
    assert pictures_in(read_html(html)) == ()
    assert to_text(read_html(html)) == "[leurre][vrai]"


# -- attached messages -----------------------------------------------------------------------------

INNER = b"From: a@b.fr\r\nSubject: Dedans\r\n\r\nBonjour\r\n"
ACCENTS = b"From: a@b.fr\r\nContent-Type: text/plain; charset=utf-8\r\n" + (
    "Content-Transfer-Encoding: 8bit\r\n\r\nÉté\r\n".encode()
)


def rfc822(*inners: bytes) -> tuple[bytes, EmailMessage]:
    files = [attached(f"{n}.eml", one, "message/rfc822") for n, one in enumerate(inners)]
    data = b"".join(compose(outgoing(), files))
    return data, cast(EmailMessage, email.message_from_bytes(data, policy=email.policy.default))


def test_a_message_is_attached_as_it_is() -> None:
    data, got = rfc822(INNER)
    assert INNER in data
    assert data.isascii()
    (part,) = got.iter_attachments()
    assert part.get_content_type() == "message/rfc822"
    assert part["Content-Transfer-Encoding"] == "7bit"
    assert part.get_content_disposition() == "attachment"
    assert part.get_filename() == "0.eml"
    assert part.get_content()["Subject"] == "Dedans"


def test_a_message_of_eight_bits_says_so_and_so_does_what_is_around() -> None:
    data, got = rfc822(INNER, ACCENTS)
    assert ACCENTS in data
    assert got["Content-Transfer-Encoding"] == "8bit"
    first, second = got.iter_attachments()
    assert first["Content-Transfer-Encoding"] == "7bit"
    assert second["Content-Transfer-Encoding"] == "8bit"
    assert second.get_content().get_content() == "Été\r\n"
    assert data[: data.index(b"\r\n\r\n")].isascii()


@pytest.mark.parametrize(
    "inner", [b"a\0b", b"a\rb\r\n", b"x" * 999 + b"\r\n", b"x\r\n" + b"y" * 999]
)
def test_what_cannot_travel_as_a_message_goes_as_octets(inner: bytes) -> None:
    _, got = rfc822(inner)
    (part,) = got.iter_attachments()
    assert part.get_content_type() == "application/octet-stream"
    assert part.get_payload(decode=True) == inner


@given(st.lists(st.binary(max_size=30).map(lambda one: one.replace(b"\0", b"\r\n")), max_size=8))
def test_only_line_ends_change(chunks: list[bytes]) -> None:
    whole = b"".join(chunks)
    encoding = attached_message.encoding_of(chunks)
    assert encoding == attached_message.encoding_of([whole])
    written = b"".join(attached_message.with_line_ends(chunks))
    if encoding:
        assert written == whole.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        assert written.isascii() is (encoding == "7bit")
