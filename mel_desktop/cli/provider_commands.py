"""``providers``: the table of mail services, its signed updates, the servers of a domain."""

from __future__ import annotations

from pathlib import Path

from mel_desktop.cli.context import Context, read_pem
from mel_desktop.cli.output import Json, table
from mel_desktop.cli.registry import Subparsers
from mel_desktop.model.accounts import Endpoint
from mel_desktop.model.discovery import Candidate, Found
from mel_desktop.model.errors import ErrorCode, ExitCode, LocalRefusal
from mel_desktop.model.providers import Fact, Profile, Provider
from mel_desktop.model.signed_data import DataFacts


def add_parsers(commands: Subparsers) -> None:
    """Declare the commands of this module."""
    group = commands.add_parser("providers", help="mail services that are known").add_subparsers(
        dest="action", required=True, metavar="ACTION"
    )
    group.add_parser("list", help="all of them").set_defaults(run=list_providers)
    show = group.add_parser("show", help="one, each fact with its grade, source and date")
    show.add_argument("id", metavar="ID")
    show.set_defaults(run=show_provider)
    update = group.add_parser("update", help="put a newer signed file in force")
    update.add_argument("file", metavar="FILE", type=Path)
    update.set_defaults(run=update_data)
    group.add_parser("data", help="which data is in force").set_defaults(run=show_data)
    find = group.add_parser("find", help="the servers of a domain; only the domain is sent")
    find.add_argument("domain", metavar="DOMAIN")
    find.add_argument("--ca-file", metavar="PEM", type=Path)
    find.set_defaults(run=find_servers)


def list_providers(context: Context) -> int:
    """``providers list``."""
    known = context.facade.discovery.table()
    context.output.result(
        {
            "version": known.version,
            "as_of": known.as_of.isoformat(),
            "providers": [
                {
                    "id": one.id,
                    "kind": one.kind.value,
                    "name": one.name,
                    "domains": list(one.all_domains),
                    "profiles": [profile.id for profile in one.profiles],
                }
                for one in known.providers
            ],
        },
        table([(one.id, one.name, ", ".join(one.all_domains)) for one in known.providers]),
    )
    return ExitCode.DONE


def show_provider(context: Context) -> int:
    """``providers show``."""
    one = context.facade.discovery.table().by_id(context.options.id)
    if one is None:
        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="provider")
    context.output.result(provider_json(one), _provider_lines(one))
    return ExitCode.DONE


def update_data(context: Context) -> int:
    """``providers update``: works without any network."""
    facts = context.facade.discovery.take_data(context.options.file)
    context.output.result(
        data_json(facts),
        [
            context.output.say(
                f"{facts.kind.value} : version {facts.version} en vigueur",
                f"{facts.kind.value}: version {facts.version} in force",
            )
        ],
    )
    return ExitCode.DONE


def show_data(context: Context) -> int:
    """``providers data``."""
    facts = context.facade.discovery.data()
    context.output.result(
        [data_json(one) for one in facts],
        table([(one.kind.value, str(one.version), one.place.value, one.trouble) for one in facts]),
    )
    return ExitCode.DONE


def find_servers(context: Context) -> int:
    """``providers find``: what discovery says of a domain, each server with its origin."""
    door = context.facade.discovery
    domain = door.domain_of(f"x@{context.options.domain}")
    found = door.look(domain, ca_pem=read_pem(context.options.ca_file))
    rows = [
        (
            one.protocol.value,
            f"{one.endpoint.host}:{one.endpoint.port}",
            one.endpoint.security.value,
            one.origin.value,
            one.grade.value,
            one.answer.value + (" ?" if one.asks else ""),
        )
        for one in (*found.imap, *found.smtp)
    ]
    context.output.result(found_json(found), table(rows))
    return ExitCode.DONE


# -- JSON ------------------------------------------------------------------------------------------


def data_json(facts: DataFacts) -> Json:
    """One kind of data."""
    return {
        "kind": facts.kind.value,
        "version": facts.version,
        "place": facts.place.value,
        "trouble": facts.trouble or None,
    }


def found_json(found: Found) -> Json:
    """What discovery found."""
    return {
        "domain": found.domain,
        "provider": found.provider.id if found.provider else None,
        "offline": found.offline,
        "imap": [_candidate_json(one) for one in found.imap],
        "smtp": [_candidate_json(one) for one in found.smtp],
        "steps": [{"origin": origin.value, "outcome": outcome} for origin, outcome in found.steps],
    }


