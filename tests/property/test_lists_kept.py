"""A list kept by the messages that changed equals the list that is read anew, on a real store."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mel_desktop.model.changes import Area, Changes
from mel_desktop.model.mail import Flags, FolderId, Marks, MessageId, ThreadId
from mel_desktop.model.organising import ListLook, ListPlace, QuickFilter, Sort, View
from mel_desktop.ports import RemoteMessage
from mel_desktop.services.mailbox import MailboxService
from mel_desktop.services.search import SearchService
from mel_desktop.services.snooze import Snoozes
from mel_desktop.services.views import Views
from mel_desktop.store import mailbox, syncstate
from mel_desktop.store.database import Database, Transaction
from mel_desktop.store.mailbox import Incoming
from tests.support.clock import JumpingClock
from tests.support.mail import fields
from tests.support.store import START, plant_account, plant_folder, store

