"""Deals and leads, told in one line each."""

from collections.abc import Callable
from datetime import date
from itertools import count
from typing import Any

import pytest

from abmhub.pipeline.models import Lead, Opportunity, Stage, StageChange

_numbers = count(1)

MakeDeal = Callable[..., Opportunity]
MakeLead = Callable[..., Lead]


@pytest.fixture
def deal(db: None) -> MakeDeal:
    """A deal in a shipped stage; `history` is a list of (stage, day) that it went through."""

    def make(stage: str, *, history: list[tuple[str, date]] | None = None, **fields: Any) -> Opportunity:
        made = Opportunity.objects.create(
            stage=Stage.objects.get(name=stage), source="test", external_id=str(next(_numbers)), **fields
        )
        for passed, entered_on in history or ():
            StageChange.objects.create(opportunity=made, stage=Stage.objects.get(name=passed), entered_on=entered_on)
        return made

    return make


@pytest.fixture
def lead(db: None) -> MakeLead:
    def make(**fields: Any) -> Lead:
        return Lead.objects.create(name="Lead", source="test", external_id=str(next(_numbers)), **fields)

    return make
