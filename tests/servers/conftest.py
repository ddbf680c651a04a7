"""The servers over which the contract of the network code is tested; a module may take fewer."""

from __future__ import annotations

import pytest

from tests.support.imap_servers import ImapServer, MailUser

SERVERS = ("dovecot", "cyrus", "pymap_server")


@pytest.fixture(params=SERVERS)
def server(request: pytest.FixtureRequest) -> ImapServer:
    """Each of them in turn."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, ImapServer)
    return found


@pytest.fixture
def user(server: ImapServer) -> MailUser:
    """Somebody with an empty mailbox on it."""
    return server.new_user()
