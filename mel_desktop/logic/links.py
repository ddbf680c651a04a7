"""Links of mail: which targets may stay, where they lead in the end, and whether they deceive.

A link deceives that shows one host and leads to another, hides the host it leads to (RFC 3986
3.2.1, userinfo; numbers in place of a name, 3.2.2), or has one made to be taken for another. The
services named here are those that schools' mail meets.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final
from urllib.parse import parse_qs, quote, unquote, urlsplit

from mel_desktop.logic.hosts import ascii_host, registrable, same_site
from mel_desktop.logic.lookalikes import imitates, is_education
from mel_desktop.model.patterns import late
from mel_desktop.model.values import dataclass

TARGET_CAP: Final = 4000
LONG: Final = 1500  # letters of a target that nobody reads; newsletters stay below
NESTED: Final = 4

_BLANKS: Final = late(r"[\x00-\x20\x7f\u00a0\u200b\u2028\u2029\ufeff]+")
_HOST: Final = late(r"https?:/{2,}(?:[^/?#\\@]*@)*(\[[^\]]*\]|[^/?#:\\]*)", re.I)
_PARTS: Final = late(
    r"(?P<scheme>https?|ftp):[/\\]{1,}(?P<user>(?:[^/?#\\]*@)?)"
    r"(?P<host>\[[^\]]*\]|[^/?#:\\@]*)(?::(?P<port>\d*))?",
    re.I,
)
_SHOWN: Final = late(
    r"(?P<scheme>https?://|ftp://)?(?:[^\s/?#@]{1,100}@)?(?P<host>(?:[\w-]{1,63}\.)+[^\W\d_]{2,24})"
    r"(?::\d{1,5})?(?P<rest>[/?#]\S*)?[.,;:!)]?",
    re.I,
)
_INSIDE: Final = late(
    r"(?<![\w@.-])(?:https?://(?:[^\s/?#@]{1,100}@)?|www\.)?((?:[\w-]{1,63}\.)+[^\W\d_]{2,24})"
    r"(?![\w@-])",
    re.I,
)
_TLDS: Final = frozenset({
    "fr", "com", "org", "net", "eu", "info", "io", "edu", "gouv", "be", "ch", "de", "uk", "es",
    "it", "lu", "ca", "re", "nc", "pf", "gp", "mq", "gf", "yt", "pm", "wf", "tf", "paris", "bzh",
    "corsica", "alsace", "app", "dev", "me", "tv", "co", "us", "biz", "online", "site", "example",
})  # fmt: skip
_MAIL_FIELDS: Final = frozenset({"to", "cc", "bcc", "subject", "body"})
_NUMBER: Final = late(r"\[.*\]|(?:0x[0-9a-f]+|\d+)(?:\.(?:0x[0-9a-f]+|\d+)){0,3}\.?", re.I)
_DIRECTION: Final = late("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_DIRECTION_CODED: Final = late(r"%E2%80%(?:8E|8F|A[A-E])|%E2%81%A[6-9]", re.I)
_USUAL_PORTS: Final = frozenset({"", "80", "443", "8080", "8443"})
_LEADS_NOWHERE: Final = (
    "javascript:",
    "data:",
    "vbscript:",
    "file:",
    "smb:",
    "blob:",
    "\\\\",
    "//",
)

SHORTENERS: Final = frozenset(
    one
    for row in (
        "bit.ly tinyurl.com t.co goo.gl ow.ly is.gd v.gd buff.ly rebrand.ly cutt.ly",
        "shorturl.at rb.gy tiny.cc urlz.fr urlr.me lc.cx frama.link s.42l.fr lstu.fr huit.re",
        "vu.fr t.ly bl.ink shorte.st adf.ly lnkd.in fb.me qrco.de me-qr.com short.gy dub.sh",
        "tr.ee u.to x.co bitly.com shorturl.asia surl.li clck.ru hyperurl.co soo.gd s.id",
        "tny.im kutt.it link.infini.fr",
    )
    for one in row.split()
)
# Scanners of mail write links anew; the true target is in the query. Honest by themselves.
_SCANNERS: Final = {
    "safelinks.protection.outlook.com": "url", "linkprotect.cudasvc.com": "a",
    "urldefense.proofpoint.com": "u", "protect2.fireeye.com": "u", "secure-web.cisco.com": "",
    "url.emailprotection.link": "", "urldefense.com": "", "clicktime.symantec.com": "u",
    "mailinblack.com": "url", "deref-mail.com": "q", "deref-gmx.net": "redirectUrl",
    "deref-web.de": "redirectUrl", "redirect.viglink.com": "u",
}  # fmt: skip
# Sites that lead on to whatever their address names.
_REDIRECTORS: Final = (
    (late(r"(?:www\.)?google\.[a-z.]{2,6}"), "/url", ("q", "url")),
    (late(r"(?:www\.)?google\.[a-z.]{2,6}"), "/amp/s/", ()),
    (late(r"l(?:m)?\.(?:facebook|instagram|messenger)\.com"), "/", ("u",)),
    (late(r"(?:www\.)?youtube\.com"), "/redirect", ("q",)),
    (late(r"(?:www\.)?linkedin\.com"), "/redir", ("url",)),
    (late(r"duckduckgo\.com"), "/l/", ("uddg",)),
    (late(r"vk\.com"), "/away.php", ("to",)),
    (late(r"t\.umblr\.com"), "/redirect", ("z",)),
    (late(r"slack-redir\.net"), "/link", ("url",)),
    (late(r"(?:www\.)?bing\.com"), "/ck/", ()),
    (late(r"(?:www\.)?yahoo\.com|r\.search\.yahoo\.com"), "/", ("RU",)),
    (late(r"translate\.google\.[a-z.]{2,6}"), "/", ("u",)),
    (late(r"adclick\.g\.doubleclick\.net|(?:www\.)?googleadservices\.com"), "/", ("adurl",)),
)


@dataclass(frozen=True, slots=True)
class Link:
    """A link judged. ``leads``: the true target, decoded out of scanners and redirectors.

    ``why``, the gravest first: ``scheme``, ``userinfo``, ``letters``, ``lookalike``, ``mismatch``,
    ``direction``, ``number``, ``redirect``, ``short``, ``port``, ``mentions``, ``long``.
    ``meant``: whom the host is made to be taken for; ``shown``: the host that the text names.
    """

    target: str
    leads: str = ""
    host: str = ""
    domain: str = ""
    why: tuple[str, ...] = ()
    meant: str = ""
    shown: str = ""

    @property
    def is_grave(self) -> bool:
        """Whether it must be taken for a trap; else it deserves a look, or nothing."""
        return any(one in GRAVE for one in self.why)


GRAVE: Final = frozenset({"scheme", "userinfo", "letters", "lookalike", "mismatch", "direction"})
_ORDER: Final = (
    "scheme", "userinfo", "letters", "lookalike", "mismatch", "direction", "number", "redirect",
    "short", "port", "mentions", "long",
)  # fmt: skip


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
    return quote(whole, safe="%/:=&?~+!$,;@()*-._")


def host_of(target: str) -> str:
    """The host that an http link leads to, lower case; "" for others."""
    match = _PARTS.match(_BLANKS.sub("", target))
    return _canonical(match["host"]) if match else ""


def judge(shown: str, target: str, known: Iterable[str] = ()) -> Link:
    """A link as its text shows it. ``known``: domains that are the teacher's own or in use."""
    bare = _BLANKS.sub("", target)[: TARGET_CAP * 2]
    low = bare.lower()
    if low.startswith(_LEADS_NOWHERE):
        return Link(bare[:TARGET_CAP], why=("scheme",))
    if low.startswith("mailto:"):
        named = _mail_mismatch(shown, bare)
        return Link(bare, why=("mismatch",) if named else (), shown=named)
    parts = _PARTS.match(bare)
    if parts is None:
        return Link(bare)
    why: set[str] = set()
    leads, passed = _unwrapped(bare)
    if passed:
        why.add(passed)
    for one in dict.fromkeys((bare, leads)):
        why |= _odd_form(one)
    host = host_of(leads)
    how, meant = imitates(host, known)
    if how in ("academy", "known"):
        why.add("lookalike")
    elif how in ("letters", "mentions"):
        why.add(how)
    if registrable(host) in SHORTENERS or host in SHORTENERS:
        why.add("short")
    named = _other_host(shown, host, known_hosts=(host_of(bare),) if not passed else ())
    if named:
        why.add("mismatch")
    if _DIRECTION.search(shown) and _SHOWN.search(shown):
        why.add("direction")
    return Link(
        bare[:TARGET_CAP],
        leads[:TARGET_CAP],
        host,
        registrable(host),
        tuple(one for one in _ORDER if one in why),
        meant,
        named,
    )


