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
from abmhub.signals.intent import ARITHMETIC, intent_of, score_of
from abmhub.signals.models import IntentObservation, IntentProvider, Topic, TopicCluster
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


@pytest.mark.parametrize("basis", ["none", "unstated"])
def test_a_provider_without_a_lawful_basis_cannot_be_scored(db: None, basis: str) -> None:
    with pytest.raises(IntegrityError, match="intent_provider_unlawful_is_never_scored"):
        IntentProvider.objects.create(code="bid", name="Bidstream", lawful_basis=basis, is_scored=True)


def test_what_a_later_week_brought_is_not_known_yet(quiet_account: Account, read: Read) -> None:
    read(quiet_account, weeks_ago(-1), 90)
    assert intent_by_account(WEDNESDAY) == {}


def test_the_strongest_cluster_counts_in_full_and_the_two_after_it_a_tenth(quiet_account: Account, read: Read) -> None:
    """A topic without a cluster is one by itself."""
    cloud = TopicCluster.objects.create(code="cloud", name="Cloud")
    for name, level, cluster in (
        ("Cloud cost", 70, cloud),
        ("Cloud migration", 66, cloud),
        ("Data security", 40, None),
        ("Data lakes", 32, None),
        ("Data quality", 30, None),
    ):
        topic, _ = Topic.objects.update_or_create(name=name, defaults={"cluster": cluster})
        for weeks in range(3):
            read(quiet_account, weeks_ago(weeks), level, of=topic)
    found = intent_of(quiet_account.pk, WEDNESDAY)
    assert [(topic.topic, topic.cluster, topic.value, topic.is_counted) for topic in found.topics] == [
        ("Cloud cost", "Cloud", 35, True),
        ("Cloud migration", "Cloud", 33, False),
        ("Data security", "", 20, True),
        ("Data lakes", "", 16, True),
        ("Data quality", "", 15, False),
    ]
    assert found.score == 39  # 35 + 2 + 1.6, rounded
    assert intent_by_account(WEDNESDAY) == {quiet_account.pk: 39}
    assert intent_of(quiet_account.pk, WEDNESDAY, limit=1).score == 39
    *_, lakes, _ = found.topics
    assert found.score_with(60) == 66
    assert found.score_with(60, lakes) == 66  # 60 + 3.5 + 2
    assert found.score_with(34, found.topics[1]) == 39


@pytest.mark.parametrize(
    ("clusters", "score"),
    [
        ([], None),
        ([0], 0),
        ([44, 4], 44),
        ([44, 5], 45),
        ([80, 3, 2, 99], 108),
        ([60, 60, 60, 60], 72),
        ([96, 90], 100),
    ],
    ids=["unknown", "none", "a half below", "a half", "order-free", "the fourth counts nothing", "at most 100"],
)
def test_clusters_make_the_intent(clusters: list[int], score: int | None) -> None:
    assert score_of(clusters) == (score if score is None else min(score, 100))


@pytest.mark.parametrize("seed", range(20))
def test_whatever_rises_can_only_raise_the_intent(seed: int) -> None:
    dice = Random(seed)
    values = [dice.randrange(101) for _ in range(dice.randrange(1, 8))]
    before = score_of(values)
    assert before is not None
    assert 0 <= before <= 100
    for position, value in enumerate(values):
        higher = [*values[:position], dice.randint(value, 100), *values[position + 1 :]]
        after = score_of(dice.sample(higher, len(higher)))
        assert after is not None
        assert after >= before


def slow_intent(this_week: date) -> dict[int, int]:
    """The formulas of the docstring, series by series."""
    levels: dict[tuple[int, int, int], dict[date, int]] = defaultdict(dict)
    reported: dict[int, set[date]] = defaultdict(set)
    for seen in IntentObservation.objects.filter(provider__is_scored=True):
        levels[seen.account_id, seen.provider_id, seen.topic_id][seen.week_on] = seen.level
        reported[seen.provider_id].add(seen.week_on)
    cluster_of = dict(Topic.objects.values_list("pk", "cluster"))
    clusters: dict[int, dict[object, int]] = defaultdict(dict)
    for (account_id, provider_id, topic_id), by_week in levels.items():
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
        key = cluster_of[topic_id] or ("alone", topic_id)
        clusters[account_id][key] = max(clusters[account_id].get(key, 0), value)
    found = {}
    for account_id, values in clusters.items():
        first, second, third, *_ = [*sorted(values.values(), reverse=True), 0, 0]
        found[account_id] = min(100, floor(first + (second + third) / 10 + 0.5))
    return found


@pytest.mark.parametrize("seed", range(5))
def test_it_agrees_with_a_slow_twin(db: None, seed: int) -> None:
    dice = Random(seed)
    accounts = Account.objects.bulk_create([Account(name=f"A{n}", normalized_name=f"a{n}") for n in range(12)])
    providers = [
        IntentProvider.objects.create(code=code, name=code, lawful_basis="consent", is_scored=code != "unscored")
        for code in ("weekly", "gappy", "unscored")
    ]
    cloud = TopicCluster.objects.create(code="cloud", name="Cloud")
    topics = [Topic.objects.create(name=f"T{n}", cluster=dice.choice([cloud, None])) for n in range(6)]
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
