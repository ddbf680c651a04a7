"""Text of office documents, sound and hostile."""

from __future__ import annotations

import base64
import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mel_desktop.formats import office_text as office
from mel_desktop.formats.office_text import office_text
from mel_desktop.formats.pdf_text import pdf_text
from mel_desktop.logic.document_kinds import document_kind
from mel_desktop.logic.message_text import message_text
from mel_desktop.logic.rtf_text import rtf_text
from mel_desktop.model.documents import DocumentKind
from tests.support import documents


def words(data: bytes) -> str:
    return " ".join(office_text(data).split())


def test_a_word_document_is_told_in_its_order_with_its_header() -> None:
    data = documents.docx("Convocation au conseil", "Salle B12", header="Collège Jean Moulin")
    assert words(data) == "Convocation au conseil Salle B12 Collège Jean Moulin"


def test_a_workbook_tells_texts_and_numbers_but_no_places_of_shared_texts() -> None:
    assert (
        words(documents.xlsx(["Durand", "Martin"], [147, 15])) == "Durand Martin 147 15 sur place"
    )


def test_slides_are_told_in_the_order_of_their_numbers() -> None:
    slides = [f"page{number}" for number in range(1, 13)]
    assert words(documents.pptx(*slides)) == " ".join(slides)


def test_an_open_document_keeps_words_apart() -> None:
    assert words(documents.odt("Sortie au musée", "lundi")) == "Sortie au musée fin lundi fin"


def test_entities_are_refused_before_they_grow() -> None:
    with pytest.raises(ValueError, match="declaration"):
        office_text(documents.billion_laughs())


def test_a_bomb_is_left_when_it_has_told_enough() -> None:
    assert words(documents.zip_bomb(office.MOST_XML // (1 << 20) + 40)) == ""


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04 no archive",
        documents.archive({"photo.jpg": b"\xff\xd8"}),
        documents.archive({"word/document.xml": "<w:document><not closed>"}),
        documents.docx("texte")[:-40],
    ],
)
def test_what_is_no_document_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"document"):
        office_text(data)


@settings(deadline=None)
@given(st.data())
def test_a_damaged_document_is_told_or_refused_never_more(data: st.DataObject) -> None:
    whole = bytearray(documents.docx("Réunion de rentrée", header="Lycée"))
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(ValueError):
        assert len(office_text(bytes(whole))) <= office.MOST_TEXT


def test_pages_of_a_pdf() -> None:
    assert pdf_text(documents.pdf("Élèves convoqués (6eB)", "Œuvre au programme")).split() == [
        "Élèves", "convoqués", "(6eB)", "Œuvre", "au", "programme",
    ]  # fmt: skip


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n", documents.pdf("texte")[:60]])
def test_what_is_no_pdf_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="PDF"):
        pdf_text(data)


def test_rich_text_tells_letters_and_leaves_fonts_and_pictures_out() -> None:
    data = (
        rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}{\*\generator Word;}"
        rb"R\'e9union du coll\u232?ge\par Fin \{ok\}{\pict 0102}{\b  gras}}"
    )
    assert rtf_text(data) == "Réunion du collège\nFin {ok} gras"
    with pytest.raises(ValueError, match="RTF"):
        rtf_text(b"rien")


@given(st.binary(max_size=200))
def test_broken_rich_text_is_told_as_far_as_it_goes(data: bytes) -> None:
    assert len(rtf_text(b"{\\rtf1 " + data)) <= 2000


def test_a_message_in_a_message_tells_people_text_and_its_own_files() -> None:
    files = (
        b"--b\r\nContent-Type: application/pdf; name=menu.pdf\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(documents.pdf("Blanquette"))
        + b"\r\n--b\r\nContent-Type: application/pdf; name=casse.pdf\r\n\r\n%PDF\r\n--b--\r\n"
    )
    raw = (
        b"From: Paul Durand <paul@ac-exemple.invalid>\r\nSubject: =?utf-8?q?D=C3=A9jeuner?=\r\n"
        b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/plain\r\n\r\nVoici le menu.\r\n" + files
    )
    told = message_text(raw, lambda kind, charset, data: pdf_text(data)).split()
    assert told == [
        "Déjeuner", "Paul", "Durand", "paul@ac-exemple.invalid", "Voici", "le", "menu.",
        "menu.pdf", "Blanquette", "casse.pdf",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("media_type", "filename", "kind"),
    [
        ("application/pdf", "", DocumentKind.PDF),
        ("application/octet-stream", "Convocation.PDF", DocumentKind.PDF),
        (
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "a",
            DocumentKind.OFFICE,
        ),
        ("application/octet-stream", "notes.ods", DocumentKind.OFFICE),
        ("message/rfc822", "", DocumentKind.MESSAGE),
        ("application/octet-stream", "tr.eml", DocumentKind.MESSAGE),
        ("application/msword", "lettre.rtf", DocumentKind.RTF),
        ("text/html", "page", DocumentKind.HTML),
        ("text/csv", "eleves.csv", DocumentKind.TEXT),
        ("application/octet-stream", "eleves.csv", DocumentKind.TEXT),
        ("image/jpeg", "photo.jpg", None),
        ("application/zip", "tout.zip", None),
        ("application/octet-stream", "txt", None),
    ],
)
def test_kinds(media_type: str, filename: str, kind: DocumentKind | None) -> None:
    assert document_kind(media_type, filename) is kind
