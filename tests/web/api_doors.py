"""The doors of the API: who may read what, and use which verb."""

from tests.web.doors import (
    DECIDERS,
    IMPORTERS,
    SELLERS,
    STRANGER_404,
    WORKERS,
    WRITERS,
    Door,
    only,
)

RULERS = (*WORKERS, "analyst")

API_DOORS: tuple[Door, ...] = (
    Door("api-program-list"),
    Door("api-program-detail", rows={"pk": "program"}),
    Door("api-program-accounts", rows={"pk": "program"}),
    Door("api-program-freeze", method="post", rows={"pk": "program"}, instead=only(IMPORTERS, 200)),
    Door("api-metric-list"),
    *(Door(f"api-metric-{name}-list") for name in ("content", "goal", "stage", "tactic", "target")),
    Door("api-metric-return-list", instead={"rep": 403, "other_rep": 403}),
    Door("api-metric-report-detail", words={"month": "2020-01"}, status=404),
    Door("api-metric-goal-list", method="post", instead=only(IMPORTERS, 415)),
    Door("api-metric-target-list", method="post", instead=only(IMPORTERS, 415)),
    Door("api-metric-target-detail", 405, rows={"pk": "metric_target"}),
    Door("api-account-content", rows={"pk": "account"}, instead=STRANGER_404),
    Door("api-schema"),
    *(Door(f"api-{name}-list", given=("task",)) for name in ("account", "order", "task")),
    *(Door(f"api-{name}-detail", rows={"pk": name}, instead=STRANGER_404) for name in ("account", "order", "task")),
    Door("api-account-menu", rows={"pk": "account"}, instead=STRANGER_404),
    Door("api-account-why", rows={"pk": "account"}, instead=STRANGER_404),
    # A form is no JSON: whoever may use the verb is told so.
    Door("api-account-override", method="post", rows={"pk": "account"}, instead=only(DECIDERS, 415)),
    Door("api-order-list", method="post", instead=only(SELLERS, 415)),
    Door("api-bulk-order-list"),
    Door("api-bulk-order-list", method="post", instead=only(SELLERS, 415)),
    Door("api-bulk-order-detail", rows={"pk": "bulk_order"}, instead=STRANGER_404),
    Door("api-bulk-order-plan", method="post", instead=only(SELLERS, 415)),
    Door("api-task-file-list", given=("task_file",)),
    Door("api-task-file-list", method="post", instead=only(WRITERS, 400)),
    Door("api-task-file-detail", rows={"pk": "task_file"}, instead=STRANGER_404),
    Door("api-task-file-content", rows={"pk": "task_file"}, instead=STRANGER_404),
    Door("api-task-claim", method="post", rows={"pk": "task"}, instead=only(WORKERS, 200)),
    # Nobody has claimed it: whoever may work on it is told so.
    *(
        Door(f"api-task-{verb}", method="post", rows={"pk": "task"}, instead=only(WORKERS, 409))
        for verb in ("release", "resume")
    ),
    Door("api-task-wait", method="post", rows={"pk": "task"}, instead=only(WORKERS, 415)),
    Door("api-task-hand-over", method="post", rows={"pk": "task"}, instead=only(WORKERS, 415)),
    Door("api-task-claim-next", method="post", instead=only(WORKERS, 204)),
    Door("api-approval-list", given=("approval",)),
    Door("api-approval-detail", rows={"pk": "approval"}, instead=STRANGER_404),
    Door("api-approval-decide", method="post", rows={"pk": "approval"}, instead=only(WRITERS, 415) | STRANGER_404),
    Door("api-funnel-list"),
    Door("api-workload-list", instead=only(("marketing_manager", "admin"), 200)),
    Door("api-workload-level", method="post", instead=only(("marketing_manager", "admin"), 415)),
    Door("api-task-deliver", method="post", rows={"pk": "task"}, instead=only(WORKERS, 415)),
    Door("api-task-comment", method="post", rows={"pk": "task"}, instead=only(WRITERS, 415) | STRANGER_404),
    Door(
        "api-task-tick",
        method="post",
        rows={"pk": "task"},
        words={"position": "1"},
        given=("step",),
        instead=only(WORKERS, 415),
    ),
    # It ships nothing.
    Door("api-task-ask-addresses", method="post", rows={"pk": "task"}, instead=only(WORKERS, 409)),
    *(
        Door(f"api-{name}-{what}", rows={} if what == "list" else {"pk": row}, given=(row,), instead=only(RULERS, 200))
        for name, row in (("routing-rule", "routing_rule"), ("skill", "skill"))
        for what in ("list", "detail")
    ),
    Door("api-routing-rule-list", method="post", instead=only(("admin",), 415)),
    Door("api-skill-list", method="post", instead=only(("admin",), 415)),
    Door("api-escalation-list", instead=only(RULERS, 200)),
    Door("api-escalation-detail", words={"pk": "overdue"}, instead=only(RULERS, 200)),
    Door("api-calendar-list"),
    Door("api-calendar-list", method="post", instead=only(("admin",), 415)),
    Door("api-calendar-detail", words={"pk": "1"}),
)
