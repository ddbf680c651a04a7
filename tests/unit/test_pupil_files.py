"""Pupils' data within attached documents, read by the real extractor in its own process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mel_desktop.logic import pupil_data
from mel_desktop.logic.pupil_data import Sign
from mel_desktop.logic.search_query import Query
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import Address
from mel_desktop.model.outgoing import DraftContent, DraftId
from mel_desktop.services.attachment_texts import AttachmentTexts
from mel_desktop.services.draft_files import DraftFiles
from mel_desktop.services.pupil_files import PupilFiles
from mel_desktop.system.extraction import ProcessExtractor
from tests.support.documents import docx, odt, pdf, xlsx
from tests.support.post_office import PostOffice, post_office

NAMES = tuple(
    pupil_data.name_words(one)
    for one in (
        "Lea Dupont", "Max Petit", "Zoe Blanc", "Ali Ferry", "Eva Morel", "Tom Girard",
        "Ines Robert", "Noe Lopez",
    )
)  # fmt: skip
YEAR = 2026
INE = "Son numéro INE est 123456789AB."
FIRST = ["Lea", "Max", "Zoe", "Ali", "Eva", "Tom", "Ines", "Noe"]
LAST = ["Dupont", "Petit", "Blanc", "Ferry", "Morel", "Girard", "Robert", "Lopez"]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[PostOffice]:
    with post_office(tmp_path) as opened:
        yield opened


@pytest.fixture
def draft(office: PostOffice) -> DraftId:
    content = DraftContent(to=(Address("", "x@exemple.test"),), subject="Liste")
    return office.drafting.create(office.add_account(), content).id


@pytest.fixture
def extractor() -> Iterator[ProcessExtractor]:
    made = ProcessExtractor()
    yield made
    made.close()


def files_with(office: PostOffice, extractor: object) -> PupilFiles:
    texts = AttachmentTexts(
        office.database,
        extractor,
        office.clock,
        lambda text: Query(),  # type: ignore[arg-type]
    )
    return PupilFiles(office.database, texts)


def signs(office: PostOffice, draft: DraftId, files: PupilFiles) -> list[tuple[str, bool]]:
    current = office.drafting.get(draft)
    with office.database.read() as reader:
        found = [files.sign(reader, current, one, "mark") for one in current.attachments]
    return [("" if sign is None else sign.kind, is_unread) for sign, is_unread in found]


@pytest.mark.parametrize(
    ("name", "octets", "kind"),
    [
        ("a.xlsx", xlsx(["Nom", "Prénom", "Classe", "Dupont", "Lea"], [12]), "table"),
        ("b.xlsx", xlsx([*FIRST, *LAST], [1, 2]), "names"),
        ("c.ods", odt("Nom", "Date de naissance"), "table"),
        ("d.docx", docx("Bonjour", INE), "number"),
        ("e.odt", odt(INE), "number"),
        ("f.pdf", pdf("Eleve INE 123456789AB"), "number"),
        ("g.docx", docx("Ordre du jour du conseil"), ""),
        ("h.xlsx", xlsx(["Nom", "Tarif", "Musée"], [12]), ""),
        ("i.pdf", b"%PDF-1.4 damaged", ""),
    ],
)
def test_documents_are_looked_into_once(
    office: PostOffice,
    draft: DraftId,
    extractor: ProcessExtractor,
    name: str,
    octets: bytes,
    kind: str,
) -> None:
    DraftFiles(office.database, office.clock).add(draft, name, octets)
    files = files_with(office, extractor)
    assert signs(office, draft, files) == [("", True)]
    files.read(office.drafting.get(draft), NAMES, "mark", YEAR)
    assert signs(office, draft, files) == [(kind, False)]
    extractor.close()
    again = files_with(office, extractor)  # as after a restart: the words are in the vault
    again.read(office.drafting.get(draft), NAMES, "mark", YEAR)
    assert signs(office, draft, again) == [(kind, False)]


def test_pictures_tables_and_archives_are_not_waited_for(
    office: PostOffice, draft: DraftId, extractor: ProcessExtractor
) -> None:
    for name in ("photo.jpg", "liste.csv", "tout.zip", "vide.pdf"):
        octets = b"" if "vide" in name else b"x"
        DraftFiles(office.database, office.clock).add(draft, name, octets)
    assert signs(office, draft, files_with(office, extractor)) == [("", False)] * 4


def test_without_a_process_nobody_has_looked(office: PostOffice, draft: DraftId) -> None:
    class Absent:
        def extract(self, *_: object) -> object:
            raise LocalRefusal(ErrorCode.NOT_FOUND, kind="extractor")

        def rest(self) -> None:
            pass

    DraftFiles(office.database, office.clock).add(draft, "a.pdf", pdf("x"))
    files = files_with(office, Absent())
    files.read(office.drafting.get(draft), NAMES, "mark", YEAR)
    assert signs(office, draft, files) == [("", True)]


def test_words_of_a_sheet() -> None:
    assert pupil_data.in_sheet("Liste des Élèves de 3e B Nom Prénom Né(e) le", (), YEAR) == Sign(
        "table", of_many=True
    )
    assert pupil_data.in_sheet("Note de service aux familles", (), YEAR) is None
    few = " ".join([*FIRST[:7], *LAST[:7]])
    assert pupil_data.in_sheet(few, NAMES, YEAR) is None
