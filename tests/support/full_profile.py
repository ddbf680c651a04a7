"""A small real profile in which every table holds something."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from mel_desktop.formats.icalendar_reading import read_calendar
from mel_desktop.logic.mime import read_message
from mel_desktop.model.accounts import AccountId, Secret
from mel_desktop.model.agenda import Standing
from mel_desktop.model.downloads import Part, Version
from mel_desktop.model.errors import StoreTrouble
from mel_desktop.model.mail import Address, Flags, FolderId, Marks
from mel_desktop.model.outgoing import DraftContent
from mel_desktop.model.people import (
    DirectoryEntry,
    EntryKind,
    Membership,
    Photo,
    Relation,
    SourceKind,
    Tie,
)
from mel_desktop.ports import RemoteMessage
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.drafting import Drafting
from mel_desktop.services.mailbox import MailboxService
from mel_desktop.store import (
    agenda,
    blobs,
    downloads,
    erased,
    mailbox,
    notes,
    people,
    people_intake,
    reading,
)
from mel_desktop.store.database import Database, Reader, Transaction
from mel_desktop.store.mailbox import Incoming
from mel_desktop.store.vault import Vault
from mel_desktop.system.clock import SystemRandomness
from tests.support.calendar_letters import ics
from tests.support.clock import JumpingClock
from tests.support.store import START, plant_account, plant_folder

PASSPHRASE: Final = Secret("une phrase de passe")
WORDS: Final = (
    "conseil", "classe", "sortie", "musée", "élève", "bulletin", "réunion", "parents", "salle",
    "cantine", "devoir", "note", "stage", "orientation", "brevet", "vacances", "projet",
)  # fmt: skip
FTS: Final = frozenset({"message_fts", "draft_fts", "entry_fts", "message_word", "entry_word"})


@dataclass(frozen=True, slots=True)
class Profile:
    """Where it is, and what opens it without a slow key derivation."""

    folder: Path
    recovery: Secret


def make(folder: Path, *, messages: int = 300, seed: int = 1) -> Profile:
    """A closed profile."""
    clock = JumpingClock()
    vault = Vault.create(
        folder,
        passphrase=PASSPHRASE,
        secrets=None,
        randomness=SystemRandomness(),
        clock=clock,
    )
    recovery = vault.new_recovery_code()
    database = vault.open_database()
    try:
        fill(database, clock, messages, random.Random(seed))
    finally:
        database.close()
    return Profile(folder, recovery)


def unlock(profile: Path, recovery: Secret) -> Vault:
    """The vault as the program opens it, by its quickest way in."""
    return Vault.open(
        profile, recovery=recovery, randomness=SystemRandomness(), clock=JumpingClock()
    )


def fill(database: Database, clock: JumpingClock, messages: int, dice: random.Random) -> None:
    """Rows in every table, by the program's own ways where it has some."""
    account = plant_account(database)
    inbox = plant_folder(database, account)
    sent = plant_folder(database, account, "Sent", role="sent")
    database.write(lambda tx: _receive(tx, account, inbox, messages, dice))
    _write_some(database, clock, account, inbox, sent, dice)
    database.write(_list_people, durable=True)
    database.write(lambda tx: _the_rest(tx, account, inbox), durable=True)


def tables(reader: Reader) -> list[str]:
    """Every ordinary table."""
    shadows = {f"{index}_{part}" for index in FTS for part in
               ("data", "idx", "content", "docsize", "config")}  # fmt: skip
    return [
        str(name)
        for (name,) in reader.all("SELECT name FROM sqlite_schema WHERE type = 'table'")
        if name not in shadows | FTS
    ]


def letter(number: int, dice: random.Random) -> bytes:
    """A message as it comes, with an attachment in every fifth."""
    text = " ".join(dice.choices(WORDS, k=dice.randint(20, 500)))
    head = (
        f"From: Paul Durand <paul.durand@ac-exemple.fr>\r\nTo: Claire Martin <claire@ac-exemple.fr>"
        f"\r\nSubject: Objet {number} {dice.choice(WORDS)}\r\nMessage-ID: <m{number}@exemple>\r\n"
        "MIME-Version: 1.0\r\n"
    )
    body = f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    if number % 5:
        return (head + body).encode()
    file = "".join(dice.choices("0123456789abcdef", k=dice.randint(100, 9000)))
    return (
        f"{head}Content-Type: multipart/mixed; boundary=lim\r\n\r\n--lim\r\n{body}--lim\r\n"
        f"Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=f{number}.pdf"
        f"\r\n\r\n{file}\r\n--lim--\r\n"
    ).encode()


