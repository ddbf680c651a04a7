"""What the doctor says, French and English: titles, what was found, what to do.

(French, what to do, English, what to do) by ``Check.says``; names in braces are ``Check.facts``.
What failed with an error's code has the error's own sentences (app.wording). No Qt here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from string import Formatter
from typing import Final

from mel_desktop.app.doctor_sentences import LACKS, PLACES, SAYS, STATES, TITLES
from mel_desktop.app.wording import action, sentence
from mel_desktop.model.changes import Check, CheckState
from mel_desktop.model.errors import ErrorCode, Fact
from mel_desktop.model.values import dataclass

CODES: Final = {code.text: code for code in ErrorCode}


@dataclass(frozen=True, slots=True)
class CheckWords:
    """One check for a person."""

    title: str
    state: str
    detail: str
    action: str


def words(check: Check, language: str) -> CheckWords:
    """In "fr" or "en"."""
    french = language == "fr"
    facts = dict(check.facts)
    found, todo = _said(check, language, facts)
    return CheckWords(
        _title(check, french),
        STATES[check.state][0 if french else 1],
        found,
        "" if check.state is CheckState.OK and check.says not in _OK_WITH_ADVICE else todo,
    )


def spelt_out(check: Check) -> Check:
    """With English title, detail and action, as JSON and the wizard have them. What failed with an
    error keeps its code in front.
    """
    told = words(check, "en")
    return replace(
        check,
        title=check.title or told.title,
        detail=check.detail or told.detail,
        action=check.action or (told.action if check.state is not CheckState.OK else ""),
    )


_OK_WITH_ADVICE: Final = frozenset({"tls-own", "dns-private", "proxy-system"})


def _title(check: Check, french: bool) -> str:
    kind = "-".join(word for word in check.id.split("-") if not word.isdecimal())
    known = TITLES.get("unfinished" if kind.endswith("-unfinished") else kind)
    return check.title if known is None else known[0 if french else 1]


def _said(check: Check, language: str, facts: Mapping[str, Fact]) -> tuple[str, str]:
    french = language == "fr"
    code = CODES.get(check.says)
    if code is not None:
        return sentence(code, language, facts), action(code, language, facts)
    said = SAYS.get(check.says)
    if said is None:
        return check.detail, check.action
    found, todo = said[:2] if french else said[2:]
    spelt = dict(facts)
    if "lacks" in facts:
        costs = (LACKS.get(name) for name in str(facts["lacks"]).split())
        spelt["costs"] = " ".join(one[0 if french else 1] for one in costs if one is not None)
    if "place" in facts:
        spelt["place"] = PLACES[str(facts["place"])][0 if french else 1]
    return _filled(found, spelt), _filled(todo, spelt)


def _filled(text: str, facts: Mapping[str, Fact]) -> str:
    """A fact that is not told is shown as such, never as a fault of ours."""
    named = {name for _, name, _, _ in Formatter().parse(text) if name}
    return text.format(**{name: facts.get(name, "?") for name in named})