def _candidate_json(one: Candidate) -> Json:
    return {
        **_endpoint_json(one.endpoint),
        "origin": one.origin.value,
        "grade": one.grade.value,
        "source": one.source or None,
        "answer": one.answer.value,
        "why": one.why or None,
        "asks": one.asks,
        "login": one.login.value if one.login else None,
        "sign_in": one.sign_in.value if one.sign_in else None,
        "profile": one.profile,
        "mechanisms": [*sorted(one.mechanisms)],
    }


def _endpoint_json(endpoint: Endpoint) -> dict[str, Json]:
    return {
        "host": endpoint.host,
        "port": endpoint.port,
        "security": endpoint.security.value,
    }


def provider_json(one: Provider) -> Json:
    """One provider, each fact with grade, source and date."""
    document: dict[str, Json] = {
        "id": one.id,
        "kind": one.kind.value,
        "name": one.name,
        "domains": _fact_json(one.domains, list(one.domains.value)),
        "former": _fact_json(one.former, list(one.former.value)) if one.former else None,
        "mx": _fact_json(one.mx, list(one.mx.value)) if one.mx else None,
        "order": _fact_json(one.order, list(one.order.value)),
        "profiles": [_profile_json(profile) for profile in one.profiles],
    }
    return document


def _profile_json(one: Profile) -> Json:
    return {
        "id": one.id,
        "imap": [{**_endpoint_json(f.value), **_grade_json(f)} for f in one.imap],
        "smtp": [{**_endpoint_json(f.value), **_grade_json(f)} for f in one.smtp],
        "login": _fact_json(one.login, one.login.value.value) if one.login else None,
        "sign_in": _fact_json(one.sign_in, one.sign_in.value.value) if one.sign_in else None,
        "steps": _fact_json(one.steps, list(one.steps.value.fr)) if one.steps else None,
        "webmail": _fact_json(one.webmail, one.webmail.value) if one.webmail else None,
        "help_page": _fact_json(one.help_page, one.help_page.value) if one.help_page else None,
        "sending_limits": _fact_json(one.limits, one.limits.value) if one.limits else None,
        "figures": [
            {"name": f.value.name, "octets": f.value.octets, **_grade_json(f)} for f in one.figures
        ],
        "notes": [_fact_json(f, list(f.value.fr)) for f in one.notes],
    }


def _fact_json(fact: Fact[object], value: Json) -> Json:
    return {"value": value, **_grade_json(fact)}


def _grade_json(fact: Fact[object]) -> dict[str, Json]:
    return {
        "grade": fact.grade.value,
        "source": fact.source,
        "as_of": fact.as_of.isoformat(),
    }


# -- text ------------------------------------------------------------------------------------------


def _provider_lines(one: Provider) -> list[str]:
    lines = [f"{one.id}  {one.name}", _line("domains", ", ".join(one.domains.value), one.domains)]
    if one.former:
        lines.append(_line("former", ", ".join(one.former.value), one.former))
    for profile in one.profiles:
        lines += ["", f"[{profile.id}]", *_profile_lines(profile)]
    return lines


def _profile_lines(one: Profile) -> list[str]:
    lines = [_line("imap", _place(fact.value), fact) for fact in one.imap]
    lines += [_line("smtp", _place(fact.value), fact) for fact in one.smtp]
    if one.login:
        lines.append(_line("login", one.login.value.value, one.login))
    if one.sign_in:
        lines.append(_line("sign-in", one.sign_in.value.value, one.sign_in))
    for name, fact in (("webmail", one.webmail), ("help", one.help_page), ("limits", one.limits)):
        if fact:
            lines.append(_line(name, fact.value, fact))
    lines += [_line(fact.value.name, str(fact.value.octets), fact) for fact in one.figures]
    return lines


def _place(endpoint: Endpoint) -> str:
    return f"{endpoint.host}:{endpoint.port} {endpoint.security.value}"


def _line(name: str, value: str, fact: Fact[object]) -> str:
    return f"{name:9} {value}  [{fact.grade.value}, {fact.as_of.isoformat()}: {fact.source}]"