def _receive(
    tx: Transaction, account: AccountId, folder: FolderId, count: int, dice: random.Random
) -> None:
    letters = [letter(number, dice) for number in range(count)]
    read = [read_message(one) for one in letters]
    incoming = [
        Incoming(
            RemoteMessage(
                uid=number + 1,
                flags=Flags(Marks.SEEN if number % 3 else Marks.NONE),
                internal_date=START + timedelta(minutes=17 * number),
                size=len(letters[number]), header=b"", parts=parts,
            ),
            fields,
        )
        for number, (fields, parts, _) in enumerate(read)
    ]  # fmt: skip
    ids = mailbox.insert_messages(tx, account, folder, 1, incoming, downwards=False)
    bodies = [
        reading.Body(id_, text, one[:200])
        for id_, one, (_, _, text) in zip(ids, letters, read, strict=True)
    ]
    reading.put_bodies(tx, bodies, START)
    wholes = [
        (id_, blobs.pack(one))
        for number, (id_, one) in enumerate(zip(ids, letters, strict=True))
        if number % 4 == 0
    ]
    reading.put_wholes(tx, wholes, START)
    for number, id_ in enumerate(ids):
        for part in read[number][1]:
            if part.is_attachment:
                reading.put_part(tx, id_, part.number, letters[number][-part.size :], START)


def _write_some(
    database: Database,
    clock: JumpingClock,
    account: AccountId,
    inbox: FolderId,
    sent: FolderId,
    dice: random.Random,
) -> None:
    """Drafts with revisions and files, outgoing mail, wishes."""
    drafting = Drafting(database, Accounts(database, clock), clock, SystemRandomness())
    file = database.path.with_name("attached.pdf")
    for number in range(12):
        content = DraftContent(
            to=(Address("Ami", "ami@ac-exemple.fr"),),
            subject=f"Brouillon {number}",
            text=" ".join(dice.choices(WORDS, k=300)),
        )
        draft = drafting.create(account, content)
        drafting.save(draft.id, DraftContent(content.to, subject=content.subject, text="Autre"))
        if number % 3 == 0:
            file.write_bytes(dice.randbytes(3000))
            drafting.attach(draft.id, file)
        if number % 4 == 0:
            drafting.send(draft.id)
    file.unlink()
    box = MailboxService(database, clock)
    ids = box.message_ids(inbox)
    box.flag(ids[:5], Flags(Marks.FLAGGED), Flags())
    box.move(ids[5:8], sent)


def _list_people(tx: Transaction) -> None:
    source = people.put_source(tx, SourceKind.CSV, "liste.csv", "", None)
    load = people_intake.begin_import(tx, source)
    people_intake.put_entries(
        tx,
        load,
        [
            DirectoryEntry(
                f"p{number}", EntryKind.PERSON, f"Personne {number}", f"p{number}@ac-exemple.fr",
                "Professeur", "Collège", "0750000A", ("6e B",), "Lille", "0102",
                same_as=(f"uid:p{number}@ac-exemple",),
            )
            for number in range(80)
        ] + [DirectoryEntry("g", EntryKind.GROUP, "6e B")],
    )  # fmt: skip
    people_intake.stage_members(tx, load, [Membership("g", f"p{one}") for one in range(20)])
    people_intake.stage_ties(tx, load, [Tie("p1", "p2", Relation.MOTHER, is_legal=True)])
    people_intake.stage_photos(tx, load, [Photo("p1", b"\xff\xd8\xff" + bytes(range(200)))])
    people_intake.finish_import(tx, load, complete=True, attribution="", now=START)
    part = Part(Version('"1"', "Mon, 23 Nov 2026 08:00:00 GMT", '"1"'), "gzip", 0, 900)
    downloads.begin(tx, source, "https://opendata.exemple/annuaire.csv", part)
    for start in range(0, 900, 300):
        downloads.append(tx, source, start, bytes(range(100)) * 3)


