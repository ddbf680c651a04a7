"""``sync``: send what waits, bring mail up to date, and stay for news if wanted."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace

from mel_desktop.cli.context import Context
from mel_desktop.cli.output import Json
from mel_desktop.cli.registry import Subparsers
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.changes import Failure, SyncReport
from mel_desktop.model.errors import ErrorCode, ExitCode, LocalRefusal, MelError, Scope
from mel_desktop.model.links import LinkProfile
from mel_desktop.model.sync import Bodies, SyncOptions

LINKS = [one.value for one in LinkProfile if one is not LinkProfile.OFFLINE]
STEP_S = 0.5  # Windows hands Ctrl-C on only between waits


def add_parsers(commands: Subparsers) -> None:
    """Declare the command."""
    sync = commands.add_parser("sync", help="send what waits and bring mail up to date")
    sync.set_defaults(run=run_sync)
    sync.add_argument("--account", metavar="ID")
    sync.add_argument("--folder", action="append", default=[], metavar="NAME")
    sync.add_argument("--bodies", choices=[one.value for one in Bodies], default="recent")
    sync.add_argument("--max-bytes", type=int, metavar="N", help="ask no more after N octets")
    sync.add_argument("--link", choices=LINKS, default="auto")
    sync.add_argument("--dry-run", action="store_true", help="print the plan, do nothing")
    sync.add_argument("--accept-mass-deletion", action="store_true")
    sync.add_argument(
        "--watch", action="store_true", help="stay until interrupted, sync when there is news"
    )


def run_sync(context: Context) -> int:
    """One object for one account, a list for several."""
    options = context.options
    if options.max_bytes is not None and options.max_bytes <= 0:
        raise LocalRefusal(ErrorCode.USAGE, option="--max-bytes")
    if options.watch and options.dry_run:
        raise LocalRefusal(ErrorCode.USAGE, option="--watch, --dry-run")
    wanted = SyncOptions(
        folders=tuple(options.folder),
        bodies=Bodies(options.bodies),
        accept_mass_deletion=options.accept_mass_deletion,
        dry_run=options.dry_run,
        link=LinkProfile(options.link),
        max_bytes=options.max_bytes,
    )
    chosen = _chosen(context)
    if len(chosen) == 1:
        first = context.facade.sync(chosen[0], wanted, context.output.sync_progress)
        reports, codes = [first], {sync_exit(first)}
    else:
        reports, codes = _sync_all(context, chosen, wanted)
    if options.watch:
        reports = _stay(context, reports, wanted)
        codes = {sync_exit(one) for one in reports}
    documents: list[Json] = [sync_json(one) for one in reports]
    context.output.result(
        documents if len(documents) > 1 else documents[0],
        [line for one in reports for line in sync_lines(context, one)],
    )
    if len(codes) == 1:  # all fared alike: no network, one wrong certificate
        return codes.pop()
    return ExitCode.DECIDE if codes == {ExitCode.DONE, ExitCode.DECIDE} else ExitCode.PARTLY


def _chosen(context: Context) -> list[AccountId]:
    if context.options.account is not None:
        return [context.account(context.options.account)]
    chosen = [account.id for account in context.facade.accounts()]
    if not chosen:
        raise LocalRefusal(ErrorCode.USAGE, why="no account")
    return chosen


def _sync_all(
    context: Context, chosen: Sequence[AccountId], wanted: SyncOptions
) -> tuple[list[SyncReport], set[ExitCode]]:
    reports: list[SyncReport] = []
    codes: set[ExitCode] = set()
    for account in chosen:
        try:
            report = context.facade.sync(account, wanted, context.output.sync_progress)
            codes.add(sync_exit(report))
        except MelError as error:
            if error.scope is Scope.APP:
                raise
            report = _failed(account, error)
            codes.add(error.code.exit_code)
        reports.append(report)
    return reports, codes


def _failed(account: AccountId, error: MelError) -> SyncReport:
    failure = Failure(error.code.text, error.scope.name.lower())
    return SyncReport(account, complete=False, failures=(failure,))


# -- --watch ---------------------------------------------------------------------------------------


def _stay(context: Context, first: Sequence[SyncReport], wanted: SyncOptions) -> list[SyncReport]:
    """Sync whenever there is news, until interrupted; one report for each account of it all."""
    guard = threading.Lock()
    sums = {one.account: one for one in first}

    def add(report: SyncReport) -> None:
        with guard:
            sums[report.account] = together(sums[report.account], report)

    again = replace(wanted, accept_mass_deletion=False)  # it was said of the first sync only
    with _interrupted() as stop:
        context.facade.watch([one.account for one in first], again, add)
        while not stop.wait(STEP_S):
            pass
    context.close()  # no report comes after this
    return list(sums.values())


@contextmanager
def _interrupted() -> Iterator[threading.Event]:
    """Set by Ctrl-C, and by who ends a service politely."""
    stop = threading.Event()
    names = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(name, lambda *_: stop.set()) for name in names]
    try:
        yield stop
    finally:
        for name, handler in zip(names, before, strict=True):
            signal.signal(name, handler)


def together(before: SyncReport, later: SyncReport) -> SyncReport:
    """Two syncs of an account as one: counts added up, troubles those of the later one."""
    return replace(
        later,
        folders=max(before.folders, later.folders),
        new=before.new + later.new,
        changed=before.changed + later.changed,
        vanished=before.vanished + later.vanished,
        bodies=before.bodies + later.bodies,
        uploaded=before.uploaded + later.uploaded,
        bytes_received=before.bytes_received + later.bytes_received,
        bytes_sent=before.bytes_sent + later.bytes_sent,
        flights=before.flights + later.flights,
        seconds=before.seconds + later.seconds,
        milestones=before.milestones,
    )


# -- output ----------------------------------------------------------------------------------------


def sync_exit(report: SyncReport) -> ExitCode:
    """The exit code of one report."""
    if report.refusals:
        return ExitCode.DECIDE
    if not report.failures:
        return ExitCode.DONE
    return ExitCode.PARTLY


def sync_json(report: SyncReport) -> Json:
    """As the contract has it."""
    document: dict[str, Json] = asdict(report)
    document["account"] = str(report.account)
    document["seconds"] = round(report.seconds, 3)
    document["milestones"] = {
        name: None if value is None else round(value, 3)
        for name, value in asdict(report.milestones).items()
    }
    document["refusals"] = [asdict(one) for one in report.refusals]
    document["failures"] = [asdict(one) for one in report.failures]
    document["plan"] = [asdict(one) for one in report.plan]
    return document


def sync_lines(context: Context, report: SyncReport) -> list[str]:
    """For a person: counts, then what needs one, then the plan of a dry run."""
    say = context.output.say
    lines = [
        say(
            f"Compte {report.account} : {report.folders} dossiers, {report.new} nouveaux,"
            f" {report.changed} modifiés, {report.vanished} disparus, {report.bodies} textes,"
            f" {report.uploaded} déposés — {report.bytes_received / 1024:.0f} ko reçus,"
            f" {report.seconds:.1f} s",
            f"Account {report.account}: {report.folders} folders, {report.new} new,"
            f" {report.changed} changed, {report.vanished} gone, {report.bodies} texts,"
            f" {report.uploaded} filed — {report.bytes_received / 1024:.0f} kB received,"
            f" {report.seconds:.1f} s",
        )
    ]
    for one in report.refusals:
        lines += context.output.explained(one.code, f"{one.folder} {one.count}".strip())
    for failure in report.failures:
        lines += context.output.explained(
            failure.code, f"{failure.folder} {failure.detail}".strip()
        )
    lines += [f"  {one.folder}  {one.what} {one.count}" for one in report.plan]
    return lines
