"""The scenarios: each client does the same thing on the same line, one after the other."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.benchmarks.sync import changes
from tests.benchmarks.sync.clients import (
    REPOSITORY,
    FloorClient,
    Mbsync,
    Mel,
    OfflineImap,
    Thunderbird,
)
from tests.benchmarks.sync.line import Line
from tests.benchmarks.sync.mailbox import PLANTED, Mailbox
from tests.benchmarks.sync.process import Ran
from tests.benchmarks.sync.results import Measure, Results
from tests.benchmarks.sync.server import Server

_WARM_FIELDS: Final = (
    "FROM TO CC BCC REPLY-TO SENDER SUBJECT DATE MESSAGE-ID IN-REPLY-TO REFERENCES LIST-ID "
    "CONTENT-TYPE IMPORTANCE X-PRIORITY PRIORITY DISPOSITION-NOTIFICATION-TO AUTO-SUBMITTED"
)
MIRROR: Final = ("--bodies", "all", "--link", "full")
ALL_TEXT: Final = ("--bodies", "all", "--link", "thrifty")
NEWEST: Final = ("--folder", "INBOX", "--bodies", "recent", "--link", "thrifty")
Peer = Mbsync | OfflineImap | Thunderbird
KINDS: Final[dict[str, type[Peer]]] = {
    "mbsync": Mbsync,
    "offlineimap": OfflineImap,
    "thunderbird": Thunderbird,
}


@dataclass(frozen=True, slots=True)
class Choice:
    """What was asked for on the command line."""

    only: tuple[str, ...] = ()
    runs: int = 3
    peers: tuple[str, ...] = ("mbsync", "offlineimap")
    cuts: int = 5


class Bench:
    """One invocation. Clients that are in step with the server are kept for later scenarios."""

    def __init__(
        self, line: Line, server: Server, mailbox: Mailbox, folder: Path, choice: Choice
    ) -> None:
        self.line = line
        self.server = server
        self.mailbox = mailbox
        self.folder = folder
        self.choice = choice
        self.results = Results()
        self._numbers = 0
        self._mel: Mel | None = None
        self._floor: FloorClient | None = None
        self._peers: dict[str, Peer] = {}

    # -- clients -----------------------------------------------------------------------------------

    def home(self, name: str) -> Path:
        """A fresh folder."""
        self._numbers += 1
        return self.folder / f"{name}-{self._numbers}"

    def floor(self) -> FloorClient:
        """One that holds nothing."""
        return FloorClient(self.line, self.server.ca, self.home("floor"))

    def fresh_mel(self) -> Mel:
        """A new profile with one account that was never synced."""
        made = Mel(self.line, self.server.ca, self.home("mel"))
        made.create()
        return made

    def fresh_peer(self, name: str) -> Peer:
        """One that holds nothing."""
        return KINDS[name](self.line, self.server.ca, self.home(name))

    def in_step_mel(self) -> Mel:
        """A copy of one that holds everything. The caller removes it."""
        if self._mel is None:
            self.line.use("lan")
            self._mel = self.fresh_mel()
            ran, report = self._mel.sync(*MIRROR)
            if ran.code != 0:
                raise RuntimeError(f"mel: exit {ran.code} {str(report)[:500]} {ran.err[-800:]}")
        copy = self._mel.fork(self.home("mel"))
        assert isinstance(copy, Mel)
        return copy

    def in_step_peer(self, name: str) -> Peer:
        """A copy of one that holds everything. The caller removes it."""
        if name not in self._peers:
            self.line.use("lan")
            made = self.fresh_peer(name)
            ran = made.sync()
            if not _went_well(name, ran):
                raise RuntimeError(f"{name}: {ran.err[-800:]}")
            self._peers[name] = made
        copy = self._peers[name].fork(self.home(name))
        assert isinstance(copy, Mbsync | OfflineImap | Thunderbird)
        return copy

    def in_step_floor(self) -> FloorClient:
        """One that remembers the status of every folder."""
        if self._floor is None:
            self.line.use("lan")
            self._floor = self.floor()
            self._floor.task("mirror", "--state", str(self._floor.state))
        return self._floor

    def warm(self) -> None:
        """Fill Dovecot's caches, as in a mailbox in use, and keep them with the master copy."""
        mark = self.mailbox.maildir.parent / "warm"
        self.server.serve(self.mailbox.maildir)
        if mark.exists():
            return
        self.line.use("lan")
        for task in ("mirror", "all-text", "all-text"):
            self.floor().task(task)
        with self.server.other_client() as client:
            for folder in self.mailbox.folders:
                client.select(changes.quoted(folder.path), readonly=True)
                client.fetch("1:*", f"(BODY.PEEK[HEADER.FIELDS ({_WARM_FIELDS})])")
        self.server.keep_indexes(self.mailbox.maildir)
        mark.touch()

    # -- scenarios ---------------------------------------------------------------------------------

    def mirror(self) -> None:
        """Every message whole, from nothing, on a line that is no limit."""
        name = "mirror"
        self.line.use("lan")
        for _ in range(self.choice.runs):
            client = self.floor()
            out = client.home / "out"
            out.mkdir()
            ran, _ = client.task("mirror", "--state", str(client.state), "--out", str(out))
            self.results.add(Measure.of(name, "floor", "lan", ran))
            shutil.rmtree(out)
            self._floor = client
        for peer in self.choice.peers:
            for _ in range(self.choice.runs if peer == "mbsync" else 1):
                made = self.fresh_peer(peer)
                ran = made.sync()
                measure = Measure.of(name, peer, "lan", ran)
                measure.ok = _went_well(peer, ran)
                measure.found = {"code": ran.code, "said": ran.err[-300:]}
                self.results.add(measure)
                self._keep_peer(peer, made)
        for number in range(self.choice.runs):
            mel = self.fresh_mel()
            ran, report = mel.sync(*MIRROR)
            measure = self._mel_measure(name, ran, report)
            if number == 0:
                measure.found["opening_peak_bytes"] = self._opening_peak(mel)
            if number == 0 and ran.code == 0:
                measure.found.update(self.check(mel, mirror=True))
            self.results.add(measure)
            self._keep_mel(mel, keep=ran.code == 0)
        self._promise_mirror(name)

    def all_text_lan(self) -> None:
        """Every text readable, attachments left where they are, on a line that is no limit."""
        self._all_text("all-text-lan", "lan", self.choice.runs)

    def all_text(self) -> None:
        """The same by satellite."""
        self._all_text("all-text", "satellite", 1)

    def newest(self) -> None:
        """First sign-in to the newest 50 headers, and to their texts."""
        name = "newest"
        self.line.use("satellite")
        for seed in range(1, self.choice.runs + 1):
            ran, report = self.floor().task("newest", seed=seed)
            measure = Measure.of(name, "floor", "satellite", ran)
            measure.mark("first_list", ran, report["headers"])
            measure.mark("first_bodies", ran, report["readable"])
            self.results.add(measure)
            mel = self.fresh_mel()
            ran, report = mel.sync(*NEWEST, seed=seed)
            self.results.add(self._mel_measure(name, ran, report))
            shutil.rmtree(mel.home)
        floor, mel_mark = (
            {
                (mark, column): self.results.mark(name, client, mark, column)
                for mark in ("first_list", "first_bodies")
                for column in (0, 1, 3)
            }
            for client in ("floor", "mel")
        )
        for mark, what in (("first_list", "50 headers"), ("first_bodies", "their texts")):
            octets, turns = floor[mark, 1], floor[mark, 3]
            self.results.promise(
                name, f"bytes down to {what}", _kilo(mel_mark[mark, 1]), _kilo(octets)
            )
            self.results.promise(name, f"turns to {what}", mel_mark[mark, 3], turns)

    def no_change(self) -> None:
        """Nothing has changed in 20 folders, which must be found out."""
        name = "no-change"
        self._in_step(name, "no-change", ())
        self._promise_turns(name)
        self._promise_seconds(name)

    def delta(self) -> None:
        """20 new, 50 flags changed, 10 expunged by another client."""
        name = "delta"
        floor = self.in_step_floor()
        for peer in self.choice.peers:
            shutil.rmtree(self.in_step_peer(peer).home)
        shutil.rmtree(self.in_step_mel().home)
        with self.server.other_client() as client:
            changes.apply(client)
        self._in_step(name, "delta", ("--state", str(floor.state)))
        for run in self.results.of(name, "floor"):
            counts = (run.found["new"], run.found["flags"], run.found["vanished"])
            if counts != (changes.NEW, changes.FLAGS, changes.EXPUNGED):
                self.results.notes.append(f"delta: the floor found {counts}")
        self._promise_turns(name)
        for key, wanted in (
            ("new", changes.NEW), ("changed", changes.FLAGS), ("vanished", changes.EXPUNGED)
        ):  # fmt: skip
            got = [one.found.get(key) for one in self.results.of(name, "mel")]
            off = max((abs((value or 0) - wanted) for value in got), default=None)
            self.results.promise(name, f"{key} reported, off by", off)
        self.server.serve(self.mailbox.maildir)  # as it was

    # -- inside ------------------------------------------------------------------------------------

    def _all_text(self, name: str, line: str, runs: int) -> None:
        self.line.use(line)
        for seed in range(1, runs + 1):
            ran, report = self.floor().task("all-text", seed=seed)
            measure = Measure.of(name, "floor", line, ran)
            measure.mark("headers", ran, report["headers"])
            measure.found = {key: report[key] for key in ("rows", "texts", "text_octets")}
            self.results.add(measure)
            mel = self.fresh_mel()
            ran, report = mel.sync(*ALL_TEXT, seed=seed)
            measure = self._mel_measure(name, ran, report)
            if seed == 1 and ran.code == 0:
                measure.found.update(self.check(mel))
                measure.found.update(self._search(mel))
            self.results.add(measure)
            shutil.rmtree(mel.home)
        for what, field in (("of the sync", "seconds"), ("of the whole process", "wall_s")):
            self.results.promise(name, f"seconds {what}", self.results.median(name, "mel", field))
        if line == "satellite":
            down = self.results.median(name, "mel", "down")
            self.results.promise(name, "bytes down", _kilo(down))
        found = [one.found for one in self.results.of(name, "mel") if "texts" in one.found]
        first: dict[str, Any] = found[0] if found else {}
        sound = first.get("sound", self.mailbox.count)
        self.results.promise(
            name, "texts of sound messages here", first.get("texts_of_sound"), sound
        )
        self.results.promise(
            name, "of a sample, read as another parser reads it",
            first.get("sample_right"), first.get("sampled", 1),
        )  # fmt: skip
        self.results.promise(name, "attachments here", first.get("attachments_here"))
        self.results.promise(name, "planted words not found", first.get("not_found"))

    def _in_step(self, name: str, task: str, words: Sequence[str]) -> None:
        """Everybody who was in step, once more, by satellite."""
        for seed in range(1, self.choice.runs + 1):
            self.line.use("satellite")
            ran, report = self.floor().task(task, *words, seed=seed)
            measure = Measure.of(name, "floor", "satellite", ran)
            measure.mark("known", ran, report["known"])
            measure.found = {key: value for key, value in report.items() if isinstance(value, int)}
            self.results.add(measure)
            mel = self.in_step_mel()
            self.line.use("satellite")
            ran, report = mel.sync(*MIRROR, seed=seed)
            self.results.add(self._mel_measure(name, ran, report))
            shutil.rmtree(mel.home)
            for peer in self.choice.peers:
                if peer != "mbsync" and seed > 1:
                    continue
                made = self.in_step_peer(peer)
                self.line.use("satellite")
                ran = made.sync(seed=seed)
                measure = Measure.of(name, peer, "satellite", ran)
                measure.ok = _went_well(peer, ran)
                self.results.add(measure)
                shutil.rmtree(made.home)

    def _mel_measure(self, name: str, ran: Ran, report: dict[str, Any]) -> Measure:
        measure = Measure.of(name, "mel", self.line.profile, ran)
        measure.seconds = report.get("seconds")
        measure.found = {
            key: report[key]
            for key in (
                "folders", "new", "changed", "vanished", "bodies", "complete", "bytes_received",
                "bytes_sent", "flights", "failures", "refusals",
            )
            if key in report
        }  # fmt: skip
        measure.found["before_first_packet_s"] = ran.line.first_s
        start = ran.began + ran.line.first_s  # the first packet leaves when a sync begins
        for mark, seconds in report.get("milestones", {}).items():
            if seconds is not None:
                measure.mark(mark, ran, start + seconds)
        if ran.code != 0:
            measure.found["code"] = ran.code
            measure.found["said"] = (ran.out + ran.err)[-600:]
            self.results.notes.append(f"{name}: mel ended with {ran.code}: {ran.out[:300]}")
        return measure

    def check(self, mel: Mel, *, mirror: bool = False) -> dict[str, Any]:
        """The store compared with the manifest, by a process of its own."""
        command = [
            sys.executable, "-m", "tests.benchmarks.sync.checks", str(mel.profile),
            str(mel.passphrase), str(self.mailbox.maildir.parent), *(["mirror"] if mirror else []),
        ]  # fmt: skip
        done = subprocess.run(
            command, cwd=REPOSITORY, env=mel.environment(), capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        if done.returncode != 0:
            self.results.notes.append(f"the check failed: {done.stderr[-500:]}")
            return {}
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def _search(self, mel: Mel) -> dict[str, Any]:
        """Every planted word, by the command line: how many messages were not found."""
        planted = [one.planted for folder in self.mailbox.folders for one in folder.messages]
        missed = 0
        for word in PLANTED:
            hits = mel.expect("--offline", "search", word, "--limit", "50")["hits"]
            missed += abs(len(hits) - planted.count(word))
        return {"not_found": missed}

    def _opening_peak(self, mel: Mel) -> int:
        """What opening a profile by its passphrase costs alone: Argon2id takes 64 MB by design."""
        return mel.run(mel.command("account", "list")).peak_bytes

    def _keep_mel(self, mel: Mel, *, keep: bool) -> None:
        if keep and self._mel is None:
            self._mel = mel
        else:
            shutil.rmtree(mel.home)

    def _keep_peer(self, name: str, made: Peer) -> None:
        if name in self._peers:
            shutil.rmtree(made.home)
        else:
            self._peers[name] = made

    def _promise_turns(self, name: str) -> None:
        """Bytes down and turns, beside the floor's."""
        floor, mel = (
            {field: self.results.median(name, client, field) for field in ("down", "turns")}
            for client in ("floor", "mel")
        )
        self.results.promise(name, "bytes down", _kilo(mel["down"]), _kilo(floor["down"]))
        self.results.promise(name, "turns", mel["turns"], floor["turns"])

    def _promise_seconds(self, name: str) -> None:
        """Beside mbsync's process."""
        other = self.results.median(name, "mbsync", "wall_s")
        for what, field in (("of the sync", "seconds"), ("of the whole process", "wall_s")):
            got = self.results.median(name, "mel", field)
            self.results.promise(name, f"seconds {what}", got, other)

    def _promise_mirror(self, name: str) -> None:
        results = self.results
        self._promise_seconds(name)
        peak = results.median(name, "mel", "peak_bytes")
        results.promise(name, "peak memory", None if peak is None else peak / 1e6)
        found = [one.found for one in results.of(name, "mel") if "identical" in one.found]
        first: dict[str, Any] = found[0] if found else {}
        results.promise(name, "messages byte for byte", first.get("identical"), self.mailbox.count)


def _went_well(peer: str, ran: Ran) -> bool:
    """mbsync and OfflineIMAP end with an error for a message that they refuse, and go on."""
    return ran.code == 0 if peer == "thunderbird" else not ran.timed_out


def _kilo(value: float | None) -> float | None:
    return None if value is None else value / 1000
