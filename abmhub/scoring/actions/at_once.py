"""What is said by hand about a tier takes effect at once, for the one account that it is about.

It goes where the night of the day would put it by the scores that the last night published: the statement is the
night's, so that this night, run again, finds the same. Whoever has to make room for it does so in the next night.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DataError, transaction
from django.db.models import Max, Q
from psycopg.sql import SQL

from abmhub.accounts.models import Account, HeldBy, Standing, Tier, TierChange
from abmhub.core import sql
from abmhub.core.days import business_day, first_moment
from abmhub.core.models import Run
from abmhub.core.sql import Values
from abmhub.scoring import compiling, placing, tiers
from abmhub.scoring.models import Facts, TierOverride, TierPolicy, TierRule
from abmhub.scoring.policy_preview import NIGHT
from abmhub.scoring.words import Fact

SUMMARY = 300
"""As many characters of the reason are kept."""

Found = dict[str, Any]
"""A row of `scoring/tiers`."""


def take_effect(account: Account, at: datetime) -> bool:
    """Move an account, which the caller has locked, and write its history.

    False while a night is at work, which `settle` ends, and for an account that no night can compute.
    """
    if sql.rows("scoring/night_at_work", job=NIGHT)[0]["is_at_work"]:
        return False
    last_night = Run.objects.last_finished(NIGHT)
    # What is told of a day that a night has published already is for that night's day.
    day = max(business_day(at), last_night.business_day) if last_night else business_day(at)
    rules = tiers.rules_in_force()
    policy = rules[0].policy if rules else TierPolicy.objects.in_force()
    try:
        with transaction.atomic():
            found = _judged(account, day, policy, rules)
    except DataError:
        return False
    if policy is not None and found["held_by"] != HeldBy.OVERRIDE:
        _find_room(found, account, day, policy)
    _write(found, account, day)
    over = first_moment(day + timedelta(days=1))
    done = TierOverride.objects.filter(Q(expires_on__lt=day) | Q(ended_at__lt=over), account=account, released_on=None)
    done.update(released_on=day)
    return True


def settle(*, at: datetime) -> int:
    """Let take effect what a night did not hear, because it was said while the night was at work; returns how many
    accounts that moved. Safe to call at any time, and to repeat."""
    moved = 0
    unheard = TierOverride.objects.unheard(business_day(at)).order_by("account")
    for key in unheard.values_list("account", flat=True).distinct():
        with transaction.atomic():
            account = Account.objects.select_for_update(no_key=True).filter(pk=key).first()
            moved += account is not None and take_effect(account, at)
    return moved


def _judged(account: Account, day: date, policy: TierPolicy | None, rules: Sequence[TierRule]) -> Found:
    """Points 1 to 6 of `scoring.tiers`."""
    values = Values("tier")
    score = sql.part("scoring/published_score")
    [found] = sql.rows(
        "scoring/tiers",
        _parts={
            **compiling.parts(policy, rules, values),
            "earlier": sql.part("scoring/earlier", score=SQL("({})").format(score)),
        },
        account=account.pk,
        currency=settings.ABMHUB_BUSINESS_CURRENCY,
        minimum_stay_days=policy.minimum_stay_days if policy else 0,
        **tiers.earlier_parameters(day),
        **values.parameters,
    )
    return found


def _find_room(found: Found, account: Account, day: date, policy: TierPolicy) -> None:
    """Point 7: from a tier that is full for its owner on to the next of which it meets a rule."""
    if not policy.capacities.all():
        return
    before = placing.circumstances_of(account, day, policy, is_eligible=True)
    scores: Facts = {name: found[name] for name in (Fact.FIT, Fact.INTENT, Fact.ENGAGEMENT)}
    wanted = level = found["tier_id"]
    while level is not None and not (
        placing.has_room(before, level, scores) and not _is_awaited(level, account, placing.priority(scores))
    ):
        level = min((met for met in found["meets"] if met > level), default=None)
    if level == wanted:
        return
    found["tier_id"] = level
    if level == found["earned_tier_id"]:
        found |= {"held_by": "", "summary": found["reason"][:SUMMARY]}
    else:
        words = f"Waits for a place in {Tier.objects.get(pk=wanted)}. {found['reason']}"
        found |= {"held_by": HeldBy.CAPACITY, "summary": words[:SUMMARY]}


def _is_awaited(level: int, account: Account, priority: int) -> bool:
    """Whether another account of its owner waits for a place there that has its turn before this one."""
    waiting = Standing.objects.filter(
        account__owner=account.owner_id, held_by=HeldBy.CAPACITY, earned_tier__lte=level
    ).exclude(tier__lte=level)
    turn = Q(priority__gt=priority) | Q(priority=priority, account__lt=account.pk)
    return account.owner_id is not None and waiting.filter(turn).exists()


def _write(found: Found, account: Account, day: date) -> None:
    """History first, then the standing, as the night does: who takes locks in one order does not block the other."""
    reason = {"held_by": found["held_by"], "summary": found["summary"]}
    moves = TierChange.objects.filter(account=account)
    is_move = found["tier_id"] != found["earlier_tier_id"]
    if is_move:
        scores = {name: found[name] for name in ("fit", "intent", "engagement")}
        fields = {"to_tier_id": found["tier_id"], "policy_version": tiers.policy_version(), **scores, **reason}
        moves.update_or_create(
            account=account,
            changed_on=day,
            defaults=fields,
            create_defaults={"from_tier_id": found["earlier_tier_id"], **fields},
        )
    else:
        moves.filter(changed_on=day).delete()
    Standing.objects.get_or_create(account=account)
    standing = Standing.objects.select_for_update().get(account=account)
    if standing.tier_id != found["tier_id"]:
        standing.tier_since_on = day if is_move else moves.aggregate(last=Max("changed_on"))["last"]
    standing.tier_id, standing.earned_tier_id = found["tier_id"], found["earned_tier_id"]
    standing.held_by, standing.summary = found["held_by"], found["summary"]
    standing.rule_name = found["rule_name"]
    standing.save(update_fields=["tier_id", "earned_tier_id", "held_by", "summary", "rule_name", "tier_since_on"])
