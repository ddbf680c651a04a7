"""A web address is opened after a clear look at where it leads."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QMessageBox, QWidget

from mel_desktop.ui.question import plain_box

MOST_SHOWN = 300

translate = QCoreApplication.translate


def ask_open(window: QWidget, target: str) -> QMessageBox:
    """Name the site, then open it, copy the address, or stay."""
    url = QUrl(target)
    host = url.host(QUrl.ComponentFormattingOption.FullyEncoded)
    box = plain_box(
        window,
        QMessageBox.Icon.Question,
        translate("OuterLink", "Open a link"),
        translate("OuterLink", "This link leads to the site {host}.").format(host=host),
        target if len(target) <= MOST_SHOWN else f"{target[:MOST_SHOWN]}…",
    )
    go = box.addButton(
        translate("OuterLink", "Open in the browser"), QMessageBox.ButtonRole.AcceptRole
    )
    copy = box.addButton(
        translate("OuterLink", "Copy the address"), QMessageBox.ButtonRole.ActionRole
    )
    stay = box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(stay)
    go.clicked.connect(lambda: QDesktopServices.openUrl(url))
    copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(target))
    box.open()
    return box
