"""The ideal customer profile and the tier policies: drafts are edited, published versions are read."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from abmhub.accounts.models import Attribute
from abmhub.core.admin import ReadOnly, WritesOnlyChanges
from abmhub.core.refusals import Refused
from abmhub.scoring import actions, tiers
from abmhub.scoring.linter import said_by_criteria
from abmhub.scoring.models import IcpCriterion, IcpProfile, TierCondition, TierPolicy, TierRule, TierSnapshot
from abmhub.scoring.proposals import question_in_words
from abmhub.scoring.subjects import Subject, subject_of, subjects
from abmhub.users.models import User

Fact, AT_LEAST = TierCondition.Fact, TierCondition.Operator.AT_LEAST
LEAST = {Fact.FIT: "least_fit", Fact.INTENT: "least_intent", Fact.ENGAGEMENT: "least_engagement", Fact.ACV: "least_acv"}


def is_draft(row: Model | None) -> bool:
    """Whether it may still be edited; what was once published explains figures of the past."""
    match row:
        case TierPolicy():
            return row.status == TierPolicy.Status.DRAFT
        case TierRule():
            return is_draft(row.policy)
        case IcpProfile():
            return row.is_draft
    return True


class DraftPage(WritesOnlyChanges[Any]):
    """The page of a version, or of a part of one: once published it is only read."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_draft(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # Not of several at once either: among them could be one that was published.
        return obj is not None and is_draft(obj) and super().has_delete_permission(request, obj)


