"""The timeline of an account: what happened, in which order, told once?"""

from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from abmhub.accounts.actions import assign
from abmhub.accounts.editing import edit_accounts
from abmhub.accounts.merging import merge
from abmhub.accounts.models import Account, Tier, TierChange
from abmhub.committee.models import Contact
from abmhub.core.days import first_moment
from abmhub.orders.actions import finish_follow_up
from abmhub.orders.models import FollowUp, Order
from abmhub.pipeline.models import Stage, StageChange
from abmhub.signals.models import EngagementMonth, EventType
from abmhub.users.models import User
from abmhub.web.timeline import timeline_of
from tests.web.story import deal, event, path_of, text_of, touch

pytestmark = pytest.mark.usefixtures("at_now")


def test_it_tells_one_story_newest_first(
    as_rep: Client, account: Account, contacts: list[Contact], order: Order, now: datetime, today: date, tier1: Tier
) -> None:
    event(account, "demo_request", now - timedelta(hours=2), contacts[0], "Robots for bakeries")
    touch(account, "A letter by hand", now - timedelta(days=2), contacts[1])
    won = deal(account, stage=Stage.objects.get(kind="won").name, amount=5000, closed_on=today)
    StageChange.objects.create(opportunity=won, stage=won.stage, entered_on=today - timedelta(days=3))
    TierChange.objects.create(account=account, changed_on=today - timedelta(days=4), to_tier=tier1, policy_version=1)
    page = text_of(as_rep.get(path_of(account))).partition("What happened")[2]
    told = ["Ordered from the menu", "Demo request", "A letter by hand", f"Deal moved to {won.stage.name}", "No tier →"]
    places = [page.find(words) for words in told]
    assert -1 not in places
    assert places == sorted(places)


def told(account: Account, **options: object) -> list[tuple[str, str, str, int]]:
    """Every line of the newest days: title, who, note, how often."""
    days = timeline_of(account, **options).days  # type: ignore[arg-type]
    return [(line.title, line.who, line.note, line.times) for day in days for line in day.lines]


def test_what_repeats_on_a_day_is_told_once(account: Account, contacts: list[Contact], now: datetime) -> None:
    """Also when something else came between; people with how often."""
    for minutes, page in enumerate(("/a", "/b", "/a", "/c")):
        event(account, "pricing_view", now - timedelta(minutes=10 * minutes), contacts[0], page)
    event(account, "demo_request", now - timedelta(minutes=5), contacts[1])
    event(account, "pricing_view", now - timedelta(minutes=90))
    event(account, "pricing_view", now - timedelta(days=1), contacts[0])
    touch(account, "A letter", now - timedelta(days=2), contacts[0])
    touch(account, "A letter", now - timedelta(days=2), contacts[1])
    assert told(account) == [
        ("Pricing page view", "Dana Whitfield 4, anonymous 1", "/a, /b and 1 more", 5),
        ("Demo request", "Ivo Petrov", "", 1),
        ("Pricing page view", "Dana Whitfield", "", 1),
        ("A letter", "Ivo Petrov, Dana Whitfield", "Mail", 1),
    ]


def test_who_is_anonymous_is_said_to_be(
    as_rep: Client, account: Account, contacts: list[Contact], now: datetime
) -> None:
    event(account, "page_view", now)
    event(account, "demo_request", now, contacts[0])
    page = text_of(as_rep.get(path_of(account)))
    assert "Page view anonymous" in page
    assert "Demo request Dana Whitfield" in page