def _the_rest(tx: Transaction, account: AccountId, inbox: FolderId) -> None:
    """Tables that only other parts of the program fill: a row of its own kind in each."""
    tx.run(
        "INSERT INTO traffic (account_id, day, received, sent) VALUES (?, '2026-11-23', 1, 1)",
        account,
    )
    tx.run(
        "INSERT INTO folder_want (account_id, folder_id, kind, path, since) VALUES (?,?,?,?,?)",
        account, inbox, "rename", "INBOX", "2026-11-23T08:00:00.000000Z",
    )  # fmt: skip
    tx.run("INSERT OR IGNORE INTO draft_copy (draft_id) SELECT min(id) FROM draft")
    for number in range(30):
        tx.run(
            "INSERT OR IGNORE INTO correspondent (address, last_at) VALUES (?, '2026')",
            f"ami{number}@ac-exemple.fr",
        )
    tx.run(
        """INSERT OR IGNORE INTO staged_member (source_id, group_key, member_key)
           SELECT id, 'g', 'p1' FROM source LIMIT 1"""
    )
    for table, values in (
        ("staged_tie", "'p1', 'p2', 'mother', 1, 1"), ("staged_mark", "'p9', 'gone'"),
        ("staged_drop", "'p8', 'classe', 'pupil'"), ("staged_photo", "'p1', x'ffd8ff'"),
        ("ldap_object", "1, 'u-1', 'uid=p1,dc=x', 0"),
        ("column_map", "'nom', '{}'"),
    ):  # fmt: skip
        tx.run(f"INSERT OR IGNORE INTO {table} SELECT id, {values} FROM source LIMIT 1")
    notes.save(tx, ["mail:p1@ac-exemple.fr"], "À rappeler.", START)
    erased.remember(tx, ["mail:partie@ac-exemple.fr"], START)
    tx.run(
        """INSERT OR IGNORE INTO attachment_text (blob_id, state, extractor, at)
           SELECT min(id), 'nothing', 1, '2026' FROM blob"""
    )
    at = "2026-11-23T08:00:00.000000Z"
    tx.run("INSERT INTO retention (account_id, text_days, since) VALUES (?, 90, ?)", account, at)
    tx.run("INSERT INTO shed (message_id, at) SELECT min(id), ? FROM message", at)
    tx.run("INSERT INTO quota VALUES (?, '', 'STORAGE', 1, 2, ?)", account, at)
    tx.run(
        """INSERT INTO kept_here (message_id, state, since)
           SELECT max(id), 'wanted', ? FROM message""",
        at,
    )
    run = tx.insert(
        "INSERT INTO import_run (account_id, source, target, begun_at) VALUES (?, 'a', 'b', ?)",
        account,
        at,
    )
    tx.run("INSERT INTO import_unit (run_id, path) VALUES (?, 'a')", run)
    tx.run("INSERT INTO import_problem (run_id, path, reason) VALUES (?, 'a', 'b')", run)
    tx.run("INSERT INTO seed_given SELECT 'aa', max(id), 1 FROM message")
    tx.run("INSERT INTO tag VALUES ('$label1', '', '#c9191e', 1)")
    tx.run("INSERT INTO pin SELECT min(id), ? FROM message", at)
    tx.run("INSERT INTO snooze SELECT max(id), ?, ?, NULL FROM message", at, at)
    tx.run("INSERT INTO list_look VALUES ('view:inboxes', '{}')")
    tx.run("INSERT INTO saved_search (name, query, created_at) VALUES ('Classe', 'classe', '2026')")
    tx.run("INSERT INTO own_word (word, added_at) VALUES ('visio', '2026')")
    tx.run(
        "INSERT INTO grant_source (account_id, client_id, token_uri) VALUES (?, 'a', 'b')", account
    )
    tx.run("INSERT INTO sign_in_way VALUES ('imap.ac-exemple.fr', 993, 'cmartin', 'plain')")
    tx.run("INSERT INTO remote_sender VALUES ('mairie@b.fr', '2026')")
    tx.run(
        """INSERT INTO remote_image (message_id, key, octets, fetched_at)
           SELECT min(id), x'01', x'89', '2026' FROM message"""
    )
    _sending(tx, account)
    _smime(tx)


def _smime(tx: Transaction) -> None:
    """Certificates of others and own ones."""
    tx.run("INSERT INTO smime_person VALUES (x'31', 'a@b.fr', x'30', '2027', '2026')")
    tx.run("INSERT INTO smime_own VALUES (1, x'32', x'30', '[]', '2026')")
    tx.run("INSERT INTO smime_identity VALUES ('a@b.fr', 1)")
    tx.run("INSERT INTO smime_draft SELECT min(id), 1, 0 FROM draft")


