"""Small made-up files, and the way in for them."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from abmhub.imports import actions
from abmhub.imports.mapping import ColumnMapping
from abmhub.imports.models import ImportRun

TakeIn = Callable[..., ImportRun]


def uploaded(kind: str, text: str | bytes, at: datetime, *, source: str = "CRM") -> ImportRun:
    """A draft of the file, as its upload leaves it."""
    content = text.encode() if isinstance(text, str) else text
    return actions.upload(kind=kind, source=source, file_name=f"{kind}.csv", file=io.BytesIO(content), by=None, at=at)


@pytest.fixture
def take_in(db: None, now: datetime) -> TakeIn:
    """Uploads, confirms and applies a file; `columns` and other parts of the mapping override the guess."""

    def take(kind: str, text: str | bytes, *, source: str = "CRM", at: datetime = now, **changes: object) -> ImportRun:
        run = uploaded(kind, text, at, source=source)
        if changes:
            mapping = ColumnMapping.from_json(run.mapping)
            run = actions.map_columns(run=run, mapping=replace(mapping, **changes))  # type: ignore[arg-type]
        return actions.apply(run=actions.confirm(run=run, at=at), at=at)

    return take


def figures_of(run: ImportRun) -> dict[str, int]:
    """The counts that are not 0."""
    names = ("rows", "accepted", "rejected", "skipped", "created", "updated", "unchanged", "doubtful")
    return {name: value for name in names if (value := getattr(run, name))}


def remarks_of(run: ImportRun) -> list[tuple[int, str, str]]:
    """Row, outcome and reason of each remark."""
    return list(run.remarks.order_by("row_number", "pk").values_list("row_number", "outcome", "reason"))
