"""Opening a message: its text, its attachments, the whole of it; from the store, or fetched.

Rule 1: ``show``, ``raw``, ``save`` and ``inline_image`` open no connection.
Rule 2: the network is never waited for inside a transaction; every slice that came is kept, so that
a cut costs one slice.
Rule 3: attachments pass through in slices: memory does not grow with their size.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

from mel_desktop.logic.delivery_codes import reason_of
from mel_desktop.logic.inner_parts import container_of, is_leaf, without_read_containers
from mel_desktop.logic.mime import (
    HeaderFields,
    PartDecoder,
    Readable,
    address_warnings,
    decode_octets,
    listed_files,
    parse_header,
    readable,
    safe_filename,
    text_sections,
)
from mel_desktop.logic.mime_containers import container_warnings
from mel_desktop.logic.mime_structure import RawPart, split_structure
from mel_desktop.logic.remote_images import RemoteHtml
from mel_desktop.logic.sanitize import SafeHtml
from mel_desktop.logic.whole import MOST_TEXT, read_whole
from mel_desktop.logic.winmail import KINDS
from mel_desktop.model.errors import (
    ConnectionTrouble,
    ErrorCode,
    LocalRefusal,
    ServerBroken,
    ServerSaid,
)
from mel_desktop.model.mail import (
    BodyState,
    MessageId,
    MessageWarning,
    Part,
    ReadMessage,
    WarningCode,
)
from mel_desktop.ports import Answer, Clock, MailServer, Slice
from mel_desktop.services.safe_texts import SafeTexts, clip
from mel_desktop.services.saving import write_file
from mel_desktop.services.sessions import Lane, Sessions
from mel_desktop.services.trust import Trust
from mel_desktop.store import blobs, deliveries
from mel_desktop.store import reading as rows
from mel_desktop.store.database import Database, Reader, Transaction

logger = logging.getLogger("mel.reading")

FIRST_TEXT: Final = 256 * 1024  # octets of a section that opening a message brings
SLICE: Final = 64 * 1024  # the most that a cut costs
SLACK: Final = 16 * 1024 * 1024  # more than the server said before it is believed to be broken
RAW_CAP: Final = 64 * 1024 * 1024  # a message that may stand in memory whole
PICTURE_CAP: Final = 256 * 1024  # encoded octets of a picture in the text that comes with it
PICTURES_CAP: Final = 10
ENVELOPE_CAP: Final = 512 * 1024  # of a winmail.dat that is brought where there is no other text
IMAGE_CAP: Final = 10 * 1024 * 1024
IMAGES: Final = frozenset({"image/png", "image/jpeg", "image/jpg", "image/gif", "image/webp"})

Progress = Callable[[int, int], None]


class ReadingService:
    """Messages opened one by one."""

    def __init__(
        self, database: Database, sessions: Sessions, clock: Clock, trust: Trust | None = None
    ) -> None:
        self._trust = trust
        self._database = database
        self._sessions = sessions
        self._clock = clock
        self.safe = SafeTexts()

    # -- local ---------------------------------------------------------------------------------

    def show(self, message: MessageId, most: int = 0) -> ReadMessage:
        """A message as far as it is here. LocalRefusal(NOT_FOUND).

        ``most``: of long HTML its beginning alone, of about so many characters (``clipped``).
        """
        from mel_desktop.services import inner_files  # noqa: PLC0415 seldom

        with self._database.read() as reader:
            stored = _stored(reader, message)
            parts = inner_files.listed(reader, message, rows.parts(reader, message))
            missed = deliveries.failed(reader, message)
        fields = parse_header(stored.header) if stored.header.strip() else HeaderFields()
        html = clip(stored.html, most) if most else stored.html
        remote = self.safe.of(html) if html else RemoteHtml(SafeHtml(""))
        safe = remote.safe
        reply_to = fields.reply_to or stored.reply_to
        found = ReadMessage(
            id=stored.id,
            folder=stored.folder,
            message_id=stored.message_id,
            subject=stored.subject,
            sender=stored.sender,
            to=stored.to or fields.to,
            cc=stored.cc or fields.cc,
            bcc=stored.bcc or fields.bcc,
            reply_to=reply_to,
            sent_at=stored.sent_at,
            received_at=stored.received_at,
            text=stored.text,
            html_safe=safe.html,
            blocked_remote=safe.blocked_remote,
            warnings=(*_came_back(missed), *_warnings(stored, fields, safe, parts)),
            attachments=_attachments(parts, safe.html, stored.html if html != stored.html else ""),
            headers=fields.headers or MappingProxyType({}),
            body=stored.body,
            flags=stored.flags,
            thread=stored.thread,
            references=fields.references or stored.references,
            pictures=_pictures_elsewhere(parts, safe.html),
            formatting=_html_elsewhere(stored, parts),
            remote_images=remote.pictures,
            clipped=html != stored.html,
            parts=tuple(one.part for one in parts if is_leaf(one.part.number)),
        )
        if self._trust is None:
            return found
        return self._trust.judge(found, replace(stored, html=html), parts)

    def raw(self, message: MessageId) -> bytes:
        """The whole message as received. NOT_FOUND | NOT_LOCAL."""
        with self._database.read() as reader:
            _stored(reader, message)
            whole = rows.part(reader, message, rows.WHOLE)
            if whole is None or not whole.complete or whole.blob is None:
                raise LocalRefusal(ErrorCode.NOT_LOCAL, message=message)
            return b"".join(blobs.read(reader, whole.blob))

    def inline_image(self, message: MessageId, content_id: str) -> tuple[str, bytes] | None:
        """(media type, octets) of a cid: picture if it is here, else None."""
        wanted = content_id.strip().removeprefix("cid:").strip("<>").casefold()
        with self._database.read() as reader:
            for one in rows.parts(reader, message):
                part = one.part
                if (
                    wanted
                    and part.content_id.casefold() == wanted
                    and part.media_type in IMAGES
                    and one.complete
                    and one.blob is not None
                    and part.size <= IMAGE_CAP
                ):
                    return part.media_type, b"".join(blobs.read(reader, one.blob))
        return None

    def save(self, message: MessageId, part: str, target: Path) -> int:
        """Write a local part to a file; its size. NOT_FOUND | NOT_LOCAL | DISK_FULL ..."""
        from mel_desktop.services import inner_files  # noqa: PLC0415 seldom

        with self._database.read() as reader:
            if container_of(part):
                return write_file(target, [inner_files.octets_of(reader, message, part)[1]])
            found = _part(reader, message, part)
            if not found.complete or found.blob is None:
                raise LocalRefusal(ErrorCode.NOT_LOCAL, message=message)
            return write_file(target, blobs.read(reader, found.blob))

    def attachment(self, message: MessageId, part: str) -> tuple[str, Iterator[bytes]]:
        """Name and octets of a local part, for another program. NOT_FOUND | NOT_LOCAL."""
        from mel_desktop.services import inner_files  # noqa: PLC0415 seldom

        with self._database.read() as reader:
            if container_of(part):
                inner, octets = inner_files.octets_of(reader, message, part)
                return inner.filename, iter([octets])
            found = _part(reader, message, part)
        if not found.complete or found.blob is None:
            raise LocalRefusal(ErrorCode.NOT_LOCAL, message=message)
        return found.part.filename, self._chunks(found.blob)

    def _chunks(self, blob: int) -> Iterator[bytes]:
        with self._database.read() as reader:
            yield from blobs.read(reader, blob)

    # -- network -------------------------------------------------------------------------------

    def load(self, message: MessageId) -> ReadMessage:
        """Bring the text if it is not here (or the rest of it), then ``show`` it."""
        shown = self._load(message)
        if shown.text.strip() or shown.html_safe.strip():
            return shown
        return self.show(message) if self._open_envelope(message) else shown

    def _load(self, message: MessageId) -> ReadMessage:
        with self._database.read() as reader:
            stored = _stored(reader, message)
            known = tuple(one.part for one in rows.parts(reader, message))
        if stored.body is not BodyState.LOCAL and any(
            part.number == rows.WHOLE and part.local for part in known
        ):
            self._read_whole(message)  # kept on this PC, or its text alone was let go
            return self.show(message)
        if stored.body is BodyState.LOCAL:
            if _leaves_out(stored, known):
                with suppress(ConnectionTrouble):  # what is here is shown all the same
                    self._load_whole(message)
            elif not stored.header:
                with suppress(ConnectionTrouble, LocalRefusal, ServerSaid):
                    self._complete(stored, known)
            return self.show(message)
        if all(not is_leaf(part.number) for part in known):
            self._load_whole(message)
            return self.show(message)
        limit = FIRST_TEXT if stored.body is BodyState.ABSENT else MOST_TEXT
        with self._sessions.mail(stored.account, Lane.READER) as server:
            place = self._select(server, message)
            is_told = self._load_texts(server, stored, place.uid, known, limit)
            if is_told:
                self._load_pictures(server, message, place, known)
        if not is_told:
            self._load_whole(message)
        return self.show(message)

    def load_raw(self, message: MessageId) -> bytes:
        """Bring the whole message if it is not here. TOO_LARGE for what memory shall not hold."""
        with self._database.read() as reader:
            stored = _stored(reader, message)
        if stored.size > RAW_CAP:
            raise LocalRefusal(ErrorCode.TOO_LARGE, size=stored.size, limit=RAW_CAP)
        self._database.write(lambda tx: rows.note_whole(tx, message))
        self.fetch(message, rows.WHOLE)
        return self.raw(message)

    def fetch(self, message: MessageId, part: str, progress: Progress | None = None) -> None:
        """Bring a part in slices; resumes where an earlier try stopped."""
        if container := container_of(part):
            self._unpack(message, container, part, progress)
            return
        with self._database.read() as reader:
            stored = _stored(reader, message)
            found = _part(reader, message, part)
            whole = rows.part(reader, message, rows.WHOLE)
        if found.complete:
            return
        if part != rows.WHOLE and whole is not None and whole.complete:
            self._cut_out(message, part)
        else:
            with self._sessions.mail(stored.account, Lane.READER) as server:
                place = self._select(server, message)
                self._transfer(server, message, place, part, progress)
        if found.part.media_type in KINDS:
            with suppress(LocalRefusal):  # too large to be looked into: it stays a file
                self._keep_inner(message, part)
                self._put_envelope(message, part)

    # -- inside --------------------------------------------------------------------------------

    def _unpack(
        self, message: MessageId, container: str, wanted: str, progress: Progress | None
    ) -> None:
        """Keep the files inside of a part, which is brought first. NOT_FOUND for another one."""
        from mel_desktop.services import inner_files  # noqa: PLC0415 seldom

        with self._database.read() as reader:
            known = rows.part(reader, message, wanted)
        if known is not None and known.complete:
            return
        self.fetch(message, container, progress)
        with self._database.read() as reader:
            if inner_files.is_in_message(reader, message, wanted):
                inner_files.octets_of(reader, message, wanted)
                return
        if wanted not in self._keep_inner(message, container):
            raise LocalRefusal(ErrorCode.NOT_FOUND, kind="part")

    def _keep_inner(self, message: MessageId, container: str) -> frozenset[str]:
        """Keep the files inside of a part that is here; their numbers."""
        from mel_desktop.services import inner_files  # noqa: PLC0415 seldom

        with self._database.read() as reader:
            found = inner_files.all_in(reader, message, container)
        now = self._clock.now()
        self._database.write(lambda tx: rows.put_inner(tx, message, found, now))
        return frozenset(part.number for part, _ in found)

    def _open_envelope(self, message: MessageId) -> bool:
        """Bring a small winmail.dat where there is no other text; whether it has one."""
        from mel_desktop.services import inner_files  # noqa: PLC0415 seldom

        with self._database.read() as reader:
            one = inner_files.envelope(rows.parts(reader, message))
        if one is None or one.part.size > ENVELOPE_CAP:
            return False
        try:
            self.fetch(message, one.part.number)
            return self._put_envelope(message, one.part.number)
        except (ConnectionTrouble, LocalRefusal, ServerSaid):  # listed as a file all the same
            return False

    def _put_envelope(self, message: MessageId, container: str) -> bool:
        """Store the text of a winmail.dat that is here, where there is no other; whether there is
        a text then.
        """
        from mel_desktop.services import inner_files  # noqa: PLC0415 seldom

        with self._database.read() as reader:
            stored = _stored(reader, message)
            if stored.text.strip() or stored.html.strip():
                return True
            text = inner_files.envelope_text(reader, message, container)
        if text is not None and stored.body is BodyState.LOCAL:
            self._put(message, text, stored.header, complete=True)
        return text is not None and stored.body is BodyState.LOCAL

    def _select(self, server: MailServer, message: MessageId) -> rows.Place:
        """Open the folder that holds the message. MESSAGE_GONE | NOT_LOCAL."""
        with self._database.read() as reader:
            place = rows.place(reader, message)
        if place is None:  # made here, or not found again yet
            raise LocalRefusal(ErrorCode.NOT_LOCAL, message=message)
        status = server.select(place.path, read_only=True)
        if status.uidvalidity != place.uidvalidity:  # the next sync finds out what became of it
            raise ServerSaid(ErrorCode.MESSAGE_GONE, message=message)
        return place

    def _load_texts(
        self,
        server: MailServer,
        stored: rows.StoredMessage,
        uid: int,
        known: tuple[Part, ...],
        limit: int,
    ) -> bool:
        """Bring and store the text. False: the structure is broken and leaves most of it out."""
        sections = text_sections(known)
        numbers = tuple(part.number for part in sections)
        answers = dict(server.texts([(uid, ("HEADER", *numbers))], limit))
        if uid not in answers:
            raise ServerSaid(ErrorCode.MESSAGE_GONE, message=stored.id)
        came = answers[uid]
        header = came.get("HEADER", b"")
        texts = [(part, came.get(part.number, b"")[:limit]) for part in sections]
        cut = any(len(data) >= limit and part.size > limit for part, data in texts)
        text = readable(texts, truncated=cut)
        blank = replace(stored, text=text.text, html=text.html, header=header)
        if _leaves_out(blank, known):
            return False
        # what is longer than the most we show counts as here: asking again would bring no more
        self._put(stored.id, text, header, complete=not cut or limit >= MOST_TEXT)
        return True

    def _complete(self, stored: rows.StoredMessage, known: tuple[Part, ...]) -> None:
        """The sync brought the text alone: bring the header, and the HTML that it left out."""
        message = stored.id
        if any(part.number == rows.WHOLE and part.local for part in known):
            self._read_whole(message)
            return
        with self._sessions.mail(stored.account, Lane.READER) as server:
            place = self._select(server, message)
            kinds = {part.media_type for part in text_sections(known)}
            if "text/html" in kinds and not stored.html:
                self._load_texts(server, stored, place.uid, known, MOST_TEXT)
                self._load_pictures(server, message, place, known)
                return
            answers = dict(server.texts([(place.uid, ("HEADER",))], FIRST_TEXT))
        header = answers.get(place.uid, {}).get("HEADER", b"")
        self._database.write(lambda tx: rows.put_header(tx, message, header))

    def _put(self, message: MessageId, text: Readable, header: bytes, *, complete: bool) -> None:
        now = self._clock.now()
        self._database.write(
            lambda tx: rows.put_body(tx, message, text, header, complete=complete, now=now)
        )

    def _load_pictures(
        self, server: MailServer, message: MessageId, place: rows.Place, known: tuple[Part, ...]
    ) -> None:
        """Small pictures that the text shows (letterheads, signatures) come with it."""
        with self._database.read() as reader:
            html = _stored(reader, message).html.casefold()
        wanted = [
            part for part in known
            if part.content_id and part.media_type in IMAGES and part.size <= PICTURE_CAP
            and f"cid:{part.content_id}".casefold() in html and is_leaf(part.number)
        ]  # fmt: skip
        for part in wanted[:PICTURES_CAP]:
            self._transfer(server, message, place, part.number, None)

    def _load_whole(self, message: MessageId) -> None:
        """A message whose structure the server could not tell: it is read from the whole."""
        self.load_raw(message)
        self._read_whole(message)

    def _read_whole(self, message: MessageId) -> None:
        whole = read_whole(self.raw(message))
        now = self._clock.now()

        def work(tx: Transaction) -> None:
            rows.put_structure(tx, message, whole.parts)
            rows.put_body(tx, message, whole.text, whole.header, complete=True, now=now)

        self._database.write(work)

    def _cut_out(self, message: MessageId, number: str) -> None:
        """A part of a message that is here whole."""
        raw = self.raw(message)
        found: RawPart | None = next(
            (one for one in split_structure(raw) if one.part.number == number), None
        )
        if found is None:
            raise LocalRefusal(ErrorCode.NOT_FOUND, kind="part")
        data = decode_octets(raw[found.start : found.end], found.part.encoding)
        now = self._clock.now()
        self._database.write(lambda tx: rows.put_part(tx, message, number, data, now))

    def _transfer(
        self,
        server: MailServer,
        message: MessageId,
        place: rows.Place,
        number: str,
        progress: Progress | None,
    ) -> None:
        """Slices of a part into its blob, from where an earlier try stopped."""
        with self._database.read() as reader:  # looked at while the connection is ours alone
            state = _part(reader, message, number)
        if state.complete:
            return
        stated = expected = state.part.size
        decoder = PartDecoder(state.part.encoding if number != rows.WHOLE else "")
        blob, offset = state.blob, state.fetched
        if blob is None or not decoder.resumes:
            now = self._clock.now()
            blob = self._database.write(lambda tx: rows.begin_part(tx, message, number, now))
            offset = 0
        at_end = False
        while not at_end:
            with closing(server.pump(slices(place, number, offset, expected))) as answers:
                for asked, data in map(content, answers):
                    offset += len(data)
                    at_end = len(data) < asked
                    octets = decoder.feed(data) + (decoder.finish() if at_end else b"")
                    self._append(message, number, blob, octets, offset - decoder.pending)
                    if progress is not None:
                        progress(offset, max(stated, offset))
                    if at_end:
                        break
            if offset > stated + SLACK:
                raise ServerBroken(ErrorCode.PROTOCOL, why="part-without-end")
            expected = offset + SLICE  # longer than the server said
        if offset != stated:
            logger.info("part of message %d: %d octets, %d stated", message, offset, stated)
        self._finish(message, blob)

    def _append(
        self, message: MessageId, number: str, blob: int, octets: bytes, fetched: int
    ) -> None:
        self._database.write(
            lambda tx: rows.append_part(tx, message, number, blob, octets, fetched)
        )

    def _finish(self, message: MessageId, blob: int) -> None:
        digest = hashlib.sha256()
        with self._database.read() as reader:  # read back: what is on disk is what is vouched for
            for chunk in blobs.read(reader, blob):
                digest.update(chunk)
        self._database.write(lambda tx: rows.finish_part(tx, message, blob, digest.digest()))


def slices(place: rows.Place, number: str, offset: int, stated: int) -> Iterator[Slice]:
    """From there to the end; the last one asks for an octet more, so that a short answer proves
    that nothing follows.
    """
    while offset <= stated:
        length = min(SLICE, stated - offset)
        if offset + length >= stated:
            length += 1
        yield Slice(place.path, place.uidvalidity, place.uid, number, offset, length)
        offset += length


def content(answer: Answer) -> tuple[int, bytes]:
    """Octets asked for, and what came. Raises what the server said instead."""
    assert isinstance(answer.ask, Slice)
    if answer.trouble is not None:
        raise answer.trouble
    return answer.ask.length, answer.data or b""


def _stored(reader: Reader, message: MessageId) -> rows.StoredMessage:
    stored = rows.message(reader, message)
    if stored is None:
        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="message")
    return stored


def _leaves_out(stored: rows.StoredMessage, known: tuple[Part, ...]) -> bool:
    """Whether nothing readable is here and the parts do not account for most of the message.

    So it is with a broken multipart, of which servers tell an empty part or none.
    """
    if stored.text.strip() or stored.html.strip() or stored.size > MOST_TEXT:
        return False
    if any(part.number == rows.WHOLE and part.local for part in known):
        return False  # it was read whole already
    told = sum(part.size for part in known if is_leaf(part.number))
    return len(stored.header) + 2 * told < stored.size


def _part(reader: Reader, message: MessageId, number: str) -> rows.StoredPart:
    found = rows.part(reader, message, number)
    if found is None:
        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="part")
    return found


def _came_back(missed: Iterable[tuple[str, str, str]]) -> Iterator[MessageWarning]:
    """For whom this sent message did not arrive."""
    for who, status, said in missed:
        yield MessageWarning(WarningCode.UNDELIVERED, f"{who} {reason_of(status, said)}")


def _warnings(
    stored: rows.StoredMessage,
    fields: HeaderFields,
    safe: SafeHtml,
    parts: tuple[rows.StoredPart, ...],
) -> tuple[MessageWarning, ...]:
    found = list(fields.warnings or address_warnings(stored.sender, stored.reply_to))
    found.extend(stored.warnings)
    written = " ".join(fields.headers.get("content-type", ()))
    found.extend(container_warnings([one.part for one in parts], stored.text, written))
    if safe.blocked_remote:
        count = str(len(safe.blocked_remote))
        found.append(MessageWarning(WarningCode.REMOTE_BLOCKED, count))
    found.extend(
        MessageWarning(WarningCode.LINK_MISMATCH, link) for link in safe.misleading_links[:5]
    )
    if stored.body is BodyState.PARTIAL:
        found.append(MessageWarning(WarningCode.TRUNCATED))
    return tuple(dict.fromkeys(found))


def _html_elsewhere(stored: rows.StoredMessage, parts: tuple[rows.StoredPart, ...]) -> Part | None:
    """The HTML that a thrifty sync left on the server beside the plain text (see ``load``)."""
    if stored.html or stored.header or stored.body is not BodyState.LOCAL:
        return None
    texts = text_sections([one.part for one in parts if one.part.number != rows.WHOLE])
    return next((part for part in texts if part.media_type == "text/html"), None)


def _pictures_elsewhere(parts: tuple[rows.StoredPart, ...], html: str) -> tuple[Part, ...]:
    """Pictures that the text draws and that are still on the server."""
    shown = html.casefold()
    return tuple(
        one.part for one in parts
        if one.part.content_id and one.part.media_type in IMAGES and not one.complete
        and f"cid:{one.part.content_id}".casefold() in shown and one.part.size <= IMAGE_CAP
    )  # fmt: skip


def _attachments(
    parts: tuple[rows.StoredPart, ...], html: str, whole: str = ""
) -> tuple[Part, ...]:
    """What a person would look for as a file. ``whole``: what ``html`` is the beginning of."""
    listed = without_read_containers([one.part for one in parts if one.part.number != rows.WHOLE])
    if whole:
        listed = [
            one for one in listed if not one.content_id or f"cid:{one.content_id}" not in whole
        ]
    return tuple(
        replace(part, filename=safe_filename(part.filename, part.media_type))
        for part in listed_files(listed, html)
    )
