"""What the composer's menu offers about letters: templates, and one letter to many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence

from mel_desktop.app.facade import Facade
from mel_desktop.model.outgoing import DraftContent
from mel_desktop.model.people import EntryId
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from mel_desktop.ui.composer import Composer
    from mel_desktop.ui.merge_dialog import MergeDialog
    from mel_desktop.ui.template_dialog import SaveTemplateDialog, TemplateDialog


def install(composer: Composer, facade: Facade, bridge: Bridge, theme: Theme) -> None:
    """Add the commands to the composer's menu; their keys work in its window."""
    LettersMenu(composer, facade, bridge, theme)


def of(composer: Composer) -> LettersMenu | None:
    """The commands of a composer."""
    return composer.findChild(LettersMenu)


class LettersMenu(QObject):
    """The commands of one composer."""

    def __init__(self, composer: Composer, facade: Facade, bridge: Bridge, theme: Theme) -> None:
        super().__init__(composer)
        self.setObjectName("letters")
        self._composer = composer
        self._facade = facade
        self._bridge = bridge
        self._theme = theme
        self._group: EntryId | None = None  # to each of which the letter is to go
        self._add(self.tr("Use a &template…"), "Ctrl+T", self.choose_template)
        self._add(self.tr("Save as a te&mplate…"), "Ctrl+Shift+T", self.save_template)
        self._add(self.tr("Send to man&y…"), "Ctrl+Shift+G", self.send_to_many)
        composer.merge_asked.connect(self.send_to_many)

    def choose_template(self) -> TemplateDialog:
        """Choose one, and put it where the letter is."""
        from mel_desktop.ui.template_dialog import TemplateDialog  # noqa: PLC0415 seldom

        composer = self._composer
        dialog = TemplateDialog(
            self._facade, self._bridge, self._theme, composer.heads.account(), composer.content(),
            composer,
        )  # fmt: skip
        dialog.chosen.connect(self._use)
        dialog.open()
        return dialog

    def save_template(self) -> SaveTemplateDialog:
        """Keep the letter in the vault as a template."""
        from mel_desktop.ui.template_dialog import SaveTemplateDialog  # noqa: PLC0415 seldom

        dialog = SaveTemplateDialog(
            self._facade, self._theme, self._composer.content(), self._composer
        )
        dialog.open()
        return dialog

    def send_to_many(self) -> MergeDialog | None:
        """One message to each of a class, a group or a table."""
        from mel_desktop.ui.merge_dialog import MergeDialog  # noqa: PLC0415 seldom

        composer = self._composer
        draft = composer.draft_id() if composer.save_new() and composer.save() else None
        if draft is None:
            return None
        dialog = MergeDialog(
            self._facade, self._bridge, self._theme, self._facade.draft(draft), composer,
            self._group,
        )  # fmt: skip
        dialog.started.connect(composer.leave)
        dialog.open()
        return dialog

    def aim_at(self, group: EntryId) -> None:
        """The letter is to go to each of a class or group, once it is written."""
        self._group = group
        with self._composer.notice.errors():
            name = self._facade.directory_entry(group).name
            self._composer.notice.say(
                self.tr(
                    "This letter is for each of {group} alone: write it, fields in braces"
                    " ({example}), then send it to many."
                ).format(group=name, example="{prénom}"),
                button=self.tr("Send to many…"),
                call=self._ask_many,
            )

    def _ask_many(self) -> None:
        self.send_to_many()

    def _use(self, content: DraftContent) -> None:
        composer = self._composer
        if content.subject and not composer.subject.text().strip():
            composer.subject.setText(content.subject)
        cursor = composer.text.textCursor()
        cursor.movePosition(cursor.MoveOperation.Start)
        composer.text.setTextCursor(cursor)
        if content.html and composer.text.is_rich:
            composer.text.insert_html(content.html)
        else:
            composer.text.insert_text(content.text or self._facade.plain_text(content.html))
        composer.text.setFocus()

    def _add(self, text: str, key: str, call: object) -> None:
        action = QAction(text, self._composer)
        action.setShortcut(QKeySequence(key))
        action.triggered.connect(lambda: call())  # type: ignore[operator]
        self._composer.more_menu.addAction(action)
        self._composer.addAction(action)