def _sending(tx: Transaction, account: AccountId) -> None:
    """Who writes, to many, what came back, what is awaited."""
    tx.run(
        "INSERT INTO identity (account_id, kind, address) VALUES (?, 'alias', 'a@b.fr')", account
    )
    tx.run("INSERT INTO template (name, title, saved_at) VALUES ('mot', 'Mot', '2026')")
    merge = tx.insert(
        """INSERT INTO merge (account_id, draft_id, subject, created_at, since)
           SELECT ?, min(id), 'Mot', '2026', '2026' FROM draft""",
        account,
    )
    tx.run(
        """INSERT INTO merge_item (merge_id, position, who, recipients, message_id)
           VALUES (?, 1, 'Zoé', '[]', 'm1@b.fr')""",
        merge,
    )
    tx.run("INSERT INTO sent_log (account_id, at, recipients) VALUES (?, '2026', 3)", account)
    tx.run("INSERT INTO account_zone VALUES (?, 'C')", account)
    tx.run("INSERT INTO submission_facts (account_id) VALUES (?)", account)
    tx.run("INSERT INTO imap_way VALUES (?, 'imap.ac-exemple.fr 993 tls', '143 starttls')", account)
    tx.run("INSERT INTO certificate_seen VALUES ('imap.ac-exemple.fr', 993, x'30', '2026')")
    tx.run(
        """INSERT INTO delivery (account_id, message_id, recipient, outcome, at)
           VALUES (?, 'm2@b.fr', 'c@d.fr', 'failed', '2026')""",
        account,
    )
    tx.run("INSERT INTO report_seen SELECT min(id) FROM message")
    octets = ics(uid="conseil-1", method="")
    (event,) = read_calendar(octets).events
    agenda.put(
        tx, account, event, octets,
        standing=Standing.ORGANISED, ends=event.ends, message=None, invited="",
    )  # fmt: skip
    tx.run("INSERT INTO event_answer VALUES (1, 'lea@exemple', 'Léa', 'accepted', '', 0, '')")
    tx.run("INSERT INTO calendar_seen SELECT min(id) FROM message")
    tx.run("INSERT INTO receipt_done VALUES (?, 'm1@exemple', 1, '2026-12-01')", account)
    tx.run("INSERT INTO receipt_never VALUES ('curieux@exemple')")
    tx.run(
        """INSERT INTO receipt (account_id, message_id, recipient, displayed, at)
           VALUES (?, 'm1@exemple', 'lea@exemple', 1, '2026-12-01')""",
        account,
    )
    tx.run("INSERT INTO followup (account_id, sent_at, due_at) VALUES (?, '2026', '2027')", account)
    tx.run("INSERT INTO question_dismissed SELECT max(id) FROM message")
    group = tx.insert("INSERT INTO own_group (name, saved_at) VALUES ('Chorale', '2026')")
    tx.run("INSERT INTO own_group_member VALUES (?, 1, 'a@b.fr', 'Ana')", group)
    tx.run(
        """INSERT INTO account_move (account_id, stage, hosts, begun_at)
           VALUES (?, 'planned', '{}', '2026')""",
        account,
    )
    tx.run("INSERT INTO left_behind SELECT min(id) FROM message")
    tx.run("INSERT INTO draft_thread SELECT min(id), 'm3@b.fr', 'm3@b.fr' FROM draft")
    tx.run("INSERT INTO rule_book (account_id, notes) SELECT min(id), '' FROM account")
    tx.run(
        """INSERT INTO script_copy (account_id, name, text, taken_at)
           SELECT min(id), 'roundcube', 'keep;', '2026' FROM account"""
    )
    tx.run(
        """INSERT INTO rule_run (account_id, message_id, state, at)
           SELECT account_id, id, 'done', '2026' FROM message LIMIT 1"""
    )


def empty_tables(reader: Reader) -> list[str]:
    """Those in which nothing is: ``make`` has to learn of a new one."""
    return [name for name in tables(reader) if not reader.value(f'SELECT count(*) FROM "{name}"')]


def contents(database: Database) -> dict[str, list[object] | None]:
    """All rows by table; None for a table that cannot be read to its end."""
    found: dict[str, list[object] | None] = {}
    with database.fresh() as reader:
        names = tables(reader)
    for name in names:
        try:
            with database.fresh() as reader:
                found[name] = list(reader.all(f'SELECT * FROM "{name}" ORDER BY 1'))
        except StoreTrouble:
            found[name] = None
    return found
