"""Delimited text: encodings, line ends, quotes that never close, sizes."""

from __future__ import annotations

import pytest

from mel_desktop.formats import table
from mel_desktop.formats.table import Record, records
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.people import SkippedLine


def cells(*chunks: bytes) -> list[tuple[str, ...]]:
    return [one.cells for one in records(chunks) if isinstance(one, Record)]


def skipped(*chunks: bytes) -> list[tuple[int, str]]:
    return [(one.line, one.reason) for one in records(chunks) if isinstance(one, SkippedLine)]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("step", [1, 3, 1000])
def test_encodings_and_line_ends_whatever_the_chunks(encoding: str, end: str, step: int) -> None:
    text = end.join(["nom;prénom", "Hénoret;Zoé", "Bœuf;Anaïs" if encoding != "latin-1" else "B;A"])
    data = text.encode(encoding)
    if encoding == "utf-16-le":
        data = b"\xff\xfe" + data
    if encoding == "utf-16-be":
        data = b"\xfe\xff" + data
    chunks = [data[start : start + step] for start in range(0, len(data), step)]
    found = cells(*chunks)
    assert found[:2] == [("nom", "prénom"), ("Hénoret", "Zoé")]
    assert len(found) == 3


def test_a_file_of_two_encodings_is_read_line_by_line() -> None:
    data = "nom;ville\nHénoret;Saint-Malo\n".encode() + "Évrard;Guérande\n".encode("cp1252")
    assert cells(data)[1:] == [("Hénoret", "Saint-Malo"), ("Évrard", "Guérande")]


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_delimiters(delimiter: str) -> None:
    lines = [["nom", "prénom", "classe"], ["Le Goff", "Pol", f'"6A{delimiter}6B"']]
    data = "\n".join(delimiter.join(line) for line in lines).encode()
    assert cells(data)[1] == ("Le Goff", "Pol", f"6A{delimiter}6B".strip().replace("\t", " "))


def test_excel_may_name_its_delimiter() -> None:
    assert cells(b"sep=,\r\na,b;c\r\n") == [("a", "b;c")]


def test_quotes_line_breaks_and_blanks_in_cells() -> None:
    data = b'nom;adresse\n"Le ""Gall""";"12 rue\r\nX"\n  Mevel\xc2\xa0 Pol ;\x07x\n\n;\n'
    assert cells(data) == [("nom", "adresse"), ('Le "Gall"', "12 rue X"), ("Mevel Pol", "x")]


def test_a_quote_never_closed_costs_its_own_line_only() -> None:
    data = b'nom;classe\nAbgrall;6A\n"Besnard;6B\n' + b"Chotard;6C\n" * 50
    assert skipped(data) == [(3, "a quote is never closed")]
    assert len(cells(data)) == 52


def test_every_line_with_an_open_quote_ends() -> None:
    data = b"nom;classe\n" + b'"a;b\n' * 2001
    assert len(skipped(data)) + len(cells(data)) > 1


def test_nul_octets_and_giant_lines_are_left_out_with_their_line() -> None:
    giant = b"x" * (3 * table.MAX_LINE_BYTES)
    data = b"nom;classe\nA;6A\nB\x00;6B\n" + giant + b"\nC;6C\n"
    chunks = [data[start : start + 65536] for start in range(0, len(data), 65536)]
    assert skipped(*chunks) == [(3, "NUL octets in the line"), (4, "line too long")]
    assert cells(*chunks)[-1] == ("C", "6C")


def test_giant_cells_are_cut() -> None:
    assert len(cells(b"nom;x\n" + b"y" * 90_000 + b";z\n")[1][0]) == table.MAX_CELL


def test_too_many_cells() -> None:
    assert skipped(b"nom;x\n" + b";" * 600 + b"\n") == [(2, "more than 500 cells")]


def test_too_many_lines_are_refused() -> None:
    with pytest.raises(LocalRefusal) as caught:
        for _ in records(b"a;b\n" * 1000 for _ in range(201)):
            pass
    assert caught.value.code is ErrorCode.TOO_LARGE


@pytest.mark.parametrize("magic", [b"PK\x03\x04abc", b"\xd0\xcf\x11\xe0\xa1", b"%PDF-1.7 x"])
def test_what_is_no_text_is_refused_with_what_to_do(magic: bytes) -> None:
    with pytest.raises(LocalRefusal) as caught:
        list(records([magic[:2], magic[2:] + bytes(50)]))
    assert caught.value.code is ErrorCode.BAD_FILE
    assert "CSV" in str(caught.value.facts["why"])
