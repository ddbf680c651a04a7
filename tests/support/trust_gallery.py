"""Pictures of what the window says of trust, to be looked at by people.

``python -m tests.support.trust_gallery FOLDER [SCENE...]``, in the looks of ``writing_gallery``.
"""

from __future__ import annotations

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QInputDialog, QMessageBox, QWidget

from mel_desktop.model.mail import MessageId
from mel_desktop.ui.link_dialog import open_link
from mel_desktop.ui.trust_dialog import TrustDialog
from tests.support import writing_gallery
from tests.support.writing_gallery import found

TRAP = "messagerie sera suspendue"
REDIRECT = "https://www.google.com/url?q=https%3A%2F%2Fdepot.example.net%2Fa&sa=D"


class Scenes(writing_gallery.Scenes):
    """One method a screen."""

    def _choose(self, words: str) -> MessageId:
        for folder in self.facade.folders():
            for one in self.facade.message_ids(folder.id):
                if words in self.facade.show(one).subject:
                    self.window._on_target(folder.id)
                    self.window.mail.view.select(one)
                    QTest.qWait(400)
                    return one
        raise LookupError(words)

    def see_trust_danger(self) -> QWidget:
        self._choose(TRAP)
        return self.window

    def see_trust_danger_small(self) -> QWidget:
        self._choose(TRAP)
        self.window.resize(1366, 768)
        return self.window

    def see_trust_first_time(self) -> QWidget:
        self._choose("Nouveau document")
        return self.window

    def see_trust_details(self) -> QWidget:
        self._choose(TRAP)
        self.window.actions_.trust.trigger()
        return found(self.window.findChild(TrustDialog))

    def see_link_honest(self) -> QWidget:
        target = "https://eduscol.education.gouv.fr/2067/continuite-pedagogique?utm=lettre"
        return found(open_link(self.window, self.facade, target))

    def see_link_deceptive(self) -> QWidget:
        target = "https://webmail.ac-rennes.fr.connexion.example/session/" + "x" * 120
        return found(open_link(self.window, self.facade, target))

    def see_link_redirected(self) -> QWidget:
        return found(open_link(self.window, self.facade, REDIRECT))

    def see_report_first(self) -> QWidget:
        self._choose(TRAP)
        self.window.actions_.report.trigger()
        return found(self.window.findChild(QInputDialog))

    def see_report_again(self) -> QWidget:
        self._choose(TRAP)
        self.facade._services.trust.set_report_address("assistance@ac-exemple.invalid")
        self.window.actions_.report.trigger()
        return found(self.window.findChild(QMessageBox))

    def see_reported(self) -> QWidget:
        self._choose(TRAP)
        self.window.extras.trust._send(self._choose(TRAP), "assistance@ac-exemple.invalid")
        return self.window


SCENES = tuple(one.removeprefix("see_") for one in vars(Scenes) if one.startswith("see_"))

if __name__ == "__main__":
    writing_gallery.run("tests.support.trust_gallery", Scenes, SCENES)
