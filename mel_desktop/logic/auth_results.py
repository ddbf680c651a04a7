"""What the receiving server found out about a sender (RFC 8601), and which server may be believed.

Rule 1: a field counts only above the first Received field by which the message came from outside:
all below was in the message already and can be forged by anybody. That place vouches; the name
(authserv-id) must fit too.
Rule 2: no look-up of our own: nothing leaves the PC.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from typing import Final

from mel_desktop.logic.hosts import registrable
from mel_desktop.model.trust import Authentication, Hop
from mel_desktop.model.values import dataclass

MOST_FIELDS: Final = 400
MOST_HOPS: Final = 30
_FIELD: Final = re.compile(rb"^([!-9;-~]{1,60})[ \t]*:((?:.*\r?\n?)(?:[ \t].*\r?\n?)*)", re.M)
# What the giver says of itself stands in comments too: HELO (Exim, qmail), its user (identd).
_SAYS: Final = re.compile(r"\b(?:he|eh|lh)lo\b[\s=:]*[^\s,;()]*|\bident=[^\s,;()]*|\S+@\S+", re.I)
_BY_SMTP: Final = re.compile(r"\bwith\s+(?:utf8)?e?smtp", re.I)
_SPECIAL: Final = re.compile(r"[()\"\\]")
_BY: Final = re.compile(r"\bby\s+([\w.:\[\]-]+)", re.I)
_FROM: Final = re.compile(r"^\s*from\s+([^\s()]+)((?:\s*\([^()]{0,500}\)){0,4})", re.I)
_HOST: Final = re.compile(r"(?<![\w.-])((?:[\w-]+\.)+[a-z]{2,24})(?![\w-])", re.I)
_IP: Final = re.compile(r"\[?(?:IPv6:)?([0-9a-f:.]{3,45})\]?", re.I)
_ENTRY: Final = re.compile(r"^\s*(spf|dkim|dmarc|arc)\s*=\s*([a-z]+)", re.I)
_PROPERTY: Final = re.compile(r"(?<!\S)(header|smtp)\.([a-z_-]+)\s*=\s*\"?([^\s;\"]+)", re.I)
# Providers that name themselves by another domain than that of their servers or addresses.
_ALSO: Final = {
    "gmail.com": ("google.com",), "googlemail.com": ("google.com",),
    "outlook.com": ("office365.com",), "hotmail.com": ("outlook.com",),
    "office365.com": ("outlook.com",), "wanadoo.fr": ("orange.fr",),
}  # fmt: skip

# Of a network of its own (RFC 1918, RFC 4193, loopback); Python counts the examples' numbers too.
_INSIDE: Final = tuple(
    ipaddress.ip_network(one)
    for one in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "127.0.0.0/8",
        "::1",
        "fc00::/7",
    )
)


@dataclass(frozen=True, slots=True)
class Received:
    """One Received field (RFC 5321 4.4): host that gave, host that took; "" where not said."""

    giver: str
    taker: str
    is_inside: bool  # the giver is this very machine or has a private number
    is_word: bool = False  # nobody but the giver says who it is


def read(
    header: bytes, sender: str, own: Iterable[str], trusted_ids: Iterable[str] = ()
) -> tuple[Authentication, tuple[Hop, ...]]:
    """What the own provider says of the domain of ``sender``, and the way of the message.

    ``own``: hosts and domains of the account. ``trusted_ids``: authserv-ids by policy; where there
    are some, no other counts. The way: from the sender to the teacher.
    """
    fields = _fields(header)
    mine = _mine(own)
    hops: list[Received] = []
    for name, value in fields:
        if name == "received" and len(hops) < MOST_HOPS:
            hops.append(_received(value))
    if hops and hops[0].taker:
        mine.add(registrable(hops[0].taker))
    listed = frozenset(one.lower() for one in trusted_ids)
    result = Authentication()
    for value in _believable(fields, mine, is_told=bool(hops)):
        identity, entries = _results(value)
        if (identity in listed) if listed else (not identity or registrable(identity) in mine):
            result = _verdict(identity, entries, sender.rpartition("@")[2].lower())
            break
    way = tuple(
        Hop(one.giver, one.taker, bool(one.taker) and registrable(one.taker) in mine)
        for one in reversed(hops)
    )
    return result, way


def _mine(own: Iterable[str]) -> set[str]:
    mine = {registrable(one.lower()) for one in own if one}
    for one in tuple(mine):
        mine.update(_ALSO.get(one, ()))
    return mine


def _believable(fields: list[tuple[str, str]], mine: set[str], *, is_told: bool) -> list[str]:
    """Values above the first hop from outside, ARC's after the others (RFC 8617 4.1.1)."""
    plain: list[str] = []
    sealed: list[str] = []
    if not is_told:
        return []
    for name, value in fields:
        if name == "authentication-results":
            plain.append(value)
        elif name == "arc-authentication-results":
            sealed.append(re.sub(r"^\s*i\s*=\s*\d+\s*;", "", value))
        elif name == "received":
            hop = _received(value)
            taken_inside = not hop.taker or _is_local(hop.taker) or registrable(hop.taker) in mine
            named_inside = not hop.giver or registrable(hop.giver) in mine
            given_inside = hop.is_inside or (named_inside and not hop.is_word)
            if not (taken_inside and given_inside):
                return [*plain, *sealed]
    return []  # never came from outside: whoever says so wrote it himself


