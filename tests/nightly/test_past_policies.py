"""A day that is over is judged by the policy that was in force on it."""

from datetime import UTC, datetime

import pytest

from abmhub.accounts.models import Account
from abmhub.nightly import steps
from abmhub.scoring.actions import copy_policy
from abmhub.scoring.models import TierCondition, TierPolicy, TierSnapshot
from abmhub.users.models import User
from tests.nightly.conftest import AT, TODAY, YESTERDAY
from tests.scoring.conftest import publish

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_day_is_back_filled_by_the_policy_of_then(fitting: Account, admin: User) -> None:
    second = copy_policy(policy=TierPolicy.objects.get())
    TierCondition.objects.filter(rule__policy=second, fact="fit").update(threshold=101)
    publish(second, admin, datetime(2026, 3, 4, 1, tzinfo=UTC))
    steps.run(TODAY, at=AT)
    steps.run(YESTERDAY, at=AT)
    for day, version, fitted in ((TODAY, 2, 0), (YESTERDAY, 1, 1)):
        snapshot = TierSnapshot.objects.get(snapshot_on=day, tier=3)
        assert (snapshot.policy_version, snapshot.accounts) == (version, fitted)
