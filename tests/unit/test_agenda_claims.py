"""Answers whose sender is doubted, and messages that say that I organise: a person decides."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mel_desktop.model.agenda import Answer, Doubt, Guest, Invitation, Standing
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import Address, MessageId
from tests.support.calendar_letters import ME, PAUL, deliver, ics, stamp_of
from tests.support.store import plant_folder, store
from tests.unit.test_agenda_service import MOVED, SPAN, STRANGER, World
from tests.unit.test_agenda_taking import comes_with, header

LEA = Address("Léa Petit", "lea@ac-exemple.fr")
MINE = f"ORGANIZER:mailto:{ME}"
FORGED = header("dmarc=fail")
REPLIES = pytest.mark.parametrize(
    ("sender", "head", "doubts"),
    [
        (LEA, FORGED, (Doubt.FORGED,)),
        (STRANGER, header("dmarc=pass"), (Doubt.NOT_GUEST,)),
        (STRANGER, FORGED, (Doubt.FORGED, Doubt.NOT_GUEST)),
    ],
    ids=["forged", "another", "both"],
)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with store(tmp_path) as database:
        yield World(database)


def sends(world: World, octets: bytes, number: int = 900) -> Invitation:
    """I organise, with another program perhaps: it lies in Sent."""
    me = Address("Claire Martin", ME)
    return world.card(
        deliver(world.database, world.account, world.sent, octets, number=number, sender=me)
    )


def mine(*lines: str, **fields: object) -> bytes:
    usual = {"organiser": MINE, "guest": f"ATTENDEE:mailto:{LEA.address}"}
    return ics(*lines, **{**usual, **fields})  # type: ignore[arg-type]


@pytest.fixture
def organised(world: World) -> World:
    assert sends(world, mine()).mine
    assert standing(world) is Standing.ORGANISED
    return world


def standing(world: World) -> Standing:
    (one,) = world.agenda.between(*SPAN, unanswered=True)
    return one.of.standing


def reply(said: str, day: int = 1, *more: str) -> bytes:
    guest = f"ATTENDEE;PARTSTAT={said}:mailto:{LEA.address}"
    return ics(*more, method="REPLY", organiser=MINE, guest=guest, stamp=stamp_of(day))


def guests(world: World) -> list[Guest]:
    (one,) = world.agenda.between(*SPAN)
    return list(world.agenda.event(one.of.id).event.guests)


def refused(world: World, message: MessageId) -> None:
    with pytest.raises(LocalRefusal) as found:
        world.agenda.apply(message)
    assert found.value.code is ErrorCode.USAGE


# -- answers ---------------------------------------------------------------------------------------


@REPLIES
def test_a_doubted_answer_waits_for_a_person_who_may_count_it(
    organised: World, sender: Address, head: str, doubts: tuple[Doubt, ...]
) -> None:
    card = organised.card(comes_with(organised, reply("ACCEPTED"), head, sender))
    assert card.doubts == doubts
    assert card.event is not None
    (claims,) = card.event.guests
    assert (claims.who.address, claims.answer) == (LEA.address, Answer.ACCEPTED)
    assert [one.answer for one in guests(organised)] == [Answer.NONE]
    assert card.may_apply
    organised.agenda.apply(card.message)
    assert [one.answer for one in guests(organised)] == [Answer.ACCEPTED]
    assert not organised.card(card.message).may_apply
    refused(organised, card.message)


def test_a_doubted_answer_shows_what_it_claims_beside_what_was_counted(organised: World) -> None:
    organised.opened(reply("DECLINED"), LEA)
    card = organised.card(comes_with(organised, reply("ACCEPTED", 2), FORGED, LEA))
    assert card.event is not None
    assert [one.answer for one in card.event.guests] == [Answer.ACCEPTED]
    assert [one.answer for one in guests(organised)] == [Answer.DECLINED]
    assert card.may_apply


def test_a_doubted_answer_older_than_the_counted_one_waits_for_nothing(organised: World) -> None:
    organised.opened(reply("DECLINED", 3), LEA)
    card = organised.card(comes_with(organised, reply("ACCEPTED", 2), FORGED, LEA))
    assert not card.may_apply
    refused(organised, card.message)


def test_a_proven_answer_counts_by_itself_and_waits_for_nobody(organised: World) -> None:
    card = organised.card(comes_with(organised, reply("ACCEPTED"), header("dmarc=pass"), LEA))
    assert card.doubts == ()
    assert not card.may_apply
    assert [one.answer for one in guests(organised)] == [Answer.ACCEPTED]


def test_a_doubted_answer_to_what_i_do_not_organise_waits_for_nothing(world: World) -> None:
    world.agenda.answer(world.comes(ics()), Answer.ACCEPTED)
    card = world.card(comes_with(world, reply("ACCEPTED"), FORGED, LEA))
    assert Doubt.FORGED in card.doubts
    assert not card.may_apply
    refused(world, card.message)


def test_who_counts_an_answer_counts_that_of_the_guest_shown_alone(organised: World) -> None:
    other = "ATTENDEE;PARTSTAT=DECLINED:mailto:eva@ac-exemple.fr"
    second = ics(method="REPLY", organiser=MINE, guest=other, stamp=stamp_of(1)).decode()
    event = second[second.index("BEGIN:VEVENT") : second.index("END:VCALENDAR")]
    octets = reply("ACCEPTED").replace(b"END:VCALENDAR", event.encode() + b"END:VCALENDAR")
    card = organised.card(comes_with(organised, octets, FORGED, LEA))
    organised.agenda.apply(card.message)
    assert [(one.who.address, one.answer) for one in guests(organised)] == [
        (LEA.address, Answer.ACCEPTED)
    ]


# -- who says that I organise ----------------------------------------------------------------------

SENDERS = pytest.mark.parametrize(
    "sender", [STRANGER, Address("Claire Martin", ME)], ids=["stranger", "as me"]
)


@SENDERS
def test_what_names_me_as_organiser_and_is_not_mine_is_doubted(
    world: World, sender: Address
) -> None:
    guest = f"ATTENDEE;RSVP=TRUE:mailto:{ME}"
    card = world.opened(mine(guest=guest), sender)
    assert not card.mine
    assert Doubt.NOT_MINE in card.doubts
    assert (Doubt.NOT_ORGANISER in card.doubts) is (sender is STRANGER)
    assert card.known is not None
    assert card.known.standing is Standing.NONE
    assert world.agenda.between(*SPAN) == ()
    # It may be taken into the agenda, never as mine, and no letter goes to myself.
    assert card.may_answer
    assert world.agenda.answer(card.message, Answer.ACCEPTED) is None
    assert world.letters() == []
    assert standing(world) is Standing.ACCEPTED


def test_what_i_sent_is_mine_even_if_its_copy_came_first(world: World) -> None:
    me = Address("Claire Martin", ME)
    copy = world.opened(mine(), me)
    assert not copy.mine
    assert sends(world, mine()).mine
    assert standing(world) is Standing.ORGANISED
    again = world.card(copy.message)
    assert again.mine
    assert again.doubts == ()


def test_a_draft_of_mine_is_mine_and_no_event_yet(world: World) -> None:
    drafts = plant_folder(world.database, world.account, "Drafts", role="drafts")
    card = world.card(
        deliver(world.database, world.account, drafts, mine(), number=9, sender=Address("", ME))
    )
    assert card.mine
    assert card.doubts == ()
    assert world.starts() == []


def test_an_old_copy_of_my_own_is_not_called_an_attack(organised: World) -> None:
    sends(organised, mine(sequence=1, stamp=stamp_of(1), **MOVED), 901)
    card = organised.opened(mine(), Address("Claire Martin", ME))
    assert card.doubts == (Doubt.OUTDATED,)


def test_a_copy_of_my_cancellation_is_no_attack(organised: World) -> None:
    gone = mine("STATUS:CANCELLED", method="CANCEL", sequence=1, stamp=stamp_of(1))
    sends(organised, gone, 901)
    card = organised.opened(gone, Address("Claire Martin", ME))
    assert card.doubts == ()
    assert card.mine


def test_the_same_version_with_another_content_is_not_mine(organised: World) -> None:
    card = organised.opened(mine("LOCATION:chez moi"), Address("Claire Martin", ME))
    assert not card.mine
    assert Doubt.NOT_MINE in card.doubts


@SENDERS
@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
def test_a_change_of_my_own_that_i_did_not_send_waits(
    organised: World, method: str, sender: Address
) -> None:
    changed = mine(method=method, sequence=2, stamp=stamp_of(2), **MOVED)
    card = organised.opened(changed, sender)
    assert Doubt.NOT_MINE in card.doubts
    assert not card.mine
    assert not card.may_answer
    assert organised.starts() == ["12011600"]
    assert standing(organised) is Standing.ORGANISED
    assert card.may_apply
    organised.agenda.apply(card.message)
    if method == "REQUEST":
        assert organised.starts() == ["12031600"]
        assert standing(organised) is Standing.ORGANISED
    else:
        assert organised.starts() == []


def test_a_time_added_to_my_series_by_another_waits(world: World) -> None:
    assert sends(world, mine("RRULE:FREQ=WEEKLY;COUNT=2")).mine
    extra = mine(method="ADD", sequence=2, stamp=stamp_of(2), **MOVED)
    card = world.opened(extra, Address("Claire Martin", ME))
    assert Doubt.NOT_MINE in card.doubts
    assert len(world.starts()) == 2
    assert card.may_apply
    assert not card.may_answer
    world.agenda.apply(card.message)
    assert {one.of.standing for one in world.agenda.between(*SPAN)} == {Standing.ORGANISED}
    assert len(world.starts()) == 3


def test_a_stranger_who_takes_over_an_event_of_paul_for_me_is_doubted(world: World) -> None:
    world.agenda.answer(world.comes(ics()), Answer.ACCEPTED)
    taken = mine(sequence=2, stamp=stamp_of(2), **MOVED)
    card = world.opened(taken, STRANGER)
    assert {Doubt.NOT_MINE, Doubt.NOT_ORGANISER} <= set(card.doubts)
    assert world.starts() == ["12011600"]
    assert world.opened(ics(sequence=3, stamp=stamp_of(3), **MOVED), PAUL).doubts == ()
