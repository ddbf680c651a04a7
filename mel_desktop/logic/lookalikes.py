"""Addresses that are nearly others: one letter off, names swapped, a digit missing, no académie's;
and domains made to be taken for others, as letters that come in have them.

The table of académies is domain/education-nationale.md section 1 (mail domains as the addresses
have them). A domain of which nobody could say whether it is in use is not proposed, but is not
warned of either.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Final

from mel_desktop.logic.folding import fold
from mel_desktop.logic.hosts import registrable, shown_host, skeleton, trouble
from mel_desktop.logic.recipients import domain_of
from mel_desktop.model.patterns import late

_ACADEMIES: Final = (
    "aix-marseille amiens besancon bordeaux clermont corse creteil dijon grenoble guadeloupe guyane"
    " lille limoges lyon martinique mayotte montpellier nancy-metz nantes nice normandie"
    " orleans-tours paris poitiers reims rennes reunion strasbourg toulouse versailles"
)
ACADEMIES: Final = frozenset(f"ac-{one}.fr" for one in _ACADEMIES.split())
MINISTRY: Final = frozenset({"education.gouv.fr", "education.fr"})
# Once in use, or of territories of which it is not known for certain.
_OTHERS: Final = frozenset({
    "ac-caen.fr", "ac-rouen.fr", "ac-nancy.fr", "ac-polynesie.pf", "ac-noumea.nc", "ac-wf.wf",
    "ac-spm.fr",
})  # fmt: skip
EDUCATION: Final = ACADEMIES | MINISTRY | _OTHERS
# Where families have their mail; misspelt every day.
PROVIDERS: Final = frozenset({
    "gmail.com", "orange.fr", "wanadoo.fr", "free.fr", "laposte.net", "hotmail.com", "hotmail.fr",
    "outlook.com", "outlook.fr", "yahoo.fr", "yahoo.com", "live.fr", "icloud.com", "neuf.fr",
    "bbox.fr", "numericable.fr", "protonmail.com", "proton.me", "aliceadsl.fr", "sfr.fr", "gmx.fr",
    "msn.com", "aol.com", "me.com", "mac.com", "live.com", "googlemail.com", "pm.me", "gmx.com",
    "gmx.net", "gmx.de", "yahoo.es", "yahoo.it", "yahoo.de", "yahoo.co.uk", "ymail.com",
    "hotmail.it", "hotmail.es", "hotmail.be", "outlook.es", "outlook.be", "free.com", "orange.com",
})  # fmt: skip
# Sites where teachers sign in or pay: others are made to look like them.
_SIGNED_INTO: Final = (
    "index-education.net pronote.net ecoledirecte.com toutatice.fr monlycee.net parcoursup.fr",
    "service-public.fr ameli.fr onisep.fr reseau-canope.fr cned.fr lumni.fr mgen.fr maif.fr",
    "casden.fr impots.gouv.fr ants.gouv.fr chorus-pro.gouv.fr caf.fr franceconnect.gouv.fr",
    "microsoft.com microsoftonline.com office.com google.com apple.com paypal.com paypal.fr",
    "amazon.fr amazon.com netflix.com facebook.com linkedin.com dropbox.com wetransfer.com",
    "docusign.com docusign.net labanquepostale.fr credit-agricole.fr chronopost.fr colissimo.fr",
)
SIGNED_INTO: Final = frozenset(one for row in _SIGNED_INTO for one in row.split())
SHORTEST_DOMAIN: Final = 7  # one letter off a shorter name is somebody else's
SHORTEST_LOCAL: Final = 5
_ACADEMIC: Final = late(r"(?:^|\.)ac[-.]?([a-z][a-z0-9-]*?)\.[a-z.]+$")
_DIGITS_AT_END: Final = late(r"^(.*?)(\d+)$")


def is_education(domain: str) -> bool:
    """Whether the ministry or an académie owns a domain, or one above it."""
    return any(domain == one or domain.endswith("." + one) for one in EDUCATION)


def is_one_off(first: str, second: str) -> bool:
    """One letter more, less or other, or two beside each other swapped; not the same."""
    if first == second or abs(len(first) - len(second)) > 1:
        return False
    short, long = sorted((first, second), key=len)
    at = next((n for n, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    if short[at + 1 :] == long[at + 1 :]:
        return True
    swapped = short[:at] + short[at : at + 2][::-1] + short[at + 2 :]
    return swapped == long


def meant_domain(domain: str, known: Iterable[str]) -> tuple[str, str]:
    """(what is wrong, the domain that is meant): ("", "") for nothing.

    ``known``: domains that are in use here, never doubted. What is wrong: ``academy`` (no académie
    has it), ``provider`` (misspelt), ``punycode`` (letters that are not what they look like).
    """
    plain = domain.lower().rstrip(".")
    trusted = set(known)
    if plain in trusted or plain in PROVIDERS or is_education(plain):
        return "", ""
    if any(label.startswith("xn--") for label in plain.split(".")):
        return "punycode", _unmasked(plain, trusted)
    for academy in sorted(EDUCATION):  # the name of one in front of somebody else's
        if plain.startswith((academy + ".", academy + "-")):
            return "academy", academy
    for meant in sorted(ACADEMIES | MINISTRY):
        if is_one_off(plain, meant):
            return "academy", meant
    name = _ACADEMIC.search(plain)
    if name is not None:
        meant = _academy_named(name[1])
        if meant or plain.endswith(".fr"):
            return "academy", meant if meant in ACADEMIES else ""
    if plain.startswith("education.gouv.") or plain.endswith("education-gouv.fr"):
        return "academy", "education.gouv.fr"
    for meant in sorted((PROVIDERS | trusted) - EDUCATION):
        if len(meant) >= SHORTEST_DOMAIN and is_one_off(plain, meant):
            return "provider", meant
    return "", ""


def imitates(host: str, known: Iterable[str] = ()) -> tuple[str, str]:
    """(how a host deceives, whom it is made to be taken for): ("", "") for honest ones.

    ``known``: domains of the teacher's own accounts, directory and services. How: ``academy`` (the
    name of an académie or of the ministry, somewhere else), ``known`` (nearly a known domain),
    ``letters`` (characters that deceive), ``mentions`` (an académie's name inside another name, as
    unions have it too), ``provider`` (nearly a large mail service).
    """
    return _imitates(host.strip(".").lower(), frozenset(known))


@lru_cache(maxsize=1024)
def _imitates(host: str, known: frozenset[str]) -> tuple[str, str]:
    plain = shown_host(host)
    owned, trusted = registrable(plain), SIGNED_INTO | (known - PROVIDERS)
    if is_education(plain) or owned in PROVIDERS or _is_below(plain, trusted):
        return "", ""
    meant = _academy_in(plain)
    if meant:
        return "academy", meant
    if not plain.isascii() or "xn--" in plain:
        near = _alike(owned, trusted | PROVIDERS | {f"{one}.fr" for one in _SITES})
        if near or trouble(host):
            return "letters", near
        return "", ""
    near = _alike(owned, trusted)
    if near:
        return "known", near
    mentioned = _MENTIONS.search(plain)
    if mentioned:
        return "mentions", f"{mentioned[1]}.fr"
    for one in _LONG_PROVIDERS:
        if is_one_off(owned, one):
            return "provider", one
    return "", ""


def _is_below(host: str, domains: Iterable[str]) -> bool:
    return any(host == one or host.endswith("." + one) for one in domains)


def _alike(owned: str, known: Iterable[str]) -> str:
    """The known domain that one looks like: the same to the eye, a hyphen or one letter off."""
    mine = skeleton(owned)
    for one in sorted(known):
        theirs = registrable(one)
        if owned == theirs or len(theirs) < SHORTEST_DOMAIN:
            continue
        if mine == skeleton(theirs) or mine.replace("-", "") == skeleton(theirs).replace("-", ""):
            return one
        name, top = owned.partition(".")[::2]
        other, others_top = theirs.partition(".")[::2]
        if top == others_top and len(other) >= SHORTEST_DOMAIN and is_one_off(name, other):
            if _DIGITS_AT_END.match(name) and _DIGITS_AT_END.match(other):
                continue  # numbered: college1, college2
            return one
    return ""


def _academy_in(plain: str) -> str:
    """The académie or ministry's domain that a host of somebody else begins a label with."""
    mine, owned = skeleton(plain), registrable(plain)
    bare, owned_mine = mine.replace("-", ""), skeleton(owned)
    for academy, theirs, undashed, pattern in _beginnings():
        if mine == theirs or bare == undashed or pattern.search(mine):
            return academy
    for academy, theirs, _, _ in _beginnings():
        if academy not in ACADEMIES and academy not in MINISTRY:
            continue
        if is_one_off(owned, registrable(academy)) or is_one_off(plain, academy):
            return academy
        if academy in ACADEMIES and is_one_off(owned_mine, theirs):
            return academy
    found = _ACADEMIC.search(plain)
    if found is not None:
        return _academy_named(found[1])
    if _MINISTRY_LIKE.search(plain):
        return "education.gouv.fr"
    return ""