class DraftRows(admin.TabularInline[Any, Any]):
    """Rows on such a page; `obj` is what the page is about."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_draft(obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_draft(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_draft(obj) and super().has_delete_permission(request, obj)


class VersionAdmin(DraftPage):
    """What is drafted, published once, and copied to be changed."""

    actions: tuple[str, ...] = ("publish", "copy")
    save_on_top = True

    def publish_one(self, row: Any, by: User) -> object:
        raise NotImplementedError

    def copy_one(self, row: Any) -> object:
        raise NotImplementedError

    @admin.action(description="Publish: in force from the next night on", permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        by = cast(User, request.user)
        self._one(request, queryset, lambda row: self.publish_one(row, by), "{} is in force from the next night on.")

    @admin.action(description="Copy to a new draft", permissions=["add"])
    def copy(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self._one(request, queryset, self.copy_one, "{} is a draft now.")

    def _one(self, request: HttpRequest, queryset: QuerySet[Any], act: Callable[[Any], object], done: str) -> None:
        if queryset.count() != 1:
            self.message_user(request, "Choose one.", messages.ERROR)
            return
        try:
            row = act(queryset.get())
        except Refused as refused:
            self.message_user(request, refused.message, messages.ERROR)
        else:
            self.message_user(request, done.format(row), messages.SUCCESS)


def _short(characters: int) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "input-short", "size": characters})


class CriterionForm(forms.ModelForm[IcpCriterion]):
    """A criterion as a line of a table: our attributes and custom ones are offered in one list."""

    asked: Sequence[Subject] = ()
    attribute = forms.ChoiceField(label="Asks about")
    custom = forms.ModelChoiceField(Attribute.objects.all(), required=False, widget=forms.HiddenInput)

    class Meta:
        model = IcpCriterion
        fields = ("name", "attribute", "custom", "minimum", "maximum", "values", "weight", "is_disqualifier", "reason")
        widgets: ClassVar[dict[str, forms.Widget]] = {
            "name": _short(17),
            "minimum": _short(8),
            "maximum": _short(8),
            "values": _short(14),
            "weight": _short(2),
            "reason": _short(12),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = list(self.asked)
        if self.instance.pk:
            there = subject_of(self.instance)
            self.initial["attribute"] = there.key
            offered += [there] if there not in offered else []
            for limit in ("minimum", "maximum"):
                self.initial[limit] = _without_zeros(getattr(self.instance, limit))
        self._offered = {each.key: each for each in offered}
        choices = [("", "---------"), *((each.key, each.label) for each in offered)]
        cast(forms.ChoiceField, self.fields["attribute"]).choices = choices

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if subject := self._offered.get(cleaned.get("attribute", "")):
            cleaned |= {"attribute": subject.attribute, "custom": subject.custom}
        return cleaned


def _without_zeros(limit: Decimal | None) -> Decimal | None:
    """200 and not 200.00, which is how it is stored."""
    if limit is None:
        return None
    return Decimal(int(limit)) if limit == int(limit) else limit


class CriterionInline(DraftRows):
    model = IcpCriterion
    form = CriterionForm
    extra = 1
    ordering = ("-weight", "pk")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if self.has_change_permission(request, obj):
            return CriterionForm.Meta.fields
        return ("name", "in_words", "weight", "is_disqualifier", "reason")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if self.has_change_permission(request, obj) else ("in_words",)

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        # The list of attributes is read once for all lines.
        kwargs["form"] = type("CriterionForm", (CriterionForm,), {"asked": subjects()})
        return super().get_formset(request, obj, **kwargs)

    def get_queryset(self, request: HttpRequest) -> QuerySet[IcpCriterion]:
        return super().get_queryset(request).select_related("profile", "custom")

    @admin.display(description="Asks for")
    def in_words(self, criterion: IcpCriterion) -> str:
        return f"{criterion.subject}: {question_in_words(criterion)}"


@admin.register(IcpProfile)
class IcpProfileAdmin(VersionAdmin):
    actions = ("publish", "copy", "restore")
    list_display = ("name", "version", "state", "published_at", "published_by", "total_weight", "origin")
    list_select_related = ("published_by",)
    search_fields = ("name",)
    ordering = ("-version",)
    inlines = (CriterionInline,)
    readonly_fields = ("version", "state", "origin", "total_weight", "remarks")
    fieldsets = (
        (None, {"fields": ("name", ("version", "state"), "origin")}),
        ("What there is to say", {"fields": ("remarks",)}),
        (
            "How fit is worked out",
            {
                "fields": ("minimum_known_percent", "total_weight"),
                "description": "Fit = 100 × weight of the criteria met ÷ weight of the criteria whose attribute is "
                "known, rounded half up. An unknown attribute is no miss. Minimum and maximum are inclusive. "
                "A disqualifier makes fit 0 and takes the account off every menu.",
            },
        ),
    )

    def save_model(self, request: HttpRequest, obj: IcpProfile, form: Any, change: bool) -> None:  # noqa: FBT001
        if not change:
            obj.version = IcpProfile.objects.next_version()
        super().save_model(request, obj, form, change)

    def publish_one(self, row: IcpProfile, by: User) -> IcpProfile:
        return actions.publish_profile(profile=row, by=by, at=timezone.now())

    def copy_one(self, row: IcpProfile) -> IcpProfile:
        return actions.copy_profile(profile=row)

    @admin.action(description="Return to it: publish a copy", permissions=["change"])
    def restore(self, request: HttpRequest, queryset: QuerySet[IcpProfile]) -> None:
        by = cast(User, request.user)

        def return_to(row: IcpProfile) -> IcpProfile:
            return actions.restore_profile(profile=row, by=by, at=timezone.now())

        self._one(request, queryset, return_to, "{} is in force from the next night on.")

    @admin.display(description="State")
    def state(self, profile: IcpProfile) -> str:
        if profile.published_at is None:
            return "Draft"
        return "In force" if profile == IcpProfile.objects.in_force() else "Superseded"

    @admin.display(description="Total weight")
    def total_weight(self, profile: IcpProfile) -> str:
        total = sum(each.weight for each in profile.criteria.all() if not each.is_disqualifier)
        return f"{total}" if total == 100 else f"{total} (shares are of this total; 100 reads easier)"

    @admin.display(description="Remarks")
    def remarks(self, profile: IcpProfile) -> str:
        """What the criteria say by themselves; all accounts are asked on the profile's own page."""
        if not profile.pk:
            return "Save it once, and its contradictions are told here."
        said = said_by_criteria(list(profile.criteria.all()))
        return format_html(
            '{}<p><a href="{}">What the accounts say, and the distribution of fit</a></p>',
            format_html_join("", "<p>{}</p>", ((remark.sentence,) for remark in said)),
            reverse("icp-show", args=[profile.pk]),
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[IcpProfile]:
        profiles: Any = super().get_queryset(request)
        loaded: QuerySet[IcpProfile] = profiles.with_criteria()
        return loaded


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


@admin.register(TierSnapshot)
class TierSnapshotAdmin(ReadOnly[TierSnapshot]):
    list_display = ("snapshot_on", "tier", "accounts", "policy_version")
    list_filter = ("tier",)
    list_select_related = ("tier",)
    date_hierarchy = "snapshot_on"
    ordering = ("-snapshot_on", "tier")
