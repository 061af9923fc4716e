"""What the pages beside the metrics show, as programs read it: one answer for the API and for `manage.py report`.

Money is in the business currency, shares are 0-1, and what is not known is None.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from abmhub.metrics.aims import Aim
from abmhub.metrics.attribution import Model
from abmhub.metrics.content import Taken, taken_by_all
from abmhub.metrics.models.returns import ReturnKind
from abmhub.metrics.returns import Return, returns_of
from abmhub.metrics.scorecard import Score, scorecard
from abmhub.metrics.spans import Window
from abmhub.metrics.stages import channels_on, newest_stages, times_on
from abmhub.metrics.tiles import newest_night


def returns(*, kind: ReturnKind, model: Model) -> dict[str, Any]:
    """What tactics or programs brought for what they cost, the most won money first."""
    found = returns_of(kind=kind, model=model)
    return {
        "on": found[0].found.snapshot_on.isoformat() if found else None,
        "kind": kind.value,
        "model": model.value,
        "rows": [_return(each) for each in found],
    }


def _return(told: Return) -> dict[str, Any]:
    found, (low, high) = told.found, told.interval or (None, None)
    return {
        "key": found.key,
        "name": told.name,
        "spend_amount": float(found.spend_amount),
        "won_deals": found.won_deals,
        "won_amount": float(found.won_amount),
        "times": _number(told.times),
        "low": low,
        "high": high,
        "open_deals": found.open_deals,
        "open_amount": float(found.open_amount),
        "open_times": _number(told.open_times),
    }


def stages() -> dict[str, Any]:
    """How long deals stay in a stage, and through how many channels its accounts are reached."""
    on = newest_stages()
    return {
        "on": on.isoformat() if on else None,
        "stages": [
            {
                "stage": each.stage.name,
                "passed": each.passed,
                "median_days": _number(each.median_days),
                "staying": each.staying,
                "median_so_far": _number(each.median_so_far),
            }
            for each in (times_on(on) if on else ())
        ],
        "channels": [
            {
                "stage": each.stage,
                "accounts": each.accounts,
                "wanted": each.wanted,
                "mean": each.mean,
                "reached": each.reached,
            }
            for each in (channels_on(on) if on else ())
        ],
    }


def content(*, window: Window, until: date | None = None) -> dict[str, Any]:
    """What all accounts together took up, by stage and kind, as the newest night up to a day counted it."""
    on = newest_night(until=until) or newest_night()
    return {
        "on": on.isoformat() if on else None,
        "since": window.first_day(on).isoformat() if on else None,
        "stages": [taken(each) for each in (taken_by_all(on=on, window=window) if on else ())],
    }


def taken(told: Taken) -> dict[str, Any]:
    """What was taken up of the content of a stage."""
    return {
        "stage": told.stage.value,
        "events": told.events,
        "kinds": [
            {
                "code": each.event_type.code,
                "name": each.event_type.name,
                "events": each.events,
                "last_at": each.last_at.isoformat() if each.last_at else None,
            }
            for each in told.kinds
        ],
    }


def tactics(*, on: date, sees_spend: bool) -> list[dict[str, Any]]:
    """The scorecard, the most popular tactic first; what a tactic costs for who may know alone."""
    return [_score(each, sees_spend=sees_spend) for each in scorecard(on=on)]


def _score(score: Score, *, sees_spend: bool) -> dict[str, Any]:
    lift = score.lift
    return {
        "tactic": score.tactic.pk,
        "name": score.tactic.name,
        "ordered": score.ordered,
        "delivered": score.delivered,
        "cost_each": _number(score.cost_each) if sees_spend else None,
        "kept": score.kept_share,
        "followed_up": score.followed_up_share,
        "outcome": score.outcome,
        "lift": lift.value if lift else None,
        "low": lift.low if lift else None,
        "high": lift.high if lift else None,
        "verdict": score.verdict.value,
    }


def target(aim: Aim) -> dict[str, Any]:
    """A target beside what its metric is now, by the definition that is ours."""
    found = aim.target
    return {
        "id": found.pk,
        "metric": found.metric,
        "window": found.window,
        "value": float(found.value),
        "starts_on": found.starts_on.isoformat(),
        "ends_on": found.ends_on.isoformat(),
        "source": found.source,
        "objective": found.objective,
        "definition": aim.ours.code,
        "now": _number(aim.now),
        "is_reached": aim.is_reached,
    }


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
