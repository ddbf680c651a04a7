"""``account`` commands."""

from __future__ import annotations

import argparse
import re
from dataclasses import replace
from pathlib import Path

from mel_desktop.cli import migration_commands, network_commands, sign_in_commands
from mel_desktop.cli.context import Context, read_pem, read_secret
from mel_desktop.cli.doctor_commands import CODES, check_lines, checks_json, exit_of
from mel_desktop.cli.output import Json, instant, table
from mel_desktop.cli.registry import Subparsers
from mel_desktop.model.accounts import (
    Account,
    AccountId,
    AuthKind,
    Endpoint,
    NewAccount,
    NewHosts,
    Security,
)
from mel_desktop.model.changes import Check, CheckState
from mel_desktop.model.discovery import Answer, Candidate, Found, Protocol
from mel_desktop.model.errors import ErrorCode, ExitCode, LocalRefusal, MelError
from mel_desktop.model.oauth import Provider


def add_parsers(commands: Subparsers) -> None:
    """Declare the commands of this module."""
    group = commands.add_parser("account", help="mail accounts").add_subparsers(
        dest="action", required=True, metavar="ACTION"
    )
    add = group.add_parser("add", help="add an account")
    add.set_defaults(run=add_account)
    add.add_argument("--email", required=True, metavar="ADDRESS")
    add.add_argument("--name", default="")
    add.add_argument("--login", help="when it is not the address")
    add.add_argument("--provider", metavar="ID[/PROFILE]", help="of `providers list`")
    add.add_argument("--imap", metavar="HOST:PORT")
    add.add_argument("--imap-security", choices=["tls", "starttls"], default="tls")
    add.add_argument("--smtp", metavar="HOST:PORT")
    add.add_argument("--smtp-security", choices=["tls", "starttls"], default="tls")
    add.add_argument("--auth", choices=["password", "oauth2"], default="password")
    add.add_argument("--password-file", metavar="FILE")
    add.add_argument("--ca-file", metavar="PEM", type=Path)
    add.add_argument("--proxy", metavar="URL", help=network_commands.PROXY_HELP)
    add.add_argument("--proxy-password-file", metavar="FILE", help="kept in the vault")
    sign_in_commands.add_options(add)
    add.add_argument("--no-probe", action="store_true", help="store without trying the servers")
    group.add_parser("list", help="all accounts").set_defaults(run=list_accounts)
    for name, text, run in (
        ("show", "one account", show_account),
        ("test", "try its servers", test_account),
        ("remove", "forget it on this PC", remove_account),
    ):
        parser = group.add_parser(name, help=text)
        parser.add_argument("id", metavar="ID")
        parser.set_defaults(run=run)
        if name == "remove":
            parser.add_argument("--yes", action="store_true", help="really")
    migrate = group.add_parser("migrate", help="go over to other servers with all mail and work")
    migrate.set_defaults(run=migrate_account)
    migrate.add_argument("id", metavar="ID")
    migrate.add_argument("--imap", required=True, metavar="HOST:PORT")
    migrate.add_argument("--imap-security", choices=["tls", "starttls"], default="tls")
    migrate.add_argument("--smtp", required=True, metavar="HOST:PORT")
    migrate.add_argument("--smtp-security", choices=["tls", "starttls"], default="tls")
    migrate.add_argument("--email", metavar="ADDRESS", help="when it changes")
    migrate.add_argument("--login", help="when it changes")
    migrate.add_argument("--password-file", metavar="FILE", help="when it changes")
    migrate.add_argument("--ca-file", metavar="PEM", type=Path)
    network_commands.add_to(group)
    migrate.add_argument(
        "--keep-old", action="store_true", help="try first; keep the old account read-only"
    )
    migrate.add_argument("--map", metavar="FILE", type=Path, help="the same, folders as in FILE")
    migration_commands.add_parsers(group)
    password = group.add_parser("password", help="give the password again: lifts the hold")
    password.add_argument("id", metavar="ID")
    password.add_argument("--password-file", required=True, metavar="FILE")
    password.set_defaults(run=set_password)
    again = group.add_parser("sign-in", help="sign in again on the provider's page")
    again.add_argument("id", metavar="ID")
    sign_in_commands.add_options(again)
    again.set_defaults(run=sign_in_commands.sign_in_again)


def _endpoint(text: str, security: str, option: str) -> Endpoint:
    host, _, port = text.rpartition(":")
    if not host or not re.fullmatch("[0-9]{1,5}", port) or not 0 < int(port) < 65536:
        raise LocalRefusal(ErrorCode.USAGE, option=option, why="HOST:PORT expected")
    return Endpoint(host.strip("[]"), int(port), Security(security))