def is_misleading(shown: str, target: str) -> bool:
    """Whether a link shows one host and leads to another, or hides where it leads."""
    found = judge(shown, target)
    return bool(found.why)


def _odd_form(target: str) -> set[str]:
    """What is odd about how a target is written."""
    parts = _PARTS.match(target)
    if parts is None:
        return set()
    why = set()
    if parts["user"]:
        why.add("userinfo")
    if _NUMBER.fullmatch(unquote(parts["host"])):
        why.add("number")
    if (parts["port"] or "") not in _USUAL_PORTS:
        why.add("port")
    if _DIRECTION.search(target) or _DIRECTION_CODED.search(target):
        why.add("direction")
    if "\\" in target.split("?", 1)[0]:
        why.add("userinfo")
    if len(target) > LONG:
        why.add("long")
    return why


def _unwrapped(target: str) -> tuple[str, str]:
    """(where it leads in the end, "redirect" where a redirector lies between, no scanner)."""
    passed = ""
    for _ in range(NESTED):
        inner, kind = _inner(target)
        if not inner or not _PARTS.match(inner):
            break
        target, passed = inner, passed or kind
    return target, passed


def _inner(target: str) -> tuple[str, str]:
    host = host_of(target)
    scanners, redirectors = _leads_on(host)
    if not scanners and not redirectors:  # as nearly every link
        return "", ""
    try:
        split = urlsplit(target.replace("\\", "/"))
        query = parse_qs(split.query, max_num_fields=50)
    except ValueError:
        return "", ""
    if scanners:
        return _scanned(target, scanners[0], _SCANNERS[scanners[0]], query), ""
    for path, keys in redirectors:
        if not split.path.startswith(path):
            continue
        if path == "/amp/s/":
            return "https://" + split.path[len(path) :], "redirect"
        for key in keys:
            for value in query.get(key, ()):
                if _PARTS.match(value) and not same_site(host_of(value), host):
                    return value, "redirect"
    return "", ""


