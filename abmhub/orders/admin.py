"""Orders, tasks and follow-ups, to look at: they change through the pages, by the same actions for everyone."""

from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from abmhub.core.admin import ReadOnly, ReadOnlyInline, WritesOnlyChanges
from abmhub.orders.models import FollowUp, Order, OrderLine, Task, TaskStep, TouchLimit


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


@admin.register(Order)
class OrderAdmin(ReadOnly[Order]):
    list_display = ("number", "account", "tier", "placed_by", "placed_at", "total")
    list_filter = ("tier", "placed_at", "lines__state")
    list_select_related = ("account", "tier", "placed_by")
    search_fields = ("account__name", "placed_by__name")
    search_help_text = "Account or person"
    ordering = ("-placed_at", "-pk")
    show_full_result_count = False
    inlines = (LineInline,)
    fields = ("number", "account", "tier", "placed_by", "placed_at", "total", "envelope", "note")
    readonly_fields = fields

    @admin.display(description="Number", ordering="pk")
    def number(self, order: Order) -> str:
        return order.number

    @admin.display(description="Total", ordering="total_amount")
    def total(self, order: Order) -> str:
        return f"{order.total_amount:,.2f} {order.currency}"

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
