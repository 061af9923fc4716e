"""When the sweeps run. An administrator may change or switch off each schedule, but a deleted one comes back."""

from abmhub.core import schedules

SCHEDULES = (
    # name, job, seconds
    ("Tell people what happened", "integrations.deliver_outbox", 5),
    ("Route new tasks", "integrations.route_tasks", 5),
    ("Cover for who is away", "integrations.cover_absences", 5 * 60),
    ("Give away what leavers had", "integrations.reroute_leavers", 60),
    ("Tell of late tasks", "integrations.escalate", 5 * 60),
    ("Send mail and Slack posts", "integrations.send_outgoing", 5),
    ("Write digests", "integrations.write_digests", 10 * 60),
    ("Mail the monthly report", "integrations.mail_reports", 10 * 60),
    ("Announce new tasks", "integrations.announce_tasks", 10),
    ("Ask for approval", "integrations.ask_for_approval", 60),
    ("Remind of missed follow-ups", "integrations.remind_of_follow_ups", 15 * 60),
    ("Tell of accounts that were given", "integrations.tell_of_given_accounts", 30),
    ("Place bulk orders", "integrations.place_bulk_orders", 5),
    ("Strike recipients who opted out", "integrations.strike_recipients", 30),
    ("Pass follow-ups on to new owners", "integrations.pass_on_follow_ups", 60),
    ("Stop plays", "integrations.stop_plays", 60),
    ("Count the open work", "integrations.count_backlog", 5 * 60),
    ("Forget addresses and files that nobody needs", "integrations.tidy_up", 5 * 60),
    ("Index attributes that are filters", "integrations.index_attributes", 60),
)


def load() -> None:
    """Add the schedules that are missing."""
    for name, job, seconds in SCHEDULES:
        schedules.add(name, job, every=seconds, expire_seconds=max(2 * seconds, 30))
