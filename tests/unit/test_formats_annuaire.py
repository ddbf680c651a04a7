"""The open data of the ministry: real rows, both layouts, missing columns, bad rows."""

from __future__ import annotations

import csv
import io
import time
import tracemalloc
from collections import Counter
from pathlib import Path

import pytest

from mel_desktop.formats.annuaire import AnnuaireFile, open_annuaire
from mel_desktop.formats.detect import open_table
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.people import DirectoryEntry, EntryKind, SkippedLine
from tests.support.annuaire_rows import annuaire_octets

TESTS = Path(__file__).resolve().parents[1]
EXTRACT = TESTS / "data" / "annuaire" / "annuaire-extrait-2023.csv"
DEPARTMENT = TESTS.parents[1] / "shared" / "data" / "annuaire-education-ille-et-vilaine-2023.csv"
RENAMED_2026 = {
    "Code postal": "Code_postal",
    "coordonnee_X": "coordX_origine",
    "coordonnee_Y": "coordY_origine",
    "epsg": "epsg_origine",
    "etablissement_multi_lignes": "multi_uai",
}


def read(data: bytes, format_name: str = "auto") -> tuple[list[DirectoryEntry], list[SkippedLine]]:
    items = list(open_table([data], format_name))
    return (
        [one for one in items if isinstance(one, DirectoryEntry)],
        [one for one in items if isinstance(one, SkippedLine)],
    )


def layout_2026(data: bytes) -> bytes:
    """The same rows in the layout of 2026: columns renamed, added, removed and moved."""
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
    names = [
        RENAMED_2026.get(name, name) for name in reversed(rows[0]) if name != "Nombre_d_eleves"
    ]
    names.insert(3, "code_circonscription")
    out = io.StringIO()
    writer = csv.DictWriter(out, names, delimiter=";", extrasaction="ignore", restval="")
    writer.writeheader()
    for row in rows:
        writer.writerow({RENAMED_2026.get(name, name): value for name, value in row.items()})
    return out.getvalue().encode("utf-8-sig")


def test_the_extract() -> None:
    entries, skipped = read(EXTRACT.read_bytes())
    assert len(entries) == 60
    assert skipped == []
    assert len({one.key for one in entries}) == 60  # annexes share a UAI, not a key
    charcot = next(one for one in entries if one.uai == "0350896J")
    assert charcot == DirectoryEntry(
        key="0350896J",
        kind=EntryKind.SCHOOL,
        name="Collège Jean Charcot",
        email="Ce.0350896j@ac-rennes.fr",  # as the ministry writes it
        role="Collège",
        uai="0350896J",
        town="Saint-Malo",
        phone=charcot.phone,
        web=charcot.web,
        same_as=("uai:0350896J",),
    )
    assert charcot.phone


def test_inspectors_and_guidance_centres_are_services_all_with_pupils_are_schools() -> None:
    entries, _ = read(EXTRACT.read_bytes())
    kinds = {one.uai: one.kind for one in entries}
    assert kinds["0350741R"] is EntryKind.SERVICE  # circonscription
    assert kinds["0350065F"] is EntryKind.SERVICE  # CIO
    assert kinds["0350747X"] is EntryKind.SCHOOL  # EREA
    assert kinds["0352813T"] is EntryKind.SCHOOL  # without type: its nature is told instead
    assert next(one for one in entries if one.uai == "0352813T").role.startswith("Ecoles composees")


def test_attribution_names_source_and_newest_date() -> None:
    table = open_table([EXTRACT.read_bytes()])
    assert "date de mise à jour inconnue" in table.attribution
    list(table)
    assert table.attribution == (
        "Source : Annuaire de l'éducation, ministère de l'Éducation nationale,"
        " mise à jour du 2023-06-08"
    )


def test_the_layout_of_2026_gives_the_same_entries() -> None:
    data = EXTRACT.read_bytes()
    assert read(layout_2026(data)) == read(data)


def test_the_portal_s_labels_are_understood_too() -> None:
    data = (
        "Identifiant de l'établissement;Nom de l'établissement;Type d'établissement;"
        "Nom de la commune;Mail;Date de mise à jour de la ligne\n"
        "0350896j;Collège X;Collège;Rennes;ce.0350896J@ac-rennes.fr;08/06/2025\n"
    )
    table = open_table([data.encode("cp1252")])
    entries = list(table)
    assert isinstance(table, AnnuaireFile)
    assert isinstance(entries[0], DirectoryEntry)
    assert entries[0].key == "0350896J"
    assert table.attribution.endswith("2025-06-08")


