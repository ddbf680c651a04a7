"""``doctor``: what is wrong, what to do, and the bundle for a help desk."""

from __future__ import annotations

import sys
from pathlib import Path

from mel_desktop.cli.context import Context
from mel_desktop.cli.output import Json
from mel_desktop.cli.registry import Subparsers
from mel_desktop.model.changes import Check, CheckState
from mel_desktop.model.errors import ErrorCode, ExitCode

CODES = {code.text: code for code in ErrorCode}
MARKS = {
    CheckState.OK: "✓",
    CheckState.WARN: "!",
    CheckState.FAIL: "✗",
    CheckState.SKIPPED: "–",
}


def add_parsers(commands: Subparsers) -> None:
    """Declare the commands of this module."""
    doctor = commands.add_parser("doctor", help="what is wrong, and what to do")
    doctor.add_argument("--account", metavar="ID")
    doctor.add_argument(
        "--bundle", metavar="FILE", type=Path, help="save what a help desk may read, and show it"
    )
    doctor.set_defaults(run=run_doctor)


def run_doctor(context: Context) -> int:
    """Every check; with --bundle what was saved stands in the output, word for word."""
    chosen = context.options.account
    door = context.facade.checkup
    show = context.output
    live = not show.as_json and not show.quiet and sys.stderr.isatty()

    def heard(check: Check) -> None:
        sys.stderr.write(f"\r\x1b[K{MARKS[check.state]} {check.id}")
        sys.stderr.flush()

    checks = door.run(context.account(chosen) if chosen else None, on_check=heard if live else None)
    if live:
        sys.stderr.write("\r\x1b[K")
    lines = check_lines(context, checks)
    document = checks_json(door.spelt_out(checks))
    if context.options.bundle is not None:
        made = door.bundle(checks, "fr" if show.french else "en")
        door.save_bundle(made, context.options.bundle)
        document["bundle"] = {
            "file": str(context.options.bundle),
            "parts": [{"name": one.name, "text": one.text} for one in made.parts],
        }
        said = show.say("Enregistré, mot pour mot :", "Saved, word for word:")
        lines += ["", said, "", *made.text().split("\n")]
    show.result(document, lines)
    return exit_of(door.spelt_out(checks))


def exit_of(checks: tuple[Check, ...]) -> int:
    """Exit code of the first failed check, 0 when all is well."""
    for check in checks:
        if check.state is CheckState.FAIL:
            code = CODES.get(check.detail.partition(" ")[0])
            if check.id == "vault":
                return ExitCode.INTEGRITY
            if check.id.endswith("-hold"):
                return ExitCode.SIGN_IN
            return code.exit_code if code else ExitCode.NETWORK
    return ExitCode.DONE


def check_lines(context: Context, checks: tuple[Check, ...]) -> list[str]:
    """For a person, in their language."""
    language = "fr" if context.output.french else "en"
    lines = []
    account = None
    for check in checks:
        if check.account != account and check.account is not None:
            account = check.account
            lines.append(context.output.say(f"Compte {account}", f"Account {account}"))
        told = context.facade.checkup.words(check, language)
        lines.append(f"{MARKS[check.state]} {told.title} : {told.detail}")
        if told.action:
            lines.append(f"    → {told.action}")
    return lines


def checks_json(checks: tuple[Check, ...]) -> dict[str, Json]:
    """As ``doctor`` and ``account test`` print them."""
    return {
        "ok": all(check.state is not CheckState.FAIL for check in checks),
        "checks": [
            {
                "id": check.id,
                "title": check.title,
                "state": check.state.value,
                "detail": check.detail,
                "action": check.action,
                "account": None if check.account is None else str(check.account),
                "says": check.says or None,
                "seconds": check.seconds,
            }
            for check in checks
        ],
    }
