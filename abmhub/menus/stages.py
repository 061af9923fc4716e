"""How far the talks with an account are, as tactics and menus ask for it."""

from django.db import models


class FunnelStage(models.TextChoices):
    TARGET = "target", "Target account"
    ENGAGED = "engaged", "Engaged"
    SQL = "sql", "SQL"
    OPPORTUNITY = "opportunity", "Opportunity"
    LATE = "late", "Late stage"
    CUSTOMER = "customer", "Customer"
