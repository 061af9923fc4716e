"""Jobs: Celery calls them, the rows say what there is to do. Any of them may run twice, or not for a while."""

from celery import shared_task
from django.utils import timezone

from abmhub.accounts.attributes import index_attributes as make_indexes
from abmhub.integrations import outbox, sweeps
from abmhub.orders.actions import place_rows
from abmhub.orders.actions import route_tasks as ask_whose_tasks_are
from abmhub.orders.actions import stop_plays as cancel_stopped_plays
from abmhub.orders.promises import count_backlog as count_open_work


@shared_task(name="integrations.deliver_outbox")
def deliver_outbox() -> None:
    """Tell people what the outbox holds for them."""
    outbox.sweep(at=timezone.now())


@shared_task(name="integrations.route_tasks")
def route_tasks() -> None:
    """Ask recipes and rules whose each new task is."""
    ask_whose_tasks_are(at=timezone.now())


@shared_task(name="integrations.announce_tasks")
def announce_tasks() -> None:
    """Tell marketers of new tasks."""
    sweeps.announce_tasks(at=timezone.now())


@shared_task(name="integrations.remind_of_follow_ups")
def remind_of_follow_ups() -> None:
    """Tell reps of follow-ups that they missed."""
    sweeps.remind_of_follow_ups(at=timezone.now())


@shared_task(name="integrations.tell_of_given_accounts")
def tell_of_given_accounts() -> None:
    """Tell people of accounts that they were given."""
    sweeps.tell_of_given_accounts(at=timezone.now())


@shared_task(name="integrations.stop_plays")
def stop_plays() -> None:
    """Cancel what nobody has begun of plays that are stopped."""
    cancel_stopped_plays(at=timezone.now())


@shared_task(name="integrations.count_backlog")
def count_backlog() -> None:
    """Count the open work that promises have to wait for."""
    count_open_work()


@shared_task(name="integrations.place_bulk_orders")
def place_bulk_orders() -> None:
    """Order for the accounts of bulk orders that nobody has come to yet."""
    place_rows(at=timezone.now())


@shared_task(name="integrations.index_attributes")
def index_attributes() -> None:
    """Index the attributes that became filters, and drop the indexes of those that are none any more."""
    make_indexes(at=timezone.now())
