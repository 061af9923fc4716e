"""What accounts read and search elsewhere: how strongly a provider saw a topic in a week."""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP
from typing import Any, ClassVar

from django.db.models import QuerySet

from abmhub.core import sql
from abmhub.imports import cells, journal
from abmhub.imports.kinds.base import CellReader, Intake, Reading, expect
from abmhub.imports.kinds.whom import ACCOUNT_COLUMNS, ACCOUNT_FIELDS, account_words, find_accounts
from abmhub.imports.mapping import Field
from abmhub.imports.models import Kind
from abmhub.signals.models import IntentObservation, IntentProvider, Topic, UnplacedObservation


def _level(cell: str) -> int:
    """0 to 100; some write it with decimals."""
    found = cells.number(cell)
    if not 0 <= found <= 100:
        raise cells.BadCell("not between 0 and 100")
    return int(found.to_integral_value(ROUND_HALF_UP))


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


class Intent(Intake):
    kind = Kind.INTENT
    model = IntentObservation
    fields = (
        *ACCOUNT_FIELDS,
        Field("topic", "Topic", "topic topicname keyword subject category surgetopic", required=True),
        Field(
            "week_on", "Week", "week weekof weekon weekstarting weekstart date observedon day updateddate",
            required=True, is_date=True, help="Any day of the week.",
        ),
        Field(
            "level", "Level", "level score compositescore intentscore surgescore topicscore strength",
            required=True, help="From 0 to 100.",
        ),
        Field(
            "provider", "Provider", "provider intentprovider vendor dataprovider",
            help="Empty: the source of the file. It has to be in the register of providers.",
        ),
    )  # fmt: skip
    columns = ("topic", "week_on", "level", "provider_id", *ACCOUNT_COLUMNS)
    sample: ClassVar = (
        ("domain", "topic", "week", "score", "provider"),
        ("acme.example", "Warehouse automation", "2026-03-02", "82", "Bombora"),
        ("acme.example", "Predictive maintenance", "2026-03-02", "64", "Bombora"),
        ("borealis.example", "Cold chain", "2026-03-02", "71", "Bombora"),
    )

    def __init__(self) -> None:
        self._providers: dict[str, int] = {}
        for provider in IntentProvider.objects.order_by("pk"):
            self._providers |= {provider.name.casefold(): provider.pk, provider.code.casefold(): provider.pk}

    def staged(self, row: CellReader) -> tuple[Any, ...]:
        day = row.day("week_on")
        return (
            row.text("topic", 120),
            day and monday_of(day),
            row.read("level", _level),
            self._provider(row),
            *account_words(row),
        )

    def _provider(self, row: CellReader) -> int | None:
        name = row.text("provider", 80) or row.reading.source
        found = self._providers.get(name.casefold())
        if found is None:
            row.reject(
                f"“{name}” is not in the register of intent providers: an administrator adds it there, "
                "with the lawful basis of its data."
            )
        return found

    def targets(self) -> QuerySet[Any]:
        return super().targets().select_related("topic")

    def resolve(self, reading: Reading) -> None:
        sql.run("imports/rows/skip_identical")
        find_accounts(reading.source)
        sql.run("imports/waiting/wait", table="signals_intentobservation")
        sql.run("imports/whom/reject_without_account")
        sql.run("imports/intent/skip_weaker")
        with journal.watching(Topic):
            Topic.objects.bulk_create([Topic(name=new["name"]) for new in sql.rows("imports/intent/unknown_topics")])
        sql.run("imports/intent/find_topics")
        sql.run("imports/intent/match")
        sql.run("imports/waiting/match_intent")
        sql.run("imports/rows/new_targets", table="signals_intentobservation")

    def write(self, reading: Reading) -> None:
        placed = journal.write(IntentObservation, "signals/import_new_intent")
        waiting = journal.write(UnplacedObservation, "signals/import_new_unplaced_intent")
        expect(placed + waiting, "create")
        journal.write(IntentObservation, "signals/import_changed_intent")
        journal.write(UnplacedObservation, "signals/import_changed_unplaced_intent")
