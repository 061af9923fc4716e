"""Words that have to mean something: which are unknown, what they may mean, and how somebody says so once."""

from datetime import datetime

import pytest

from abmhub.core.refusals import NotAllowed
from abmhub.imports import actions
from abmhub.imports.actions import NotKnown
from abmhub.imports.kinds import INTAKES
from abmhub.imports.models import Settlement
from abmhub.imports.vocabulary import VOCABULARIES, choices_of, unknown_words
from abmhub.pipeline.models import Opportunity, Stage
from abmhub.users.models import User
from tests.imports.conftest import TakeIn

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("vocabulary", "words", "unknown"),
    [
        ("stage", ["Won", "engaging", "Engagin", "Legal"], {"Engagin": "Engaging", "Legal": ""}),
        (
            "stage",
            ["Closed Won", "closed-lost", "Gewonnen"],
            {"Closed Won": "Won", "closed-lost": "Lost", "Gewonnen": "Won"},
        ),
        ("event_type", ["Meeting", "webinar attended", "Meetings", "42"], {"Meetings": "meeting", "42": ""}),
        ("buying_role", ["Decision maker", "INFLUENCER;X", "Influncer"], {"Influncer": "influencer"}),
        ("currency", ["USD", "€", "doubloons"], {"€": "EUR", "doubloons": ""}),
        ("country", ["Germany", "DE", "Germny"], {"Germny": "DE"}),
        ("industry", ["technology", "technolgy", "Something new"], {"technolgy": "technology"}),
    ],
)
def test_unknown_words_come_with_what_they_may_mean(vocabulary: str, words: list[str], unknown: dict[str, str]) -> None:
    assert unknown_words(vocabulary, ["", *words, *words], "CRM") == unknown


def test_every_field_with_a_vocabulary_has_one() -> None:
    asked = {known.vocabulary for intake in INTAKES.values() for known in intake.fields if known.vocabulary}
    assert asked == {str(vocabulary) for vocabulary in VOCABULARIES}
    assert all(choices_of(vocabulary) for vocabulary in asked)


@pytest.mark.parametrize(
    ("field", "value", "meaning", "kept"),
    [
        ("stage", "Legal", "negotiation", "Negotiation"),
        ("currency", "doubloons", "xau", "XAU"),
        ("buying_role", "Boss", "Decision maker", "decision_maker"),
        ("event_type", "42", "Meeting", "meeting"),
    ],
)
def test_what_somebody_says_is_kept_for_the_source(
    field: str, value: str, meaning: str, kept: str, marketing_manager: User, now: datetime
) -> None:
    named = {"source": "CRM", "field": field, "value": value}
    actions.settle_name(**named, meaning=meaning, by=marketing_manager, at=now)
    assert Settlement.objects.get(**named).meaning == kept
    assert unknown_words(field, [value], "CRM") == {}
    assert list(unknown_words(field, [value], "Other")) == [value]


@pytest.mark.parametrize("field", ["stage", "currency", "buying_role", "event_type"])
def test_a_meaning_has_to_be_known(field: str, marketing_manager: User, now: datetime) -> None:
    named = {"source": "CRM", "field": field, "value": "x"}
    with pytest.raises(NotKnown):
        actions.settle_name(**named, meaning="no such thing", by=marketing_manager, at=now)
    assert not Settlement.objects.exists()


def test_a_rep_settles_nothing(rep: User, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        actions.settle_name(source="CRM", field="stage", value="x", meaning="Won", by=rep, at=now)


def test_deals_are_read_by_what_was_settled(take_in: TakeIn, marketing_manager: User, now: datetime) -> None:
    for field, value, meaning in (("stage", "Legal", "Negotiation"), ("currency", "Euros", "EUR")):
        actions.settle_name(source="CRM", field=field, value=value, meaning=meaning, by=marketing_manager, at=now)
    take_in("opportunities", "id,stage,amount,currency\nD1,Legal,5,Euros\n")
    deal = Opportunity.objects.get()
    assert (deal.stage.name, deal.currency) == ("Negotiation", "EUR")
    assert not Stage.objects.filter(name="Legal").exists()
