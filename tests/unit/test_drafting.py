"""services.drafting on a real store."""

from __future__ import annotations

import email
import email.policy
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import zstandard

from mel_desktop.logic.sendchecks import SendFacts, look
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import Address, MessageId
from mel_desktop.model.outgoing import DraftContent, DraftState, OutboxState
from mel_desktop.services import drafting as drafting_module
from mel_desktop.store import blobs, bodytext
from mel_desktop.store.database import Transaction
from tests.support.post_office import PostOffice, post_office
from tests.support.store import plant_folder, plant_message

TO_PAUL = DraftContent(to=(Address("Paul", "paul@ac-exemple.test"),), subject="Conseil", text="a")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[PostOffice]:
    with post_office(tmp_path) as opened:
        yield opened


@pytest.fixture
def account(office: PostOffice) -> AccountId:
    return office.add_account()


def refused(code: ErrorCode) -> pytest.RaisesExc[LocalRefusal]:
    return pytest.raises(LocalRefusal, check=lambda error: error.code is code)


def test_only_a_change_makes_a_revision(office: PostOffice, account: AccountId) -> None:
    draft = office.drafting.create(account, TO_PAUL)
    assert draft.revision == 1
    assert office.drafting.save(draft.id, TO_PAUL).revision == 1
    office.clock.jump(seconds=2)
    longer = DraftContent(to=TO_PAUL.to, subject="Conseil", text="a\nb 🎒\udc80")
    saved = office.drafting.save(draft.id, longer)
    assert saved.revision == 2
    assert saved.content == longer
    assert saved.saved_at == office.clock.now()
    assert office.drafting.get(draft.id) == saved
    assert office.drafting.get(draft.id, 1).content == TO_PAUL
    assert [one.revision for one in office.drafting.history(draft.id)] == [2, 1]
    back = office.drafting.restore(draft.id, 1)
    assert (back.revision, back.content) == (3, TO_PAUL)
    assert office.drafting.all() == (back,)


def test_a_draft_thrown_away_can_come_back(office: PostOffice, account: AccountId) -> None:
    draft = office.drafting.create(account, TO_PAUL)
    office.drafting.delete(draft.id)
    assert office.drafting.all() == ()
    assert office.drafting.get(draft.id).state is DraftState.DELETED
    with refused(ErrorCode.USAGE):
        office.drafting.save(draft.id, DraftContent(text="late autosave"))
    assert office.drafting.restore(draft.id, 1).state is DraftState.EDITING
    assert [one.id for one in office.drafting.all()] == [draft.id]


def test_hundreds_of_revisions_keep_the_first_and_the_newest(
    office: PostOffice, account: AccountId
) -> None:
    draft = office.drafting.create(account, TO_PAUL)
    for number in range(205):
        office.drafting.save(draft.id, DraftContent(text=str(number)))
    history = office.drafting.history(draft.id)
    assert len(history) == 200
    assert (history[0].revision, history[-1].revision) == (206, 1)


def test_what_is_not_there_is_not_found(office: PostOffice, account: AccountId) -> None:
    draft = office.drafting.create(account, TO_PAUL)
    for call in (
        lambda: office.drafting.get(draft.id, 9),
        lambda: office.drafting.detach(draft.id, 9),
        lambda: office.drafting.restore(draft.id, 9),
        lambda: office.drafting.create(account, TO_PAUL, reply_to=MessageId(9)),
        lambda: office.drafting.create(AccountId(9), TO_PAUL),
        lambda: office.drafting.reply_content(MessageId(9), to_all=False),
        lambda: office.drafting.history(draft.id.__class__(9)),
    ):
        with refused(ErrorCode.NOT_FOUND):
            call()


# -- files -----------------------------------------------------------------------------------------


def test_files_are_copied_once_and_kept_by_revisions(
    office: PostOffice, account: AccountId, tmp_path: Path
) -> None:
    octets = os.urandom(6_000_000)
    source = tmp_path / "Emploi du temps.pdf"
    source.write_bytes(octets)
    draft = office.drafting.create(account, TO_PAUL)
    first = office.drafting.attach(draft.id, source)
    assert (first.filename, first.media_type) == ("Emploi du temps.pdf", "application/pdf")
    assert first.size == len(octets)
    second = office.drafting.attach(draft.id, source, media_type="text/x-odd")
    source.unlink()
    assert b"".join(office.drafting.read_attachment(draft.id, first.id)) == octets
    with office.database.read() as reader:
        assert reader.value("SELECT count(*) FROM blob") == 1
    detached = office.drafting.detach(draft.id, first.id)
    assert [one.id for one in detached.attachments] == [second.id]
    before = detached.revision - 1
    assert len(office.drafting.restore(draft.id, before).attachments) == 2


