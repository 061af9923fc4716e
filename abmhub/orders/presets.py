"""How often a person may be touched, as shipped."""

from abmhub.orders.models import TouchLimit

TOUCHES_A_WEEK = 3


def load() -> None:
    """One limit over all channels, for an installation that has none."""
    if not TouchLimit.objects.exists():
        TouchLimit.objects.create(touches=TOUCHES_A_WEEK)