def add_account(context: Context) -> int:
    """``account add``: tried once before it is stored, unless --no-probe or --offline."""
    options = context.options
    by_page = options.auth == AuthKind.OAUTH2.value
    proxy = network_commands.proxy_of(options)
    if not by_page and sign_in_commands.wants(options):
        raise LocalRefusal(ErrorCode.USAGE, option="--auth")
    known = sign_in_commands.provider_for_new(context) if by_page else None
    _fill_in(options, known)
    given = [_given(options.imap, options.imap_security, "--imap")]
    given.append(_given(options.smtp, options.smtp_security, "--smtp"))
    ca_pem = read_pem(options.ca_file)
    password = read_secret(options.password_file) if options.password_file else None
    facade = context.facade_or_create()
    if None in given or (options.provider and not known):
        new = found_account(context, given[0], given[1], ca_pem)
    else:
        assert given[0] is not None
        assert given[1] is not None
        new = NewAccount(
            email=options.email,
            login=options.login or options.email,
            imap=given[0],
            smtp=given[1],
            name=options.name,
            ca_pem=ca_pem,
            provider=known.id if known else "",
        )
    new = replace(new, proxy=proxy)
    if by_page:
        return _add_by_page(context, replace(new, auth=AuthKind.OAUTH2), known)
    if password and not options.no_probe and not options.offline:
        raise_failure(facade.try_account(new, password))
    return _added(context, facade.add_account(new, password))


def _added(context: Context, account: Account) -> int:
    context.output.result(
        account_json(account),
        [context.output.say("Compte ajouté : ", "Account added: ") + f"{account.id}"],
    )
    return ExitCode.DONE


def _fill_in(options: argparse.Namespace, known: Provider | None) -> None:
    """Servers that the provider's row names, where the person named none."""
    for name in ("imap", "smtp"):
        endpoint: Endpoint | None = getattr(known, name, None)
        if getattr(options, name) is None and endpoint is not None:
            setattr(options, name, f"{endpoint.host}:{endpoint.port}")
            setattr(options, f"{name}_security", endpoint.security.value)


def _add_by_page(context: Context, new: NewAccount, known: Provider | None) -> int:
    """With a grant: a person at the provider's page, then the servers are tried."""
    facade = context.facade_or_create()
    signed = sign_in_commands.granted(context, new, known)
    if not context.options.no_probe:
        raise_failure(facade.sign_in.try_account(new, signed))
    return _added(context, facade.sign_in.add(new, signed))


def _given(text: str | None, security: str, option: str) -> Endpoint | None:
    return None if text is None else _endpoint(text, security, option)


def found_account(
    context: Context, imap: Endpoint | None, smtp: Endpoint | None, ca_pem: str
) -> NewAccount:
    """The same with servers by discovery. Offline, what the table states is taken as it is.

    NEEDS_DECISION where DNS alone leads to another domain: name the servers then. NOT_FOUND.
    """
    options, door = context.options, context.facade.discovery
    identity, _, profile = (options.provider or "").partition("/")
    domain = door.domain_of(options.email)
    found = door.look(domain, provider_id=identity, ca_pem=ca_pem)
    chosen: dict[Protocol, Candidate] = {}
    for protocol, given in ((Protocol.IMAP, imap), (Protocol.SMTP, smtp)):
        if given is None:
            _tell_candidates(context, found, protocol)
            chosen[protocol] = door.chosen(found, protocol, profile)
            profile = profile or chosen[protocol].profile
    best = chosen.get(Protocol.IMAP) or chosen.get(Protocol.SMTP)
    login = options.login
    if not login and best is not None and best.login is not None:
        login = door.proposed_login(best.login, options.email)
    provider = found.provider
    of_table = provider is not None and any(one.id == profile for one in provider.profiles)
    return NewAccount(
        email=options.email,
        login=login or options.email,
        imap=imap or chosen[Protocol.IMAP].endpoint,
        smtp=smtp or chosen[Protocol.SMTP].endpoint,
        name=options.name,
        provider=f"{provider.id}/{profile}" if provider is not None and of_table else "",
        ca_pem=ca_pem,
    )


def _tell_candidates(context: Context, found: Found, protocol: Protocol) -> None:
    """On stderr: what was found, and who says it."""
    told = found.imap if protocol is Protocol.IMAP else found.smtp
    for one in told:
        if found.offline or one.answer is Answer.AGREED:
            place = f"{protocol.value} {one.endpoint.host}:{one.endpoint.port}"
            context.output.note(*[f"{place} ({one.origin.value}, {one.grade.value})"] * 2)


