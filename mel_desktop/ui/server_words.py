"""What is known of mail services, in the language of the window."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from mel_desktop.model.discovery import Answer, Candidate, Origin
from mel_desktop.model.providers import Fact, Grade, LoginForm, Profile, Provider, SignInKind
from mel_desktop.model.signed_data import DataKind, DataPlace

translate = QCoreApplication.translate


def of_origin(origin: Origin) -> str:
    """Who says it."""
    return {
        Origin.POLICY: translate("ServerWords", "from your IT department"),
        Origin.TABLE: translate("ServerWords", "from the table of mail services"),
        Origin.AUTOCONFIG: translate("ServerWords", "published by the domain"),
        Origin.SRV: translate("ServerWords", "from DNS (SRV)"),
        Origin.MX: translate("ServerWords", "from DNS (who takes the mail of the domain)"),
        Origin.PROBING: translate("ServerWords", "a usual name"),
    }[origin]


def of_grade(grade: Grade) -> str:
    """How sure it is."""
    return {
        Grade.VERIFIED: translate("ServerWords", "verified"),
        Grade.STATED: translate("ServerWords", "stated"),
        Grade.GUESSED: translate("ServerWords", "guessed"),
    }[grade]


def of_answer(answer: Answer) -> str:
    """What a probe said."""
    return {
        Answer.NOT_ASKED: translate("ServerWords", "not tried yet"),
        Answer.AGREED: translate("ServerWords", "it answers, and its identity is checked"),
        Answer.SILENT: translate("ServerWords", "no answer"),
        Answer.UNTRUSTED: translate("ServerWords", "its identity could not be checked"),
        Answer.REFUSED: translate("ServerWords", "no private connection"),
    }[answer]


def of_candidate(one: Candidate) -> str:
    """Origin, grade and answer in a line."""
    words = [of_origin(one.origin)]
    if one.origin in (Origin.TABLE, Origin.PROBING):
        words[0] += f" ({of_grade(one.grade)})"
    if one.asks:
        words.append(translate("ServerWords", "of another domain, without proof"))
    words.append(of_answer(one.answer))
    line = ", ".join(words)
    return line[:1].upper() + line[1:]


def of_login(form: LoginForm) -> str:
    """What the login looks like."""
    return {
        LoginForm.PNOM: translate("ServerWords", "initial and surname, for instance jdupont"),
        LoginForm.ADDRESS: translate("ServerWords", "the whole address"),
        LoginForm.LOCAL_PART: translate("ServerWords", "what stands before the @"),
        LoginForm.OWN: translate("ServerWords", "a name of its own"),
    }[form]


def of_sign_in(kind: SignInKind) -> str:
    """With what one signs in."""
    return {
        SignInKind.ACADEMY_PASSWORD: translate("ServerWords", "the académie's password"),
        SignInKind.APP_PASSWORD: translate("ServerWords", "a password for programs"),
        SignInKind.OAUTH2: translate("ServerWords", "in the browser (OAuth 2.0)"),
    }[kind]


def of_profile(profile: Profile, provider: Provider) -> str:
    """The name of a service."""
    if profile.id == "national":
        return translate("ServerWords", "National service (messagerie.education.gouv.fr)")
    if profile.id == "legacy":
        return translate("ServerWords", "The académie's own service ({name})").format(
            name=provider.name
        )
    return provider.name


def of_limits(identity: str) -> str:
    """Whose sending limits hold: an id of sending-limits.toml."""
    return {
        "national": translate("ServerWords", "those of the national service"),
        "unknown": translate("ServerWords", "not known"),
    }.get(identity, identity)


def of_kind(kind: DataKind) -> str:
    """A kind of data."""
    return {
        DataKind.PROVIDERS: translate("ServerWords", "Mail services"),
        DataKind.HOLIDAYS: translate("ServerWords", "School holidays"),
        DataKind.LIMITS: translate("ServerWords", "Sending limits"),
        DataKind.SERVICES: translate("ServerWords", "Services to turn to"),
    }[kind]


def of_place(place: DataPlace) -> str:
    """Where data came from."""
    return {
        DataPlace.SHIPPED: translate("ServerWords", "came with the program"),
        DataPlace.UPDATE: translate("ServerWords", "from an update file"),
        DataPlace.POLICY: translate("ServerWords", "from your IT department"),
    }[place]


def of_version(version: int) -> str:
    """2026112701 as the day, and the number of that day."""
    text = f"{version:010d}"
    day = QLocale().toString(_date(text), QLocale.FormatType.ShortFormat)
    number = int(text[8:])
    return day if number == 0 else f"{day} ({number})"


def _date(text: str) -> QDate:
    return QDate(int(text[:4]), int(text[4:6]), int(text[6:8]))


def of_fact(fact: Fact[object]) -> str:
    """Grade, source and date."""
    day = QDate(fact.as_of.year, fact.as_of.month, fact.as_of.day)
    told = QLocale().toString(day, QLocale.FormatType.ShortFormat)
    return f"{of_grade(fact.grade)} — {fact.source} ({told})"
