"""``vault`` commands."""

from __future__ import annotations

import os
import time
from argparse import ArgumentParser
from pathlib import Path

from mel_desktop.app import everyone, wiring
from mel_desktop.app.facade import Facade
from mel_desktop.cli import soundness_commands as soundness
from mel_desktop.cli import transfer_commands
from mel_desktop.cli.context import Context, read_secret
from mel_desktop.cli.output import Json, instant, local_time, table
from mel_desktop.cli.registry import Command, Subparsers
from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import ErrorCode, ExitCode, LocalRefusal
from mel_desktop.model.vault import VaultFacts


def add_parsers(commands: Subparsers) -> None:
    """Declare the commands of this module."""
    group = commands.add_parser("vault", help="the encrypted profile").add_subparsers(
        dest="action", required=True, metavar="ACTION"
    )
    for name, text, run in (
        ("status", "how it can be opened", status),
        ("recovery-code", "make a new recovery code and print it once", recovery_code),
        ("list", "the vaults of this user on this PC", list_vaults),
    ):
        _parser(group, name, text, run)
    changing = _parser(group, "rekey", "encrypt everything under a new data key, or go on", rekey)
    changing.add_argument(
        "--abandon", action="store_true", help="forget a change that was broken off"
    )
    create_parser = _parser(group, "create", "make the vault", create)
    create_parser.add_argument("--label", default="", metavar="NAME", help="what it is called")
    create_parser.add_argument(
        "--beside", action="store_true", help="one more vault beside those in the data folder"
    )
    pair = _parser(group, "escrow-key", "for the school: make a key pair for escrow", escrow_key)
    pair.add_argument("--private-key-file", required=True, type=Path, metavar="FILE")
    school = _parser(
        group, "open-escrow", "for the school: open with its key, set a passphrase", open_escrow
    )
    school.add_argument("--private-key-file", required=True, type=Path, metavar="FILE")
    school.add_argument("--new-passphrase-file", required=True, metavar="FILE")
    forgotten = _parser(
        group, "open-recovery", "open with the recovery code, set a passphrase", open_recovery
    )
    forgotten.add_argument("--recovery-code-file", required=True, metavar="FILE")
    forgotten.add_argument("--new-passphrase-file", required=True, metavar="FILE")
    checking = _parser(group, "check", "read and authenticate everything", soundness.check)
    soundness.add_options(checking)
    change = _parser(group, "change-passphrase", "rewrap the data key", change_passphrase)
    change.add_argument("--new-passphrase-file", required=True, metavar="FILE")
    erase_parser = _parser(group, "erase", "destroy keys and files, for good", erase)
    erase_parser.add_argument("--yes", action="store_true", help="really")
    erase_parser.add_argument(
        "--everyone", action="store_true", help="Windows, as administrator: of all users of the PC"
    )
    transfer_commands.add_vault_parsers(group)


def _parser(group: Subparsers, name: str, text: str, run: Command) -> ArgumentParser:
    parser = group.add_parser(name, help=text)
    parser.set_defaults(run=run)
    return parser


def create(context: Context) -> int:
    """``vault create``."""
    label: str = context.options.label.strip()
    if context.options.beside:
        context.profile = wiring.new_vault_folder(context.profile, label, context.policy)
    facade = context.create_vault(label=label)
    facts = facade.vault.facts()
    document: dict[str, Json] = {
        "profile": str(context.profile),
        "created": True,
        "label": facts.label,
        "escrow": _escrow(facts),
    }
    lines = [context.output.say("Coffre créé : ", "Vault created: ") + str(context.profile)]
    if context.options.passphrase_file is None:
        # the keyring dies with a Windows password reset: a second way in exists from day one
        code = facade.vault.new_recovery_code().reveal()
        document["recovery_code"] = code
        lines.append(
            context.output.say(
                "Code de secours (à garder ailleurs, montré une seule fois) : ",
                "Recovery code (keep it elsewhere, shown only once): ",
            )
            + code
        )
    context.output.result(document, [*lines, *_told(context, facts)])
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
        "label": found.label,
        "escrow": found.has_escrow,
        "wait_s": round(found.wait_s, 1),
        "temporary": found.temporary,
        "rekey_pending": found.rekey_pending,
    }
    say = context.output.say
    context.output.result(
        document,
        [
            say("Coffre : ", "Vault: ") + (str(context.profile) if found.exists else "–"),
            say("S’ouvre avec : ", "Opens with: ") + (", ".join(map(str, ways)) or "–"),
            *(
                [
                    say(
                        "Changement de clé interrompu : « vault rekey » le reprend,"
                        " « --abandon » l’abandonne.",
                        "A change of key was interrupted: vault rekey goes on with it, --abandon"
                        " forgets it.",
                    )
                ]
                if found.rekey_pending
                else []
            ),
        ],
    )
    return ExitCode.DONE


def change_passphrase(context: Context) -> int:
    """``vault change-passphrase``: the store itself is not rewritten."""
    new = read_secret(context.options.new_passphrase_file)
    context.facade.vault.change_passphrase(new)
    context.output.result(
        {"changed": True}, [context.output.say("Phrase de passe changée.", "Passphrase changed.")]
    )
    return ExitCode.DONE


def recovery_code(context: Context) -> int:
    """``vault recovery-code``."""
    code = context.facade.vault.new_recovery_code().reveal()
    context.output.result({"recovery_code": code}, [code])
    return ExitCode.DONE


