"""Signing in through a provider's page: ``account add --auth oauth2`` and ``account sign-in``."""

from __future__ import annotations

import argparse
import webbrowser
from collections.abc import Sequence
from dataclasses import replace

from mel_desktop.app.sign_in_door import OWN, OWN_SCOPES
from mel_desktop.cli.context import Context, read_secret
from mel_desktop.cli.output import printable
from mel_desktop.model.accounts import AuthKind, NewAccount
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.oauth import Provider, Signed


def add_options(parser: argparse.ArgumentParser) -> None:
    """What both commands take."""
    parser.add_argument("--issuer", metavar="URL", help="OpenID provider, with --client-id")
    parser.add_argument("--client-id", metavar="ID", help="this program's name at the provider")
    parser.add_argument("--client-secret-file", metavar="FILE", help="where the provider asks it")
    parser.add_argument("--scope", action="append", metavar="SCOPE", help="what to ask for")
    parser.add_argument("--device", action="store_true", help="by a code on another device")


def wants(options: argparse.Namespace) -> bool:
    """Whether something of OAuth was named."""
    return bool(
        options.issuer or options.client_id or options.client_secret_file or options.scope
        or options.device
    )  # fmt: skip


def chosen_provider(context: Context, known: Provider | None, ca_pem: str) -> Provider:
    """The provider that the options name; what they leave out is that of ``known``."""
    options = context.options
    if options.issuer:
        if not options.client_id:
            raise LocalRefusal(ErrorCode.USAGE, option="--client-id")
        same = known is not None and known.issuer == options.issuer
        scopes = known.scopes if known is not None and same else OWN_SCOPES
        provider = Provider(id=OWN, issuer=options.issuer, scopes=scopes)
    elif known is None:
        raise LocalRefusal(ErrorCode.USAGE, option="--issuer, --provider")
    else:
        provider = known
    secret = provider.client_secret
    if options.client_secret_file:
        secret = read_secret(options.client_secret_file)
    return replace(
        provider,
        client_id=options.client_id or provider.client_id,
        scopes=tuple(options.scope or provider.scopes),
        client_secret=secret,
        ca_pem=ca_pem,
    )


def sign_in(context: Context, provider: Provider, login: str) -> Signed:
    """In the browser of this computer, or by a code. The address stands on stderr in any case."""
    door, output = context.facade.sign_in, context.output
    if context.options.device:
        device = door.by_device(provider)
        prompt = device.prompt
        _say(output.say(f"Ouvrez {prompt.address} sur un autre appareil et saisissez le code :",
                        f"Open {prompt.address} on another device and type the code:"),
             context, prompt.code)  # fmt: skip
        return device.wait()
    browser = door.by_browser(provider, login)
    _say(output.say("Poursuivez dans le navigateur. S’il ne s’ouvre pas, ouvrez cette adresse :",
                    "Go on in the browser. If it does not open, open this address:"),
         context, browser.address)  # fmt: skip
    waiting = door.patiently(browser.wait)  # a browser in the terminal keeps this thread
    webbrowser.open(browser.address)
    return waiting.result()


def _say(sentence: str, context: Context, what: str) -> None:
    """Even with --quiet: without it nobody can go on."""
    lines: Sequence[str] = (sentence, f"    {what}")
    for line in lines:
        context.output.ask(printable(line))


def provider_for_new(context: Context) -> Provider | None:
    """The one of ``--provider``, else None."""
    wanted = context.options.provider
    return context.facade_or_create().sign_in.provider(wanted) if wanted else None


def granted(context: Context, new: NewAccount, known: Provider | None) -> Signed:
    """The grant for a new account."""
    if context.options.password_file:
        raise LocalRefusal(ErrorCode.USAGE, option="--password-file")
    if context.options.offline:
        raise LocalRefusal(ErrorCode.USAGE, option="--offline")
    context.facade.sign_in.check_allowed(new)
    provider = chosen_provider(context, known, new.ca_pem)
    return sign_in(context, provider, new.login)


def sign_in_again(context: Context) -> int:
    """``account sign-in``: a person at the provider's page; lifts the hold."""
    # The module that holds account_json uses this one.
    from mel_desktop.cli.account_commands import account_json  # noqa: PLC0415

    chosen = context.account(context.options.id)
    account = context.facade.account(chosen)
    known = context.facade.sign_in.provider_of(chosen)
    if account.auth is not AuthKind.OAUTH2 and not context.options.issuer:
        raise LocalRefusal(ErrorCode.USAGE, option="--issuer")
    provider = chosen_provider(context, known, account.ca_pem)
    context.facade.sign_in.again(chosen, sign_in(context, provider, account.login))
    context.output.result(account_json(context.facade.account(chosen)), [f"{chosen}"])
    return 0
