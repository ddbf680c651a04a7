"""``import``, ``export``, ``seed``, ``vault backup`` and ``vault restore``."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from mel_desktop.app import wiring
from mel_desktop.cli.context import Context, read_secret
from mel_desktop.cli.output import Json, instant
from mel_desktop.cli.registry import Subparsers
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.errors import ExitCode
from mel_desktop.model.mail import FolderId
from mel_desktop.model.transfer import (
    BackupFacts,
    ExportDone,
    ExportKind,
    ImportDone,
    SeedDone,
    TransferProgress,
)


def add_parsers(commands: Subparsers) -> None:
    """Declare the commands of this module; those of ``vault``: ``add_vault_parsers``."""
    out = commands.add_parser("export", help="messages to files")
    where = out.add_mutually_exclusive_group(required=True)
    where.add_argument("--eml", type=Path, metavar="DIR", help="a file for each message")
    where.add_argument("--mbox", type=Path, metavar="FILE", help="one mailbox file")
    where.add_argument("--archive", type=Path, metavar="FILE", help="one ZIP file")
    out.add_argument("--folder", action="append", default=[], metavar="F")
    out.add_argument("--account", metavar="ID")
    out.add_argument("--fetch", action="store_true", help="bring what is not on this PC first")
    out.add_argument("--replace", action="store_true", help="a file that is there already")
    out.set_defaults(run=export)
    into = commands.add_parser("import", help="EML, mbox, Maildir, ZIP archive, Thunderbird")
    into.add_argument("source", type=Path, metavar="FILE_OR_DIR")
    into.add_argument("--folder", metavar="F", help="default: a folder of this PC")
    into.add_argument("--account", metavar="ID")
    into.set_defaults(run=import_mail)
    seed = commands.add_parser("seed", help="hand a first sync over to another PC")
    actions = seed.add_subparsers(dest="action", required=True, metavar="ACTION")
    code = actions.add_parser("code", help="what this PC shows to be given a seed")
    code.set_defaults(run=seed_code)
    create = actions.add_parser("create", help="what the other PC does not have yet")
    create.add_argument("file", type=Path, metavar="FILE")
    create.add_argument("--for", dest="code", required=True, metavar="CODE")
    create.add_argument("--account", action="append", default=[], metavar="ID")
    create.add_argument("--all", action="store_true", help="also what earlier seeds held")
    create.set_defaults(run=seed_create)
    opened = actions.add_parser("open", help="merge a seed that was made for this PC")
    opened.add_argument("file", type=Path, metavar="FILE")
    opened.set_defaults(run=seed_open)


def add_vault_parsers(group: Subparsers) -> None:
    """``vault backup`` and ``vault restore``."""
    backup_parser: ArgumentParser = group.add_parser("backup", help="all in one encrypted file")
    backup_parser.add_argument("file", type=Path, metavar="FILE")
    backup_parser.set_defaults(run=backup)
    restore_parser: ArgumentParser = group.add_parser("restore", help="a backup as this vault")
    restore_parser.add_argument("file", type=Path, metavar="FILE")
    restore_parser.add_argument("--recovery-code-file", metavar="F", help="instead of a passphrase")
    restore_parser.add_argument(
        "--yes", action="store_true", help="a vault that is there is moved aside"
    )
    restore_parser.set_defaults(run=restore)


# -- import and export ----------------------------------------------------------------------------


def import_mail(context: Context) -> int:
    """``import``: exit 10 when something could not be read."""
    account = context.account(context.options.account)
    chosen = context.options.folder
    folder = None if chosen is None else context.facade.find_folder(chosen, account).id
    done = context.facade.transfer.import_mail(
        context.options.source, account, folder, progress=_Bar(context)
    )
    context.output.result(_imported(done), _import_lines(context, done))
    return ExitCode.PARTLY if done.problems else ExitCode.DONE


def _imported(done: ImportDone) -> Json:
    return {
        "source": done.source,
        "format": done.kind.value,
        "folder": done.folder,
        "imported": done.imported,
        "duplicates": done.duplicates,
        "deleted_left_out": done.left_out,
        "failed": [
            {"file": one.path, "position": one.position, "reason": one.reason}
            for one in done.problems
        ],
        "resumed": done.resumed,
        "waits_for_server": done.waits_for_server,
        "address_book": done.book,
        "contacts": done.contacts,
        "lists": done.lists,
    }


def _import_lines(context: Context, done: ImportDone) -> list[str]:
    say = context.output.say
    lines = [
        say(
            f"{done.imported} messages importés dans « {done.folder} »,"
            f" {done.duplicates} déjà présents, {done.left_out} supprimés laissés de côté.",
            f"{done.imported} messages imported into “{done.folder}”,"
            f" {done.duplicates} here already, {done.left_out} deleted ones left out.",
        )
    ]
    if done.book:
        lines.append(
            say(
                f"{done.contacts} contacts et {done.lists} listes dans « {done.book} ».",
                f"{done.contacts} contacts and {done.lists} lists in “{done.book}”.",
            )
        )
    if done.waits_for_server:
        lines.append(
            say(
                "Ils seront déposés sur le serveur à la prochaine synchronisation.",
                "They go up to the server with the next sync.",
            )
        )
    for one in done.problems:
        lines += context.output.explained(one.reason, f"{one.path}:{one.position}")
    return lines


def export(context: Context) -> int:
    """``export``: exit 10 when parts of messages are not on this PC."""
    options = context.options
    kind, target = _target(options.eml, options.mbox, options.archive)
    account = None if options.account is None else context.account(options.account)
    done = context.facade.transfer.export_mail(
        kind,
        target,
        _folders(context, account),
        fetch=options.fetch,
        replace=options.replace,
        progress=_Bar(context),
    )
    context.output.result(_exported(done), _export_lines(context, done))
    return ExitCode.PARTLY if done.incomplete else ExitCode.DONE


def _target(eml: Path | None, mbox: Path | None, archive: Path | None) -> tuple[ExportKind, Path]:
    if eml is not None:
        return ExportKind.EML, eml
    if mbox is not None:
        return ExportKind.MBOX, mbox
    assert archive is not None  # argparse wants one of them
    return ExportKind.ARCHIVE, archive


def _folders(context: Context, account: AccountId | None) -> list[FolderId]:
    names = context.options.folder
    if names:
        return [context.facade.find_folder(name, account).id for name in names]
    if account is None:
        return []
    return [one.id for one in context.facade.folders(account)]


def _exported(done: ExportDone) -> Json:
    return {
        "target": done.target,
        "format": done.kind.value,
        "messages": done.messages,
        "rebuilt": done.rebuilt,
        "bytes": done.octets,
        "incomplete": [
            {
                "id": str(one.message),
                "folder": one.folder,
                "subject": one.subject,
                "missing_parts": one.missing,
            }
            for one in done.incomplete
        ],
    }


def _export_lines(context: Context, done: ExportDone) -> list[str]:
    say = context.output.say
    lines = [
        say(
            f"{done.messages} messages exportés dans {done.target}"
            f" ({done.rebuilt} reconstitués à partir de ce qui est sur ce poste).",
            f"{done.messages} messages exported to {done.target}"
            f" ({done.rebuilt} put together from what is on this PC).",
        )
    ]
    if done.incomplete:
        lines.append(
            say(
                f"{len(done.incomplete)} incomplets (--fetch les récupère en ligne) :",
                f"{len(done.incomplete)} incomplete (--fetch brings the rest online):",
            )
        )
        lines += [f"  {one.message}  {one.folder}  {one.subject}" for one in done.incomplete]
    return lines


# -- backup ---------------------------------------------------------------------------------------


def backup(context: Context) -> int:
    """``vault backup FILE``."""
    facts = context.facade.transfer.back_up(context.options.file, progress=_Bar(context))
    context.output.result(
        _backup(facts),
        [
            context.output.say(
                f"Sauvegarde vérifiée : {facts.path} ({facts.messages} messages). Elle s’ouvre "
                "avec la phrase de passe et le code de secours d’aujourd’hui.",
                f"Backup verified: {facts.path} ({facts.messages} messages). It opens with the "
                "passphrase and the recovery code of today.",
            )
        ],
    )
    return ExitCode.DONE


def restore(context: Context) -> int:
    """``vault restore FILE [--yes]``."""
    code_file = context.options.recovery_code_file
    passphrase = context.passphrase_from_file()
    facts, aside = wiring.restore_profile(
        context.options.file,
        context.profile,
        passphrase=passphrase if code_file is None else None,
        recovery=None if code_file is None else read_secret(code_file),
        use_keyring=passphrase is None and code_file is None,
        replace=context.options.yes,
        progress=_Bar(context),
    )
    document = _backup(facts)
    document["profile"] = str(context.profile)
    document["moved_aside"] = None if aside is None else str(aside)
    say = context.output.say
    lines = [
        say(
            f"Coffre restauré dans {context.profile} ({facts.messages} messages).",
            f"Vault restored to {context.profile} ({facts.messages} messages).",
        )
    ]
    if aside is not None:
        lines.append(say(f"L’ancien coffre est dans {aside}.", f"The old vault is in {aside}."))
    context.output.result(document, lines)
    return ExitCode.DONE


def _backup(facts: BackupFacts) -> dict[str, Json]:
    return {
        "file": facts.path,
        "created_at": instant(facts.created_at),
        "bytes": facts.octets,
        "accounts": facts.accounts,
        "folders": facts.folders,
        "messages": facts.messages,
        "drafts": facts.drafts,
    }


# -- seeds ----------------------------------------------------------------------------------------


def seed_code(context: Context) -> int:
    """``seed code``."""
    code = context.facade.transfer.seed_code()
    context.output.result({"code": code}, [code])
    return ExitCode.DONE


def seed_create(context: Context) -> int:
    """``seed create FILE --for CODE``."""
    accounts = [context.account(one) for one in context.options.account]
    done = context.facade.transfer.create_seed(
        context.options.file,
        context.options.code,
        accounts,
        everything=context.options.all,
        progress=_Bar(context),
    )
    context.output.result(
        _seed(done),
        [
            context.output.say(
                f"Amorce écrite : {done.path} ({done.messages} messages, {done.parts} contenus).",
                f"Seed written: {done.path} ({done.messages} messages, {done.parts} contents).",
            )
        ],
    )
    return ExitCode.DONE


def seed_open(context: Context) -> int:
    """``seed open FILE``: exit 10 when a folder could not be merged."""
    done = context.facade.transfer.open_seed(context.options.file, progress=_Bar(context))
    say = context.output.say
    lines = [
        say(
            f"Amorce reprise : {done.messages} messages ajoutés, {done.bodies} textes,"
            f" {done.parts} contenus ; {done.known} déjà présents. Préparée par {done.sender}.",
            f"Seed merged: {done.messages} messages added, {done.bodies} texts,"
            f" {done.parts} contents; {done.known} here already. Prepared by {done.sender}.",
        ),
        *(
            say(f"  ! dossier laissé de côté : {one}", f"  ! left out: {one}")
            for one in done.skipped
        ),
        *(
            say(f"  Compte ajouté, mot de passe à donner : {one}", f"  Account added: {one}")
            for one in done.made_accounts
        ),
    ]
    context.output.result(_seed(done), lines)
    return ExitCode.PARTLY if done.skipped else ExitCode.DONE


def _seed(done: SeedDone) -> Json:
    return {
        "file": done.path,
        "bytes": done.octets,
        "accounts": list(done.accounts),
        "folders": done.folders,
        "messages": done.messages,
        "bodies": done.bodies,
        "parts": done.parts,
        "templates": done.templates,
        "words": done.words,
        "known": done.known,
        "skipped": list(done.skipped),
        "accounts_added": list(done.made_accounts),
        "from": done.sender,
    }


class _Bar:
    """The progress bar, not drawn more often than it moves."""

    def __init__(self, context: Context) -> None:
        self._output = context.output
        self._shown = -1

    def __call__(self, now: TransferProgress) -> None:
        """How far it is."""
        share = now.octets * 1000 // now.expected if now.expected else 0
        if share != self._shown:
            self._shown = share
            self._output.progress(now.octets, now.expected)
