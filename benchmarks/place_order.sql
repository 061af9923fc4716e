-- An order of three lines as `place_order` writes it, for pgbench: money last and from below upwards, or first.
-- :levels says how many envelopes pay, one above the other; with 0 nothing is checked.
\set account :first_account + :client_id
\set rep :first_rep + :client_id
\set contact :first_contact + :client_id
\set envelope :first_envelope + :client_id * :apart
\set paying :envelope
\set moved 1

BEGIN;
SELECT key, pg_advisory_xact_lock(hashtextextended('order key ' || key, 0)),
       pg_advisory_xact_lock(hashtextextended('orders of account ' || cast(:account AS text), 0))
  FROM (SELECT gen_random_uuid() AS key OFFSET 0) AS drawn
\gset

\if :money_first > 0
\set moved 0
UPDATE budgets_envelope SET reserved_amount = reserved_amount + 15
 WHERE id = :paying AND reserved_amount + spent_amount + 15 <= total_amount
RETURNING 1 AS moved
\aset
\endif

INSERT INTO orders_order (
    account_id, tier_id, envelope_id, placed_by_id, placed_at, total_amount, currency, note, idempotency_key,
    fingerprint
)
VALUES (:account, 1, :envelope, :rep, now(), 15, 'USD', '', :key, '')
RETURNING id AS order
\gset
WITH line AS (
    INSERT INTO orders_orderline (
        order_id, tactic_id, quantity, unit_cost, line_cost, takes_stock, goal, starts_on, promised_on, state,
        delivery_note
    )
    SELECT :order, id, 1, 5, 5, false, '', date '2026-03-04', date '2026-03-04', 'ordered', ''
      FROM unnest(cast(:tactics AS bigint[])) AS tactic (id)
    RETURNING id
)
SELECT array_agg(id) AS lines FROM line
\gset
INSERT INTO orders_recipient (line_id, contact_id)
SELECT id, :contact FROM unnest(cast(:lines AS bigint[])) AS line (id);
WITH task AS (
    INSERT INTO orders_task (line_id, name, state, due_on, waiting_on, waiting_note)
    SELECT id, 'Order', 'to_do', date '2026-03-04', '', '' FROM unnest(cast(:lines AS bigint[])) AS line (id)
    RETURNING id
)
SELECT array_agg(id) AS tasks FROM task
\gset
INSERT INTO orders_taskstep (task_id, position, name, due_on, hours)
SELECT id, number, 'Step', date '2026-03-04', 1
  FROM unnest(cast(:tasks AS bigint[])) AS task (id), generate_series(1, 4) AS step (number);
INSERT INTO orders_backlog (due_on, hours) SELECT date '2026-03-04', 4 FROM generate_series(1, 3);
INSERT INTO core_outboxmessage (topic, key, payload)
VALUES ('order.placed', 'bench/' || cast(:key AS text), '{}');
INSERT INTO budgets_ledgerentry (envelope_id, kind, amount, reserved_amount, reference, note, by_id, at)
SELECT :envelope, 'reserve', 5, 0, 'order-line-' || id, '', :rep, now()
  FROM unnest(cast(:lines AS bigint[])) AS line (id);

\if :money_first = 0 and :levels > 0
\set moved 0
UPDATE budgets_envelope SET reserved_amount = reserved_amount + 15
 WHERE id = :paying AND reserved_amount + spent_amount + 15 <= total_amount
RETURNING 1 AS moved, coalesce(parent_id, 0) AS paying
\aset
\endif
\if :moved > 0 and :levels > 1
\set moved 0
UPDATE budgets_envelope SET reserved_amount = reserved_amount + 15
 WHERE id = :paying AND reserved_amount + spent_amount + 15 <= total_amount
RETURNING 1 AS moved, coalesce(parent_id, 0) AS paying
\aset
\endif
\if :moved > 0 and :levels > 2
\set moved 0
UPDATE budgets_envelope SET reserved_amount = reserved_amount + 15
 WHERE id = :paying AND reserved_amount + spent_amount + 15 <= total_amount
RETURNING 1 AS moved
\aset
\endif

\if :moved > 0
COMMIT;
\else
ROLLBACK;
\endif
