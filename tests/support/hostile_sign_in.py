"""Group A: before TLS, while it begins, and at sign-in."""

from __future__ import annotations

from collections.abc import Iterator

from mel_desktop.model.accounts import Security
from tests.support.hostile_cases import Case, case, never, no_folder
from tests.support.hostile_certificates import CODES
from tests.support.hostile_imap import Answer, Command, Dialogue, Told
from tests.support.hostile_words import before_end, first, flood, mute, says

_NO_STARTTLS = says("* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n{tag} OK done\r\n")
_INTRUDER = '* LIST () "/" "Intrus"\r\n'
_FETCHED = "* 1 FETCH (UID 31 FLAGS () BODY[1]<0> {6}\r\nIntrus)\r\n"
_INJECTED = {
    "capability": "* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n",
    "list": _INTRUDER,
    "fetch": _FETCHED,
    "tagged": "m2 OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] you are in\r\n",
    "greeting": "* PREAUTH [CAPABILITY IMAP4rev1] again\r\n",
    "half-a-line": "* OK [CAPAB",
}
_IN_GREETING = {
    "list": _INTRUDER,
    "lsub": '* LSUB () "/" "Intrus"\r\n',
    "fetch": _FETCHED,
    "status": '* STATUS "INBOX" (MESSAGES 0 UIDNEXT 1 UIDVALIDITY 9 UNSEEN 0)\r\n',
    "bye": "* BYE [REFERRAL imap://evil.invalid/] elsewhere\r\n",
}
_GREETING = "* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] hello\r\n"


def _behind_ok(injected: str) -> Answer:
    """In the same segment as the OK of STARTTLS; TLS begins as if nothing had been."""

    def answer(dialogue: Dialogue, command: Command) -> Iterator[Told]:
        dialogue.send(f"{command.tag} OK begin\r\n{injected}")
        dialogue.start_tls()
        yield ""

    return answer


def _refused(dialogue: Dialogue, command: Command) -> Iterator[Told]:
    dialogue.server.sign_ins += 1
    yield f"{command.tag} NO [AUTHENTICATIONFAILED] no, and try http://evil.invalid/ please\r\n"


def _referred(dialogue: Dialogue, command: Command) -> Iterator[Told]:
    dialogue.server.sign_ins += 1
    yield f"{command.tag} NO [REFERRAL imap://evil.invalid/] go there\r\n"


def _blob(dialogue: Dialogue, command: Command) -> Iterator[Told]:
    dialogue.server.sign_ins += 1
    yield "+ eyJzdGF0dXMiOiI0MDAiLCJ1cmwiOiJodHRwOi8vZXZpbC5pbnZhbGlkLyJ9\r\n"
    dialogue.line()
    yield f"{command.tag} NO no\r\n"


def _asks_on_and_on(dialogue: Dialogue, command: Command) -> Iterator[Told]:
    dialogue.server.sign_ins += 1
    for _ in range(1000):
        yield "+ VXNlcm5hbWU6\r\n"
    yield f"{command.tag} NO no\r\n"


def _starttls() -> Iterator[Case]:
    clear = {"security": Security.STARTTLS, "password_stays": True, "sign_ins": 0}
    yield case(
        "starttls-stripped",
        {"CAPABILITY": _NO_STARTTLS},
        greeting=says("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hello\r\n"),
        codes=("no-tls-offered",),
        fires=False,
        **clear,
    )
    yield case(
        "starttls-stripped-silently",
        {"CAPABILITY": _NO_STARTTLS},
        greeting=says("* OK hello\r\n"),
        codes=("no-tls-offered",),
        **clear,
    )
    for word in ("NO not today", "BAD what?", "OK [CAPABILITY IMAP4rev1 AUTH=PLAIN"):
        yield case(
            f"starttls-{word.split()[0].lower()}",
            {"STARTTLS": says(f"{{tag}} {word}\r\n* OK go on in clear\r\n")},
            codes=("no-tls-offered", "protocol", "tls", "timed-out"),
            **clear,
        )
    yield case(
        "starttls-garbage", {"STARTTLS": says("\0\xff zzz\r\n")}, codes=("protocol",), **clear
    )
    yield case("starttls-mute", {"STARTTLS": mute}, codes=("timed-out",), **clear)
    yield case(
        "starttls-then-clear-text",
        {"STARTTLS": says("{tag} OK begin\r\n", "* OK no TLS for you\r\n" * 20)},
        codes=("protocol", "tls"),
        **clear,
    )
    yield case(
        "preauth-before-tls",
        greeting=says("* PREAUTH [CAPABILITY IMAP4rev1] hello\r\n"),
        codes=("protocol",),
        **clear,
    )
    for what, injected in _INJECTED.items():
        yield case(
            f"behind-starttls-{what}",
            {"STARTTLS": _behind_ok(injected)},
            codes=("protocol",),
            **clear,
        )


