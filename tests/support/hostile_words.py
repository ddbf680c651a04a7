"""The words in which attacks are written: what is said in place of the honest answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from tests.support.hostile_imap import Answer, Command, Dialogue, Told, honest


def says(*parts: Told) -> Answer:
    """Just this; ``{tag}`` stands for the command's tag."""

    def answer(_: Dialogue, command: Command) -> Iterator[Told]:
        for part in parts:
            yield _tagged(part, command)

    return answer


def first(*parts: Told) -> Answer:
    """This, then the honest answer."""

    def answer(dialogue: Dialogue, command: Command) -> Iterator[Told]:
        yield from says(*parts)(dialogue, command)
        yield from honest(dialogue, command)

    return answer


def then(*parts: Told) -> Answer:
    """The honest answer, then this (behind the tagged line)."""

    def answer(dialogue: Dialogue, command: Command) -> Iterator[Told]:
        whole = b"".join(_octets(one) for one in honest(dialogue, command))
        yield whole + b"".join(_octets(_tagged(one, command)) for one in parts)

    return answer


def before_end(*parts: Told) -> Answer:
    """The honest answer with this in front of its tagged line."""

    def answer(dialogue: Dialogue, command: Command) -> Iterator[Told]:
        *untagged, last = honest(dialogue, command)
        yield from untagged
        end = _octets(last)
        place = end.rfind(command.tag.encode() + b" ")
        yield end[:place] + b"".join(_octets(_tagged(one, command)) for one in parts) + end[place:]

    return answer


def bent(bend: Callable[[bytes], bytes]) -> Answer:
    """The honest answer, altered."""

    def answer(dialogue: Dialogue, command: Command) -> Iterator[Told]:
        yield bend(b"".join(_octets(one) for one in honest(dialogue, command)))

    return answer


def flood(start: Told, chunk: bytes, times: int, end: Told = b"") -> Answer:
    """``chunk`` so many times, as fast as the client takes it."""

    def answer(_: Dialogue, command: Command) -> Iterator[Told]:
        yield _tagged(start, command)
        for _number in range(times):
            yield chunk
        yield _tagged(end, command)

    return answer


def made(make: Callable[[], bytes], behind: Answer | None = None) -> Answer:
    """Something too large to be kept about; then what ``behind`` says."""

    def answer(dialogue: Dialogue, command: Command) -> Iterator[Told]:
        yield _tagged(make(), command)
        if behind is not None:
            yield from behind(dialogue, command)

    return answer


def dribble(octets: bytes, pause: float) -> Answer:
    """The same octets again and again, one at a time."""

    def answer(_: Dialogue, __: Command) -> Iterator[Told]:
        while True:
            for octet in octets:
                yield bytes([octet])
                time.sleep(pause)

    return answer


def bye(dialogue: Dialogue, _: Command) -> Iterator[Told]:
    """Goodbye, and the line is cut."""
    yield "* BYE going down\r\n"
    dialogue.hang_up()


def mute(dialogue: Dialogue, _: Command) -> Iterator[Told]:
    """Says nothing any more, and reads on."""
    while True:
        dialogue.line()
    yield b""


def _octets(part: Told) -> bytes:
    return part.encode() if isinstance(part, str) else part


def _tagged(part: Told, command: Command) -> bytes:
    return _octets(part).replace(b"{tag}", command.tag.encode())
