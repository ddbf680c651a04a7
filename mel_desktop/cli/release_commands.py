"""``release``: whether a later version is out, where a policy wants that told."""

from __future__ import annotations

from mel_desktop.cli.context import Context
from mel_desktop.cli.output import Json
from mel_desktop.cli.registry import Subparsers
from mel_desktop.model.errors import ExitCode
from mel_desktop.model.release_notice import NoticeFacts, NoticeState


def add_parsers(commands: Subparsers) -> None:
    """Declare the commands of this module."""
    release = commands.add_parser(
        "release", help="whether a later version is out, where a policy wants that told"
    )
    release.add_argument("--look", action="store_true", help="ask now; else as it was last read")
    release.set_defaults(run=show_release)


def show_release(context: Context) -> int:
    """``release``. Exit 9 with ``--look`` where no policy asks for it, 6 where what came is not
    believed.
    """
    told = context.facade.release_notice(look=context.options.look)
    context.output.result(facts_json(told), [_line(context, told)])
    if told.state is NoticeState.OFF and context.options.look:
        return ExitCode.POLICY
    suspect = told.state in (NoticeState.REFUSED, NoticeState.EXPIRED)
    return ExitCode.DECIDE if suspect else ExitCode.DONE


def facts_json(told: NoticeFacts) -> dict[str, Json]:
    """Where things stand."""
    notice = told.notice
    return {
        "state": told.state.value,
        "trouble": told.trouble or None,
        "looked_at": told.looked_at.isoformat() if told.looked_at else None,
        "notice": None
        if notice is None
        else {
            "version": notice.name,
            "url": notice.url,
            "sha256": notice.sha256,
            "size": notice.size,
            "serial": notice.serial,
            "expires_at": notice.expires_at.isoformat(),
        },
    }


def _line(context: Context, told: NoticeFacts) -> str:
    version = told.notice.name if told.notice else ""
    french, english = {
        NoticeState.OFF: ("aucune règle ne le demande", "no policy asks for it"),
        NoticeState.UNREAD: ("pas encore lu", "not read yet"),
        NoticeState.CURRENT: ("à jour", "up to date"),
        NoticeState.NEWER: (f"version {version} disponible", f"version {version} is out"),
        NoticeState.EXPIRED: ("annonce périmée", "the notice has expired"),
        NoticeState.REFUSED: ("annonce refusée", "the notice is refused"),
    }[told.state]
    trouble = f" ({told.trouble})" if told.trouble else ""
    return context.output.say(french, english) + trouble
