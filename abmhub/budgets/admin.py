"""Envelopes are made and changed here; the ledger is only ever read."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from abmhub.budgets.models import PARENTS, Envelope, LedgerEntry
from abmhub.core.admin import ReadOnly, ReadOnlyInline, WritesOnlyChanges
from abmhub.core.numbers import money_text

NEWEST = 50


class LedgerInline(ReadOnlyInline[LedgerEntry]):
    """The newest entries: an envelope that many people use has thousands."""

    model = LedgerEntry
    fields = ("at", "kind", "amount", "reserved_amount", "reference", "note", "by")
    readonly_fields = fields
    ordering = ("-at", "-pk")
    verbose_name_plural = f"newest {NEWEST} ledger entries"

    def get_queryset(self, request: HttpRequest) -> QuerySet[LedgerEntry]:
        match = request.resolver_match
        envelope_id = match.kwargs.get("object_id") if match else None
        newest = LedgerEntry.objects.filter(envelope=envelope_id).order_by("-at", "-pk").values("pk")[:NEWEST]
        return super().get_queryset(request).filter(pk__in=newest).select_related("by")


class EnvelopeForm(forms.ModelForm[Envelope]):
    """Holds the envelope above until this one is saved: what it can still give does not change meanwhile."""

    def clean_parent(self) -> Envelope | None:
        parent: Envelope | None = self.cleaned_data["parent"]
        if parent is None:
            return None
        Envelope.objects.select_for_update(no_key=True).get(pk=parent.pk)
        return Envelope.objects.select_related(PARENTS).get(pk=parent.pk)


SCOPE: tuple[str, Any] = (
    "What it pays for",
    {
        "fields": ("parent", "program", ("tier", "team"), ("rep", "account"), ("starts_on", "ends_on")),
        "description": "A tree: program, tier, team, rep, account. An order is paid by the closest envelope, and "
        "counts in all those above it; none of them is ever overdrawn.",
    },
)


@admin.register(Envelope)
class EnvelopeAdmin(WritesOnlyChanges[Envelope]):
    form = EnvelopeForm
    list_display = ("name", "parent", "tier", "team", "starts_on", "ends_on", "total", "reserved", "spent", "free")
    list_filter = ("tier", "team", "currency")
    list_select_related = ("tier", "team", "parent")
    autocomplete_fields = ("parent", "rep", "account")
    date_hierarchy = "starts_on"
    search_fields = ("name",)
    ordering = ("-starts_on", "tier", "name")
    readonly_fields = ("reserved", "spent", "free", "allotted", "carried_at", "whole_ledger")
    add_fieldsets = (
        (None, {"fields": ("name",)}),
        SCOPE,
        ("Money", {"fields": (("total_amount", "currency"), "carry_percent")}),
    )
    fieldsets = (
        (None, {"fields": ("name",)}),
        SCOPE,
        (
            "Money",
            {
                "fields": (
                    ("total_amount", "currency"),
                    "carry_percent",
                    "reserved",
                    "spent",
                    "free",
                    "allotted",
                    "carried_at",
                    "whole_ledger",
                ),
                "description": "The total may change at any time, but not below what is reserved and spent, nor below "
                "what the envelopes under it were given.",
            },
        ),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Envelope | None = None) -> Any:
        return self.add_fieldsets if obj is None else self.fieldsets

    def get_inlines(self, request: HttpRequest, obj: Envelope | None) -> Any:
        return () if obj is None else (LedgerInline,)

    def get_readonly_fields(self, request: HttpRequest, obj: Envelope | None = None) -> tuple[str, ...]:
        """What an envelope pays for is settled with its first order, or the first envelope under it."""
        if obj is not None and _is_used(obj):
            return ("program", "tier", "team", "rep", "account", "currency", *self.readonly_fields)
        return self.readonly_fields

    def has_delete_permission(self, request: HttpRequest, obj: Envelope | None = None) -> bool:
        """One that was used stays; so there is no deleting of several at once either."""
        return obj is not None and not _is_used(obj) and super().has_delete_permission(request, obj)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"currency": settings.ABMHUB_BUSINESS_CURRENCY, **super().get_changeform_initial_data(request)}

    @admin.display(description="Total", ordering="total_amount")
    def total(self, envelope: Envelope) -> str:
        return money_text(envelope.total_amount, envelope.currency)

    @admin.display(description="Reserved", ordering="reserved_amount")
    def reserved(self, envelope: Envelope) -> str:
        return f"{envelope.reserved_amount:,.2f}"

    @admin.display(description="Spent", ordering="spent_amount")
    def spent(self, envelope: Envelope) -> str:
        return f"{envelope.spent_amount:,.2f}"

    @admin.display(description="Free")
    def free(self, envelope: Envelope) -> str:
        return f"{envelope.free_amount:,.2f}"

    @admin.display(description="Given to envelopes under it")
    def allotted(self, envelope: Envelope) -> str:
        return f"{envelope.allotted_amount:,.2f}"

    @admin.display(description="Ledger")
    def whole_ledger(self, envelope: Envelope) -> str:
        path = reverse("admin:budgets_ledgerentry_changelist")
        return format_html('<a href="{}?envelope__id__exact={}">All entries of this envelope</a>', path, envelope.pk)


def _is_used(envelope: Envelope) -> bool:
    return envelope.ledger.exists() or envelope.children.exists()


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnly[LedgerEntry]):
    list_display = ("at", "envelope", "kind", "amount", "reserved_amount", "reference", "by")
    list_filter = ("kind", ("envelope", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("envelope", "by")
    search_fields = ("reference",)
    search_help_text = "Reference, for example order-line-12"
    ordering = ("-at", "-pk")
    show_full_result_count = False
