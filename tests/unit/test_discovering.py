"""Which server is preferred, which one is asked about, what is never used. No network at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from mel_desktop.formats.providers import read_providers
from mel_desktop.logic.discovering import Service, guesses, is_reserved
from mel_desktop.model.accounts import Endpoint, Security
from mel_desktop.model.discovery import Answer, Candidate, Found, Origin, Protocol
from mel_desktop.model.errors import (
    Cancelled,
    ConnectionTrouble,
    ErrorCode,
    LocalRefusal,
    MelError,
    ServerBroken,
)
from mel_desktop.model.providers import Grade, LoginForm, SignInKind
from mel_desktop.services.discovery import Discovery
from mel_desktop.system.shipped import shipped_octets
from tests.support.clock import JumpingClock
from tests.support.names import config_xml, server_xml

TABLE = read_providers(shipped_octets("providers.toml"))
TLS, STARTTLS = Security.TLS, Security.STARTTLS
GONE = ConnectionTrouble(ErrorCode.NAME_NOT_FOUND)


@dataclass
class Net:
    """A network in memory: what is there answers at once, the rest does not exist."""

    pages: dict[str, bytes] = field(default_factory=dict)
    srv: dict[str, tuple[Service, ...]] = field(default_factory=dict)
    mx: dict[str, tuple[str, ...]] = field(default_factory=dict)
    servers: dict[Endpoint, frozenset[str] | MelError] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    ended: int = 0
    late: set[str] = field(default_factory=set)  # names that answer only after the patience

    def serve(self, *endpoints: Endpoint) -> None:
        for one in endpoints:
            self.servers[one] = frozenset({"PLAIN"})

    def may_ask(self, domain: str) -> bool:
        return not is_reserved(domain)

    def crew(self, ca_pem: str) -> Crew:
        return Crew(self)


class Crew:
    def __init__(self, net: Net) -> None:
        self._net = net
        self._waiting: list[tuple[object, Callable[[], object]]] = []

    def published(self, url: str) -> bytes:
        self._net.asked.append(url)
        if url not in self._net.pages:
            raise GONE
        return self._net.pages[url]

    def services(self, domain: str) -> tuple[Service, ...]:
        self._net.asked.append(f"srv {domain}")
        return self._net.srv.get(domain, ())

    def mail_hosts(self, domain: str) -> tuple[str, ...]:
        self._net.asked.append(f"mx {domain}")
        return self._net.mx.get(domain, ())

    def greets(self, protocol: Protocol, endpoint: Endpoint) -> frozenset[str]:
        self._net.asked.append(f"{protocol.value} {endpoint.host}:{endpoint.port}")
        told = self._net.servers.get(endpoint, GONE)
        if isinstance(told, MelError):
            raise told
        return told

    def ask(self, name: object, question: Callable[[], object]) -> None:
        self._waiting.append((name, question))

    @property
    def is_waiting(self) -> bool:
        return bool(self._waiting)

    def answers(self, seconds: float) -> Iterator[tuple[object, object]]:
        while self._waiting:
            name, question = self._waiting.pop(0)
            try:
                yield name, question()
            except MelError as error:
                yield name, error

    def end(self) -> None:
        self._net.ended += 1


def discovery(net: Net, *, offline: bool = False) -> Discovery:
    return Discovery(lambda: TABLE, net, lambda: offline, JumpingClock())


def hosts(candidates: tuple[Candidate, ...], *, usable: bool = False) -> list[str]:
    return [one.endpoint.host for one in candidates if one.is_usable or not usable]


def best(found: Found) -> tuple[str, str]:
    imap = found.best(Protocol.IMAP)
    assert imap is not None
    smtp = found.best(Protocol.SMTP, profile=imap.profile)
    return imap.endpoint.host, smtp.endpoint.host if smtp else ""


IMAP_CRETEIL = Endpoint("imap.ac-creteil.fr", 993, TLS)
SMTP_CRETEIL = Endpoint("smtp.ac-creteil.fr", 465, TLS)
IMAP_NATIONAL = Endpoint("imap.education.gouv.fr", 993, TLS)
SMTP_NATIONAL = Endpoint("smtp.education.gouv.fr", 587, STARTTLS)


def test_the_table_comes_first_and_no_usual_name_is_tried() -> None:
    net = Net()
    net.serve(IMAP_CRETEIL, SMTP_CRETEIL, IMAP_NATIONAL)
    found = discovery(net).look("ac-creteil.fr")
    assert found.is_complete
    assert best(found) == ("imap.ac-creteil.fr", "smtp.ac-creteil.fr")
    imap = found.best(Protocol.IMAP)
    assert imap is not None
    assert (imap.origin, imap.grade, imap.login) == (
        Origin.TABLE, Grade.STATED, LoginForm.PNOM,
    )  # fmt: skip
    assert "Configuration" in imap.source
    assert not [one for one in net.asked if "courrier." in one or "webmail." in one]
    assert net.ended == 1


def test_nothing_of_the_address_is_in_any_question() -> None:
    net = Net()
    discovery(net).look("ac-creteil.fr")
    assert len(net.asked) > 10
    assert not [one for one in net.asked if "emailaddress" in one or "@" in one or "?" in one]
    assert "https://autoconfig.ac-creteil.fr/mail/config-v1.1.xml" in net.asked
    assert "https://ac-creteil.fr/.well-known/autoconfig/mail/config-v1.1.xml" in net.asked


def test_a_guess_is_used_only_after_a_probe_and_of_the_likelier_service() -> None:
    net = Net()
    besancon = Endpoint("courrier.ac-besancon.fr", 993, TLS)
    smtps = Endpoint("smtps.ac-besancon.fr", 465, TLS)
    net.serve(besancon, smtps, IMAP_NATIONAL, SMTP_NATIONAL)
    told: list[Found] = []
    found = discovery(net).look("ac-besancon.fr", told.append)
    assert best(found) == ("courrier.ac-besancon.fr", "smtps.ac-besancon.fr")
    imap = found.best(Protocol.IMAP)
    assert imap is not None
    assert (imap.origin, imap.grade, imap.profile) == (Origin.PROBING, Grade.GUESSED, "legacy")
    assert found.best(Protocol.IMAP, profile="national") is not None  # offered too
    for one in told:
        for each in (*one.imap, *one.smtp):
            assert each.answer is Answer.AGREED or not each.is_usable


def test_guesses_that_nobody_answers_are_never_usable() -> None:
    found = discovery(Net()).look("ac-besancon.fr")
    assert found.imap
    assert not hosts(found.imap, usable=True)
    assert not hosts(found.smtp, usable=True)


def test_reunion_has_gone_over() -> None:
    net = Net()
    net.serve(IMAP_NATIONAL, SMTP_NATIONAL, Endpoint("imap.ac-reunion.fr", 993, TLS))
    found = discovery(net).look("ac-reunion.fr")
    assert best(found) == ("imap.education.gouv.fr", "smtp.education.gouv.fr")
    imap = found.best(Protocol.IMAP)
    assert imap is not None
    assert (imap.login, imap.sign_in) == (LoginForm.ADDRESS, SignInKind.APP_PASSWORD)


def test_what_a_domain_publishes_itself() -> None:
    net = Net()
    net.pages["https://autoconfig.ecole-x.fr/mail/config-v1.1.xml"] = config_xml(
        server_xml("imap", "boites.hebergeur.fr", 993),
        server_xml("smtp", "envoi.hebergeur.fr", 465),
    )
    net.serve(Endpoint("boites.hebergeur.fr", 993, TLS), Endpoint("envoi.hebergeur.fr", 465, TLS))
    found = discovery(net).look("ecole-x.fr")
    assert best(found) == ("boites.hebergeur.fr", "envoi.hebergeur.fr")
    imap = found.best(Protocol.IMAP)
    assert imap is not None
    assert imap.origin is Origin.AUTOCONFIG
    assert not imap.asks  # HTTPS of the domain itself
    assert (Origin.AUTOCONFIG, "found") in found.steps
    assert not [one for one in net.asked if one.startswith("imap imap.")]


def test_a_bad_file_is_noted_and_the_rest_goes_on() -> None:
    net = Net()
    net.pages["https://autoconfig.ecole-x.fr/mail/config-v1.1.xml"] = b"<!DOCTYPE x><clientConfig/>"
    net.serve(Endpoint("imap.ecole-x.fr", 993, TLS), Endpoint("smtp.ecole-x.fr", 587, STARTTLS))
    found = discovery(net).look("ecole-x.fr")
    assert (Origin.AUTOCONFIG, "unreadable") in found.steps
    assert best(found) == ("imap.ecole-x.fr", "smtp.ecole-x.fr")


def service(protocol: Protocol, host: str, port: int, security: Security, priority: int) -> Service:
    return Service(protocol, Endpoint(host, port, security), priority, 0)


def test_srv_within_the_domain_is_used_in_the_order_of_the_rfc() -> None:
    net = Net()
    net.srv["ecole-x.fr"] = (
        service(Protocol.IMAP, "b.ecole-x.fr", 993, TLS, 20),
        service(Protocol.IMAP, "a.ecole-x.fr", 143, STARTTLS, 10),
        service(Protocol.IMAP, "a.ecole-x.fr", 993, TLS, 10),
        service(Protocol.SMTP, "a.ecole-x.fr", 465, TLS, 0),
    )
    net.serve(*(one.endpoint for one in net.srv["ecole-x.fr"]))
    found = discovery(net).look("ecole-x.fr")
    ours = [one.endpoint for one in found.imap if one.origin is Origin.SRV]
    assert ours == [
        Endpoint("a.ecole-x.fr", 993, TLS),
        Endpoint("a.ecole-x.fr", 143, STARTTLS),
        Endpoint("b.ecole-x.fr", 993, TLS),
    ]
    assert best(found) == ("a.ecole-x.fr", "a.ecole-x.fr")


def test_srv_of_another_domain_is_asked_about_never_used_silently() -> None:
    net = Net()
    net.srv["ecole-x.fr"] = (
        service(Protocol.IMAP, "imap.voleur.example", 993, TLS, 0),
        service(Protocol.SMTP, "ecole-x.fr.voleur.example", 465, TLS, 0),
    )
    net.serve(*(one.endpoint for one in net.srv["ecole-x.fr"]))
    found = discovery(net).look("ecole-x.fr")
    for one in (*found.imap, *found.smtp):
        if "voleur" in one.endpoint.host:
            assert one.answer is Answer.AGREED  # it is there, and has a certificate
            assert one.asks
            assert not one.is_usable
    assert found.best(Protocol.IMAP) is None
    assert found.best(Protocol.SMTP) is None


def test_srv_to_a_server_that_the_table_states_needs_no_question() -> None:
    net = Net()
    net.srv["ac-lille.fr"] = (service(Protocol.IMAP, "imap.education.gouv.fr", 993, TLS, 0),)
    net.serve(IMAP_NATIONAL)
    found = discovery(net).look("ac-lille.fr")
    (one,) = [one for one in found.imap if one.endpoint == IMAP_NATIONAL]
    assert not one.asks


def test_what_a_domain_says_in_two_places_goes_together_and_two_services_never() -> None:
    net = Net()
    net.srv["ecole-x.fr"] = (service(Protocol.IMAP, "boites.ecole-x.fr", 993, TLS, 0),)
    net.serve(Endpoint("boites.ecole-x.fr", 993, TLS), Endpoint("smtp.ecole-x.fr", 465, TLS))
    assert best(discovery(net).look("ecole-x.fr")) == ("boites.ecole-x.fr", "smtp.ecole-x.fr")
    net = Net()
    net.serve(IMAP_NATIONAL, SMTP_CRETEIL)  # the académie's own IMAP is gone
    assert best(discovery(net).look("ac-creteil.fr")) == ("imap.education.gouv.fr", "")


def test_mx_is_a_hint_that_asks() -> None:
    net = Net()
    net.mx["lycee-x.fr"] = ("lycee-x-fr.mail.protection.outlook.com",)
    outlook = Endpoint("outlook.office365.com", 993, TLS)
    net.serve(outlook, Endpoint("smtp.office365.com", 587, STARTTLS))
    found = discovery(net).look("lycee-x.fr")
    one = next(one for one in found.imap if one.endpoint == outlook)
    assert (one.origin, one.asks, one.sign_in) == (Origin.MX, True, SignInKind.OAUTH2)
    assert found.best(Protocol.IMAP) is None


def test_mx_of_a_host_whose_settings_are_published() -> None:
    net = Net()
    net.mx["lycee-x.fr"] = ("mx1.hebergeur.fr",)
    net.pages["https://autoconfig.hebergeur.fr/mail/config-v1.1.xml"] = config_xml(
        server_xml("imap", "imap.hebergeur.fr", 993)
    )
    net.serve(Endpoint("imap.hebergeur.fr", 993, TLS))
    found = discovery(net).look("lycee-x.fr")
    one = next(one for one in found.imap if one.endpoint.host == "imap.hebergeur.fr")
    assert (one.origin, one.asks, one.answer) == (Origin.MX, True, Answer.AGREED)


@pytest.mark.parametrize(
    ("error", "answer"),
    [
        (ConnectionTrouble(ErrorCode.CERTIFICATE), Answer.UNTRUSTED),
        (ConnectionTrouble(ErrorCode.CERTIFICATE_NAME), Answer.UNTRUSTED),
        (ConnectionTrouble(ErrorCode.NO_TLS_OFFERED), Answer.REFUSED),
        (ServerBroken(ErrorCode.PROTOCOL), Answer.REFUSED),
        (ConnectionTrouble(ErrorCode.TIMED_OUT), Answer.SILENT),
        (ConnectionTrouble(ErrorCode.UNREACHABLE), Answer.SILENT),
    ],
)
def test_how_a_probe_failed_is_told(error: MelError, answer: Answer) -> None:
    net = Net(servers={IMAP_CRETEIL: error})
    found = discovery(net).look("ac-creteil.fr")
    one = next(one for one in found.imap if one.endpoint == IMAP_CRETEIL)
    assert (one.answer, one.why, one.is_usable) == (answer, error.code.text, False)


def test_offline_says_what_the_table_states() -> None:
    net = Net()
    found = discovery(net, offline=True).look("ac-creteil.fr")
    assert found.offline
    assert found.is_complete
    assert net.asked == []
    choice = found.choice(Protocol.IMAP)
    assert choice is not None
    assert choice.endpoint == IMAP_CRETEIL
    assert found.best(Protocol.IMAP) is None
    reunion = discovery(net, offline=True).look("ac-reunion.fr")
    assert reunion.choice(Protocol.SMTP) is None  # a guess


@pytest.mark.parametrize(
    "domain", ["ac-exemple.test", "ecole.invalid", "imprimante.local", "x.lan", "a.home.arpa"]
)
def test_reserved_names_are_asked_of_nobody(domain: str) -> None:
    net = Net()
    assert discovery(net).look(domain).offline
    assert net.asked == []


@pytest.mark.parametrize("domain", ["", "localhost", "10.0.0.1", "a..b", "x" * 300 + ".fr", "é.fr"])
def test_what_is_no_domain(domain: str) -> None:
    with pytest.raises(LocalRefusal) as caught:
        discovery(Net()).look(domain)
    assert caught.value.code is ErrorCode.BAD_ADDRESS


def test_a_run_can_be_given_up() -> None:
    net = Net()
    with pytest.raises(Cancelled):
        discovery(net).look("ac-creteil.fr", is_cancelled=lambda: True)
    assert net.ended == 1


def test_it_comes_before_all_others() -> None:
    net = Net()
    own = Endpoint("courrier.college.fr", 993, TLS)
    net.serve(own, IMAP_CRETEIL, SMTP_CRETEIL)

    def policy(domain: str) -> tuple[Candidate, ...]:
        return (Candidate(Protocol.IMAP, own, Origin.POLICY, Grade.STATED, profile="policy"),)

    found = Discovery(lambda: TABLE, net, lambda: False, JumpingClock(), policy).look(
        "ac-creteil.fr"
    )
    assert hosts(found.imap)[0] == "courrier.college.fr"
    assert best(found)[0] == "courrier.college.fr"
    of_it = Discovery(
        lambda: TABLE, net, lambda: False, JumpingClock(), origin=lambda: Origin.POLICY
    ).look("ac-creteil.fr")
    imap = of_it.best(Protocol.IMAP)
    assert imap is not None
    assert (imap.endpoint, imap.origin) == (IMAP_CRETEIL, Origin.POLICY)


def test_a_provider_by_its_id() -> None:
    found = discovery(Net()).known("lycee-x.fr", provider_id="microsoft365")
    assert hosts(found.imap) == ["outlook.office365.com"]
    with pytest.raises(LocalRefusal):
        discovery(Net()).known("lycee-x.fr", provider_id="nobody")


def test_guesses_stay_within_the_domain_and_begin_with_the_webmail() -> None:
    toulouse = TABLE.by_id("ac-toulouse")
    found = guesses("ac-toulouse.fr", toulouse, TABLE.names)
    assert found[0].endpoint.host == "messagerie.ac-toulouse.fr"
    for one in found:
        assert one.endpoint.host.endswith(".ac-toulouse.fr")
        assert one.endpoint.port in (993, 143, 465, 587)
        assert one.grade is Grade.GUESSED
