"""Jobs: Celery calls them, the rows say what there is to do. Any of them may run twice, or not for a while."""

from celery import shared_task
from django.utils import timezone

from abmhub.accounts.attributes import index_attributes as make_indexes
from abmhub.integrations import monthly, outbox, sweeps
from abmhub.orders import actions, files
from abmhub.orders.promises import count_backlog as count_open_work


@shared_task(name="integrations.deliver_outbox")
def deliver_outbox() -> None:
    """Tell people what the outbox holds for them."""
    outbox.sweep(at=timezone.now())


@shared_task(name="integrations.route_tasks")
def route_tasks() -> None:
    """Ask recipes and rules whose each new task is."""
    actions.route_tasks(at=timezone.now())


@shared_task(name="integrations.cover_absences")
def cover_absences() -> None:
    """Give what falls due while somebody is away to their delegate, and back."""
    actions.cover_absences(at=timezone.now())


@shared_task(name="integrations.reroute_leavers")
def reroute_leavers() -> None:
    """Give away what people who left still have."""
    actions.reroute_leavers(at=timezone.now())
    sweeps.tell_of_leavers_accounts()


@shared_task(name="integrations.escalate")
def escalate() -> None:
    """Tell of tasks that are due soon or overdue."""
    actions.escalate(at=timezone.now())


@shared_task(name="integrations.send_outgoing")
def send_outgoing() -> None:
    """Send what is due by mail and Slack."""
    outbox.sweep_outgoing(at=timezone.now())


@shared_task(name="integrations.write_digests")
def write_digests() -> None:
    """Write the morning's digests."""
    sweeps.write_digests(at=timezone.now())


@shared_task(name="integrations.mail_reports")
def mail_reports() -> None:
    """Write the monthly report to whom it is to be mailed."""
    monthly.mail_reports(at=timezone.now())


@shared_task(name="integrations.announce_tasks")
def announce_tasks() -> None:
    """Tell marketers of new tasks."""
    sweeps.announce_tasks(at=timezone.now())


@shared_task(name="integrations.ask_for_approval")
def ask_for_approval() -> None:
    """Escalate what nobody decided in time, and tell everybody who may decide now."""
    sweeps.ask_for_approval(at=timezone.now())


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
    actions.stop_plays(at=timezone.now())


@shared_task(name="integrations.count_backlog")
def count_backlog() -> None:
    """Count the open work that promises have to wait for."""
    count_open_work()


@shared_task(name="integrations.strike_recipients")
def strike_recipients() -> None:
    """Strike whoever opted out from what is still to come."""
    actions.strike_recipients(at=timezone.now())


@shared_task(name="integrations.pass_on_follow_ups")
def pass_on_follow_ups() -> None:
    """Give what sales owes at an account to whoever owns it now."""
    actions.pass_on_follow_ups(at=timezone.now())


@shared_task(name="integrations.place_bulk_orders")
def place_bulk_orders() -> None:
    """Order for the accounts of bulk orders that nobody has come to yet."""
    actions.place_rows(at=timezone.now())


@shared_task(name="integrations.index_attributes")
def index_attributes() -> None:
    """Index the attributes that became filters, and drop the indexes of those that are none any more."""
    make_indexes(at=timezone.now())


@shared_task(name="integrations.tidy_up")
def tidy_up() -> None:
    """Forget addresses of tasks that have ended, and delete files that no task has."""
    now = timezone.now()
    actions.purge_addresses(at=now)
    files.sweep(at=now)
