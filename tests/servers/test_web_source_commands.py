"""CardDAV and the annuaire on the command line and through the facade, with real servers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mel_desktop.app import wiring
from mel_desktop.cli.main import run as main
from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import ErrorCode, ExitCode, LocalRefusal
from mel_desktop.model.people import EntryKind, SourceKind
from mel_desktop.model.policy import DirectoryPolicy, NetworkPolicy, Policy
from tests.support.annuaire_rows import annuaire_octets
from tests.support.certificates import Certificates
from tests.support.dav_servers import LOGIN, PASSWORD, Radicale, card
from tests.support.https_files import Publishing, file_server

pytestmark = pytest.mark.servers

PASSPHRASE = "une phrase de passe"
Run = Callable[..., tuple[int, Any]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], certificates: Certificates) -> Run:
    secret = tmp_path / "phrase"
    secret.write_text(PASSPHRASE, "utf-8")
    policy = tmp_path / "policy.toml"
    policy.write_text(f'[network]\nca_file = "{certificates.ca}"\n', "utf-8")

    def call(*words: str) -> tuple[int, Any]:
        code = main([
            "--profile", str(tmp_path / "profile"), "--passphrase-file", str(secret),
            "--policy", str(policy), "--json", *words,
        ])  # fmt: skip
        return code, json.loads(capsys.readouterr().out)

    return call


def test_carddav(run: Run, tmp_path: Path, radicale: Radicale) -> None:
    radicale.book("collegues", {"a.vcf": card(1), "b.vcf": card(2)})
    word = tmp_path / "word"
    word.write_text(f"{PASSWORD}\n", "utf-8")
    code, source = run(
        "directory", "add-carddav", radicale.url, "--login", LOGIN, "--password-file", str(word)
    )
    assert code == ExitCode.DONE
    assert (source["kind"], source["name"]) == ("carddav", f"127.0.0.1/{LOGIN}")
    assert PASSWORD not in json.dumps(source)
    code, report = run("directory", "sync")
    assert (code, report["persons"], report["format"]) == (0, 2, "carddav")
    radicale.delete("collegues", "b.vcf")
    code, report = run("directory", "sync", "--source", source["id"], "--accept-removals")
    assert (report["persons"], report["removed"], report["complete"]) == (1, 1, True)
    code, found = run("directory", "search", "Personne")
    assert [one["name"] for one in found["hits"]] == ["Personne 1"]


def test_a_wrong_password_keeps_nothing(run: Run, tmp_path: Path, radicale: Radicale) -> None:
    radicale.book("collegues", {"a.vcf": card(1)})
    word = tmp_path / "word"
    word.write_text("faux", "utf-8")
    words = ("directory", "add-carddav", radicale.url, "--login", LOGIN, "--password-file")
    code, said = run(*words, str(word))
    assert (code, said["error"]["code"]) == (ExitCode.SIGN_IN, "sign-in-refused")
    assert run("directory", "sources")[1] == []
    code, said = run("--offline", *words, str(word))  # nothing is tried then
    assert code == ExitCode.DONE
    code, said = run("directory", "sync")
    assert (code, said["error"]["code"]) == (ExitCode.SIGN_IN, "sign-in-refused")


def test_the_annuaire(run: Run, certificates: Certificates) -> None:
    with file_server(certificates, Publishing(annuaire_octets(300))) as server:
        code, source = run("directory", "add-annuaire", "--url", server.url, "--only", "35, Paris")
        assert (code, source["kind"], source["updated"]) == (0, "annuaire", None)
        assert server.page.asked == [], "added, not fetched"
        # without an account nothing is known of the line: 9 MB have their price
        code, said = run("directory", "sync")
        assert (code, said["error"]["code"]) == (ExitCode.DECIDE, "needs-decision")
        assert server.page.asked == []
        code, report = run("directory", "sync", "--accept-price")
        assert code == ExitCode.DONE
        assert report["schools"] + report["services"] == 200
        (shown,) = run("directory", "sources")[1]
        assert shown["attribution"].startswith("Source : Annuaire de l'éducation")
        assert "2023-06-08" in shown["attribution"]
        code, again = run("directory", "sync")
        assert (code, again["schools"]) == (0, report["schools"])
        assert server.page.asked[-1]["if-none-match"] == '"v1"'


def test_by_policy(tmp_path: Path, certificates: Certificates) -> None:
    with file_server(certificates, Publishing(annuaire_octets(300))) as server:
        given = DirectoryPolicy(annuaire=True, annuaire_url=server.url, annuaire_only="974")
        network = NetworkPolicy(ca_file=str(certificates.ca))
        policy = Policy(directory=given, network=network)
        facade = wiring.create_profile(
            tmp_path / "p", passphrase=Secret(PASSPHRASE), use_keyring=False, policy=policy
        )
        (source,) = facade.directory_sources()
        assert source.kind is SourceKind.ANNUAIRE
        with pytest.raises(LocalRefusal) as caught:
            facade.web_sources.sync()
        assert caught.value.code is ErrorCode.NEEDS_DECISION
        assert facade.web_sources.price(source.id).octets == 9_000_000
        facade.web_sources.sync(source.id, accept_price=True)
        assert facade.search_directory("réunion", kind=EntryKind.SCHOOL) is not None
        facade.close()
        facade = wiring.open_profile(
            tmp_path / "p", passphrase=Secret(PASSPHRASE), use_keyring=False, policy=policy
        )
        (source,) = facade.directory_sources()
        assert source.count == 100, "the next start leaves it as it is"
        asked = len(server.page.asked)
        facade.web_sources.sync()
        assert server.page.asked[-1]["if-none-match"] == '"v1"'
        assert len(server.page.asked) == asked + 1
        facade.close()
