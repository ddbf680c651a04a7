"""pymap's in-memory server on a thread."""

from __future__ import annotations

import argparse
import asyncio
import copy
import secrets
import ssl
import threading
from collections.abc import Awaitable, Callable
from typing import Any

from proxyprotocol.result import ProxyResultUnknown
from proxyprotocol.sock import SocketInfo
from pymap.backend.dict import DictBackend
from pymap.imap import IMAPServer
from pymap.user import UserMetadata
from pysasl.hashing import BuiltinHash

from tests.support.certificates import Certificates
from tests.support.imap_base import (
    HOST,
    ImapServer,
    MailUser,
)


class Pymap(ImapServer):
    """pymap's in-memory backend on a thread of its own: no CONDSTORE, no SPECIAL-USE.

    Mailboxes live in the backend object and survive ``stop`` and ``start``.
    """

    name = "pymap"

    def __init__(self, certificates: Certificates) -> None:
        super().__init__(certificates)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificates.cert, certificates.key)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self.faults: list[str] = []  # what went wrong inside the server
        arguments = argparse.Namespace(
            host=HOST,
            port=self.starttls_port,
            debug=False,
            cert=None,
            key=None,
            tls=True,
            passlib_cfg=None,
            proxy_protocol=None,
            inherited_sockets=None,
            demo_data=False,
            demo_user="nobody-signs-in-as-this",
            demo_password=secrets.token_hex(16),
        )
        overrides: dict[str, Any] = {
            "ssl_context": self._context,
            "reject_dnsbl": False,
            "invalid_user_sleep": 0.0,
            "hash_context": BuiltinHash(rounds=1),
        }
        self._backend, self._config = asyncio.run(DictBackend.init(arguments, **overrides))
        # The same users and mailboxes behind a listener that speaks TLS from the first octet.
        self._inside_tls = copy.copy(self._config)
        self._inside_tls._tls_enabled = False

    def register(self, user: MailUser) -> None:
        self._backend.login.users_dict[user.login] = UserMetadata(
            self._config, user.login, password=self._config.hash_context.hash(user.password)
        )

    def start(self) -> None:
        started = threading.Event()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._serve(started)), name="pymap", daemon=True
        )
        self._thread.start()
        assert started.wait(60), "pymap does not start"

    def stop(self) -> None:
        if self._loop is None or self._thread is None:
            return
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(60)
        assert not self._thread.is_alive()
        self._loop = self._thread = None

    def kill(self) -> None:
        self.drop_connections()
        self.stop()

    def drop_connections(self) -> None:
        """Cut every client off."""
        if self._loop is None:
            return
        done = threading.Event()

        def cut() -> None:
            for writer in self._writers:
                writer.transport.abort()
            done.set()

        self._loop.call_soon_threadsafe(cut)
        assert done.wait(60)

    async def _serve(self, started: threading.Event) -> None:
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(lambda _, context: self.faults.append(str(context)))
        self._stopping = asyncio.Event()
        self._config.apply_context()
        login = self._backend.login
        plain = await asyncio.start_server(
            self._client(IMAPServer(login, self._config)), HOST, self.starttls_port
        )
        private = await asyncio.start_server(
            self._client(IMAPServer(login, self._inside_tls)),
            HOST,
            self.imap_port,
            ssl=self._context,
        )
        async with plain, private:
            started.set()
            await self._stopping.wait()
            for writer in self._writers:
                writer.transport.abort()

    def _client(self, serve: IMAPServer) -> Callable[..., Awaitable[None]]:
        async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self._writers.add(writer)
            info = SocketInfo.get(writer, ProxyResultUnknown(), unique_id=secrets.token_bytes(8))
            try:
                await serve(reader, writer, info)
            except (OSError, EOFError, asyncio.CancelledError):
                pass
            finally:
                self._writers.discard(writer)

        return client
