"""Sentences of what stands between this PC and its servers: proxies, portals, who signed.

Each names whom it is about, so that a teacher knows whom to ask: the network, not the académie.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mel_desktop.model.errors import ErrorCode, Fact

E = ErrorCode

# Code -> sentence and action in French, then in English; with the facts that they name.
WORDS: Final[Mapping[ErrorCode, tuple[str, str, str, str]]] = {
    E.CERTIFICATE_INSPECTED: (
        "Le réseau ouvre les connexions chiffrées (certificat signé par « {issuer} ») ; rien n’a"
        " été envoyé.",
        "Demandez au service informatique de l’établissement le fichier de son autorité de"
        " certification, ou essayez depuis un autre réseau.",
        "The network opens encrypted connections (certificate signed by “{issuer}”); nothing was"
        " sent.",
        "Ask the school's IT department for the file of its certificate authority, or try from"
        " another network.",
    ),
    E.CAPTIVE_PORTAL: (
        "Portail captif : ce réseau demande de s’identifier à l’adresse {portal}.",
        "Ouvrez cette adresse dans le navigateur et identifiez-vous ; Mel reprendra de lui-même.",
        "Captive portal: this network asks for a sign-in at {portal}.",
        "Open this address in the browser and sign in; Mel goes on by itself.",
    ),
    E.PROXY_UNREACHABLE: (
        "Le proxy {proxy} n’est pas joignable.",
        "Vérifiez le proxy dans les réglages de connexion du compte, ou demandez au service"
        " informatique.",
        "The proxy {proxy} cannot be reached.",
        "Check the proxy in the account's connection settings, or ask the IT department.",
    ),
    E.PROXY_REFUSED: (
        "Le proxy {proxy} refuse la connexion au serveur (réponse {reply}).",
        "Demandez au service informatique d’autoriser le serveur de messagerie, ou choisissez un"
        " autre proxy.",
        "The proxy {proxy} refuses the connection to the server (answer {reply}).",
        "Ask the IT department to allow the mail server, or choose another proxy.",
    ),
    E.PROXY_SIGN_IN: (
        "Le proxy {proxy} demande un identifiant et un mot de passe qu’il accepte.",
        "Saisissez-les dans les réglages de connexion du compte. Ce ne sont pas ceux de la"
        " messagerie.",
        "The proxy {proxy} asks for a login and a password that it accepts.",
        "Give them in the account's connection settings. They are not those of the mailbox.",
    ),
    E.PROXY_SCRIPT: (
        "Le script de proxy {proxy} n’a pas pu être lu ou exécuté ; rien n’a été tenté sans lui.",
        "Vérifiez l’adresse du script dans les réglages de connexion, ou demandez au service"
        " informatique.",
        "The proxy script {proxy} could not be read or run; nothing was tried without it.",
        "Check the script's address in the connection settings, or ask the IT department.",
    ),
}
_UPSTREAM: Final = {
    "fr": "Le proxy {proxy} n’a pas pu joindre le serveur (réponse {reply}).",
    "en": "The proxy {proxy} could not reach the server (answer {reply}).",
}
# Answers that mean "not through me to there": HTTP, then SOCKS5 (RFC 1928 section 6).
_CANNOT_REACH: Final = frozenset({502, 503, 504, 1, 3, 4, 5, 6})
_SIGNED: Final = {
    "fr": "Il est signé par « {issuer} », que ce poste ne connaît pas.",
    "en": "It is signed by “{issuer}”, which this PC does not know.",
}
_NAMES: Final = ("issuer", "portal", "proxy", "reply")


def network_sentence(
    code: ErrorCode, language: str, facts: Mapping[str, Fact] | None = None
) -> str:
    """What happened, with names; "" for codes of others."""
    if code not in WORDS:
        return ""
    known = {name: str(value) for name, value in (facts or {}).items() if name in _NAMES}
    text = WORDS[code][0 if language == "fr" else 2]
    if code is E.PROXY_REFUSED and (facts or {}).get("reply") in _CANNOT_REACH:
        text = _UPSTREAM["fr" if language == "fr" else "en"]
    for name in _NAMES:
        if name not in known:  # the sentence without the name
            for hole in (
                f" (certificat signé par « {{{name}}} »)", f" (certificate signed by “{{{name}}}”)",
                f" (réponse {{{name}}})", f" (answer {{{name}}})", f" à l’adresse {{{name}}}",
                f" at {{{name}}}", f" {{{name}}}",
            ):  # fmt: skip
                text = text.replace(hole, "")
    return text.format(**known)


def signed_by(language: str, facts: Mapping[str, Fact] | None) -> str:
    """Who signed a certificate that is not trusted, "" where it is not known."""
    issuer = str((facts or {}).get("issuer", ""))
    return _SIGNED["fr" if language == "fr" else "en"].format(issuer=issuer) if issuer else ""


# Finer reasons of refusals, as app.reasons has them: French and what to do, English and what to do.
REASONS: Final[Mapping[str, tuple[str, str, str, str]]] = {
    "proxy": (
        "Cette adresse de proxy n’est pas valide.",
        "Exemples : http://proxy.college.fr:3128, socks5://nom@proxy.college.fr,"
        " pac+https://intranet.college.fr/proxy.pac, system ou none.",
        "This proxy address is not valid.",
        "Examples: http://proxy.college.fr:3128, socks5://name@proxy.college.fr,"
        " pac+https://intranet.college.fr/proxy.pac, system or none.",
    ),
    "proxy-without-login": (
        "Un mot de passe de proxy demande aussi un identifiant.",
        "Saisissez l’identifiant du proxy.",
        "A proxy password needs a login too.",
        "Give the login of the proxy.",
    ),
    "proxy-fixed": (
        "Votre service informatique a fixé le proxy.",
        "",
        "Your IT department has fixed the proxy.",
        "",
    ),
}
