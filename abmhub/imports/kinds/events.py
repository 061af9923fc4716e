"""What people of accounts did with us. An event without a key of its own is known by all that it says."""

import hashlib
from datetime import datetime
from typing import Any, ClassVar

from django.db import IntegrityError
from django.db.models import QuerySet

from abmhub.core import sql
from abmhub.imports import journal
from abmhub.imports.event_types import EventTypes
from abmhub.imports.kinds.base import CellReader, Intake, Overtaken, Reading, expect
from abmhub.imports.kinds.months import make_months, skip_dropped
from abmhub.imports.kinds.people import Forgotten, looks_like_an_address
from abmhub.imports.kinds.whom import ACCOUNT_COLUMNS, ACCOUNT_FIELDS, account_words, email_of, find_accounts
from abmhub.imports.mapping import Field
from abmhub.imports.models import Kind
from abmhub.imports.moments import moment
from abmhub.imports.suggestion import alike
from abmhub.signals.models import EngagementEvent, UnplacedEvent
from abmhub.signals.months import EVENTS


class Events(Intake):
    kind = Kind.EVENTS
    model = EngagementEvent
    fields = (
        Field("external_id", "Key in the source", "eventid activityid messageid id recordid externalid"),
        Field(
            "event_type", "Event type", "eventtype activitytype type event activity action eventname interaction",
            required=True, vocabulary="event_type",
        ),
        Field(
            "occurred_at", "Moment",
            "occurredat timestamp eventtime eventdate activitydate occurredon originaltimestamp receivedat datetime "
            "date time created createdat createdate",
            required=True, is_date=True, help="Without a time zone it is in that of this installation.",
        ),
        Field("contact_external_id", "Key of the contact", "contactid personid leadid userid vid"),
        Field(
            "email", "Email", "email emailaddress contactemail recipient useremail mail",
            looks_like=looks_like_an_address,
        ),
        *ACCOUNT_FIELDS,
        Field("detail", "Detail", "detail details description subject title asset page pageurl url name linkurl"),
    )  # fmt: skip
    columns = ("identity", "event_type_id", "occurred_at", "detail", "contact_external_id", "email", *ACCOUNT_COLUMNS)
    sample: ClassVar = (
        ("event_id", "event", "occurred_at", "email", "domain", "detail"),
        ("E-1", "Content download", "2026-03-02 14:05+01:00", "ines.okafor@acme.example", "", "Factory guide"),
        ("E-2", "Pricing page view", "2026-03-02 15:40+01:00", "", "acme.example", "/pricing"),
        ("E-3", "Meeting", "2026-03-03 09:00Z", "noor.vik@borealis.example", "", "First call"),
    )

    def __init__(self) -> None:
        self._forgotten = Forgotten()
        self._types = EventTypes()

    def forgets(self, row: CellReader) -> bool:
        return self._forgotten.is_named(row, "contact_external_id")

    def staged(self, row: CellReader) -> tuple[Any, ...]:
        email = email_of(row)
        said = (
            self._type(row),
            row.read("occurred_at", lambda cell: moment(cell, row.reading.mapping.date_order)),
            " ".join(row.raw("detail").split())[:200],
            row.text("contact_external_id"),
            email,
            *account_words(row, email),
        )
        return row.text("external_id") or _hashed(said), *said

    def _type(self, row: CellReader) -> int | None:
        word = row.raw("event_type")
        found = self._types.called(row.settled("event_type", word))
        if found is None:
            like = alike(word, [name for _, name in self._types.named])
            row.reject(
                f"“{word[:60]}” is no event type that we know{f', did you mean {like}' if like else ''}: "
                "say what it means, or add it in the admin."
            )
        return found

    def targets(self) -> QuerySet[Any]:
        return super().targets().select_related("event_type")

    def make_room(self, at: datetime) -> None:
        make_months(EVENTS, at)

    def resolve(self, reading: Reading) -> None:
        source = reading.source
        skip_dropped(EVENTS)
        sql.run("imports/rows/skip_identical")
        sql.run("imports/rows/reject_conflicts")
        find_accounts(source)
        sql.run("imports/whom/find_people", source=source)
        sql.run("imports/events/find_known", source=source)
        sql.run("imports/waiting/wait", table="signals_engagementevent")
        sql.run("imports/whom/reject_without_account")
        sql.run("imports/waiting/match_events", source=source)
        sql.run("imports/events/match", source=source)
        sql.run("imports/rows/new_targets", table="signals_engagementevent")

    def write(self, reading: Reading) -> None:
        source = reading.source
        try:
            placed = journal.write(EngagementEvent, "signals/import_new_events", source=source)
        except IntegrityError as known_by_now:
            raise Overtaken from known_by_now
        waiting = journal.write(UnplacedEvent, "signals/import_new_unplaced_events", source=source)
        expect(placed + waiting, "create")
        journal.write(EngagementEvent, "signals/import_changed_events")
        journal.write(UnplacedEvent, "signals/import_changed_unplaced_events")


def _hashed(said: tuple[Any, ...]) -> str:
    """The key of an event that has none: the same words are the same event, in whatever file they come."""
    return f"row:{hashlib.blake2b(repr(said).encode(), digest_size=16).hexdigest()}"
