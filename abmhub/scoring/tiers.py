"""Which tier an account is in: the first rule of the policy, by position, whose conditions all hold.

"At least" includes the threshold, "below" does not. What is not known meets no condition. An account that
is disqualified, or is outside the total addressable market, is in no tier whatever the rules say.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db.models import Prefetch
from psycopg.sql import SQL, Composable, Identifier

from abmhub.accounts.models import Attribute
from abmhub.core import sql
from abmhub.core.sql import Values
from abmhub.scoring import known
from abmhub.scoring.models import Facts, FactValue, TierCondition, TierPolicy, TierRule

Fact, Operator = TierCondition.Fact, TierCondition.Operator

# The only columns a condition can reach of a score; what else it asks for is joined under its key.
COLUMNS = {
    Fact.FIT: SQL("fit"),
    Fact.INTENT: SQL("intent"),
    Fact.ENGAGEMENT: SQL("engagement"),
    Fact.ACV: SQL("acv_amount"),
    Fact.FRESHNESS: SQL("coalesce(%(as_of)s - stale_since_on + 1, 0)"),
}
WORDS = {
    Fact.FIT: "fit",
    Fact.INTENT: "intent",
    Fact.ENGAGEMENT: "engagement",
    Fact.ACV: "expected ACV",
    Fact.FRESHNESS: "days overdue",
    Fact.STAGE: "stage",
    Fact.INDUSTRY: "industry",
    Fact.COUNTRY: "country",
    Fact.SEGMENT: "segment",
    Fact.TERRITORY: "territory",
}
OPERATORS = {Operator.AT_LEAST: SQL(">="), Operator.BELOW: SQL("<")}
_ORDER = list(Fact)

NO_POLICY = "No tier policy is in force."


def rules_in_force() -> list[TierRule]:
    """The rules in the order in which they are tried, with policy, tier and conditions, in two queries."""
    rules = TierRule.objects.filter(policy__status=TierPolicy.Status.PUBLISHED)
    conditions = Prefetch("conditions", TierCondition.objects.select_related("custom").order_by("operator", "pk"))
    return list(rules.select_related("policy", "tier").prefetch_related(conditions).order_by("position"))


def conditions_of(rule: TierRule) -> list[TierCondition]:
    """The conditions of a rule as people read them: the scores, money, the rest, custom attributes."""
    return sorted(rule.conditions.all(), key=lambda each: (_ORDER.index(Fact(each.fact)), each.custom_id or 0))


def word(condition: TierCondition) -> str:
    """What the condition is about, within a sentence."""
    return condition.custom.label if condition.custom else WORDS[Fact(condition.fact)]


def written(condition: TierCondition, value: FactValue) -> str:
    """A value of its fact as people write it."""
    if value is None:
        return "unknown"
    return str(value) if isinstance(value, str) or _is_year(condition) else number(value)


def limit(condition: TierCondition) -> str:
    """What it asks for: at least 60, below 15,000, own or mixed."""
    if condition.threshold is None:
        opening = "not " if condition.operator == Operator.NOT_ONE_OF else ""
        return opening + " or ".join(condition.values)
    opening = "at least" if condition.operator == Operator.AT_LEAST else "below"
    return f"{opening} {needed(condition)}"


def needed(condition: TierCondition) -> str:
    """The threshold of `limit` alone, or its values."""
    if condition.threshold is None:
        return limit(condition)
    return f"{condition.threshold:.0f}" if _is_year(condition) else number(condition.threshold)


def _is_year(condition: TierCondition) -> bool:
    return condition.custom is not None and condition.custom.kind == Attribute.Kind.DATE


def next_better(rules: Sequence[TierRule], matched: TierRule | None) -> TierRule | None:
    """The rule that would lift the account to the next better tier; None at the top.

    Of the rules that were tried before the one that matched, the last that gives a better tier: it is the
    least demanding. In no tier it is the last rule of all.
    """
    for rule in reversed(rules):
        if matched is None or (rule.position < matched.position and rule.tier_id < matched.tier_id):
            return rule
    return None


def number(value: Decimal | int) -> str:
    """A score or an amount as people write it: 41, 15,000, 1,250.5."""
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def matching(rules: Sequence[TierRule], facts: Facts) -> TierRule | None:
    """The rule that gives an account with such facts its tier; the twin of the SQL of the night."""
    for rule in rules:
        if all(condition.holds(facts[condition.key]) for condition in rule.conditions.all()):
            return rule
    return None


def find(as_of: date) -> int:
    """Keep everybody's tier and its reason as `tonight`, after scores.gather; returns how many are in one."""
    rules = rules_in_force()
    values = Values("tier")
    sql.materialize("tonight", "scoring/tiers", _parts=parts(rules, values), as_of=as_of, **values.parameters)
    accounts: int = sql.rows("scoring/tiered")[0]["accounts"]
    return accounts


def publish(as_of: date) -> int:
    """Write history and standings, after find; returns how many standings changed. Repeating it changes nothing."""
    version = policy_version()
    sql.run("scoring/tier_changes_withdrawn", as_of=as_of)
    sql.run("scoring/tier_changes", as_of=as_of, policy_version=version)
    sql.run("scoring/standings_missing")
    return sql.run("scoring/standings", as_of=as_of)


