"""Tactics with their recipes and versions."""

from collections.abc import Callable
from functools import cache, partial
from typing import Any, cast

from django.conf import settings
from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from abmhub.core.admin import ReadOnlyInline, WritesOnlyChanges
from abmhub.core.numbers import money_text
from abmhub.core.refusals import Refused
from abmhub.menus import actions, pictures
from abmhub.menus.admin.forms import RecipeFormSet, StepForm, TacticForm
from abmhub.menus.admin.menu import ItemsInline
from abmhub.menus.models import Category, RecipeStep, Tactic, TacticVersion
from abmhub.users.models import User


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("orderable", "Can be ordered"), ("draft", "Not approved yet"), ("archived", "Archived")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Tactic]) -> QuerySet[Tactic]:
        match self.value():
            case "orderable":
                return queryset.filter(archived_at=None).exclude(approved_at=None)
            case "draft":
                return queryset.filter(archived_at=None, approved_at=None)
            case "archived":
                return queryset.exclude(archived_at=None)
        return queryset


class RecipeInline(admin.StackedInline[RecipeStep, Tactic]):
    model = RecipeStep
    form = StepForm
    formset = RecipeFormSet
    extra = 1
    ordering = ("position",)
    verbose_name = "step"
    verbose_name_plural = "recipe: the work it takes"
    fieldsets = (
        (None, {"fields": (("position", "name"), ("offset_days", "counts_from", "after"), ("hours", "proof"))}),
        (
            "Who, and what to tick",
            {"classes": ("collapse",), "fields": (("assignee_rule", "team", "person"), "checklist")},
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[RecipeStep]:
        return super().get_queryset(request).select_related("team", "person")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Teams and people are read once for all steps, and those who left are not offered."""
        if db_field.name == "person":
            kwargs["queryset"] = User.objects.filter(is_active=True).order_by("name")
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None:
            field.choices = cache(partial(list, field.choices))
        return field


class VersionInline(ReadOnlyInline[TacticVersion]):
    model = TacticVersion
    fields = ("number", "unit_cost", "currency", "lead_time_days", "steps", "published_at", "published_by")
    readonly_fields = fields
    ordering = ("-number",)
    verbose_name_plural = "versions: what orders were promised"

    def get_queryset(self, request: HttpRequest) -> QuerySet[TacticVersion]:
        return super().get_queryset(request).select_related("published_by", "tactic")

    @admin.display(description="Steps")
    def steps(self, version: TacticVersion) -> int:
        return len(version.recipe)


class MenuInline(ItemsInline):
    extra = 0
    ordering = ("tier",)
    verbose_name = "menu"
    verbose_name_plural = "menus: which tiers may order it"


@admin.register(Tactic)
class TacticAdmin(WritesOnlyChanges[Tactic]):
    list_display = ("name", "category", "cost", "lead_time_days", "left", "state")
    list_filter = (StateFilter, "category", "menu_items__tier", "channel")
    list_select_related = ("category",)
    search_fields = ("name", "description")
    search_help_text = "Name or description"
    ordering = ("category__position", "name")
    actions = ("approve", "archive")
    form = TacticForm
    inlines = (RecipeInline, MenuInline, VersionInline)
    filter_horizontal = ("suits_roles",)
    readonly_fields = ("stock_reserved", "state", "approved_at", "archived_at")
    save_on_top = True
    fieldsets = (
        (None, {"fields": ("name", "category", "channel", "description", ("picture", "remove_picture"))}),
        (
            "Cost and time",
            {
                "fields": (("unit_cost", "currency", "lead_time_days"),),
                "description": "A change of these, or of the recipe, makes a new version; placed orders keep theirs.",
            },
        ),
        (
            "Recipients",
            {"fields": (("minimum_recipients", "maximum_recipients"), "ships", "suits_roles", "suits_stages")},
        ),
        (
            "Limits",
            {
                "fields": (
                    "only_countries",
                    "barred_industries",
                    ("valid_from_on", "valid_until_on"),
                    ("risk", "approval"),
                )
            },
        ),
        (
            "Store",
            {
                "fields": (("stock_on_hand", "stock_reserved", "reorder_point", "restock_days"),),
                "description": "Orders reserve pieces when they are placed; deliveries take them out.",
            },
        ),
        (
            "State",
            {
                "fields": ("state", "approved_at", "archived_at"),
                "description": "Approve and archive in the list of tactics: tick tactics, then choose the action.",
            },
        ),
    )

    @admin.display(description="Cost", ordering="unit_cost")
    def cost(self, tactic: Tactic) -> str:
        return money_text(tactic.unit_cost, tactic.currency)

    @admin.display(description="Left in store", empty_value="Made to order")
    def left(self, tactic: Tactic) -> int | None:
        return tactic.stock_left

    @admin.display(description="State")
    def state(self, tactic: Tactic) -> str:
        if tactic.archived_at:
            return "Archived"
        return "Can be ordered" if tactic.approved_at else "Not approved yet"

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Without deleting many at once: what is in use is archived, one by one with the reason."""
        offered = super().get_actions(request)
        offered.pop("delete_selected", None)
        return offered

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        tactic = self.get_object(request, object_id)
        if tactic and (problem := actions.why_not_deleted(tactic)):
            self.message_user(request, problem, messages.ERROR)
            return HttpResponseRedirect(reverse("admin:menus_tactic_change", args=[tactic.pk]))
        return super().delete_view(request, object_id, extra_context)

    def save_model(self, request: HttpRequest, obj: Tactic, form: Any, change: bool) -> None:  # noqa: FBT001
        super().save_model(request, obj, form, change)
        if content := form.cleaned_data.get("picture"):
            pictures.set_picture(tactic=obj, content=content)
        elif form.cleaned_data.get("remove_picture"):
            pictures.remove_picture(tactic=obj)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001
        """What people may order is in force as soon as it is saved whole."""
        super().save_related(request, form, formsets, change)
        tactic = Tactic.objects.get(pk=form.instance.pk)
        if tactic.approved_at is None or tactic.version_id is not None:
            return
        version = actions.publish(tactic=tactic, by=cast(User, request.user), at=timezone.now())
        said = f"Version {version.number} of {tactic.name} is in force. Orders that were placed keep theirs."
        self.message_user(request, said, messages.SUCCESS)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"currency": settings.ABMHUB_BUSINESS_CURRENCY, **super().get_changeform_initial_data(request)}

    @admin.action(description="Approve: let people order them", permissions=["change"])
    def approve(self, request: HttpRequest, queryset: QuerySet[Tactic]) -> None:
        by = cast(User, request.user)
        self._each(
            request, queryset, lambda tactic: actions.approve(tactic=tactic, by=by, at=timezone.now()), "approved"
        )

    @admin.action(description="Archive: take them off every menu", permissions=["change"])
    def archive(self, request: HttpRequest, queryset: QuerySet[Tactic]) -> None:
        self._each(request, queryset, lambda tactic: actions.archive(tactic=tactic, at=timezone.now()), "archived")

    def _each(self, request: HttpRequest, tactics: QuerySet[Tactic], act: Callable[[Tactic], None], done: str) -> None:
        count = 0
        for tactic in tactics:
            try:
                act(tactic)
            except Refused as refused:
                self.message_user(request, refused.message, messages.ERROR)
            else:
                count += 1
        if count:
            self.message_user(request, f"{count} {'tactic' if count == 1 else 'tactics'} {done}.", messages.SUCCESS)


@admin.register(Category)
class CategoryAdmin(WritesOnlyChanges[Category]):
    list_display = ("name", "position", "icon", "tactic_count")
    list_editable = ("position",)
    search_fields = ("name",)
    ordering = ("position", "name")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Category]:
        return super().get_queryset(request).annotate(tactic_count=Count("tactics"))

    @admin.display(description="Tactics", ordering="tactic_count")
    def tactic_count(self, category: Any) -> int:
        count: int = category.tactic_count
        return count
