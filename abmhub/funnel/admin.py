"""What the stages mean and what they are held against; and what nights froze: to look at, never to touch."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from abmhub.core.admin import ReadOnly, WritesOnlyChanges
from abmhub.funnel.models import (
    Benchmark,
    DealSnapshot,
    FunnelSnapshot,
    FunnelStage,
    FunnelUnit,
    Rules,
    StageDefinition,
    TamSnapshot,
)


@admin.register(StageDefinition)
class StageDefinitionAdmin(WritesOnlyChanges[StageDefinition]):
    """The ten stages are there; what they are called and mean is the company's to say."""

    list_display = ("motion", "stage", "name", "meaning")
    list_display_links = ("stage",)
    ordering = ("motion", "pk")
    readonly_fields = ("motion", "stage")

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Only how many events make an account engaged decides anything."""
        is_engaged = obj and obj.motion == "abm" and obj.stage == FunnelStage.INTEREST
        return () if is_engaged else ("least_events", "within_days")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Benchmark)
class BenchmarkAdmin(WritesOnlyChanges[Benchmark]):
    list_display = ("motion", "stage", "share", "source", "dated_on")
    list_display_links = ("stage",)
    ordering = ("motion", "pk")


@admin.register(Rules)
class RulesAdmin(ReadOnly[Rules]):
    list_display = ("first_on",)
    ordering = ("-first_on",)


@admin.register(FunnelUnit)
class FunnelUnitAdmin(ReadOnly[FunnelUnit]):
    list_display = ("__str__", "motion", "known_from_on", "known_until_on", "began_by", "sql_on", "won_on")
    list_filter = ("motion", "kind", "began_by")
    ordering = ("-pk",)
    show_full_result_count = False
    list_per_page = 50


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