def snapshot(as_of: date, *, is_over: bool) -> int:
    """Freeze how many accounts each tier has, after find; returns the rows written.

    Of a day that is over only what is missing is written: what was reported then stays.
    """
    return sql.run("scoring/tier_snapshot", as_of=as_of, policy_version=policy_version(), is_over=is_over)


def policy_version() -> int:
    """The version of the policy in force, 0 without one."""
    policy = TierPolicy.objects.in_force()
    return policy.version if policy else 0


def parts(rules: Sequence[TierRule], values: Values) -> dict[str, Composable]:
    """The rules as parts of `scoring/tiers`: the first that matches, the reason in one line, and what they need."""
    if not rules:
        return {"attributes": SQL(""), "rule": SQL("NULL::bigint"), "summary": values.hold(NO_POLICY)}
    tried = SQL(" ").join(
        SQL("WHEN {} THEN {}").format(_all_hold(rule, values), values.hold(rule.pk)) for rule in rules
    )
    reasons = SQL(" ").join(
        SQL("WHEN rule_id = {} THEN {}").format(values.hold(rule.pk), _reason(rules, rule, values)) for rule in rules
    )
    return {
        "attributes": _attributes(rules),
        "rule": SQL("CASE {} END").format(tried),
        "summary": SQL(
            "CASE WHEN disqualified_by <> '' THEN {} || disqualified_by || '.'"
            " WHEN NOT is_target THEN {} {} ELSE {} END"
        ).format(
            values.hold("Disqualified: "),
            values.hold("Outside the total addressable market."),
            reasons,
            _reason(rules, None, values),
        ),
    }


def asked(rules: Sequence[TierRule]) -> list[TierCondition]:
    """Every condition of the rules."""
    return [condition for rule in rules for condition in rule.conditions.all()]


def _attributes(rules: Sequence[TierRule]) -> Composable:
    """The join that brings what they ask of an account; nothing where no rule does, so that none is read."""
    columns = known.columns(asked(rules))
    if not columns:
        return SQL("")
    listed = SQL(", ").join(SQL("{} AS {}").format(column, Identifier(key)) for key, column in columns.items())
    return SQL(
        "LEFT JOIN LATERAL (SELECT {} FROM accounts_account AS account WHERE account.id = score.account_id)"
        " AS attributes ON TRUE"
    ).format(listed)


def _column(condition: TierCondition) -> Composable:
    return COLUMNS.get(Fact(condition.fact)) or Identifier(condition.key)


def _holds(condition: TierCondition, values: Values) -> Composable:
    column = _column(condition)
    if condition.threshold is None:
        words = [word.lower() for word in condition.values]
        among = SQL(
            "lower({}) = ANY({}::text[])" if condition.operator == Operator.ONE_OF else "lower({}) <> ALL({}::text[])"
        )
        return among.format(column, values.hold(words))
    operator = OPERATORS[Operator(condition.operator)]
    return SQL("{} {} {}").format(column, operator, values.hold(condition.threshold))


def _all_hold(rule: TierRule, values: Values) -> Composable:
    return SQL(" AND ").join([SQL("TRUE"), *(_holds(condition, values) for condition in conditions_of(rule))])


def _reason(rules: Sequence[TierRule], matched: TierRule | None, values: Values) -> Composable:
    """What the account reached, and what it lacks for the next better tier."""
    sentences = []
    if matched is not None:
        reached = [_reached(condition, values) for condition in conditions_of(matched)]
        sentences.append(_sentence(values.hold(f"{matched.name}: "), reached or [values.hold("every account")]))
    better = next_better(rules, matched)
    if better is not None:
        lacking = [_lacking(condition, values) for condition in conditions_of(better)]
        sentences.append(_sentence(values.hold(f"For {better.tier.name}: "), lacking))
    return SQL("concat_ws(' ', {})").format(SQL(", ").join(sentences))


def _sentence(opening: Composable, phrases: Sequence[Composable]) -> Composable:
    return SQL("{}::text || concat_ws(', ', {}) || '.'").format(opening, SQL(", ").join(phrases))


def _reached(condition: TierCondition, values: Values) -> Composable:
    return SQL("{}::text || {} || {}::text").format(
        values.hold(f"{word(condition)} "), _written(condition), values.hold(f" ({limit(condition)})")
    )


def _lacking(condition: TierCondition, values: Values) -> Composable:
    is_least = condition.operator == Operator.AT_LEAST
    about, wanted = word(condition), needed(condition)
    return SQL(
        "CASE WHEN {column} IS NULL THEN {unknown}::text"
        " WHEN NOT {holds} THEN {word}::text || {value} || {limit}::text END"
    ).format(
        column=_column(condition),
        unknown=values.hold(
            f"{about} unknown" if condition.operator == Operator.BELOW else f"{about} unknown ({wanted} needed)"
        ),
        holds=_holds(condition, values),
        word=values.hold(f"{about} "),
        value=_written(condition),
        limit=values.hold(f" of {wanted}" if is_least else f" ({limit(condition)} needed)"),
    )


def _written(condition: TierCondition) -> Composable:
    """The value as `written` writes it."""
    if condition.threshold is None:
        return _column(condition)
    form = "FM9999999990" if _is_year(condition) else "FM999,999,999,999,999,990.99"
    return SQL("rtrim(to_char({}, {}), '.')").format(_column(condition), form)
