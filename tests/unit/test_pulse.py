"""Sleep and another network are noticed; an ordinary beat is none of both."""

from __future__ import annotations

from mel_desktop.app.pulse import Pulse
from mel_desktop.system.network_changes import identity
from tests.support.clock import JumpingClock


class Net:
    def __init__(self) -> None:
        self.now = "home"

    def is_metered(self) -> bool | None:
        return None

    def identity(self) -> str:
        return self.now


def test_the_network_and_sleep_are_noticed_once() -> None:
    clock, net = JumpingClock(), Net()
    pulse = Pulse(clock, net)
    assert not pulse.beat(5.0), "nothing has changed yet"
    clock.jump(seconds=5)
    assert not pulse.beat(5.0)
    net.now = "school"
    clock.jump(seconds=5)
    assert pulse.beat(5.0)
    clock.jump(seconds=5)
    assert not pulse.beat(5.0)
    clock.jump(hours=8)
    assert pulse.beat(5.0)
    clock.jump(seconds=5)
    assert not pulse.beat(5.0)


def test_the_identity_of_this_computer_stands_still_and_says_nothing() -> None:
    assert identity() == identity()
    assert len(identity()) == 16


def test_a_change_before_the_first_beat_is_one_too() -> None:
    clock, net = JumpingClock(), Net()
    pulse = Pulse(clock, net)
    net.now = "school"
    assert pulse.beat(5.0)
