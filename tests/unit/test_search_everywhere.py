"""One search over messages, attachments, drafts, the outbox and people; saved searches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import zstandard

from mel_desktop.app.search_words import load_words
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.finding import SearchHit, SearchOrder
from mel_desktop.model.mail import Address, FolderId, Marks, MessageId
from mel_desktop.model.outgoing import DraftContent, DraftState
from mel_desktop.model.people import DirectoryHit
from mel_desktop.services.savedsearches import SavedSearches
from mel_desktop.services.search import COUNTED, SearchService
from mel_desktop.store import outgoing, search
from mel_desktop.store.database import Database, Transaction
from tests.support.clock import JumpingClock
from tests.support.store import START, plant_account, plant_folder, plant_message, store

WORDS = load_words()
NOW = START + timedelta(days=10)
ASKED: list[tuple[str, int]] = []


def people(typed: str, limit: int) -> tuple[DirectoryHit, ...]:
    ASKED.append((typed, limit))
    return ()


@dataclass
class Room:
    database: Database
    service: SearchService
    inbox: FolderId
    drafts: FolderId
    account: int

    def subjects(self, query: str, **options: SearchOrder) -> list[str]:
        return [hit.subject for hit in self.service.search(query, **options).hits]

    def hit(self, query: str) -> SearchHit:
        (found,) = self.service.search(query).hits
        return found

    def plant(self, number: int, subject: str, text: str = "", **more: object) -> MessageId:
        return self.database.write(
            lambda tx: plant_message(tx, self.inbox, number, subject=subject, text=text, **more)  # type: ignore[arg-type]
        )

    def attach(self, message: MessageId, name: str, text: str) -> None:
        def work(tx: Transaction) -> None:
            blob = tx.insert(
                "INSERT INTO blob (size, complete, created_at) VALUES (?, 1, '2026')", len(text)
            )
            tx.run(
                """INSERT INTO part (message_id, number, position, media_type, filename, blob_id)
                   VALUES (?, '2', 2, 'application/pdf', ?, ?)""",
                message,
                name,
                blob,
            )
            tx.run(
                """INSERT INTO attachment_text (blob_id, state, text, extractor, at)
                   VALUES (?, 'done', ?, 1, '2026')""",
                blob,
                zstandard.compress(text.encode()),
            )
            search.index_message(tx, message, "Pièce", "", "", "Ci-joint.", f"{name} {text}")

        self.database.write(work)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with store(tmp_path) as database:
        account = plant_account(database)
        inbox = plant_folder(database, account)
        drafts = plant_folder(database, account, "Brouillons", role="drafts")
        service = SearchService(database, JumpingClock(NOW), lambda: WORDS, people)
        ASKED.clear()
        yield Room(database, service, inbox, drafts, account)


def test_families_and_abbreviations_find_and_mark(room: Room) -> None:
    room.plant(1, "Absences", "Les élèves absents seront convoqués.")
    room.plant(2, "Recrutement", "Une accompagnante d’élève en situation de handicap arrive.")
    room.plant(3, "Besoin", "Il manque une AESH lundi.")
    assert room.subjects("élève convoquer ") == ["Absences"]
    assert room.subjects("absente ") == ["Absences"]
    assert room.subjects("aesh ") == ["Besoin", "Recrutement"]
    assert room.subjects("accompagnants d'élèves en situation de handicap ") == [
        "Besoin",
        "Recrutement",
    ]
    assert room.subjects('"élève absent"') == []  # quoted: as it stands
    hit = room.hit("élève convoquer ")
    assert [hit.snippet[a:b] for a, b in hit.marks] == ["élèves", "convoqués"]
    (long_form,) = [
        one for one in room.service.search("AESH ").hits if one.subject == "Recrutement"
    ]
    ((start, end),) = long_form.marks
    assert long_form.snippet[start:end] == "accompagnante d’élève en situation de handicap"
    absent = room.hit("absence objet:absence ")
    assert [absent.subject[a:b] for a, b in absent.subject_marks] == ["Absences"]
    by = room.service.search("de:durand ").hits[0]
    assert [by.sender.name[a:b] for a, b in by.sender_marks] == ["Durand"]


def test_attachments_by_name_and_text(room: Room) -> None:
    message = room.plant(1, "Pièce", "Ci-joint.", has_attachments=True)
    room.attach(message, "programme_voyage.pdf", "Départ du car à Vérone à huit heures.")
    hit = room.hit("vérone ")
    assert hit.attachment == "programme_voyage.pdf"
    assert [hit.snippet[a:b] for a, b in hit.marks] == ["Vérone"]
    assert room.hit("pj:voyages ").attachment == "programme_voyage.pdf"
    assert room.hit("fichier:programme a:pj ").snippet == "programme_voyage.pdf"
    assert room.subjects("texte:vérone ") == []


def test_brackets_sizes_tags_accounts_and_drafts(room: Room) -> None:
    room.plant(1, "Sortie au musée", "car")
    room.plant(2, "Sortie au cinéma", "x" * 5000, marks=Marks.FORWARDED)
    room.plant(3, "Musée", "car")
    room.database.write(
        lambda tx: (
            tx.run("UPDATE message SET keywords = 'a Urgent' WHERE subject = 'Musée'"),
            plant_message(tx, room.drafts, 4, subject="Ébauche de sortie", text="car"),
        )
    )
    everything = ["Ébauche de sortie", "Musée", "Sortie au cinéma", "Sortie au musée"]
    assert room.subjects("musée OU cinéma ") == everything[1:]
    assert room.subjects("sortie (musée OU cinéma) ") == everything[2:]
    assert room.subjects("sortie -(musée OU cinéma) ") == everything[:1]
    assert room.subjects("sortie -(au musée) ") == ["Ébauche de sortie", "Sortie au cinéma"]
    assert room.subjects("taille:>2ko") == ["Sortie au cinéma"]
    assert room.subjects("sortie taille:<2ko ") == ["Ébauche de sortie", "Sortie au musée"]
    assert room.subjects("mot-clé:urgent") == ["Musée"]
    assert room.subjects("musée -mot-clé:urgent ") == ["Sortie au musée"]
    assert room.subjects("est:transféré") == ["Sortie au cinéma"]
    assert room.subjects("est:brouillon") == ["Ébauche de sortie"]
    assert room.subjects("-est:brouillon sortie ") == everything[2:]
    assert room.subjects("compte:ac-exemple sortie ") == [
        one for one in everything if "ortie" in one
    ]
    assert room.subjects("compte:nulle-part sortie ") == []


def test_best_match_first(room: Room) -> None:
    room.plant(1, "Vélodrome", "Le vélodrome, rien que le vélodrome.")
    room.plant(2, "Autre chose", "mot " * 300 + "vélodrome " + "mot " * 300)
    assert room.subjects("vélodrome ") == ["Autre chose", "Vélodrome"]
    assert room.subjects("vélodrome ", order=SearchOrder.BEST) == ["Vélodrome", "Autre chose"]
    assert room.subjects("est:non-lu", order=SearchOrder.BEST) == ["Autre chose", "Vélodrome"]


def test_first_rows_then_the_rest(room: Room) -> None:
    for number in range(20):
        room.plant(number, f"Sortie {number}", "car")
    first = room.service.search("sortie ", limit=100, shown=3)
    assert (len(first.hits), len(first.ids)) == (3, 20)
    assert [hit.id for hit in first.hits] == list(first.ids[:3])
    later = room.service.excerpts("sortie ", first.ids[10:12])
    assert [hit.id for hit in later] == list(first.ids[10:12])
    assert all(hit.subject_marks for hit in later)
    assert room.service.search("sortie ", limit=100, shown=0, everywhere=False).hits == ()
    assert room.service.count("sortie ") == 20 < COUNTED
    assert room.service.count("") == 0


def test_drafts_and_outbox(room: Room) -> None:
    def draft(subject: str, text: str, state: DraftState, hours: int) -> int:
        def work(tx: Transaction) -> int:
            now = NOW - timedelta(hours=hours)
            made = outgoing.insert_draft(tx, room.account, reply_to=None, forward=None, now=now)  # type: ignore[arg-type]
            content = DraftContent(
                to=(Address("Zoé Lefèvre", "zoe@ac-exemple.fr"),), subject=subject, text=text
            )
            outgoing.add_revision(tx, made, content, [], now)
            outgoing.set_state(tx, made, state, now)
            return made

        return room.database.write(work)

    first = draft("Voyage", "Les élèves partent jeudi.", DraftState.EDITING, 3)
    second = draft("Voyage bis", "", DraftState.QUEUED, 1)
    draft("Voyage parti", "", DraftState.SENT, 1)
    found = room.service.search("voyage ").drafts
    assert [one.id for one in found] == [second, first]
    assert found[0].outbox is None
    (one,) = room.service.search("élève ").drafts
    assert (one.id, one.recipients) == (first, ("Zoé Lefèvre",))
    assert [one.snippet[a:b] for a, b in one.marks] == ["élèves"]
    assert [one.id for one in room.service.search("à:zoé ").drafts] == [second, first]
    assert room.service.search("voyage -élève ").drafts[0].id == second
    assert room.service.search("voyage dossier:réception ").drafts == ()
    assert room.service.search("voyage avant:2020 ").drafts == ()
    assert len(room.service.search("est:brouillon").drafts) == 2
    assert room.service.search("").drafts == ()
    room.database.write(
        lambda tx: outgoing.set_state(
            tx, outgoing.drafts(tx, DraftState.EDITING)[0].id, DraftState.DELETED, NOW
        )
    )
    assert room.service.search("élève ").drafts == ()  # read again


def test_people_are_asked_for_plain_words_only(room: Room) -> None:
    room.service.search("lefèvre zoé")
    room.service.search("de:lefèvre")
    assert [typed for typed, _ in ASKED] == ["lefèvre zoé", "lefèvre"]
    ASKED.clear()
    room.service.search("lefèvre est:lu")
    room.service.search("objet:lefèvre")
    room.service.search("avant:2026")
    room.service.search("lefèvre", everywhere=False)
    assert ASKED == []


def test_saved_searches(room: Room) -> None:
    saved = SavedSearches(room.database, room.service, JumpingClock(NOW))
    areas = []
    undo = room.database.listen(lambda changes: areas.append(changes.areas))
    second = saved.save(" Élèves   absents ", " absence ")
    first = saved.save("À traiter", "est:suivi")
    assert [one.name for one in saved.all()] == ["À traiter", "Élèves absents"]
    assert second.query == "absence"
    for name, query, why in (
        ("À traiter", "x", "search-name-taken"),
        ("  ", "x", "search-name-empty"),
        ("Vide", " ", "search-empty"),
        ("Date", "avant:hierr", "search-date"),
    ):
        with pytest.raises(LocalRefusal) as caught:
            saved.save(name, query)
        assert (caught.value.code, caught.value.facts["why"]) == (ErrorCode.USAGE, why)
    saved.change(first.named("Suivis"))
    with pytest.raises(LocalRefusal):
        saved.change(second.named("Suivis"))
    saved.delete(second.id)
    saved.delete(second.id)
    assert [one.name for one in saved.all()] == ["Suivis"]
    with pytest.raises(LocalRefusal):
        saved.change(second)
    undo()
    assert areas
