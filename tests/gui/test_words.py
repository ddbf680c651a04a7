"""Every code and state is worded in both languages; translations are complete and compiled."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QLocale, QTranslator
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from mel_desktop.app.reasons import REASONS
from mel_desktop.app.wording import sentence
from mel_desktop.model.changes import Check, CheckState
from mel_desktop.model.errors import ErrorCode, LocalRefusal, Retry, StoreTrouble
from mel_desktop.model.mail import (
    Choice,
    JournalRow,
    MessageId,
    MessageWarning,
    Role,
    WantKind,
    WantState,
    WarningCode,
)
from mel_desktop.model.outgoing import OutboxState
from mel_desktop.ui import figures, language, wording
from mel_desktop.ui.icons import SIZES, drawing
from mel_desktop.ui.shipped import shipped
from mel_desktop.ui.typography import french

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture(params=[language.FRENCH, language.ENGLISH])
def spoken(qapp: QApplication, request: pytest.FixtureRequest) -> str:
    return language.load(qapp, request.param)


def test_every_code_has_a_sentence_and_an_action(spoken: str) -> None:
    for code in ErrorCode:
        said = wording.of_code(code, {"host": "imap.exemple.invalid"})
        assert said.text.strip().endswith((".", ")", "!", "?")), code
        if code.retry is Retry.AFTER_USER:
            assert said.action, code
        assert wording.of_text(code.text).text == wording.of_code(code).text
    assert wording.of_text("unheard-of") == wording.of_code(ErrorCode.BUG)
    assert str(wording.of_error(StoreTrouble(ErrorCode.DISK_FULL)))


def test_every_state_has_a_word(spoken: str) -> None:
    for state in OutboxState:
        assert wording.outbox_state(state)
    for role in Role:
        assert wording.role_name(role)
    for wanted in WantState:
        assert wording.want_state(wanted)
    for code in WarningCode:
        said = wording.warning(MessageWarning(code, "x@exemple.invalid"))
        assert said.endswith(".")
        assert "{" not in said
    for kind in WantKind:
        for detail in ("seen", "flagged", "answered", "forwarded", "$étiquette", ""):
            row = JournalRow(
                "1", kind, MessageId(1), detail, WantState.WAITING, NOW, 0, None, "", "", True
            )
            assert wording.want(row)
            assert "{" not in wording.want(row)
            assert wording.want_of(row)
            assert wording.want_standing(row)
            assert wording.want_standing(replace(row, choices=tuple(Choice)))
            assert wording.want_reason(row) == ""
    bug = str(wording.of_code(ErrorCode.BUG))
    for reason in (*(code.text for code in ErrorCode), *REASONS, "new-one"):
        said = wording.want_reason(replace(row, reason=reason))
        assert said
        assert said != bug or reason == ErrorCode.BUG.text
        if reason in REASONS:
            known = REASONS[reason]
            assert said.startswith(french(known[0]) if spoken == "fr" else known[2])
    for why in ("folder-protected", "on-its-way", "other-account"):
        told = str(wording.of_error(LocalRefusal(ErrorCode.USAGE, why=why)))
        assert why not in told
        assert "help" not in told
    for check_state in CheckState:
        check = Check("imap-sign-in", "IMAP sign-in", check_state, "sign-in-refused imap:993")
        assert wording.check_title(check)
        assert (wording.check_trouble(check) == "") is (check_state is CheckState.OK)


@pytest.mark.parametrize(
    ("system", "wanted", "expected"),
    [
        ("fr_FR", "system", "fr"),
        ("en_US", "system", "en"),
        ("br_FR", "system", "fr"),
        ("C", "system", "fr"),
        ("en_GB", "fr", "fr"),
        ("fr_FR", "en", "en"),
    ],
)
def test_french_first(system: str, wanted: str, expected: str) -> None:
    assert language.chosen(wanted, QLocale(system)) == expected


def test_qt_itself_speaks_french(qapp: QApplication) -> None:
    language.load(qapp, language.FRENCH)
    names = {one.filePath().rpartition("/")[2] for one in qapp.findChildren(QTranslator)}
    assert "mel_fr.qm" in names
    assert "qtbase_fr.qm" in names
    assert language.current() == language.FRENCH
    language.load(qapp, language.ENGLISH)
    assert language.current() == language.ENGLISH


def tool(name: str) -> str:
    return str(Path(sys.executable).parent / name)


@pytest.mark.parametrize(("code", "options"), [("fr", ()), ("en", ("-pluralonly",))])
def test_translations_are_complete_and_compiled(
    tmp_path: Path, code: str, options: tuple[str, ...]
) -> None:
    shipped_ts = shipped("translations", f"mel_{code}.ts")
    copy = tmp_path / f"mel_{code}.ts"
    shutil.copy(shipped_ts, copy)
    sources = sorted(str(one) for one in (ROOT / "mel_desktop" / "ui").glob("*.py"))
    subprocess.run(
        [tool("pyside6-lupdate"), *sources, "-ts", str(copy), "-locations", "none", *options],
        check=True,
        capture_output=True,
    )
    unfinished = [
        message.findtext("source")
        for message in ElementTree.parse(copy).getroot().iter("message")
        if (translation := message.find("translation")) is None
        or translation.get("type") in {"unfinished", "vanished", "obsolete"}
    ]
    assert unfinished == []
    compiled = tmp_path / "x.qm"
    subprocess.run(
        [tool("pyside6-lrelease"), str(shipped_ts), "-qm", str(compiled)],
        check=True,
        capture_output=True,
    )
    assert compiled.read_bytes() == shipped("translations", f"mel_{code}.qm").read_bytes()


def test_french_keeps_signs_with_their_words() -> None:
    root = ElementTree.parse(shipped("translations", "mel_fr.ts")).getroot()
    wrong = []
    for message in root.iter("message"):
        translation = message.find("translation")
        assert translation is not None
        forms = [one.text or "" for one in translation] or [translation.text or ""]
        wrong += [form for form in forms if french(form) != form]
    assert wrong == []


def test_french_says_poste_and_keeps_the_folder_its_name() -> None:
    """« Sur ce PC » is the name of the folder of this computer in the store, and its heading."""
    root = ElementTree.parse(shipped("translations", "mel_fr.ts")).getroot()
    said = ("".join(one.find("translation").itertext()) for one in root.iter("message"))  # type: ignore[union-attr]
    left = [one for one in said if re.search(r"\bPC\b", one.replace("Sur ce PC", ""))]
    assert left == []


def test_sentences_of_the_code_are_set_in_french(qapp: QApplication) -> None:
    language.load(qapp, language.FRENCH)
    said = wording.of_code(ErrorCode.TOO_LARGE)
    assert french(str(said)) == str(said)
    assert french("Le 3 : « oui » ; à 8:30 ?") == "Le 3\xa0: «\xa0oui\xa0»\xa0; à 8:30\xa0?"
    host = {"host": "imap.exemple.invalid", "port": 993}
    assert sentence(ErrorCode.UNREACHABLE, "fr", host).endswith(
        "(serveur : imap.exemple.invalid, port : 993)"
    )
    assert sentence(ErrorCode.UNREACHABLE, "en", host).endswith(
        "(host: imap.exemple.invalid, port: 993)"
    )


def test_braces_survive_translation() -> None:
    import re

    root = ElementTree.parse(shipped("translations", "mel_fr.ts")).getroot()
    for message in root.iter("message"):
        source = message.findtext("source") or ""
        translation = message.find("translation")
        assert translation is not None
        forms = [one.text or "" for one in translation] or [translation.text or ""]
        for form in forms:
            names = re.findall(r"{\w+}", source)
            assert sorted(names) == sorted(re.findall(r"{\w+}", form)), source


def test_figures_in_french(qapp: QApplication) -> None:
    language.load(qapp, language.FRENCH)
    assert figures.size(900) == "900\u00a0o"
    assert figures.size(3_400_000) == "3,4\u00a0Mo"
    assert figures.short_date(NOW, NOW) == figures.clock(NOW)
    assert figures.short_date(NOW - timedelta(days=1), NOW) == "hier"
    assert figures.short_date(NOW - timedelta(days=4), NOW) == "jeu. 19"
    assert figures.short_date(NOW - timedelta(days=60), NOW) == "24 sept."
    assert figures.short_date(NOW - timedelta(days=800), NOW) == "14/09/2024"
    assert figures.long_date(NOW).startswith("lundi 23 novembre 2026 à ")
    assert figures.age(NOW - timedelta(seconds=5), NOW) == "à l’instant"
    assert figures.age(NOW - timedelta(minutes=5), NOW) == "il y a 5 min"
    assert figures.age(NOW - timedelta(hours=5), NOW) == "il y a 5 h"
    assert figures.age(NOW - timedelta(days=3), NOW) == "il y a 3 jours"
    assert figures.age(NOW - timedelta(days=40), NOW) == "14 octobre 2026"


def test_every_icon_draws(qapp: QApplication) -> None:
    names = [path.stem for path in shipped("icons").glob("*.svg")]
    assert len(names) > 40
    for name in names:
        for size in SIZES:
            image = drawing(name, QColor("#ff0000"), size).toImage()
            painted = [
                image.pixelColor(x, y).alpha() for x in range(0, size, 2) for y in range(0, size, 2)
            ]
            assert any(painted), name


def test_icons_asked_for_exist() -> None:
    import re

    for path in (ROOT / "mel_desktop" / "ui").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        for name in re.findall(r'icons?\.(?:icon|pixmap)\("([\w-]+)"', text):
            assert shipped("icons", f"{name}.svg").is_file(), name
    actions = (ROOT / "mel_desktop" / "ui" / "actions.py").read_text(encoding="utf-8")
    for name in re.findall(r'"([a-z-]+)", "(?:Ctrl|F\d|Del|Shift)', actions):
        assert shipped("icons", f"{name}.svg").is_file(), name
