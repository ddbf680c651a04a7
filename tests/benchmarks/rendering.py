"""benchmarks.json as a document, and its short table for the README. Nothing here is measured.

The document is in English with a French summary at its top; each figure stands beside its goal and
what the peers took, and a goal that was missed is marked so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tests.benchmarks.figures import Figure

BEGIN: Final = "<!-- benchmarks: written by dev.py bench, do not edit -->"
END: Final = "<!-- end of benchmarks -->"
NOT_YET: Final = "No run was kept yet: `python3 packaging/dev.py bench` writes this table."
KEPT: Final = "kept"
MISSED: Final = "**missed**"
UNMEASURED: Final = "not measured"
_SHARE: Final = " / "  # of a figure that is ours as a share of a peer's
_REVISION: Final = re.compile(r"\+dfsg[^-]*|-[^-]*$")
_FRENCH_TITLES: Final = {
    "sync": "synchronisation", "store": "base et recherche", "directory": "annuaire",
    "window": "fenêtre", "start": "lancement et mémoire", "installers": "installeurs",
}  # fmt: skip
_NBSP: Final = "\u00a0"
_TITLES: Final = {
    "sync": (
        "Sync",
        "A real Dovecot and a line between two network namespaces: `lan` is plain, the others are"
        " by satellite (600 ms, 1 Mbit/s, 0.5 % loss). `floor` is a hand-made client that asks for"
        " no octet more than the task needs and keeps nothing.",
    ),
    "store": (
        "Store and search",
        "The same generated French messages parsed, stored and indexed by all. `plain SQLite` is"
        " our own code without a cipher. What starting a peer's process takes is taken off its"
        " searches.",
    ),
    "directory": (
        "Directory",
        "Keys are CPU of the thread that types; the rest by the wall. ldapsearch writes the same"
        " entries of the same slapd to nowhere.",
    ),
    "window": (
        "Window",
        "From the event to the end of the painting that shows it, under Xvfb. Thunderbird has the"
        " same inbox as Local Folders, offline, its index off, not its first start; ours derives a"
        " key from the passphrase on the way.",
    ),
    "start": (
        "Start and memory of an empty profile",
        "From the process to its painted window, warm, and its memory at rest.",
    ),
    "installers": (
        "Installers",
        "Files that `dev.py deb` and `dev.py windows` left in build/; Thunderbird's package as"
        " apt-cache knows it.",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Headline:
    """A row of the short table."""

    part: str
    scenario: str
    name: str
    english: str
    french: str
    share: str = (
        ""  # the figure that is ours as a share of a peer's, where it has a name of its own
    )
    of: str = ""  # that peer


_SHORT: Final = (
    _Headline("sync", "no-change", "seconds of the whole process",
              "Check of 20 folders by satellite, nothing new",
              "Vérifier 20 dossiers par satellite, rien de nouveau"),
    _Headline("sync", "no-change", "bytes down", "Octets received for it",
              "Octets reçus pour cela"),
    _Headline("sync", "mirror", "seconds of the whole process",
              "Whole mailbox copied, parsed, indexed, encrypted",
              "Boîte entière copiée, lue, indexée, chiffrée"),
    _Headline("sync", "all-text", "seconds of the sync", "All texts by satellite",
              "Tous les textes par satellite"),
    _Headline("store", "store", "with MIME parsing, CPU", "Messages parsed, stored, indexed: CPU",
              "Messages lus, rangés, indexés (temps de processeur)"),
    _Headline("store", "store", "size", "Store and index on disk",
              "Base et index sur le disque"),
    _Headline("store", "search", "one word, p95", "Search for a word, 95 of 100 within",
              "Recherche d’un mot (95 fois sur 100)"),
    _Headline("directory", "completion", "a key, p95",
              "Completing a name, a key, 95 of 100 within",
              "Compléter un nom, à chaque touche (95 fois sur 100)"),
    _Headline("directory", "ldap", "a whole directory", "LDAP directory copied",
              "Annuaire LDAP copié"),
    _Headline("window", "start", "process to rows painted", "Start to the rows of a large inbox",
              "Du lancement aux lignes d’une grande boîte"),
    _Headline("window", "memory", "the process, at rest", "Memory of the window on it (RSS)",
              "Mémoire de la fenêtre (RSS)"),
    _Headline("window", "window", "scrolling while 50 rows come every 100 ms, p99",
              "Scrolling while mail comes in, 99 of 100 within",
              "Défilement pendant l’arrivée de courrier (99 fois sur 100)"),
    _Headline("start", "start", "frozen, process to window", "Start of the installed program",
              "Lancement du programme installé", "frozen, of the module's", "the module"),
    _Headline("start", "memory", "idle window, frozen", "Memory of an idle window",
              "Mémoire d’une fenêtre au repos"),
    _Headline("start", "memory", "idle window, module",
              "Memory of an idle window, from the sources",
              "Mémoire d’une fenêtre au repos, depuis les sources"),
    _Headline("installers", "sizes", ".deb, to fetch", "Package for Debian",
              "Paquet pour Debian"),
    _Headline("installers", "sizes", "MSI, to fetch", "Installer for Windows",
              "Installeur pour Windows"),
    _Headline("installers", "sizes", "MSI, installed", "Once installed on Windows",
              "Une fois installé sous Windows"),
)  # fmt: skip
_FRENCH_PEERS: Final = {"plain SQLite": "SQLite nu", "floor": "client minimal"}
_FRENCH: Final = {"kB": "ko", "MB": "Mo", "MB/s": "Mo/s"}


# -- out ------------------------------------------------------------------------------------------


def report(told: Mapping[str, Any]) -> str:
    """benchmarks.md."""
    lines = ["# Benchmarks", ""]
    lines += ["Written by `python3 packaging/dev.py bench`; nothing here is typed by hand.", ""]
    lines += [*_in_french(told), "", *_goals(told), "", *_machine(told)]
    for part in told["parts"]:
        lines += ["", *_part(part)]
    return "\n".join(lines) + "\n"


def short(told: Mapping[str, Any]) -> str:
    """What stands in the README, without the marks around it."""
    rows = ["| | Mel Desktop | beside | goal |", "|---|---|---|---|"]
    for line, figure, shares in _headlines(told):
        beside = ", ".join(_beside(figure, peer) for peer in figure.beside) or "-"
        goals = [_goal(figure), *(_goal(one, of) for one, of in shares)]
        goal = "; ".join(filter(None, goals)) or "-"
        rows.append(f"| {line.english} | {_value(figure)} | {beside} | {goal} |")
    kept, missed, unmeasured = _counts(told)
    gaps = [*_troubles(told), *(f"{name} is not there" for name in told["absent"])]
    return "\n".join(
        [
            *rows,
            "",
            f"{_dates(told)}, {told['machine']['CPU']}, {told['machine']['Cores']} cores,"
            f" {told['machine']['Memory']}, {told['machine']['System']}. {_size_note(told)}"
            f" {_busy(told)}In brackets: ours as a multiple of theirs. Goals kept: {kept}, missed:"
            f" {missed}, not measured: {unmeasured}.",
            "",
            f"{_versions(told)}. All figures and what was missed:"
            " [resources/docs/benchmarks.md](resources/docs/benchmarks.md).",
            *(["", f"Not in it: {'; '.join(gaps)}."] if gaps else []),
        ]
    )


def put_into(readme: str, block: str) -> str:
    """The README with another block between its marks. ValueError where they are not there."""
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError("the README has no place for the benchmarks")
    return f"{before}{BEGIN}\n\n{block}\n\n{END}{after}"


def block_of(readme: str) -> str:
    """What stands between the marks."""
    return readme.partition(BEGIN)[2].partition(END)[0].strip("\n")


def summary(told: Mapping[str, Any]) -> str:
    """For the terminal."""
    kept, missed, unmeasured = _counts(told)
    lines = [f"goals kept {kept}, missed {missed}, not measured {unmeasured}"]
    lines += [f"  {one}" for one in _troubles(told)]
    lines += [f"  missed: {name}" for name in _missed(told)]
    return "\n".join(lines)


def is_content(told: Mapping[str, Any], names: Sequence[str]) -> bool:
    """Whether these parts ran to their end and missed nothing."""
    chosen = [one for one in told["parts"] if one["name"] in names]
    verdicts = [_verdict(figure) for one in chosen for figure in _figures(one)]
    return not any(one["trouble"] for one in chosen) and MISSED not in verdicts


# -- parts of it ----------------------------------------------------------------------------------


def _in_french(told: Mapping[str, Any]) -> list[str]:
    kept, missed, unmeasured = _counts(told)
    lines = [
        "## En bref",
        "",
        f"Mesuré le {_french_dates(told)} sur une seule machine, à côté d’autres logiciels, tous"
        f" dans la même série. Objectifs tenus{_NBSP}: {kept}{_NBSP}; manqués{_NBSP}: {missed}"
        f"{_NBSP}; non mesurés{_NBSP}: {unmeasured}.",
        "",
    ]
    for line, figure, shares in _headlines(told):
        beside = " ; ".join(
            f"{_FRENCH_PEERS.get(peer, peer)} {_french(other, figure.unit)}"
            for peer, other in figure.beside.items()
        ).replace(" ;", f"{_NBSP};")
        verdicts = {_verdict(figure), *(_verdict(one) for one, _ in shares)}
        goal = ", objectif tenu" if KEPT in verdicts else ""
        goal = ", **objectif manqué**" if MISSED in verdicts else goal
        ours = _french(figure.value or 0, figure.unit)
        lines.append(f"- {line.french}{_NBSP}: {ours}{goal}" + (f" ({beside})" if beside else ""))
    gaps = [_FRENCH_TITLES[one["name"]] for one in told["parts"] if one["trouble"]]
    if gaps:
        lines += ["", f"Incomplet ou non mesuré{_NBSP}: {', '.join(gaps)}."]
    return lines


def _goals(told: Mapping[str, Any]) -> list[str]:
    kept, missed, unmeasured = _counts(told)
    lines = [
        "## Goals",
        "",
        f"Kept {kept}, missed {missed}, not measured {unmeasured}. {_size_note(told)} Behind what"
        " a peer took: ours as a multiple of it.",
        "",
        *([_busy(told).strip(), ""] if _busy(told) else []),
        *(f"- missed: {name}" for name in _missed(told)),
        *(f"- not measured: {name}" for name in _unmeasured(told)),
        *(f"- {one}" for one in _troubles(told)),
        *(f"- {name} is not there: {why}" for name, why in told["absent"].items()),
    ]
    return lines


def _machine(told: Mapping[str, Any]) -> list[str]:
    lines = ["## Machine and versions", "", "| | |", "|---|---|", f"| Date | {_dates(told)} |"]
    lines += [f"| {name} | {value} |" for name, value in told["machine"].items()]
    return lines + [f"| {name} | {value} |" for name, value in told["versions"].items()]


def _part(part: Mapping[str, Any]) -> list[str]:
    title, how = _TITLES[part["name"]]
    lines = [f"## {title}", "", how]
    if part["date"]:
        measured = f"Measured {part['date']} at {part['commit']} in {part['seconds']} s"
        if part["load"] is not None:
            measured += f", load of the machine before it {part['load']:.1f}"
        sizes = f". Sizes: {part['sizes']}." if part["sizes"] else "."
        lines += ["", measured + sizes]
    if part["trouble"]:
        lines += ["", f"**Not complete**: {part['trouble']}."]
    if part["left_out"]:
        lines += ["", f"Left out: {'; '.join(part['left_out'])}."]
    figures = list(_figures(part))
    if not figures:
        return lines
    peers = list(dict.fromkeys(peer for one in figures for peer in one.beside))
    head = ["scenario", "what", "Mel Desktop", "goal", "verdict", *peers]
    lines += ["", _row(head), _row(["---"] * len(head))]
    for one in figures:
        took = [_peer(one, peer) for peer in peers]
        lines.append(_row([one.scenario, one.name, _value(one), _asked(one), _verdict(one), *took]))
    return lines


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


_Share = tuple[Figure, str]  # and whose


# -- figures --------------------------------------------------------------------------------------


def number(value: float) -> str:
    """Three digits that say something; whole numbers whole."""
    size = abs(value)
    if size >= 1000 or value == int(value):
        return f"{value:,.0f}"
    digits = 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 1 else 3
    return f"{value:.{digits}f}"


def _with_unit(value: float, unit: str) -> str:
    return f"{number(value)} {unit}".strip()


def _french(value: float, unit: str) -> str:
    text = number(value).replace(",", "\u202f").replace(".", ",")
    return f"{text}{_NBSP}{_FRENCH.get(unit, unit)}" if unit else text


def _value(figure: Figure) -> str:
    return "-" if figure.value is None else _with_unit(figure.value, figure.unit)


def _peer(figure: Figure, peer: str) -> str:
    """What it took, and ours as a share of it."""
    if peer not in figure.beside:
        return ""
    ratio = figure.ratio(peer)
    share = "" if ratio is None else f" ({number(ratio)} x)"
    return _with_unit(figure.beside[peer], figure.unit) + share


def _beside(figure: Figure, peer: str) -> str:
    return f"{peer} {_peer(figure, peer)}"


def _asked(figure: Figure) -> str:
    """The goal, its source, and what a share of a peer came to."""
    if not figure.goal:
        return ""
    is_share = figure.limit is not None and figure.goal.split()[-1] != figure.unit
    came = f" = {_with_unit(figure.limit or 0, figure.unit)}" if is_share and figure.unit else ""
    return f"{figure.goal}{came} ({figure.source})"


def _verdict(figure: Figure) -> str:
    if figure.kept is None:
        return ""
    if figure.value is None or figure.limit is None:
        return UNMEASURED if figure.goal else MISSED
    return KEPT if figure.kept else MISSED


def _goal(figure: Figure, of: str = "") -> str:
    verdict = _verdict(figure)
    goal = f"{figure.goal} x {of}" if of else figure.goal
    return f"{goal}: {verdict}" if verdict else ""


def _figures(part: Mapping[str, Any]) -> list[Figure]:
    return [Figure.from_json(row) for row in part["figures"]]


def _headlines(told: Mapping[str, Any]) -> list[tuple[_Headline, Figure, list[_Share]]]:
    """Those that were measured, with what was promised of them as a share of a peer's."""
    all_ = {(part["name"], one.scenario, one.name): one
            for part in told["parts"] for one in _figures(part)}  # fmt: skip
    found = []
    for line in _SHORT:
        figure = all_.get((line.part, line.scenario, line.name))
        if figure is None or figure.value is None:
            continue
        shares = [
            (one, line.of if name == line.share else name.removeprefix(line.name + _SHARE))
            for (part, scenario, name), one in all_.items()
            if (part, scenario) == (line.part, line.scenario)
            and (name == line.share or name.startswith(line.name + _SHARE))
        ]
        found.append((line, figure, shares))
    return found


