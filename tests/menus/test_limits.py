"""Limits by country, industry and day."""

from datetime import date

import pytest

from abmhub.accounts.models import Account
from abmhub.menus.limits import limit_of
from abmhub.menus.models import Tactic


@pytest.mark.parametrize(
    ("of_tactic", "of_account", "said"),
    [
        ({}, {"country": "", "industry": ""}, ""),
        ({"only_countries": ["US", "CA"]}, {}, ""),
        (
            {"only_countries": ["DE", "AT", "CH"]},
            {},
            "Only for accounts in Germany, Austria and Switzerland; this one is in United States.",
        ),
        (
            {"only_countries": ["DE"]},
            {"country": ""},
            "Only for accounts in Germany, and this one has no country yet.",
        ),
        ({"barred_industries": ["government"]}, {"industry": "Government"}, "Not for accounts of the industry Govern"),
        ({"barred_industries": ["government"]}, {"industry": ""}, ""),
        ({"valid_from_on": date(2026, 3, 5)}, {}, "Not to be had before 5 March 2026."),
        ({"valid_from_on": date(2026, 3, 4), "valid_until_on": date(2026, 3, 4)}, {}, ""),
        ({"valid_until_on": date(2026, 3, 3)}, {}, "It could be ordered until 3 March 2026."),
    ],
    ids=["none", "there", "elsewhere", "unknown country", "barred", "unknown industry", "too soon", "that day", "over"],
)
def test_a_limit_says_what_stands_in_the_way(
    account: Account, tactic: Tactic, today: date, of_tactic: dict[str, object], of_account: dict[str, str], said: str
) -> None:
    Tactic.objects.filter(pk=tactic.pk).update(**of_tactic)
    Account.objects.filter(pk=account.pk).update(**of_account)
    tactic.refresh_from_db()
    account.refresh_from_db()
    limit = limit_of(tactic, account=account, day=today)
    assert (limit.problem if limit else "").startswith(said)
    assert bool(limit) == bool(said)
    assert limit is None or limit.remedy
