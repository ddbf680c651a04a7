"""``account network``: proxy, own authority and certificates of an account."""

from __future__ import annotations

import argparse
from pathlib import Path
from urllib.parse import quote

from mel_desktop.cli.context import Context, read_pem, read_secret
from mel_desktop.cli.output import Json, instant
from mel_desktop.cli.registry import Subparsers
from mel_desktop.model.accounts import Endpoint
from mel_desktop.model.certificates import Certificate, CertificateView
from mel_desktop.model.errors import ErrorCode, ExitCode, LocalRefusal
from mel_desktop.model.networks import AccountNetwork
from mel_desktop.model.proxies import ProxySetting

PROXY_HELP = "system, none, http://[USER@]HOST:PORT, socks5://..., pac+https://... or pac+file:..."


def add_to(accounts: Subparsers) -> None:
    """Declare the command under ``account``."""
    parser = accounts.add_parser("network", help="proxy and certificates; without options: shown")
    parser.set_defaults(run=show_or_change)
    parser.add_argument("id", metavar="ID")
    parser.add_argument("--proxy", metavar="URL", help=PROXY_HELP)
    parser.add_argument("--proxy-password-file", metavar="FILE", help="kept in the vault")
    authority = parser.add_mutually_exclusive_group()
    authority.add_argument("--ca-file", metavar="PEM", type=Path)
    authority.add_argument("--no-ca", action="store_true", help="forget the account's authority")


def proxy_of(options: argparse.Namespace) -> str:
    """``--proxy`` of ``account add``, with the password of ``--proxy-password-file`` in it: it goes
    no further than the vault.
    """
    text: str = options.proxy or ""
    if not options.proxy_password_file:
        return text
    scheme, mark, place = text.rpartition("://")
    login, at, host = place.rpartition("@")
    if not at or ":" in login:
        raise LocalRefusal(ErrorCode.USAGE, option="--proxy", why="proxy-without-login")
    word = quote(read_secret(options.proxy_password_file).reveal(), safe="")
    return f"{scheme}{mark}{login}:{word}@{host}"


def show_or_change(context: Context) -> int:
    """What is set and in force, changed before where an option says so."""
    options, door = context.options, context.facade.network
    account = context.account(options.id)
    password = read_secret(options.proxy_password_file) if options.proxy_password_file else None
    ca_pem = "" if options.no_ca else read_pem(options.ca_file) or None
    if options.proxy is not None or password is not None or ca_pem is not None:
        found = door.change(account, proxy=options.proxy, password=password, ca_pem=ca_pem)
    else:
        found = door.settings(account)
    views = door.certificates(account)
    document: Json = {
        "id": str(account),
        "proxy": found.text or "system",
        "in_force": found.in_force.choice.value,
        "fixed_by_policy": found.fixed is not None,
        "proxy_password": found.has_password,
        "authorities": [_certificate(one) for one in found.authorities],
        "imap_way": _endpoint(found.imap_way),
        "smtp_way": _endpoint(found.smtp_way),
        "certificates": [_view(one) for one in views],
    }
    context.output.result(document, _lines(context, found, views))
    return ExitCode.DONE


def _endpoint(way: Endpoint | None) -> Json:
    if way is None:
        return None
    return {"host": way.host, "port": way.port, "security": way.security.value}


def _certificate(one: Certificate | None) -> Json:
    if one is None:
        return None
    return {
        "subject": one.subject,
        "issuer": one.issuer,
        "organisation": one.organisation,
        "fingerprint": one.fingerprint,
        "not_before": instant(one.not_before),
        "not_after": instant(one.not_after),
    }


def _view(view: CertificateView) -> Json:
    return {
        "host": view.host,
        "port": view.port,
        "code": view.code or None,
        "allowed_by_policy": view.allowed,
        "now": _certificate(view.now),
        "before": _certificate(view.before),
        "differs": list(view.differs),
    }


def _lines(
    context: Context, found: AccountNetwork, views: tuple[CertificateView, ...]
) -> list[str]:
    say = context.output.say
    lines = [f"proxy  {found.text or 'system'}"]
    if found.fixed is not None:
        lines.append(say("       fixé par votre service informatique : ", "       fixed by IT: ")
                     + _words(found.fixed))  # fmt: skip
    for way, own in ((found.imap_way, found.imap), (found.smtp_way, found.smtp)):
        if way is not None:
            lines.append(
                say(
                    f"port {own.port} fermé ici ; port {way.port} utilisé",
                    f"port {own.port} is shut here; port {way.port} is used",
                )
            )
    whose = say("autorité", "authority")
    lines += [f"{whose}  {one.subject}  SHA-256 {one.fingerprint}" for one in found.authorities]
    for view in views:
        if view.now is not None:
            signed = say("signé par", "signed by")
            lines.append(f"{view.host}:{view.port}  {signed} {view.now.issuer}"
                         f"  SHA-256 {view.now.fingerprint}  {view.code}".rstrip())  # fmt: skip
    return lines


def _words(setting: ProxySetting) -> str:
    if setting.server is not None:
        return setting.server.place
    return setting.pac or setting.choice.value