def _counts(told: Mapping[str, Any]) -> tuple[int, int, int]:
    """Goals kept, missed, not measured."""
    verdicts = [_verdict(one) for part in told["parts"] for one in _figures(part)]
    return verdicts.count(KEPT), verdicts.count(MISSED), verdicts.count(UNMEASURED)


def _missed(told: Mapping[str, Any]) -> list[str]:
    return [
        f"{part['name']}, {one.scenario}: {one.name}, {_value(one)} instead of {_asked(one)}"
        for part in told["parts"]
        for one in _figures(part)
        if _verdict(one) == MISSED
    ]


def _unmeasured(told: Mapping[str, Any]) -> list[str]:
    return [
        f"{part['name']}, {one.scenario}: {one.name} ({_asked(one)})"
        for part in told["parts"]
        for one in _figures(part)
        if _verdict(one) == UNMEASURED
    ]


def _troubles(told: Mapping[str, Any]) -> list[str]:
    """Parts that are not complete, and who was left out."""
    return [
        f"{part['name']}: {why}"
        for part in told["parts"]
        for why in (
            *filter(None, [part["trouble"]]),
            *(f"without {one}" for one in part["left_out"]),
        )
    ]


def _dates(told: Mapping[str, Any]) -> str:
    """The day, or the first and the last."""
    return " to ".join(dict.fromkeys((*told["dates"][:1], *told["dates"][-1:]))) or "Never"


