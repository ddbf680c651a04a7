"""What an idle window of an empty profile has loaded, and what it must not have.

Each name below is an import that was moved into the function that needs it; one import at the head
of a module that is loaded at start brings it back, with all that it imports itself.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mel_desktop.app import wiring
from mel_desktop.model.accounts import Secret
from mel_desktop.store import keyslots

ROOT = Path(__file__).resolve().parents[2]
PASSPHRASE = "repos du soir"

NAMES = """
asn1crypto configparser cryptography.x509 cryptography.hazmat.primitives.serialization
cryptography.hazmat.primitives.serialization.pkcs7
cryptography.hazmat.primitives.serialization.pkcs12 dns email.message email.policy html.entities
html.parser http.client
icalendar imapclient ssl subprocess tarfile urllib.request
keyring.backend keyring.backends ldap3 lxml nh3 plistlib pypdfium2 xml.sax PySide6.QtPrintSupport
PySide6.QtTest PySide6.QtPdf PySide6.QtMultimedia PySide6.QtNetwork

mel_desktop.app.doctor_words mel_desktop.app.drawing mel_desktop.app.reasons
mel_desktop.app.support_bundle mel_desktop.demo
mel_desktop.formats.icalendar_reading mel_desktop.formats.ldif mel_desktop.formats.mbox
mel_desktop.formats.smime_chain mel_desktop.formats.smime_enveloped
mel_desktop.logic.auth_results mel_desktop.logic.draftdiff mel_desktop.logic.html_text
mel_desktop.logic.mime mel_desktop.logic.recurring
mel_desktop.net.ldap mel_desktop.net.probe
mel_desktop.services.archives mel_desktop.services.bodysync
mel_desktop.services.directory_imports mel_desktop.services.import_sources
mel_desktop.services.people_files mel_desktop.services.school_files
mel_desktop.services.smime_sending mel_desktop.store.account_moves mel_desktop.store.repair

mel_desktop.app.agenda_door mel_desktop.app.doctor_parts mel_desktop.app.letters_door
mel_desktop.app.migration_door mel_desktop.app.outward mel_desktop.app.rules_door
mel_desktop.app.transfer_door mel_desktop.cli.main mel_desktop.logic.syncplan
mel_desktop.net.imap mel_desktop.net.smtp mel_desktop.net.transport mel_desktop.services.carddav
mel_desktop.services.discovery mel_desktop.services.importing mel_desktop.services.merging
mel_desktop.services.sync mel_desktop.ui.agenda_pane mel_desktop.ui.attachments_pane
mel_desktop.ui.class_dialog mel_desktop.ui.directory_pane mel_desktop.ui.unlock

mel_desktop.ui.absence_dialog mel_desktop.ui.attaching mel_desktop.ui.box_dialog
mel_desktop.ui.certificates_dialog mel_desktop.ui.check_settings mel_desktop.ui.composer
mel_desktop.ui.composer_heads mel_desktop.ui.unlock_pages mel_desktop.ui.vault_dialog
mel_desktop.ui.data_dialog mel_desktop.ui.doctor_dialog mel_desktop.ui.draft_history
mel_desktop.ui.folder_dialogs mel_desktop.ui.identities_dialog mel_desktop.ui.ldap_dialog
mel_desktop.ui.letter_edit mel_desktop.ui.line_dialog mel_desktop.ui.mail_print
mel_desktop.ui.mapping_dialog mel_desktop.ui.merge_dialog mel_desktop.ui.migration_dialog
mel_desktop.ui.network_dialog mel_desktop.ui.oauth_dialog mel_desktop.ui.policies_dialog
mel_desktop.ui.records_dialog mel_desktop.ui.rules_dialog mel_desktop.ui.send_flow
mel_desktop.ui.followups_pane mel_desktop.ui.journal_pane mel_desktop.ui.local_panes
mel_desktop.ui.outbox_pane mel_desktop.ui.source_window mel_desktop.ui.spelling
mel_desktop.ui.storage_dialog
mel_desktop.ui.tags_dialog mel_desktop.ui.template_dialog mel_desktop.ui.transfer_import
"""
NOT_BEFORE_NEEDED = frozenset(NAMES.split())
MOST_MODULES = 650  # 624 on 28 November 2026; 1,000 and 1,270 before
MOST_UNKNOWN = 30  # each may cost 256 kB to be read once more
MOST_OWN_MB = 51.0  # pages of no file: 48 then (Qt 6.11, glibc, Python 3.11); 57, 81 and 113 before
MOST_WIDGETS = 185  # 171 then, 375 before; under a style sheet each has 9 kB, a table 200


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("idle")
    profile = folder / "profile"
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(keyslots, "TARGET_S", 0.0)
        wiring.create_profile(
            profile, passphrase=Secret(PASSPHRASE), use_keyring=False, offline=True
        ).close()
    environment = {
        **os.environ,
        "HOME": str(folder),
        "PYTHONPATH": str(ROOT),
        "QT_QPA_PLATFORM": "offscreen",
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.idle_child", str(profile), PASSPHRASE],
        env=environment, cwd=ROOT, check=True, capture_output=True, text=True, timeout=240,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_nothing_is_loaded_before_it_is_needed(told: dict[str, Any]) -> None:
    assert "mel_desktop.ui.main_window" in told["modules"]
    assert sorted(NOT_BEFORE_NEEDED.intersection(told["modules"])) == []
    assert len(told["modules"]) <= MOST_MODULES


def test_the_frozen_program_finds_the_start_together(told: dict[str, Any]) -> None:
    known = (ROOT / "packaging/frozen/start-modules.txt").read_text(encoding="utf-8").split()
    ours = {name for name in told["modules"] if name.startswith("mel_desktop.")}
    missing = sorted(ours - set(known))
    assert len(missing) <= MOST_UNKNOWN, f"packaging/frozen/module_archive.py, for {missing}"


def test_what_is_hidden_is_not_made(told: dict[str, Any]) -> None:
    assert told["widgets"] <= MOST_WIDGETS


def test_pyside_keeps_no_source_of_what_is_imported(told: dict[str, Any]) -> None:
    assert told["sources"] < 50  # else: all modules, 21 MB


def test_the_names_are_those_of_modules() -> None:
    own = [name for name in NOT_BEFORE_NEEDED if name.startswith("mel_desktop.")]
    paths = [ROOT.joinpath(*name.split(".")) for name in own]
    missing = [one for one in paths if not (one.is_dir() or one.with_suffix(".py").exists())]
    assert missing == []


def test_its_own_memory_stays_small(told: dict[str, Any]) -> None:
    if told["own_mb"] is None:
        pytest.skip("the system does not tell it")
    assert told["own_mb"] < MOST_OWN_MB
