"""Weekly levels of one account, as the intent reads them."""

from datetime import timedelta

from abmhub.accounts.models import Account
from abmhub.signals.intent import intent_of
from abmhub.signals.models import IntentProvider, Topic
from abmhub.signals.series import weekly_levels
from tests.signals.conftest import Read
from tests.signals.test_intent import WEDNESDAY, series, weeks_ago


def test_they_are_what_the_intent_is_made_of(
    quiet_account: Account, account: Account, read: Read, provider: IntentProvider, topic: Topic
) -> None:
    """The provider was silent five weeks ago, and saw the account on nothing two weeks ago."""
    for weeks in (week for week in range(15) if week != 5):
        read(account, weeks_ago(weeks), 50)
        if weeks not in (2, 5):
            read(quiet_account, weeks_ago(weeks), weeks + 1)
    found = weekly_levels(quiet_account.pk, WEDNESDAY)
    [(key, levels)] = found.items()
    assert key == (topic.pk, provider.pk)
    newest_first = [1, 2, 0, 4, 5, None, *range(7, 16)]
    assert [(week.week_on, week.level, week.is_recent) for week in reversed(levels)] == [
        (weeks_ago(weeks), level, weeks < 3) for weeks, level in enumerate(newest_first)
    ]
    [interest] = intent_of(quiet_account.pk, WEDNESDAY).topics
    assert (interest.topic_id, interest.provider_id) == key
    recent = [week.level or 0 for week in levels if week.is_recent]
    assert interest.recent_mean == sum(recent) / len(recent)


def test_they_end_with_the_last_week_while_this_one_has_not_been_reported_on(
    quiet_account: Account, read: Read
) -> None:
    for weeks in range(1, 20):
        read(quiet_account, weeks_ago(weeks), 10)
    [levels] = weekly_levels(quiet_account.pk, WEDNESDAY).values()
    assert len(levels) == 15
    assert (levels[0].week_on, levels[-1].week_on) == (weeks_ago(15), weeks_ago(1))
    [longer] = weekly_levels(quiet_account.pk, WEDNESDAY, weeks=18).values()
    assert (len(longer), longer[0].week_on) == (18, weeks_ago(18))


def test_what_is_too_old_too_new_or_not_scored_has_none(quiet_account: Account, read: Read) -> None:
    unscored = IntentProvider.objects.create(code="bid", name="Bid", lawful_basis="none", is_scored=False)
    read(quiet_account, weeks_ago(0), 80, seen_by=unscored)
    read(quiet_account, weeks_ago(15) - timedelta(weeks=1), 80)
    read(quiet_account, weeks_ago(-1), 80)
    assert weekly_levels(quiet_account.pk, WEDNESDAY) == {}
    series(read, quiet_account, [5])
    assert len(weekly_levels(quiet_account.pk, WEDNESDAY)) == 1
