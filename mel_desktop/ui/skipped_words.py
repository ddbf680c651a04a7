"""Words for lines of a file that were left out; formats give English phrases."""

from __future__ import annotations

import re

from PySide6.QtCore import QCoreApplication

translate = QCoreApplication.translate


def say(reason: str) -> str:
    """In the language in use; "(eleves)" and the like, which file it was, stays as it is."""
    bare = re.sub(r" \([\w-]+\)\Z", "", reason)
    known = _reasons().get(bare)
    return reason if known is None else known + reason[len(bare) :]


def _reasons() -> dict[str, str]:
    return {
        "no name": translate("skipped", "no name"),
        "mail address not valid: person kept without it": translate(
            "skipped", "mail address not valid: person kept without it"
        ),
        "mail address of a guardian not valid": translate(
            "skipped", "mail address of a guardian not valid"
        ),
        "a child is not among the pupils: no tie": translate(
            "skipped", "a child is not among the pupils: no tie"
        ),
        "a child is named without its class: no tie": translate(
            "skipped", "a child is named without its class: no tie"
        ),
        "two pupils of this name and class: no tie": translate(
            "skipped", "two pupils of this name and class: no tie"
        ),
        "a quote is never closed": translate("skipped", "a quote is never closed"),
        "not delimited text": translate("skipped", "not delimited text"),
        "line too long": translate("skipped", "line too long"),
        "NUL octets in the line": translate("skipped", "NUL octets in the line"),
        "more than 500 cells": translate("skipped", "more than 500 cells"),
        "a card is not closed": translate("skipped", "a card is not closed"),
        "a card of too many lines": translate("skipped", "a card of too many lines"),
        "no name in a card": translate("skipped", "no name in a card"),
        "a card that is there twice": translate("skipped", "a card that is there twice"),
        "a group that is there twice": translate("skipped", "a group that is there twice"),
        "a group without a name": translate("skipped", "a group without a name"),
        "an entry that is there twice": translate("skipped", "an entry that is there twice"),
        "an entry that moves is not followed": translate(
            "skipped", "an entry that moves is not followed"
        ),
        "an entry among changes, or a change of entries": translate(
            "skipped", "an entry among changes, or a change of entries"
        ),
        "a change that says only a part of a value was left out": translate(
            "skipped", "a change that says only a part of a value was left out"
        ),
        "a value named by its address was not read": translate(
            "skipped", "a value named by its address was not read"
        ),
        "a value that is no base64": translate("skipped", "a value that is no base64"),
        "a line that is no attribute": translate("skipped", "a line that is no attribute"),
        "a line that is too long": translate("skipped", "a line that is too long"),
        "a record of too many lines": translate("skipped", "a record of too many lines"),
        "a record without a dn": translate("skipped", "a record without a dn"),
        "a record that does not begin with its dn": translate(
            "skipped", "a record that does not begin with its dn"
        ),
        "a change of another attribute than it says": translate(
            "skipped", "a change of another attribute than it says"
        ),
    }
