#!/usr/bin/env python3
"""Make resources/lexicon/fr.lexicon from Debian's hunspell-fr-classical (MPL-2.0).

    apt-get download hunspell-fr-classical && dpkg-deb -x hunspell-fr-classical_*.deb DIR
    .venv/bin/python packaging/lexicon.py DIR/usr/share/hunspell

The same input makes the same octets. What is kept, and why (shared/measured/store.md 6.2):

* nouns and adjectives with all their forms, folded as the index folds (case, accents, ligatures);
* of a verb the twelve forms most often written; a form that is a noun or an adjective too stands
  for that one only (``classe`` is not ``classer``), where it is more than a participle
  (``convoqué`` is of ``convoquer``); être, avoir and faire are left out;
* no proper name: nobody wants Martins for Martin.

File: "MELEX1\\n", one line of JSON, then zstd frames. The JSON tells the rules and, of each block,
its first form and its length. A block is lines ``form<TAB>rule``, sorted; a rule says how many
letters go from the end of a form and which endings make its family.
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from pathlib import Path

import zstandard

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from mel_desktop.logic.folding import fold  # noqa: E402
from mel_desktop.logic.lexicon import BLOCK_LINES, MAGIC, MOST_FORMS  # noqa: E402

TARGET = ROOT / "resources" / "lexicon" / "fr.lexicon"
LEVEL = 19
# In this order until twelve: what letters say most.
VERB_FORMS = (
    {"ppas"}, {"infi"}, {"ipre", "3sg"}, {"ipre", "3pl"}, {"ipre", "2pl"}, {"ipre", "1pl"},
    {"ifut", "3sg"}, {"ifut", "3pl"}, {"ifut", "1pl"}, {"ifut", "2pl"}, {"ppre"}, {"iimp", "3sg"},
    {"iimp", "3pl"},
)  # fmt: skip
APART = (("œil", "yeux"), ("ciel", "cieux"), ("monsieur", "messieurs"), ("madame", "mesdames"))
AUXILIARIES = {"être", "avoir", "faire"}
VERBS_FIRST = {"lire", "reporter"}  # nouns that hardly anybody means in a letter
WORD = re.compile(r"[^\W\d_]{2,}")

Suffix = tuple[str, str, "re.Pattern[str]", frozenset[str]]


def read_suffixes(affixes: str) -> dict[str, list[Suffix]]:
    """Flag -> (what goes, what comes, condition, tags)."""
    found: dict[str, list[Suffix]] = defaultdict(list)
    for line in affixes.splitlines():
        parts = line.split()
        if len(parts) < 5 or parts[0] != "SFX":
            continue
        _, flag, gone, new, condition, *tags = parts
        new = new.split("/")[0]
        found[flag].append(
            (
                "" if gone == "0" else gone,
                "" if new == "0" else new,
                re.compile(f"{condition}$"),
                frozenset(tag.split(":")[1].rstrip("!") for tag in tags if ":" in tag),
            )
        )
    return found


def forms_of(
    lemma: str, flags: str, suffixes: dict[str, list[Suffix]]
) -> list[tuple[str, frozenset[str]]]:
    """The forms of an entry with their tags; the entry itself where no flag inflects it."""
    names = [flags[at : at + 2] for at in range(0, len(flags), 2)]
    found = [
        (lemma[: len(lemma) - len(gone)] + new, tags)
        for name in names
        for gone, new, condition, tags in suffixes.get(name, ())
        if lemma.endswith(gone) and condition.search(lemma)
    ]
    return found or [(lemma, frozenset())]


def families(folder: Path) -> tuple[list[list[str]], list[list[str]]]:
    """(of nouns and adjectives, of verbs): folded forms, the best first."""
    suffixes = read_suffixes((folder / "fr.aff").read_text(encoding="utf-8"))
    names: list[list[str]] = [list(one) for one in APART]
    participles: set[str] = set()
    verbs: list[list[str]] = []
    for line in (folder / "fr.dic").read_text(encoding="utf-8").splitlines()[1:]:
        entry, *tags = line.split()
        lemma, _, flags = entry.partition("/")
        kinds = {tag[3:] for tag in tags if tag.startswith("po:")}
        if not WORD.fullmatch(lemma) or not lemma[0].islower():
            continue
        forms = forms_of(lemma, flags, suffixes)
        if any(re.match(r"v\d", kind) for kind in kinds):
            if lemma not in AUXILIARIES:
                verbs.append(verb_family(forms))
                participles.update(form for form, tags in forms if "ppas" in tags)
        elif kinds & {"nom", "adj"} and lemma not in VERBS_FIRST:
            names.append([form for form, _ in forms])
    names = [one for one in names if not participles.issuperset(one)]
    return [list(dict.fromkeys(map(fold, one))) for one in names], verbs


def verb_family(forms: list[tuple[str, frozenset[str]]]) -> list[str]:
    """At most twelve."""
    found: dict[str, None] = {}
    for wanted in VERB_FORMS:
        for form, tags in forms:
            if wanted <= tags and WORD.fullmatch(form):
                found.setdefault(fold(form))
    return list(found)[:MOST_FORMS]


def table(names: list[list[str]], verbs: list[list[str]]) -> dict[str, tuple[str, ...]]:
    """Form -> its family: all that are nouns or adjectives, else the verbs."""
    by_form: dict[str, dict[str, None]] = {}
    of_names: set[str] = set()
    for family in names:
        of_names.update(family)
    for group, allowed in ((names, None), (verbs, of_names)):
        for family in group:
            for form in family:
                if allowed is None or form not in allowed:
                    by_form.setdefault(form, {}).update(dict.fromkeys(family))
    return {
        form: tuple(sorted({form, *list(family)[:MOST_FORMS]}))
        for form, family in by_form.items()
        if len(family) > 1
    }


def write(found: dict[str, tuple[str, ...]]) -> bytes:
    """The file."""
    rules: dict[tuple[int, tuple[str, ...]], int] = {}
    lines = []
    for form in sorted(found):
        family = found[form]
        shared = 0
        while all(one[: shared + 1] == form[: shared + 1] for one in family) and shared < min(
            map(len, family)
        ):
            shared += 1
        rule = (len(form) - shared, tuple(one[shared:] for one in family))
        lines.append(f"{form}\t{rules.setdefault(rule, len(rules))}")
    packer = zstandard.ZstdCompressor(level=LEVEL, write_content_size=True)
    blocks, index = [], []
    for at in range(0, len(lines), BLOCK_LINES):
        part = lines[at : at + BLOCK_LINES]
        packed = packer.compress("\n".join(["", *part, ""]).encode())
        blocks.append(packed)
        index.append([part[0].partition("\t")[0], len(packed)])
    told = packer.compress(
        "\n".join(f"{gone} {' '.join(one or '-' for one in ends)}" for gone, ends in rules).encode()
    )
    head = {"rules": len(told), "blocks": index}
    head_line = json.dumps(head, ensure_ascii=True, separators=(",", ":")).encode()
    return b"".join((MAGIC, head_line, b"\n", told, *blocks))


def main() -> int:
    names, verbs = families(Path(sys.argv[1]))
    found = table(names, verbs)
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_bytes(write(found))
    print(f"{len(found)} forms, {TARGET.stat().st_size} octets")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
