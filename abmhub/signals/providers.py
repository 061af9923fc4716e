"""The clocks of intent providers: which of them report in time."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import OuterRef, Subquery

from abmhub.signals.models import IntentObservation, IntentProvider

A_WEEK_BUT_A_DAY = timedelta(days=6)


@dataclass(frozen=True)
class ProviderClock:
    """A provider and the Monday of the last week that it reported on; None before the first."""

    provider: IntentProvider
    last_week_on: date | None

    @property
    def due_on(self) -> date | None:
        """The last day on which it is in time: so many days after the Sunday of that week."""
        if self.last_week_on is None:
            return None
        return self.last_week_on + A_WEEK_BUT_A_DAY + timedelta(days=self.provider.due_every_days)

    def is_overdue(self, on: date) -> bool:
        """Whether that day has passed; what the provider said is called stale from then on."""
        return self.due_on is not None and self.due_on < on


def provider_clocks() -> list[ProviderClock]:
    """Those of all providers, by name, in one query."""
    reported = IntentObservation.objects.filter(provider=OuterRef("pk")).order_by("-week_on")
    providers = IntentProvider.objects.annotate(last_week_on=Subquery(reported.values("week_on")[:1]))
    return [ProviderClock(provider, provider.last_week_on) for provider in providers.order_by("name", "pk")]
