"""winmail.dat built from its parts ([MS-OXTNEF]), for tests."""

from __future__ import annotations

import struct
from collections.abc import Sequence

LONG_NAME, DATA, BODY, HTML, RTF = 0x3707, 0x3701, 0x1000, 0x1013, 0x1009
CONTENT_ID = 0x3712


def attribute(level: int, name: int, value: bytes) -> bytes:
    """One attribute with its checksum."""
    return (
        struct.pack("<BII", level, name, len(value)) + value + struct.pack("<H", sum(value) % 65536)
    )


def properties(*found: tuple[int, str | bytes]) -> bytes:
    """A list of MAPI properties: strings as Unicode, octets as binary; one named one ahead."""
    named = struct.pack("<HH16sIIII", 0x03, 0x8001, b"\1" * 16, 0, 7, 5, 0)[:-4]
    out = [struct.pack("<I", len(found) + 1), named]
    for identifier, value in found:
        kind = 0x1F if isinstance(value, str) else 0x102
        octets = (value + "\0").encode("utf-16-le") if isinstance(value, str) else value
        out.append(struct.pack("<HHII", kind, identifier, 1, len(octets)))
        out.append(octets + b"\0" * (-len(octets) % 4))
    return b"".join(out)


def winmail(
    files: Sequence[tuple[str, bytes]] = (),
    *,
    body: str = "",
    html: bytes = b"",
    rtf: bytes = b"",
    ids: Sequence[str] = (),
) -> bytes:
    """An envelope; names in Unicode, a short one beside each. ``ids``: content ids of the first."""
    out = [b"\x78\x9f\x3e\x22\x01\x00", attribute(1, 0x89006, struct.pack("<I", 0x10000))]
    out.append(attribute(1, 0x69007, struct.pack("<II", 1252, 0)))
    found: list[tuple[int, str | bytes]] = []
    if body:
        found.append((BODY, body))
    if html:
        found.append((HTML, html))
    if rtf:
        found.append((RTF, struct.pack("<IIII", len(rtf) + 12, len(rtf), 0x414C454D, 0) + rtf))
    out.append(attribute(1, 0x69003, properties(*found)))
    for place, (name, octets) in enumerate(files):
        out.append(attribute(2, 0x69002, b"\0" * 14))
        out.append(attribute(2, 0x18010, b"COURT~1.TXT\0"))
        out.append(attribute(2, 0x6800F, octets))
        out.append(attribute(2, 0x69005, properties((LONG_NAME, name), *(
            (CONTENT_ID, one) for one in ids[place : place + 1]
        ))))  # fmt: skip
    return b"".join(out)
