"""What the nights counted."""

from django.contrib import admin

from abmhub.core.admin import ReadOnly
from abmhub.scoring.models import TierSnapshot


@admin.register(TierSnapshot)
class TierSnapshotAdmin(ReadOnly[TierSnapshot]):
    list_display = ("snapshot_on", "tier", "accounts", "policy_version")
    list_filter = ("tier",)
    list_select_related = ("tier",)
    date_hierarchy = "snapshot_on"
    ordering = ("-snapshot_on", "tier")
