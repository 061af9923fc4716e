"""The tier policies: drafts are edited, published versions are read."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from abmhub.scoring import actions, tiers
from abmhub.scoring.admin.versions import DraftPage, DraftRows, VersionAdmin
from abmhub.scoring.models import TierCondition, TierPolicy, TierRule
from abmhub.users.models import User

Fact, AT_LEAST = TierCondition.Fact, TierCondition.Operator.AT_LEAST
LEAST = {Fact.FIT: "least_fit", Fact.INTENT: "least_intent", Fact.ENGAGEMENT: "least_engagement", Fact.ACV: "least_acv"}


def _least(label: str) -> forms.DecimalField:
    return forms.DecimalField(label=f"{label} at least", required=False, min_value=0, decimal_places=2, max_digits=14)


class RuleForm(forms.ModelForm[TierRule]):
    """A rule as a line of a table: one column for each fact, empty where the rule does not ask."""

    least_fit = _least("Fit")
    least_intent = _least("Intent")
    least_engagement = _least("Engagement")
    least_acv = _least("Expected ACV")

    class Meta:
        model = TierRule
        fields = ("position", "name", "tier")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            for condition in self.instance.conditions.all():
                if condition.operator == AT_LEAST and condition.custom_id is None:
                    self.initial[LEAST[Fact(condition.fact)]] = condition.threshold

    def save(self, commit: bool = True) -> TierRule:  # noqa: FBT001, FBT002 - Django's signature
        rule = super().save(commit)
        for fact, name in LEAST.items():
            threshold = self.cleaned_data[name]
            if threshold is None:
                rule.conditions.filter(fact=fact, operator=AT_LEAST).delete()
            else:
                rule.conditions.update_or_create(fact=fact, operator=AT_LEAST, defaults={"threshold": threshold})
        return rule


class RuleInline(DraftRows):
    model = TierRule
    form = RuleForm
    extra = 0
    ordering = ("position",)
    show_change_link = True
    verbose_name_plural = "rules: an account gets the tier of the first whose conditions all hold"

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        asked = LEAST.values() if self.has_change_permission(request, obj) else ("conditions_in_words",)
        return ("position", "name", "tier", *asked)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if self.has_change_permission(request, obj) else ("conditions_in_words",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[TierRule]:
        return super().get_queryset(request).select_related("policy", "tier").prefetch_related("conditions")

    @admin.display(description="Conditions")
    def conditions_in_words(self, rule: TierRule) -> str:
        return ", ".join(map(str, tiers.conditions_of(rule)))


@admin.register(TierPolicy)
class TierPolicyAdmin(VersionAdmin):
    list_display = ("name", "version", "status", "rule_count", "published_at", "published_by")
    list_filter = ("status",)
    list_select_related = ("published_by",)
    search_fields = ("name",)
    ordering = ("-version",)
    inlines = (RuleInline,)
    readonly_fields = ("version", "status", "published_at", "published_by", "in_words")
    fieldsets = (
        (None, {"fields": ("name", ("version", "status"), ("published_at", "published_by"))}),
        (
            "In words",
            {
                "fields": ("in_words",),
                "description": "“At least” includes the threshold. What is not known meets no condition. "
                "Conditions of the kind “below” are on the page of each rule.",
            },
        ),
    )

    def publish_one(self, row: TierPolicy, by: User) -> TierPolicy:
        return actions.publish_policy(policy=row, by=by, at=timezone.now())

    def copy_one(self, row: TierPolicy) -> TierPolicy:
        return actions.copy_policy(policy=row)

    def save_model(self, request: HttpRequest, obj: TierPolicy, form: Any, change: bool) -> None:  # noqa: FBT001
        if not change:
            obj.version = actions.next_version()
        super().save_model(request, obj, form, change)

    def get_queryset(self, request: HttpRequest) -> QuerySet[TierPolicy]:
        policies: QuerySet[TierPolicy] = super().get_queryset(request)
        return policies.annotate(rules_written=Count("rules"))

    @admin.display(description="Rules", ordering="rules_written")
    def rule_count(self, policy: Any) -> int:
        written: int = policy.rules_written
        return written

    @admin.display(description="Rules")
    def in_words(self, policy: TierPolicy) -> SafeString:
        rules = policy.rules.order_by("position").select_related("tier").prefetch_related("conditions")
        return format_html_join(
            "",
            "<p><strong>{}</strong> ({}): {}.</p>",
            (
                (rule.tier, rule.name, ", ".join(map(str, tiers.conditions_of(rule))) or "no condition yet")
                for rule in rules
            ),
        )


class ConditionInline(DraftRows):
    model = TierCondition
    extra = 1
    ordering = ("pk",)


@admin.register(TierRule)
class TierRuleAdmin(DraftPage):
    """One rule with all its conditions; reached from its policy."""

    list_display = ("name", "policy", "position", "tier")
    list_select_related = ("policy", "tier")
    list_filter = ("policy",)
    ordering = ("-policy__version", "position")
    fields = ("policy", "position", "name", "tier")
    readonly_fields = ("policy",)
    inlines = (ConditionInline,)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
