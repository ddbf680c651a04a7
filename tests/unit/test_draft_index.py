"""Drafts and the outbox in an index of their own, as sound as that of messages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from mel_desktop.app.search_words import load_words
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.documents import Extracted, ExtractedState
from mel_desktop.model.errors import Cancelled
from mel_desktop.model.mail import Address
from mel_desktop.model.outgoing import Draft, DraftContent, DraftId
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.drafting import Drafting
from mel_desktop.services.indexing import IndexService
from mel_desktop.services.search import SearchService
from mel_desktop.store import accounts as account_rows
from mel_desktop.store import attachmenttexts, integrity, outbox, outgoing, reindexing, repair
from mel_desktop.store.database import Database, Transaction
from tests.property.test_reindexing import words
from tests.support.clock import CountingRandomness, JumpingClock
from tests.support.store import plant_account, store

WORDS = load_words()


@dataclass
class Desk:
    database: Database
    clock: JumpingClock
    drafting: Drafting
    search: SearchService
    account: AccountId

    def write(self, subject: str, text: str = "", **more: str) -> Draft:
        self.clock.jump(minutes=1)
        content = DraftContent(
            to=(Address("Zoé Lefèvre", "zoe@ac-exemple.fr"),), subject=subject, text=text, **more
        )
        return self.drafting.create(self.account, content)

    def found(self, query: str) -> list[str]:
        return [one.subject for one in self.search.search(query).drafts]

    def count(self) -> object:
        with self.database.read() as reader:
            return reader.value("SELECT count(*) FROM draft_fts")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    (tmp_path / "store").mkdir()
    with store(tmp_path / "store") as database:
        clock = JumpingClock()
        account = plant_account(database)
        drafting = Drafting(database, Accounts(database, clock), clock, CountingRandomness())
        search = SearchService(database, clock, lambda: WORDS)
        yield Desk(database, clock, drafting, search, account)


def test_every_way_of_asking_works_on_drafts(desk: Desk) -> None:
    desk.write("Absences", "Les élèves absents seront convoqués.")
    desk.write("Recrutement", "Une accompagnante d’élève en situation de handicap arrive.")
    desk.write("Besoin", "Il manque une AESH lundi.")
    desk.write("Page", html="<p>Un vélodrome, des <b>cœurs</b></p>")
    assert desk.found("élève convoquer ") == ["Absences"]
    assert desk.found("aesh ") == ["Besoin", "Recrutement"]
    assert desk.found("accompagnants d'élèves en situation de handicap ") == [
        "Besoin",
        "Recrutement",
    ]
    assert desk.found('"élèves absents" ') == ["Absences"]
    assert desk.found('"absents élèves" ') == []
    assert desk.found("convo") == ["Absences"]  # still being typed
    assert desk.found("convo ") == []
    assert desk.found("convo* ") == ["Absences"]
    assert desk.found("à:lefevre -élève ") == ["Page", "Besoin"]
    assert desk.found("objet:absence ") == ["Absences"]
    assert desk.found("de:lefevre ") == []
    assert desk.found("vélodrome coeur ") == ["Page"]
    assert desk.found("(absence OU cœur) -vélodrome ") == ["Absences"]
    assert desk.found("est:brouillon -élève ") == ["Page", "Besoin"]
    assert desk.found("est:brouillon") == ["Page", "Besoin", "Recrutement", "Absences"]
    (one,) = desk.search.search("convoquer ").drafts
    assert [one.snippet[a:b] for a, b in one.marks] == ["convoqués"]


def test_what_is_found_follows_every_step(desk: Desk) -> None:
    draft = desk.write("Sortie", "Le car part à huit heures.").id
    content = DraftContent(
        to=(Address("", "paul@ac-exemple.fr"),), subject="Sortie", text="Le train part à midi."
    )
    desk.drafting.save(draft, content)
    assert (desk.found("car "), desk.found("train ")) == ([], ["Sortie"])
    desk.drafting.restore(draft, 1)
    assert (desk.found("car "), desk.found("train ")) == (["Sortie"], [])
    desk.drafting.delete(draft)
    assert desk.found("car ") == []
    desk.drafting.restore(draft, 2)
    assert desk.found("train ") == ["Sortie"]
    row = desk.drafting.send(draft)
    (hit,) = desk.search.search("train ").drafts
    assert (hit.id, hit.outbox) == (draft, row.id)
    desk.database.write(
        lambda tx: (
            outbox.delete(tx, row.id),
            outgoing.set_state(tx, draft, outgoing.DraftState.EDITING, desk.clock.now()),
        )
    )
    (hit,) = desk.search.search("train ").drafts
    assert (hit.id, hit.outbox) == (draft, None)
    assert desk.count() == 1


def test_what_is_not_committed_is_not_found(desk: Desk) -> None:
    draft = desk.write("Sortie", "car").id

    def half(tx: Transaction) -> None:
        outgoing.add_revision(tx, draft, DraftContent(subject="Musée"), [], desk.clock.now())
        raise Cancelled

    with pytest.raises(Cancelled):
        desk.database.write(half)
    assert (desk.found("musée "), desk.found("car ")) == ([], ["Sortie"])


def test_none_is_too_old_to_be_found(desk: Desk) -> None:
    first = desk.write("Vélodrome").id

    def many(tx: Transaction) -> None:
        for number in range(400):
            made = outgoing.insert_draft(
                tx, desk.account, reply_to=None, forward=None, now=desk.clock.now()
            )
            content = DraftContent(subject=f"Lettre {number}")
            outgoing.add_revision(tx, made, content, [], desk.clock.now() + timedelta(hours=1))

    desk.database.write(many)
    assert [one.id for one in desk.search.search("vélodrome ").drafts] == [first]
    assert len(desk.found("lettre ")) == 20


def test_files_by_name_at_once_and_by_text_when_it_is_read(desk: Desk, tmp_path: Path) -> None:
    draft = desk.write("Voyage").id
    file = tmp_path / "programme_rome.pdf"
    file.write_bytes(b"octets")
    desk.drafting.attach(draft, file)
    assert desk.found("pj:programme ") == ["Voyage"]
    with desk.database.read() as reader:
        blob = reader.value("SELECT blob_id FROM draft_attachment")
    assert isinstance(blob, int)

    def read(tx: Transaction) -> None:
        extracted = Extracted(ExtractedState.DONE, "Départ du car à Vérone.")
        attachmenttexts.put(tx, blob, extracted, desk.clock.now())
        reindexing.index_drafts_with(tx, blob)

    desk.database.write(read)
    (hit,) = desk.search.search("vérone ").drafts
    assert [hit.snippet[a:b] for a, b in hit.marks] == ["Vérone"]
    second = desk.write("Autre").id
    desk.drafting.attach(second, file)  # the same content: it was read already
    assert desk.found("vérone ") == ["Autre", "Voyage"]
    (listed,) = desk.drafting.get(second).attachments
    desk.drafting.detach(second, listed.id)
    assert desk.found("vérone ") == ["Voyage"]


def test_rows_of_the_index_go_with_their_drafts(desk: Desk) -> None:
    old = desk.write("Ancien").id
    desk.write("Récent")
    desk.drafting.delete(old)
    later = desk.clock.now() + timedelta(days=1)
    desk.database.write(lambda tx: outgoing.remove_old(tx, later))
    assert desk.count() == 1
    desk.database.write(lambda tx: account_rows.remove_account(tx, desk.account))
    assert desk.count() == 0
    with desk.database.read() as reader:
        assert reader.all("PRAGMA integrity_check") == [("ok",)]


def test_made_anew_it_is_the_same(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "liste.csv"
    file.write_bytes(b"x")
    for number in range(230):
        made = desk.write(f"Œuvre {number}", f"Élève {number} \ud800 fin")
        if number % 50 == 0:
            desk.drafting.attach(made.id, file)
    desk.drafting.save(DraftId(7), DraftContent(subject="Changé"))
    before = words(desk.database, "draft_fts")
    desk.database.write(reindexing.begin)
    assert words(desk.database, "draft_fts") == []
    turns = iter((False, False, True))
    with pytest.raises(Cancelled):
        reindexing.reindex(desk.database, cancelled=lambda: next(turns))
    assert desk.count() == 200  # newest first, resumed where it stood
    assert not IndexService(desk.database).is_whole()
    desk.write("Entretemps")
    desk.drafting.delete(DraftId(231))
    IndexService(desk.database).finish(lambda: False)
    assert IndexService(desk.database).is_whole()
    assert [one for one in words(desk.database, "draft_fts") if one[1] != 231] == before


def test_a_damaged_index_of_drafts_is_made_anew(desk: Desk) -> None:
    desk.write("Vélodrome", "piste")
    desk.database.write(lambda tx: tx.run("DELETE FROM draft_fts_data WHERE id > 10"))
    found = integrity.look(desk.database)
    assert [one.name for one in found] == ["index draft_fts"]
    assert repair.repair(desk.database, found).reindexed
    reindexing.reindex(desk.database)
    assert integrity.look(desk.database) == ()
    assert desk.found("vélodrome piste ") == ["Vélodrome"]
