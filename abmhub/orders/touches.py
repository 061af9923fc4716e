"""The touch governor: at most so many touches per person and week, of marketing and sales together.

Counted are what was done to the person, by whichever team, and what is ordered and still to come, in the week for which
it is promised; what should have been delivered before today may come this week. Orders of an account are placed one at
a time, so that what is read here still holds when an order is written.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from abmhub.campaigns.models import Channel, Touch
from abmhub.core.days import business_day, first_moment
from abmhub.orders.models import OrderLine, Recipient, TouchLimit

WEEK = timedelta(days=7)


def week_of(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True)
class Diary:
    """How often people are touched in each week, and how often they may be.

    `limits` are by the id of a channel, or None for all channels together; `touches` by person, and then by channel
    or None and the Monday of the week.
    """

    limits: Mapping[int | None, int] = field(default_factory=dict)
    touches: Mapping[int, Counter[tuple[int | None, date]]] = field(default_factory=dict)

    def why_not(self, contact_id: int, channel: Channel, on: date) -> str:
        """Why this person cannot be touched by the channel in the week of that day; empty when they can."""
        week = week_of(on)
        for limited in (None, channel.pk):
            if self._has_room(contact_id, limited, week):
                continue
            most, by = self.limits[limited], f" by {channel.name.lower()}" if limited else ""
            number = self.touches[contact_id][limited, week]
            free = self.free_from(contact_id, channel, on)
            return f"{number} of {most} touches{by} in the week of {week:%-d %B}, free from {free:%-d %B}"
        return ""

    def free_from(self, contact_id: int, channel: Channel, on: date) -> date:
        """The Monday of the first week, from that of the day on, in which there is room."""
        week = week_of(on)
        while not all(self._has_room(contact_id, limited, week) for limited in (None, channel.pk)):
            week += WEEK
        return week

    def also(self, contact_ids: Iterable[int], channel: Channel, on: date) -> "Diary":
        """The diary once these people are touched too."""
        week, touches = week_of(on), dict(self.touches)
        for contact_id in contact_ids:
            touches[contact_id] = touches.get(contact_id, Counter()) + Counter([(None, week), (channel.pk, week)])
        return Diary(self.limits, touches)

    def _has_room(self, contact_id: int, channel_id: int | None, week: date) -> bool:
        most = self.limits.get(channel_id)
        return most is None or contact_id not in self.touches or self.touches[contact_id][channel_id, week] < most


def diary_of(contact_ids: Collection[int], *, at: datetime) -> Diary:
    """The diary of these people from this week on; three queries, however many they are."""
    today = business_day(at)
    limits: dict[int | None, int] = dict(TouchLimit.objects.values_list("channel", "touches"))
    if not limits:
        return Diary()
    done = Touch.objects.filter(contact__in=contact_ids, occurred_at__gte=first_moment(week_of(today)))
    to_come = Recipient.objects.served().filter(contact__in=contact_ids, line__state__in=OrderLine.OPEN)
    days = [
        *(
            (person, channel, business_day(occurred_at))
            for person, channel, occurred_at in done.values_list("contact", "channel", "occurred_at")
        ),
        *(
            (person, channel, max(promised_on, today))
            for person, channel, promised_on in to_come.values_list(
                "contact", "line__tactic__channel", "line__promised_on"
            )
        ),
    ]
    touches: dict[int, Counter[tuple[int | None, date]]] = {}
    for person, channel, day in days:
        touches.setdefault(person, Counter()).update([(None, week_of(day)), (channel, week_of(day))])
    return Diary(limits, touches)
