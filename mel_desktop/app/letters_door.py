"""Who writes, with what words, to many at once: identities, templates, merges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mel_desktop.logic import identities as identity_rules
from mel_desktop.logic import merge_table, merging, signatures, templates
from mel_desktop.logic.html_text import html_to_text, visible
from mel_desktop.logic.merge_report import to_csv
from mel_desktop.logic.sanitize import sanitize
from mel_desktop.model.accounts import Account, AccountId
from mel_desktop.model.groups import GroupHit
from mel_desktop.model.identities import Identity, Signature
from mel_desktop.model.mail import Address
from mel_desktop.model.merging import (
    Audience,
    MergeGroup,
    MergeId,
    MergeMessage,
    MergeOptions,
    MergePlan,
    MergeReport,
    MergeRow,
    MergeSource,
    Person,
    Table,
)
from mel_desktop.model.outgoing import Draft, DraftContent, DraftId
from mel_desktop.model.people import EntryId
from mel_desktop.model.templates import Template, UnreadFile
from mel_desktop.model.values import dataclass
from mel_desktop.services.identities import Identities
from mel_desktop.services.merging import Merging
from mel_desktop.services.recipient_groups import RecipientGroups
from mel_desktop.services.saving import write_file
from mel_desktop.services.templates import Templates

if TYPE_CHECKING:
    from mel_desktop.app.engine import Engine
    from mel_desktop.app.profile_services import Services

ADDRESS = merge_table.ADDRESS
UNUSED = merge_table.UNUSED


@dataclass(slots=True)
class Letters:
    """The services behind the door."""

    identities: Identities
    templates: Templates
    merging: Merging
    groups: RecipientGroups


class LettersDoor:
    """``facade.letters``."""

    def __init__(self, services: Services, engine: Engine) -> None:
        self._services = services
        self._letters = services.letters
        self._engine = engine

    # -- identities --------------------------------------------------------------------------------

    def everyone(self) -> tuple[tuple[Account, tuple[Identity, ...]], ...]:
        """Every account with its identities; its own one is always there, and the first."""
        return self._letters.identities.everyone()

    def identities(self, account: AccountId) -> tuple[Identity, ...]:
        """Those of one account. NOT_FOUND."""
        return self._letters.identities.of_account(account)

    def save_identity(self, identity: Identity) -> Identity:
        """Store or change one. BAD_ADDRESS | USAGE(identity-exists) | NOT_FOUND | TOO_LARGE."""
        return self._letters.identities.save(identity)

    def delete_identity(self, identity: Identity) -> None:
        """Forget one; the own one goes back to what the account says."""
        self._letters.identities.delete(identity)

    def default_sender(self, account: AccountId) -> Address | None:
        """What a new letter names as its sender: None for the account's own name and address."""
        ours = self.identities(account)
        owner = self._services.accounts.get(account)
        return identity_rules.sender_of(identity_rules.default_of(ours), owner)

    def identity_of(self, account: AccountId, sender: Address | None) -> Identity:
        """The identity that a draft names."""
        return identity_rules.of_sender(self.identities(account), sender)

    def sender_of(self, identity: Identity) -> Address | None:
        """What a draft names for an identity."""
        owner = self._services.accounts.get(identity.account)
        return identity_rules.sender_of(identity, owner)

    def move_draft(self, draft: DraftId, account: AccountId, content: DraftContent) -> Draft:
        """The same draft in another account, under another id. USAGE once it was queued."""
        return self._letters.identities.move_draft(draft, account, content)

    def sign(self, text: str, old: Signature, new: Signature) -> str:
        """A plain text with one signature in the place of another, above what is quoted."""
        return signatures.with_signature(text, old, new)

    # -- recipients --------------------------------------------------------------------------------

    def complete_groups(self, typed: str, *, limit: int = 4) -> tuple[GroupHit, ...]:
        """Classes, teams, parents of a class, lists of the directory that fit; milliseconds."""
        return self._letters.groups.complete(typed, limit=limit)

    def groups_of(self, entry: EntryId) -> tuple[GroupHit, ...]:
        """The choices that a group of the directory offers, everybody first. NOT_FOUND."""
        return self._letters.groups.of_entry(entry)

    def save_group(self, name: str, people: Sequence[Address]) -> GroupHit:
        """Keep a group of one's own; one of the same name is replaced.

        USAGE(group-name) | NO_RECIPIENT | BAD_ADDRESS | TOO_LARGE.
        """
        return self._letters.groups.save(name, people)

    def delete_group(self, name: str) -> bool:
        """Forget a group of one's own; whether there was one."""
        return self._letters.groups.delete(name)

    def forget_recipient(self, address: str) -> bool:
        """Somebody who was written to is proposed no more; whether there was one."""
        return self._letters.groups.forget(address)

    # -- templates ---------------------------------------------------------------------------------

    def templates(self) -> tuple[Template, ...]:
        """By title. May wait for the school's folder: not on the main thread."""
        return self._letters.templates.all()

    def unread_templates(self) -> tuple[UnreadFile, ...]:
        """Files of the school's folder that hold none, and why."""
        return self._letters.templates.school()[1]

    def template(self, name: str) -> Template:
        """By name or title, or the only one that begins so. NOT_FOUND."""
        return self._letters.templates.find(name)

    def matching_templates(self, typed: str, among: Sequence[Template]) -> tuple[Template, ...]:
        """Those in which every word typed begins a word."""
        return templates.matching(typed, among)

    def save_template(self, template: Template) -> Template:
        """Keep one in the vault; one of the same name is replaced. BAD_FILE with ``why``."""
        return self._letters.templates.save(template)

    def delete_template(self, name: str) -> None:
        """NOT_FOUND | USAGE(template-read-only)."""
        self._letters.templates.delete(name)

    def take_templates(self, path: Path) -> tuple[Template, ...]:
        """Keep what a file holds (TOML, or a message). BAD_FILE | TOO_LARGE; all or nothing."""
        return self._letters.templates.take_file(path)

    def write_templates(self, names: Iterable[str], path: Path) -> int:
        """Templates into a TOML file; how many. NOT_FOUND | DISK_FULL | NOT_WRITABLE."""
        return self._letters.templates.write_file(names, path)

    def letter(self, template: Template) -> DraftContent:
        """A template as a letter, its fields still in it."""
        return templates.content_of(template)

    def fields(self, content: DraftContent) -> tuple[str, ...]:
        """Fields of a letter, in their order."""
        return templates.fields_of(content)

    def known_fields(
        self, account: AccountId, content: DraftContent, language: str
    ) -> dict[str, str]:
        """What is known without asking: the day, who writes, who a single recipient is."""
        return self._letters.templates.known_fields(account, content.sender, content.to, language)

    def fill(
        self, content: DraftContent, values: Mapping[str, str]
    ) -> tuple[DraftContent, tuple[str, ...]]:
        """The letter with what is known, and the fields that still stand there."""
        filled = templates.fill(content, values)
        return filled.content, filled.missing

    # -- merges ------------------------------------------------------------------------------------

    def merge_groups(self) -> tuple[MergeGroup, ...]:
        """Classes and groups of the directory by name, each once."""
        return self._letters.merging.groups()

    def people_of(self, group: EntryId, audience: Audience) -> MergeSource:
        """Those of a class or group of the directory. NOT_FOUND."""
        return self._letters.merging.people_of(group, audience)

    def read_table(self, path: Path) -> Table:
        """A CSV of any encoding. BAD_FILE | TOO_LARGE."""
        return self._letters.merging.table(path)

    def suggested_columns(self, table: Table, wanted: Sequence[str]) -> tuple[str, ...]:
        """For each column the field it is, ADDRESS or UNUSED."""
        return merge_table.suggested(table, wanted)

    def table_fields(self, wanted: Sequence[str]) -> tuple[str, ...]:
        """Fields that a column may be: those of the letter, then those of schools' lists."""
        known = {templates.key(name): name for name in (*wanted, *merge_table.fields_known())}
        asked = {templates.key(name): name for name in wanted}
        return tuple({**known, **asked}.values())

    def people_of_table(self, table: Table, mapping: Sequence[str]) -> MergeSource:
        """The people of a table. BAD_FILE(no-address-column)."""
        return merge_table.people(table, mapping)

    def plan_merge(
        self,
        draft: Draft,
        people: tuple[Person, ...],
        options: MergeOptions,
        *,
        language: str = "fr",
    ) -> MergePlan:
        """What would be sent; nothing is done."""
        return self._letters.merging.plan(draft, people, options, language=language)

    def recipients_of(self, plan: MergePlan) -> tuple[Address, ...]:
        """All to whom a message of a plan goes."""
        return tuple(to for message in plan.messages for to in message.to)

    def matching(self, typed: str, texts: Sequence[str]) -> tuple[int, ...]:
        """Places of the texts that hold every word typed."""
        return merging.matching(typed, texts)

    def merge_letter(self, content: DraftContent, message: MergeMessage) -> DraftContent:
        """One message of a plan, whole."""
        return merging.letter_of(content, message.to, message.fields)

    def start_merge(
        self,
        draft: DraftId,
        people: tuple[Person, ...],
        options: MergeOptions,
        *,
        language: str = "fr",
        accepted: frozenset[str] = frozenset(),
    ) -> MergeRow:
        """Queue them. NO_RECIPIENT | NEEDS_DECISION | POLICY | TOO_LARGE | USAGE.

        ``accepted``: warnings about the letter that a person agreed to.
        """
        plan = self.plan_merge(
            self._services.drafting.get(draft), people, options, language=language
        )
        self._services.safety.require_letter(draft, accepted, self.recipients_of(plan))
        row = self._letters.merging.start(draft, people, options, language=language)
        self._engine.wake()
        return row

    def merges(self) -> tuple[MergeRow, ...]:
        """Every merge, newest first."""
        return self._letters.merging.rows()

    def merge_report(self, merge: MergeId) -> MergeReport:
        """What became of everybody. NOT_FOUND."""
        return self._letters.merging.report(merge)

    def pause_merge(self, merge: MergeId) -> None:
        """Make no more, and hold back what has not left. USAGE | NOT_FOUND."""
        self._letters.merging.pause(merge)

    def resume_merge(self, merge: MergeId) -> None:
        """Go on where it was paused. USAGE | NOT_FOUND."""
        self._letters.merging.resume(merge)
        self._engine.wake()

    def cancel_merge(self, merge: MergeId) -> MergeRow:
        """What has not left never leaves; the letter goes back to the drafts. USAGE | NOT_FOUND."""
        return self._letters.merging.cancel(merge)

    def delete_merge(self, merge: MergeId) -> None:
        """Forget a merge that is over, and its report. USAGE while it is not."""
        self._letters.merging.delete(merge)

    def write_report(self, rows: Iterable[Iterable[str]], path: Path) -> int:
        """A table of words into a CSV file; what a spreadsheet would compute is made text."""
        return write_file(path, [to_csv(rows)])

    # -- helps of the window -----------------------------------------------------------------------

    def safe_html(self, html: str) -> str:
        """HTML that a person wrote or pasted, as it is kept."""
        return visible(sanitize(html).html)

    def text_of(self, html: str) -> str:
        """Its text form."""
        return html_to_text(html)

    def group_named(self, name: str) -> EntryId | None:
        """A class or group by its name, case and accents aside; None without one, or with two."""
        return self._letters.merging.group_named(name)
