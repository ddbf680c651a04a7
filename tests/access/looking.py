"""Judges screens by what AT-SPI tells of them: names, roles, rows, the way of the focus."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.support import atspi
from tests.support.atspi import FOCUSABLE, Node

# A person acts on these: each says what it is for.
ACTING: Final = frozenset({
    "push button", "check box", "radio button", "menu item", "check menu item", "radio menu item",
    "combo box", "text", "password text", "spin box", "spin button", "slider", "list", "tree",
    "table", "tree table", "page tab", "toggle button", "link",
})  # fmt: skip
# Two of these with one name in one place would be told apart by nobody.
DISTINCT: Final = frozenset({"push button", "check box", "radio button", "page tab", "menu item"})
MOST_TABS: Final = 80
MOST_SECTIONS: Final = 6  # of a field of date and time
WAIT_S: Final = 20.0  # until the bus tells where the focus went, on a busy machine


@dataclass(slots=True)
class Seen:
    """One screen. ``faults``: what a person with a screen reader would stumble over."""

    screen: str
    nodes: int = 0
    acting: int = 0
    rows: list[str] = field(default_factory=list)
    stops: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


class Looking:
    """A program that shows screens, and the bus that tells of them."""

    def __init__(self, process: subprocess.Popen[str], tree: atspi.Tree) -> None:
        self._process = process
        self._tree = tree
        self._walkable = 0  # controls of a dialog

    def tell(self, line: str) -> bool:
        """Give an order and wait until it is carried out; whether the focus moved by it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        said = self._process.stdout.readline().split()
        assert said[:1] == ["ready"], line
        return said[1:] == ["moved"]

    def look(self, module: str, scene: str, *, tabs: bool = True) -> Seen:
        """Show a screen, walk over it, go through it by Tab."""
        self.tell(f"show {module} {scene}")
        seen = Seen(scene)
        names: Counter[tuple[str, str, str]] = Counter()
        self._walkable = 0
        in_dialog = False
        for node in self._tree.walk():
            seen.nodes += 1
            if node.depth == 1:  # the windows of the program, one after the other
                in_dialog = node.role == "dialog"
            self._walkable += in_dialog and node.role in ACTING and FOCUSABLE in node.states
            self._judge(node, seen)
            if node.role in DISTINCT and node.name:
                names[node.parent, node.role, node.name] += 1
        seen.faults += [
            f"{count} x {role} “{name}” side by side"
            for (_, role, name), count in names.items() if count > 1
        ]  # fmt: skip
        if tabs:
            self._step(seen)
        return seen

    def _judge(self, node: Node, seen: Seen) -> None:
        if node.role in ACTING:
            seen.acting += 1
        if node.role in {"list item", "tree item", "table cell"}:
            seen.rows.append(node.name)
        if node.role in ACTING or (FOCUSABLE in node.states and node.role != "table cell"):
            if node.role == "combo box":
                # Qt on Linux gives a box's value as its name, and the label as a relation
                if not node.description.strip() and not self._tree.labelled(node):
                    seen.faults.append(f"combo box “{node.name}” says its value only")
            elif not node.name.strip() and node.role not in {"frame", "dialog", "filler"}:
                seen.faults.append(f"{node.role} without a name ({node.description})")
        if node.role == "list item" and not node.name.strip():
            seen.faults.append("a row that says nothing")

    def _step(self, seen: Seen) -> None:
        """Tab until the focus comes back to where it was: no trap, no stop without a name."""
        self._tree.forget()
        passed: list[str] = []
        silent = 0
        for _ in range(MOST_TABS):
            moved = self.tell("key Tab")
            node = self._tree.focused(WAIT_S) if moved else None
            if moved and node is None:
                seen.faults.append("the focus moved, and nothing was told")
            if node is None:  # between the sections of a date, or nowhere to go
                silent += 1
                if silent > MOST_SECTIONS:
                    if len(seen.stops) > 1 or self._walkable > 1:
                        seen.faults.append(f"Tab leads no further than {seen.stops[-1:]}")
                    break
                continue
            silent = 0
            if node.path in passed:
                break
            passed.append(node.path)
            seen.stops.append(f"{node.role} {node.name}")
            if not node.name.strip() and node.role not in {"combo box", "dialog", "frame"}:
                seen.faults.append(f"the focus stops at a {node.role} without a name")
        else:
            seen.faults.append(f"{MOST_TABS} steps by Tab, and never back")


@contextmanager
def looking(folder: Path, look: str = "fr-light") -> Iterator[Looking]:
    """A program on a screen and buses of its own. FileNotFoundError: what is not installed."""
    with atspi.accessibility() as environment:
        tree = atspi.Tree(atspi.bus_address(environment))
        try:
            # before the program is there: Qt asks once who listens, and tells nobody who came
            # while it was asking
            tree.listen()
            with subprocess.Popen(
                [sys.executable, "-m", "tests.support.scenes_child", str(folder), look],
                env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            ) as process:  # fmt: skip
                assert process.stdin is not None
                assert process.stdout is not None
                try:
                    assert process.stdout.readline() == "ready\n"
                    yield Looking(process, tree)
                    process.stdin.write("end\n")
                    process.stdin.flush()
                    process.wait(60)
                finally:
                    if process.poll() is None:
                        process.kill()
        finally:
            tree.close()


def scenes(module: str) -> Sequence[str]:
    """Every screen of a gallery."""
    made = __import__(f"tests.support.{module}", fromlist=["SCENES"])
    names: Sequence[str] = made.SCENES
    return names
