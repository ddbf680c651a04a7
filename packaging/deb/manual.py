"""Manual pages (English, French) and bash completion, from the command line's own parser.

    PYTHONPATH=. python packaging/deb/manual.py FOLDER

Writes mel-desktop.1, mel-desktop.fr.1 and mel-desktop.bash. The words of the French page that the
parser cannot give are in manual.fr.toml; a command or an option without its French is an error.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from mel_desktop import __version__
from mel_desktop.cli.main import build_parser
from mel_desktop.cli.options import VALUED
from mel_desktop.model.errors import ExitCode

HERE = Path(__file__).resolve().parent
FRENCH = HERE / "manual.fr.toml"


@dataclass(frozen=True, slots=True)
class Command:
    """A command, or an action of one."""

    name: str
    help: str
    options: tuple[str, ...]
    actions: tuple[Command, ...] = ()


@dataclass(frozen=True, slots=True)
class Option:
    """A global option; ``value`` is "" where it takes none."""

    name: str
    value: str
    help: str


def commands(parser: argparse.ArgumentParser) -> tuple[Command, ...]:
    """What the parser knows, in its order."""
    made = []
    for action in parser._actions:
        if not isinstance(action, argparse._SubParsersAction):
            continue
        told = {choice.dest: choice.help or "" for choice in action._choices_actions}
        for name, inner in action.choices.items():
            named = tuple(
                word for one in inner._actions for word in one.option_strings if word[:2] == "--"
            )
            made.append(Command(name, told.get(name, ""), named, commands(inner)))
    return tuple(made)


def options(parser: argparse.ArgumentParser) -> tuple[Option, ...]:
    """The global ones."""
    return tuple(
        Option(action.option_strings[-1], str(action.metavar or ""), action.help or "")
        for action in parser._actions
        if action.option_strings
    )


# -- Manual pages ---------------------------------------------------------------------------------

_ENGLISH: Final[dict[str, Any]] = {
    "manual": "User Commands",
    "summary": "offline-first school mail and directory, encrypted on the PC",
    "titles": {
        "name": "NAME", "synopsis": "SYNOPSIS", "description": "DESCRIPTION",
        "options": "OPTIONS", "commands": "COMMANDS", "status": "EXIT STATUS", "files": "FILES",
        "environment": "ENVIRONMENT", "examples": "EXAMPLES",
    },
    "synopsis": [
        "[OPTIONS] [mailto:ADDRESS | FILE.eml]", "[OPTIONS] COMMAND [...]",
        "--self-test [--out FILE]",
    ],
    "description": [
        "Without a command Mel Desktop opens its window; a mailto: address opens a new message,"
        " an .eml file is shown. With a command it does one thing and says so by its exit status:"
        " the same functions as in the window, for administrators and scripts.",
        "Mail and directory are kept in one local database, encrypted as a whole. Each command"
        " tells its own options with --help.",
    ],
    "options": {
        "--help": "show the options and leave",
        "--profile": "the folder of the profile",
        "--quiet": "only what was asked for",
        "--verbose": "the log on standard error: codes and numbers, never a subject or an address",
        "--version": "the version",
    },
    "status": {
        "DONE": "done", "FAULT": "a bug, or a step of --self-test that failed",
        "USAGE": "the command line was wrong", "SIGN_IN": "sign-in refused",
        "NETWORK": "network", "VAULT": "the vault is locked", "DECIDE": "a person must decide",
        "INTEGRITY": "data damaged", "DISK": "disk", "POLICY": "refused by policy",
        "PARTLY": "partly done",
    },
    "files": {
        "/etc/mel-desktop/policy.toml": "what the administrator decides for all users",
        "~/.local/share/mel-desktop": "the profile: encrypted database, key slots, lock",
        "~/.local/state/mel-desktop": "a counter of each vault, against old copies put back",
    },
    "environment": {
        "MEL_DESKTOP_PROFILE": "the folder of the profile",
        "LC_ALL, LC_MESSAGES, LANG": "English where they ask for it, else French",
    },
    "examples": {
        "mel-desktop sync": "send what waits and bring mail up to date",
        "mel-desktop --offline search '\"conseil de classe\" 4B'": "search without a line",
        "mel-desktop --self-test --out report.json": "check the installation",
    },
}  # fmt: skip


def page(language: str, date: str) -> str:
    """A manual page in roff, UTF-8."""
    french = tomllib.loads(FRENCH.read_text(encoding="utf-8"))
    words = french if language == "fr" else _ENGLISH
    parser = build_parser()
    title = words["titles"]
    out = [
        f'.TH MEL-DESKTOP 1 "{date}" "Mel Desktop {__version__}" "{words["manual"]}"',
        f".SH {title['name']}", f"mel-desktop \\- {_roff(words['summary'])}",
        f".SH {title['synopsis']}",
    ]  # fmt: skip
    for number, line in enumerate(words["synopsis"]):
        out += [".br"] if number else []
        out.append(f".B mel\\-desktop\n{_roff(line)}")
    out.append(f".SH {title['description']}")
    for paragraph in words["description"]:
        out += [_roff(paragraph), ".PP"]
    out[-1] = f".SH {title['options']}"
    told = words["options"]
    for option in options(parser):
        text = told.get(option.name) or ("" if language == "fr" else option.help)
        out += _item(f"{option.name} {option.value}".strip(), _required(text, option.name))
    out.append(f".SH {title['commands']}")
    for command in commands(parser):
        text = words["commands"].get(command.name, "") if language == "fr" else command.help
        actions = " | ".join(one.name for one in command.actions)
        out += _item(f"{command.name} {actions}".strip(), _required(text, command.name))
    out.append(f".SH {title['status']}")
    for code in ExitCode:
        out += _item(str(int(code)), _required(words["status"].get(code.name, ""), code.name))
    for part in ("files", "environment", "examples"):
        out.append(f".SH {title[part]}")
        for name, text in words[part].items():
            out += _item(name, text)
    return "\n".join(out) + "\n"


def _item(name: str, text: str) -> list[str]:
    return [".TP", f".B {_roff(name)}", _roff(text)]


def _required(text: str, name: str) -> str:
    if not text:
        raise KeyError(f"no words for {name}")
    return text


def _roff(text: str) -> str:
    """Text as roff takes it: no line of it can be a request."""
    plain = text.replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq")
    return "\\&" + plain if plain[:1] in ".'" else plain.replace("'", "\\(aq")


# -- Completion -----------------------------------------------------------------------------------

_SCRIPT = """\
# bash completion of mel-desktop; made from its parser
_mel_desktop() {{
    local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD-1]}}
    local word command= action= skip= at
    for ((at = 1; at < COMP_CWORD; at++)); do
        word=${{COMP_WORDS[at]}}
        if [[ -n $skip ]]; then skip=; continue; fi
        case $word in
            {valued}) skip=1 ;;
            -*) ;;
            *) if [[ -z $command ]]; then command=$word
               elif [[ -z $action ]]; then action=$word; fi ;;
        esac
    done
    local globals="{globals}" options= words=
    case $prev in
        --profile) COMPREPLY=($(compgen -d -- "$cur")); return ;;
        *-file|--out|--policy|--attach|--keep|--screenshot) COMPREPLY=($(compgen -f -- "$cur")); return ;;
    esac
    case $command in
        "") words="{names}"; options=$globals ;;
{cases}
    esac
    if [[ -n $command && " $words " == *" $action "* && -n $action ]]; then
        case "$command $action" in
{actions}
        esac
        words=
    fi
    if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W "$options" -- "$cur"))
    elif [[ -n $words ]]; then COMPREPLY=($(compgen -W "$words" -- "$cur")); fi
}}
complete -o default -F _mel_desktop mel-desktop
"""  # noqa: E501 shell


def completion() -> str:
    """The script."""
    parser = build_parser()
    known = commands(parser)
    return _SCRIPT.format(
        valued="|".join(sorted(VALUED)),
        globals=" ".join(option.name for option in options(parser)),
        names=" ".join(command.name for command in known),
        cases="\n".join(_cases(known)),
        actions="\n".join(_action_cases(known)),
    )


def _cases(known: tuple[Command, ...]) -> Iterator[str]:
    for command in known:
        words = " ".join(action.name for action in command.actions)
        yield f'        {command.name}) words="{words}"; options="{" ".join(command.options)}" ;;'


def _action_cases(known: tuple[Command, ...]) -> Iterator[str]:
    for command in known:
        for one in command.actions:
            yield f'            "{command.name} {one.name}") options="{" ".join(one.options)}" ;;'


def main(folder: Path, date: str) -> int:
    """Write the three."""
    (folder / "mel-desktop.1").write_text(page("en", date), encoding="utf-8")
    (folder / "mel-desktop.fr.1").write_text(page("fr", date), encoding="utf-8")
    (folder / "mel-desktop.bash").write_text(completion(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