def test_an_empty_file(office: PostOffice, account: AccountId, tmp_path: Path) -> None:
    (tmp_path / "vide").write_bytes(b"")
    draft = office.drafting.create(account, TO_PAUL)
    kept = office.drafting.attach(draft.id, tmp_path / "vide")
    assert (kept.size, kept.media_type) == (0, "application/octet-stream")
    row = office.drafting.send(draft.id)
    (attached,) = email.message_from_bytes(
        office.bytes_of(row.id), policy=email.policy.default
    ).iter_attachments()
    assert attached.get_payload(decode=True) == b""


def test_what_is_no_file_is_refused_without_its_name(
    office: PostOffice, account: AccountId, tmp_path: Path
) -> None:
    draft = office.drafting.create(account, TO_PAUL)
    os.mkfifo(tmp_path / "pipe")
    for name in ("absent.pdf", "pipe", "."):
        with refused(ErrorCode.BAD_FILE) as caught:
            office.drafting.attach(draft.id, tmp_path / name)
        assert "absent" not in str(caught.value)
    assert office.drafting.get(draft.id).revision == 1


def test_too_much_leaves_nothing_behind(
    office: PostOffice, account: AccountId, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafting_module, "MAX_FILES_BYTES", 1000)
    (tmp_path / "a").write_bytes(b"x" * 800)
    (tmp_path / "b").write_bytes(b"y" * 300)
    draft = office.drafting.create(account, TO_PAUL)
    office.drafting.attach(draft.id, tmp_path / "a")
    with refused(ErrorCode.TOO_LARGE):
        office.drafting.attach(draft.id, tmp_path / "b")
    grown = iter([b"z" * 600, b"z" * 600])
    with refused(ErrorCode.TOO_LARGE):
        blob = office.database.write(lambda tx: blobs.new_blob(tx, office.clock.now()))
        office.drafting._copy(grown, blob)
    assert [one.filename for one in office.drafting.get(draft.id).attachments] == ["a"]
    with office.database.read() as reader:
        assert reader.value("SELECT count(*) FROM draft_attachment") == 1


def test_an_attach_that_fails_half_way_is_taken_back(
    office: PostOffice, account: AccountId, tmp_path: Path
) -> None:
    draft = office.drafting.create(account, TO_PAUL)
    source = tmp_path / "a.bin"
    source.write_bytes(os.urandom(300_000))
    office.drafting.delete(draft.id)
    with refused(ErrorCode.USAGE):
        office.drafting.attach(draft.id, source)
    with office.database.read() as reader:
        assert reader.value("SELECT count(*) FROM draft_attachment") == 0


# -- answers ---------------------------------------------------------------------------------------


@pytest.fixture
def received(office: PostOffice, account: AccountId) -> MessageId:
    folder = plant_folder(office.database, account)

    def work(tx: Transaction) -> MessageId:
        message = plant_message(
            tx,
            folder,
            to=(
                Address("Claire", "claire.martin@ac-exemple.test"),
                Address("Eve", "eve@ailleurs.test"),
            ),
        )
        tx.run(
            "UPDATE message SET refs = 'r1@x r2@x', in_reply_to = 'r2@x', message_id = 'm@x' "
            "WHERE id = ?",
            message,
        )
        here = blobs.store_bytes(tx, b"%PDF-1.7 plan", office.clock.now())
        for number, name, blob in ((2, "plan.pdf", here), (3, "photo.jpg", None)):
            tx.run(
                """INSERT INTO part (message_id, number, position, media_type, disposition,
                                     filename, size, blob_id)
                   VALUES (?, ?, ?, 'application/pdf', 'attachment', ?, 4711, ?)""",
                message,
                str(number),
                number,
                name,
                blob,
            )
        return message

    return office.database.write(work)


def test_an_answer(office: PostOffice, account: AccountId, received: MessageId) -> None:
    content = office.drafting.reply_content(received, to_all=True)
    assert [one.address for one in content.to] == ["paul.durand@ac-exemple.fr"]
    assert [one.address for one in content.cc] == ["eve@ailleurs.test"]
    assert content.subject == "Re: Conseil de classe"
    assert content.text == (
        "\n\nLe 23 novembre 2026 à 09:00, Paul Durand a écrit :\n"
        "> Bonjour,\n> voici l’ordre du jour.\n"
    )
    draft = office.drafting.create(account, content, reply_to=received)
    row = office.drafting.send(draft.id)
    sent = email.message_from_bytes(office.bytes_of(row.id), policy=email.policy.default)
    assert sent["In-Reply-To"] == "<m@x>"
    assert sent["References"].split() == ["<r1@x>", "<r2@x>", "<m@x>"]


