"""The arithmetic of one account as its page draws it: rules as bars with their thresholds, topics as weeks, people as
shares of the engagement. What is drawn is also written, for whoever cannot see it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from abmhub.accounts.models import Account
from abmhub.scoring import tiers
from abmhub.scoring.explanation import ConditionVerdict, Explanation, RuleVerdict, explain
from abmhub.scoring.models import TierCondition
from abmhub.signals.concentration import Concentration, concentration_of
from abmhub.signals.intent import ARITHMETIC, Intent, TopicInterest
from abmhub.signals.series import Series, weekly_levels

HIGHEST_SCORE = 100
# How far beyond the higher of value and threshold the bar of a fact goes that has no highest value of its own.
HEADROOM = Decimal("1.25")
BAR, STEP, HEIGHT = 7, 9, 36
SIGNS = {TierCondition.Operator.AT_LEAST: "≥", TierCondition.Operator.BELOW: "<"}


@dataclass(frozen=True)
class ConditionLine:
    """A condition with the value against the threshold; shares are percent of the bar, None without a measure."""

    verdict: ConditionVerdict
    share: float | None
    threshold_share: float | None

    @property
    def is_met(self) -> bool:
        return self.verdict.is_met

    @property
    def tone(self) -> str:
        return "ok" if self.is_met else "waiting"

    @property
    def name(self) -> str:
        return self.verdict.name

    @property
    def value(self) -> str:
        return tiers.written(self.verdict.condition, self.verdict.value)

    @property
    def asked(self) -> str:
        """With its sign: ≥ 60, at the threshold it holds; or the words that do."""
        condition = self.verdict.condition
        if condition.threshold is None:
            return tiers.limit(condition)
        return f"{SIGNS[TierCondition.Operator(condition.operator)]} {tiers.needed(condition)}"

    @property
    def distance(self) -> str:
        """How far the value is from the threshold: 12 above, 3 short."""
        threshold, value = self.verdict.condition.threshold, self.verdict.value
        if threshold is None or value is None or isinstance(value, str):
            return ""
        away = abs(Decimal(value) - threshold)
        if not away:
            return "just at it"
        is_least = self.verdict.condition.operator == TierCondition.Operator.AT_LEAST
        beyond = "above" if is_least == self.is_met else "below"
        return f"{tiers.number(away)} {'short' if is_least and not self.is_met else beyond}"


@dataclass(frozen=True)
class RuleLines:
    """A rule with its conditions; `is_open` where somebody would look first."""

    verdict: RuleVerdict
    conditions: list[ConditionLine]
    is_open: bool

    @property
    def met(self) -> int:
        return sum(condition.is_met for condition in self.conditions)


@dataclass(frozen=True)
class WeekBar:
    """A week of a topic: where its bar stands and how high it is. A week without any report has no height."""

    x: int
    y: float
    height: float
    is_recent: bool
    is_known: bool


@dataclass(frozen=True)
class Weeks:
    """Fifteen weeks as bars: the latest filled, those before hollow over the band of their usual levels."""

    bars: list[WeekBar]
    words: str
    levels: Series
    band_y: float | None = None
    band_height: float = 0
    band_width: int = 0
    mean_y: float = 0
    width: int = STEP * int(ARITHMETIC["recent_weeks"] + ARITHMETIC["baseline_weeks"])
    height: int = HEIGHT
    bar: int = BAR


@dataclass(frozen=True)
class TopicLine:
    """A topic with its weeks, and what it gives to the intent, with how that comes."""

    topic: TopicInterest
    weeks: Weeks | None
    gives: str
    how: str


@dataclass(frozen=True)
class Arithmetic:
    """All that the block shows."""

    why: Explanation
    rules: list[RuleLines]
    topics: list[TopicLine]
    intent_sum: str
    concentration: Concentration | None

    @property
    def missed_weight(self) -> int:
        return self.why.fit.known_weight - self.why.fit.met_weight

    @property
    def unknown_weight(self) -> int:
        return self.why.fit.total_weight - self.why.fit.known_weight


def arithmetic_of(account: Account, as_of: date) -> Arithmetic:
    """The arithmetic of an account, whose `standing` is loaded, on a day."""
    why = explain(account, as_of)
    levels = weekly_levels(account.pk, as_of) if why.intent.topics else {}
    return Arithmetic(
        why=why,
        rules=_rules(why),
        topics=_topics(why.intent, levels),
        intent_sum=_sum_of(why.intent),
        concentration=concentration_of(account.pk, as_of) if why.engagement.events else None,
    )


def _rules(why: Explanation) -> list[RuleLines]:
    """Open are the rule that decides and the one that would lift the account; without either all of them."""
    wanted = why.next_tier.tier if why.next_tier else None
    return [
        RuleLines(
            rule,
            [_condition(condition) for condition in rule.conditions],
            is_open=rule.is_decisive or rule.tier == wanted,
        )
        for rule in why.rules
    ]


def _condition(verdict: ConditionVerdict) -> ConditionLine:
    condition, value = verdict.condition, verdict.value
    if condition.threshold is None or isinstance(value, str):
        return ConditionLine(verdict, None, None)
    of = Decimal(HIGHEST_SCORE)
    if condition.fact not in TierCondition.SCORES:
        of = max(condition.threshold, Decimal(value or 0), Decimal(1)) * HEADROOM
    return ConditionLine(
        verdict, share=_share(Decimal(value or 0), of), threshold_share=_share(condition.threshold, of)
    )


def _share(value: Decimal, of: Decimal) -> float:
    return round(float(min(max(value / of * 100, Decimal(0)), Decimal(100))), 1)


def _topics(intent: Intent, levels: dict[tuple[int, int], Series]) -> list[TopicLine]:
    """The topics of the strongest cluster first; within a cluster the one that speaks for it."""
    rank = {topic.cluster_key: place for place, topic in enumerate(intent.counted)}
    in_order = sorted(intent.topics, key=lambda topic: (rank.get(topic.cluster_key, len(rank)), not topic.is_counted))
    return [
        TopicLine(
            topic,
            _weeks(topic, series) if (series := levels.get((topic.topic_id, topic.provider_id))) else None,
            *_gives(topic, rank),
        )
        for topic in in_order
    ]


def _gives(topic: TopicInterest, rank: dict[int, int]) -> tuple[str, str]:
    if topic.value is None:
        return "–", "too little known"
    if not topic.is_counted:
        return "–", "counts in its cluster" if topic.cluster_key in rank else "only three count"
    if rank[topic.cluster_key] == 0:
        return f"{topic.value}", "in full"
    return f"{topic.value / 10:.1f}", f"{topic.value} ÷ 10"


def _sum_of(intent: Intent) -> str:
    """The sum in figures: 94 + 1.8 = 95.8, so 96."""
    strongest, *others = [topic.value or 0 for topic in intent.counted] or [0]
    tenths = [value / 10 for value in others if value]
    if not tenths:
        return ""
    parts = " + ".join([str(strongest), *(f"{tenth:.1f}" for tenth in tenths)])
    return f"{parts} = {strongest + sum(tenths):.1f}, so {intent.score}"


def _weeks(topic: TopicInterest, series: Series) -> Weeks:
    bars = [
        WeekBar(
            x=place * STEP,
            y=_y(week.level or 0),
            height=round(HEIGHT - _y(week.level or 0), 1),
            is_recent=week.is_recent,
            is_known=week.level is not None,
        )
        for place, week in enumerate(series)
    ]
    words = _in_words(topic, series)
    if topic.baseline_mean is None:
        return Weeks(bars, words, series)
    spread = topic.baseline_stddev or 0
    top, bottom = _y(topic.baseline_mean + spread), _y(topic.baseline_mean - spread)
    return Weeks(
        bars,
        words,
        series,
        band_y=top,
        band_height=round(max(bottom - top, 1), 1),
        band_width=STEP * sum(not week.is_recent for week in series),
        mean_y=_y(topic.baseline_mean),
    )


def _y(level: float) -> float:
    """The height of a level 0-100, counted from the top; what is seen at all is a line at least."""
    drawn = max(level, 3) if level > 0 else 0
    return round(HEIGHT - min(drawn, 100) / 100 * HEIGHT, 1)


def _in_words(topic: TopicInterest, series: Series) -> str:
    recent = [str(week.level) if week.level is not None else "not known" for week in series if week.is_recent]
    before = "not known" if topic.baseline_mean is None else f"{topic.baseline_mean:.0f} on average"
    verdict = "it surges" if topic.is_surging else "no surge"
    return f"{topic.topic}, {topic.provider}: latest weeks {', '.join(recent)}; the weeks before {before}; {verdict}."
