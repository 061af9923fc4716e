"""Why an account is in its tier, as a program reads it: the arithmetic of the account page, figure by figure."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from abmhub.accounts.models import Account, Tier
from abmhub.api.people import PersonSerializer, TierSerializer
from abmhub.scoring.actions.overriding import MOST_CHARACTERS
from abmhub.scoring.explanation import Explanation, explain
from abmhub.scoring.models import TierAppeal, TierOverride
from abmhub.signals.concentration import Concentration, concentration_of
from abmhub.signals.series import Series, weekly_levels


@dataclass(frozen=True)
class Why:
    """An explanation with what stands beside it on the page."""

    explanation: Explanation
    weeks: dict[tuple[int, int], Series]
    concentration: Concentration | None
    override: TierOverride | None
    appeal: TierAppeal | None


def why(account: Account, as_of: date, *, today: date) -> Why:
    """All of it for an account, whose `standing` is loaded, on a day; an override is told while it holds today."""
    overrides = TierOverride.objects.in_force_on(today).filter(account=account)
    appeals = TierAppeal.objects.open().filter(account=account)
    return Why(
        explanation=explain(account, as_of),
        weeks=weekly_levels(account.pk, as_of),
        concentration=concentration_of(account.pk, as_of),
        override=overrides.select_related("tier", "made_by").first(),
        appeal=appeals.select_related("tier", "made_by").first(),
    )


class ConditionSerializer(serializers.Serializer[Any]):
    """A condition with the value of the account. `gte` holds at the threshold itself, `lt` does not."""

    fact = serializers.CharField(source="name")
    value = serializers.SerializerMethodField()
    operator = serializers.CharField(source="condition.operator")
    threshold = serializers.DecimalField(
        source="condition.threshold", max_digits=18, decimal_places=2, allow_null=True, help_text="Null for words."
    )
    values = serializers.ListField(source="condition.values", child=serializers.CharField())
    is_met = serializers.BooleanField()
    sentence = serializers.CharField()

    @extend_schema_field(serializers.CharField(allow_null=True, help_text="Null is unknown, and meets no condition."))
    def get_value(self, verdict: Any) -> str | None:
        return None if verdict.value is None else str(verdict.value)


class RuleSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    tier = TierSerializer()
    is_met = serializers.BooleanField()
    is_decisive = serializers.BooleanField(help_text="The first rule that is met.")
    conditions = ConditionSerializer(many=True)


class ProspectSerializer(serializers.Serializer[Any]):
    """A change that would move the account. `is_single` says whether one change is enough."""

    tier = TierSerializer(allow_null=True)
    sentence = serializers.CharField()
    is_single = serializers.BooleanField()


class CriterionSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    weight = serializers.IntegerField()
    verdict = serializers.ChoiceField(("met", "missed", "unknown"))
    is_disqualifier = serializers.BooleanField()
    found = serializers.CharField(allow_blank=True)


class FitSerializer(serializers.Serializer[Any]):
    """`score` is 100 × met ÷ known weight, rounded half up; null below the minimum share that must be known."""

    score = serializers.IntegerField(allow_null=True)
    profile = serializers.CharField()
    met_weight = serializers.IntegerField()
    known_weight = serializers.IntegerField()
    total_weight = serializers.IntegerField()
    minimum_known_percent = serializers.IntegerField()
    disqualified_by = serializers.CharField(allow_blank=True)
    criteria = CriterionSerializer(many=True)


class WeekSerializer(serializers.Serializer[Any]):
    week_on = serializers.DateField()
    level = serializers.IntegerField(allow_null=True, help_text="0-100; null where the provider reported on nobody.")
    is_recent = serializers.BooleanField()


class TopicSerializer(serializers.Serializer[Any]):
    """A topic of one provider; `surge` is in standard deviations, from 2 on it surges."""

    topic = serializers.CharField()
    cluster = serializers.CharField(allow_blank=True)
    provider = serializers.CharField()
    recent_mean = serializers.FloatField(allow_null=True)
    baseline_mean = serializers.FloatField(allow_null=True)
    baseline_stddev = serializers.FloatField(allow_null=True)
    surge = serializers.FloatField(allow_null=True)
    is_surging = serializers.BooleanField()
    value = serializers.IntegerField(allow_null=True)
    is_counted = serializers.BooleanField(help_text="Whether it speaks for one of the three clusters that count.")
    weeks = serializers.SerializerMethodField()

    @extend_schema_field(WeekSerializer(many=True))
    def get_weeks(self, topic: Any) -> Any:
        return WeekSerializer(self.context["weeks"].get((topic.topic_id, topic.provider_id), ()), many=True).data


class IntentSerializer(serializers.Serializer[Any]):
    score = serializers.IntegerField(allow_null=True)
    topics = TopicSerializer(many=True)


class SignalSerializer(serializers.Serializer[Any]):
    """An engagement event; `strength` is how much of it is left, in percent."""

    event_type = serializers.CharField()
    contact = serializers.CharField(allow_blank=True, help_text="Empty is anonymous.")
    day = serializers.DateField()
    age_days = serializers.IntegerField()
    weight = serializers.IntegerField()
    factor_percent = serializers.IntegerField()
    half_life_days = serializers.IntegerField()
    strength = serializers.IntegerField()
    is_within_cap = serializers.BooleanField()
    points = serializers.FloatField()


class ShareSerializer(serializers.Serializer[Any]):
    contact = serializers.IntegerField(source="contact_id", allow_null=True, help_text="Null is anonymous.")
    name = serializers.CharField(allow_blank=True)
    events = serializers.IntegerField()
    points = serializers.FloatField()
    share = serializers.IntegerField(help_text="Percent of all points.")


class EngagementSerializer(serializers.Serializer[Any]):
    """`signals` are those that give most. The alarm rings when one person makes more than 70% of two or more."""

    score = serializers.IntegerField()
    points = serializers.FloatField()
    events = serializers.IntegerField()
    signals = SignalSerializer(source="contributions", many=True)
    people = serializers.SerializerMethodField()
    alarm = serializers.SerializerMethodField()

    @extend_schema_field(ShareSerializer(many=True))
    def get_people(self, _: Any) -> Any:
        concentration = self.context["concentration"]
        return ShareSerializer(concentration.people if concentration else (), many=True).data

    @extend_schema_field(serializers.BooleanField())
    def get_alarm(self, _: Any) -> bool:
        concentration: Concentration | None = self.context["concentration"]
        return concentration is not None and concentration.alarm


class OverrideSerializer(serializers.ModelSerializer[TierOverride]):
    tier = TierSerializer(allow_null=True)
    made_by = PersonSerializer(allow_null=True)

    class Meta:
        model = TierOverride
        fields = ("id", "tier", "reason", "expires_on", "made_by", "made_at")


class NewOverrideSerializer(serializers.Serializer[Any]):
    tier = serializers.PrimaryKeyRelatedField(
        queryset=Tier.objects.all(), allow_null=True, help_text="The level, or null for no tier."
    )
    reason = serializers.CharField(max_length=MOST_CHARACTERS, help_text="The account shows it as long as it holds.")
    expires_on = serializers.DateField(help_text="The last day it holds.")


class AppealSerializer(serializers.ModelSerializer[TierAppeal]):
    tier = TierSerializer(allow_null=True)
    made_by = PersonSerializer(allow_null=True)

    class Meta:
        model = TierAppeal
        fields = ("id", "tier", "reason", "made_by", "made_at")


class WhySerializer(serializers.Serializer[Why]):
    """The arithmetic behind tier and scores. `tier` is what these figures give, `earned` what the rules alone would
    give; `held_words` say why the two differ."""

    as_of = serializers.DateField(source="explanation.as_of")
    tier = TierSerializer(source="explanation.tier", allow_null=True)
    earned = TierSerializer(source="explanation.earned", allow_null=True)
    held_by = serializers.CharField(source="explanation.held_by", allow_blank=True)
    held_words = serializers.CharField(source="explanation.held_words", allow_blank=True)
    policy = serializers.CharField(source="explanation.policy", allow_blank=True)
    news = serializers.CharField(
        source="explanation.news", allow_blank=True, help_text="What has changed since the last night."
    )
    rules = RuleSerializer(source="explanation.rules", many=True)
    next_tier = ProspectSerializer(source="explanation.next_tier", allow_null=True)
    risk = ProspectSerializer(
        source="explanation.risk", allow_null=True, help_text="What would lower it: by time alone, else by the least."
    )
    override = OverrideSerializer(allow_null=True)
    appeal = AppealSerializer(allow_null=True)
    fit = FitSerializer(source="explanation.fit")
    intent = IntentSerializer(source="explanation.intent")
    engagement = EngagementSerializer(source="explanation.engagement")