def _french_dates(told: Mapping[str, Any]) -> str:
    days = ["/".join(reversed(one.split("-"))) for one in told["dates"]]
    return " au ".join(dict.fromkeys((*days[:1], *days[-1:])))


def _busy(told: Mapping[str, Any]) -> str:
    """Where something else ran: each part leaves a load of one or two to the next."""
    loads = [one["load"] for one in told["parts"] if one["load"] is not None]
    most, cores = max(loads, default=0.0), told["machine"]["Cores"]
    if not cores.isdecimal() or most <= int(cores) * 1.5:
        return ""
    return f"**The machine was busy (load up to {most:.1f}): times say little.** "


def _versions(told: Mapping[str, Any]) -> str:
    """Of us and of those in the table, without Debian's own numbers."""
    peers = [peer.casefold() for _, figure, _ in _headlines(told) for peer in figure.beside]
    shown = {
        name: _REVISION.sub("", version.partition(":")[2] or version)
        for name, version in told["versions"].items() if name.casefold().startswith(tuple(peers))
    }  # fmt: skip
    ours = f"Mel Desktop {told['versions'].get('Mel Desktop', '')}".strip()
    return ", ".join((ours, *(f"{name} {version}" for name, version in shown.items())))


def _size_note(told: Mapping[str, Any]) -> str:
    """Goals are for the full sizes: a small run says less."""
    if told["size"] == "full":
        return "Full sizes."
    return "Small sizes (goals are for the full ones: `--size full`, an hour or more)."
