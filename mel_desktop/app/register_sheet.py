"""The sheet for the register of processing (RGPD, article 30) of what a directory holds.

One HTML page without anything from outside; counts and dates only, nobody's name. What only the
school can say (purpose in its own words, its DPD) is left as a line to fill in.
"""

from __future__ import annotations

from html import escape
from typing import Final

from mel_desktop.model.people import SourceKind
from mel_desktop.model.records import Holding, Holdings, year_name

NB: Final = "\u00a0"
Words = tuple[str, str]  # French, English
KINDS: Final[dict[SourceKind, Words]] = {
    SourceKind.ANNUAIRE: ("Annuaire de l’éducation (données ouvertes)", "Open data of schools"),
    SourceKind.CSV: ("Fichier CSV", "CSV file"),
    SourceKind.LDAP: ("Annuaire LDAP", "LDAP directory"),
    SourceKind.THUNDERBIRD: ("Carnet d’adresses Thunderbird", "Thunderbird address book"),
    SourceKind.VCARD: ("Fichier vCard", "vCard file"),
    SourceKind.LDIF: ("Fichier LDIF", "LDIF file"),
    SourceKind.AAF: ("Export AAF (SDET)", "AAF export (SDET)"),
    SourceKind.SIECLE: ("Export SIECLE", "SIECLE export"),
    SourceKind.STS: ("Export STS-Web", "STS-Web export"),
    SourceKind.ONDE: ("Export ONDE", "ONDE export"),
    SourceKind.ENT_CSV: ("Export d’un ENT", "Export of an ENT"),
    SourceKind.CARDDAV: ("Carnet CardDAV", "CardDAV address book"),
    SourceKind.ZIMBRA: ("Carnet Zimbra", "Zimbra address book"),
    SourceKind.OWN: ("Contacts saisis ici", "Contacts typed here"),
    SourceKind.SERVICES: ("Services du numérique éducatif", "Services of digital education"),
}
STYLE: Final = (
    "body{font-family:Arial,sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color:#161616;"
    "background:#fff}table{border-collapse:collapse}th,td{border:1px"
    " solid #929292;padding:.3em .5em;text-align:left;vertical-align:top}th{background:#eee}"
    "td.n{text-align:right}h1{font-size:1.5em}h2{font-size:1.15em;margin-top:1.6em}"
    ".blank{border-bottom:1px dotted #666;display:inline-block;min-width:20em}"
)


def sheet(held: Holdings, language: str, style: str = STYLE) -> str:
    """The page in "fr", else in English. ``style``: its CSS."""
    at = 0 if language == "fr" else 1

    def say(french: str, english: str) -> str:
        return escape((french, english)[at])

    day = held.made_at.astimezone().strftime(("%d/%m/%Y", "%Y-%m-%d")[at])
    title = say(
        f"Fiche de registre{NB}: annuaire de Mel Desktop",
        "Register sheet: directory of Mel Desktop",
    )
    parts = [
        f'<!doctype html><html lang="{"fr" if at == 0 else "en"}"><head><meta charset="utf-8">'
        f"<title>{title}</title><style>{style}</style></head><body><h1>{title}</h1>",
        "<p>" + say(
            f"Établie le {day} sur ce poste (RGPD, article 30). Elle compte{NB}: elle ne nomme"
            " personne.",
            f"Made on {day} on this PC (GDPR, article 30). It counts and names nobody.",
        ) + "</p>",
        _section(say("À remplir par l’établissement", "To be filled in by the school"), [
            f"{say(one, other)}{NB}: <span class=\"blank\">&nbsp;</span>"
            for one, other in (
                ("Responsable du traitement", "Controller"),
                ("Délégué à la protection des données", "Data protection officer"),
                ("Base légale retenue", "Legal basis"),
            )
        ]),
        _section(say("Finalités", "Purposes"), [
            say("Trouver un correspondant et lui écrire, aussi sans réseau.",
                "Find a correspondent and write to them, also without a network."),
            say("Écrire aux responsables d’une classe sans erreur de destinataire.",
                "Write to the guardians of a class without a wrong recipient."),
        ]),
        f"<h2>{say('Ce qui est détenu', 'What is held')}</h2>",
        _sources(held, at),
        _section(say("Autres données", "Other data"), [
            say(f"Notes libres{NB}: {held.notes}", f"Free notes: {held.notes}"),
            say(f"Groupes personnels{NB}: {held.own_groups}", f"Own groups: {held.own_groups}"),
            say(
                f"Adresses retenues parce qu’on leur a écrit{NB}: {held.learned}",
                f"Addresses kept because they were written to: {held.learned}",
            ),
            say(
                f"Personnes effacées, qu’aucune liste ne ramène{NB}: {held.erased}",
                f"People erased whom no list brings back: {held.erased}",
            ),
        ]),
        _section(say("Catégories de données", "Categories of data"), [
            say("Nom, fonction, matières, établissement, classes, adresses électroniques,"
                " téléphones, lien entre un élève et ses responsables, photographie si la source en"
                " donne.",
                "Name, function, subjects, school, classes, mail addresses, telephones, tie between"
                " a pupil and the guardians, picture where a source gives one."),
            say("Jamais enregistrés, même si un fichier les contient{NB}: INE, date de naissance,"
                " bourse, adresse postale, mesure de l’aide sociale, MEF.".replace("{NB}", NB),
                "Never stored, even where a file holds them: national pupil number, birth date,"
                " bursary, postal address, social care, course code."),
        ]),
        _section(say("Destinataires", "Recipients"), [
            say("Aucun. Les données restent sur ce poste{NB}; seuls partent les messages envoyés."
                .replace("{NB}", NB),
                "None. The data stay on this PC; only messages that are sent leave it."),
        ]),
        _section(say("Durées", "How long"), _durations(held, at)),
        _section(say("Sécurité", "Security"), [
            say("Toute la base est chiffrée{NB}; elle ne s’ouvre qu’avec la phrase de passe ou le"
                " trousseau de la session.".replace("{NB}", NB),
                "The whole store is encrypted; it opens with the passphrase or the keyring of the"
                " session only."),
            say("Une source retirée, une année purgée ou une personne effacée ne laissent pas"
                " d’octets lisibles dans le fichier.",
                "A source removed, a year purged or a person erased leave no readable octets in the"
                " file."),
        ]),
        _section(say("Droits des personnes", "Rights of people"), [
            say("Accès et portabilité{NB}: menu Outils, «{NB}Contenu de l’annuaire{NB}», «{NB}Une"
                " personne{NB}», Exporter.".replace("{NB}", NB),
                "Access and portability: Tools menu, “What the directory holds”, “One person”,"
                " Export."),
            say("Effacement{NB}: au même endroit, Effacer. Les messages échangés restent dans la"
                " messagerie.".replace("{NB}", NB),
                "Erasure: the same place, Erase. Messages exchanged stay in the mailbox."),
        ]),
        "</body></html>",
    ]  # fmt: skip
    return "\n".join(parts)