@pytest.mark.parametrize(
    "missing", ["Identifiant_de_l_etablissement", "Nom_etablissement", "Mail", "Nom_commune"]
)
def test_missing_columns_are_named(missing: str) -> None:
    data = EXTRACT.read_bytes().replace(missing.encode(), b"Autre_chose", 1)
    for format_name in ("auto", "annuaire"):
        with pytest.raises(LocalRefusal) as caught:
            read(data, format_name)
        assert caught.value.code is ErrorCode.BAD_FILE
        assert caught.value.facts["missing"] == missing
        assert caught.value.facts["columns"] == 69


def test_bad_rows_are_left_out_with_line_and_reason() -> None:
    data = (
        "Identifiant_de_l_etablissement;Nom_etablissement;Type_etablissement;Nom_commune;Mail;etat\n"
        "0350001A;Collège A;Collège;Rennes;pas une adresse;OUVERT\n"
        "35;Collège B;Collège;Rennes;;OUVERT\n"
        "0350003C;;Collège;Rennes;;OUVERT\n"
        "0350004D;Collège D\n"
        "0350005E;Collège E;Collège;Rennes;;FERME\n"
    )
    entries, skipped = read(data.encode())
    assert [(one.uai, one.email) for one in entries] == [("0350001A", "")]
    assert skipped == [
        SkippedLine(3, "no valid UAI (7 digits and a letter)"),
        SkippedLine(4, "no name"),
        SkippedLine(5, "fewer cells than headings"),
        SkippedLine(6, "closed establishment"),
    ]


def test_both_layouts_of_a_large_file_give_the_same() -> None:
    old = annuaire_octets(3_000, closed_every=10)
    new = annuaire_octets(3_000, layout=2026, closed_every=10)
    assert old != new
    (entries, skipped), later = read(old), read(new)
    assert (entries, skipped) == later
    assert len(entries) == 2_700
    assert {one.reason for one in skipped} == {"closed establishment"}


@pytest.mark.parametrize(
    ("only", "count"),
    [(["35"], 100), (["035"], 100), (["Ille-et-Vilaine", "paris"], 200), (["La Réunion"], 100),
     (["14"], 0), ([], 300)],
)  # fmt: skip
def test_departments_by_number_or_name(only: list[str], count: int) -> None:
    """14 is the number of the académie of Rennes and of the Calvados: only the latter is meant."""
    table = open_annuaire([annuaire_octets(300)], only=only)
    assert sum(1 for _ in table) == count


def test_departments_need_their_columns() -> None:
    data = annuaire_octets(3).replace(b"Libelle_academie", b"Autre_chose", 1)
    with pytest.raises(LocalRefusal) as caught:
        open_annuaire([data], only=["35"])
    assert caught.value.facts["missing"] == "Libelle_academie"
    assert sum(1 for _ in open_annuaire([data])) == 3


def test_the_whole_country_in_time_and_bounded_memory() -> None:
    """70,000 rows: 1.8 s of this thread where it was written; nothing but the UAIs is held."""
    rows = 70_000
    piece = annuaire_octets(rows)
    chunks = (piece[start : start + 65_536] for start in range(0, len(piece), 65_536))
    started = time.thread_time()
    count = sum(isinstance(one, DirectoryEntry) for one in open_annuaire(chunks))
    seconds = time.thread_time() - started
    assert count == rows
    assert seconds < 6.0  # twice what is promised: this machine may be a slow one
    some = (piece[start : start + 65_536] for start in range(0, len(piece) // 8, 65_536))
    tracemalloc.start()
    try:
        for _ in open_annuaire(some):
            pass
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 6_000_000


def test_a_whole_department() -> None:
    if not DEPARTMENT.exists():
        pytest.skip("the file of the department is not beside the checkout (../shared/data)")
    entries, skipped = read(DEPARTMENT.read_bytes())
    assert len(entries) == 996
    assert skipped == []
    assert Counter(one.kind for one in entries) == {EntryKind.SCHOOL: 949, EntryKind.SERVICE: 47}
    assert sum(1 for one in entries if one.email) == 962
    assert sum(1 for one in entries if one.email.endswith("@ac-rennes.fr")) == 890
    assert len({one.key for one in entries}) == 996
