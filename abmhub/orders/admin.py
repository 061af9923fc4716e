"""Orders, tasks and follow-ups, to look at: they change through the pages, by the same actions for everyone."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from abmhub.core.admin import ReadOnly, ReadOnlyInline, WritesOnlyChanges
from abmhub.core.numbers import money_text
from abmhub.menus.admin import TacticAdmin
from abmhub.menus.models import Tactic
from abmhub.orders.models import (
    Approval,
    ApprovalRule,
    Capacity,
    EscalationStep,
    FollowUp,
    Order,
    OrderLine,
    RoutingRule,
    Skill,
    Task,
    TaskStep,
    TouchLimit,
)
from abmhub.orders.rules import MAKERS
from abmhub.users.admin import PersonAdmin
from abmhub.users.models import User


class LineInline(ReadOnlyInline[OrderLine]):
    model = OrderLine
    fields = ("tactic", "people", "unit_cost", "line_cost", "actual_cost", "goal", "promised_on", "state", "task_link")
    readonly_fields = fields
    ordering = ("pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[OrderLine]:
        lines = super().get_queryset(request).select_related("tactic", "task")
        return lines.prefetch_related("recipients__contact")

    @admin.display(description="Recipients")
    def people(self, line: OrderLine) -> str:
        return ", ".join(recipient.contact.name for recipient in line.recipients.all())

    @admin.display(description="Task")
    def task_link(self, line: OrderLine) -> str:
        path = reverse("admin:orders_task_change", args=[line.task.pk])
        return format_html('<a href="{}">{}</a>', path, line.task.get_state_display())


class ApprovalInline(ReadOnlyInline[Approval]):
    model = Approval
    fields = ("asked_at", "asked_by", "why", "state", "decided_by", "decided_at", "reason")
    readonly_fields = fields
    ordering = ("pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Approval]:
        return super().get_queryset(request).select_related("asked_by", "decided_by")


@admin.register(Order)
class OrderAdmin(ReadOnly[Order]):
    list_display = ("number", "account", "tier", "placed_by", "placed_at", "total")
    list_filter = ("tier", "placed_at", "lines__state")
    list_select_related = ("account", "tier", "placed_by")
    search_fields = ("account__name", "placed_by__name")
    search_help_text = "Account or person"
    ordering = ("-placed_at", "-pk")
    show_full_result_count = False
    inlines = (LineInline, ApprovalInline)
    fields = ("number", "account", "tier", "placed_by", "placed_at", "total", "envelope", "note")
    readonly_fields = fields

    @admin.display(description="Number", ordering="pk")
    def number(self, order: Order) -> str:
        return order.number

    @admin.display(description="Total", ordering="total_amount")
    def total(self, order: Order) -> str:
        return money_text(order.total_amount, order.currency)

    def view_on_site(self, order: Order) -> str:
        return reverse("order-show", args=[order.pk])


class StepInline(ReadOnlyInline[TaskStep]):
    model = TaskStep
    fields = ("position", "name", "due_on", "done_at", "done_by")
    readonly_fields = fields
    ordering = ("position",)


@admin.register(Task)
class TaskAdmin(ReadOnly[Task]):
    list_display = ("name", "state", "due_on", "assignee", "account")
    list_filter = ("state", "due_on", ("assignee", admin.RelatedOnlyFieldListFilter), "line__tactic__category")
    list_select_related = ("assignee", "line__order__account")
    search_fields = ("name", "assignee__name")
    search_help_text = "Task or person"
    ordering = ("-due_on", "-pk")
    show_full_result_count = False
    inlines = (StepInline,)

    @admin.display(description="Account", ordering="line__order__account__name")
    def account(self, task: Task) -> str:
        return str(task.line.order.account)

    def view_on_site(self, task: Task) -> str:
        return reverse("task-show", args=[task.pk])


@admin.register(Capacity)
class CapacityAdmin(WritesOnlyChanges[Capacity]):
    """Whoever is not here has the usual hours."""

    list_display = ("person", "hours_a_day")
    list_editable = ("hours_a_day",)
    list_select_related = ("person",)
    search_fields = ("person__name",)
    search_help_text = "Person"
    autocomplete_fields = ("person",)
    ordering = ("person__name",)


@admin.register(FollowUp)
class FollowUpAdmin(ReadOnly[FollowUp]):
    list_display = ("account", "tactic", "owner", "due_at", "done_at", "note")
    list_filter = (("done_at", admin.EmptyFieldListFilter), "due_at", ("owner", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("account", "owner", "line__tactic")
    search_fields = ("account__name", "owner__name")
    search_help_text = "Account or person"
    ordering = ("-due_at", "-pk")
    show_full_result_count = False

    @admin.display(description="Tactic", ordering="line__tactic__name")
    def tactic(self, follow_up: FollowUp) -> str:
        return str(follow_up.line.tactic)


@admin.register(TouchLimit)
class TouchLimitAdmin(WritesOnlyChanges[TouchLimit]):
    """How often marketing and sales together may touch a person in a week."""

    list_display = ("over", "touches")
    list_editable = ("touches",)
    list_select_related = ("channel",)
    ordering = (models.F("channel__name").asc(nulls_first=True),)

    @admin.display(description="Channel", ordering="channel__name")
    def over(self, limit: TouchLimit) -> str:
        return str(limit.channel or "All channels together")


class SkillOfPersonInline(admin.TabularInline[Any, User]):
    """The skills of a person, on the page of the person."""

    model = Skill.people.through
    extra = 0
    verbose_name = "skill"
    verbose_name_plural = "skills: which tasks routing may give them"


class SkillOfTacticInline(admin.TabularInline[Any, Tactic]):
    """The skills that a tactic asks for, on the page of the tactic."""

    model = Skill.tactics.through
    extra = 0
    verbose_name = "skill"
    verbose_name_plural = "skills: who may be given its tasks"


PersonAdmin.inlines.append(SkillOfPersonInline)
TacticAdmin.inlines = (*TacticAdmin.inlines, SkillOfTacticInline)  # type: ignore[assignment]


@admin.register(Skill)
class SkillAdmin(admin.ModelAdmin[Skill]):
    """A small register: who can do what, and which tactics ask for it."""

    list_display = ("name", "person_count", "tactic_count")
    search_fields = ("name",)
    ordering = ("name",)
    filter_horizontal = ("people", "tactics")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Skill]:
        counts = {name: Count(name, distinct=True) for name in ("people", "tactics")}
        return super().get_queryset(request).annotate(**{f"{name}_count": each for name, each in counts.items()})

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Those who left and what is archived are not offered."""
        kwargs["queryset"] = {
            "people": User.objects.filter(is_active=True, role__in=MAKERS).order_by("name"),
            "tactics": Tactic.objects.filter(archived_at=None).order_by("name"),
        }[db_field.name]
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    @admin.display(description="People", ordering="people_count")
    def person_count(self, skill: Any) -> int:
        count: int = skill.people_count
        return count

    @admin.display(description="Tactics", ordering="tactics_count")
    def tactic_count(self, skill: Any) -> int:
        count: int = skill.tactics_count
        return count


