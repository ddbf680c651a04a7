"""Rules and the absence message as a Sieve script, with the extensions that the server offers.

RFC 5228; 3894 (copy), 5230 (vacation), 5232 (imap4flags), 5260 (date), 5173 (body), 5490 (mailbox),
5703 (mime), 6609 (include). Written by hand and not with sievelib: that one keeps its commands in a
registry of the module which ``require`` changes, and gives no way back to what was written.

Rule 1: only extensions that the server offers are used; a rule that needs another one is not
written at all (``needs``), and runs on this PC.
Rule 2: what a person wrote stands in quoted strings or in the notes, nowhere else: nothing of it
can end a string, a comment or a command.
Rule 3: nothing is lost: a message that is filed is in that folder, and redirected mail stays in the
mailbox as well.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Final

from mel_desktop.logic.rule_notes import Notes, to_json
from mel_desktop.logic.rules import PEOPLE, spellings
from mel_desktop.model.rules import (
    ENDING,
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

TITLE: Final = "# Mel Desktop: written by the program, which shows and changes it."
NOTE: Final = "#: "
SEAL: Final = "#= "
LINE: Final = 120
ABSENCE_NEEDS: Final = frozenset({"vacation"})
DATES_NEED: Final = frozenset({"date", "relational"})
_HEADERS: Final = {
    Topic.FROM: ("from",),
    Topic.TO: ("to",),
    Topic.CC: ("cc",),
    Topic.RECIPIENT: ("to", "cc"),
    Topic.SUBJECT: ("subject",),
    Topic.LIST_ID: ("list-id",),
}
_FLAGS: Final = {Deed.READ: "\\Seen", Deed.FLAG: "\\Flagged"}


@dataclass(frozen=True, slots=True)
class Ground:
    """Where the script is to run. ``include``: the script of another program that runs first.

    ``is_silent``: that one answers already, and two absence messages are an error.
    """

    extensions: frozenset[str]
    trash: str = ""
    domains: tuple[str, ...] = ()
    include: str = ""
    is_silent: bool = False


def needs(rule: Rule, ground: Ground) -> frozenset[str]:
    """Extensions that the rule needs and the server does not offer; "trash" where there is none."""
    wanted: set[str] = set()
    for condition in rule.conditions:
        if condition.topic is Topic.BODY:
            wanted.add("body")
        elif condition.topic is Topic.ATTACHMENT:
            wanted.add("mime")
    for action in rule.actions:
        if action.deed in (Deed.FILE, Deed.COPY, Deed.TRASH):
            wanted.add("fileinto")
        if action.deed in (Deed.COPY, Deed.REDIRECT):
            wanted.add("copy")
        if action.deed in (*_FLAGS, Deed.TAG):
            wanted.add("imap4flags")
    missing = wanted - ground.extensions
    if not ground.trash and any(one.deed is Deed.TRASH for one in rule.actions):
        missing.add("trash")
    return frozenset(missing)


def absence_needs(absence: Absence, ground: Ground) -> frozenset[str]:
    """The same for the absence message."""
    wanted = ABSENCE_NEEDS
    if absence.since or absence.until:
        wanted |= DATES_NEED
    return wanted - ground.extensions


def write(notes: Notes, ground: Ground) -> str:
    """The whole script: the notes (all rules), their seal, and what the server can do of them."""
    required: set[str] = set()
    body: list[str] = []
    answers = notes.absence.enabled and not ground.is_silent
    if answers and not absence_needs(notes.absence, ground):
        body += _absence(notes.absence, ground, required)
    if ground.include:
        required.add("include")
        body.append(f"include :personal :optional {quoted(ground.include)};")
    copied: set[str] = set()
    for rule in notes.rules:
        if rule.enabled and not needs(rule, ground):
            body += _rule(rule, ground, required, copied)
    if required:
        body.insert(0, f"require {strings(sorted(required))};")
    code = "".join(f"{line}\n" for line in body)
    code = code.replace("\n", "\r\n")
    told = to_json(notes)
    lines = [told[start : start + LINE] for start in range(0, len(told), LINE)]
    head = [TITLE, *(NOTE + line for line in lines), SEAL + seal("".join(lines), code)]
    return "".join(f"{line}\r\n" for line in head) + code


def seal(told: str, code: str) -> str:
    """Tells whether anybody else has changed notes or code since."""
    return hashlib.sha256(f"{told}\n{code}".encode()).hexdigest()


def quoted(text: str) -> str:
    """RFC 5228 2.4.2: only the quote and the backslash mean anything in it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def strings(texts: Iterable[str]) -> str:
    """A list, or the one string that it has."""
    listed = [quoted(one) for one in texts]
    return listed[0] if len(listed) == 1 else f"[{', '.join(listed)}]"


# -- rules -----------------------------------------------------------------------------------------


