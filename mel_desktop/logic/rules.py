"""Rules: what a person may write, and what they make of a message, as Sieve would (RFC 5228).

Rule 1: letters are compared as i;ascii-casemap does, for the server compares so; the other letters
of a value are tried in small and in capitals (``spellings``), here and there.
Rule 2: what cannot be decided yet (text not on this PC) is said, never guessed: NotKnown.
Rule 3: a rule that files a message is the last one for it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.rules import (
    ENDING,
    Absence,
    Action,
    Condition,
    Deed,
    Facts,
    Match,
    Rule,
    Topic,
    Verdict,
)

MOST_RULES: Final = 200
MOST_PARTS: Final = 30
LONGEST_VALUE: Final = 500
LONGEST_TEXT: Final = 8000
MOST_DAYS: Final = 30
SIZES: Final = (Match.OVER, Match.UNDER)
PEOPLE: Final = (Topic.FROM, Topic.TO, Topic.CC, Topic.RECIPIENT)
_HEADER_NAME: Final = re.compile(r"[!-9;-~]{1,78}")
_KEYWORD: Final = re.compile(r"[A-Za-z0-9$_.\-]{1,60}")
_ADDRESS: Final = re.compile(r"[^\s@<>\"(),:;\\]+@[^\s@<>\"(),:;\\]+\.[^\s@<>\"(),:;\\]+")
_ALONE: Final = {Deed.FLAG, Deed.READ, Deed.TRASH, Deed.STOP}


class NotKnown(Exception):
    """What a condition looks at is not on this PC yet; not an error of the tree."""


# -- what may be written ---------------------------------------------------------------------------


def check(rules: Sequence[Rule]) -> None:
    """LocalRefusal(USAGE) with ``why`` and the number of the rule, from 1."""
    if len(rules) > MOST_RULES:
        raise LocalRefusal(ErrorCode.USAGE, why="too-many-rules", most=MOST_RULES)
    for number, rule in enumerate(rules, 1):
        why = _fault(rule)
        if why:
            raise LocalRefusal(ErrorCode.USAGE, why=why, rule=number)


def _fault(rule: Rule) -> str:
    if not rule.name.strip() or not _is_line(rule.name, 120):
        return "rule-name"
    if max(len(rule.conditions), len(rule.actions)) > MOST_PARTS:
        return "rule-too-long"
    if not rule.actions:
        return "rule-without-action"
    if sum(one.deed in (Deed.FILE, Deed.TRASH) for one in rule.actions) > 1:
        return "rule-files-twice"
    faults = [*map(_condition_fault, rule.conditions), *map(_action_fault, rule.actions)]
    return next((one for one in faults if one), "")


def _condition_fault(one: Condition) -> str:
    if one.topic is Topic.ATTACHMENT:
        return ""
    if one.topic is Topic.SIZE:
        sound = one.match in SIZES and one.value.isascii() and one.value.isdecimal()
        return "" if sound and int(one.value) <= 1_000_000 else "rule-size"
    if one.match in SIZES or (one.topic is Topic.BODY and one.match is not Match.CONTAINS):
        return "rule-match"
    if one.topic is Topic.HEADER and not _HEADER_NAME.fullmatch(one.header):
        return "rule-header"
    if not one.value.strip() or not _is_line(one.value, LONGEST_VALUE):
        return "rule-value"
    return ""


def _action_fault(one: Action) -> str:
    if one.deed in (Deed.FILE, Deed.COPY):
        return "" if one.value and _is_line(one.value, LONGEST_VALUE) else "rule-folder"
    if one.deed is Deed.TAG:
        return "" if _KEYWORD.fullmatch(one.value) else "rule-tag"
    if one.deed is Deed.REDIRECT:
        return "" if is_address(one.value) else "rule-address"
    return "" if one.deed in _ALONE else "rule-action"


def check_absence(absence: Absence) -> None:
    """LocalRefusal(USAGE) with ``why``."""
    why = ""
    if absence.enabled and not absence.text.strip():
        why = "absence-text"
    elif len(absence.text) > LONGEST_TEXT or not _is_line(absence.subject, 200, empty=True):
        why = "absence-too-long"
    elif absence.since and absence.until and absence.until < absence.since:
        why = "absence-dates"
    elif not 1 <= absence.days <= MOST_DAYS:
        why = "absence-days"
    elif any(char not in "\n\t" and ord(char) < 32 for char in absence.text):
        why = "absence-text"
    elif not all(map(is_address, absence.addresses)):
        why = "rule-address"
    if why:
        raise LocalRefusal(ErrorCode.USAGE, why=why)


def is_address(text: str) -> bool:
    """One plain address."""
    return len(text) <= 254 and text.isprintable() and _ADDRESS.fullmatch(text) is not None


def _is_line(text: str, most: int, *, empty: bool = False) -> bool:
    return (empty or bool(text)) and len(text) <= most and (not text or text.isprintable())


def folders_of(rules: Sequence[Rule]) -> tuple[str, ...]:
    """Paths that rules name."""
    deeds = (Deed.FILE, Deed.COPY)
    return tuple(
        dict.fromkeys(one.value for rule in rules for one in rule.actions if one.deed in deeds)
    )


def with_folders(rules: Sequence[Rule], paths: Mapping[str, str]) -> tuple[Rule, ...]:
    """The same rules with other paths: old to new."""
    return tuple(
        replace(
            rule,
            actions=tuple(
                replace(one, value=paths.get(one.value, one.value))
                if one.deed in (Deed.FILE, Deed.COPY)
                else one
                for one in rule.actions
            ),
        )
        for rule in rules
    )


# -- what they make of a message -------------------------------------------------------------------


def evaluate(
    rules: Sequence[Rule], facts: Facts, elsewhere: Collection[int] = frozenset()
) -> Verdict:
    """``elsewhere``: places of rules that the server has done already: they only end the list.

    NotKnown where a rule that matters cannot be decided yet.
    """
    fired: list[str] = []
    flags: dict[str, None] = {}
    copies: dict[str, None] = {}
    redirects: dict[str, None] = {}
    target, is_trash = "", False
    for place, rule in enumerate(rules):
        if not rule.enabled or not fits(rule, facts):
            continue
        if place not in elsewhere:
            fired.append(rule.name)
            for one in rule.actions:
                if one.deed is Deed.REDIRECT:
                    redirects[one.value] = None
                elif one.deed is Deed.COPY:
                    copies[one.value] = None
                elif one.deed is Deed.FILE:
                    target = one.value
                elif one.deed is Deed.TRASH:
                    is_trash = True
                elif flag := flag_of(one):
                    flags[flag] = None
        if any(one.deed in ENDING for one in rule.actions):
            break
    return Verdict(
        tuple(fired),
        tuple(flags),
        tuple(one for one in copies if one != target),
        target,
        is_trash,
        tuple(redirects),
    )


def flag_of(action: Action) -> str:
    """The flag that an action sets, "" for none."""
    if action.deed is Deed.TAG:
        return action.value.lower()
    return {Deed.READ: "seen", Deed.FLAG: "flagged"}.get(action.deed, "")


def fits(rule: Rule, facts: Facts) -> bool:
    """Whether the rule is about this message. NotKnown only where the rest does not decide."""
    unknown = False
    for one in rule.conditions:
        try:
            holds = _holds(one, facts) != one.negated
        except NotKnown:
            unknown = True
            continue
        if holds != rule.all_of:  # one that fails decides "all", one that holds decides "any"
            return holds
    if unknown:
        raise NotKnown
    return rule.all_of or not rule.conditions


def _holds(one: Condition, facts: Facts) -> bool:
    if one.topic is Topic.ATTACHMENT:
        return facts.has_attachment
    if one.topic is Topic.SIZE:
        limit = int(one.value) * 1024
        return facts.size > limit if one.match is Match.OVER else facts.size < limit
    if one.topic in PEOPLE:
        return any(_person_fits(one, name, address) for name, address in _people(one, facts))
    return any(_text_fits(one.match, one.value, text) for text in _texts(one, facts))


def _people(one: Condition, facts: Facts) -> tuple[tuple[str, str], ...]:
    both = facts.to + facts.cc
    return {Topic.FROM: facts.senders, Topic.TO: facts.to, Topic.CC: facts.cc}.get(one.topic, both)


def _person_fits(one: Condition, name: str, address: str) -> bool:
    """ "Contains" finds names too; all else is about the address."""
    if _text_fits(one.match, one.value, address):
        return True
    return one.match is Match.CONTAINS and _text_fits(one.match, one.value, name)


def _texts(one: Condition, facts: Facts) -> Sequence[str]:
    if one.topic is Topic.SUBJECT:
        return (facts.subject,)
    if one.topic is Topic.BODY:
        if facts.body is None:
            raise NotKnown
        return (facts.body,)
    if facts.headers is None:
        raise NotKnown
    wanted = "list-id" if one.topic is Topic.LIST_ID else one.header.lower()
    return [text for name, text in facts.headers if name == wanted]


def _text_fits(match: Match, value: str, text: str) -> bool:
    return any(_pattern(match, one).search(text) is not None for one in spellings(value))


@lru_cache(maxsize=1024)
def _pattern(match: Match, value: str) -> re.Pattern[str]:
    """re.ASCII lets IGNORECASE stop where i;ascii-casemap stops."""
    if match is Match.MATCHES:
        body = "".join(
            {"*": r"[\s\S]*", "?": r"[\s\S]"}.get(char) or _letter(char) for char in value
        )
        return re.compile(rf"\A{body}\Z")
    body = "".join(map(_letter, value))
    begins = r"\A" if match in (Match.IS, Match.BEGINS) else ""
    ends = r"\Z" if match in (Match.IS, Match.ENDS) else ""
    return re.compile(begins + body + ends)


def _letter(char: str) -> str:
    if char.isascii() and char.isalpha():
        return f"[{char.lower()}{char.upper()}]"
    return re.escape(char)


def spellings(value: str) -> tuple[str, ...]:
    """The value, and where it has letters beyond ASCII, in small and in capitals too."""
    if value.isascii():
        return (value,)
    return tuple(dict.fromkeys((value, value.lower(), value.upper(), value.title())))
