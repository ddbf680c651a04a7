"""Pictures of the choice of columns, to be looked at by people: see writing_gallery.

``python -m tests.support.tables_gallery FOLDER [SCENE...]``
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from mel_desktop.ui.folder_tree import Place
from mel_desktop.ui.mapping_dialog import MappingDialog
from tests.support import writing_gallery
from tests.support.writing_gallery import until

# As a school might have Pronote write it: headings of its own, and more than a mail program needs.
SELECTION = (
    "Elève concerné;Né(e) le;N° INE;Div.;Resp. légal 1;Contact;Régime;Remarque\r\n"
    "MARTIN Léa;02/03/2014;123456789AB;6e B;Mme Anne Martin;anne.martin@exemple.invalid;DP;\r\n"
    "PETIT Tom;11/09/2014;123456789CD;6e B;M. Luc Petit;luc.petit@exemple.invalid;EXT;à voir\r\n"
    "ROUX Zoé;25/12/2013;123456789EF;6e B;Mme Inès Roux;;DP;\r\n"
    "N'DIAYE Awa;07/06/2014;123456789GH;6e B;M. Omar N'Diaye;omar.ndiaye@exemple.invalid;DP;\r\n"
)
UNKNOWN = (
    "Gens;Où joindre;Quoi;Né(e) le\r\n"
    "MARTIN Anne;anne.martin@ac-exemple.fr;Professeure de lettres;02/03/1984\r\n"
    "PETIT Luc;luc.petit@ac-exemple.fr;CPE;11/09/1974\r\n"
    "ROUX Inès;ines.roux@ac-exemple.fr;Professeure de SVT;25/12/1990\r\n"
)
NAMELESS = (
    "MARTIN;Anne;anne.martin@ac-exemple.fr;6e B\r\nPETIT;Luc;luc.petit@ac-exemple.fr;6e B\r\n"
    "ROUX;Inès;ines.roux@ac-exemple.fr;5e A\r\n"
)


class Scenes(writing_gallery.Scenes):
    """One method a screen."""

    def see_mapping(self) -> QWidget:
        return self.dialog(SELECTION)

    def see_mapping_unknown(self) -> QWidget:
        return self.dialog(UNKNOWN)

    def see_mapping_nameless(self) -> QWidget:
        return self.dialog(NAMELESS)

    def see_mapping_missing(self) -> QWidget:
        made = self.dialog(UNKNOWN)
        made.columns.choice(0).setCurrentIndex(0)
        QTest.qWait(400)
        return made

    def see_mapping_narrow(self) -> QWidget:
        made = self.dialog(SELECTION)
        made.resize(640, 340)
        QTest.qWait(200)
        return made

    def dialog(self, text: str) -> MappingDialog:
        self.window.go(Place.DIRECTORY)
        path = Path(self.folder) / "Sélection de la 6e B.csv"
        path.write_text(text, encoding="cp1252")
        made = self.window.directory.sources.choose_columns((path,))
        assert made is not None
        until(lambda: made.columns.rowCount() > 0)
        QTest.qWait(400)
        return made


SCENES = tuple(one.removeprefix("see_") for one in vars(Scenes) if one.startswith("see_"))

if __name__ == "__main__":
    writing_gallery.run("tests.support.tables_gallery", Scenes, SCENES)
