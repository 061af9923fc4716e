"""Answers of the units that are kept until a night knows otherwise, so that a page never counts what was counted.

An answer holds for an edition of the units. Whoever counts asks for the edition first: if a night publishes meanwhile,
what was counted is kept for an edition that nobody asks for any more.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import F
from psycopg.sql import Composable

from abmhub.core import sql
from abmhub.funnel.models import Answer, Edition

MOST_ROWS = 50_000
"""An answer with more rows is a file rather than a page: it is counted whenever somebody asks."""


def rows(
    statement: str, *, by: Sequence[str] = (), parts: Mapping[str, Composable], parameters: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The rows of a statement over the units, as JSON knows them: days and money are text. Two queries once kept."""
    asked = {
        "edition": Edition.objects.values_list("number", flat=True).first() or 0,
        "statement": statement,
        "by": ",".join(by),
        "known_on": parameters["night"],
        "as_of": parameters["as_of"],
        "since": parameters["since"],
        "until": parameters["until"],
    }
    kept = Answer.objects.filter(**asked).values_list("columns", "rows").first()
    if kept is None:
        found = sql.rows(statement, _parts=parts, **parameters)
        columns = list(found[0]) if found else []
        kept = columns, json.loads(json.dumps([list(row.values()) for row in found], cls=DjangoJSONEncoder))
        if len(found) <= MOST_ROWS:
            Answer.objects.bulk_create([Answer(**asked, columns=columns, rows=kept[1])], ignore_conflicts=True)
    return [dict(zip(kept[0], row, strict=True)) for row in kept[1]]


def forget(*, units: int = 0) -> None:
    """What was counted holds no longer: the units change, and are so many by now."""
    if not Edition.objects.update(number=F("number") + 1, previous=F("token"), token=uuid4(), units=units):
        Edition.objects.create(number=1, units=units)
    Answer.objects.all().delete()
