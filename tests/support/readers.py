"""Three readers of messages that are not ours, brought to one shape.

``email`` of the standard library, mail-parser from PyPI, and mailparser for Node.js as one child
that lives as long as the tests (JSON lines).
"""

from __future__ import annotations

import base64
import email
import email.policy
import json
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.errors import NonASCIILocalPartDefect
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import getaddresses
from pathlib import Path
from typing import Any, cast

import mailparser

from tests.support.imap_base import REPOSITORY, packaging_module

NODE_CACHE = REPOSITORY / ".mel-test" / "node"
People = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ReadFile:
    """An attachment as a reader gives it."""

    name: str
    media_type: str
    octets: bytes
    content_id: str = ""


@dataclass(frozen=True)
class ReadLetter:
    """A message as a reader gives it; texts with \\n and without the last one."""

    sender: People
    to: People
    cc: People
    bcc: People
    reply_to: People
    subject: str
    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    text: str
    html: str
    files: tuple[ReadFile, ...]


Reader = Callable[[bytes], ReadLetter]


def by_email(data: bytes) -> ReadLetter:
    """Python's ``email`` with its modern policy."""
    # Its readers of octets know no headers in UTF-8 (RFC 6532): the text is given to it.
    head, end, rest = data.partition(b"\r\n\r\n")
    letter = head.decode("utf-8") + (end + rest).decode("ascii", "surrogateescape")
    got = cast(EmailMessage, email.message_from_string(letter, policy=email.policy.SMTPUTF8))
    older = email.message_from_string(letter)
    assert not got.defects

    def people(name: str) -> People:
        field = got[name]
        if field is None:
            return ()
        faults = [one for one in field.defects if not isinstance(one, NonASCIILocalPartDefect)]
        assert not faults, faults  # that one is said of every such address
        # CPython before 3.13.2 puts a space between two encoded words of a display name (gh-128110,
        # against RFC 2047 6.2); its older interface does not.
        plain = [who for who, address in getaddresses([str(older[name])]) if address]
        return tuple(
            (str(make_header(decode_header(who))), one.addr_spec)
            for who, one in zip(plain, field.addresses, strict=True)
        )

    def text(subtype: str) -> str:
        part = got.get_body((subtype,))
        return "" if part is None else _plain(cast(EmailMessage, part).get_content())

    def files() -> tuple[ReadFile, ...]:
        bodies = [got.get_body((subtype,)) for subtype in ("plain", "html")]
        return tuple(
            ReadFile(
                part.get_filename() or "",
                part.get_content_type(),
                _content(part),
                str(part.get("Content-ID", "")).strip("<>"),
            )
            for part in _leaves(got)
            if part not in bodies
        )

    return ReadLetter(
        people("From"),
        people("To"),
        people("Cc"),
        people("Bcc"),
        people("Reply-To"),
        str(got["Subject"]),
        str(got["Message-ID"]).strip("<>"),
        str(got.get("In-Reply-To", "")).strip("<>"),
        _ids(str(got.get("References", ""))),
        text("plain"),
        text("html"),
        files(),
    )


def by_mail_parser(data: bytes) -> ReadLetter:
    """mail-parser (PyPI)."""
    got = mailparser.parse_from_bytes(data)

    def people(found: Any) -> People:
        return tuple((str(name), str(address)) for name, address in found or ())

    return ReadLetter(
        people(got.from_),
        people(got.to),
        people(got.cc),
        people(got.bcc),
        people(got.reply_to),
        got.subject,
        got.message_id.strip("<>"),
        str(got.in_reply_to or "").strip("<>"),
        _ids(str(got.references or "")),
        _plain("".join(got.text_plain)),
        _plain("".join(got.text_html)),
        tuple(
            ReadFile(
                one["filename"],
                one["mail_content_type"],
                base64.b64decode(one["payload"]) if one["binary"] else one["payload"].encode(),
                (one["content-id"] or "").strip("<>"),
            )
            for one in got.attachments
        ),
    )


class NodeReader:
    """mailparser (npm), in a child of its own."""

    def __init__(self, root: Path, node: str) -> None:
        self._child = subprocess.Popen(
            [node, str(Path(__file__).with_name("node") / "read.js"), str(root)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def __call__(self, data: bytes) -> ReadLetter:
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        self._child.stdin.write(base64.b64encode(data) + b"\n")
        self._child.stdin.flush()
        got = json.loads(self._child.stdout.readline())
        assert "error" not in got, got["error"]

        def people(name: str) -> People:
            return tuple((str(who), _a_labels(str(address))) for who, address in got[name])

        return ReadLetter(
            people("from"),
            people("to"),
            people("cc"),
            people("bcc"),
            people("reply_to"),
            got["subject"],
            got["message_id"].strip("<>"),
            got["in_reply_to"].strip("<>"),
            tuple(one.strip("<>") for one in got["references"]),
            got["text"].replace("\r\n", "\n"),  # decodeFlowed of libmime drops the last end
            _plain(got["html"]),
            tuple(
                ReadFile(one["name"], one["type"], base64.b64decode(one["octets"]), one["cid"])
                for one in got["files"]
            ),
        )

    def close(self) -> None:
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        self._child.stdin.close()
        self._child.wait(60)
        self._child.stdout.close()


node_root = packaging_module("node_root")


def _leaves(message: EmailMessage) -> Iterator[EmailMessage]:
    """Parts that are no multiparts; an attached message is one of them."""
    if message.get_content_maintype() == "multipart":
        for part in message.iter_parts():
            yield from _leaves(cast(EmailMessage, part))
    else:
        yield message


def _content(part: EmailMessage) -> bytes:
    if part.get_content_type() != "message/rfc822":
        return cast(bytes, part.get_payload(decode=True))
    (inner,) = cast("list[EmailMessage]", part.get_payload())
    return inner.as_bytes(policy=email.policy.SMTP)


def _ids(text: str) -> tuple[str, ...]:
    return tuple(one.strip("<>") for one in text.split())


def _a_labels(address: str) -> str:
    """mailparser shows domains in letters (its ``_decodeAddress``): back to what was sent."""
    local, at, domain = address.rpartition("@")
    return f"{local}{at}{domain.encode('idna').decode('ascii')}"


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").removesuffix("\n")