def test_it_is_narrowed_to_a_kind(
    as_rep: Client, account: Account, contacts: list[Contact], order: Order, now: datetime, today: date, rep: User
) -> None:
    event(account, "page_view", now, contacts[0])
    event(account, "demo_request", now, contacts[0])
    touch(account, "A letter", now)
    open_deal = deal(account, stage=Stage.objects.order_by("position")[0].name, amount=1)
    StageChange.objects.create(opportunity=open_deal, stage=open_deal.stage, entered_on=today)
    TierChange.objects.create(account=account, changed_on=today, policy_version=1)
    edit_accounts(accounts=[account.pk], changes={"industry": "retail"}, by=rep, at=now)
    expected = {
        "signals": ["Demo request", "Page view"],
        "meaningful": ["Demo request"],
        "ours": ["Ordered from the menu", "A letter"],
        "deals": [f"Deal moved to {open_deal.stage.name}"],
        "tiers": ["No tier → no tier"],
        "facts": ["Changed: Industry: retail"],
    }
    for show, titles in expected.items():
        assert [line[0] for line in told(account, show=show)] == titles, show
    assert len(told(account, show="nonsense")) == 7
    block = as_rep.get(path_of(account), {"show": "deals"}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in block
    assert open_deal.stage.name in block
    assert "Demo request" not in block
    assert "Deal moved" in as_rep.get(path_of(account), {"show": "deals"}).content.decode()


def test_it_tells_who_changed_what_we_know(
    account: Account, other_account: Account, admin: User, sales_manager: User, rep: User, now: datetime
) -> None:
    Account.objects.filter(pk=account.pk).update(refreshed_at=now - timedelta(days=3), refreshed_from="CRM")
    assign(account=account, owner=sales_manager, territory=account.territory, by=admin, at=now)
    merge(kept=account, absorbed=Account.objects.create(name="Acme Works"), by=admin, at=now)
    titles = {line[0]: line for line in told(account, show="facts")}
    assert titles["Facts confirmed by CRM"]
    assert titles["Owner or territory changed"][2] == f"Until then {rep}"
    assert titles["Acme Works became part of it"][1] == admin.name


def test_a_deed_of_sales_is_told_too(account: Account, follow_up: FollowUp, rep: User, now: datetime) -> None:
    finish_follow_up(follow_up=follow_up, by=rep, at=now, note="They want a demo")
    assert ("Followed up on Handwritten letter", rep.name, "They want a demo", 1) in told(account, show="ours")


def test_older_pages_lose_and_repeat_nothing(account: Account, contacts: list[Contact], now: datetime) -> None:
    """Also where several kinds share one moment, and a day is longer than a page."""
    at = now - timedelta(days=1)
    for number in range(7):
        touch(account, f"Letter {number}", at)
        event(account, "demo_request", at, None, f"Demo {number}")
        event(account, "page_view", at - timedelta(days=number))
    seen: list[tuple[int, int]] = []
    before = ""
    while True:
        page = timeline_of(account, before=before, rows=4)
        seen += [(moment.kind, moment.pk) for day in page.days for line in day.lines for moment in line.moments]
        before = page.older
        if not before:
            break
    assert len(seen) == len(set(seen)) == 21
    assert [kind for kind, _ in seen] == [1] * 7 + [0] * 14


def test_a_page_ends_with_a_whole_day(account: Account, now: datetime) -> None:
    """So that what is told once of a day is told in full."""
    for number in range(3):
        for _ in range(3):
            event(account, "page_view", now - timedelta(days=number))
    first = timeline_of(account, rows=5)
    assert [line.times for day in first.days for line in day.lines] == [3]
    assert [line.times for day in timeline_of(account, before=first.older).days for line in day.lines] == [3, 3]


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles"])
def test_days_are_those_of_the_installation(
    account: Account, today: date, tier1: Tier, settings: Settings, zone: str
) -> None:
    """What is known by its day alone lies within that day, wherever that is."""
    settings.TIME_ZONE = zone
    TierChange.objects.create(account=account, changed_on=today, to_tier=tier1, policy_version=1)
    event(account, "page_view", first_moment(today) + timedelta(hours=1))
    event(account, "demo_request", first_moment(today) - timedelta(hours=1))
    days = [(day.on, [line.title for line in day.lines]) for day in timeline_of(account).days]
    assert days == [
        (today, ["Page view", "No tier → Tier 1"]),
        (today - timedelta(days=1), ["Demo request"]),
    ]


@pytest.mark.parametrize("mark", ["", "x", "~~", "2026-03-01~1~2", "2026-03-01T00:00:00+00:00~1~x", f"{'9' * 40}~1~1"])
def test_a_mangled_mark_gives_the_newest(mark: str, as_rep: Client, account: Account, now: datetime) -> None:
    touch(account, "A letter", now)
    response = as_rep.get(path_of(account), {"before": mark})
    assert response.status_code == 200
    assert len(response.context["timeline"].days) == 1


def test_of_months_that_were_dropped_it_tells_the_numbers(account: Account, now: datetime) -> None:
    event(account, "page_view", now)
    last_at = now - timedelta(days=900)
    for code, events in (("meeting", 1), ("page_view", 1204)):
        EngagementMonth.objects.create(
            account=account,
            event_type=EventType.objects.get(code=code),
            month_on=last_at.date().replace(day=1),
            events=events,
            first_at=last_at,
            last_at=last_at,
        )
    assert told(account) == [
        ("Page view", "anonymous", "", 1),
        ("Page view", "", "1204 in September 2023: of that time only numbers are kept", 1),
        ("Meeting", "", "1 in September 2023: of that time only numbers are kept", 1),
    ]
    assert told(account, show="meaningful") == told(account)[2:]
