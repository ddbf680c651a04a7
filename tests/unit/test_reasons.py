"""The finer reasons: one list of codes, each with its words, each given by some code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mel_desktop.app import wording
from mel_desktop.app.reasons import REASONS
from mel_desktop.logic import syncplan
from mel_desktop.model.errors import ErrorCode
from mel_desktop.model.outgoing import OutboxState
from mel_desktop.store import draftcopies, wants

PACKAGE = Path(wording.__file__).parents[1]
WISHES = (
    "folder*.py",
    "mailbox.py",
    "draftsync.py",
    "journal.py",
    "*migration.py",
    "sync_*.py",
    "shared_boxes.py",
)
MACHINE = {"flag-added-and-removed", "ambiguous-folder", "control-character"}  # no button asks so


def given() -> set[str]:
    """The codes that the code gives."""
    codes = {
        syncplan.READ_ONLY, syncplan.KEYWORD, syncplan.UNVERIFIED, syncplan.NOT_REMOVABLE,
        syncplan.FOLDER_GONE, syncplan.MASS_DELETION, wants.MOVED_ELSEWHERE,
        draftcopies.EDITED_ELSEWHERE, draftcopies.GONE_ELSEWHERE, "message-gone",
    }  # fmt: skip
    files = [file for one in WISHES for file in (PACKAGE / "services").glob(one)]
    for file in [*files, PACKAGE / "logic" / "folder_names.py"]:
        text = file.read_text("utf-8")
        codes |= set(re.findall(r'(?:why=|reason=|_Refused\()"([a-z-]+)"', text))
    return codes - MACHINE


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_reason_that_is_given_has_its_words(language: str) -> None:
    for code in sorted(given() | set(REASONS)):
        said = wording.reason(code, language)
        assert said != code, code
        assert said.endswith("."), code
    assert wording.reason("nobody-knows", language) == "nobody-knows"


def test_no_words_are_kept_for_a_reason_that_nobody_gives() -> None:
    sources = "".join(
        file.read_text("utf-8")
        for layer in ("services", "logic", "formats", "store", "net")
        for file in (PACKAGE / layer).glob("*.py")
    ) + (PACKAGE / "app" / "wiring.py").read_text("utf-8")
    assert 'why=f"outbox-{' in sources
    by_state = {f"outbox-{state.value}" for state in OutboxState}
    assert [code for code in REASONS if f'"{code}"' not in sources and code not in by_state] == []


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_refusal_that_says_why_says_only_that(language: str) -> None:
    facts = {"why": "others-depend"}
    assert wording.sentence(ErrorCode.USAGE, language, facts) == wording.reason(
        "others-depend", language
    )
    asked = wording.action(ErrorCode.USAGE, language, facts)
    assert asked == wording.reason_action("others-depend", language) != ""
    assert wording.action(ErrorCode.USAGE, language, {"why": "folder-name-empty"}) == ""
    assert "--help" in wording.action(ErrorCode.USAGE, language, {"why": "nobody-knows"})