def _received(value: str) -> Received:
    taker = _BY.search(value)
    giver = _FROM.match(value)
    named = giver[1].strip("[].").lower() if giver else ""
    about = _SAYS.sub(" ", giver[2]).strip(" ()") if giver else ""
    forged = "may be forged" in about
    told = None if forged else _HOST.search(about)
    # What the taker looked up itself stands in the comment; the name before it is the giver's word.
    numbers = [one for one in _IP.findall(about) if _number(one)]
    inside = bool(numbers) and all(_is_private(one) for one in numbers)
    says = bool(re.match(r"\s*from\b", value, re.I)) and (
        giver is None or forged or (not about and _BY_SMTP.search(value) is not None)
    )
    if giver and not about and not says:
        inside = _is_private(named) if _number(named) else _is_local(named)
    if told is not None and not _is_local(told[1]):
        host = told[1].lower()
    elif numbers and not inside:
        host = numbers[-1]  # no name that anybody looked up
    else:
        host = named
    return Received(host, taker[1].strip("[].").lower() if taker else "", inside, says)


def _number(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _is_private(text: str) -> bool:
    number = _number(text)
    return number is not None and any(
        number in one for one in _INSIDE if one.version == number.version
    )


def _is_local(host: str) -> bool:
    number = _number(host)
    if number is not None:
        return number.version == 6 or _is_private(host)
    return host == "localhost" or "." not in host or host.endswith((".local", ".localdomain"))


def _fields(header: bytes) -> list[tuple[str, str]]:
    found = []
    for match in _FIELD.finditer(header[:512_000]):
        name = match[1].decode("ascii", "replace").lower()
        if name in ("received", "authentication-results", "arc-authentication-results"):
            value = match[2][:8_000].decode("utf-8", "replace")
            found.append((name, " ".join(value.split())))
            if len(found) >= MOST_FIELDS:
                break
    return found


def _plain(value: str) -> str:
    """Without comments, nested as they may be; what is quoted (it may hold a sender's own words)
    without the marks that part results. In one pass.
    """
    out: list[str] = []
    depth, at, quoted, since = 0, 0, False, 0
    for mark in _SPECIAL.finditer(value):
        if mark.start() < at:  # escaped
            continue
        if mark[0] == "\\" and (depth or quoted):
            at = mark.end() + 1
        elif depth:
            depth += {"(": 1, ")": -1}.get(mark[0], 0)
            since = mark.end()
        elif mark[0] == '"' and (quoted or value.find('"', mark.end()) >= 0):
            piece = value[since : mark.start()]
            out.append(re.sub(r"[;\s=]", "_", piece) if quoted else piece)
            quoted, since = not quoted, mark.end()
        elif mark[0] == "(" and not quoted:
            out += (value[since : mark.start()], " ")
            depth, since = 1, mark.end()
    if not depth:
        out.append(value[since:])
    return "".join(out)


def _results(value: str) -> tuple[str, list[tuple[str, str, dict[str, str]]]]:
    """(authserv-id, [(method, result, properties)]); the id is "" where none is given."""
    pieces = _plain(value).split(";")
    identity = pieces[0].strip().lower()
    if "=" in identity:
        identity = ""
    else:
        identity, pieces = identity.split(" ")[0], pieces[1:]
    entries = []
    for piece in pieces[:40]:
        entry = _ENTRY.match(piece)
        if entry:
            named = {f"{a}.{b}".lower(): c.lower() for a, b, c in _PROPERTY.findall(piece)}
            entries.append((entry[1].lower(), entry[2].lower(), named))
    return identity, entries


def _verdict(
    identity: str, entries: list[tuple[str, str, dict[str, str]]], domain: str
) -> Authentication:
    said: dict[str, str] = {}
    aligned = False
    for method, result, named in entries:
        if method == "dmarc":
            told = named.get("header.from", domain).rpartition("@")[2]
            if registrable(told) == registrable(domain):
                said["dmarc"] = result
                aligned |= result == "pass"
            continue
        if method == "dkim":
            signer = named.get("header.d") or named.get("header.i", "").rpartition("@")[2]
        else:
            signer = named.get("smtp.mailfrom", "").rpartition("@")[2] or named.get("smtp.helo", "")
        if said.get(method) != "pass":
            said[method] = result
        if method in ("dkim", "spf") and result == "pass" and signer:
            aligned |= registrable(signer) == registrable(domain)
    if said.get("dmarc") == "fail":
        aligned = False
    failed = said.get("dmarc") == "fail" or (
        not aligned and "pass" not in (said.get("dkim"), said.get("dmarc"))
        and (said.get("spf") == "fail" or said.get("dkim") in ("fail", "permerror"))
    )  # fmt: skip
    return Authentication(
        identity,
        said.get("spf", ""),
        said.get("dkim", ""),
        said.get("dmarc", ""),
        is_verified=aligned and bool(said),
        has_failed=failed,
    )
