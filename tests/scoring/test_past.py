"""Past days judged again: what the nights of then found, whatever the accounts are divided into."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

import pytest
from django.db import connection

from abmhub.accounts.models import Account, Standing, Tier, TierChange
from abmhub.committee.models import Contact
from abmhub.core import sql
from abmhub.scoring import past, scores, tiers
from abmhub.scoring.actions import copy_policy
from abmhub.scoring.models import IcpProfile, TierCondition, TierPolicy, TierRule, TierSnapshot
from abmhub.scoring.shard import Past
from abmhub.signals.models import ContactFactor, EventType, IntentProvider
from abmhub.users.models import Role, User
from tests.conftest import person
from tests.scoring.conftest import MONDAY, TODAY, Gives, MakeAccount, add_criterion, publish
from tests.scoring.scored import change, override
from tests.signals.conftest import Did, Read

pytestmark = pytest.mark.django_db

DAYS = tuple(TODAY - timedelta(days=back) for back in range(6, 0, -1))
LONG_AGO = datetime(2025, 6, 1, tzinfo=UTC)
SHARDS = (1, 5)

Matrix = list[dict[str, Any]]


def known_since(moment: datetime = LONG_AGO) -> None:
    """Let all accounts have been made then; their facts are fresh."""
    Account.objects.update(created_at=moment, refreshed_at=datetime.combine(DAYS[0], time(9), tzinfo=UTC))


def nights(days: Sequence[date]) -> dict[date, Matrix]:
    """One after the other, each published; what each found."""
    found = {}
    for day in days:
        scores.gather_signals(day)
        scores.gather(day)
        tiers.find(day)
        found[day] = sql.rows("scoring/past_found")
        tiers.publish(day)
    return found


def judged(days: Sequence[date], version: int, number: int = 1, **options: Any) -> Past:
    parts = past.shards([(day, version) for day in days], number, **options)
    return Past.merged(past.judge(each) for each in reversed(parts))


def in_words(found: Past) -> dict[date, Matrix]:
    days: dict[date, Matrix] = {}
    for each in found.found:
        days.setdefault(each.day, []).append(
            {"before": each.before, "after": each.after, "accounts": each.accounts, "held": each.held}
        )
    return days


def in_order(days: dict[date, Matrix]) -> dict[date, Matrix]:
    return {
        day: sorted(rows, key=lambda row: [(row[k] is None, row[k] or 0) for k in row]) for day, rows in days.items()
    }


@pytest.fixture
def company(policy: TierPolicy, make_account: MakeAccount, did: Did, read: Read, provider: IntentProvider) -> Random:
    """Thirty accounts of three owners, or of nobody, that rise and fall under a policy with everything."""
    dice = Random(7)
    change(policy, promote_band=2, demote_band=3, minimum_stay_days=2)
    TierCondition.objects.filter(rule__policy=policy).delete()
    for rule, fit, engagement in zip(policy.rules.order_by("position"), (70, 60, 0), (40, 20, 8), strict=True):
        for fact, threshold in (("fit", fit), ("engagement", engagement)):
            TierCondition.objects.create(rule=rule, fact=fact, threshold=threshold)
    for level, most in ((1, 2), (2, 3)):
        policy.capacities.create(tier=Tier.objects.get(level=level), accounts_per_rep=most)
    ContactFactor.objects.filter(seniority="c_level").update(percent=180)
    EventType.objects.filter(code="content_download").update(half_life_days=2, daily_cap=2, weight=9)
    owners = [person(f"{name} Rep", Role.SALES_REP) for name in ("Ann", "Ben", "Cem")]
    for number in range(30):
        account = make_account(
            owner=dice.choice([*owners, *owners, None]),
            industry=dice.choice(["software", "software", "retail"]),
            is_target=dice.random() > 0.1,
        )
        chief = Contact.objects.create(
            account=account, name="Chief", seniority="c_level", source="test", external_id=str(number)
        )
        for day in [TODAY - timedelta(days=back) for back in range(10)]:
            for _ in range(dice.choice([0, 0, 1, 1, 4])):
                did(account, dice.choice(["content_download", "demo_request", "page_view"]), day,
                    contact=dice.choice([chief, None]))  # fmt: skip
        for week in range(15):
            if dice.random() < 0.3:
                read(account, MONDAY - timedelta(weeks=week), dice.randrange(100))
    known_since()
    Account.objects.filter(
        pk__in=dice.sample(list(Account.objects.order_by("pk").values_list("pk", flat=True)), 6)
    ).update(refreshed_at=LONG_AGO)
    held = Account.objects.order_by("pk")[3]
    override(held, 1, first=-5, last=-3)
    return dice


@pytest.mark.parametrize("number", SHARDS)
def test_a_past_day_is_what_its_night_found(company: Random, policy: TierPolicy, number: int) -> None:
    found = nights(DAYS)
    assert sum(row["held"] for rows in found.values() for row in rows) > 10
    assert in_words(judged(DAYS, policy.version, number)) == in_order(found)


@pytest.mark.parametrize("number", SHARDS)
def test_a_what_if_goes_on_from_day_to_day_as_nights_would(company: Random, policy: TierPolicy, number: int) -> None:
    before = judged(DAYS, policy.version, number, is_what_if=True)
    found = nights(DAYS)
    assert before.moves > 20
    assert in_words(before) == in_order(found)
    assert judged(DAYS, policy.version, number, is_what_if=True) == before


def test_capacity_needs_all_accounts_of_an_owner_in_one_shard(
    policy: TierPolicy, make_account: MakeAccount, rep: User
) -> None:
    policy.capacities.create(tier=Tier.objects.get(level=3), accounts_per_rep=1)
    for _ in range(4):
        make_account(owner=rep)
    known_since()
    days = DAYS[:1]
    assert judged(days, policy.version, 2).tiers == {3: 1, None: 3}
    apart = [replace(each, by_owner=False) for each in past.shards([(days[0], policy.version)], 2)]
    assert Past.merged(past.judge(each) for each in apart).tiers == {3: 2, None: 2}


def test_a_week_without_a_word_counts_as_nothing_read_in_every_shard(
    policy: TierPolicy, make_account: MakeAccount, read: Read
) -> None:
    quiet, heard = make_account(), make_account()
    for week in range(15):
        read(quiet, MONDAY - timedelta(weeks=week), 40 if week < 3 else 10)
        if week >= 3:
            read(heard, MONDAY - timedelta(weeks=week), 80)
    known_since()
    TierCondition.objects.filter(rule__policy=policy).delete()
    rules = list(policy.rules.order_by("position"))
    TierCondition.objects.create(rule=rules[0], fact="intent", threshold=40)
    TierCondition.objects.create(rule=rules[1], fact="intent", threshold=1)
    TierRule.objects.filter(pk=rules[2].pk).delete()
    # The provider reported in the last three weeks, so that the one it did not see then has a mean of 0.
    for number in (1, 2):
        assert judged([TODAY - timedelta(days=1)], policy.version, number).tiers == {1: 1, None: 1}


def test_nothing_is_written_and_nothing_stays_in_the_way(company: Random, policy: TierPolicy) -> None:
    nights(DAYS[:2])
    tables = (Account, Standing, TierChange, EventType, TierSnapshot)
    before = [list(table.objects.order_by("pk").values()) for table in tables]
    for is_what_if in (False, True):
        judged(DAYS, policy.version, is_what_if=is_what_if, weights=[("demo_request", 1)] if is_what_if else [])
    assert [list(table.objects.order_by("pk").values()) for table in tables] == before
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relnamespace = pg_my_temp_schema() AND relkind = 'r'")
        assert not {"accounts_account", "accounts_standing"} & {name for (name,) in cursor.fetchall()}


def test_a_failure_leaves_nothing_in_the_way(company: Random, policy: TierPolicy) -> None:
    [shard] = past.shards([(DAYS[0], policy.version)], 1)
    with pytest.raises(KeyError):
        past.judge(replace(shard, days=((DAYS[0], policy.version), (DAYS[1], 999))))
    assert Account.objects.count() == 30


def test_what_came_later_was_not_known(policy: TierPolicy, make_account: MakeAccount, did: Did) -> None:
    early, late = make_account(), make_account()
    known_since()
    Account.objects.filter(pk=late.pk).update(created_at=datetime.combine(DAYS[2], time(23, 59), tzinfo=UTC))
    TierCondition.objects.filter(rule__policy=policy, rule__position=3).update(fact="engagement", threshold=1)
    did(early, "demo_request", DAYS[4])
    found = judged(DAYS, policy.version)
    assert [sum(found.of(day).tiers.values()) for day in DAYS] == [1, 1, 2, 2, 2, 2]
    assert [found.of(day).tiers.get(3, 0) for day in DAYS] == [0, 0, 0, 0, 1, 1]
    assert [sum(judged(DAYS, policy.version, is_what_if=True).of(day).tiers.values()) for day in DAYS] == [2] * 6


def test_the_profile_is_that_of_the_day(policy: TierPolicy, make_account: MakeAccount) -> None:
    make_account(industry="retail", founded_year=2025)
    known_since()
    later = IcpProfile.objects.create(
        version=2, name="Retail", published_at=datetime.combine(DAYS[3], time(9), tzinfo=UTC)
    )
    add_criterion(later, "Retail", weight=1, attribute="industry", values=["retail"])
    found = judged(DAYS, policy.version)
    assert [found.of(day).tiers.get(3, 0) for day in DAYS] == [0, 0, 0, 1, 1, 1]


def test_each_day_has_the_policy_that_was_in_force_when_it_ended(policy: TierPolicy, admin: User) -> None:
    second = publish(copy_policy(policy=policy), admin, datetime(2026, 2, 3, 12, tzinfo=UTC))
    in_force_on = TierPolicy.objects.in_force_on
    assert [in_force_on(date(2026, 2, day)) for day in (2, 3, 4)] == [policy, second, second]
    assert in_force_on(date(2025, 12, 31)) is None
    TierPolicy.objects.filter(pk=second.pk).update(published_at=datetime(2026, 2, 4, tzinfo=UTC))
    assert in_force_on(date(2026, 2, 3)) == policy


def test_other_weights_are_asked_about(policy: TierPolicy, make_account: MakeAccount, did: Did) -> None:
    account = make_account()
    known_since()
    did(account, "page_view", DAYS[0])
    TierCondition.objects.filter(rule__policy=policy, rule__position=3).update(fact="engagement", threshold=50)
    for weight, tier in ((49, None), (50, 3)):
        weighed = judged(DAYS[:1], policy.version, is_what_if=True, weights=[("page_view", weight)])
        assert weighed.tiers == {tier: 1}


def test_an_account_that_surges_is_found(policy: TierPolicy, make_account: MakeAccount, surges: Gives) -> None:
    surges(make_account(), 80)
    known_since()
    assert judged([TODAY - timedelta(days=1)], policy.version).tiers == {2: 1}


def test_snapshots_are_made_once(company: Random, policy: TierPolicy) -> None:
    nights(DAYS)
    found = judged(DAYS, policy.version)
    TierSnapshot.objects.create(snapshot_on=DAYS[0], tier=None, accounts=5, policy_version=9)
    days = [(day, policy.version) for day in DAYS]
    assert past.freeze(found, days) == 4 * (len(DAYS) - 1)
    assert past.freeze(found, days) == 0
    assert TierSnapshot.objects.get(snapshot_on=DAYS[0]).policy_version == 9
    written = {each.tier_id: each.accounts for each in TierSnapshot.objects.filter(snapshot_on=DAYS[1])}
    assert written == {1: 0, 2: 0, 3: 0, None: 0} | found.of(DAYS[1]).tiers
