"""Nights over scores that a test tells, without the signals that would make them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from psycopg.sql import SQL

from abmhub.accounts.models import Account
from abmhub.scoring.models import TierOverride, TierPolicy
from tests.scoring.conftest import TODAY

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)

Score = dict[str, Any]
Scored = dict[Account, Score]


def keep_scores(scored: Scored) -> None:
    """What scores.gather would keep, as told."""
    with connection.cursor() as cursor:
        cursor.execute(SQL("DROP TABLE IF EXISTS pg_temp.tonight_score"))
        cursor.execute(
            SQL(
                "CREATE TEMPORARY TABLE tonight_score (account_id bigint, is_target boolean, acv_amount numeric,"
                " disqualified_by text, stale_since_on date, fit int, intent int, engagement int) ON COMMIT DROP"
            )
        )
        for account, score in scored.items():
            cursor.execute(
                "INSERT INTO tonight_score VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
                [
                    account.pk,
                    score.get("is_target", True),
                    score.get("acv"),
                    score.get("disqualified_by", ""),
                    score.get("stale_since_on"),
                    score.get("fit"),
                    score.get("intent"),
                    score.get("engagement", 0),
                ],
            )


def override(account: Account, level: int | None, *, first: int, last: int, **fields: Any) -> TierOverride:
    """Made on the day `first` and holding through `last`, in days from today."""
    return TierOverride.objects.create(
        account=account,
        tier_id=level,
        reason="A strategic customer.",
        made_at=NOON + timedelta(days=first),
        expires_on=TODAY + timedelta(days=last),
        **fields,
    )


def change(policy: TierPolicy, **fields: int) -> None:
    """Bands and the like, as told."""
    TierPolicy.objects.filter(pk=policy.pk).update(**fields)
