"""Pictures of the help, its guides, and what the program says of itself.

``python -m tests.support.help_gallery FOLDER [LOOK...] [SCENE...]``: see writing_gallery.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from unittest.mock import patch

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox, QWidget

from mel_desktop.app.facade import Facade
from mel_desktop.model.release_notice import NoticeFacts, NoticeState, ReleaseNotice
from mel_desktop.ui.about import open_about
from mel_desktop.ui.help_desk import GUIDE, HelpWindow
from mel_desktop.ui.language import FRENCH, current
from mel_desktop.ui.licences_dialog import LicencesDialog
from tests.support import writing_gallery
from tests.support.writing_gallery import found

NOTICE = ReleaseNotice(
    (0, 2), "https://intranet.ac-exemple.invalid/mel.msi", "0a" * 32, 36_000_000, 1,
    datetime(2027, 1, 31, tzinfo=UTC),
)  # fmt: skip


class Scenes(writing_gallery.Scenes):
    """One method a screen."""

    def guide(self, heading: int | None = None) -> HelpWindow:
        """At the top, or at one of its headings."""
        shown = self.window.extras.help.open(GUIDE)
        QTest.qWait(200)
        document = shown.browser.document()
        blocks = [document.findBlockByNumber(number) for number in range(document.blockCount())]
        places = [one for one in blocks if one.blockFormat().headingLevel()]
        if heading is not None:
            shown.browser.show_block(places[heading])
        QTest.qWait(200)
        return shown

    def see_guide(self) -> QWidget:
        return self.guide()

    def see_guide_signing_in(self) -> QWidget:
        return self.guide(2)

    def see_guide_what_to_do(self) -> QWidget:
        return self.guide(9 if current() == FRENCH else 7)

    def see_guide_end(self) -> QWidget:
        return self.guide(-1)

    def see_guide_search(self) -> QWidget:
        shown = self.guide()
        shown.search.setText("quota")
        return shown

    def see_guide_search_none(self) -> QWidget:
        shown = self.guide()
        shown.search.setText("zzyzx")
        return shown

    def see_first_day(self) -> QWidget:
        return self.window.extras.help.open("first-day")

    def see_shared_pc(self) -> QWidget:
        return self.window.extras.help.open("shared-pc")

    def see_accessibility(self) -> QWidget:
        return self.window.extras.help.open("accessibility")

    def see_keys(self) -> QWidget:
        return self.window.extras.help.open("keys")

    def about(self, state: NoticeState, trouble: str = "") -> QMessageBox:
        told = NoticeFacts(state, NOTICE, datetime.now(UTC) - timedelta(hours=3), trouble)
        with patch.object(Facade, "release_notice", lambda _self, **_: told):
            return open_about(self.window, self.facade)

    def see_about(self) -> QWidget:
        return open_about(self.window, self.facade)

    def see_about_newer(self) -> QWidget:
        return self.about(NoticeState.NEWER)

    def see_about_current(self) -> QWidget:
        return self.about(NoticeState.CURRENT, "timed-out")

    def see_about_refused(self) -> QWidget:
        return self.about(NoticeState.REFUSED)

    def see_licences(self) -> QWidget:
        LicencesDialog(self.window).open()
        dialog = found(self.window.findChild(LicencesDialog))
        dialog.search.setText("Lesser")
        dialog.find_next()
        return dialog


SCENES = tuple(one.removeprefix("see_") for one in vars(Scenes) if one.startswith("see_"))

if __name__ == "__main__":
    writing_gallery.run("tests.support.help_gallery", Scenes, SCENES)
