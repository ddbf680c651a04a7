"""Merges on a real store: exactly once, paused, cancelled, killed."""

from __future__ import annotations

import email
import email.policy
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mel_desktop.model.errors import ErrorCode, LocalRefusal, StoreTrouble
from mel_desktop.model.identities import UNSTORED, EnvelopeSender, Identity, IdentityKind, Signature
from mel_desktop.model.mail import Address
from mel_desktop.model.merging import ItemState, LeftOut, MergeOptions, MergeState, Person
from mel_desktop.model.outgoing import DraftContent, DraftState, OutboxState
from mel_desktop.services import merging as service
from mel_desktop.services.outbox_wishes import OutboxWishes
from mel_desktop.store import merges
from tests.support.merge_world import MergeOffice, class_of, merge_office

ROOT = Path(__file__).resolve().parents[2]
LETTER = DraftContent(
    to=(Address("", "tous@ac-exemple.test"),),
    subject="Sortie : {élève}",
    text="Le {date}, {élève}.",
)


def recipients(office: MergeOffice) -> list[str]:
    rows = office.outbox.rows()
    assert all(len(one.recipients) == 1 for one in rows)
    return sorted(one.recipients[0] for one in rows)


def test_each_gets_one_message_with_only_him_in_to(tmp_path: Path) -> None:
    with merge_office(tmp_path) as office:
        account = office.add_account()
        file = tmp_path / "plan.pdf"
        file.write_bytes(b"%PDF" + bytes(5000))
        draft = office.drafting.create(account, LETTER)
        office.drafting.attach(draft.id, file)
        people = (*class_of(7), Person("Sans", ""))
        merge = office.merging.start(draft.id, people, MergeOptions())
        assert (merge.state, merge.total, merge.in_outbox) == (MergeState.DONE, 7, 7)
        assert recipients(office) == sorted(one.address for one in class_of(7))
        seen = set()
        for row in office.outbox.rows():
            message = email.message_from_bytes(office.bytes_of(row.id), policy=email.policy.default)
            assert [one.addr_spec for one in message["To"].addresses] == list(row.recipients)
            assert message["Cc"] is None
            number = row.recipients[0].removeprefix("parent").partition("@")[0]
            assert message["Subject"] == f"Sortie : Élève {number}"
            body = message.get_body()
            assert body is not None
            assert "{" not in body.get_content()
            assert [one.get_filename() for one in message.iter_attachments()] == ["plan.pdf"]
            seen.add(message["Message-ID"])
        assert len(seen) == 7
        assert office.drafting.get(draft.id).state is DraftState.SENT
        report = office.merging.report(merge.id)
        assert report.left_out == (("Sans", LeftOut.NO_ADDRESS),)
        assert {one.state for one in report.items} == {ItemState.QUEUED}
        with pytest.raises(LocalRefusal):
            office.merging.start(draft.id, people, MergeOptions())


def test_only_some_are_made_ahead_and_missing_fields_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "AHEAD", 3)
    with merge_office(tmp_path) as office:
        draft = office.drafting.create(office.add_account(), LETTER)
        with pytest.raises(LocalRefusal) as refused:
            office.merging.start(draft.id, (Person("A", "a@b.test"),), MergeOptions())
        assert refused.value.facts["why"] == "merge-fields-missing"
        merge = office.merging.start(draft.id, class_of(8), MergeOptions())
        assert (merge.state, merge.in_outbox, merge.waiting) == (MergeState.RUNNING, 3, 5)
        assert office.merging.advance(merge.account) == 0
        office.merging.pause(merge.id)
        assert {one.state for one in office.outbox.rows()} == {OutboxState.HELD}
        assert office.merging.advance(merge.account) == 0
        office.merging.resume(merge.id)
        assert {one.state for one in office.outbox.rows()} == {OutboxState.QUEUED}
        (first, *_) = office.outbox.rows()
        office.outbox.cancel(first.id)  # one of them is taken back by hand
        assert office.merging.advance(merge.account) == 1
        cancelled = office.merging.cancel(merge.id)
        assert (cancelled.in_outbox, cancelled.waiting, cancelled.given_up) == (0, 0, 8)
        assert office.outbox.rows() == ()
        assert office.drafting.get(draft.id).state is DraftState.EDITING
        states = [one.state for one in office.merging.report(merge.id).items]
        assert states.count(ItemState.TAKEN_BACK) == 1
        office.merging.start(draft.id, class_of(2), MergeOptions())  # and once more


def test_the_store_refuses_a_second_row_for_an_item(tmp_path: Path) -> None:
    with merge_office(tmp_path) as office:
        draft = office.drafting.create(office.add_account(), LETTER)
        office.merging.start(draft.id, class_of(1), MergeOptions())
        (row,) = office.outbox.rows()
        with pytest.raises(LocalRefusal):
            office.database.write(lambda tx: merges.set_queued(tx, 1, row.id))
        office.database.write(
            lambda tx: (
                tx.run("UPDATE merge SET state = 'running'")
                + tx.run("UPDATE merge_item SET state = 'waiting', outbox_id = NULL")
            )
        )
        with pytest.raises(Exception):  # noqa: B017, PT011 the UNIQUE Message-ID
            office.merging.advance(row.account)
        assert len(office.outbox.rows()) == 1


def test_resuming_lets_only_that_go_which_the_pause_held(tmp_path: Path) -> None:
    with merge_office(tmp_path) as office:
        draft = office.drafting.create(office.add_account(), LETTER)
        merge = office.merging.start(draft.id, class_of(3), MergeOptions())
        held = office.outbox.rows()[0].id
        OutboxWishes(office.database, office.clock).hold(held)
        office.merging.pause(merge.id)
        office.merging.resume(merge.id)
        states = {one.id: one.state for one in office.outbox.rows()}
        assert states.pop(held) is OutboxState.HELD
        assert set(states.values()) == {OutboxState.QUEUED}


