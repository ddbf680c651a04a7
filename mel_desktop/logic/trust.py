"""The shield of a message: what its sender, links and files give away. Pure."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Final

from mel_desktop.logic.folding import fold
from mel_desktop.logic.hosts import readable_host, registrable, same_site
from mel_desktop.logic.links import Link, judge
from mel_desktop.logic.lookalikes import PROVIDERS, imitates, is_education
from mel_desktop.logic.mime_addresses import looks_like_other_address
from mel_desktop.model.mail import Address
from mel_desktop.model.trust import (
    SILENT,
    Authentication,
    Finding,
    Hop,
    Severity,
    Shield,
    TrustCode,
)
from mel_desktop.model.values import dataclass

MOST_LINKS: Final = 300
MOST_TAGS: Final = 500
MOST_OF_TAG: Final = 4000
MOST_TOLD: Final = 5  # findings of links, files
C, CALM, LOOK, DANGER = TrustCode, Severity.CALM, Severity.LOOK, Severity.DANGER

_ANCHOR: Final = re.compile(r'<a\b[^>]*?\shref="([^"]*)"[^>]*>(.{0,2000}?)</a>', re.S | re.I)
_TAG: Final = re.compile(r"<[^>]*>")
_BARE: Final = re.compile(r"(?:https?://|www\.)[^\s<>\"»]{3,2000}", re.I)
_FORM: Final = re.compile(r"<\s*(?:form|input|textarea|select)\b", re.I)
_INPUT: Final = re.compile(r"<\s*input\b", re.I)
_LEADS: Final = re.compile(r"<\s*(?:a|area)\b", re.I)
_SECRET: Final = re.compile(r"<\s*input\b[^>]*\btype\s*=\s*[\"']?\s*password", re.I)
_REFUSED: Final = re.compile(
    r"<\s*(?:a|area)\b[^>]*\bhref\s*=\s*[\"']?\s*((?:javascript|vbscript|file|smb):[^\"'\s>]{0,80}"
    r"|data:text/[^\"'\s>]{0,80}|\\\\[^\"'\s>]{1,80})",
    re.I,
)
# Who would be obeyed: in a display name, folded.
_HIERARCHY: Final = re.compile(
    r"\b(?:rect(?:eur|rice|orat)s?\b|dasen|dsden|academie (?:de|d|des)\b|inspect(?:eur|rice)s?\b|"
    r"i[ae]-?ipr|"
    r"proviseure?|principale? adj|principale? du|chef d etablissement|ministere|"
    r"education nationale|secretaire general|drh\b|dsi\b|assistance (?:informatique|academique|"
    r"numerique)|support informatique|help ?desk|messagerie (?:academique|professionnelle)|"
    r"service informatique|webmail|administrat(?:eur|ion) (?:messagerie|reseau|webmail))"
)


@dataclass(frozen=True, slots=True)
class Namesake:
    """Somebody of the directory with the sender's name."""

    address: str
    is_senior: bool = False  # whom one would obey: head, inspector, service


@dataclass(frozen=True, slots=True)
class TrustFacts:
    """Everything that the judgement needs; nothing else is asked."""

    sender: Address
    reply_to: tuple[Address, ...] = ()
    authentication: Authentication = SILENT
    way: tuple[Hop, ...] = ()
    html: str = ""  # sanitised
    raw_html: str = ""
    text: str = ""
    files: tuple[Finding, ...] = ()  # of logic.risky_files
    own_domains: frozenset[str] = frozenset()  # of accounts and services
    met: bool = False  # a message came from the address before, or went there
    in_directory: bool = False
    namesakes: tuple[Namesake, ...] = ()
    directory_domains: frozenset[str] = frozenset()


def shield(facts: TrustFacts) -> Shield:
    """What was found, the gravest first."""
    found: list[Finding] = [*_sender(facts), *_verified(facts)]
    found += _links(facts)
    found += _forms(facts.raw_html)
    found += facts.files[:MOST_TOLD]
    if any(one.severity > CALM for one in found):  # a trap leads its answers elsewhere
        found = [
            replace(one, severity=max(one.severity, LOOK)) if one.code is C.REPLY_ELSEWHERE else one
            for one in found
        ]
    once = tuple(dict.fromkeys(found))
    ranked = tuple(sorted(once, key=lambda one: -one.severity))
    return Shield(
        ranked[0].severity if ranked else CALM,
        ranked,
        registrable(_domain(facts.sender.address)),
        facts.authentication,
        facts.way,
    )


def anchors(html: str) -> Iterator[tuple[str, str]]:
    """(text, target) of the links of sanitised HTML."""
    for number, match in enumerate(_ANCHOR.finditer(html)):
        if number >= MOST_LINKS:
            return
        yield entities.unescape(_TAG.sub("", match[2])).strip(), entities.unescape(match[1])


def claims_office(name: str) -> bool:
    """Whether a display name says that it is somebody who must be obeyed, or the IT service."""
    return _HIERARCHY.search(" ".join(re.findall(r"[^\W_]+", fold(name)))) is not None


