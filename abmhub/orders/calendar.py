"""A person's own calendar: what they have to deliver, whom to call, and what they were promised."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from icalendar import Calendar, Event

from abmhub.orders.models import CalendarFeed, FollowUp, OrderLine, Task
from abmhub.users.models import User

MOST = 500
"""So many entries of each kind, the nearest first: a calendar is no archive."""
CALL = timedelta(minutes=30)
OPEN = (OrderLine.State.ORDERED, OrderLine.State.IN_PRODUCTION)


@dataclass(frozen=True)
class Entry:
    """One thing in a calendar. `key` names it for good, so that it moves instead of coming twice."""

    key: str
    title: str
    about: str
    order: int
    since: datetime
    starts: date | datetime

    @property
    def ends(self) -> date | datetime:
        return self.starts + (CALL if isinstance(self.starts, datetime) else timedelta(days=1))


def entries_of(user: User) -> Iterator[Entry]:
    """Tasks of a marketer; calls and promises of a rep. In three queries."""
    tasks = Task.objects.visible_to(user).filter(assignee=user).unfinished().due_first()
    for task in tasks.select_related("line__order__account")[:MOST]:
        order = task.line.order
        waits = f" (waits for {task.get_waiting_on_display().lower()})" if task.waiting_on else ""
        about = f"Order {order.number} for {order.account}."
        yield Entry(f"task-{task.pk}", f"Due: {task}{waits}", about, order.pk, order.placed_at, task.due_on)
    owed = FollowUp.objects.visible_to(user).filter(owner=user).owed().order_by("due_at", "pk")
    for call in owed.select_related("account", "line__tactic", "line__order")[:MOST]:
        order, about = call.line.order, f"{call.line.tactic} was delivered: {call.line.delivery_note}"
        since = call.line.delivered_at or order.placed_at
        yield Entry(f"follow-up-{call.pk}", f"Follow up: {call.account}", about, order.pk, since, call.due_at - CALL)
    lines = OrderLine.objects.visible_to(user).filter(order__placed_by=user, state__in=OPEN)
    for line in lines.select_related("tactic", "order__account").order_by("promised_on", "pk")[:MOST]:
        order, about = line.order, f"Order {line.order.number}: {line.quantity} of {line.tactic}."
        title = f"Promised: {line.tactic} for {order.account}"
        yield Entry(f"promise-{line.pk}", title, about, order.pk, order.placed_at, line.promised_on)


def calendar_of(user: User, *, host: str, link: Callable[[int], str]) -> bytes:
    """The calendar as a file. `host` is part of the names of its entries, `link` says where an order is shown.

    An entry's stamp is when its order was placed or delivered, not when this was written: what has not changed
    reads the same, byte for byte, and nobody has to fetch it again.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//ABM Hub//Calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"ABM Hub: {user.name}")
    calendar.add("x-published-ttl", "PT1H")
    for entry in entries_of(user):
        event, url = Event(), link(entry.order)
        event.add("uid", f"{entry.key}@{host}")
        event.add("dtstamp", entry.since)
        event.add("dtstart", entry.starts)
        event.add("dtend", entry.ends)
        event.add("summary", entry.title)
        event.add("description", f"{entry.about}\n{url}")
        event.add("url", url)
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def hash_of(token: str) -> str:
    """What is kept of the secret in a link."""
    return sha256(token.encode()).hexdigest()


def feed_of(token: str) -> CalendarFeed | None:
    """The feed of a link, as long as its person is in office; found by the hash, which tells nothing of the secret."""
    feeds = CalendarFeed.objects.filter(token_hash=hash_of(token), user__is_active=True)
    return feeds.select_related("user").first()