@lru_cache(maxsize=512)
def _leads_on(host: str) -> tuple[tuple[str, ...], tuple[tuple[str, tuple[str, ...]], ...]]:
    """(scanners, redirectors) that a host belongs to."""
    return (
        tuple(one for one in _SCANNERS if host == one or host.endswith("." + one)),
        tuple((path, keys) for pattern, path, keys in _REDIRECTORS if pattern.fullmatch(host)),
    )


def _scanned(target: str, scanner: str, key: str, query: dict[str, list[str]]) -> str:
    if scanner == "urldefense.com":
        found = re.search(r"/v3/__(.+?)__;", target)
        return re.sub(r"^(https?):/(?!/)", r"\1://", found[1]) if found else ""
    if not key:
        found = re.search(r"/(https?%3A%2F%2F[^/?#]+)", target, re.I)
        return unquote(found[1]) if found else ""
    value = next(iter(query.get(key, ())), "")
    if scanner == "urldefense.proofpoint.com" and "/v2/" in target:
        value = unquote(re.sub(r"-([0-9A-F]{2})", r"%\1", value).replace("_", "/"))
    return value


def _other_host(shown: str, leads: str, known_hosts: Iterable[str]) -> str:
    """The host that the text names though the link leads to another; "" where there is none."""
    if not leads:
        return ""
    text = unicodedata.normalize("NFKC", shown)
    if "." not in text:  # no host
        return ""
    text = _DIRECTION.sub("", text)
    text = _BLANKS.sub(" ", text).strip(" <>«»\"'()[]").strip()
    allowed = (leads, *known_hosts)
    match = _SHOWN.fullmatch(text)
    if match is not None:
        named = _canonical(match["host"])
        certain = bool(match["scheme"]) or named.startswith("www.") or "@" in text
        if not certain and named.rpartition(".")[2] not in _TLDS:
            return ""  # "bulletin.pdf", "M.Dupont"
        return "" if any(_same_place(named, one) for one in allowed) else named
    found = ""
    for inside in _INSIDE.finditer(text[:2000]):
        named = _canonical(inside[1])
        whole = inside[0].lower()
        certain = whole.startswith(("http", "www.")) or is_education(named)
        if not certain and not named.endswith(".gouv.fr"):
            continue
        if any(_same_place(named, one) for one in allowed):
            return ""
        found = found or named
    return found


def _same_place(named: str, leads: str) -> bool:
    return ascii_host(named) == ascii_host(leads) or same_site(ascii_host(named), ascii_host(leads))


def _mail_mismatch(shown: str, target: str) -> str:
    text = _BLANKS.sub(" ", unicodedata.normalize("NFKC", shown)).strip(" <>«»\"'()[]").strip()
    match = _SHOWN.fullmatch(text)
    if match is None or "@" not in text:
        return ""
    named = _canonical(match["host"])
    leads = _canonical(unquote(target[7:].partition("?")[0]).rpartition("@")[2].rstrip(","))
    return named if leads and leads != named else ""


@lru_cache(maxsize=512)
def _canonical(host: str) -> str:
    host = unquote(host).strip(".").lower()
    return host if host.isascii() else unicodedata.normalize("NFKC", host)
