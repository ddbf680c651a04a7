"""The process that takes text out of documents: what it can stand, and what ends it alone."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from mel_desktop.model.documents import Document, DocumentKind, Extracted, ExtractedState
from mel_desktop.model.errors import Cancelled, LocalRefusal
from mel_desktop.system import extraction, extraction_worker
from mel_desktop.system.extraction import ProcessExtractor
from tests.support import documents, hostile_documents


@pytest.fixture
def extractor() -> Iterator[ProcessExtractor]:
    made = ProcessExtractor()
    yield made
    made.close()


def extract(
    extractor: ProcessExtractor, kind: DocumentKind, data: bytes, charset: str = ""
) -> Extracted:
    half = len(data) // 2
    return extractor.extract(Document(kind, charset, len(data)), [data[:half], data[half:]])


def children() -> list[psutil.Process]:
    found = []
    for one in psutil.Process().children():
        with contextlib.suppress(psutil.NoSuchProcess):  # an earlier test's, that just ended
            if "extraction_worker" in " ".join(one.cmdline()):
                found.append(one)
    return found


def test_one_process_reads_all_kinds(extractor: ProcessExtractor) -> None:
    kinds = DocumentKind
    told = [
        extract(extractor, kinds.PDF, documents.pdf("Convocation")),
        extract(extractor, kinds.OFFICE, documents.odt("Sortie")),
        extract(extractor, kinds.TEXT, "né à Évreux".encode("cp1252"), "iso-8859-1"),
        extract(extractor, kinds.HTML, b"<p>Bonjour<script>x()</script> &amp; merci"),
    ]
    done = ExtractedState.DONE
    assert told == [
        Extracted(done, "Convocation"),
        Extracted(done, "Sortie fin"),
        Extracted(done, "né à Évreux"),
        Extracted(done, "Bonjour & merci"),
    ]
    assert len(children()) == 1


def test_a_picture_in_a_pdf_is_no_text_and_rubbish_fails(extractor: ProcessExtractor) -> None:
    assert extract(extractor, DocumentKind.PDF, documents.pdf("")).state is ExtractedState.NOTHING
    assert extract(extractor, DocumentKind.PDF, b"%PDF-1.4 x").state is ExtractedState.FAILED
    assert extract(extractor, DocumentKind.OFFICE, documents.billion_laughs()) == Extracted(
        ExtractedState.FAILED
    )


@pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX")
def test_what_eats_memory_ends_its_own_process_only(extractor: ProcessExtractor) -> None:
    first = extract(extractor, DocumentKind.TEXT, b"avant")
    (child,) = children()
    if sys.platform == "linux":
        limits = {one: child.rlimit(one) for one in (psutil.RLIMIT_AS, psutil.RLIMIT_FSIZE)}
        assert limits == {
            psutil.RLIMIT_AS: (extraction_worker.MEMORY, extraction_worker.MEMORY),
            psutil.RLIMIT_FSIZE: (0, 0),
        }
    child.kill()  # what the system does to it when the limit is met inside a library
    assert extract(extractor, DocumentKind.TEXT, b"x" * 300_000).state is ExtractedState.FAILED
    assert extract(extractor, DocumentKind.TEXT, b"apres") == Extracted(
        ExtractedState.DONE, "apres"
    )
    assert first.text == "avant"


def test_a_document_without_end_meets_the_deadline() -> None:
    extractor = ProcessExtractor(deadline_s=0.5)
    try:
        extract(extractor, DocumentKind.TEXT, b"warm")
        (child,) = children()
        child.suspend()
        began = time.monotonic()
        assert extract(extractor, DocumentKind.TEXT, b"x").state is ExtractedState.FAILED
        assert time.monotonic() - began < 30
    finally:
        extractor.close()
    assert not children()


def test_closing_ends_what_is_under_way(extractor: ProcessExtractor) -> None:
    extract(extractor, DocumentKind.TEXT, b"warm")
    children()[0].suspend()
    seen: list[object] = []

    def work() -> None:
        try:
            seen.append(extract(extractor, DocumentKind.TEXT, b"x"))
        except Cancelled as error:
            seen.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    while not extractor._turn.locked():
        time.sleep(0.01)
    extractor.close()
    thread.join(60)
    assert [type(one) for one in seen] == [Cancelled]
    with pytest.raises(Cancelled):
        extract(extractor, DocumentKind.TEXT, b"x")


def test_it_is_replaced_now_and_then(
    extractor: ProcessExtractor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extraction, "DOCUMENTS", 2)
    seen = []
    for _ in range(3):
        extract(extractor, DocumentKind.TEXT, b"x")
        seen += [one.pid for one in children()]
    assert len(seen) == 2
    assert len(set(seen)) == 2
    extractor.rest()
    assert not children()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_it_has_no_network_and_knows_nothing(
    extractor: ProcessExtractor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEL_SECRET", "canari")
    extract(extractor, DocumentKind.TEXT, b"x")
    (child,) = children()
    environment = Path(f"/proc/{child.pid}/environ").read_bytes()
    assert b"canari" not in environment
    assert b"MEL_" not in environment
    if os.geteuid() == 0:  # elsewhere it depends on what the system lets anybody do
        devices = Path(f"/proc/{child.pid}/net/dev").read_text().splitlines()[2:]
        assert [one.split(":")[0].strip() for one in devices] == ["lo"]
        assert os.stat(f"/proc/{child.pid}/ns/net").st_ino != os.stat("/proc/self/ns/net").st_ino


@pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX")
def test_a_bomb_in_a_pdf_meets_the_limit_of_memory(extractor: ProcessExtractor) -> None:
    extract(extractor, DocumentKind.TEXT, b"avant")
    (before,) = children()
    bomb = hostile_documents.pdf_bomb(20)
    assert len(bomb) < 2000
    assert extract(extractor, DocumentKind.PDF, bomb).state is ExtractedState.FAILED
    assert not before.is_running()
    assert extract(extractor, DocumentKind.TEXT, b"apres").text == "apres"


def test_a_loop_of_pages_meets_the_deadline() -> None:
    extractor = ProcessExtractor(deadline_s=2)
    try:
        began = time.monotonic()
        looping = extract(extractor, DocumentKind.PDF, hostile_documents.looping_pdf())
        assert looping.text == ""
        assert time.monotonic() - began < 30
    finally:
        extractor.close()


def test_a_locked_pdf_fails_and_one_without_a_password_is_read(extractor: ProcessExtractor) -> None:
    locked = hostile_documents.locked_pdf()
    assert extract(extractor, DocumentKind.PDF, locked).state is ExtractedState.FAILED
    told = extract(extractor, DocumentKind.PDF, hostile_documents.locked_pdf(b""))
    assert told == Extracted(ExtractedState.DONE, "Bulletin")


def test_deep_nests_and_long_files_are_cut_not_feared(extractor: ProcessExtractor) -> None:
    deep = hostile_documents.nested_arrays(50_000)
    assert extract(extractor, DocumentKind.PDF, deep).state is ExtractedState.FAILED
    many = extract(extractor, DocumentKind.PDF, documents.pdf(*["page"] * 10_000))
    assert many.text.count("page") == 2000  # formats.pdf_text.MOST_PAGES
    long = extract(extractor, DocumentKind.TEXT, "é😀 ".encode() * 3_000_000)
    assert len(long.text) == extraction_worker.MOST_TEXT


def test_an_answer_at_the_last_moment_counts_and_the_next_document_lives(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    extractor = ProcessExtractor(deadline_s=1)
    ask = extraction._ask

    def late(child: subprocess.Popen[bytes], *rest: Any) -> Extracted:
        answer = ask(child, *rest)
        child.wait(60)  # the deadline ends it after its answer
        return answer

    try:
        monkeypatch.setattr(extraction, "_ask", late)
        assert extract(extractor, DocumentKind.TEXT, b"un").text == "un"
        monkeypatch.setattr(extraction, "_ask", ask)
        assert extract(extractor, DocumentKind.TEXT, b"deux").text == "deux"
    finally:
        extractor.close()


@pytest.mark.parametrize("program", ["/bin/false", "/no/such/program"])
def test_a_reader_that_cannot_be_started_judges_no_document(
    extractor: ProcessExtractor, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    monkeypatch.setattr(sys, "executable", program)
    with pytest.raises(LocalRefusal):
        extract(extractor, DocumentKind.TEXT, b"x")
    monkeypatch.undo()
    assert extract(extractor, DocumentKind.TEXT, b"x").text == "x"


def test_a_frozen_program_starts_itself_as_the_reader() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "mel_desktop", extraction.FLAG],
        input=b"",
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, extraction_worker.READY, b"")


@pytest.mark.skipif(sys.platform != "linux", reason="peak memory from /proc")
def test_hostile_documents_stay_small(extractor: ProcessExtractor) -> None:
    extract(extractor, DocumentKind.OFFICE, documents.zip_bomb(400))
    extract(extractor, DocumentKind.PDF, documents.pdf(*["page"] * 3000))
    (child,) = children()
    status = Path(f"/proc/{child.pid}/status").read_text()
    peak = next(int(one.split()[1]) for one in status.splitlines() if one.startswith("VmHWM"))
    assert peak < 200_000  # kB
