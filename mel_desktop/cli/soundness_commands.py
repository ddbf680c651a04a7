"""``vault check``: what is damaged, where, what is missing; and its repair."""

from __future__ import annotations

from argparse import ArgumentParser

from mel_desktop.cli.context import Context
from mel_desktop.cli.output import Json
from mel_desktop.model.errors import ErrorCode, ExitCode, StoreTrouble
from mel_desktop.model.soundness import (
    AlarmKind,
    CheckReport,
    LastCheck,
    RepairReport,
    Touched,
)


def add_options(parser: ArgumentParser) -> None:
    """Options of ``vault check``."""
    parser.add_argument(
        "--repair", action="store_true", help="mend what is damaged; the damaged file is kept aside"
    )
    parser.add_argument(
        "--acknowledge", action="store_true", help="what was noticed is known: tell it no more"
    )
    parser.add_argument(
        "--let-go", action="store_true", help="delete damaged files that a repair kept aside"
    )


def check(context: Context) -> int:
    """``vault check``: exit 7 when anything is damaged or missing, unless it was mended."""
    options = context.options
    repaired: RepairReport | None = None
    try:
        door = context.facade.soundness
    except StoreTrouble as trouble:
        if trouble.code is not ErrorCode.DAMAGED or not options.repair:
            raise
        repaired = context.repair()
        door = context.facade.soundness
    before = door.last_check()
    report = door.check()
    if report.damages and options.repair and repaired is None:
        repaired = door.repair(report.damages)
        report = door.check()
    if repaired is not None:
        door.finish_index()
    if options.acknowledge:
        door.acknowledge()
    if options.let_go:
        door.let_go()
    _say(context, report, repaired, door.kept_aside(), before)
    if report.damages or (report.alarms and not options.acknowledge):
        return ExitCode.INTEGRITY
    return ExitCode.DONE


def _say(
    context: Context,
    report: CheckReport,
    repaired: RepairReport | None,
    kept: tuple[str, ...],
    before: LastCheck | None,
) -> None:
    names = [one.name for one in report.damages]
    names += [one.file for one in report.alarms if one.file not in names]
    document: dict[str, Json] = {
        "sound": report.sound,
        "damaged": list(names),
        "located": [
            {
                "file": one.file,
                "table": one.table,
                "name": one.name,
                "touched": [_touched(row) for row in one.touched],
            }
            for one in report.damages
        ],
        "noticed": [
            {
                "kind": one.kind.value,
                "file": one.file,
                "at": one.at.isoformat(),
                "missing": one.missing,
            }
            for one in report.alarms
        ],
        "kept_aside": list(kept),
        "last_check": None
        if before is None
        else {"at": before.at.isoformat(), "damaged": [one.name for one in before.damages]},
    }
    lines = [*map(str, names)] or [context.output.say("Tout est intact.", "Everything is sound.")]
    lines += [
        context.output.say(
            f"Ce coffre est une copie plus ancienne : {one.missing} modification(s) manquent.",
            f"This vault is an older copy: {one.missing} change(s) are missing.",
        )
        for one in report.alarms
        if one.kind in (AlarmKind.OLDER, AlarmKind.ROLLBACK)
    ]
    if repaired is not None:
        document["repaired"] = {
            "rows_kept": repaired.rows_kept,
            "rows_lost": repaired.rows_lost,
            "fetched_anew": repaired.fetched_anew,
            "lost": [_touched(row) for row in repaired.lost],
            "kept_aside": repaired.kept_aside,
        }
        lines += _repair_lines(context, repaired)
    context.output.result(document, lines)


def _repair_lines(context: Context, repaired: RepairReport) -> list[str]:
    lines = [
        context.output.say(
            f"Réparé : {repaired.rows_kept} lignes gardées, {repaired.fetched_anew} contenus à"
            " reprendre du serveur.",
            f"Repaired: {repaired.rows_kept} rows kept, {repaired.fetched_anew} contents to fetch"
            " from the server again.",
        )
    ]
    lines += [
        context.output.say("Perdu : ", "Lost: ") + f"{one.kind} {one.id} {one.subject}".rstrip()
        for one in repaired.lost
    ]
    return lines


def _touched(row: Touched) -> dict[str, Json]:
    return {"kind": row.kind, "id": row.id, "subject": row.subject}
