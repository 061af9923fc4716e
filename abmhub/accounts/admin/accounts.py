"""Accounts, who works them, and the names of the tiers."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from abmhub.accounts import actions
from abmhub.accounts.forms import PREFIX, AttributeField, attribute_fields
from abmhub.accounts.models import Account, AccountIdentity, AccountTeamMember, Attribute, Territory, Tier
from abmhub.accounts.reassignment import reassignments_of
from abmhub.core.admin import WritesOnlyChanges
from abmhub.core.refusals import Refused
from abmhub.users.admin import PersonAdmin
from abmhub.users.models import User


class TerritoryInline(admin.TabularInline[Any, User]):
    """The territories of a person, on the page of the person."""

    model = Territory.members.through
    extra = 0
    autocomplete_fields = ("territory",)
    verbose_name = "territory"
    verbose_name_plural = "territories: whose accounts they see"


PersonAdmin.inlines.append(TerritoryInline)


@admin.register(Territory)
class TerritoryAdmin(admin.ModelAdmin[Territory]):
    list_display = ("name", "member_count")
    search_fields = ("name",)
    ordering = ("name",)
    filter_horizontal = ("members",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Territory]:
        return super().get_queryset(request).annotate(member_count=Count("members"))

    @admin.display(description="People", ordering="member_count")
    def member_count(self, territory: Any) -> int:
        count: int = territory.member_count
        return count


@admin.register(Tier)
class TierAdmin(WritesOnlyChanges[Tier]):
    """What the tiers are called; which account is in which is for the tier policy to say."""

    list_display = ("name", "level", "motto", "treatment")
    ordering = ("level",)

    def get_readonly_fields(self, request: HttpRequest, obj: Tier | None = None) -> tuple[str, ...]:
        return ("level",) if obj else ()


class IdentityInline(admin.TabularInline[AccountIdentity, Account]):
    model = AccountIdentity
    extra = 0
    verbose_name_plural = "identities: what other systems call it"


class AccountTeamInline(admin.TabularInline[AccountTeamMember, Account]):
    model = AccountTeamMember
    extra = 0
    autocomplete_fields = ("user",)
    verbose_name_plural = "account team: who sees it besides its owner and territory"


class AccountForm(forms.ModelForm[Account]):
    """The facts of an account, with a field for each attribute of this installation."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if isinstance(field, AttributeField):
                self.initial[name] = self.instance.attributes.get(field.attribute.code)

    def clean(self) -> dict[str, Any] | None:
        """What was said of attributes joins what is known; what was emptied is forgotten."""
        cleaned = super().clean()
        said = {
            name.removeprefix(PREFIX): value for name, value in self.cleaned_data.items() if name.startswith(PREFIX)
        }
        known = {**self.instance.attributes, **said}
        self.instance.attributes = {code: value for code, value in known.items() if value is not None}
        return cleaned


@admin.register(Account)
class AccountAdmin(WritesOnlyChanges[Account]):
    list_display = ("name", "domain", "country", "industry", "owner", "territory", "tier", "is_customer")
    list_filter = ("standing__tier", "territory", "segment", "is_customer", "is_target")
    list_select_related = ("owner", "territory", "standing__tier")
    search_fields = ("name", "domain")
    search_help_text = "Name or domain"
    ordering = ("normalized_name", "pk")
    show_full_result_count = False
    list_per_page = 50
    autocomplete_fields = ("parent", "owner", "territory")
    inlines = (IdentityInline, AccountTeamInline)
    readonly_fields = ("tier", "who_worked_it", "refreshed_at", "refreshed_from", "created_at", "updated_at")
    save_on_top = True
    fieldsets = (
        (None, {"fields": ("name", "domain", "parent", "tier")}),
        ("Who works it", {"fields": (("owner", "territory"), "who_worked_it")}),
        (
            "Facts",
            {
                "fields": (
                    "industry",
                    ("country", "headquarters"),
                    ("segment", "employees", "founded_year"),
                    ("annual_revenue_amount", "acv_amount", "currency"),
                    "technologies",
                    ("is_target", "is_customer"),
                ),
                "description": "The night computes fit from these. Leave empty what is not known.",
            },
        ),
        (
            "When",
            {
                "fields": (("refreshed_at", "refreshed_from"), ("created_at", "updated_at")),
                "classes": ("collapse",),
            },
        ),
    )

    def get_form(self, request: HttpRequest, obj: Account | None = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002
        fields = attribute_fields(Attribute.objects.in_use())
        kwargs["form"] = type("AccountForm", (AccountForm,), fields)
        return super().get_form(request, obj, change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Account | None = None) -> Any:
        who, works, facts, when = self.fieldsets
        own = tuple(f"{PREFIX}{code}" for code in Attribute.objects.in_use().values_list("code", flat=True))
        described = {"fields": own, "description": "Attributes of your own, as they are defined under Attributes."}
        return (who, works, facts, *([("Attributes", described)] if own else []), when)

    @admin.display(description="Tier", empty_value="No tier", ordering="standing__tier")
    def tier(self, account: Account) -> str | None:
        standing = getattr(account, "standing", None)
        return standing.tier.name if standing and standing.tier else None

    @admin.display(description="Who worked it")
    def who_worked_it(self, account: Account) -> SafeString | str:
        changes = reassignments_of(account) if account.pk else []
        if not changes:
            return "Nobody else since it came"
        told = ((f"{timezone.localtime(change.at):%-d %b %Y, %H:%M}", change, change.by) for change in changes)
        lines = format_html_join(
            "", "<li>{}: {}{}</li>", ((at, what, f" (by {by})" if by else "") for at, what, by in told)
        )
        return format_html("<ul>{}</ul>", lines)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """The search of the account list, which stays quick however many accounts there are."""
        return (queryset.matching(search_term) if search_term else queryset), False  # type: ignore[attr-defined]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"currency": settings.ABMHUB_BUSINESS_CURRENCY, **super().get_changeform_initial_data(request)}

    def save_model(self, request: Any, obj: Account, form: Any, change: bool) -> None:  # noqa: FBT001
        """Parent, owner and territory go through their actions."""
        parent, owner, territory = obj.parent, obj.owner, obj.territory
        at = timezone.now()
        obj.updated_at = at
        if not change:
            super().save_model(request, obj, form, change)
            return
        changed = {"attributes" if name.startswith(PREFIX) else name for name in form.changed_data}
        facts = changed - {"parent", "owner", "territory"}
        if facts:
            obj.save(update_fields=facts | {"updated_at"})
        try:
            if "parent" in form.changed_data:
                actions.place_under(account=obj, parent=parent, by=request.user, at=at)
            if {"owner", "territory"} & set(form.changed_data):
                actions.assign(account=obj, owner=owner, territory=territory, by=request.user, at=at)
        except Refused as refusal:
            self.message_user(request, refusal.message, messages.ERROR)
