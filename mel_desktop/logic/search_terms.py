"""What a query asks the full-text index for: terms, and groups of which all or any must be there.

Rule 1: every word reaches FTS5 inside quotes: whatever is typed, nothing of it is syntax.
Rule 2: FTS5 knows no "not" alone: a group that holds only what must not be there is never made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import field, replace

from mel_desktop.model.values import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand one after the other, folded; in one column or ("") in any."""

    words: tuple[str, ...]
    is_prefix: bool = False
    column: str = ""
    is_exact: bool = field(default=False, compare=False)  # quoted or starred: as it stands
    typed: str = field(default="", compare=False)

    @property
    def match(self) -> str:
        """As FTS5 reads it."""
        text = f'"{" ".join(self.words)}"'
        if self.is_prefix:
            text += " *"
        return f"{{{self.column}}} : {text}" if self.column else text


@dataclass(frozen=True, slots=True)
class Group:
    """All of ``parts`` (or any of them), and none of ``without``."""

    parts: tuple[Node, ...]
    any_of: bool = False
    without: tuple[Node, ...] = ()

    @property
    def match(self) -> str:
        """As FTS5 reads it, in brackets."""
        word = " OR " if self.any_of else " AND "
        wanted = f"({word.join(one.match for one in self.parts)})"
        if not self.without:
            return wanted
        return f"({wanted} NOT ({' OR '.join(one.match for one in self.without)}))"


Node = Term | Group
Vocabulary = Callable[[str], tuple[str, ...] | None]  # words that begin so; None: too many


def spelt_out(nodes: Iterable[Node], vocabulary: Vocabulary) -> tuple[Node, ...]:
    """The same, beginnings of words replaced by the words that there are.

    For an index that walks few whole words far quicker than all that stands behind a beginning.
    """
    return tuple(_spelt_out(one, vocabulary) for one in nodes)


def _spelt_out(node: Node, vocabulary: Vocabulary) -> Node:
    if isinstance(node, Group):
        parts, without = spelt_out(node.parts, vocabulary), spelt_out(node.without, vocabulary)
        return replace(node, parts=parts, without=without)
    *before, last = node.words
    found = vocabulary(last) if node.is_prefix else None
    if not found:
        return node
    words = tuple(Term((*before, one), column=node.column) for one in found)
    return words[0] if len(words) == 1 else Group(words, any_of=True)


def leaves(nodes: Iterable[Node]) -> Iterator[Term]:
    """Every term that may be there, each once; none that must not."""
    seen: set[Term] = set()
    waiting = list(nodes)
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, Group):
            waiting[0:0] = node.parts
        elif node not in seen:
            seen.add(node)
            yield node
