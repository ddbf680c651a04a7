"""Why servers were not found, and why a file of data was not taken: as app.reasons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SERVERS: Final[Mapping[str, tuple[str, str, str, str]]] = {
    "no-server-found": (
        "Aucun serveur n’a été trouvé pour cette adresse.",
        "Indiquez le serveur de réception (IMAP) et le serveur d’envoi (SMTP).",
        "No server was found for this address.",
        "Name the receiving server (IMAP) and the sending server (SMTP).",
    ),
    "server-of-another-domain": (
        "Le DNS désigne un serveur d’un autre domaine, sans preuve que ce soit le bon.",
        "Vérifiez le nom de ce serveur, puis indiquez-le vous-même.",
        "DNS names a server of another domain, with no proof that it is the right one.",
        "Check the name of that server, then name it yourself.",
    ),
    "bad-provider-table": (
        "La table des services de messagerie n’est pas lisible.",
        "Demandez un autre fichier au service informatique.",
        "The table of mail services cannot be read.",
        "Ask IT for another file.",
    ),
    "bad-service-list": (
        "La liste des services n’est pas lisible.",
        "Demandez un autre fichier au service informatique.",
        "The list of services cannot be read.",
        "Ask IT for another file.",
    ),
    "bad-autoconfig": (
        "Les réglages publiés par ce domaine ne sont pas lisibles.",
        "Indiquez les serveurs vous-même.",
        "The settings that this domain publishes cannot be read.",
        "Name the servers yourself.",
    ),
    "no-signed-data": (
        "Ce fichier n’est pas une mise à jour des données de Mel Desktop.",
        "Choisissez un autre fichier.",
        "This file is no update of Mel Desktop's data.",
        "Choose another file.",
    ),
    "bad-signature": (
        "La signature de ce fichier n’est pas celle des auteurs de Mel Desktop : rien n’en est lu.",
        "Demandez une autre copie à qui vous l’a remis.",
        "This file is not signed by the authors of Mel Desktop: nothing of it is read.",
        "Ask for another copy from whoever gave it to you.",
    ),
    "unknown-data": (
        "Ces données sont pour une version plus récente de Mel Desktop.",
        "Mettez Mel Desktop à jour.",
        "This data is for a later version of Mel Desktop.",
        "Update Mel Desktop.",
    ),
    "older-data": (
        "Les données en vigueur sont aussi récentes, ou plus.",
        "Il n’y a rien à faire.",
        "The data in force is as recent, or more.",
        "There is nothing to do.",
    ),
    "bad-release-notice": (
        "L’annonce des versions n’est pas lisible.",
        "Signalez-le au service informatique.",
        "The notice of versions cannot be read.",
        "Tell IT.",
    ),
    "expired-notice": (
        "L’annonce des versions n’est plus valable.",
        "Signalez-le au service informatique.",
        "The notice of versions has expired.",
        "Tell IT.",
    ),
    "policy-file-unread": (
        "Le fichier indiqué par le service informatique n’a pas pu être lu.",
        "Signalez-le au service informatique.",
        "The file that IT names could not be read.",
        "Tell IT.",
    ),
}