def test_an_answer_quotes_what_is_selected(office: PostOffice, received: MessageId) -> None:
    content = office.drafting.reply_content(received, to_all=False, selected="l’ordre\ndu jour")
    assert content.text.endswith("a écrit :\n> l’ordre\n> du jour\n")
    whole = office.drafting.reply_content(received, to_all=False, selected=" ")
    assert "> Bonjour," in whole.text


def test_an_answer_to_what_is_not_here_quotes_nothing(
    office: PostOffice, received: MessageId
) -> None:
    office.database.write(lambda tx: tx.run("DELETE FROM body"))
    assert office.drafting.reply_content(received, to_all=False).text == ""


def test_passing_on_takes_the_files_that_are_here_and_names_the_others(
    office: PostOffice, account: AccountId, received: MessageId
) -> None:
    content = office.drafting.forward_content(received)
    assert content.subject == "Fwd: Conseil de classe"
    assert "photo.jpg" in content.text
    assert "plan.pdf" not in content.text
    draft = office.drafting.create(account, content, forward=received)
    assert [(one.filename, one.size) for one in draft.attachments] == [("plan.pdf", 13)]
    draft = office.drafting.save(
        draft.id, DraftContent(to=TO_PAUL.to, subject=content.subject, text=content.text)
    )
    # the message may go meanwhile: the draft has its own hold on the file
    office.database.write(lambda tx: tx.run("DELETE FROM message WHERE id = ?", received))
    office.database.write(lambda tx: blobs.drop_unused(tx))
    row = office.drafting.send(draft.id)
    sent = email.message_from_bytes(office.bytes_of(row.id), policy=email.policy.default)
    (attached,) = sent.iter_attachments()
    assert attached.get_payload(decode=True) == b"%PDF-1.7 plan"


@pytest.mark.parametrize(
    ("media_type", "disposition", "filename", "content_id"),
    [
        ("application/pdf", "inline", "sortie.pdf", "A1B2@telephone"),  # Mail of a phone
        ("image/heic", "inline", "IMG_1.heic", "drawn@x"),
        ("image/jpeg", "inline", "IMG_2.jpg", "nowhere@x"),
        ("image/jpeg", "", "", "nowhere@x"),
    ],
)
@pytest.mark.parametrize("is_here", [True, False])
def test_passing_on_leaves_out_nothing_that_the_reader_lists(
    office: PostOffice,
    account: AccountId,
    received: MessageId,
    media_type: str,
    disposition: str,
    filename: str,
    content_id: str,
    is_here: bool,
) -> None:
    def work(tx: Transaction) -> None:
        html = b"<p>Voici <img src='cid:drawn@x' alt='la photo'></p>"
        tx.run("UPDATE body SET html = ?", *bodytext.pack(tx, [html]))
        blob = blobs.store_bytes(tx, b"octets", office.clock.now()) if is_here else None
        tx.run("DELETE FROM part")
        tx.run(
            """INSERT INTO part (message_id, number, position, media_type, disposition,
                                 filename, content_id, size, blob_id)
               VALUES (?, '2', 2, ?, ?, ?, ?, 4711, ?)""",
            received,
            media_type,
            disposition,
            filename,
            content_id,
            blob,
        )

    office.database.write(work)
    content = office.drafting.forward_content(received, formatted=True)
    draft = office.drafting.create(account, content, forward=received)
    assert [one.media_type for one in draft.attachments] == [media_type] * is_here
    assert ("n’est pas encore sur cet ordinateur" in content.text) is not is_here


@pytest.mark.parametrize("field", ["subject", "text", "html"])
def test_half_an_emoji_stops_neither_saving_nor_sending(
    office: PostOffice, account: AccountId, field: str
) -> None:
    content = replace(TO_PAUL, **{field: "Bravo \ud83d"})
    draft = office.drafting.create(account, content)
    assert office.drafting.get(draft.id).content == content
    look(SendFacts(content, frozenset(), 2026, size_limit=1000), most_outside=5, most_list=5)
    row = office.drafting.send(draft.id)
    assert b"Bravo" in office.bytes_of(row.id)


