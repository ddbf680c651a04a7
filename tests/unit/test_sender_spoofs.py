"""Froms that show somebody else: the address shown is the true one, or it is said not to be sure.

Derived by us from RFC 5322's grammar and from what mailers are known to stumble over: several
fields and authors, comments, quotes, groups, routes, words, controls, folds, brackets.
"""

from __future__ import annotations

import base64

import pytest

from mel_desktop.logic.mime import parse_header

SHOWN = "rectrice@ac-paris.fr"
TRUE = "x@evil.example"


def word(text: str) -> str:
    return f"=?utf-8?b?{base64.b64encode(text.encode()).decode()}?="


Q = "=?utf-8?q?rectrice=40ac-paris=2Efr?="

# Only one reading is right: that address, whatever else is written.
SURE = {
    "bare name": f"{SHOWN} <{TRUE}>",
    "quoted name": f'"{SHOWN}" <{TRUE}>',
    "brackets in quotes": f'"<{SHOWN}>" <{TRUE}>',
    "escaped quote": f'"a\\" <{SHOWN}>" <{TRUE}>',
    "escaped backslash": f'"a\\\\" <{TRUE}>',
    "comment before": f"({SHOWN}) {TRUE}",
    "comment behind": f"{TRUE} ({SHOWN})",
    "comment behind brackets": f"<{TRUE}> ({SHOWN})",
    "q word": f"{Q} <{TRUE}>",
    "word with brackets": f"=?utf-8?q?R_=3Crectrice=40ac-paris=2Efr=3E=2C?= <{TRUE}>",
    "word with NUL": f"{word(f'R <{SHOWN}>' + chr(0))} <{TRUE}>",
    "word with a line end": f"{word(f'R <{SHOWN}>' + chr(13) + chr(10))} <{TRUE}>",
    "word as local part": f"{word(SHOWN + chr(0))}@evil.example",
    "words as local part": f"{word(SHOWN)}{word(chr(0))}{word('(x')}@evil.example",
    "word in brackets": f"<{word(SHOWN)}@evil.example>",
    "word that closes": "<=?utf-8?q?rectrice=40ac-paris.fr=3E?=@evil.example>",
    "NUL behind a name": f"{SHOWN}\0 <{TRUE}>",
    "CR behind a name": f"{SHOWN}\r <{TRUE}>",
    "vertical tab": f"{SHOWN}\x0b<{TRUE}>",
    "folds": f"\r\n {SHOWN}\r\n <{TRUE}>",
    "route": f"<@ac-paris.fr:{TRUE}>",
    "route of two": f"<@ac-paris.fr,@b.fr:{TRUE}>",
    "group": f'"{SHOWN}": {TRUE};',
    "quoted local part": f'<"{SHOWN}"@evil.example>',
    "quoted bracket in brackets": f'<"{SHOWN}>"@evil.example>',
    "quoted bracket": f'"{SHOWN}>"@evil.example',
    "equals": "rectrice=ac-paris.fr@evil.example",
    "two at signs": f"{SHOWN}@evil.example",
    "fullwidth": f"rectrice\uff20ac-paris.fr <{TRUE}>",
    "override": f"{SHOWN}\u202e <{TRUE}>",
    "blanks": f"rectrice @ ac-paris . fr <{TRUE}>",
    "apostrophes": f"'{SHOWN}' <{TRUE}>",
    "mailto": f"mailto:{SHOWN} <{TRUE}>",
    "far behind": f"{'a' * 70_000} {SHOWN} <{TRUE}>",
    "two brackets": f"<{SHOWN}> <{TRUE}>",
    "quote never closed": f'"{SHOWN} <{TRUE}>',
    "comment never closed": f"({SHOWN} <{TRUE}>",
    "Sender": f"{TRUE}\r\nSender: {SHOWN}",
    "Resent-From": f"{TRUE}\r\nResent-From: {SHOWN}",
}

# Nobody can say: the reader is warned, whoever is shown. Whole fields.
UNSURE = {
    "two authors": f"From: {SHOWN}, {TRUE}",
    "two authors, semicolon": f"From: {SHOWN}; {TRUE}",
    "group and another": f"From: g: {SHOWN}; {TRUE}",
    "two fields": f"From: {SHOWN}\r\nFrom: {TRUE}",
    "two fields, other case": f"From: {TRUE}\r\nfrom: {SHOWN}",
    "two fields, blank before the colon": f"From : {TRUE}\r\nFrom: {SHOWN}",
    "two fields, fold before the colon": f"From\r\n : {TRUE}\r\nFrom: {SHOWN}",
    "two fields, blank before the first": f" From: {TRUE}\r\nFrom: {SHOWN}",
    "field in a fold": f"From: {TRUE}\r\n\tFrom: {SHOWN}",
    "Sender alone": f"Sender: {SHOWN}",
    "NUL in brackets": f"From: <{SHOWN}\0>@evil.example",
    "comment in brackets": f"From: <{SHOWN}(>)@evil.example>",
    "brackets in brackets": f"From: <<{SHOWN}>{TRUE}>",
    "address behind": f"From: <{TRUE}> {SHOWN}",
    "name that shows": f"From: {TRUE} {SHOWN}",
    "empty brackets": f"From: <{TRUE}> <>",
    "word alone in brackets": f"From: {TRUE} <{word(SHOWN)}>",
}


@pytest.mark.parametrize("name", SURE)
def test_the_true_address_is_shown(name: str) -> None:
    header = parse_header(f"From: {SURE[name]}\r\nTo: a@b.fr\r\n\r\n".encode())
    assert header.sender.address.rpartition("@")[2] == "evil.example"


@pytest.mark.parametrize("name", UNSURE)
def test_it_is_said_that_nobody_can_be_sure(name: str) -> None:
    header = parse_header(f"{UNSURE[name]}\r\nTo: a@b.fr\r\n\r\n".encode())
    assert header.warnings
