"""Whose a touch is: a campaign's or an order's is marketing's, every other is what sales did."""

from django.db.models import Q

MARKETING_SOURCES = ("orders", "marketing")
IS_MARKETING = Q(campaign__isnull=False) | Q(source__in=MARKETING_SOURCES)
