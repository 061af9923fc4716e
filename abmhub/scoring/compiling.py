"""The rules of a policy as parts of the statement that the night and the preview run."""

from collections.abc import Iterable, Sequence

from psycopg.sql import SQL, Composable, Identifier

from abmhub.core.sql import Values
from abmhub.scoring import bands, known
from abmhub.scoring.models import TierCondition, TierPolicy, TierRule
from abmhub.scoring.words import Fact, Operator, conditions_of, is_year, limit, needed, next_better, word

# The only columns a condition can reach of a score; what else it asks for is joined under its key.
COLUMNS = {
    Fact.FIT: SQL("fit"),
    Fact.INTENT: SQL("intent"),
    Fact.ENGAGEMENT: SQL("engagement"),
    Fact.ACV: SQL("acv_amount"),
    Fact.FRESHNESS: SQL("coalesce(%(as_of)s - stale_since_on + 1, 0)"),
}
OPERATORS = {Operator.AT_LEAST: SQL(">="), Operator.BELOW: SQL("<")}

NO_POLICY = "No tier policy is in force."


def parts(policy: TierPolicy | None, rules: Sequence[TierRule], values: Values) -> dict[str, Composable]:
    """The rules as parts of `scoring/tiers`: the first that matches, the reason in one line, and what they need."""
    if policy is None or not rules:
        nothing = values.hold(NO_POLICY)
        return {
            "facts": SQL(""),
            "rule": SQL("NULL::bigint"),
            "reason": nothing,
            "banded": SQL("earned"),
            "meets": SQL("NULL::int[]"),
        }
    tried = SQL(" ").join(SQL("WHEN {} THEN {}").format(all_hold(rule, values), values.hold(rule.pk)) for rule in rules)
    reasons = SQL(" ").join(
        SQL("WHEN rule_id = {} THEN {}").format(values.hold(rule.pk), _reason(rules, rule, values)) for rule in rules
    )
    return {
        "facts": facts_join(each for rule in rules for each in rule.conditions.all()),
        "rule": SQL("CASE {} END").format(tried),
        "reason": SQL(
            "CASE WHEN disqualified_by <> '' THEN {} || disqualified_by || '.'"
            " WHEN NOT is_target THEN {} {} ELSE {} END"
        ).format(
            values.hold("Disqualified: "),
            values.hold("Outside the total addressable market."),
            reasons,
            _reason(rules, None, values),
        ),
        "banded": _banded(policy, rules, values),
        "meets": _meets(policy, rules, values),
    }


def facts_join(conditions: Iterable[TierCondition]) -> Composable:
    """The join that brings "score" what they ask of an account; nothing where none does, so that none is read."""
    columns = known.columns(conditions)
    if not columns:
        return SQL("")
    listed = SQL(", ").join(SQL("{} AS {}").format(column, Identifier(key)) for key, column in columns.items())
    return SQL(
        "LEFT JOIN LATERAL (SELECT {} FROM accounts_account AS account WHERE account.id = score.account_id)"
        " AS attributes ON TRUE"
    ).format(listed)


def holds(condition: TierCondition, values: Values) -> Composable:
    """Whether the condition is met; NULL where its fact is unknown. The twin of `TierCondition.holds`."""
    column = _column(condition)
    if condition.threshold is not None:
        return SQL("{} {} {}").format(column, OPERATORS[Operator(condition.operator)], values.hold(condition.threshold))
    among = "lower({}) = ANY({}::text[])" if condition.operator == Operator.ONE_OF else "lower({}) <> ALL({}::text[])"
    return SQL(among).format(column, values.hold([each.lower() for each in condition.values]))


def all_hold(rule: TierRule, values: Values) -> Composable:
    """Whether every condition of the rule is met."""
    return SQL(" AND ").join([SQL("TRUE"), *(holds(condition, values) for condition in conditions_of(rule))])


def _banded(policy: TierPolicy, rules: Sequence[TierRule], values: Values) -> Composable:
    """The tier of the first rule that matches within the bands; the earned one where the policy has none."""
    if not bands.are_set(policy):
        return SQL("earned")
    tried = SQL(" ").join(
        SQL("WHEN {} THEN {}").format(_all_hold_within(policy, rule, values), values.hold(rule.tier_id))
        for rule in rules
    )
    return SQL("CASE {} ELSE 32767 END").format(tried)


def _meets(policy: TierPolicy, rules: Sequence[TierRule], values: Values) -> Composable:
    """The tiers of which the account meets any rule: where it may go when there is no room for it."""
    if not policy.capacities.all():
        return SQL("NULL::int[]")
    met = SQL(", ").join(
        SQL("CASE WHEN {} THEN {} END").format(_all_hold_within(policy, rule, values), values.hold(rule.tier_id))
        for rule in rules
    )
    return SQL("array_remove(ARRAY[{}]::int[], NULL)").format(met)


def _all_hold_within(policy: TierPolicy, rule: TierRule, values: Values) -> Composable:
    """The same within the bands: an account that "stood" lower must be above its thresholds, one that has the tier may
    be below."""
    return SQL(" AND ").join(
        [SQL("TRUE"), *(_holds_within(policy, rule, condition, values) for condition in conditions_of(rule))]
    )


def _holds_within(policy: TierPolicy, rule: TierRule, condition: TierCondition, values: Values) -> Composable:
    if condition.threshold is None or condition.fact not in TierCondition.SCORES or not bands.are_set(policy):
        return holds(condition, values)
    return SQL(
        "{column} {operator} CASE WHEN stood > {level} THEN {rising}::numeric"
        " WHEN stood = {level} THEN {staying}::numeric ELSE {plain}::numeric END"
    ).format(
        column=_column(condition),
        operator=OPERATORS[Operator(condition.operator)],
        level=values.hold(rule.tier_id),
        rising=values.hold(bands.to_rise(condition, policy)),
        staying=values.hold(bands.to_stay(condition, policy)),
        plain=values.hold(condition.threshold),
    )


def _column(condition: TierCondition) -> Composable:
    return COLUMNS.get(Fact(condition.fact)) or Identifier(condition.key)


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
    """Of a rule without conditions, which a draft may have, there is nothing to tell."""
    return SQL("{}::text || concat_ws(', ', {}) || '.'").format(opening, SQL(", ").join(phrases or [SQL("NULL")]))


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
        holds=holds(condition, values),
        word=values.hold(f"{about} "),
        value=_written(condition),
        limit=values.hold(f" of {wanted}" if is_least else f" ({limit(condition)} needed)"),
    )


def _written(condition: TierCondition) -> Composable:
    """The value as `written` writes it."""
    if condition.threshold is None:
        return _column(condition)
    form = "FM9999999990" if is_year(condition) else "FM999,999,999,999,999,990.99"
    return SQL("rtrim(to_char({}, {}), '.')").format(_column(condition), form)
