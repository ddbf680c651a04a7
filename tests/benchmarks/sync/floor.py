"""The floor: what a client that wastes nothing needs, measured like the others.

``python -m tests.benchmarks.sync.floor TASK --host H --port N --ca PEM --login L --password P ...``
prints one JSON document: instants on the machine's monotonic clock, and what was found. Tasks:

no-change   one flight behind the TLS handshake: sign-in and LIST-STATUS
newest      the newest 50 of the inbox: headers, then their texts; COMPRESS
all-text    headers of everything, then every text up to 16 kB; COMPRESS
mirror      every message whole, into files; one flight
delta       what changed since the state that ``mirror`` left, new messages whole; COMPRESS
slices      one message in slices of 64 kB, four under way; goes on where the file ends
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, BinaryIO, Final

from tests.benchmarks.sync.floor_wire import (
    Response,
    Wire,
    nested,
    now,
    plain,
    ranges,
    text_section,
)

NEWEST: Final = 50
TEXT_LIMIT: Final = 16_384
SLICE: Final = 65_536
_UNDER_WAY: Final = 4
_LIST: Final = "MESSAGES UIDNEXT UIDVALIDITY HIGHESTMODSEQ"
_HEADERS: Final = "(UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)"
_STATUS: Final = re.compile(rb'^\* STATUS ("(?:[^"\\]|\\.)*"|\S+) \((.*)\)')
_ORIGIN: Final = re.compile(rb" BODY\[[^\]]*\]<(\d+)>")
_UID: Final = re.compile(rb"\bUID (\d+)")
Report = dict[str, Any]


class Floor:
    """One run."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self.report: Report = {"started": now()}

    def run(self) -> Report:
        """The task named in the options."""
        getattr(self, self._options.task.replace("-", "_"))()
        self.report["done"] = now()
        return self.report

    # -- tasks -------------------------------------------------------------------------------------

    def no_change(self) -> None:
        """Nothing to be done, but it must be known."""
        wire = self._wire()
        wire.queue("ENABLE QRESYNC")
        folders = self._listed(wire, "HIGHESTMODSEQ", compress=False)
        self.report["folders"] = len(folders)
        wire.close()

    def newest(self) -> None:
        """As a person waits for them."""
        wire = self._wire()
        selected = wire.queue("EXAMINE INBOX")
        ready = wire.queue("COMPRESS DEFLATE")
        wire.send()
        exists = 0
        for response in wire.until(selected):
            if found := re.match(rb"\* (\d+) EXISTS", response.line):
                exists = int(found[1])
        wire.until(ready)
        wire.compress()
        tag = wire.queue(f"FETCH {max(1, exists - NEWEST + 1)}:{exists} {_HEADERS}")
        wire.send()
        rows = wire.until(tag)
        self.report["headers"] = now()
        self.report["rows"] = len(rows)
        self.report["texts"] = self._texts(wire, {"": rows})
        self.report["readable"] = now()
        wire.close()

    def all_text(self) -> None:
        """All headers in one flight, all texts in the next."""
        wire = self._wire()
        folders = self._listed(wire, _LIST, compress=True)
        rows: dict[str, list[Response]] = {}
        tags = []
        for folder, status in folders.items():
            wire.queue(f"EXAMINE {folder}")
            if status["MESSAGES"]:
                tags.append((folder, wire.queue(f"FETCH 1:* {_HEADERS}")))
        wire.send()
        for folder, tag in tags:
            found = wire.until(tag)
            rows[folder] = [one for one in found if b" FETCH (" in one.line[:24]]
        self.report["headers"] = now()
        self.report["rows"] = sum(map(len, rows.values()))
        self.report["texts"] = self._texts(wire, rows)
        self.report["readable"] = now()
        wire.close()

    def mirror(self) -> None:
        """Every message; nothing compressed, as on a fast line the server's deflate is slower."""
        wire = self._wire()
        folders = self._listed(wire, _LIST, compress=False)
        tags = []
        for folder in folders:
            wire.queue(f"EXAMINE {folder}")
            tags.append((folder, wire.queue("FETCH 1:* (UID FLAGS INTERNALDATE BODY.PEEK[])")))
        wire.send()
        sums: dict[str, dict[int, str]] = {}
        for number, (folder, tag) in enumerate(tags):
            sums[folder] = {}
            wire.until(tag, sink=self._keep(sums[folder], number))
        self.report["messages"] = sum(map(len, sums.values()))
        if self._options.sums:
            self._options.sums.write_text(json.dumps(sums))
        self._remember(folders)
        wire.close()

    def delta(self) -> None:
        """Only folders whose status moved are opened, all of them in one flight."""
        before = json.loads(self._options.state.read_text())
        wire = self._wire()
        wire.queue("ENABLE QRESYNC")
        folders = self._listed(wire, _LIST, compress=True)
        tags = []
        for folder, status in folders.items():
            old = before[folder]
            if status["HIGHESTMODSEQ"] == old["HIGHESTMODSEQ"]:
                continue
            cursor = f"{old['UIDVALIDITY']} {old['HIGHESTMODSEQ']} 1:{old['UIDNEXT'] - 1}"
            wire.queue(f"EXAMINE {folder} (QRESYNC ({cursor}))")
            if status["UIDNEXT"] > old["UIDNEXT"]:
                first = old["UIDNEXT"]
                wire.queue(f"UID FETCH {first}:* (UID FLAGS INTERNALDATE BODY.PEEK[])")
            tags.append(wire.queue("NOOP"))
        counts = {"new": 0, "flags": 0, "vanished": 0, "folders": len(tags)}
        if tags:
            wire.send()
        for tag in tags:
            for response in self._through(wire, tag):
                if response.literals:
                    counts["new"] += 1
                elif response.line.startswith(b"* VANISHED"):
                    counts["vanished"] += _count_vanished(response.line)
                elif b" FETCH (" in response.line[:24]:
                    counts["flags"] += 1
        self.report.update(counts)
        wire.close()

    def slices(self) -> None:
        """Goes on at the end of the file; what was under way at a cut is asked for again."""
        options = self._options
        target: Path = options.out
        offset = target.stat().st_size if target.exists() else 0
        self.report["kept"] = offset
        wire = self._wire()
        wire.queue(f"EXAMINE {options.folder}")
        under_way: list[bytes] = []
        asked = offset
        with target.open("ab") as out:
            sink = _Slices(out, offset)
            while not sink.complete:
                while len(under_way) < _UNDER_WAY:
                    item = f"BODY.PEEK[{options.section}]<{asked}.{SLICE}>"
                    under_way.append(wire.queue(f"UID FETCH {options.uid} ({item})"))
                    asked += SLICE
                wire.send()
                # Dovecot may give the data of several commands before the first one's OK
                wire.until(under_way.pop(0), sink=sink.take)
        self.report["octets"] = target.stat().st_size
        wire.drop()

    # -- inside ------------------------------------------------------------------------------------

    def _wire(self) -> Wire:
        options = self._options
        wire = Wire(options.host, options.port, options.ca)
        self.report["connected"] = now()
        wire.queue(f"AUTHENTICATE PLAIN {plain(options.login, options.password)}")
        return wire

    def _listed(self, wire: Wire, items: str, *, compress: bool) -> dict[str, dict[str, int]]:
        """Folders as the server spells them, with their status; the flight's end."""
        listed = wire.queue(f'LIST "" "*" RETURN (STATUS ({items}))')
        ready = wire.queue("COMPRESS DEFLATE") if compress else None
        wire.send()
        folders: dict[str, dict[str, int]] = {}
        for response in wire.until(listed):
            if found := _STATUS.match(response.line):
                words = found[2].split()
                numbers = zip(words[::2], map(int, words[1::2]), strict=True)
                folders[found[1].decode()] = {name.decode(): value for name, value in numbers}
        if ready:
            wire.until(ready)
            wire.compress()
        self.report["known"] = now()
        return folders

    def _texts(self, wire: Wire, rows: dict[str, list[Response]]) -> int:
        """One flight: each folder's texts, the messages grouped by the section of their text."""
        tags = []
        for folder, found in rows.items():
            if folder:
                wire.queue(f"EXAMINE {folder}")
            for section, uids in _by_section(found).items():
                item = f"BODY.PEEK[{section}]<0.{TEXT_LIMIT}>"
                tags.append(wire.queue(f"UID FETCH {ranges(sorted(uids))} ({item})"))
        wire.send()
        texts = octets = 0
        for tag in tags:
            for response in self._through(wire, tag):
                texts += bool(response.literals)
                octets += sum(map(len, response.literals))
        self.report["text_octets"] = octets
        return texts

    def _through(self, wire: Wire, tag: bytes) -> Iterable[Response]:
        """Responses up to this tag; OKs of earlier commands of the flight are passed over."""
        return wire.until(tag)

    def _keep(self, sums: dict[int, str], number: int) -> Callable[[Response], None]:
        """Hash each message, and write it where that is wanted."""
        out: Path | None = self._options.out
        if out is not None:
            (out / f"{number}").mkdir(parents=True)

        def sink(response: Response) -> None:
            if not response.literals:
                return
            found = _UID.search(response.line)
            assert found is not None
            uid, (data,) = int(found[1]), response.literals
            if out is not None:
                (out / f"{number}" / f"{uid}").write_bytes(data)
            sums[uid] = hashlib.sha256(data).hexdigest() if self._options.sums else ""

        return sink

    def _remember(self, folders: dict[str, dict[str, int]]) -> None:
        if self._options.state:
            self._options.state.write_text(json.dumps(folders))


