"""Rules and the absence message in the window."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.logic.rule_notes import Notes
from mel_desktop.logic.sieve_writing import Ground, write
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.mail import Choice
from mel_desktop.model.rules import (
    Absence,
    Action,
    Audience,
    BookState,
    Condition,
    Consent,
    Deed,
    Match,
    Offered,
    Rule,
    Topic,
)
from mel_desktop.store import rules as rows
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.rule_decisions import DecisionDialog
from mel_desktop.ui.rules_dialog import RulesDialog

COUNCIL = Rule(
    "Conseils",
    (Condition(Topic.SUBJECT, Match.CONTAINS, "conseil"),),
    (Action(Deed.FLAG), Action(Deed.READ)),
)
READ = Rule("Lus", (), (Action(Deed.READ),))


@pytest.fixture
def account(facade: Facade) -> AccountId:
    return facade.accounts()[0].id


def know(facade: Facade, account: AccountId, **values: object) -> None:
    """As if the server had been asked."""
    facade._services.database.write(lambda tx: rows.change(tx, account, **values))


def opened(window: MainWindow) -> RulesDialog:
    window.actions_.rules.trigger()
    return window.findChildren(RulesDialog)[-1]


def kept(facade: Facade, account: AccountId) -> list[Rule]:
    return [one.rule for one in facade.rules.book(account).rules]


def test_a_rule_is_written_like_a_sentence(
    qtbot: QtBot, window: MainWindow, facade: Facade, account: AccountId
) -> None:
    know(facade, account, offered=Offered.NO)
    dialog = opened(window)
    editor = dialog.write(Rule("", (), (Action(Deed.READ),)))
    assert editor is not None
    editor.accept()  # without a name
    assert editor.notice.text
    assert kept(facade, account) == []
    qtbot.keyClicks(editor.name, "Circulaires")
    button = next(
        one for one in editor.findChildren(QPushButton) if "condition" in one.text().lower()
    )
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    row = editor.conditions[0]
    row.topic.setCurrentIndex(row.topic.findData(Topic.SUBJECT))
    row.match.setCurrentIndex(row.matches.index((Match.BEGINS, True)))
    qtbot.keyClicks(row.value, "Circulaire")
    assert "Circulaire" in editor.sentence.text()
    assert "objet" in editor.sentence.text()
    editor.accept()
    assert kept(facade, account) == [
        Rule(
            "Circulaires",
            (Condition(Topic.SUBJECT, Match.BEGINS, "Circulaire", "", True),),
            (Action(Deed.READ),),
        )
    ]
    assert dialog.list.topLevelItemCount() == 1
    assert dialog.list.topLevelItem(0).text(2) == "Ce poste"


def test_every_rule_comes_back_from_the_editor_as_it_was(
    window: MainWindow, facade: Facade, account: AccountId
) -> None:
    folder = next(one.path for one in facade.folders(account) if one.role is None)
    every = Rule(
        "Tout",
        (
            Condition(Topic.FROM, Match.IS, "a@b.fr"),
            Condition(Topic.HEADER, Match.MATCHES, "a*", "X-Origine", True),
            Condition(Topic.SIZE, Match.UNDER, "500"),
            Condition(Topic.ATTACHMENT, negated=True),
            Condition(Topic.BODY, Match.CONTAINS, "mot"),
        ),
        (Action(Deed.COPY, "N’existe pas"), Action(Deed.TAG, "urgent"), Action(Deed.FILE, folder)),
        all_of=False,
        enabled=False,
    )
    editor = opened(window).write(every)
    assert editor is not None
    assert editor.rule() == every


def test_order_state_and_deletion_by_the_keyboard(
    qtbot: QtBot, window: MainWindow, facade: Facade, account: AccountId
) -> None:
    facade.rules.save(account, [COUNCIL, READ])
    dialog = opened(window)
    dialog.list.setCurrentItem(dialog.list.topLevelItem(0))
    assert dialog.down.isEnabled()
    assert not dialog.up.isEnabled()
    dialog.down.click()
    assert kept(facade, account) == [READ, COUNCIL]
    dialog.list.topLevelItem(0).setCheckState(0, Qt.CheckState.Unchecked)
    assert [one.enabled for one in kept(facade, account)] == [False, True]
    dialog.list.setCurrentItem(dialog.list.topLevelItem(0))
    box = dialog.delete()
    assert box is not None
    next(one for one in box.buttons() if one.text() == "Supprimer").click()
    assert kept(facade, account) == [COUNCIL]


def test_a_rule_from_the_chosen_message(
    window: MainWindow, facade: Facade, account: AccountId
) -> None:
    window.go_inbox()
    first = window.mail.view.model().index(0, 0)
    window.mail.view.setCurrentIndex(first)
    (chosen,) = window.mail.view.selected_ids()
    editor = window.rules_desk.begin()
    assert editor is not None
    sender = facade.show(chosen).sender.address
    rule = editor.rule()
    assert rule.conditions[0].value in (sender, rule.name)
    assert window.actions_.rule_from in window.rules_desk.menu().actions()


def test_apply_now_counts_first(
    qtbot: QtBot, window: MainWindow, facade: Facade, account: AccountId
) -> None:
    facade.rules.save(account, [READ])
    window.go_inbox()
    dialog = opened(window)
    dialog.apply_now()
    qtbot.waitUntil(lambda: dialog.question is not None, timeout=20_000)
    assert dialog.question is not None
    folder = window.mail.folder()
    assert folder is not None
    assert str(folder.total) in dialog.question.text()
    assert facade.find_folder("inbox", account).unread > 0
    next(one for one in dialog.question.buttons() if one.text() == "Appliquer").click()
    assert facade.find_folder("inbox", account).unread == 0
    runs = dialog.show_runs()
    assert runs is not None


def test_a_foreign_script_is_a_decision_of_the_teacher(
    window: MainWindow, facade: Facade, account: AccountId
) -> None:
    facade.rules.save(account, [READ])
    know(
        facade, account, offered=Offered.YES, active="roundcube", foreign_name="roundcube",
        foreign_text='require "fileinto";', extensions="fileinto imap4flags include",
    )  # fmt: skip
    dialog = opened(window)
    assert "roundcube" in dialog.where.text()
    decision = dialog.ask_decision()
    assert isinstance(decision, DecisionDialog)
    assert decision.theirs.toPlainText() == 'require "fileinto";'
    decision.choices[Consent.BESIDE].click()
    assert facade.rules.book(account).consent is Consent.BESIDE


def test_a_conflict_shows_both_sides(
    window: MainWindow, facade: Facade, account: AccountId
) -> None:
    facade.rules.save(account, [READ])
    theirs = write(Notes((COUNCIL,)), Ground(frozenset({"imap4flags"})))
    know(facade, account, offered=Offered.YES, is_conflict=True, theirs=theirs)
    dialog = opened(window)
    decision = dialog.ask_decision()
    assert isinstance(decision, DecisionDialog)
    assert "conseil" in decision.theirs.toPlainText()
    decision.choices[Choice.THEIRS].click()
    assert facade.rules.book(account).state is BookState.WAITING


def test_the_absence_message_with_a_preview_and_a_notice(
    window: MainWindow, facade: Facade, account: AccountId
) -> None:
    know(facade, account, offered=Offered.YES, extensions="vacation date relational")
    assert not window.rules_desk.banner.text
    dialog = window.rules_desk.open_absence(account)
    assert dialog is not None
    dialog.enabled.setChecked(True)
    dialog.save()
    assert dialog.notice.text  # without a text
    dialog.templates.setCurrentIndex(1)
    dialog._take_template(1)
    assert dialog.text.toPlainText() in dialog.preview.toPlainText()
    dialog.audience.setCurrentIndex(1)
    dialog.save()
    absence = facade.rules.book(account).absence
    assert (absence.enabled, absence.audience) == (True, Audience.SCHOOL)
    window.rules_desk.look()
    assert window.rules_desk.banner.text
    facade.rules.save_absence(account, Absence())
    window.rules_desk.look()
    assert not window.rules_desk.banner.text


def test_an_absence_of_other_days_is_not_told(
    window: MainWindow, facade: Facade, account: AccountId
) -> None:
    past = date(2020, 1, 1)
    facade.rules.save_absence(account, Absence(True, None, past, "", "Absent"))
    window.rules_desk.look()
    assert not window.rules_desk.banner.text


def test_school_holidays_are_proposed(
    window: MainWindow, facade: Facade, account: AccountId, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, last = date(2026, 12, 19), date(2027, 1, 3)
    monkeypatch.setattr(
        "mel_desktop.app.rules_door.RulesDoor.holidays", lambda *_: ((first, last),)
    )
    dialog = window.rules_desk.open_absence(account)
    assert dialog is not None
    dialog._take_holidays(1)
    absence = dialog.absence()
    assert (absence.since, absence.until, absence.enabled) == (first, last, True)
