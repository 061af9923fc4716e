"""Intent: surge against the account's own baseline; the night's statement against a hand and a slow twin."""

from collections import defaultdict
from datetime import date, timedelta
from math import floor, sqrt
from random import Random
from statistics import mean, stdev

import pytest
from django.db import IntegrityError

from abmhub.accounts.models import Account
from abmhub.signals import intent
from abmhub.signals.intent import ARITHMETIC, intent_of
from abmhub.signals.models import IntentObservation, IntentProvider, Topic
from tests.kept import kept
from tests.signals.conftest import Read

WEDNESDAY = date(2026, 3, 4)
THIS_WEEK = date(2026, 3, 2)


def weeks_ago(weeks: int) -> date:
    return THIS_WEEK - timedelta(weeks=weeks)


def series(read: Read, account: Account, newest_first: list[int]) -> None:
    for weeks, level in enumerate(newest_first):
        read(account, weeks_ago(weeks), level)


def intent_by_account(as_of: date) -> dict[int, int | None]:
    """What the night keeps; an account is not in it, or unknown, when nothing is known."""
    intent.gather(as_of)
    return {row["account_id"]: row["intent"] for row in kept("tonight_intent")}


def test_a_rise_over_the_own_baseline_is_a_surge(quiet_account: Account, read: Read) -> None:
    series(read, quiet_account, [70, 62, 66, *[10, 14, 8, 8] * 3])
    [topic] = intent_of(quiet_account.pk, WEDNESDAY).topics
    assert topic.recent_mean == 66
    assert topic.baseline_mean == 10
    assert topic.baseline_stddev == pytest.approx(stdev([10, 14, 8, 8] * 3))
    # The baseline hardly moves, so that five levels stand for its deviation.
    assert topic.surge == pytest.approx((66 - 10) / 5)
    assert topic.is_surging
    assert topic.value == 66
    assert intent_by_account(WEDNESDAY) == {quiet_account.pk: 66}


def test_twenty_five_after_10_14_8_8_is_half_as_much_again_and_more_and_a_surge(
    quiet_account: Account, read: Read
) -> None:
    """The provider was connected seven weeks ago: weeks before it are not known, and no zeros."""
    series(read, quiet_account, [25, 25, 25, 8, 8, 14, 10])
    [topic] = intent_of(quiet_account.pk, WEDNESDAY).topics
    assert topic.recent_mean is not None
    assert topic.baseline_mean is not None
    assert topic.recent_mean / topic.baseline_mean - 1 == 1.5
    assert topic.is_surging


def test_two_against_a_mean_of_a_half_is_no_surge(quiet_account: Account, read: Read) -> None:
    series(read, quiet_account, [2, 2, 2, *[0, 1] * 6])
    [topic] = intent_of(quiet_account.pk, WEDNESDAY).topics
    assert topic.baseline_mean == 0.5
    assert not topic.is_surging
    assert topic.value == 1


@pytest.mark.parametrize("before", [[], [0] * 12, [*[0] * 11, 40]], ids=["nothing", "zeros", "one visit"])
def test_one_visit_after_none_is_never_a_surge(
    quiet_account: Account, account: Account, read: Read, before: list[int]
) -> None:
    series(read, account, [50] * 15)  # the provider reports every week, on somebody else
    series(read, quiet_account, [100, 0, 0, *before])
    [topic] = intent_of(quiet_account.pk, WEDNESDAY).topics
    assert not topic.is_surging


@pytest.mark.parametrize(("recent", "is_surging"), [(60, True), (59, False)])
def test_two_deviations_are_a_surge_and_less_is_none(
    quiet_account: Account, read: Read, recent: int, is_surging: bool
) -> None:
    series(read, quiet_account, [recent] * 3 + [50] * 12)  # deviation 0 counts as 5
    [topic] = intent_of(quiet_account.pk, WEDNESDAY).topics
    assert topic.is_surging is is_surging


@pytest.mark.parametrize(("recent", "is_surging"), [(20, True), (19, False)])
def test_below_the_least_level_nothing_surges(
    quiet_account: Account, read: Read, recent: int, is_surging: bool
) -> None:
    series(read, quiet_account, [recent] * 3 + [1] * 12)
    [topic] = intent_of(quiet_account.pk, WEDNESDAY).topics
    assert topic.is_surging is is_surging


def test_a_week_without_the_account_is_level_0_when_the_provider_reported_on_others(
    quiet_account: Account, account: Account, read: Read
) -> None:
    series(read, account, [50] * 15)
    read(quiet_account, weeks_ago(0), 90)
    [topic] = intent_of(quiet_account.pk, WEDNESDAY).topics
    assert topic.recent_mean == 30
    assert topic.value == 15


def test_it_does_not_wait_for_a_week_that_the_provider_has_not_reported_on(quiet_account: Account, read: Read) -> None:
    for weeks in range(1, 4):
        read(quiet_account, weeks_ago(weeks), 80)
    [topic] = intent_of(quiet_account.pk, WEDNESDAY).topics
    assert topic.recent_mean == 80


