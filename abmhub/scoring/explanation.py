"""Why an account is in its tier, with all the arithmetic, and the smallest change that would lift it.

Nothing of this is stored: it is worked out on reading, by the statements that the night runs, narrowed to
one account and asked about the same day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings

from abmhub.accounts.models import Account, Standing, Tier
from abmhub.core.days import first_moment
from abmhub.scoring import known, placing, tiers
from abmhub.scoring.fit import Fit, fit_of
from abmhub.scoring.models import Facts, FactValue, TierCondition, TierOverride, TierRule
from abmhub.scoring.next_tier import Findings, NextTier, Standpoint, next_tier
from abmhub.scoring.risk import nearest_risk
from abmhub.scoring.tiers import WORDS, Fact, number
from abmhub.signals.engagement import Engagement, engagement_of
from abmhub.signals.intent import Intent, intent_of


@dataclass(frozen=True)
class ConditionVerdict:
    """One condition with the account's value; scores are 0-100, the expected ACV is money."""

    condition: TierCondition
    value: FactValue

    @property
    def name(self) -> str:
        return tiers.word(self.condition)

    @property
    def is_met(self) -> bool:
        return self.condition.holds(self.value)

    @property
    def sentence(self) -> str:
        """For example: engagement 41, at least 60 needed."""
        value = tiers.written(self.condition, self.value)
        return f"{self.name} {value}, {tiers.limit(self.condition)} needed"


@dataclass(frozen=True)
class RuleVerdict:
    """One rule of the policy for one account. The first that is met gives the tier."""

    name: str
    tier: Tier
    is_met: bool
    is_decisive: bool
    conditions: tuple[ConditionVerdict, ...]

    @property
    def lacking(self) -> tuple[ConditionVerdict, ...]:
        return tuple(condition for condition in self.conditions if not condition.is_met)


@dataclass(frozen=True)
class Explanation:
    """Everything that decided the tier of an account, as things stand on a day.

    `tier` is what these figures give; `news` says how it differs from what the last night published,
    and is empty while nothing has happened since. `earned` is the tier that the rules alone give, and
    `held_words` say what holds the account elsewhere, a `HeldBy`; both are empty while nothing does.
    """

    as_of: date
    tier: Tier | None
    earned: Tier | None
    held_by: str
    held_words: str
    policy: str
    rules: tuple[RuleVerdict, ...]
    fit: Fit
    intent: Intent
    engagement: Engagement
    next_tier: NextTier | None
    risk: NextTier | None
    stale_since_on: date | None
    news: str

    @property
    def decisive(self) -> RuleVerdict | None:
        """The rule that gave the tier."""
        return next((rule for rule in self.rules if rule.is_decisive), None)


def explain(account: Account, as_of: date) -> Explanation:
    """Why the account, whose `standing` is loaded, is where it is on the day; in eleven queries or twelve, and one more
    for each tier with a capacity.

    Ask about the day that `explained_on` tells: then the figures are those of the account's standing,
    unless something has happened since, which `news` tells.
    """
    here = standpoint_of(account, as_of)
    found, placed, before = here.found, here.placed, here.before
    tier = here.tiers[placed.tier_id] if placed.tier_id else None
    can_move = here.policy is not None and before.is_eligible
    return Explanation(
        as_of=as_of,
        tier=tier,
        earned=placed.rule.tier if placed.rule else None,
        held_by=placed.held_by,
        held_words=placing.held_words(placed, before, here.tiers),
        policy=str(here.policy or ""),
        rules=tuple(_verdict(rule, found.facts, is_decisive=rule is placed.rule) for rule in here.rules),
        fit=found.fit,
        intent=found.intent,
        engagement=found.engagement,
        next_tier=next_tier(here) if can_move else None,
        risk=nearest_risk(here) if can_move else None,
        stale_since_on=before.stale_since_on,
        news=_news(getattr(account, "standing", None), found.facts, tier),
    )


def explained_on(account: Account, last_night: date | None, today: date) -> date:
    """The day to ask `explain` about: that of the last night, or today if the account was overridden since."""
    if last_night is None or last_night >= today:
        return last_night or today
    since = first_moment(last_night + timedelta(days=1))
    return today if TierOverride.objects.said_since(since).filter(account=account).exists() else last_night


def standpoint_of(account: Account, as_of: date) -> Standpoint:
    """Where the account is on the day, from which changes may be thought of."""
    rules = tiers.rules_in_force()
    policy = rules[0].policy if rules else None
    fit = fit_of(account)
    is_eligible = account.is_target and not fit.disqualified_by
    before = placing.circumstances_of(account, as_of, policy, is_eligible=is_eligible)
    found = _findings(account, as_of, rules, fit, before.stale_since_on)
    placed = placing.place(policy, rules, found.facts, before, as_of)
    return Standpoint(found, policy, rules, before, placed, Tier.objects.in_bulk())


def _findings(
    account: Account, as_of: date, rules: Sequence[TierRule], fit: Fit, stale_since_on: date | None
) -> Findings:
    """What is known of the account on the day, with what else the rules ask.

    An ACV in another than the business currency is not known.
    """
    intent, engagement = intent_of(account.pk, as_of), engagement_of(account.pk, as_of)
    is_our_money = account.currency == settings.ABMHUB_BUSINESS_CURRENCY
    facts: dict[str, FactValue] = {
        Fact.FIT: fit.score,
        Fact.INTENT: intent.score,
        Fact.ENGAGEMENT: engagement.score,
        Fact.ACV: account.acv_amount if is_our_money else None,
        Fact.FRESHNESS: (as_of - stale_since_on).days + 1 if stale_since_on else 0,
    }
    facts |= known.values(account, [each for each in tiers.asked(rules) if each.fact not in facts])
    return Findings(account, as_of, facts=facts, fit=fit, intent=intent, engagement=engagement)


def _verdict(rule: TierRule, facts: Facts, *, is_decisive: bool) -> RuleVerdict:
    conditions = tuple(ConditionVerdict(condition, facts[condition.key]) for condition in tiers.conditions_of(rule))
    return RuleVerdict(
        name=rule.name,
        tier=rule.tier,
        is_met=all(condition.is_met for condition in conditions),
        is_decisive=is_decisive,
        conditions=conditions,
    )


def _news(standing: Standing | None, facts: Facts, tier: Tier | None) -> str:
    """What has changed since the last night, and what the next will make of it."""
    if standing is None or standing.computed_on is None:
        return "No night has seen this account yet."
    published = {Fact.FIT: standing.fit, Fact.INTENT: standing.intent, Fact.ENGAGEMENT: standing.engagement}
    changes = [
        f"{WORDS[fact]} {_written(before)} to {_written(facts[fact])}"
        for fact, before in published.items()
        if facts[fact] != before
    ]
    if standing.tier != tier:
        changes.append(f"{standing.tier or 'no tier'} to {tier or 'no tier'}")
    return f"Since the last night: {', '.join(changes)}. The next night publishes it." if changes else ""


def _written(value: FactValue) -> str:
    return "unknown" if value is None or isinstance(value, str) else number(value)
