"""Which language the window speaks: French first, English when the system is English or by choice.

Texts in the code are English; French is a complete translation (resources/translations). English
has a file too, for its plurals. Qt's own buttons and menus come from Qt's ``qtbase`` files.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from mel_desktop.ui.shipped import shipped

SYSTEM: Final = "system"
FRENCH: Final = "fr"
ENGLISH: Final = "en"


def chosen(wanted: str, system: QLocale) -> str:
    """FRENCH or ENGLISH."""
    if wanted in {FRENCH, ENGLISH}:
        return wanted
    return ENGLISH if system.language() == QLocale.Language.English else FRENCH


def current() -> str:
    """FRENCH or ENGLISH: the language loaded (English before any is)."""
    return FRENCH if QLocale().language() == QLocale.Language.French else ENGLISH


def load(app: QCoreApplication, wanted: str = SYSTEM) -> str:
    """Install translators and the default locale; the language in use."""
    for old in app.findChildren(QTranslator):
        app.removeTranslator(old)
        old.deleteLater()
    system = QLocale.system()
    language = chosen(wanted, system)
    kept = system.name().startswith(f"{language}_")
    usual = QLocale(
        QLocale.Language.French if language == FRENCH else QLocale.Language.English,
        QLocale.Country.France if language == FRENCH else QLocale.Country.UnitedKingdom,
    )
    QLocale.setDefault(system if kept else usual)
    folders = (
        (f"mel_{language}", str(shipped("translations"))),
        (f"qtbase_{language}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)),
    )
    for name, folder in folders:
        translator = QTranslator(app)
        if translator.load(name, folder):
            app.installTranslator(translator)
        else:
            translator.deleteLater()
    return language
