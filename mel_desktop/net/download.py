"""A large public file over HTTPS: conditional, compressed, taken up again after a cut.

RFC 9110: If-None-Match and If-Modified-Since (13.1), Range with If-Range (14.2, 13.1.5),
Content-Range (14.4). No credentials, ever; redirects stay within HTTPS. A rest is only taken for
one where the server says of which octets and of which version it is; anything else is the whole
file again, or an error. A file whose end cannot be told from a cut is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

from mel_desktop.model.downloads import GZIP, Arrival, Part, Version
from mel_desktop.model.errors import (
    ConnectionTrouble,
    ErrorCode,
    LocalRefusal,
    MelError,
    ServerBroken,
    ServerSaid,
)
from mel_desktop.net.http import REDIRECTS, Address, Answer, Patience, led_to, read_address
from mel_desktop.net.https import AGENT, MOST_REDIRECTS, talking
from mel_desktop.net.transport import Lines, tls_context
from mel_desktop.ports import Meter

SILENCE_S: Final = 30.0
WHOLE_S: Final = 6 * 3600.0
PACE: Final = 16 * 1024  # octets in half a minute; less is no transfer
MOST_VALIDATOR: Final = 200
TEMPORARY: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
PAGES: Final = frozenset({"text/html", "application/xhtml+xml"})
_CONTENT_RANGE: Final = re.compile(r"bytes (\d{1,15})-(\d{1,15})/(\d{1,15}|\*)")
_STRONG: Final = re.compile(r'"[!#-~\x80-\xff]*"')
_ETAG: Final = re.compile(r'(?:W/)?"[!#-~\x80-\xff]*"')


class HttpDownloads:
    """services.annuaire.Downloads."""

    def __init__(
        self,
        lines: Lines,
        *,
        ca_pem: str = "",
        silence_s: float = SILENCE_S,
        whole_s: float = WHOLE_S,
        pace: int = PACE,
    ) -> None:
        self._lines = lines
        self._ca_pem = ca_pem
        self._patience = (silence_s, whole_s, pace)

    @contextmanager
    def open(
        self, url: str, *, known: Version | None, part: Part | None, most: int, meter: Meter
    ) -> Iterator[Arrival]:
        """Ask, and let the content come as long as the block lasts.

        ``known``: the version that is here as a whole; ``part``: what is here of one, instead.
        ``most``: octets of the content in this answer. LocalRefusal(USAGE) for an address that is
        none; SERVER_REFUSED | SERVER_TEMPORARY | CAPTIVE_PORTAL (a page in place of the file) |
        PROTOCOL; the pieces raise CONNECTION_LOST, TIMED_OUT, PROTOCOL (too-large).
        """
        try:
            address = read_address(url)
        except MelError as error:
            raise LocalRefusal(ErrorCode.USAGE, option="url", why="not-https") from error
        fields = _fields(known, part)
        context = tls_context(self._ca_pem)
        with self._lines.line(explains=True) as line:
            for _ in range(MOST_REDIRECTS + 1):
                patience = Patience.of(*self._patience)
                with talking(address, patience, context, line, meter=meter) as talk:
                    answer = talk.ask("GET", fields=fields)
                    further = answer.fields.get("location", "")
                    if answer.status not in REDIRECTS or not further:
                        yield _arrival(address, answer, known, part, most)
                        return
                address = read_address(led_to(address.url, further))
            raise ServerBroken(ErrorCode.PROTOCOL, why="redirects", host=address.place.host)


def _fields(known: Version | None, part: Part | None) -> list[tuple[str, str]]:
    coding = GZIP if part is None or part.coding == GZIP else "identity"
    fields = [
        ("User-Agent", AGENT), ("Accept", "text/csv, */*;q=0.5"), ("Accept-Encoding", coding),
        ("Connection", "close"),
    ]  # fmt: skip
    if part is not None and part.came and part.version.resumes_by:
        fields += [("Range", f"bytes={part.came}-"), ("If-Range", part.version.resumes_by)]
    elif known is not None and known.etag:
        fields.append(("If-None-Match", known.etag))
    elif known is not None and known.modified:
        fields.append(("If-Modified-Since", known.modified))
    return fields


def _arrival(
    address: Address, answer: Answer, known: Version | None, part: Part | None, most: int
) -> Arrival:
    facts: dict[str, Any] = {"host": address.place.host, "port": address.place.port}
    asked_for_rest = part is not None and bool(part.came and part.version.resumes_by)
    if answer.status == 304 and known is not None and not asked_for_rest:
        return Arrival(known, unchanged=True)
    if answer.status in TEMPORARY:
        raise ServerSaid(ErrorCode.SERVER_TEMPORARY, reply=answer.status, **facts)
    if answer.status == 416 and asked_for_rest:
        raise ServerBroken(ErrorCode.PROTOCOL, why="range", **facts)
    rest = part if answer.status == 206 and asked_for_rest else None
    if answer.status != 200 and rest is None:
        raise ServerSaid(ErrorCode.SERVER_REFUSED, reply=answer.status, **facts)
    if answer.fields.get("content-type", "").partition(";")[0].strip().lower() in PAGES:
        raise ConnectionTrouble(ErrorCode.CAPTIVE_PORTAL, **facts)
    coding = answer.fields.get("content-encoding", "").strip().lower()
    coding = {"identity": "", "x-gzip": GZIP}.get(coding, coding)
    if coding not in ("", GZIP):
        raise ServerBroken(ErrorCode.PROTOCOL, why="coding", **facts)
    if not answer.tells_its_end:
        raise ServerBroken(ErrorCode.PROTOCOL, why="no-end", **facts)
    version = _version(answer)
    if rest is None:
        return Arrival(version, coding, 0, answer.size, pieces=answer.pieces(most))
    told = _CONTENT_RANGE.fullmatch(answer.fields.get("content-range", "").strip())
    whole = None if told is None or told[3] == "*" else int(told[3])
    fits = (
        told is not None
        and int(told[1]) == rest.came
        and (whole is None or int(told[2]) == whole - 1)
        and answer.size in (None, int(told[2]) - int(told[1]) + 1)
        and rest.size in (None, whole)
        and coding == rest.coding
        and version.etag in ("", rest.version.etag)
    )
    if not fits:
        raise ServerBroken(ErrorCode.PROTOCOL, why="range", **facts)
    return Arrival(rest.version, coding, rest.came, whole, pieces=answer.pieces(most))


def _version(answer: Answer) -> Version:
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 seldom

    etag = answer.fields.get("etag", "").strip()
    etag = etag if len(etag) <= MOST_VALIDATOR and _ETAG.fullmatch(etag) else ""
    modified = answer.fields.get("last-modified", "").strip()
    try:
        changed = parsedate_to_datetime(modified)
    except (ValueError, TypeError):
        return Version(etag, "", etag if _STRONG.fullmatch(etag) else "")
    modified = modified if modified.isascii() and modified.isprintable() else ""
    if etag:
        return Version(etag, modified, etag if _STRONG.fullmatch(etag) else "")
    try:  # a date is strong when the file had not just changed as it was told (8.8.2.2)
        is_strong = parsedate_to_datetime(answer.fields.get("date", "")) - changed > timedelta(
            seconds=60
        )
    except (ValueError, TypeError):
        is_strong = False
    return Version("", modified, modified if is_strong else "")
