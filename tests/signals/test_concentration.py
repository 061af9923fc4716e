"""Whether the engagement of an account hangs on one person; against a hand and a slow twin."""

from collections import defaultdict
from collections.abc import Callable
from random import Random

import pytest

from abmhub.accounts.models import Account
from abmhub.committee.models import Contact
from abmhub.signals.concentration import concentration_of
from abmhub.signals.engagement import engagement_of
from abmhub.signals.models import EngagementEvent, EventType
from tests.signals.conftest import Did
from tests.signals.test_engagement import TODAY, days_ago

Person = Callable[[str], Contact]


@pytest.fixture
def person(quiet_account: Account) -> Person:
    """Somebody of factor 1."""
    return lambda name: Contact.objects.create(account=quiet_account, name=name)


def test_without_engagement_there_is_none(quiet_account: Account) -> None:
    assert concentration_of(quiet_account.pk, TODAY) is None


def test_it_tells_what_everybody_gives_heaviest_first(quiet_account: Account, did: Did, person: Person) -> None:
    did(quiet_account, "meeting", TODAY, contact=person("Ines"))
    did(quiet_account, "demo_request", TODAY)
    did(quiet_account, "event_attended", TODAY, contact=person("Tomas"))
    found = concentration_of(quiet_account.pk, TODAY)
    assert found is not None
    assert [(one.name, one.points, one.share) for one in found.people] == [
        ("", 30, 40),
        ("Ines", 25, 33),
        ("Tomas", 20, 27),
    ]
    assert found.events == 3
    assert found.heaviest == found.people[1]
    assert not found.alarm


@pytest.mark.parametrize(("meetings", "alarm"), [(2, False), (3, True)], ids=["67 percent", "75 percent"])
def test_more_than_seventy_percent_of_one_person_is_an_alarm(
    quiet_account: Account, did: Did, person: Person, meetings: int, alarm: bool
) -> None:
    ines = person("Ines")
    EventType.objects.filter(code="meeting").update(daily_cap=9)
    for _ in range(meetings):
        did(quiet_account, "meeting", TODAY, contact=ines)
    did(quiet_account, "meeting", TODAY, contact=person("Tomas"))
    found = concentration_of(quiet_account.pk, TODAY)
    assert found is not None
    assert found.alarm is alarm


def test_seventy_percent_is_none_yet(quiet_account: Account, did: Did, person: Person) -> None:
    EventType.objects.filter(code="meeting").update(weight=70)
    EventType.objects.filter(code="demo_request").update(weight=30)
    did(quiet_account, "meeting", TODAY, contact=person("Ines"))
    did(quiet_account, "demo_request", TODAY, contact=person("Tomas"))
    found = concentration_of(quiet_account.pk, TODAY)
    assert found is not None
    assert (found.people[0].share, found.alarm) == (70, False)
    EventType.objects.filter(code="meeting").update(weight=71)
    found = concentration_of(quiet_account.pk, TODAY)
    assert found is not None
    assert found.alarm


def test_one_event_is_no_alarm_and_nor_is_what_nobody_gave_a_name_to(
    quiet_account: Account, did: Did, person: Person
) -> None:
    did(quiet_account, "meeting", TODAY, contact=person("Ines"))
    found = concentration_of(quiet_account.pk, TODAY)
    assert found is not None
    assert (found.people[0].share, found.alarm) == (100, False)
    for day in range(5):
        did(quiet_account, "demo_request", days_ago(day))
    found = concentration_of(quiet_account.pk, TODAY)
    assert found is not None
    assert (found.people[0].name, found.alarm) == ("", False)


def test_the_heaviest_with_a_name_is_told_however_few_are_asked_for(
    quiet_account: Account, did: Did, person: Person
) -> None:
    did(quiet_account, "demo_request", TODAY)
    did(quiet_account, "meeting", TODAY, contact=person("Ines"))
    did(quiet_account, "event_attended", TODAY, contact=person("Tomas"))
    found = concentration_of(quiet_account.pk, TODAY, limit=1)
    assert found is not None
    assert [one.name for one in found.people] == ["", "Ines"]


@pytest.mark.parametrize("seed", range(5))
def test_it_agrees_with_the_events_that_the_engagement_tells(quiet_account: Account, person: Person, seed: int) -> None:
    dice = Random(seed)
    people = [None, *(person(f"P{number}") for number in range(4))]
    types = list(EventType.objects.all())
    EngagementEvent.objects.bulk_create(
        EngagementEvent(
            account=quiet_account,
            contact=dice.choice(people),
            event_type=dice.choice(types),
            occurred_at=f"{days_ago(dice.randrange(40))}T12:00:00Z",
            source="test",
            external_id=str(number),
        )
        for number in range(dice.choice([2, 8, 200]))
    )
    points: dict[str, float] = defaultdict(float)
    engagement = engagement_of(quiet_account.pk, TODAY, limit=1000)
    for event in engagement.contributions:
        points[event.contact] += event.points
    found = concentration_of(quiet_account.pk, TODAY)
    if not engagement.units:
        assert found is None
        return
    assert found is not None
    assert {one.name: one.points for one in found.people} == {
        name: pytest.approx(given) for name, given in points.items() if given
    }
    counted = sum(1 for event in engagement.contributions if event.points)
    heaviest = max((given for name, given in points.items() if name), default=0)
    assert found.alarm == (counted >= 2 and heaviest > 0.7 * engagement.points)
