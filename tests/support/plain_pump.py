"""``MailServer.pump`` of a server that can only do one thing after another."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import TYPE_CHECKING

from mel_desktop.model.errors import ServerSaid
from mel_desktop.ports import Answer, Ask, Open, Opened, Rows, Slice, Texts

if TYPE_CHECKING:
    from mel_desktop.ports import MailServer


def plain_pump(server: MailServer, asks: Iterable[Ask | None]) -> Generator[Answer, None, None]:
    for ask in asks:
        if ask is None:  # every answer was taken already
            return
        try:
            yield _answer(server, ask)
        except ServerSaid as error:
            yield Answer(ask, trouble=error)


def _answer(server: MailServer, ask: Ask) -> Answer:
    status = server.select(ask.path, read_only=True)
    if isinstance(ask, Open):
        changed = tuple(server.flags(None, None)) if ask.every_flag else None
        uids = server.all_uids()
        if ask.rows_from is not None:
            wanted = [uid for uid in uids if uid >= ask.rows_from]
        else:
            wanted = list(uids[-ask.newest :]) if ask.newest else []
        return Answer(ask, Opened(status, uids, changed), tuple(server.messages(wanted)))
    if isinstance(ask, Rows):
        return Answer(ask, rows=tuple(server.messages(ask.uids)))
    if isinstance(ask, Texts):
        return Answer(ask, texts=tuple(server.texts(ask.wanted, ask.limit)))
    if isinstance(ask, Slice):
        return Answer(ask, data=server.part(ask.uid, ask.section, ask.offset, ask.length))
    wholes = ((uid, server.part(uid, "", 0, size + 1)) for uid, size in ask.wanted)
    return Answer(ask, wholes=tuple(wholes))
