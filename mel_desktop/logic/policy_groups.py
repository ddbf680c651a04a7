"""Numbered groups of what IT can decide: accounts, directories, providers of sign-ins. Pure.

A group is one value: it holds whole or not at all (logic.policy_schema).
"""

from __future__ import annotations

from typing import Final

from mel_desktop.logic.policy_keys import Group, Kind, PolicyKey

SECURITY: Final = (("tls", ("TLS", "TLS")), ("starttls", ("STARTTLS", "STARTTLS")))
TEMPLATE_HELP: Final = (
    "Variables : %USERNAME% (session), %UPN% (nom d’utilisateur principal), %UPN_NAME% (sa partie"
    " avant @), %FULLNAME% (nom complet de la session)",
    "Variables: %USERNAME% (of the session), %UPN% (user principal name), %UPN_NAME% (its part"
    " before @), %FULLNAME% (full name of the session)",
)
EMAIL_HELP: Final = (
    ", %EMAIL% (l’adresse), %EMAIL_NAME% (sa partie avant @).",
    ", %EMAIL% (the address), %EMAIL_NAME% (its part before @).",
)

_ACCOUNT_KEYS: Final = (
    PolicyKey(
        "accounts", "email", Kind.TEMPLATE, ("Adresse", "Address"),
        (
            f"Adresse du compte. {TEMPLATE_HELP[0]}. Vide : l’enseignant la saisit.",
            f"Address of the account. {TEMPLATE_HELP[1]}. Empty: the teacher types it.",
        ),
        default="",
    ),
    PolicyKey(
        "accounts", "login", Kind.TEMPLATE, ("Identifiant", "Login"),
        (
            f"Identifiant, s’il n’est pas l’adresse. {TEMPLATE_HELP[0]}{EMAIL_HELP[0]}",
            f"Login, where it is not the address. {TEMPLATE_HELP[1]}{EMAIL_HELP[1]}",
        ),
        default="",
    ),
    PolicyKey(
        "accounts", "name", Kind.TEMPLATE, ("Nom affiché", "Name shown"),
        (
            "Nom que voient les correspondants. Variable : %FULLNAME%.",
            "Name that correspondents see. Variable: %FULLNAME%.",
        ),
        default="",
    ),
    PolicyKey(
        "accounts", "imap_host", Kind.HOST, ("Serveur IMAP", "IMAP server"),
        ("Serveur de réception.", "Receiving server."), default="", required=True,
    ),
    PolicyKey(
        "accounts", "imap_port", Kind.NUMBER, ("Port IMAP", "IMAP port"),
        (
            "Sans valeur : 993 avec TLS, 143 avec STARTTLS.",
            "Unset: 993 with TLS, 143 with STARTTLS.",
        ),
        default=0, start=993, least=1, most=65535,
    ),
    PolicyKey(
        "accounts", "imap_security", Kind.CHOICE, ("Sécurité IMAP", "IMAP security"),
        ("Jamais en clair.", "Never in clear."), default="tls", choices=SECURITY,
    ),
    PolicyKey(
        "accounts", "smtp_host", Kind.HOST, ("Serveur SMTP", "SMTP server"),
        ("Serveur d’envoi.", "Sending server."), default="", required=True,
    ),
    PolicyKey(
        "accounts", "smtp_port", Kind.NUMBER, ("Port SMTP", "SMTP port"),
        (
            "Sans valeur : 465 avec TLS, 587 avec STARTTLS.",
            "Unset: 465 with TLS, 587 with STARTTLS.",
        ),
        default=0, start=465, least=1, most=65535,
    ),
    PolicyKey(
        "accounts", "smtp_security", Kind.CHOICE, ("Sécurité SMTP", "SMTP security"),
        ("Jamais en clair.", "Never in clear."), default="tls", choices=SECURITY,
    ),
    PolicyKey(
        "accounts", "provider", Kind.TEXT, ("Fournisseur", "Provider"),
        (
            "Nom du fournisseur, gardé avec le compte.",
            "Name of the provider, kept with the account.",
        ),
        default="",
    ),
    PolicyKey(
        "accounts", "ca_file", Kind.PATH, ("Autorité de certification", "Certificate authority"),
        (
            "Fichier PEM d’une autorité à laquelle ce compte fait confiance en plus de celles du"
            " système.",
            "PEM file of an authority that this account trusts besides those of the system.",
        ),
        default="",
    ),
)  # fmt: skip
_DIRECTORY_KEYS: Final = (
    PolicyKey(
        "directory", "url", Kind.URL, ("Adresse LDAP", "LDAP URL"),
        (
            "ldaps://serveur, ou ldap://serveur (STARTTLS est alors exigé).",
            "ldaps://server, or ldap://server (STARTTLS is then required).",
        ),
        default="", required=True,
    ),
    PolicyKey(
        "directory", "base", Kind.TEXT, ("Base", "Base"),
        ("DN sous lequel lire.", "DN beneath which to read."), default="",
    ),
    PolicyKey(
        "directory", "page_size", Kind.NUMBER, ("Entrées par page", "Entries a page"),
        ("Entrées demandées à la fois.", "Entries asked for at once."),
        default=500, least=1, most=5000,
    ),
    PolicyKey(
        "directory", "ca_file", Kind.PATH, ("Autorité de certification", "Certificate authority"),
        (
            "Fichier PEM d’une autorité à laquelle cet annuaire fait confiance en plus.",
            "PEM file of an authority that this directory trusts besides.",
        ),
        default="",
    ),
)  # fmt: skip

