"""The engagement of every account on a day by five engines: what each costs, on this machine, in one run.

    .venv/bin/pip install -r requirements-benchmarks.txt
    ABMHUB_HOME=/tmp/somewhere .venv/bin/python benchmarks/engines.py [--scale small|medium|million] [--json]

"Full" is our statement over all events, "night" the mean of three whole nights, each after a day of news: signals,
scores, tiers, snapshots and every write. Beside them pandas, which reads events and people by COPY and writes nothing,
and a plain loop in Python over a streamed cursor, which writes nothing. Two loops go over accounts with Django's ORM
and save the standing of each: "orm" as one writes it first, with type and person of an event read where they are
needed, "careful orm" with both in the query for the events. Loops do a sample of the accounts, and what they cost is
scaled by events. Costs are CPU seconds of this process and of its database backend.

All engines do the whole job: daily caps with the highest contact factor first, half-lives, integers as in
signals/engagement.py. Scores are compared account by account; any mismatch ends it with status 1.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.engagement import LOOPS, Rules, Scores, by_our_statement, by_pandas, our_scores, sample
from benchmarks.night import DAY, SCALES, cpu_seconds, every, fill, live, night, one, run
from benchmarks.scratch import empty_database

GOALS = {"pandas_over_night": 2, "python_over_night": 15, "orm_over_night": 1000}
SCALES["medium"] = 200_000
SAMPLES = {
    "small": {"python": 4, "orm": 100, "careful_orm": 100},
    "medium": {"python": 16, "orm": 400, "careful_orm": 400},
    "million": {"python": 40, "orm": 2000, "careful_orm": 2000},
}
"""One account in so many is done by the loops: those whose key leaves the half of it, for the first has most events."""


@dataclass(frozen=True)
class Cost:
    """What an engine took, of this process and of the database, and what it found."""

    client: float
    backend: float
    scores: Scores

    @property
    def all(self) -> float:
        return self.client + self.backend


def measured(what: Callable[[], Scores]) -> Cost:
    found: list[Scores] = []
    began = time.process_time()
    backend = cpu_seconds(lambda: found.append(what()))
    return Cost(time.process_time() - began, backend, found[0])


def best_of(times: int, what: Callable[[], Scores]) -> Cost:
    return min((measured(what) for _ in range(times)), key=lambda cost: cost.all)


def mismatches(ours: Scores, theirs: Scores, accounts: Iterable[int]) -> int:
    """Accounts with another score; without any event it is 0."""
    return sum(ours.get(each, 0) != theirs.get(each, 0) for each in accounts)


def compare(scale: str) -> dict[str, Any]:
    accounts, began = SCALES[scale], time.monotonic()
    fill(accounts)
    night(DAY)
    nights = []
    for number in (1, 2, 3):
        day = DAY + timedelta(days=number)
        live(day, accounts)
        nights.append(measured(lambda day=day: night(day) or {}))
    whole = sum(cost.all for cost in nights) / len(nights)
    rules, ours = Rules.of(day), our_scores(day)
    events = one("SELECT count(*) FROM signals_engagementevent")
    full = best_of(3, lambda: by_our_statement(day))
    pandas = best_of(2, lambda: by_pandas(rules))
    loops, scaled = {}, {}
    for name, loop in LOOPS.items():
        one_in = SAMPLES[scale][name]
        loops[name] = measured(partial(loop, rules, one_in))
        done = one(
            "SELECT count(*) FROM signals_engagementevent WHERE mod(account_id, %(one_in)s) = %(half)s",
            one_in=one_in,
            half=one_in // 2,
        )
        scaled[name] = loops[name].all * events / done
    wrong = mismatches(ours, pandas.scores, {*ours, *pandas.scores})
    for name, loop in loops.items():
        wrong += mismatches(ours, loop.scores, sample(accounts, SAMPLES[scale][name]))
    published = dict(every("SELECT account_id, engagement FROM accounts_standing"))
    wrong += mismatches(ours, published, published)
    return {
        "scale": scale,
        "accounts": accounts,
        "events": events,
        **{f"{name}_cpu_seconds": round(each.all, 2) for name, each in (("full", full), ("pandas", pandas))},
        "night_cpu_seconds": round(whole, 2),
        "pandas_client_cpu_seconds": round(pandas.client, 2),
        **{f"{name}_cpu_seconds_scaled": round(each, 1) for name, each in scaled.items()},
        **{f"{name}_done_one_account_in": SAMPLES[scale][name] for name in loops},
        **_ratios(pandas.all, scaled, whole, "night"),
        **_ratios(pandas.all, scaled, full.all, "full"),
        "mismatches": wrong,
        "seconds": round(time.monotonic() - began),
    }


def _ratios(pandas: float, scaled: dict[str, float], ours: float, name: str) -> dict[str, float]:
    others = {"pandas": pandas, **scaled}
    return {f"{other}_over_{name}": round(cost / max(ours, 0.01), 1) for other, cost in others.items()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", choices=SCALES, default="small")
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    options = parser.parse_args()

    with empty_database():
        run("SET max_parallel_workers_per_gather = 0")
        answer = compare(options.scale)
    if options.json:
        print(json.dumps(answer))
    else:
        for name, value in answer.items():
            goal = f"   (goal: at least {GOALS[name]})" if name in GOALS else ""
            print(f"{name:30} {value:>14}{goal}")
    return 1 if answer["mismatches"] else 0


if __name__ == "__main__":
    sys.exit(main())
