"""``dev.py faults outbox``, its quick form: some of each kind, on the same oracle."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from mel_desktop.model.outgoing import OutboxState
from mel_desktop.services.outbox import Outbox
from tests.faults.outbox.injections import KINDS, Injector, Tally
from tests.faults.outbox.world import World
from tests.support.faulty_smtp import Switches

pytestmark = pytest.mark.servers

STEPS = {"disk-full": 20, "append-up": 401, "append-down": 401, "postfix": 71}
LONG = ("replies", "slow", "kill")  # the matrix and the kills of test_outbox_faults and _kill


@pytest.fixture
def world() -> Iterator[World]:
    opened = World()
    yield opened
    opened.close()


@pytest.mark.parametrize("kind", [one for one in KINDS if one not in LONG])
def test_nothing_lost_sent_twice_filed_twice_or_wrongly_called_sent(
    world: World, kind: str
) -> None:
    if kind == "postfix" and os.geteuid() != 0:
        pytest.skip("Postfix starts only as root")
    tally = Injector(world, STEPS.get(kind, 157)).run(kind)
    assert tally.injected >= 4
    assert tally.failures == []


def test_the_oracle_sees_what_a_blind_retry_does(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An outbox that takes a lost answer for trouble on the line sends twice, and that shows."""

    leave = Outbox._leave_sending

    def blind(self: Outbox, one: object, to: OutboxState, error: object) -> None:
        leave(self, one, OutboxState.QUEUED, error)  # type: ignore[arg-type]

    monkeypatch.setattr(Outbox, "_leave_sending", blind)
    tally = Tally("blind")
    Injector(world).with_switches(tally, [("taken, not told", Switches(cut_after_taking=True))])
    assert tally.doubled > 0