def test_a_merge_that_is_paused_lets_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "AHEAD", 3)
    with merge_office(tmp_path) as office:
        account = office.add_account()
        first = office.merging.start(
            office.drafting.create(account, LETTER).id, class_of(5), MergeOptions()
        )
        office.merging.pause(first.id)
        second = office.merging.start(
            office.drafting.create(account, LETTER).id, class_of(5), MergeOptions()
        )
        assert (second.in_outbox, second.waiting) == (3, 2)


def test_a_merge_that_was_kept_is_no_error_where_the_disk_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with merge_office(tmp_path) as office:
        draft = office.drafting.create(office.add_account(), LETTER)

        def full(*_: object, **__: object) -> None:
            raise StoreTrouble(ErrorCode.DISK_FULL)

        with monkeypatch.context() as patched:
            patched.setattr(service, "enqueue", full)
            merge = office.merging.start(draft.id, class_of(3), MergeOptions())
        assert (merge.state, merge.waiting) == (MergeState.RUNNING, 3)
        assert office.merging.advance(merge.account) == 3


@pytest.mark.parametrize("made", [0, 1, 3, 5])
def test_killed_at_any_step_each_is_made_exactly_once(tmp_path: Path, made: int) -> None:
    with merge_office(tmp_path) as office:
        account = office.add_account()
        draft = office.drafting.create(account, LETTER)
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(service, "AHEAD", 0)
            office.merging.start(draft.id, class_of(6), MergeOptions())
        assert office.outbox.rows() == ()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.merge_child", str(tmp_path), str(made)],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "here"
    process.send_signal(signal.SIGKILL)
    process.wait(60)
    process.stdout.close()
    with merge_office(tmp_path) as office:
        assert len(office.outbox.rows()) == made
        assert office.merging.advance(account) == 6 - made
        assert office.merging.advance(account) == 0
        assert recipients(office) == sorted(one.address for one in class_of(6))


def test_identities_speak_in_the_message_and_answer_where_they_were_asked(tmp_path: Path) -> None:
    with merge_office(tmp_path) as office:
        account = office.add_account()
        box = office.identities.save(
            Identity(
                UNSTORED, account, IdentityKind.BOX, "Collège", "ce.0540001a@ac-exemple.test",
                reply_to="secretariat@ac-exemple.test", organisation="Collège Exemple",
                signature=Signature("Le secrétariat", "<p onclick=x>Le <b>secrétariat</b></p>"),
            )
        )  # fmt: skip
        assert "onclick" not in box.signature.html
        content = DraftContent(
            to=(Address("", "a@b.test"),), subject="x", text="y", sender=box.sender
        )
        row = office.drafting.send(office.drafting.create(account, content).id)
        message = email.message_from_bytes(office.bytes_of(row.id), policy=email.policy.default)
        assert message["From"].addresses[0].addr_spec == box.address
        assert message["Reply-To"].addresses[0].addr_spec == "secretariat@ac-exemple.test"
        assert message["Organization"] == "Collège Exemple"

        def envelope() -> str:
            with office.database.read() as reader:
                return str(reader.value("SELECT sender FROM outbox ORDER BY id DESC LIMIT 1"))

        assert envelope() == box.address
        from dataclasses import replace

        office.identities.save(replace(box, envelope=EnvelopeSender.ACCOUNT, is_default=True))
        office.drafting.send(office.drafting.create(account, content).id)
        assert envelope() == "claire.martin@ac-exemple.test"
        (own, again) = office.identities.of_account(account)
        assert (own.is_default, again.is_default) == (False, True)
        with pytest.raises(LocalRefusal):
            office.identities.save(replace(box, id=UNSTORED))
        other = office.add_account(email="autre@ac-exemple.test")
        file = tmp_path / "a.txt"
        file.write_bytes(b"abc")
        draft = office.drafting.create(account, content)
        office.drafting.attach(draft.id, file)
        moved = office.identities.move_draft(draft.id, other, replace(content, sender=None))
        assert moved.account == other
        assert [one.filename for one in moved.attachments] == ["a.txt"]
        assert office.drafting.get(draft.id).state is DraftState.DELETED
        office.accounts.remove(account)
        assert office.merging.rows() == ()


def test_templates_of_the_vault_and_of_the_school(tmp_path: Path) -> None:
    letters = tmp_path / "modeles"
    letters.mkdir()
    (letters / "a.toml").write_text("[[template]]\nname='Appel'\ntext='école'\n", encoding="utf-8")
    (letters / "b.toml").write_bytes(b"\xff")
    with merge_office(tmp_path, letters=letters) as office:
        found, unread = office.templates.school()
        assert [one.name for one in found] == ["Appel"]
        assert [(one.file, one.why) for one in unread] == [("b.toml", "no-toml")]
        with pytest.raises(LocalRefusal) as refused:
            office.templates.delete("appel")
        assert refused.value.facts["why"] == "template-read-only"
        from dataclasses import replace

        office.templates.save(replace(found[0], text="à moi"))
        assert office.templates.find("APPEL").text == "à moi"
        assert office.templates.write_file(["appel"], tmp_path / "x.toml") == 1
        office.templates.delete("appel")
        assert office.templates.find("appel").text == "école"
        (taken,) = office.templates.take_file(tmp_path / "x.toml")
        assert office.templates.find("appel") == taken