@admin.register(ApprovalRule)
class ApprovalRuleAdmin(admin.ModelAdmin[ApprovalRule]):
    """When an order waits for somebody, as sentences in the order in which they are asked."""

    list_display = ("name", "position", "occasion", "whom", "patience_days", "is_active")
    list_editable = ("position", "is_active")
    list_select_related = ("tier", "tactic", "category", "approver")
    ordering = ("position", "pk")
    autocomplete_fields = ("approver", "tactic")
    save_on_top = True
    fieldsets = (
        (None, {"fields": (("name", "position", "is_active"),)}),
        (
            "Who approves",
            {
                "fields": ("approver_role", "approver", "patience_days"),
                "description": "Whoever is away is covered by their delegate. If nobody of them is there, or when the "
                "patience ends, the next in line may decide: the manager of whoever orders, marketing managers, "
                "administrators. Nobody ever approves their own order.",
            },
        ),
        (
            "When",
            {
                "fields": ("least_amount", "tier", "least_risk", "category", "tactic"),
                "description": "All that is filled in must hold, what is empty fits everything. Of the rules the "
                "first that fits decides. Tactics that are approved for all (Tactics, Approval: Never) need nobody, "
                "whatever the rules say, and those that always need it ask a marketing manager where no rule fits.",
            },
        ),
    )

    @admin.display(description="When")
    def occasion(self, rule: ApprovalRule) -> str:
        return rule.occasion

    @admin.display(description="Who approves")
    def whom(self, rule: ApprovalRule) -> str:
        return rule.whom


@admin.register(RoutingRule)
class RoutingRuleAdmin(admin.ModelAdmin[RoutingRule]):
    """The rules as sentences, in the order in which they are asked."""

    list_display = ("name", "position", "when", "then", "is_active")
    list_editable = ("position", "is_active")
    ordering = ("position", "pk")
    autocomplete_fields = ("person", "team", "skill", "tactics", "categories", "territories")
    save_on_top = True
    fieldsets = (
        (None, {"fields": (("name", "position", "is_active"),)}),
        (
            "Whose",
            {
                "fields": ("goes_to", "person", "team", "skill"),
                "description": "A recipe that gives every step to the same person or team comes before all rules. Of "
                "the rules the first that fits and finds somebody decides; a task that none of them gives to anybody "
                "stays in the queue. Whoever is away, or lacks a skill that the tactic asks for, is passed over.",
            },
        ),
        (
            "When",
            {
                "fields": ("tactics", "categories", "tiers", "territories"),
                "description": "Tactics or categories; and tiers; and territories. Nothing chosen: every task.",
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[RoutingRule]:
        rules = super().get_queryset(request).select_related("person", "team", "skill")
        return rules.prefetch_related("tactics", "categories", "tiers", "territories")

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The tiers are few enough to tick."""
        if db_field.name == "tiers":
            kwargs["widget"] = forms.CheckboxSelectMultiple
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    @admin.display(description="When")
    def when(self, rule: RoutingRule) -> str:
        return rule.occasion

    @admin.display(description="Whose")
    def then(self, rule: RoutingRule) -> str:
        return rule.destination


@admin.register(EscalationStep)
class EscalationStepAdmin(admin.ModelAdmin[EscalationStep]):
    """When people are told that a task is late, or about to be."""

    list_display = ("__str__", "working_days", "is_active")
    list_editable = ("working_days", "is_active")
    ordering = ("working_days", "level")
    readonly_fields = ("level",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
