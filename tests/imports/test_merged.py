"""After somebody merged two accounts, the files that know both go on coming."""

from datetime import datetime, timedelta

import pytest

from abmhub.accounts.merging import merge, part
from abmhub.accounts.models import Account
from abmhub.users.models import User
from tests.imports.conftest import TakeIn, figures_of, remarks_of

HEADER, KEPT, ABSORBED = "id,account,employees\n", "A-2,Nordic Hull,500\n", "A-1,Nordic Hull Ltd Kenya,20\n"


@pytest.mark.parametrize("rows", [KEPT + ABSORBED, ABSORBED + KEPT], ids=["kept first", "kept last"])
def test_the_record_of_the_account_that_was_kept_speaks_for_both(
    rows: str, take_in: TakeIn, admin: User, now: datetime
) -> None:
    take_in("accounts", HEADER + KEPT + ABSORBED)
    kept, absorbed = Account.objects.get(name="Nordic Hull"), Account.objects.get(name="Nordic Hull Ltd Kenya")
    merged = merge(kept=kept, absorbed=absorbed, by=admin, at=now)
    run = take_in("accounts", HEADER + rows, at=now + timedelta(days=1))
    assert figures_of(run) == {"rows": 2, "accepted": 1, "unchanged": 1, "skipped": 1}
    assert "the two were merged" in remarks_of(run)[0][2]
    assert Account.objects.get().employees == 500
    part(merge=merged, by=admin, at=now)
    assert figures_of(take_in("accounts", HEADER + rows)) == {"rows": 2, "accepted": 2, "unchanged": 2}


def test_the_other_record_alone_is_about_the_account_that_was_kept(take_in: TakeIn, admin: User, now: datetime) -> None:
    take_in("accounts", HEADER + KEPT + ABSORBED)
    kept, absorbed = Account.objects.get(name="Nordic Hull"), Account.objects.get(name="Nordic Hull Ltd Kenya")
    merge(kept=kept, absorbed=absorbed, by=admin, at=now)
    run = take_in("accounts", HEADER + "A-1,Nordic Hull,700\n")
    assert figures_of(run) == {"rows": 1, "accepted": 1, "updated": 1}
    assert Account.objects.get().employees == 700