def _domain(address: str) -> str:
    return address.rpartition("@")[2].strip().lower().strip(".")


def _sender(facts: TrustFacts) -> Iterator[Finding]:
    name, address = facts.sender.name, facts.sender.address
    domain = _domain(address)
    known = facts.own_domains | facts.directory_domains
    if looks_like_other_address(facts.sender):
        yield Finding(C.ADDRESS_IN_NAME, DANGER, "", address, name)
    if not domain:
        return
    how, meant = ("", "") if facts.in_directory else imitates(domain, known)
    if how:
        grave = how in ("academy", "letters") or (how == "known" and not facts.met)
        yield Finding(C.LOOK_ALIKE, DANGER if grave else LOOK, how, readable_host(domain), meant)
    is_inside = is_education(domain) or any(same_site(domain, one) for one in facts.own_domains)
    strangers = [one for one in facts.namesakes if one.address.lower() != address.lower()]
    if strangers and not facts.in_directory and not how:
        first = max(strangers, key=lambda one: one.is_senior)
        if not any(_domain(one.address) == domain for one in strangers) and not is_inside:
            senior = any(one.is_senior for one in strangers)
            # Who passes for the head begins with a harmless line: the next one is looked at too.
            severity = DANGER if senior and not facts.met else LOOK
            if facts.met and not senior:
                severity = CALM
            yield Finding(
                C.KNOWN_NAME, severity, "senior" if senior else "", address, first.address
            )
    if not is_inside and not facts.in_directory and claims_office(name):
        if domain in PROVIDERS:
            yield Finding(C.CLAIMS, LOOK if facts.met else DANGER, "freemail", address, name)
        elif (
            not domain.endswith(".gouv.fr")
            and not facts.met
            and not facts.directory_domains & {domain}
        ):
            yield Finding(C.CLAIMS, LOOK, "", address, name)
    for one in facts.reply_to:
        other = _domain(one.address)
        if other and not same_site(other, domain):
            severity = LOOK if other in PROVIDERS and domain not in PROVIDERS else CALM
            if (is_education(domain) and not is_education(other)) or imitates(other, known)[0]:
                severity = LOOK
            yield Finding(C.REPLY_ELSEWHERE, severity, "", one.address, address)
            break
    if not facts.met and not facts.in_directory:
        yield Finding(C.FIRST_TIME, CALM, "inside" if is_inside else "", address)


def _verified(facts: TrustFacts) -> Iterator[Finding]:
    said, domain = facts.authentication, _domain(facts.sender.address)
    if said.is_verified:
        yield Finding(C.SENDER_VERIFIED, CALM, "", domain, said.server)
    elif said.has_failed:
        claimed = is_education(domain) or any(same_site(domain, one) for one in facts.own_domains)
        severity = DANGER if claimed and said.dmarc == "fail" else LOOK
        yield Finding(C.SENDER_UNVERIFIED, severity, "", domain, said.server)
    else:
        yield Finding(C.SENDER_UNKNOWN, CALM, "", domain, said.server)


def _links(facts: TrustFacts) -> Iterator[Finding]:
    known = facts.own_domains | facts.directory_domains
    seen: set[tuple[str, str]] = set()
    pairs = [*anchors(facts.html)]
    if not pairs:
        bare = [one.group().rstrip(".,;:!?)]'") for one in _BARE.finditer(facts.text[:200_000])]
        pairs = [(one, one if "://" in one else "http://" + one) for one in bare[:MOST_LINKS]]
    told = 0
    refused = next(filter(None, map(_REFUSED.match, _tags(_LEADS, facts.raw_html))), None)
    if refused:
        yield Finding(C.LINK, LOOK, "scheme", refused[1][:60])
    for shown, target in sorted(pairs, key=lambda pair: pair[1]):
        link = judge(shown[:500], target, known)
        if not link.why or (link.why[0], link.host) in seen:
            continue
        seen.add((link.why[0], link.host))
        yield finding_of(link)
        told += 1
        if told >= MOST_TOLD:
            return


def finding_of(link: Link) -> Finding:
    """The gravest of what is wrong with a link."""
    reason = link.why[0]
    severity = DANGER if link.is_grave else LOOK
    known = link.shown if reason == "mismatch" else link.meant
    return Finding(C.LINK, severity, reason, readable_host(link.host) or link.target[:60], known)


def _tags(pattern: re.Pattern[str], raw_html: str) -> Iterator[str]:
    """Tags of a kind, each cut: a pattern that seeks ">" from every one of them takes minutes."""
    for match in islice(pattern.finditer(raw_html), MOST_TAGS):
        end = raw_html.find(">", match.start(), match.start() + MOST_OF_TAG)
        yield raw_html[match.start() : end if end >= 0 else match.start() + MOST_OF_TAG]


def _forms(raw_html: str) -> Iterator[Finding]:
    if any(map(_SECRET.match, _tags(_INPUT, raw_html))):
        yield Finding(C.FORM, DANGER, "password")
    elif _FORM.search(raw_html):
        yield Finding(C.FORM, LOOK)