def _beginning(academy: str) -> tuple[str, str, str, re.Pattern[str]]:
    """(domain, its skeleton, that without hyphens, how a host imitates it)."""
    theirs = skeleton(academy)
    forms = [rf"{re.escape(theirs)}[.-]", rf"{re.escape(theirs.replace('.', '-'))}(?:[.-]|$)"]
    if academy in ACADEMIES:
        forms.append(rf"{re.escape(theirs.rpartition('.')[0])}[.-]")
    pattern = re.compile(rf"(?:^|\.)(?:www-)?(?:{'|'.join(forms)})")
    return academy, theirs, theirs.replace("-", ""), pattern


@cache
def _beginnings() -> tuple[tuple[str, str, str, re.Pattern[str]], ...]:
    """Of all domains: 5 ms, when a host is first looked at."""
    return tuple(_beginning(one) for one in sorted(EDUCATION))


_MINISTRY_LIKE: Final = late(r"(?:^|\.)education[.-]?(?:gouv|gov)(?:[.-]|$)")
_MENTIONS: Final = late(
    rf"(?<![a-z0-9])({'|'.join(re.escape(f'ac-{one}') for one in _ACADEMIES.split())})(?![a-z])"
)
_LONG_PROVIDERS: Final = tuple(sorted(one for one in PROVIDERS if len(one) >= SHORTEST_DOMAIN))
_SITES: Final = ("google", "impots", "ameli", "laposte", "orange", "pronote", "education")


