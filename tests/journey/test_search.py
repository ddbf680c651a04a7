"""``search`` from the command line: what is here, what is not, and the server when asked."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from tests.journey.program import Program
from tests.support.imap_servers import Dovecot, MailUser

pytestmark = pytest.mark.servers


def letter(number: int, text: str) -> bytes:
    made = EmailMessage(policy=SMTP)
    made["From"] = "Zoé Lefèvre <zoe@ac-demo.invalid>"
    made["Subject"] = f"Lettre {number}"
    made["Message-ID"] = f"<{number}@x.invalid>"
    made.set_content(text)
    return made.as_bytes()


@pytest.fixture
def user(dovecot: Dovecot) -> MailUser:
    return dovecot.new_user()


def test_what_is_not_here_is_told_and_the_server_asked(
    tmp_path: Path, dovecot: Dovecot, user: MailUser
) -> None:
    now = datetime.now(UTC)
    texts = ("Les élèves sont convoqués.", "Une AESH arrive.", "Rien.")
    dovecot.deliver_all(user, "INBOX", [(letter(n, text), (), now) for n, text in enumerate(texts)])
    mel = Program(tmp_path, "une phrase de passe")
    mel(
        "account", "add", "--email", "a@ac-demo.invalid", "--login", user.login,
        "--imap", f"{dovecot.host}:{dovecot.imap_port}", "--smtp", "127.0.0.1:1", "--no-probe",
        "--password-file", str(mel.secret("password", user.password)),
        "--ca-file", str(dovecot.certificates.ca),
    )  # fmt: skip
    mel("sync", "--bodies", "none")
    mel("draft", "new", "--subject", "Convocation des élèves", offline=True)

    here = mel("search", "élève ", offline=True)
    assert (here["hits"], here["searched"], here["not_local"]) == ([], 3, 3)
    assert (here["not_indexed"], here["server"], here["people"]) == (0, None, [])
    assert [one["subject"] for one in here["drafts"]] == ["Convocation des élèves"]

    there = mel("search", "élèves", "--server")
    assert there["hits"] == []
    assert [one["subject"] for one in there["server"]["hits"]] == ["Lettre 0"]
    assert there["server"]["unknown"] == 0
    assert there["server"]["left_out"] == []
    found = there["server"]["hits"][0]["id"]
    assert "convoqués" in mel("show", found)["text"]  # fetched when it is opened

    mel("sync", "--bodies", "all")
    (hit,) = mel("search", "convoquer élève ", "--best", offline=True)["hits"]
    assert [hit["snippet"][a:b] for a, b in hit["marks"]] == ["élèves", "convoqués"]
