"""Templates that were saved in the vault."""

from __future__ import annotations

from datetime import datetime

from mel_desktop.model.changes import Area
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.templates import Template, TemplateOrigin
from mel_desktop.store.database import Reader, Transaction
from mel_desktop.store.times import to_text


def all_saved(reader: Reader) -> tuple[Template, ...]:
    """By name; their HTML as it was stored."""
    rows = reader.all(
        "SELECT name, title, language, subject, text, html FROM template ORDER BY name"
    )
    return tuple(
        Template(
            name=str(name),
            title=str(title),
            language=str(language),
            subject=str(subject),
            text=str(text),
            html=str(html),
            origin=TemplateOrigin.OWN,
        )
        for name, title, language, subject, text, html in rows
    )


def save(tx: Transaction, template: Template, now: datetime) -> None:
    """Store, or replace the one of this name."""
    tx.run(
        """INSERT INTO template (name, title, language, subject, text, html, saved_at)
           VALUES (?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (name) DO UPDATE
              SET title = excluded.title, language = excluded.language,
                  subject = excluded.subject, text = excluded.text, html = excluded.html,
                  saved_at = excluded.saved_at""",
        template.name,
        template.title,
        template.language,
        template.subject,
        template.text,
        template.html,
        to_text(now),
    )
    tx.changed(Area.DRAFTS)


def delete(tx: Transaction, name: str) -> None:
    """Forget one. NOT_FOUND."""
    if not tx.run("DELETE FROM template WHERE name = ?", name):
        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="template")
    tx.changed(Area.DRAFTS)