def is_near(address: str, other: str) -> str:
    """How an address is nearly another one: ``letter``, ``swapped``, ``digit``, ``domain``; or "".

    Both in lower case.
    """
    if address == other:
        return ""
    local, domain = address.rpartition("@")[0], domain_of(address)
    known, known_domain = other.rpartition("@")[0], domain_of(other)
    if local == known:
        near = len(domain) >= SHORTEST_DOMAIN and is_one_off(domain, known_domain)
        return "domain" if near else ""
    if domain != known_domain:
        return ""
    if _without_digits(local) == _without_digits(known) and local[-1:].isdigit() != (
        known[-1:].isdigit()
    ):
        return "digit"
    pieces, others = re.split(r"[._-]", local), re.split(r"[._-]", known)
    if len(pieces) > 1 and pieces != others and sorted(pieces) == sorted(others):
        return "swapped"
    if min(len(local), len(known)) >= SHORTEST_LOCAL and is_one_off(local, known):
        numbered = _DIGITS_AT_END.match(local), _DIGITS_AT_END.match(known)
        if numbered[0] and numbered[1] and numbered[0][1] == numbered[1][1]:
            return "digit"
        return "letter"
    return ""


def same_name(first: str, second: str) -> bool:
    """Whether two display names have the same words: "DUPONT Marie" is "Marie Dupont"."""
    words = sorted(_words(first))
    return len(words) > 1 and words == sorted(_words(second))


def _words(name: str) -> list[str]:
    titles = {"m", "mme", "mlle", "mr", "monsieur", "madame", "dr", "me"}
    return [one for one in re.findall(r"[^\W_]+", fold(name)) if one not in titles]


def _without_digits(local: str) -> str:
    found = _DIGITS_AT_END.match(local)
    return found[1] if found else local


def _academy_named(name: str) -> str:
    """The académie that a name belongs to, or nearly; "" for none."""
    plain = name.strip("-")
    for domain in sorted(ACADEMIES | _OTHERS):
        known = domain.removeprefix("ac-").rpartition(".")[0]
        if plain in (known, known.replace("-", "")) or is_one_off(plain, known):
            return domain
    return ""


def _unmasked(domain: str, known: Iterable[str]) -> str:
    """The known domain that a masked one looks like, or ""."""
    try:
        shown = ".".join(
            label.encode().decode("idna") if label.startswith("xn--") else label
            for label in domain.split(".")
        )
    except UnicodeError:
        return ""
    plain = fold(shown).translate(_LOOKS)
    return plain if plain in {*known, *PROVIDERS, *ACADEMIES, *MINISTRY} else ""


# Cyrillic and Greek letters that look like Latin ones on a screen.
_LOOKS: Final = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0455\u0458\u0501\u051b\u03bf\u03b1\u03b9",
    "aeopcyxisjdloai",
)
