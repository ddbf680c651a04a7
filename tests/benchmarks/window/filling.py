"""The profile that the window is measured on: one large folder, others, long messages to open."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Final

from mel_desktop.model.accounts import Secret
from mel_desktop.store import mailbox
from mel_desktop.store.database import Database
from mel_desktop.store.mailbox import Incoming
from mel_desktop.store.vault import Vault
from mel_desktop.system.clock import SystemClock, SystemRandomness
from tests.benchmarks.store import corpus
from tests.benchmarks.store.filling import Parsed, parse, store_some
from tests.benchmarks.sync.prose import Writer
from tests.support.store import plant_account, plant_folder

PASSPHRASE: Final = Secret("quatre mots pour la mesure")
BATCH: Final = 500
OTHERS: Final = ("Classes", "Rectorat", "Parents", "Conseils")  # they share what is not the inbox's
LONG_FOLDER: Final = "Longs"
LONG: Final = 40
LONG_OCTETS: Final = 200_000


def ensure(cache: Path, messages: int, others: int, letters: Path) -> Path:
    """The profile, made once; its folder."""
    profile = cache / f"{messages}-{others}" / "profile"
    told = profile.parent / "made.json"
    if told.is_file():
        return profile
    made = corpus.ensure(letters, messages, 1)
    vault = Vault.create(
        profile,
        passphrase=PASSPHRASE,
        secrets=None,
        randomness=SystemRandomness(),
        clock=SystemClock(),
    )
    database = vault.open_database()
    _fill(database, made, others)
    database.close()
    vault.forget()
    told.write_text(json.dumps({"messages": messages, "others": others}))
    return profile


def _fill(database: Database, made: corpus.Corpus, others: int) -> None:
    account = plant_account(database)
    inbox = plant_folder(database, account)
    places = [plant_folder(database, account, name, role=None) for name in OTHERS]
    source = made.files()
    uid, left = made.count, others
    each = -(-others // (made.count // BATCH or 1) // len(OTHERS))  # of a batch, to each folder
    while paths := list(islice(source, BATCH)):
        some = [parse(uid - at, path.read_bytes(), made.count) for at, path in enumerate(paths)]
        store_some(database, account, inbox, some)
        for number, place in enumerate(places):
            for again in range(-(-each // BATCH)):
                share = some[: min(left, each - again * BATCH)]
                left -= len(share)
                _store_heads(database, account, place, share, f"{number}{again}")
        uid -= len(paths)
        if uid % 10_000 < BATCH:
            print(f"  {uid} messages to go", file=sys.stderr, flush=True)
    place = plant_folder(database, account, LONG_FOLDER, role=None)
    long = [parse(at + 1, raw, LONG) for at, raw in enumerate(long_letters())]
    store_some(database, account, place, long[::-1])


def _store_heads(
    database: Database, account: int, folder: int, some: list[Parsed], mark: str
) -> None:
    """The same letters once more, without their texts, in conversations of their own."""
    moved = [
        Incoming(
            replace(one.incoming.remote, internal_date=one.incoming.remote.internal_date
                    + timedelta(seconds=7 * (int(mark) + 1)), uid=one.incoming.remote.uid * 100
                    + int(mark)),
            replace(one.incoming.fields, message_id=f"{mark}.{one.incoming.fields.message_id}",
                    in_reply_to="", references=()),
        )
        for one in some
    ]  # fmt: skip
    database.write(
        lambda tx: mailbox.insert_messages(tx, account, folder, 1, moved, downwards=True)
    )


def long_letters() -> Iterator[bytes]:
    """By turns: an answer with a long chain of quotes, a newsletter of tables, a table of marks."""
    dice = random.Random(200)
    writer = Writer(dice)
    makers = (_chain, _newsletter, _marks)
    for number in range(LONG):
        pieces: list[str] = []
        size = 0
        while size < LONG_OCTETS:
            piece = makers[number % 3](dice, writer)
            pieces.append(piece)
            size += len(piece.encode())
        body = "".join(pieces)
        head = (
            f"From: Claire Martin <claire.martin@ac-exemple.fr>\nTo: moi@ac-exemple.fr\n"
            f"Subject: Long message {number}\nMessage-ID: <long.{number}@ac-exemple.fr>\n"
            "Date: Mon, 2 Nov 2026 10:00:00 +0100\nMIME-Version: 1.0\n"
            "Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
        )
        sheet = "<style>p.MsoNormal{margin:0cm;font-size:11pt;font-family:Calibri}</style>"
        yield (head + f"<html><head>{sheet}</head><body>{body}</body></html>\n").encode()


def _chain(dice: random.Random, writer: Writer) -> str:
    text = "".join(
        f'<p class="MsoNormal"><span style="color:#1F497D">{_prose(writer, 300)}</span></p>\n'
        for _ in range(4)
    )
    inner = f'<blockquote style="border-left:1px solid #ccc;padding-left:6pt">{text}</blockquote>'
    return f"{text}<div><b>De&nbsp;:</b> quelqu’un<br><b>Objet&nbsp;:</b> suite</div>{inner}\n"


def _newsletter(dice: random.Random, writer: Writer) -> str:
    cells = "".join(
        '<td style="padding:8px;background-color:#f4f6fb;border:1px solid #dde" width="180">'
        f'<a href="https://exemple.fr/a/{dice.getrandbits(30)}">{_prose(writer, 60)}</a>'
        f'<p style="margin:4px 0;color:#444;font-size:13px">{_prose(writer, 220)}</p></td>'
        for _ in range(3)
    )
    return (
        '<table width="600" cellpadding="0" cellspacing="6" align="center"><tr>'
        f"{cells}</tr></table>\n"
    )


def _marks(dice: random.Random, writer: Writer) -> str:
    rows = "".join(
        f"<tr><td>{_prose(writer, 24)}</td>"
        + "".join(f'<td align="right">{dice.randint(0, 40) / 2:g}</td>' for _ in range(12))
        + "</tr>\n"
        for _ in range(30)
    )
    return f'<table border="1" cellpadding="2">{rows}</table>\n'


def _prose(writer: Writer, size: int) -> str:
    return " ".join(writer.paragraphs(size))