class _Slices:
    """Puts slices into a file as they come, each one only at its place."""

    def __init__(self, out: BinaryIO, offset: int) -> None:
        self.complete = False
        self._out = out
        self._offset = offset

    def take(self, response: Response) -> None:
        found = _ORIGIN.search(response.line)
        if found is None or self.complete or int(found[1]) != self._offset:
            return
        data = response.literals[0] if response.literals else b""
        self._out.write(data)
        self._out.flush()
        self._offset += len(data)
        self.complete = len(data) < SLICE


def _by_section(rows: Iterable[Response]) -> dict[str, list[int]]:
    groups: dict[str, list[int]] = defaultdict(list)
    for response in rows:
        found = _UID.search(response.line)
        place = response.line.find(b"BODYSTRUCTURE ")
        if found and place >= 0:
            section = text_section(nested(response.line[place + 14 :]))
            if section is not None:
                groups[section].append(int(found[1]))
    return groups


def _count_vanished(line: bytes) -> int:
    """Of ``* VANISHED (EARLIER) 3,5:7``."""
    count = 0
    for part in line.split()[-1].decode().split(","):
        first, _, last = part.partition(":")
        count += int(last or first) - int(first) + 1
    return count


def unslash(name: str) -> str:
    """A folder's name as LIST gives it, decoded from modified UTF-7."""
    name = name.strip('"')
    return re.sub(
        "&([^-]*)-",
        lambda found: (
            base64.b64decode(found[1].replace(",", "/") + "=" * (-len(found[1]) % 4)).decode(
                "utf-16-be"
            )
            if found[1]
            else "&"
        ),
        name,
    )


def main() -> None:
    """One task."""
    parser = argparse.ArgumentParser()
    tasks = ["no-change", "newest", "all-text", "mirror", "delta", "slices"]
    parser.add_argument("task", choices=tasks)
    for name in ("host", "login", "password"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--port", type=int, required=True)
    for name in ("ca", "state", "out", "sums"):
        parser.add_argument(f"--{name}", type=Path)
    parser.add_argument("--folder", default="INBOX")
    parser.add_argument("--uid", type=int, default=1)
    parser.add_argument("--section", default="")
    print(json.dumps(Floor(parser.parse_args()).run()))


if __name__ == "__main__":
    main()
