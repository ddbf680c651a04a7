"""Counts what TCP carries, from packet headers alone: octets, retransmissions, turns.

A turn is a flight of the client: a run of its payload after payload of the server (or at the
start). A wait is a turn that began with nothing of the server under way: a true round trip.
"""

from __future__ import annotations

import struct
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final

UP: Final = 0  # client to server
DOWN: Final = 1
_SYN, _ACK = 0x02, 0x10
_TCP: Final = 6
_STEP_S: Final = 0.005  # of the timeline


@dataclass(slots=True)
class Totals:
    """What went over the line; ``timeline`` has (seconds, down, up, turns), all added up."""

    connections: int = 0
    down: int = 0  # payload of TCP, each octet once
    up: int = 0
    again_down: int = 0  # payload sent a second time
    again_up: int = 0
    packets: int = 0
    dropped: int = 0
    turns: int = 0
    waits: int = 0
    first_s: float = 0.0  # the first packet, after the reset
    last_s: float = 0.0  # the last payload
    timeline: list[tuple[float, int, int, int]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> Totals:
        """The reverse; keys of others are left out."""
        names = {one.name for one in fields(cls)}
        totals = cls(**{name: value for name, value in document.items() if name in names})
        totals.timeline = [(row[0], row[1], row[2], row[3]) for row in document["timeline"]]
        return totals

    def at(self, seconds: float) -> tuple[int, int, int]:
        """Down, up and turns as they were at an instant of the timeline."""
        state = (0, 0, 0)
        for when, down, up, turns in self.timeline:
            if when > seconds:
                break
            state = (down, up, turns)
        return state


@dataclass(slots=True)
class _Connection:
    last: int = -1  # who sent payload last
    carried: bool = False
    next: list[int | None] = field(default_factory=lambda: [None, None])


class Meter:
    """One measurement, from reset to reset."""

    def __init__(self, now: float) -> None:
        self.reset(now)

    def reset(self, now: float) -> None:
        """Begin anew."""
        self.totals = Totals()
        self._start = now
        self._connections: dict[int, _Connection] = {}

    def packet(self, direction: int, packet: bytes, now: float, *, quiet: bool) -> None:
        """One IPv4 packet, or its beginning. ``quiet``: nothing of the server is under way."""
        if len(packet) < 40 or packet[0] >> 4 != 4 or packet[9] != _TCP:
            return
        header = (packet[0] & 15) * 4
        source, target, sequence = struct.unpack_from("!HHI", packet, header)
        flags = packet[header + 13]
        payload = ((packet[2] << 8) | packet[3]) - header - (packet[header + 12] >> 4) * 4
        totals = self.totals
        totals.packets += 1
        since = now - self._start
        if totals.packets == 1:
            totals.first_s = since
        port = source if direction == UP else target
        connection = self._connections.get(port)
        fresh = direction == UP and flags & (_SYN | _ACK) == _SYN
        if fresh and (connection is None or connection.carried):
            connection = self._connections[port] = _Connection()
            totals.connections += 1
        if connection is None:
            return  # a late packet of a connection from before the reset
        if payload > 0:
            self._payload(connection, direction, sequence, payload, quiet=quiet)
            totals.last_s = since
            self._mark(since)

    def _payload(
        self, connection: _Connection, direction: int, sequence: int, payload: int, *, quiet: bool
    ) -> None:
        totals = self.totals
        expected = connection.next[direction]
        new = payload
        if expected is not None:  # sequence numbers go round (RFC 9293 section 3.4)
            ahead = ((sequence + payload - expected + (1 << 31)) & 0xFFFFFFFF) - (1 << 31)
            new = max(0, min(payload, ahead))
        if direction == UP:
            totals.up += new
            totals.again_up += payload - new
        else:
            totals.down += new
            totals.again_down += payload - new
        if not new:
            return
        connection.carried = True
        connection.next[direction] = (sequence + payload) & 0xFFFFFFFF
        if direction == UP and connection.last != UP:
            totals.turns += 1
            totals.waits += quiet
        connection.last = direction

    def _mark(self, since: float) -> None:
        totals = self.totals
        row = (round(since, 4), totals.down, totals.up, totals.turns)
        line = totals.timeline
        if line and since - line[-1][0] < _STEP_S and line[-1][3] == totals.turns:
            line[-1] = (line[-1][0], *row[1:])
        else:
            line.append(row)
