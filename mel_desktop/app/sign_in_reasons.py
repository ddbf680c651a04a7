"""Sentences of sign-ins through a provider's page, as in ``reasons``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_ASK: Final = (
    "Vérifiez l’adresse du fournisseur avec votre assistance.",
    "Check the provider's address with your help desk.",
)

SIGN_IN: Final[Mapping[str, tuple[str, str, str, str]]] = {
    "provider-address": (
        "Cette adresse de fournisseur d’identité n’en est pas une.",
        _ASK[0],
        "This is no address of an identity provider.",
        _ASK[1],
    ),
    "provider-not-https": (
        "L’adresse du fournisseur d’identité doit commencer par https://.",
        _ASK[0],
        "The address of the identity provider must begin with https://.",
        _ASK[1],
    ),
    "provider-no-document": (
        "À cette adresse, aucun fournisseur d’identité ne se présente.",
        _ASK[0],
        "No identity provider presents itself at this address.",
        _ASK[1],
    ),
    "provider-another-issuer": (
        "À cette adresse, un autre fournisseur d’identité se présente.",
        _ASK[0],
        "Another identity provider presents itself at this address.",
        _ASK[1],
    ),
    "provider-without-client": (
        "Ce fournisseur ne connaît pas encore ce logiciel.",
        "Votre service informatique doit l’y déclarer et donner son identifiant (client id).",
        "This provider does not know this program yet.",
        "Your IT must register it there and give its client id.",
    ),
    "provider-without-endpoints": (
        "Ce fournisseur n’offre pas de connexion par le navigateur.",
        "Essayez avec un code, ou demandez à votre assistance.",
        "This provider offers no sign-in through the browser.",
        "Try with a code, or ask your help desk.",
    ),
    "provider-without-device-codes": (
        "Ce fournisseur n’offre pas de connexion par code.",
        "Connectez-vous dans le navigateur de cet ordinateur.",
        "This provider offers no sign-in by a code.",
        "Sign in in the browser of this computer.",
    ),
    "provider-without-pkce": (
        "Ce fournisseur n’offre pas la protection nécessaire (PKCE).",
        "Demandez à votre service informatique de l’activer.",
        "This provider does not offer the protection that is needed (PKCE).",
        "Ask your IT to enable it.",
    ),
    "answer-forged": (
        "La réponse du navigateur n’est pas celle qui était attendue.",
        "Recommencez la connexion ; si cela se répète, parlez-en à votre assistance.",
        "The browser did not bring back the answer that was expected.",
        "Begin the sign-in again; if it happens again, tell your help desk.",
    ),
    "answer-of-another": (
        "La réponse vient d’un autre fournisseur : elle n’est pas utilisée.",
        "Recommencez la connexion ; si cela se répète, parlez-en à votre assistance.",
        "The answer comes from another provider: it is not used.",
        "Begin the sign-in again; if it happens again, tell your help desk.",
    ),
    "no-loopback": (
        "Ce PC ne laisse pas le navigateur revenir au logiciel.",
        "Connectez-vous avec un code sur un autre appareil.",
        "This PC does not let the browser come back to the program.",
        "Sign in with a code on another device.",
    ),
    "signs-in-by-page": (
        "Ce compte se connecte sur la page de son fournisseur, sans mot de passe ici.",
        "Connectez-vous de nouveau dans le navigateur.",
        "This account signs in on its provider's page, without a password here.",
        "Sign in again in the browser.",
    ),
    "unproven": (
        "Le serveur n’a pas prouvé qu’il connaît le mot de passe : rien ne lui est confié.",
        "Vérifiez le nom du serveur ; s’il est juste, prévenez votre assistance.",
        "The server did not prove that it knows the password: nothing is entrusted to it.",
        "Check the server's name; if it is right, tell your help desk.",
    ),
}
