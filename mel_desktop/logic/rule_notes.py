"""Rules and the absence message as JSON and back: in the store, and in the notes of our script."""

from __future__ import annotations

import json
from dataclasses import field
from datetime import date
from typing import Any, Final

from mel_desktop.model.rules import (
    Absence,
    Action,
    Audience,
    Condition,
    Deed,
    Match,
    Rule,
    Topic,
)
from mel_desktop.model.values import dataclass

VERSION: Final = 1
MOST_OCTETS: Final = 1024 * 1024


class NotReadable(Exception):
    """Not notes of ours, or of a newer program."""


@dataclass(frozen=True, slots=True)
class Notes:
    """What a script of ours says of itself."""

    rules: tuple[Rule, ...] = ()
    absence: Absence = field(default_factory=Absence)


def to_json(notes: Notes) -> str:
    """One line of ASCII, the same for the same notes."""
    tree = {
        "v": VERSION,
        "rules": [_rule(one) for one in notes.rules],
        "absence": _absence(notes.absence),
    }
    return json.dumps(tree, ensure_ascii=True, sort_keys=True, separators=(",", ":"))


def from_json(text: str) -> Notes:
    """NotReadable for all that ``to_json`` would not write."""
    if len(text) > MOST_OCTETS:
        raise NotReadable
    try:
        tree: Any = json.loads(text)  # checked by what it is made into
        if tree["v"] != VERSION:
            raise NotReadable
        return Notes(
            tuple(_read_rule(one) for one in tree["rules"]), _read_absence(tree["absence"])
        )
    except (ValueError, KeyError, TypeError, RecursionError, AttributeError) as error:
        raise NotReadable from error


def rule_from_tree(tree: Any) -> Rule:
    """One rule as the command line prints it. NotReadable."""
    try:
        return _read_rule(tree)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotReadable from error


def _rule(rule: Rule) -> dict[str, object]:
    return {
        "name": rule.name,
        "enabled": rule.enabled,
        "all_of": rule.all_of,
        "conditions": [
            {
                "topic": one.topic.value,
                "match": one.match.value,
                "value": one.value,
                "header": one.header,
                "negated": one.negated,
            }
            for one in rule.conditions
        ],
        "actions": [{"deed": one.deed.value, "value": one.value} for one in rule.actions],
    }


def _absence(absence: Absence) -> dict[str, object]:
    return {
        "enabled": absence.enabled,
        "since": absence.since.isoformat() if absence.since else None,
        "until": absence.until.isoformat() if absence.until else None,
        "subject": absence.subject,
        "text": absence.text,
        "days": absence.days,
        "audience": absence.audience.value,
        "addresses": list(absence.addresses),
    }


def _read_rule(tree: Any) -> Rule:
    return Rule(
        name=_text(tree["name"]),
        conditions=tuple(
            Condition(
                Topic(one["topic"]),
                Match(one.get("match", Match.CONTAINS.value)),
                _text(one.get("value", "")),
                _text(one.get("header", "")),
                _flag(one.get("negated", False)),
            )
            for one in tree.get("conditions", [])
        ),
        actions=tuple(
            Action(Deed(one["deed"]), _text(one.get("value", ""))) for one in tree["actions"]
        ),
        all_of=_flag(tree.get("all_of", True)),
        enabled=_flag(tree.get("enabled", True)),
    )


def _read_absence(tree: Any) -> Absence:
    return Absence(
        enabled=_flag(tree["enabled"]),
        since=_day(tree["since"]),
        until=_day(tree["until"]),
        subject=_text(tree["subject"]),
        text=_text(tree["text"]),
        days=int(tree["days"]),
        audience=Audience(tree["audience"]),
        addresses=tuple(_text(one) for one in tree["addresses"]),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _day(value: object) -> date | None:
    return None if value is None else date.fromisoformat(_text(value))
