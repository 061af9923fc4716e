"""What nights froze about the double funnel: to look at, never to touch."""

from django.contrib import admin

from abmhub.core.admin import ReadOnly
from abmhub.funnel.models import DealSnapshot, FunnelSnapshot, TamSnapshot


@admin.register(FunnelSnapshot)
class FunnelSnapshotAdmin(ReadOnly[FunnelSnapshot]):
    list_display = ("snapshot_on", "motion", "stage", "volume", "accounts", "value_amount", "currency")
    list_filter = ("motion", "stage")
    date_hierarchy = "snapshot_on"
    ordering = ("-snapshot_on", "motion", "pk")


@admin.register(DealSnapshot)
class DealSnapshotAdmin(ReadOnly[DealSnapshot]):
    list_display = ("snapshot_on", "motion", "won", "lost", "open", "won_amount", "open_amount", "currency")
    list_filter = ("motion",)
    date_hierarchy = "snapshot_on"
    ordering = ("-snapshot_on", "motion")


@admin.register(TamSnapshot)
class TamSnapshotAdmin(ReadOnly[TamSnapshot]):
    list_display = ("quarter", "as_of_on", "accounts", "mean_acv", "amount", "customers", "shorthand_amount")
    date_hierarchy = "quarter_on"
    ordering = ("-quarter_on",)
