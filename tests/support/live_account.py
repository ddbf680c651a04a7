"""An account on the real servers of the tests: read from Dovecot, sent through Postfix."""

from __future__ import annotations

from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import Account, Endpoint, NewAccount, Secret, Security
from tests.support.imap_servers import Dovecot
from tests.support.submission_servers import USERS, SubmissionServer


def add_live_account(
    facade: Facade, dovecot: Dovecot, postfix: SubmissionServer, email: str, name: str = "Alice"
) -> Account:
    """One of USERS, who has a mailbox already."""
    new = NewAccount(
        email=email,
        login=email,
        name=name,
        imap=Endpoint(dovecot.host, dovecot.imap_port, Security.TLS),
        smtp=postfix.endpoint(Security.STARTTLS),
        ca_pem=postfix.ca_pem,
    )
    return facade.add_account(new, Secret(USERS[email]))
