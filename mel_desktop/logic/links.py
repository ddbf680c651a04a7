"""Links of mail: which targets may stay, and whether a link shows one host and leads to another."""

from __future__ import annotations

import re
import unicodedata
from typing import Final
from urllib.parse import quote

TARGET_CAP: Final = 4000

_BLANKS: Final = re.compile(r"[\x00-\x20\x7f\u00a0\u200b\u2028\u2029\ufeff]+")
_HOST: Final = re.compile(r"https?:/{2,}(?:[^/?#\\@]*@)*(\[[^\]]*\]|[^/?#:\\]*)", re.I)
_SHOWN: Final = re.compile(
    r"(?P<scheme>https?://|ftp://)?(?:[^\s/?#@]{1,100}@)?(?P<host>(?:[\w-]{1,63}\.)+[^\W\d_]{2,24})"
    r"(?::\d{1,5})?(?P<rest>[/?#]\S*)?[.,;:!)]?",
    re.I,
)
_TLDS: Final = frozenset({
    "fr", "com", "org", "net", "eu", "info", "io", "edu", "gouv", "be", "ch", "de", "uk", "es",
    "it", "lu", "ca", "re", "nc", "pf", "gp", "mq", "gf", "yt", "pm", "wf", "tf", "paris", "bzh",
    "corsica", "alsace", "app", "dev", "me", "tv", "co", "us", "biz", "online", "site", "example",
})  # fmt: skip
_MAIL_FIELDS: Final = frozenset({"to", "cc", "bcc", "subject", "body"})


def clean_target(value: str) -> str | None:
    """The target if it may stay: http, https, mailto, tel or a place in the same mail."""
    target = _BLANKS.sub("", value)[:TARGET_CAP]
    low = target.lower()
    if low.startswith("#"):
        return target if re.fullmatch(r"#[\w.-]{1,80}", target) else None
    if low.startswith(("http://", "https://")):
        host = _HOST.match(target)
        if host is None or not host[1] or "\\" in target.split("?", 1)[0]:
            return None
        return quote(target, safe="%/:=&?~#+!$,;'@()*[]-._|")
    if low.startswith("mailto:"):
        return _mailto(target)
    if low.startswith("tel:"):
        return target if re.fullmatch(r"(?i)tel:[0-9+().-]{2,30}", target) else None
    return None


def _mailto(target: str) -> str:
    """Without the fields that could attach or steer (CVE-2020-11880)."""
    address, _, query = target[7:].partition("?")
    kept = [
        piece for piece in query.replace("&amp;", "&").split("&")
        if piece.partition("=")[0].lower() in _MAIL_FIELDS
    ]  # fmt: skip
    whole = "mailto:" + address + ("?" + "&".join(kept) if kept else "")
    return quote(whole, safe="%/:=&?~+!$,;'@()*-._")


def host_of(target: str) -> str:
    """The host that an http link leads to, lower case; "" for others."""
    match = _HOST.match(_BLANKS.sub("", target))
    return _canonical(match[1]) if match else ""


def is_misleading(shown: str, target: str) -> bool:
    """Whether the visible text names a host or an address that the target does not lead to."""
    text = _BLANKS.sub(" ", unicodedata.normalize("NFKC", shown)).strip(" <>«»\"'()[]").strip()
    match = _SHOWN.fullmatch(text)
    if match is None:
        return False
    named = _canonical(match["host"])
    certain = bool(match["scheme"]) or named.startswith("www.") or "@" in text
    if not certain and named.rpartition(".")[2] not in _TLDS:
        return False  # "bulletin.pdf", "M.Dupont"
    if target.lower().startswith("mailto:"):
        leads = _canonical(target[7:].partition("?")[0].rpartition("@")[2].rstrip(","))
        return "@" in text and bool(leads) and leads != named
    leads = host_of(target)
    return bool(leads) and not _same_site(named, leads)


def _canonical(host: str) -> str:
    host = host.strip(".").lower()
    try:
        return host.encode("ascii").decode("ascii")
    except UnicodeEncodeError:
        return unicodedata.normalize("NFKC", host)


def _same_site(one: str, other: str) -> bool:
    one, other = one.removeprefix("www."), other.removeprefix("www.")
    return one == other or one.endswith("." + other) or other.endswith("." + one)
