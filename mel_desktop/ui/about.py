"""What this program is, in a box: name, version, licence, those of others, a later version."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QMessageBox, QWidget

import mel_desktop
from mel_desktop.app.facade import Facade
from mel_desktop.model.errors import MelError
from mel_desktop.model.release_notice import NoticeFacts, NoticeState
from mel_desktop.ui import figures, wording
from mel_desktop.ui.icons import application_icon

translate = QCoreApplication.translate


def open_about(window: QWidget, facade: Facade) -> QMessageBox:
    """The box."""
    box = QMessageBox(window)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle(translate("MainWindow", "About Mel Desktop"))
    box.setIconPixmap(application_icon().pixmap(64, 64))
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(f"Mel Desktop {mel_desktop.__version__}")
    told = translate(
        "MainWindow",
        "Mail and school directory that work without a line, encrypted on this PC.\n"
        "Free software, licence EUPL-1.2. Nothing is measured or reported.",
    )
    try:
        notice = of_notice(facade.release_notice())
    except MelError as error:
        notice = wording.of_error(error).text
    box.setInformativeText(f"{told}\n\n{notice}" if notice else told)
    licences = box.addButton(
        translate("MainWindow", "&Licences of its parts…"), QMessageBox.ButtonRole.ActionRole
    )
    close = box.addButton(QMessageBox.StandardButton.Close)
    box.setDefaultButton(close)
    box.setEscapeButton(close)
    licences.clicked.connect(lambda: _open_licences(window))
    box.open()
    return box


def of_notice(told: NoticeFacts) -> str:
    """Whether a later version is out; "" where no policy wants it told."""
    version = "" if told.notice is None else told.notice.name
    text = {
        NoticeState.OFF: "",
        NoticeState.UNREAD: translate(
            "MainWindow", "Whether a later version is out has not been read yet."
        ),
        NoticeState.CURRENT: translate("MainWindow", "This is the newest version."),
        NoticeState.NEWER: translate(
            "MainWindow", "Version {version} is out. Your IT service installs it."
        ).format(version=version),
        NoticeState.EXPIRED: translate(
            "MainWindow", "The last notice of versions has expired: tell your IT service."
        ),
        NoticeState.REFUSED: translate(
            "MainWindow",
            "The notice of versions is not of the authors of Mel Desktop, or outdated: nothing of "
            "it is believed. Tell your IT service.",
        ),
    }[told.state]
    if told.looked_at is not None and told.state in (NoticeState.CURRENT, NoticeState.NEWER):
        day = figures.plain_date(told.looked_at)
        text += " " + translate("MainWindow", "Notice read on {day}.").format(day=day)
    if told.trouble and told.notice is not None:
        text += " " + translate("MainWindow", "The last look failed.")
    return text


def _open_licences(window: QWidget) -> None:
    from mel_desktop.ui.licences_dialog import LicencesDialog  # noqa: PLC0415 seldom

    LicencesDialog(window).open()
