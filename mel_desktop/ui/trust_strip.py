"""The shield of a message in one line or two: colour, icon and words; the whole by F7."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from mel_desktop.app.facade import Facade
from mel_desktop.model.mail import ReadMessage
from mel_desktop.model.trust import Finding, Severity, TrustCode
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.language import current
from mel_desktop.ui.notice import Notice, Tone
from mel_desktop.ui.strip import Strip
from mel_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from mel_desktop.ui.trust_dialog import TrustDialog

TONES = {Severity.CALM: Tone.INFO, Severity.LOOK: Tone.WARNING, Severity.DANGER: Tone.DANGER}


class TrustStrip(Strip):
    """Says the gravest finding and how many others there are; calm ones only of strangers."""

    def __init__(self, facade: Facade, bridge: Bridge, theme: Theme, parent: QWidget) -> None:
        super().__init__(facade, bridge, theme, parent)
        self._message: ReadMessage | None = None
        self.notice = Notice(theme, self, closable=False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.notice)

    def show_message(self, found: ReadMessage | None) -> None:
        """The gravest finding, in words."""
        from mel_desktop.app import trust_words  # noqa: PLC0415 first needed here

        self._message = found
        told = () if found is None or found.shield is None else _worth_saying(found)
        if not told:
            self.notice.clear()
            self.hide()
            return
        gravest, language = told[0], current()
        text = f"{trust_words.head(gravest.severity, language)} – "
        text += trust_words.told(gravest, language)
        if len(told) > 1:
            text += " " + self.tr("And %n other point(s) to look at.", "", len(told) - 1)
        self.notice.say(
            text, TONES[gravest.severity], button=self.tr("Details (F7)"), call=self.open_details
        )
        self.show()

    def open_details(self) -> TrustDialog | None:
        """All that was found of the message shown."""
        from mel_desktop.ui.trust_dialog import TrustDialog  # noqa: PLC0415 seldom

        if self._message is None or self._message.shield is None:
            return None
        dialog = TrustDialog(self._message, self._theme, self.window())
        dialog.open()
        return dialog


def _worth_saying(found: ReadMessage) -> tuple[Finding, ...]:
    assert found.shield is not None
    grave = tuple(one for one in found.shield.findings if one.severity > Severity.CALM)
    return grave or tuple(
        one for one in found.shield.findings
        if one.code is TrustCode.FIRST_TIME and one.reason != "inside"
    )  # fmt: skip