# -- sending ---------------------------------------------------------------------------------------


def test_sending_fixes_everything_in_one_step(
    office: PostOffice, account: AccountId, tmp_path: Path
) -> None:
    (tmp_path / "été.txt").write_bytes(b"soleil")
    content = DraftContent(
        to=(Address("Paul", "paul@ac-exemple.test"),),
        cc=(Address("", "PAUL@ac-exemple.test"), Address("", "eve@ailleurs.test")),
        bcc=(Address("Secret", "cache@ailleurs.test"),),
        subject="Réunion",
        text="Été\n",
    )
    draft = office.drafting.create(account, content)
    office.drafting.attach(draft.id, tmp_path / "été.txt")
    row = office.drafting.send(draft.id)
    assert row.state is OutboxState.QUEUED
    assert row.recipients == ("paul@ac-exemple.test", "eve@ailleurs.test", "cache@ailleurs.test")
    data = office.bytes_of(row.id)
    assert len(data) == row.size
    assert b"cache@" not in data
    assert row.message_id.endswith("@ac-exemple.test")
    sent = email.message_from_bytes(data, policy=email.policy.default)
    assert sent["Message-ID"] == f"<{row.message_id}>"
    assert sent["From"].addresses[0].display_name == "Claire Martin"
    assert office.drafting.all() == ()
    assert office.drafting.get(draft.id).state is DraftState.QUEUED
    with refused(ErrorCode.USAGE):
        office.drafting.save(draft.id, TO_PAUL)
    with refused(ErrorCode.USAGE):
        office.drafting.send(draft.id)
    with refused(ErrorCode.USAGE):
        office.drafting.delete(draft.id)


def test_a_message_written_in_html_has_a_text_too(office: PostOffice, account: AccountId) -> None:
    content = DraftContent(to=TO_PAUL.to, html="<p>Bonjour <b>Paul</b></p><p>à demain</p>")
    row = office.drafting.send(office.drafting.create(account, content).id)
    sent = email.message_from_bytes(office.bytes_of(row.id), policy=email.policy.default)
    assert sent.get_content_type() == "multipart/alternative"
    text = sent.get_body(("plain",))
    assert text is not None
    assert text.get_content().split() == ["Bonjour", "Paul", "à", "demain"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (DraftContent(subject="x"), ErrorCode.NO_RECIPIENT),
        (DraftContent(to=(Address("", "paul"),)), ErrorCode.BAD_ADDRESS),
        (DraftContent(bcc=(Address("", "é @x.fr"),)), ErrorCode.BAD_ADDRESS),
    ],
)
def test_what_cannot_be_sent_stays_a_draft(
    office: PostOffice, account: AccountId, content: DraftContent, code: ErrorCode
) -> None:
    draft = office.drafting.create(account, content)
    with refused(code):
        office.drafting.send(draft.id)
    assert office.drafting.get(draft.id) == draft
    assert office.outbox.rows() == ()


def test_the_store_holds_no_clear_text(
    office: PostOffice, account: AccountId, tmp_path: Path
) -> None:
    """The columns are for the cipher; here only that content is where it should be."""
    draft = office.drafting.create(account, TO_PAUL)
    with office.database.read() as reader:
        packed = reader.value("SELECT content FROM draft_revision WHERE draft_id = ?", draft.id)
    assert isinstance(packed, bytes)
    assert b"paul@ac-exemple.test" in zstandard.decompress(packed)
    assert b"paul@ac-exemple.test" not in (tmp_path / "store.db").read_bytes()
    assert b"paul@ac-exemple.test" not in (tmp_path / "store.db-wal").read_bytes()


def test_a_letter_with_formatting_leaves_as_text_and_html(
    office: PostOffice, account: AccountId
) -> None:
    html = "<h3>Sortie à Noël</h3>\n<p>Rendez-vous <b>à 8 h</b>.</p>"
    content = DraftContent(
        to=(Address("", "marc@ac-exemple.fr"),), text="Sortie à Noël\nRendez-vous à 8 h.", html=html
    )
    row = office.drafting.send(office.drafting.create(account, content).id)
    sent = email.message_from_bytes(office.bytes_of(row.id), policy=email.policy.default)
    assert sent.get_content_type() == "multipart/alternative"
    plain, formatted = sent.iter_parts()
    assert plain.get_content().splitlines() == content.text.splitlines()
    assert formatted.get_content_type() == "text/html"
    assert formatted.get_content().splitlines() == html.splitlines()
