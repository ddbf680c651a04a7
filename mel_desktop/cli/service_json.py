"""A service to turn to, as ``directory show`` prints it."""

from __future__ import annotations

from mel_desktop.cli.context import Context
from mel_desktop.cli.output import Json
from mel_desktop.model.errors import ExitCode
from mel_desktop.model.people import EntryId
from mel_desktop.model.services import Contact, Proof, ServiceFacts


def show_service(context: Context, wanted: EntryId, one: ServiceFacts) -> int:
    """What it is, what to ask it, and how sure each of that is."""
    told = context.facade.contacts.services.in_force()
    language = "fr" if context.output.french else "en"
    document: dict[str, Json] = {
        "id": str(wanted),
        "kind": "service",
        "name": one.name,
        "also": list(one.also),
        "where": one.where,
        "what": " ".join(one.what.of(language)),
        "ask": " ".join(one.ask.of(language)),
        "note": " ".join(one.note.of(language)) if one.note else "",
        **_proof(one.proof),
        "web": _contact(one.web),
        "mail": _contact(one.mail),
        "phone": _contact(one.phone),
        "list": {"version": told.version, "as_of": told.as_of.isoformat()},
    }
    lines = [f"{name}: {value}" for name, value in document.items() if value not in (None, "", [])]
    context.output.result(document, lines)
    return ExitCode.DONE


def _contact(found: Contact | None) -> Json:
    return None if found is None else {"value": found.value, **_proof(found.proof)}


def _proof(proof: Proof) -> dict[str, Json]:
    return {
        "grade": proof.grade.value,
        "source": proof.source,
        "source_as_of": proof.as_of.isoformat(),
    }