def rekey(context: Context) -> int:
    """``vault rekey``: every way in stays; other programs must have closed the vault. A change that
    was broken off goes on, or is forgotten (``--abandon``).
    """
    say, vault = context.output.say, context.facade.vault
    done = vault.facts().rekey_done
    if context.options.abandon:
        vault.abandon_rekey()
        context.output.result(
            {"rekeyed": False, "abandoned": done is not None},
            [
                say("Le changement de clé est abandonné.", "The change of key is abandoned.")
                if done is not None
                else say("Aucun changement de clé en attente.", "No change of key is waiting.")
            ],
        )
        return ExitCode.DONE
    if done is not None:
        share = int(done * 100)
        context.output.note(
            f"Le changement de clé interrompu reprend à {share} %.",
            f"The change of key that was interrupted goes on at {share} %.",
        )
    began = time.monotonic()
    vault.rekey(context.output.progress)
    seconds = round(time.monotonic() - began, 3)
    size = wiring.vault_status(context.profile).size
    context.output.result(
        {"rekeyed": True, "resumed": done is not None, "size": size, "seconds": seconds},
        [
            say(
                "Tout est chiffré sous une nouvelle clé. Les moyens d’ouverture n’ont pas changé.",
                "Everything is encrypted under a new key. What opens the vault is unchanged.",
            )
        ],
    )
    return ExitCode.DONE


def list_vaults(context: Context) -> int:
    """``vault list``: newest opened first; needs no key."""
    found = wiring.vaults(context.profile, context.policy)
    document: list[Json] = [
        {
            "profile": one.path,
            "label": one.label,
            "size": one.status.size,
            "last_opened": instant(one.last_opened),
        }
        for one in found
    ]
    rows = [(local_time(one.last_opened), one.label or "-", one.path) for one in found]
    context.output.result(document, table(rows))
    return ExitCode.DONE


def escrow_key(context: Context) -> int:
    """``vault escrow-key``: the private key goes into a new file, the public one is printed."""
    pem, public, fingerprint = wiring.escrow_pair()
    path: Path = context.options.private_key_file
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(file, "wb") as stream:
            stream.write(pem)
    except OSError as error:
        raise LocalRefusal(ErrorCode.BAD_FILE, option="--private-key-file") from error
    context.output.result(
        {"public_key": public, "fingerprint": fingerprint},
        [
            context.output.say(
                "Clé publique, pour la règle vault.escrow_key : ",
                "Public key, for the policy vault.escrow_key: ",
            )
            + public,
            context.output.say("Empreinte : ", "Fingerprint: ") + fingerprint,
            context.output.say(
                "Gardez la clé privée hors ligne : elle ouvre tous les coffres.",
                "Keep the private key offline: it opens every vault.",
            ),
        ],
    )
    return ExitCode.DONE


def open_recovery(context: Context) -> int:
    """``vault open-recovery``: for who has forgotten the passphrase; a new one is set."""
    new = read_secret(context.options.new_passphrase_file)
    facade = context.open_with_recovery(read_secret(context.options.recovery_code_file))
    return _open_anew(context, facade, new)


def open_escrow(context: Context) -> int:
    """``vault open-escrow``: the school opens a vault sealed to it, with a new passphrase."""
    new = read_secret(context.options.new_passphrase_file)
    try:
        pem = context.options.private_key_file.read_bytes()
    except OSError as error:
        raise LocalRefusal(ErrorCode.BAD_FILE, option="--private-key-file") from error
    return _open_anew(context, context.open_with_private_key(pem), new)


def _open_anew(context: Context, facade: Facade, new: Secret) -> int:
    facade.vault.change_passphrase(new)
    context.output.result(
        {"changed": True, "label": facade.vault.facts().label},
        [context.output.say("Phrase de passe changée.", "Passphrase changed.")],
    )
    return ExitCode.DONE


def _escrow(facts: VaultFacts) -> Json:
    if not facts.escrow_fingerprint:
        return None
    return {"fingerprint": facts.escrow_fingerprint, "owner": facts.escrow_owner}


def _told(context: Context, facts: VaultFacts) -> list[str]:
    """The owner of a vault is told who else opens it."""
    if not facts.escrow_fingerprint:
        return []
    who = facts.escrow_owner or facts.escrow_fingerprint
    return [
        context.output.say(
            f"Par décision de l’établissement, ce coffre s’ouvre aussi avec la clé de : {who}"
            f" (empreinte {facts.escrow_fingerprint}).",
            f"By decision of the school, this vault also opens with the key of: {who}"
            f" (fingerprint {facts.escrow_fingerprint}).",
        )
    ]


def erase(context: Context) -> int:
    """``vault erase --yes``: keys first, then files."""
    if not context.options.yes:
        raise LocalRefusal(ErrorCode.NEEDS_DECISION, option="--yes")
    if context.options.everyone:
        return _erase_everyone(context)
    wiring.erase_profile(context.profile)
    context.output.result(
        {"erased": True}, [context.output.say("Coffre détruit.", "Vault erased.")]
    )
    return ExitCode.DONE


def _erase_everyone(context: Context) -> int:
    """``vault erase --everyone --yes``: what is in use stays and is told."""
    done = everyone.erase_everyone_here()
    left: list[Json] = [{"profile": path, "error": code.text} for path, code in done.left]
    context.output.result(
        {"erased": done.erased, "left": left},
        [
            context.output.say(
                f"Coffres détruits : {done.erased}.", f"Vaults erased: {done.erased}."
            ),
            *(
                context.output.say(f"Resté : {path} ({code.text})", f"Left: {path} ({code.text})")
                for path, code in done.left
            ),
        ],
    )
    return ExitCode.PARTLY if done.left else ExitCode.DONE
