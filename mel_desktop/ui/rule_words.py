"""Rules in words: for lists, for the editor, for what is read aloud."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from mel_desktop.model.rules import (
    Action,
    Condition,
    Deed,
    Match,
    PlacedRule,
    Rule,
    Runs,
    Topic,
)


def topic(one: Topic) -> str:
    """What a condition looks at."""
    translate = QCoreApplication.translate
    return {
        Topic.FROM: translate("rule_words", "the sender"),
        Topic.TO: translate("rule_words", "the recipients (To)"),
        Topic.CC: translate("rule_words", "the recipients of a copy (Cc)"),
        Topic.RECIPIENT: translate("rule_words", "a recipient (To or Cc)"),
        Topic.SUBJECT: translate("rule_words", "the subject"),
        Topic.LIST_ID: translate("rule_words", "the mailing list"),
        Topic.HEADER: translate("rule_words", "the header"),
        Topic.BODY: translate("rule_words", "the text"),
        Topic.SIZE: translate("rule_words", "the size (KB)"),
        Topic.ATTACHMENT: translate("rule_words", "an attachment"),
    }[one]


def match(one: Match, *, negated: bool = False) -> str:
    """How it looks."""
    translate = QCoreApplication.translate
    if negated:
        return {
            Match.CONTAINS: translate("rule_words", "does not contain"),
            Match.IS: translate("rule_words", "is not"),
            Match.BEGINS: translate("rule_words", "does not begin with"),
            Match.ENDS: translate("rule_words", "does not end with"),
            Match.MATCHES: translate("rule_words", "does not match (* and ?)"),
            Match.OVER: translate("rule_words", "is not over"),
            Match.UNDER: translate("rule_words", "is not under"),
        }[one]
    return {
        Match.CONTAINS: translate("rule_words", "contains"),
        Match.IS: translate("rule_words", "is"),
        Match.BEGINS: translate("rule_words", "begins with"),
        Match.ENDS: translate("rule_words", "ends with"),
        Match.MATCHES: translate("rule_words", "matches (* and ?)"),
        Match.OVER: translate("rule_words", "is over"),
        Match.UNDER: translate("rule_words", "is under"),
    }[one]


def presence(*, negated: bool) -> str:
    """Of an attachment."""
    if negated:
        return QCoreApplication.translate("rule_words", "is missing")
    return QCoreApplication.translate("rule_words", "is there")


def deed(one: Deed) -> str:
    """What is done."""
    translate = QCoreApplication.translate
    return {
        Deed.FILE: translate("rule_words", "file it in"),
        Deed.COPY: translate("rule_words", "copy it to"),
        Deed.FLAG: translate("rule_words", "flag it"),
        Deed.TAG: translate("rule_words", "tag it with"),
        Deed.READ: translate("rule_words", "mark it as read"),
        Deed.TRASH: translate("rule_words", "put it in the trash"),
        Deed.REDIRECT: translate("rule_words", "redirect it to"),
        Deed.STOP: translate("rule_words", "look at no later rule"),
    }[one]


def condition(one: Condition) -> str:
    """One condition as a part of a sentence."""
    if one.topic is Topic.ATTACHMENT:
        return f"{topic(one.topic)} {presence(negated=one.negated)}"
    name = f"{topic(one.topic)} {one.header}" if one.topic is Topic.HEADER else topic(one.topic)
    translate = QCoreApplication.translate
    quoted = one.value
    if one.topic is not Topic.SIZE:
        quoted = translate("rule_words", "“{value}”").format(value=one.value)
    return f"{name} {match(one.match, negated=one.negated)} {quoted}"


def action(one: Action) -> str:
    """One action as a part of a sentence."""
    if not one.value:
        return deed(one.deed)
    quoted = QCoreApplication.translate("rule_words", "“{value}”").format(value=one.value)
    return f"{deed(one.deed)} {quoted}"


def sentence(rule: Rule) -> str:
    """The whole rule."""
    translate = QCoreApplication.translate
    doing = ", ".join(map(action, rule.actions))
    if not rule.conditions:
        return translate("rule_words", "Every message: {doing}").format(doing=doing)
    joint = translate("rule_words", " and ") if rule.all_of else translate("rule_words", " or ")
    when = joint.join(map(condition, rule.conditions))
    return translate("rule_words", "If {when}: {doing}").format(when=when, doing=doing)


def runs(one: PlacedRule) -> str:
    """Where it runs."""
    translate = QCoreApplication.translate
    if not one.rule.enabled:
        return translate("rule_words", "Off")
    return {
        Runs.SERVER: translate("rule_words", "Server"),
        Runs.HERE: translate("rule_words", "This PC"),
        Runs.NOWHERE: translate("rule_words", "Nowhere"),
        Runs.UNKNOWN: translate("rule_words", "Not known yet"),
    }[one.runs]
