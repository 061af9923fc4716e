"""The ideal customer profile: drafts are edited, published versions are read."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from abmhub.accounts.models import Attribute
from abmhub.scoring import actions
from abmhub.scoring.admin.versions import DraftRows, VersionAdmin
from abmhub.scoring.linter import said_by_criteria
from abmhub.scoring.models import IcpCriterion, IcpProfile
from abmhub.scoring.proposals import question_in_words
from abmhub.scoring.subjects import Subject, subject_of, subjects
from abmhub.users.models import User


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
