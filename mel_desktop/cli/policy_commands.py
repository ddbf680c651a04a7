"""``policy`` commands: what IT has decided, who set each value, and what can be decided at all."""

from __future__ import annotations

from collections.abc import Mapping

from mel_desktop.app import policy_door, wiring
from mel_desktop.cli.context import Context
from mel_desktop.cli.output import Json, table
from mel_desktop.cli.registry import Subparsers
from mel_desktop.model.errors import ErrorCode, ExitCode, StoreTrouble
from mel_desktop.model.policy import Origin, Policy, PolicyRow

SETTINGS_FILE = "window.ini"  # as ui.application keeps it
ORIGINS: Mapping[Origin, tuple[str, str]] = {
    Origin.MACHINE: ("poste", "machine"),
    Origin.USER: ("utilisateur", "user"),
    Origin.TEACHER: ("enseignant", "teacher"),
    Origin.DEFAULT: ("–", "–"),
}
OPEN, LOCKED, ABSENT = "open", "locked", "absent"


def add_parsers(commands: Subparsers) -> None:
    """Declare the commands of this module."""
    group = commands.add_parser("policy", help="what IT has decided").add_subparsers(
        dest="action", required=True, metavar="ACTION"
    )
    show = group.add_parser("show", help="every value in force, and who set it")
    show.add_argument("--set", action="store_true", help="only what somebody has set")
    show.set_defaults(run=show_policy)
    group.add_parser("schema", help="every value that can be set").set_defaults(run=show_schema)


def show_policy(context: Context) -> int:
    """``policy show``: with the teacher's choices where the vault can be opened without asking."""
    policy = context.policy
    state, rows = _rows(context, policy)
    if context.options.set:
        rows = tuple(row for row in rows if row.origin is not Origin.DEFAULT)
    context.output.result(
        {
            "values": [_row_json(row) for row in rows],
            "problems": [
                {"source": one.source, "key": one.key, "why": one.why} for one in policy.ignored
            ],
            "sources": [
                {
                    "name": one.name,
                    "where": one.where,
                    "set_by": one.origin.value,
                    "state": one.state,
                }
                for one in policy.sources
            ],
            "vault": state,
        },
        _lines(context, policy, rows, state),
    )
    return ExitCode.DONE


def show_schema(context: Context) -> int:
    """``policy schema``."""
    language = "fr" if context.output.french else "en"
    described = policy_door.described()
    documents: list[Json] = [*described]
    context.output.result(
        documents,
        table([(str(one["key"]), str(one["type"]), one["title"][language]) for one in described]),
    )
    return ExitCode.DONE


def _rows(context: Context, policy: Policy) -> tuple[str, tuple[PolicyRow, ...]]:
    settings = policy_door.window_settings(context.profile / SETTINGS_FILE)
    interface = policy_door.window_choices(settings)
    status = wiring.vault_status(context.profile)
    if context.options.passphrase_file is not None and status.exists:
        return OPEN, context.facade.policies.rows(interface)
    if status.exists and status.has_keyring_slot and policy.vault.keyring_allowed:
        try:
            return OPEN, context.facade.policies.rows(interface)
        except StoreTrouble as trouble:
            if trouble.code not in (ErrorCode.VAULT_LOCKED, ErrorCode.NO_KEYRING):
                raise
    state = LOCKED if status.exists else ABSENT
    return state, policy_door.rows_without_vault(policy, interface)


def _row_json(row: PolicyRow) -> Json:
    value: Json = row.value  # type: ignore[assignment]  # plain by policy_keys.plain
    return {
        "key": row.key,
        "area": row.key.partition(".")[0],
        "value": value,
        "set_by": row.origin.value,
        "source": row.source or None,
        "locked": row.locked,
        "safe_side": row.fell,
        "title": {"fr": row.title[0], "en": row.title[1]},
    }


def _lines(context: Context, policy: Policy, rows: tuple[PolicyRow, ...], state: str) -> list[str]:
    say, place = context.output.say, 0 if context.output.french else 1
    fixed, safe = say("fixé", "locked"), say("côté sûr", "safe side")
    lines = table([
        (
            row.key,
            row.shown[place],
            ORIGINS[row.origin][place],
            row.source,
            " ".join(word for word, on in ((fixed, row.locked), (safe, row.fell)) if on),
        )
        for row in rows
    ])  # fmt: skip
    states = {
        "read": say("lu", "read"),
        "absent": say("absent", "absent"),
        "unreadable": say("illisible", "unreadable"),
    }
    lines += ["", *(f"{one.where} : {states[one.state]}" for one in policy.sources)]
    if state == LOCKED:
        lines.append(
            say(
                "Le coffre est verrouillé : les choix de l’enseignant qu’il garde n’y sont pas.",
                "The vault is locked: what the teacher chose in it is not shown.",
            )
        )
    return lines