def test_it_is_unknown_when_nobody_saw_the_account_in_15_weeks(quiet_account: Account, read: Read) -> None:
    read(quiet_account, weeks_ago(16), 90)
    assert intent_of(quiet_account.pk, WEDNESDAY).score is None
    assert intent_by_account(WEDNESDAY) == {}


def test_it_is_unknown_when_the_provider_has_fallen_silent(quiet_account: Account, read: Read) -> None:
    read(quiet_account, weeks_ago(5), 90)
    assert intent_of(quiet_account.pk, WEDNESDAY).score is None


def test_a_provider_that_is_not_scored_counts_nothing(quiet_account: Account, read: Read) -> None:
    bidstream = IntentProvider.objects.create(code="bid", name="Bidstream", lawful_basis="none", is_scored=False)
    read(quiet_account, weeks_ago(0), 90, seen_by=bidstream)
    assert intent_by_account(WEDNESDAY) == {}


def test_a_provider_without_a_lawful_basis_cannot_be_scored(db: None) -> None:
    with pytest.raises(IntegrityError, match="intent_provider_unlawful_is_never_scored"):
        IntentProvider.objects.create(code="bid", name="Bidstream", lawful_basis="none", is_scored=True)


def test_what_a_later_week_brought_is_not_known_yet(quiet_account: Account, read: Read) -> None:
    read(quiet_account, weeks_ago(-1), 90)
    assert intent_by_account(WEDNESDAY) == {}


def test_the_strongest_topic_is_the_intent(quiet_account: Account, read: Read) -> None:
    series(read, quiet_account, [40, 40, 40])
    other = Topic.objects.create(name="Cloud cost")
    for weeks in range(3):
        read(quiet_account, weeks_ago(weeks), 70, of=other)
    found = intent_of(quiet_account.pk, WEDNESDAY)
    assert [(topic.topic, topic.value) for topic in found.topics] == [("Cloud cost", 35), ("Data security", 20)]
    assert found.score == 35
    assert intent_by_account(WEDNESDAY) == {quiet_account.pk: 35}


def slow_intent(this_week: date) -> dict[int, int]:
    """The formulas of the docstring, series by series."""
    levels: dict[tuple[int, int, int], dict[date, int]] = defaultdict(dict)
    reported: dict[int, set[date]] = defaultdict(set)
    for seen in IntentObservation.objects.filter(provider__is_scored=True):
        levels[seen.account_id, seen.provider_id, seen.topic_id][seen.week_on] = seen.level
        reported[seen.provider_id].add(seen.week_on)
    strongest: dict[int, int] = {}
    for (account_id, provider_id, _), by_week in levels.items():
        latest = this_week if this_week in reported[provider_id] else this_week - timedelta(weeks=1)
        known = [latest - timedelta(weeks=back) for back in range(15)]
        if not any(week in by_week for week in known):
            continue
        recent = [by_week.get(week, 0) for week in known[:3] if week in reported[provider_id]]
        baseline = [by_week.get(week, 0) for week in known[3:] if week in reported[provider_id]]
        if not recent:
            continue
        surges = False
        if len(baseline) >= 4 and sum(1 for level in baseline if level) >= 2 and mean(recent) >= 20:
            variance = (len(baseline) * sum(x * x for x in baseline) - sum(baseline) ** 2) / (
                len(baseline) * (len(baseline) - 1)
            )
            rise = sum(recent) / len(recent) - sum(baseline) / len(baseline)
            surges = rise / max(sqrt(variance), ARITHMETIC["least_stddev"]) >= 2
        level = sum(recent) / len(recent)
        value = floor((level if surges else level / 2) + 0.5)
        strongest[account_id] = max(strongest.get(account_id, 0), value)
    return strongest


@pytest.mark.parametrize("seed", range(5))
def test_it_agrees_with_a_slow_twin(db: None, seed: int) -> None:
    dice = Random(seed)
    accounts = Account.objects.bulk_create([Account(name=f"A{n}", normalized_name=f"a{n}") for n in range(12)])
    providers = [
        IntentProvider.objects.create(code=code, name=code, lawful_basis="consent", is_scored=code != "unscored")
        for code in ("weekly", "gappy", "unscored")
    ]
    topics = [Topic.objects.create(name=f"T{n}") for n in range(4)]
    gaps = {week for week in range(-1, 20) if dice.random() < 0.4}
    IntentObservation.objects.bulk_create(
        IntentObservation(
            account=account,
            provider=provider,
            topic=topic,
            week_on=weeks_ago(week),
            # Quiet first, then now and then a rise, so that some series surge.
            level=dice.randrange(100) if week < 3 else dice.randrange(30),
        )
        for account in accounts
        for provider in providers
        for topic in topics
        for week in range(-1, 20)
        if dice.random() < 0.5 and not (provider.code == "gappy" and week in gaps)
    )
    expected = slow_intent(THIS_WEEK)
    assert intent_by_account(WEDNESDAY) == expected
    assert {pk: intent_of(pk, WEDNESDAY).score for pk in expected} == expected
    assert any(topic.is_surging for account in accounts for topic in intent_of(account.pk, WEDNESDAY).topics)
