"""Pictures of typical mails: Chromium on the original, beside ours on light and on dark paper.

``python -m tests.support.html_gallery FOLDER [NAME...]``: one picture a mail; a NAME may be a file
of HTML from elsewhere. Without Chromium, its third stays empty. ``Scenes``: the same mails in the
reader of the window.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PySide6.QtCore import QRect, Qt, QUrl
from PySide6.QtGui import QColor, QImage, QPainter, QTextDocument
from PySide6.QtWidgets import QApplication, QTextBrowser, QWidget

from mel_desktop.app.facade import Facade
from mel_desktop.logic.html_layout import LIGHT, Paper, drawable
from mel_desktop.logic.sanitize import sanitize
from mel_desktop.ui.mail_browser import MailBrowser
from mel_desktop.ui.main_window import MainWindow
from tests.support.typical_mails import MAILS

WIDTH, HEIGHT = 720, 640
DARK = Paper(True, "#1e1e1e", "#e6e6e6", "#8ab4f8")


SCENES = tuple(name.replace("-", "_") for name in MAILS)


class Scenes:
    """The reader's browser with each mail."""

    def __init__(self, window: MainWindow, facade: Facade, folder: Path) -> None:
        self.window, self.facade, self.folder = window, facade, folder

    def see(self, name: str) -> QWidget:
        """One of SCENES."""
        browser = MailBrowser(self.window.theme)
        browser.resize(WIDTH, HEIGHT)
        browser.show_html(sanitize(MAILS[name.replace("_", "-")]).html, lambda _: None)
        browser.show()
        return browser


class Browser(QTextBrowser):
    """As the reader's: pictures of the mail and nothing else."""

    def loadResource(self, kind: int, name: QUrl | str) -> Any:  # noqa: N802 Qt’s name
        image = QImage()
        if kind == QTextDocument.ResourceType.ImageResource.value:
            if QUrl(name).scheme() == "cid":
                image = QImage(96, 96, QImage.Format.Format_RGB32)
                image.fill(QColor("#3a7d9a"))
            elif QUrl(name).scheme() == "data":
                image = QImage(1, 1, QImage.Format.Format_ARGB32)
                image.fill(Qt.GlobalColor.transparent)
        return image


def drawn(html: str, paper: Paper, width: int = WIDTH, height: int = HEIGHT) -> QImage:
    """A mail as the light reader shows it."""
    browser = Browser()
    browser.setStyleSheet(
        f"QTextBrowser {{ background: {paper.background}; color: {paper.ink}; border: none }}"
    )
    browser.document().setDefaultStyleSheet(f"a {{ color: {paper.link} }}")
    browser.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    browser.resize(width, height)
    browser.setHtml(drawable(sanitize(html).html, paper))
    return browser.grab().toImage()


def in_chromium(html: str, folder: Path) -> QImage | None:
    """The original in a browser, without a network; None where there is no Chromium."""
    program = shutil.which("chromium")
    if program is None:
        return None
    page, picture = folder / "mail.html", folder / "mail.png"
    page.write_text(f"<!doctype html><meta charset=utf-8>{html}", encoding="utf-8")
    subprocess.run(
        (
            program, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
            "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={folder / 'profile'}",
            f"--screenshot={picture}", f"--window-size={WIDTH},{HEIGHT}", page.as_uri(),
        ),
        check=False, capture_output=True, timeout=90,
    )  # fmt: skip
    return QImage(str(picture)) if picture.exists() else None


def pictures(names: tuple[str, ...] = (), *, chromium: bool = True) -> Iterator[tuple[str, QImage]]:
    """(name, original | light | dark)."""
    for name in names or tuple(MAILS):
        html = MAILS[name] if name in MAILS else Path(name).read_text(encoding="utf-8")
        whole = QImage(3 * WIDTH + 20, HEIGHT, QImage.Format.Format_RGB32)
        whole.fill(QColor("#808080"))
        painter = QPainter(whole)
        with tempfile.TemporaryDirectory() as folder:
            first = in_chromium(html, Path(folder)) if chromium else None
        for at, image in enumerate((first, drawn(html, LIGHT), drawn(html, DARK))):
            if image is not None:
                painter.drawImage(QRect(at * (WIDTH + 10), 0, WIDTH, HEIGHT), image)
        painter.end()
        yield name, whole


def main() -> None:
    """Write the pictures."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    application = QApplication.instance() or QApplication([])
    for name, image in pictures(tuple(sys.argv[2:])):
        image.save(str(folder / f"html-{Path(name).stem}.png"))
    del application


if __name__ == "__main__":
    main()
