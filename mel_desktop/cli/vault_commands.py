"""``vault`` commands."""

from __future__ import annotations

from argparse import ArgumentParser

from mel_desktop.app import wiring
from mel_desktop.cli import transfer_commands
from mel_desktop.cli.context import Context, read_secret
from mel_desktop.cli.output import Json
from mel_desktop.cli.registry import Command, Subparsers
from mel_desktop.model.errors import ErrorCode, ExitCode, LocalRefusal


def add_parsers(commands: Subparsers) -> None:
    """Declare the commands of this module."""
    group = commands.add_parser("vault", help="the encrypted profile").add_subparsers(
        dest="action", required=True, metavar="ACTION"
    )
    for name, text, run in (
        ("create", "make the vault", create),
        ("status", "how it can be opened", status),
        ("recovery-code", "make a new recovery code and print it once", recovery_code),
        ("check", "read and authenticate everything", check),
    ):
        _parser(group, name, text, run)
    change = _parser(group, "change-passphrase", "rewrap the data key", change_passphrase)
    change.add_argument("--new-passphrase-file", required=True, metavar="FILE")
    erase_parser = _parser(group, "erase", "destroy keys and files, for good", erase)
    erase_parser.add_argument("--yes", action="store_true", help="really")
    transfer_commands.add_vault_parsers(group)


def _parser(group: Subparsers, name: str, text: str, run: Command) -> ArgumentParser:
    parser = group.add_parser(name, help=text)
    parser.set_defaults(run=run)
    return parser


def create(context: Context) -> int:
    """``vault create``."""
    facade = context.create_vault()
    document: dict[str, Json] = {"profile": str(context.profile), "created": True}
    lines = [context.output.say("Coffre créé : ", "Vault created: ") + str(context.profile)]
    if context.options.passphrase_file is None:
        # the keyring dies with a Windows password reset: a second way in exists from day one
        code = facade.new_recovery_code().reveal()
        document["recovery_code"] = code
        lines.append(
            context.output.say(
                "Code de secours (à garder ailleurs, montré une seule fois) : ",
                "Recovery code (keep it elsewhere, shown only once): ",
            )
            + code
        )
    context.output.result(document, lines)
    return ExitCode.DONE


def status(context: Context) -> int:
    """``vault status``: needs no key."""
    found = wiring.vault_status(context.profile)
    ways: list[Json] = [
        name
        for name, there in (
            ("keyring", found.has_keyring_slot),
            ("passphrase", found.has_passphrase_slot),
            ("recovery-code", found.has_recovery_slot),
        )
        if there
    ]
    document: Json = {
        "profile": str(context.profile),
        "exists": found.exists,
        "opens_with": ways,
        "cipher": found.cipher,
        "size": found.size,
    }
    say = context.output.say
    context.output.result(
        document,
        [
            say("Coffre : ", "Vault: ") + (str(context.profile) if found.exists else "–"),
            say("S’ouvre avec : ", "Opens with: ") + (", ".join(map(str, ways)) or "–"),
        ],
    )
    return ExitCode.DONE


def change_passphrase(context: Context) -> int:
    """``vault change-passphrase``: the store itself is not rewritten."""
    new = read_secret(context.options.new_passphrase_file)
    context.facade.change_passphrase(new)
    context.output.result(
        {"changed": True}, [context.output.say("Phrase de passe changée.", "Passphrase changed.")]
    )
    return ExitCode.DONE


def recovery_code(context: Context) -> int:
    """``vault recovery-code``."""
    code = context.facade.new_recovery_code().reveal()
    context.output.result({"recovery_code": code}, [code])
    return ExitCode.DONE


def check(context: Context) -> int:
    """``vault check``: exit 7 when anything is damaged."""
    damaged = context.facade.check_vault()
    context.output.result(
        {"sound": not damaged, "damaged": list(damaged)},
        damaged or [context.output.say("Tout est intact.", "Everything is sound.")],
    )
    return ExitCode.INTEGRITY if damaged else ExitCode.DONE


def erase(context: Context) -> int:
    """``vault erase --yes``: keys first, then files."""
    if not context.options.yes:
        raise LocalRefusal(ErrorCode.NEEDS_DECISION, option="--yes")
    wiring.erase_profile(context.profile)
    context.output.result(
        {"erased": True}, [context.output.say("Coffre détruit.", "Vault erased.")]
    )
    return ExitCode.DONE