_OAUTH_KEYS: Final = (
    PolicyKey(
        "oauth", "id", Kind.TEXT, ("Nom court", "Short name"),
        (
            "microsoft ou google complète le fournisseur livré ; tout autre mot en nomme un autre.",
            "microsoft or google completes the shipped provider; any other word names another one.",
        ),
        default="", required=True,
    ),
    PolicyKey(
        "oauth", "client_id", Kind.TEXT, ("Identifiant du logiciel", "Client id"),
        (
            "Donné par le fournisseur quand Mel Desktop y est déclaré, comme logiciel de bureau,"
            " avec l’adresse de retour http://127.0.0.1/.",
            "Given by the provider when Mel Desktop is registered there, as a desktop program, with"
            " the redirect address http://127.0.0.1/.",
        ),
        default="", required=True,
    ),
    PolicyKey(
        "oauth", "client_secret", Kind.TEXT, ("Secret du logiciel", "Client secret"),
        (
            "Seulement là où le fournisseur l’exige d’un logiciel de bureau ; il n’y est pas un"
            " secret.",
            "Only where the provider asks it of a desktop program; it is no secret there.",
        ),
        default="",
    ),
    PolicyKey(
        "oauth", "name", Kind.TEXT, ("Nom affiché", "Name shown"),
        ("Tel que l’enseignant le lit.", "As the teacher reads it."), default="",
    ),
    PolicyKey(
        "oauth", "issuer", Kind.WEB, ("Adresse du fournisseur", "Issuer"),
        (
            "Où se trouve son document de découverte OpenID ; le document doit nommer cette"
            " adresse même.",
            "Where its OpenID discovery document is; the document must name this very address.",
        ),
        default="",
    ),
    PolicyKey(
        "oauth", "scopes", Kind.TEXT, ("Accès demandés", "Scopes"),
        ("Séparés par des espaces.", "Separated by blanks."), default="",
    ),
    PolicyKey(
        "oauth", "authorization_uri", Kind.WEB, ("Page de connexion", "Authorisation endpoint"),
        ("Sans document de découverte.", "Without a discovery document."), default="",
    ),
    PolicyKey(
        "oauth", "token_uri", Kind.WEB, ("Adresse des jetons", "Token endpoint"),
        ("Sans document de découverte.", "Without a discovery document."), default="",
    ),
    PolicyKey(
        "oauth", "device_uri", Kind.WEB, ("Adresse des codes", "Device endpoint"),
        ("Sans document de découverte.", "Without a discovery document."), default="",
    ),
    PolicyKey(
        "oauth", "revocation_uri", Kind.WEB, ("Adresse de révocation", "Revocation endpoint"),
        ("Sans document de découverte.", "Without a discovery document."), default="",
    ),
    PolicyKey(
        "oauth", "imap_host", Kind.HOST, ("Serveur IMAP", "IMAP server"),
        ("Proposé pour les comptes de ce fournisseur.", "Offered for accounts of this provider."),
        default="",
    ),
    PolicyKey(
        "oauth", "imap_port", Kind.NUMBER, ("Port IMAP", "IMAP port"),
        ("143 : STARTTLS, tout autre : TLS.", "143: STARTTLS, any other: TLS."),
        default=993, least=1, most=65535,
    ),
    PolicyKey(
        "oauth", "smtp_host", Kind.HOST, ("Serveur SMTP", "SMTP server"),
        ("Proposé pour les comptes de ce fournisseur.", "Offered for accounts of this provider."),
        default="",
    ),
    PolicyKey(
        "oauth", "smtp_port", Kind.NUMBER, ("Port SMTP", "SMTP port"),
        ("587 : STARTTLS, tout autre : TLS.", "587: STARTTLS, any other: TLS."),
        default=465, least=1, most=65535,
    ),
)  # fmt: skip

GROUPS: Final = (
    Group(
        "accounts",
        ("Compte {n}", "Account {n}"),
        (
            "Compte fourni : l’assistant le propose rempli, l’enseignant ne saisit que son mot de"
            " passe. Une seule valeur incomprise et le compte entier est ignoré : aucun mot de"
            " passe ne part vers un serveur à moitié compris.",
            "A given account: the wizard offers it filled in, the teacher types the password only."
            " With one value that cannot be understood the whole account is ignored: no password"
            " goes to a server that is half understood.",
        ),
        _ACCOUNT_KEYS,
    ),
    Group(
        "directory",
        ("Annuaire LDAP {n}", "LDAP directory {n}"),
        (
            "Source d’annuaire présente sans que personne ne l’ajoute ; lue à la demande, gardée"
            " dans le coffre. Une seule valeur incomprise et la source entière est ignorée.",
            "A source of the directory that is there without anybody adding it; read on demand,"
            " kept in the vault. With one value that cannot be understood the whole source is"
            " ignored.",
        ),
        _DIRECTORY_KEYS,
        offered=2,
    ),
    Group(
        "oauth",
        ("Fournisseur d’identité {n}", "Identity provider {n}"),
        (
            "Fournisseur chez qui l’enseignant se connecte dans son navigateur (OAuth 2.0, OpenID"
            " Connect) ; Mel Desktop ne voit jamais le mot de passe. Une seule valeur incomprise et"
            " le fournisseur entier est ignoré.",
            "A provider at which the teacher signs in in the browser (OAuth 2.0, OpenID Connect);"
            " Mel Desktop never sees the password. With one value that cannot be understood the"
            " whole provider is ignored.",
        ),
        _OAUTH_KEYS,
        offered=2,
    ),
)