def _rule(rule: Rule, ground: Ground, required: set[str], copied: set[str]) -> list[str]:
    tests = [_test(one, required) for one in rule.conditions]
    test = _joined("allof" if rule.all_of else "anyof", tests) if tests else "true"
    doing = [f"    {line}" for one in _ordered(rule.actions) for line in _do(one, ground, required)]
    copied |= {one.value for one in rule.actions if one.deed is Deed.COPY}
    if copied & {_target(one, ground) for one in rule.actions}:
        # Pigeonhole takes the second filing into a folder for a duplicate, and keeps the message
        # in the inbox as well: this only ends that.
        doing.append("    discard;")
    if any(one.deed in ENDING for one in rule.actions):
        doing.append("    stop;")
    return [f"if {test} {{", *doing, "}"]


def _target(one: Action, ground: Ground) -> str | None:
    if one.deed is Deed.TRASH:
        return ground.trash
    return one.value if one.deed is Deed.FILE else None


def _ordered(actions: Sequence[Action]) -> list[Action]:
    """Flags first: what is filed takes those that are set by then (RFC 5232 section 2)."""
    ranks = {Deed.COPY: 1, Deed.REDIRECT: 1, Deed.FILE: 2, Deed.TRASH: 2}
    return sorted(actions, key=lambda one: ranks.get(one.deed, 0))


def _joined(word: str, tests: Sequence[str]) -> str:
    return tests[0] if len(tests) == 1 else f"{word} ({', '.join(tests)})"


def _test(one: Condition, required: set[str]) -> str:
    test = _plain_test(one, required)
    return f"not {test}" if one.negated else test


def _plain_test(one: Condition, required: set[str]) -> str:
    if one.topic is Topic.SIZE:
        return f"size :{one.match.value} {int(one.value)}K"
    if one.topic is Topic.ATTACHMENT:
        required.add("mime")
        return 'header :mime :anychild :contains "content-disposition" "attachment"'
    kind, keys = _keys(one.match, one.value)
    if one.topic is Topic.BODY:
        required.add("body")
        return f"body :text {kind} {keys}"
    headers = strings(_HEADERS.get(one.topic, (one.header,)))
    if one.topic in PEOPLE and one.match is not Match.CONTAINS:
        return f"address :all {kind} {headers} {keys}"
    return f"header {kind} {headers} {keys}"


def _keys(match: Match, value: str) -> tuple[str, str]:
    """The match type and its keys; begins and ends are patterns (RFC 5228 2.7.1)."""
    values: Collection[str] = spellings(value)
    if match is Match.CONTAINS:
        return ":contains", strings(values)
    if match is Match.IS:
        return ":is", strings(values)
    if match is Match.MATCHES:
        return ":matches", strings(one.replace("\\", "\\\\") for one in values)
    plain = [_unpatterned(one) for one in values]
    if match is Match.BEGINS:
        return ":matches", strings(one + "*" for one in plain)
    return ":matches", strings("*" + one for one in plain)


def _unpatterned(value: str) -> str:
    return "".join("\\" + char if char in "*?\\" else char for char in value)


def _do(one: Action, ground: Ground, required: set[str]) -> list[str]:
    if one.deed is Deed.STOP:
        return []
    if one.deed is Deed.REDIRECT:
        required.add("copy")
        return [f"redirect :copy {quoted(one.value)};"]
    if one.deed in (*_FLAGS, Deed.TAG):
        required.add("imap4flags")
        return [f"addflag {quoted(_FLAGS.get(one.deed) or one.value.lower())};"]
    required.add("fileinto")
    words = ["fileinto"]
    if one.deed is Deed.COPY:
        required.add("copy")
        words.append(":copy")
    if "mailbox" in ground.extensions:
        required.add("mailbox")
        words.append(":create")
    words.append(quoted(ground.trash if one.deed is Deed.TRASH else one.value))
    return [" ".join(words) + ";"]


# -- absence ---------------------------------------------------------------------------------------


def _absence(absence: Absence, ground: Ground, required: set[str]) -> list[str]:
    required |= ABSENCE_NEEDS
    tests: list[str] = []
    for bound, relation in ((absence.since, "ge"), (absence.until, "le")):
        if bound is not None:
            required |= DATES_NEED
            tests.append(_on_day(bound, relation))
    if absence.audience is Audience.SCHOOL:
        domains = [one for name in ground.domains for one in (name, f"*.{_unpatterned(name)}")]
        tests.append(f'address :domain :matches "from" {strings(domains)}')
    words = ["vacation", f":days {absence.days}"]
    if absence.subject:
        words.append(f":subject {quoted(absence.subject)}")
    if absence.addresses:
        words.append(f":addresses {strings(absence.addresses)}")
    words.append(quoted(absence.text))
    command = " ".join(words) + ";"
    if not tests:
        return [command]
    return [f"if {_joined('allof', tests)} {{", f"    {command}", "}"]


def _on_day(day: date, relation: str) -> str:
    """On the server's own calendar: that of the school where the server is the académie's."""
    return f'currentdate :value "{relation}" "date" "{day.isoformat()}"'
