"""Two devices, one draft: a real server, another client, and the window that joins both."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from imap_tools import MailMessageFlags
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.model.errors import LocalRefusal
from mel_desktop.model.mail import Address
from mel_desktop.model.outgoing import DraftContent
from mel_desktop.model.revisions import HeadField, Taken
from mel_desktop.services import draftsync
from mel_desktop.ui.draft_rivalry import DraftRivalryDialog
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.theme import Theme
from tests.support.imap_servers import Dovecot, MailUser
from tests.support.windows import fresh_profile, shown_window

pytestmark = pytest.mark.servers

WAIT_MS = 30_000
OURS = "Bonjour,\n\nDépart à 8 h.\n\nPrévoir un pique-nique.\n\nZoé"
RIVAL = (
    "From: moi@exemple.invalid\r\nTo: max@exemple.invalid\r\n"
    "Subject: Sortie au =?utf-8?q?mus=C3=A9e?=\r\n"
    "Message-ID: <webmail-1@exemple.invalid>\r\nMIME-Version: 1.0\r\n"
    "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    "<script>alert(1)</script><p>Bonjour,</p><p>Départ à 9 h &lt;précises&gt;.</p>"
    "<p>Prévoir un repas.</p><p>Zoé</p>\r\n"
)


@pytest.fixture
def user(dovecot: Dovecot) -> MailUser:
    return dovecot.new_user()


@pytest.fixture
def online(
    dovecot: Dovecot, user: MailUser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Facade]:
    monkeypatch.setattr(draftsync, "QUIET", timedelta(0))  # nobody types here
    with fresh_profile(tmp_path) as facade:
        facade.add_account(dovecot.new_account(user), user.secret)
        yield facade


@pytest.fixture
def live(online: Facade, theme: Theme, settings: QSettings, qtbot: QtBot) -> Iterator[MainWindow]:
    with shown_window(online, theme, settings) as window:
        online.start_engine()
        qtbot.waitUntil(lambda: any(one.role for one in online.folders()), timeout=WAIT_MS)
        yield window


def copies(dovecot: Dovecot, user: MailUser, folder: str = "Drafts") -> list[str]:
    with dovecot.observer(user, folder) as box:
        return [f"{one.subject}|{one.text or one.html}" for one in box.fetch(mark_seen=False)]


def change_elsewhere(dovecot: Dovecot, user: MailUser) -> None:
    """A webmail saves its own version in place of our copy."""
    with dovecot.observer(user, "Drafts") as box:
        uids = box.uids()
        box.append(RIVAL.encode(), "Drafts", datetime.now(UTC), [MailMessageFlags.DRAFT])
        box.delete(uids)


def in_conflict(window: MainWindow, online: Facade, qtbot: QtBot) -> None:
    def is_so() -> bool:
        online.wake()
        return any(one.choices for one in online.journal()) and online.revisions.has_rival(
            online.drafts()[0].id
        )

    qtbot.waitUntil(is_so, timeout=WAIT_MS)


def box_of(dialog: DraftRivalryDialog, passage: str) -> QComboBox:
    (found,) = [one for one in dialog.of_text if passage in one.accessibleDescription()]
    return found


def test_both_versions_are_joined_in_the_window(
    live: MainWindow, online: Facade, dovecot: Dovecot, user: MailUser, qtbot: QtBot
) -> None:
    account = online.accounts()[0].id
    draft = online.new_draft(
        account,
        DraftContent(to=(Address("", "zoe@exemple.invalid"),), subject="Sortie", text=OURS),
    )
    online.wake()
    qtbot.waitUntil(lambda: len(copies(dovecot, user)) == 1, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: online.journal() == (), timeout=WAIT_MS)
    online.save_draft(
        draft.id, DraftContent(draft.content.to, subject="Sortie au musée", text=OURS)
    )

    def is_renamed() -> bool:
        online.wake()
        return [one.split("|")[0] for one in copies(dovecot, user)] == ["Sortie au musée"]

    qtbot.waitUntil(is_renamed, timeout=WAIT_MS)
    change_elsewhere(dovecot, user)
    in_conflict(live, online, qtbot)

    live.actions_.journal.trigger()
    live.journal.refresh()
    assert live.journal._compare.isVisible()
    qtbot.keyClick(live.journal, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    dialog = live.findChild(DraftRivalryDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.ok.isEnabled(), timeout=WAIT_MS)
    assert list(dialog.of_heads) == [HeadField.TO]
    to = dialog.of_heads[HeadField.TO]
    to.setCurrentIndex(to.findData(Taken.BOTH))
    hour = box_of(dialog, "9 h <précises>")
    assert "alert" not in hour.accessibleDescription()
    hour.setCurrentIndex(hour.findData(Taken.THEIRS))
    meal = box_of(dialog, "repas")
    meal.setCurrentIndex(meal.findData(Taken.BOTH))
    made = dialog.preview.toPlainText()
    assert [one for one in made.splitlines() if one] == [
        "Bonjour,", "Départ à 9 h <précises>.", "Prévoir un pique-nique.", "Prévoir un repas.",
        "Zoé",
    ]  # fmt: skip
    before = online.draft(draft.id).revision
    dialog.ok.click()
    merged = online.draft(draft.id)
    assert merged.content.text == made
    assert [one.address for one in merged.content.to] == [
        "zoe@exemple.invalid",
        "max@exemple.invalid",
    ]
    assert online.draft(draft.id, before).content.text == OURS, "ours is in the history"

    def is_alone() -> bool:
        online.wake()
        found = copies(dovecot, user)
        return len(found) == 1 and "Prévoir un repas." in found[0] and "pique-nique" in found[0]

    qtbot.waitUntil(is_alone, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: len(copies(dovecot, user, "Trash")) == 1, timeout=WAIT_MS)
    assert "précises" in copies(dovecot, user, "Trash")[0], "theirs is not destroyed"
    qtbot.waitUntil(lambda: online.journal() == (), timeout=WAIT_MS)


def test_what_was_changed_meanwhile_is_not_overwritten(
    live: MainWindow, online: Facade, dovecot: Dovecot, user: MailUser, qtbot: QtBot
) -> None:
    account = online.accounts()[0].id
    draft = online.new_draft(account, DraftContent(subject="Sortie au musée", text=OURS))
    online.wake()
    qtbot.waitUntil(
        lambda: len(copies(dovecot, user)) == 1 and online.journal() == (), timeout=WAIT_MS
    )
    change_elsewhere(dovecot, user)
    in_conflict(live, online, qtbot)
    live.actions_.drafts.trigger()
    live.drafts.refresh()
    assert live.drafts._compare.isVisible()
    live.drafts._compare.click()
    dialog = live.findChild(DraftRivalryDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.ok.isEnabled(), timeout=WAIT_MS)
    dialog.all_theirs.click()
    online.save_draft(draft.id, DraftContent(subject="Sortie au musée", text="plus neuf"))
    dialog.ok.click()
    assert dialog.isVisible()
    assert "changer" in dialog.notice.text
    assert online.draft(draft.id).content.text == "plus neuf"
    dialog.reject()
    live.drafts._compare.click()
    again = [one for one in live.findChildren(DraftRivalryDialog) if one is not dialog][-1]
    qtbot.waitUntil(lambda: again.ok.isEnabled(), timeout=WAIT_MS)
    rivalry = online.revisions.rivalry(draft.id)
    again.all_theirs.click()
    again.ok.click()
    assert "précises" in online.draft(draft.id).content.text
    assert "plus neuf" not in online.draft(draft.id).content.text
    with pytest.raises(LocalRefusal):
        online.revisions.settle(rivalry, {}, [])


RICH = "<p>Bonjour,</p><p>Départ à <b>8 h</b>.</p><p>Zoé</p>"
THEIR_RICH = "<p>Bonjour,</p><p>Départ à <i>9 h</i>.</p><p>Zoé</p>"


def with_file(html: str, names: tuple[str, ...]) -> bytes:
    parts = "".join(
        f'--m\r\nContent-Type: text/plain; name="{name}"\r\n'
        f'Content-Disposition: attachment; filename="{name}"\r\n\r\n{name}\r\n'
        for name in names
    )
    head = RIVAL.partition("Content-Type")[0].replace("max@exemple.invalid", "zoe@exemple.invalid")
    return (
        f'{head}Content-Type: multipart/mixed; boundary="m"\r\n\r\n'
        "--m\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        f"{html}\r\n{parts}--m--\r\n"
    ).encode()


def test_files_of_both_and_the_layout_of_what_is_taken(
    live: MainWindow, online: Facade, dovecot: Dovecot, user: MailUser, qtbot: QtBot, tmp_path: Path
) -> None:
    account = online.accounts()[0].id
    content = DraftContent(
        to=(Address("", "zoe@exemple.invalid"),),
        subject="Sortie au musée",
        text="Bonjour,\n\nDépart à 8 h.\n\nZoé",
        html=RICH,
    )
    draft = online.new_draft(account, content)
    for name in ("plan.txt", "notre.txt"):
        (tmp_path / name).write_text(name, encoding="utf-8")
        online.attach(draft.id, tmp_path / name)

    def is_copied() -> bool:
        online.wake()
        return len(copies(dovecot, user)) == 1 and online.journal() == ()

    qtbot.waitUntil(is_copied, timeout=WAIT_MS)
    with dovecot.observer(user, "Drafts") as box:
        uids = box.uids()
        raw = with_file(THEIR_RICH, ("plan.txt", "leur.txt"))
        box.append(raw, "Drafts", datetime.now(UTC), [MailMessageFlags.DRAFT])
        box.delete(uids)
    in_conflict(live, online, qtbot)
    dialog = live.draft_desk.open_rivalry(draft.id)
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.ok.isEnabled(), timeout=WAIT_MS)
    assert [(one.filename, box.isChecked()) for box, one in dialog.of_files] == [
        ("plan.txt", True),
        ("notre.txt", True),
        ("leur.txt", True),
    ]
    assert dialog.of_files[0][1].theirs is not None, "the same file of both is one"
    (hour,) = dialog.of_text
    hour.setCurrentIndex(hour.findData(Taken.BOTH))
    assert not dialog.lost.isVisible()
    dialog.of_files[1][0].setChecked(False)
    dialog.ok.click()
    merged = online.draft(draft.id)
    assert [one.filename for one in merged.attachments] == ["plan.txt", "leur.txt"]
    assert "<b>8 h</b>" in merged.content.html
    assert "<i>9 h</i>" in merged.content.html
    octets = online.safety.file_octets(draft.id, merged.attachments[1].id)
    assert octets.strip() == b"leur.txt"