def raise_failure(checks: tuple[Check, ...]) -> None:
    """Raise the error of the first failed check; its detail begins with the error's code."""
    for check in checks:
        if check.state is CheckState.FAIL:
            word, _, rest = check.detail.partition(" ")
            code = CODES.get(word, ErrorCode.UNREACHABLE)
            raise MelError(code, why=rest) if rest else MelError(code)


def account_json(account: Account) -> Json:
    """As ``account list`` prints it."""

    def endpoint(value: Endpoint) -> Json:
        return {"host": value.host, "port": value.port, "security": value.security.value}

    return {
        "id": str(account.id),
        "email": account.email,
        "name": account.name,
        "login": account.login,
        "imap": endpoint(account.imap),
        "smtp": endpoint(account.smtp),
        "auth": account.auth.value,
        "provider": account.provider or None,
        "proxy": account.proxy or "system",
        "state": account.state.value,
        "last_sync": instant(account.last_sync_at),
        "read_only": account.read_only,
    }


def list_accounts(context: Context) -> int:
    """``account list``."""
    accounts = context.facade.accounts()
    rows = [(str(one.id), one.email, one.imap.host, one.state.value) for one in accounts]
    context.output.result([account_json(one) for one in accounts], table(rows))
    return ExitCode.DONE


def show_account(context: Context) -> int:
    """``account show``."""
    account = context.facade.account(context.account(context.options.id))
    context.output.result(
        account_json(account),
        [
            f"{account.id}  {account.name} <{account.email}>",
            f"login  {account.login}",
            f"imap   {account.imap.host}:{account.imap.port} {account.imap.security.value}",
            f"smtp   {account.smtp.host}:{account.smtp.port} {account.smtp.security.value}",
            f"state  {account.state.value}",
        ],
    )
    return ExitCode.DONE


def test_account(context: Context) -> int:
    """``account test``: one sign-in; the exit code is that of the first failure."""
    checks = context.facade.test_account(context.account(context.options.id))
    context.output.result(checks_json(checks), check_lines(context, checks))
    return exit_of(checks)


def set_password(context: Context) -> int:
    """``account password``: what a person does after a refusal; nothing is tried here."""
    account = context.account(context.options.id)
    context.facade.set_password(account, read_secret(context.options.password_file))
    context.output.result(account_json(context.facade.account(account)), [f"{account}"])
    return ExitCode.DONE


def remove_account(context: Context) -> int:
    """``account remove``: on this PC only, nothing is touched on the server."""
    account = context.account(context.options.id)
    if not context.options.yes:
        raise LocalRefusal(ErrorCode.NEEDS_DECISION, option="--yes")
    if context.facade.account(account).auth is AuthKind.OAUTH2:
        _give_back(context, account)
    context.facade.remove_account(account)
    context.output.result({"removed": str(account)}, [f"{account}"])
    return ExitCode.DONE


def _give_back(context: Context, account: AccountId) -> None:
    """The grant goes back to the provider, as far as it can be reached."""
    if not context.facade.sign_in.give_back(account):
        context.output.note(
            "L’autorisation n’a pas pu être révoquée : retirez-la sur la page du fournisseur.",
            "The grant could not be revoked: remove it on the provider's page.",
        )


def migrate_account(context: Context) -> int:
    """``account migrate``: nothing is asked of a server; the next sync finds the mail there.

    With --keep-old or --map the new servers are signed in to and compared first.
    """
    options = context.options
    hosts = NewHosts(
        imap=_endpoint(options.imap, options.imap_security, "--imap"),
        smtp=_endpoint(options.smtp, options.smtp_security, "--smtp"),
        email=options.email,
        login=options.login,
        ca_pem=None if options.ca_file is None else read_pem(options.ca_file),
    )
    password = read_secret(options.password_file) if options.password_file else None
    account = context.account(options.id)
    more: Json = {}
    if options.keep_old or options.map is not None:
        moved, more = migration_commands.move(context, account, hosts, password, options.map)
    else:
        moved = context.facade.migrate_account(account, hosts, password)
    document = account_json(moved.account)
    assert isinstance(document, dict)
    assert isinstance(more, dict)
    document |= more
    document |= {"messages": moved.messages, "bodies": moved.bodies, "waiting": moved.waiting}
    context.output.result(
        document,
        [
            context.output.say(
                f"Compte {moved.account.id} : {moved.messages} messages seront retrouvés sur"
                f" {moved.account.imap.host}, {moved.bodies} textes ne seront pas retéléchargés,"
                f" {moved.waiting} souhaits et brouillons suivent.",
                f"Account {moved.account.id}: {moved.messages} messages will be found again on"
                f" {moved.account.imap.host}, {moved.bodies} texts are not fetched again,"
                f" {moved.waiting} wishes and drafts go along.",
            )
        ],
    )
    return ExitCode.DONE