def _clear_greeting() -> Iterator[Case]:
    """Answers nobody asked for, before TLS: stop, or forget them."""
    for what, injected in _IN_GREETING.items():
        yield case(
            f"clear-greeting-{what}",
            greeting=says(_GREETING + injected),
            security=Security.STARTTLS,
            check=_forgotten,
        )
        yield case(
            f"before-starttls-{what}",
            {"STARTTLS": first(injected)},
            security=Security.STARTTLS,
            check=_forgotten,
        )


def _forgotten(outcome: object) -> None:
    no_folder("Intrus")(outcome)  # type: ignore[arg-type]
    never("Intrus")(outcome)  # type: ignore[arg-type]


def _certificates() -> Iterator[Case]:
    for kind, code in CODES.items():
        for security in Security:
            yield case(
                f"certificate-{kind}-{security.value}",
                security=security,
                certificate=kind,
                codes=(code,),
                password_stays=True,
                sign_ins=0,
            )
    yield case(
        "clear-text-on-the-tls-port",
        clear=True,
        codes=("tls",),
        password_stays=True,
        sign_ins=0,
    )


def _sign_in() -> Iterator[Case]:
    yield case(
        "preauth-inside-tls",
        greeting=says("* PREAUTH [CAPABILITY IMAP4rev1] hello\r\n"),
        codes=("protocol",),
    )
    yield case(
        "alert-with-address",
        {
            "AUTHENTICATE": before_end("* OK [ALERT] Visit http://evil.invalid/ now\r\n"),
            "SELECT": before_end("* NO [ALERT] <a href='http://evil.invalid/'>here</a>\r\n"),
        },
        codes=("",),
    )
    yield case("referral-at-sign-in", {"AUTHENTICATE": _referred}, heals=False, sign_ins=1)
    yield case(
        "referral-in-greeting",
        greeting=says("* BYE [REFERRAL imap://evil.invalid/] moved\r\n"),
        codes=("server-temporary",),
    )
    yield case(
        "referral-of-a-folder",
        {"SELECT": says("{tag} NO [REFERRAL imap://evil.invalid/INBOX] elsewhere\r\n")},
    )
    yield case(
        "refused-for-ever",
        {"AUTHENTICATE": _refused},
        codes=("sign-in-refused",),
        heals=False,
        sign_ins=1,
    )
    yield case(
        "error-blob-with-address",
        {"AUTHENTICATE": _blob},
        codes=("sign-in-refused", "protocol"),
        heals=False,
        sign_ins=1,
    )
    yield case("asks-on-and-on", {"AUTHENTICATE": _asks_on_and_on}, heals=False, sign_ins=1)
    yield case(
        "no-mechanism-for-passwords",
        greeting=says("* OK [CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=XOAUTH2] hello\r\n"),
        before="IMAP4rev1 LOGINDISABLED AUTH=XOAUTH2",
        heals=False,
    )
    yield case(
        "sign-in-never-ends",
        {"AUTHENTICATE": flood("", b"* OK still thinking\r\n" * 1000, 200_000)},
        codes=("protocol",),
    )
    yield case("greeting-garbage", greeting=says("220 smtp.invalid\r\n"), codes=("protocol",))
    yield case(
        "greeting-endless", greeting=flood("* OK ", b"x" * 65536, 10_000), codes=("protocol",)
    )
    yield case("greeting-mute", greeting=mute, codes=("timed-out",))
    yield case(
        "a-million-capabilities",
        {"CAPABILITY": flood("* CAPABILITY IMAP4rev1", b" X" * 50_000, 200)},
        greeting=says("* OK hello\r\n"),
        codes=("protocol",),
        forgets=True,
    )


def sign_in_cases() -> tuple[Case, ...]:
    """Group A."""
    return (*_starttls(), *_clear_greeting(), *_certificates(), *_sign_in())
