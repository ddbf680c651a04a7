"""What lies outside the vault because another program was to show it: said, and taken back."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from mel_desktop.app.facade import Facade
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.outside import open_outside


class OutsideBar(QWidget):
    """In the status line: how many files are open outside. Hidden while there are none."""

    def __init__(self, facade: Facade, window: MainWindow) -> None:
        super().__init__(window.status_line)
        self._facade = facade
        self._notice = window.notice
        self._bridge = window.bridge
        self.text = QLabel()
        self.text.setAccessibleName(self.tr("Files opened outside"))
        self.show_button = QPushButton(self.tr("Show them"))
        self.show_button.setToolTip(
            self.tr("Opens their folder, for instance to choose another program")
        )
        self.clear_button = QPushButton(self.tr("Destroy now"))
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 0, 0, 0)
        row.addWidget(self.text)
        for button in (self.show_button, self.clear_button):
            button.setProperty("link", True)
            button.setAccessibleName(button.text())
            row.addWidget(button)
        row.addStretch(1)
        self.show_button.clicked.connect(self._show_folder)
        self.clear_button.clicked.connect(self.clear)
        window.mail.reader.attachments.opened.connect(self.refresh)
        layout = window.status_line.layout()
        if layout is not None:
            layout.addWidget(self)
        self.refresh()

    def refresh(self) -> None:
        """Count again."""
        with self._notice.errors():
            number = len(self._facade.vault.outside_files())
            self.text.setText(self.tr("%n file(s) opened outside", "", number))
            self.setVisible(number > 0)

    def clear(self) -> None:
        """Destroy the copies; what another program holds is told."""

        def done(_: int) -> None:
            self.refresh()
            if self._facade.vault.outside_files():
                self._notice.say(
                    self.tr(
                        "Some copies are still held by another program. Close it; they are "
                        "destroyed at the latest when you lock or leave."
                    )
                )

        self._bridge.run(
            self, self._facade.vault.clear_outside, done=done, failed=self._notice.say_error
        )

    def _show_folder(self) -> None:
        files = self._facade.vault.outside_files()
        if files:
            open_outside(files[-1].parent)
