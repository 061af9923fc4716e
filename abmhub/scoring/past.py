"""What a night of a past day would have found, for a part of the accounts.

The statements of the night run as they are, over a past that is made for them: temporary tables have the names of the
real ones and come before them, with the rows of these accounts that were known by the day. So there is one evaluator,
and whatever it learns to read it reads of the past, too. All happens in a transaction that is always rolled back.

Events and intent are as old as they say; overrides, history, policy and profile are those of the day. Of an account's
facts, of people, deals and registers only today's are kept, and they stand for those of the past.
"""

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from django.db import transaction
from psycopg.sql import SQL

from abmhub.core import sql
from abmhub.core.days import first_moment
from abmhub.scoring import scores, tiers
from abmhub.scoring.models import TierCapacity, TierPolicy
from abmhub.scoring.shard import Found, Past, Shard
from abmhub.signals import engagement, intent, retention

ACCOUNTS = SQL("(SELECT id AS account_id FROM accounts_account)")
WEEKS_READ = intent.ARITHMETIC["recent_weeks"] + intent.ARITHMETIC["baseline_weeks"] + 1


def shards(
    days: Sequence[tuple[date, int]],
    number: int,
    *,
    is_what_if: bool = False,
    weights: Collection[tuple[str, int]] = (),
) -> list[Shard]:
    """All accounts in so many parts, for days with the versions that judge them. Raises NotKept for days whose signals
    were dropped."""
    for first, _ in days[:1]:
        retention.require_night(first)
    by_owner = TierCapacity.objects.filter(policy__version__in={version for _, version in days}).exists()
    return [Shard(each, number, by_owner, tuple(days), is_what_if, tuple(weights)) for each in range(number)]


def judge(shard: Shard) -> list[Found]:
    """What the nights of the days find among the accounts of the shard. Nothing is written."""
    policies = {each.version: each for each in TierPolicy.objects.filter(version__in={each for _, each in shard.days})}
    with transaction.atomic():
        try:
            _make_past(shard)
            return [found for day, version in shard.days for found in _judge_day(shard, day, policies[version])]
        finally:
            transaction.set_rollback(True)


def freeze(past: Past, policies: Sequence[tuple[date, int]]) -> int:
    """Write the accounts of each tier on each day as snapshots, unless the day has some; returns the rows written."""
    return sum(
        sql.run(
            "scoring/past_snapshot",
            as_of=day,
            policy_version=version,
            tiers=list((counted := past.of(day).tiers).keys()),
            accounts=list(counted.values()),
        )
        for day, version in policies
    )


def _make_past(shard: Shard) -> None:
    """The tables that stand before the real ones, from here to the end of the transaction.

    Each is made of the real one of its name: it comes before that only once it is there.
    """
    first, last = shard.days[0][0], shard.days[-1][0]
    sql.materialize(
        "accounts_account", "scoring/shard_accounts", number=shard.number, of=shard.of, by_owner=shard.by_owner
    )
    sql.run("scoring/shard_key")
    sql.materialize("accounts_standing", "scoring/shard_standings")
    sql.materialize("accounts_tierchange", "scoring/shard_changes")
    if shard.weights:
        _weigh_otherwise(shard)
    sql.materialize(
        "signals_engagementevent",
        "scoring/shard_events",
        since=engagement.parameters(first)["since"],
        until=engagement.parameters(last)["until"],
    )
    sql.materialize("committee_contact", "scoring/shard_contacts")
    sql.materialize(
        "signals_intentobservation",
        "scoring/shard_observations",
        since_on=intent.parameters(first)["this_week"] - timedelta(weeks=WEEKS_READ),
        until_on=intent.parameters(last)["this_week"],
    )
    if shard.is_what_if:
        _begin_what_if(first)


def _weigh_otherwise(shard: Shard) -> None:
    sql.materialize(
        "signals_eventtype",
        "scoring/other_weights",
        codes=[code for code, _ in shard.weights],
        weights=[weight for _, weight in shard.weights],
    )


def _begin_what_if(first: date) -> None:
    """What accounts were before the first day is where they stand, and there is no history from then on."""
    sql.run(
        "scoring/what_if_begins",
        _parts={"earlier": sql.part("scoring/earlier", score=ACCOUNTS)},
        **tiers.earlier_parameters(first),
    )
    sql.run("scoring/what_if_forgets")


def _judge_day(shard: Shard, day: date, policy: TierPolicy) -> list[Found]:
    over = first_moment(day + timedelta(days=1))
    if not shard.is_what_if:
        sql.materialize("scoring_icpprofile", "scoring/profiles_by", over=over)
    scores.gather_signals(day)
    scores.gather(day)
    if not shard.is_what_if:
        sql.run("scoring/not_there_yet", over=over)
    tiers.find(day, policy=policy)
    found = [Found(day=day, **row) for row in sql.rows("scoring/past_found")]
    if shard.is_what_if:
        sql.run("scoring/what_if_goes_on", as_of=day)
    return found