def _section(title: str, lines: list[str]) -> str:
    return f"<h2>{title}</h2><ul>" + "".join(f"<li>{one}</li>" for one in lines) + "</ul>"


def _sources(held: Holdings, at: int) -> str:
    """A small table each: twelve columns fit no page."""
    return "".join(_source(one, at) for one in held.sources) or (
        f"<p>{('Aucune source.', 'No source.')[at]}</p>"
    )


def _source(one: Holding, at: int) -> str:
    source = one.source
    dated = source.updated_at
    day = "–" if dated is None else dated.astimezone().strftime(("%d/%m/%Y", "%Y-%m-%d")[at])
    facts: tuple[tuple[Words, str], ...] = (
        (("Origine", "Origin"), KINDS[source.kind][at]),
        (("Copie du", "Copy of"), day),
        (("Copie complète", "Copy complete"), (("non", "no"), ("oui", "yes"))[source.complete][at]),
        (("Année scolaire", "School year"), year_name(one.school_year)),
    )
    counts: tuple[tuple[Words, int], ...] = (
        (("Élèves", "Pupils"), one.pupils),
        (("Responsables", "Guardians"), one.guardians),
        (("Personnels et autres", "Staff and others"), one.staff),
        (("Classes et groupes", "Classes and groups"), one.groups),
        (("Établissements", "Schools"), one.schools),
        (("Services", "Services"), one.services),
        (("Avec une adresse électronique", "With a mail address"), one.with_address),
        (("Avec un téléphone", "With a telephone"), one.with_phone),
        (("Photographies", "Pictures"), one.photos),
        (("Liens entre élèves et responsables", "Ties of pupils and guardians"), one.ties),
    )
    lines = [(label[at], value) for label, value in facts]
    lines += [(label[at], str(count)) for label, count in counts if count]
    rows = "".join(f"<tr><th>{escape(one)}</th><td>{escape(two)}</td></tr>" for one, two in lines)
    return f"<h3>{escape(source.name)}</h3><table>{rows}</table>"


def _durations(held: Holdings, at: int) -> list[str]:
    begin = held.ends.strftime(("%d/%m/%Y", "%Y-%m-%d")[at])
    lines = [
        (
            f"Élèves, responsables et classes{NB}: jusqu’à la fin de l’année scolaire ("
            f"{year_name(held.school_year)}).",
            f"Pupils, guardians and classes: until the school year ends"
            f" ({year_name(held.school_year)}).",
        ),
        (
            (
                f"Effacés d’eux-mêmes {held.families_days} jours après le {begin}.",
                f"Removed by themselves {held.families_days} days after {begin}.",
            )
            if held.families_days
            else (
                f"Le passage d’année est proposé à partir du {begin}.",
                f"The end of the year is proposed from {begin} on.",
            )
        ),
        (
            f"Personnels, établissements et services{NB}: jusqu’au retrait de la source.",
            "Staff, schools and services: until the source is removed.",
        ),
    ]
    return [escape(one[at]) for one in lines]
