"""The annuaire de l'éducation at its real size: columns of 2026, some 570 octets a row."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from mel_desktop.model.people import DirectoryEntry

COLUMNS: Final = (
    "Identifiant_de_l_etablissement;Nom_etablissement;Type_etablissement;Statut_public_prive;"
    "Adresse_1;Adresse_2;Adresse_3;Code_postal;Code_commune;Nom_commune;Code_departement;"
    "Code_academie;Code_region;Ecole_maternelle;Ecole_elementaire;Voie_generale;"
    "Voie_technologique;Voie_professionnelle;Telephone;Fax;Web;Mail;Restauration;Hebergement;ULIS;"
    "Apprentissage;Segpa;Section_arts;Section_cinema;Section_theatre;Section_sport;"
    "Section_internationale;Section_europeenne;Lycee_Agricole;Lycee_militaire;Lycee_des_metiers;"
    "Post_BAC;Appartenance_Education_Prioritaire;GRETA;SIREN_SIRET;Fiche_onisep;position;"
    "Type_contrat_prive;Libelle_departement;Libelle_academie;Libelle_region;coordX_origine;"
    "coordY_origine;epsg_origine;nom_circonscription;latitude;longitude;precision_localisation;"
    "date_ouverture;date_maj_ligne;etat;ministere_tutelle;multi_uai;rpi_concentre;rpi_disperse;"
    "code_nature;libelle_nature;Code_type_contrat_prive;PIAL;etablissement_mere;"
    "type_rattachement_etablissement_mere;code_circonscription;code_zone_animation_pedagogique;"
    "libelle_zone_animation_pedagogique;code_bassin_formation;libelle_bassin_formation"
)
SAME: Final = {
    "Statut_public_prive": "Public", "Code_departement": "035", "Code_academie": "14",
    "Adresse_1": "12 rue des Écoles", "Code_postal": "35000", "Code_commune": "35238",
    "Libelle_departement": "Ille-et-Vilaine", "Libelle_academie": "Rennes", "etat": "OUVERT",
    "Libelle_region": "Bretagne", "position": "47.98614492070133, -1.9294895003671315",
    "nom_circonscription": "Circonscription d'inspection du 1er degré de Bruz",
    "coordX_origine": "332503.4", "coordY_origine": "6776558.9", "epsg_origine": "EPSG:2154",
    "latitude": "47.98614492070133", "longitude": "-1.9294895003671315",
    "date_ouverture": "1965-10-01", "date_maj_ligne": "2026-06-08", "SIREN_SIRET": "21350016800025",
    "ministere_tutelle": "MINISTERE DE L'EDUCATION NATIONALE", "libelle_nature": "ECOLE",
    "Type_contrat_prive": "SANS OBJET", "libelle_bassin_formation": "Rennes",
}  # fmt: skip


def write(path: Path, schools: Iterable[DirectoryEntry]) -> int:
    """UTF-8 with BOM, as the portal exports; how many octets."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.DictWriter(file, COLUMNS.split(";"), delimiter=";", restval="")
        rows.writeheader()
        for one in schools:
            rows.writerow(
                SAME
                | {
                    "Identifiant_de_l_etablissement": one.uai, "Nom_etablissement": one.name,
                    "Type_etablissement": one.role, "Nom_commune": one.town,
                    "Telephone": one.phone, "Mail": one.email,
                }
            )  # fmt: skip
    return path.stat().st_size
