"""logic.replies: how an answer begins."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from mel_desktop.logic import replies
from mel_desktop.logic.pacing import retry_delay
from mel_desktop.model.mail import Address

ME = Address("Claire", "claire@ac-x.fr")
PAUL = Address("Paul Durand", "paul@ac-x.fr")
EVE = Address("", "eve@ailleurs.fr")
LIST = Address("Profs", "profs@ac-x.fr")


@pytest.mark.parametrize(
    ("subject", "answer", "forward"),
    [
        ("Conseil", "Re: Conseil", "Fwd: Conseil"),
        ("RE: Re : Conseil", "Re: Conseil", "Fwd: RE: Re : Conseil"),
        ("Réf: AW: Conseil", "Re: Conseil", "Fwd: Réf: AW: Conseil"),
        ("TR : Fwd: Conseil", "Re: TR : Fwd: Conseil", "Fwd: Conseil"),
        ("Re[2]: Conseil", "Re: Conseil", "Fwd: Re[2]: Conseil"),
        ("", "Re:", "Fwd:"),
        ("Réunion : ordre du jour", "Re: Réunion : ordre du jour", "Fwd: Réunion : ordre du jour"),
        ("a\r\nBcc: b", "Re: a Bcc: b", "Fwd: a Bcc: b"),
    ],
)
def test_one_prefix(subject: str, answer: str, forward: str) -> None:
    assert replies.reply_subject(subject) == answer
    assert replies.forward_subject(subject) == forward


def who(
    sender: Address,
    to: tuple[Address, ...],
    cc: tuple[Address, ...] = (),
    reply_to: tuple[Address, ...] = (),
    *,
    to_all: bool,
) -> tuple[list[str], list[str]]:
    first, second = replies.reply_recipients(
        sender=sender, reply_to=reply_to, to=to, cc=cc, own=[ME.address], to_all=to_all
    )
    return [one.address for one in first], [one.address for one in second]


def test_who_is_answered() -> None:
    assert who(PAUL, (ME, EVE), (LIST,), to_all=False) == (["paul@ac-x.fr"], [])
    assert who(PAUL, (ME, EVE), (LIST, PAUL), to_all=True) == (
        ["paul@ac-x.fr"],
        ["eve@ailleurs.fr", "profs@ac-x.fr"],
    )
    assert who(PAUL, (ME,), reply_to=(LIST,), to_all=False) == (["profs@ac-x.fr"], [])
    assert who(ME, (EVE, ME), (PAUL,), to_all=False) == (["eve@ailleurs.fr"], [])
    assert who(ME, (EVE,), (PAUL,), to_all=True) == (["eve@ailleurs.fr"], ["paul@ac-x.fr"])
    assert who(ME, (ME,), to_all=True) == (["claire@ac-x.fr"], [])


def test_threads() -> None:
    assert replies.thread_references("c@x", ("a@x", "b@x"), "b@x") == ("a@x", "b@x", "c@x")
    assert replies.thread_references("c@x", (), "b@x") == ("b@x", "c@x")
    assert replies.thread_references("", (), "") == ()


def test_the_line_before_a_quotation() -> None:
    date = datetime(2026, 11, 3, 7, 12, tzinfo=UTC).astimezone(timezone(timedelta(hours=1)))
    text = replies.reply_text(
        "\nBonjour,\n> déjà cité\n\nPaul\n\n-- \nPaul Durand\n", sender=PAUL, local_date=date,
        words=replies.FRENCH,
    )  # fmt: skip
    assert text == (
        "\n\nLe 3 novembre 2026 à 08:12, Paul Durand a écrit :\n"
        "> Bonjour,\n>> déjà cité\n>\n> Paul\n"
    )
    english = replies.reply_text("x", sender=EVE, local_date=date, words=replies.phrases("en_GB"))
    assert english == "\n\nOn 3 November 2026 at 08:12, eve@ailleurs.fr wrote:\n> x\n"
    assert replies.reply_text("", sender=EVE, local_date=date, words=replies.FRENCH) == ""
    first = replies.reply_text(
        "x", sender=EVE, local_date=date.replace(day=1), words=replies.FRENCH
    )
    assert "Le 1er novembre 2026" in first


def test_a_message_passed_on_shows_true_addresses_and_what_is_missing() -> None:
    head = replies.forward_head(
        sender=Address("rectrice@ac-x.fr", "x@evil.example"),
        to=(ME,),
        cc=(),
        subject="Urgent\nBcc: moi",
        local_date=None,
        missing=["plan.pdf"],
        words=replies.FRENCH,
    )
    text = replies.forward_text("Bonjour\n", head)
    assert "x@evil.example" in text
    assert "Objet : Urgent Bcc: moi" in text
    assert "plan.pdf" in text
    assert text.endswith("\n\nBonjour\n")


def test_pauses_grow_and_never_end() -> None:
    pauses = [retry_delay(attempts, 7).total_seconds() / 60 for attempts in range(1, 12)]
    for pause, least in zip(pauses, [1, 2, 5, 15, 30, 60, 60, 60, 60, 60, 60], strict=True):
        assert least <= pause <= least * 1.2
    assert retry_delay(1, 1) != retry_delay(1, 2)
