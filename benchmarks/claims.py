"""How long it takes to claim the next of very many open tasks, to promise beside them, and to count them."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

AT = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)

FILL = """
    WITH ordered AS (
        INSERT INTO orders_order (
            account_id, tier_id, envelope_id, placed_by_id, placed_at, total_amount, currency, note, idempotency_key,
            fingerprint
        )
        SELECT %(account)s, 1, %(envelope)s, %(rep)s, %(at)s, 5, 'USD', '', gen_random_uuid(), ''
          FROM generate_series(1, %(tasks)s)
        RETURNING id
    ),
    lines AS (
        INSERT INTO orders_orderline (
            order_id, tactic_id, quantity, unit_cost, line_cost, takes_stock, goal, starts_on, promised_on, state,
            delivery_note
        )
        SELECT id, %(tactic)s, 1, 5, 5, false, '', %(day)s, %(day)s, 'ordered', '' FROM ordered
        RETURNING id
    ),
    made AS (
        INSERT INTO orders_task (line_id, name, state, due_on, waiting_on, waiting_note)
        SELECT id, 'Order', 'to_do', %(day)s::date + (id %% 90)::int, '', '' FROM lines
        RETURNING id, due_on
    )
    INSERT INTO orders_taskstep (task_id, position, name, due_on, hours) SELECT id, 1, 'Step', due_on, 1 FROM made
"""


def fill_queue(cast: dict[str, Any], tasks: int) -> None:
    """So many open tasks. What a row refers to is not looked up for each of them."""
    from django.db import connection

    with connection.cursor() as cursor:
        for table in ("orders_order", "orders_orderline", "orders_task", "orders_taskstep"):
            cursor.execute("SELECT conname FROM pg_constraint WHERE contype = 'f' AND conrelid = %s::regclass", [table])
            for (name,) in cursor.fetchall():
                cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        who = {"account": cast["accounts"][0], "envelope": cast["alone"][0], "rep": cast["reps"][0]}
        cursor.execute(FILL, who | {"at": AT, "day": AT.date(), "tactic": cast["tactics"][0], "tasks": tasks})
        cursor.execute("VACUUM ANALYZE")


def milliseconds_in_database(work: Callable[[], object]) -> tuple[float, float]:
    """What the statements that an action reads with take by EXPLAIN ANALYZE, and the whole action by the clock."""
    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext

    with transaction.atomic(), CaptureQueriesContext(connection) as captured:
        began = time.perf_counter()
        work()
        took = time.perf_counter() - began
        transaction.set_rollback(True)
    reading = [each["sql"] for each in captured.captured_queries if each["sql"].startswith("SELECT")]
    executed = 0.0
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in reading:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}")
            [plan] = cursor.fetchone()[0]
            executed += plan["Execution Time"]
        transaction.set_rollback(True)
    return executed, took * 1000


def claims(cast: dict[str, Any], tasks: int) -> dict[str, float]:
    """Claiming the next of so many open tasks, promising and counting beside them; the best of ten each."""
    from abmhub.menus.models import Tactic
    from abmhub.orders.actions import claim_next
    from abmhub.orders.promises import count_backlog, promises_for
    from abmhub.users.models import User

    fill_queue(cast, tasks)
    marketer, tactics = User.objects.get(pk=cast["marketer"]), list(Tactic.objects.orderable())
    claim = [milliseconds_in_database(lambda: claim_next(by=marketer, at=AT)) for _ in range(10)]
    began = time.perf_counter()
    count_backlog()
    counted = time.perf_counter() - began
    promise = [milliseconds_in_database(lambda: promises_for(tactics, at=AT)) for _ in range(10)]
    return {
        "claim_next_ms": min(executed for executed, _ in claim),
        "claim_next_action_ms": min(took for _, took in claim),
        "count_backlog_seconds": counted,
        "promises_ms": min(executed for executed, _ in promise),
    }
