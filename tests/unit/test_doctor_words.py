"""Every check has its words in both languages, filled with what it found."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from mel_desktop.app import doctor_words
from mel_desktop.app.doctor_sentences import LACKS, SAYS, STATES, TITLES
from mel_desktop.model.changes import Check, CheckState
from mel_desktop.model.errors import ErrorCode
from mel_desktop.net import probe

PACKAGE = Path(probe.__file__).parents[1]
SOURCES = "\n".join(
    path.read_text(encoding="utf-8")
    for path in (
        *PACKAGE.glob("services/checks_*.py"),
        PACKAGE / "net" / "probe.py",
        PACKAGE / "app" / "doctor_door.py",
    )
)


def names(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("says", sorted(SAYS))
def test_both_languages_say_the_same(says: str) -> None:
    french, todo, english, to_do = SAYS[says]
    assert names(french) == names(english)
    assert names(todo) == names(to_do)
    assert bool(todo) == bool(to_do)
    for text in (french, english):
        assert text.endswith((".", "}"))
    for text in (french, todo):  # French has a space that does not break before these
        assert not re.search(r"[^\u00a0\u202f ][;?!»]| [:;?!»%]", text), text


@pytest.mark.parametrize("says", sorted(SAYS))
def test_every_sentence_is_said_by_a_check(says: str) -> None:
    stem = re.escape(says.removeprefix("skipped-"))
    assert re.search(rf'"{stem}"', SOURCES), says


def test_every_check_has_a_title_and_every_state_a_word() -> None:
    assert set(STATES) == set(CheckState)
    for identity in (
        "account-12-hold", "account-1-password", "account-1-network", "directory-3",
        "directory-3-reach", "imap-tls", "smtp-way", "quota", "vault", "portal",
    ):  # fmt: skip
        check = Check(identity, "", CheckState.OK)
        assert doctor_words.words(check, "fr").title, identity
        assert doctor_words.words(check, "en").title, identity
    for identity in probe.BRIEF:
        assert identity in TITLES


def test_an_error_has_its_own_sentence_and_the_code_stays_in_front_of_json() -> None:
    code = ErrorCode.CERTIFICATE_EXPIRED.text
    check = Check(
        "imap-reach", "", CheckState.FAIL, f"{code} h:993", says=code,
        facts=(("host", "h"), ("port", 993)),
    )  # fmt: skip
    assert "h" in doctor_words.words(check, "fr").detail
    assert doctor_words.words(check, "fr").action
    spelt = doctor_words.spelt_out(check)
    assert spelt.detail.startswith(code)
    assert spelt.title == "Receiving server"


def test_what_is_missing_on_the_server_is_told_by_what_it_costs() -> None:
    assert set(LACKS) == set(probe.COSTLY)
    facts = (("lacks", "CONDSTORE MOVE"), ("offers", ""))
    check = Check("imap-capabilities", "", CheckState.WARN, says="caps-lack", facts=facts)
    told = doctor_words.words(check, "en").detail
    assert "CONDSTORE" in told
    assert "MOVE" in told
    assert "IDLE" not in told


def test_a_fact_that_is_missing_is_no_fault() -> None:
    check = Check("disk", "", CheckState.OK, says="disk-good")
    assert "?" in doctor_words.words(check, "fr").detail
    unknown = Check("new", "A title", CheckState.WARN, "found", "do", says="unheard-of")
    told = doctor_words.words(unknown, "fr")
    assert (told.title, told.detail, told.action) == ("A title", "found", "do")
