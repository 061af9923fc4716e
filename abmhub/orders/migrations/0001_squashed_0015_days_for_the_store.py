from decimal import Decimal

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from abmhub.core.squashed import Together


class Migration(migrations.Migration):
    replaces = [
        ("orders", "0001_initial"),
        ("orders", "0002_versions_and_recipes"),
        ("orders", "0003_plays"),
        ("orders", "0004_history_files_addresses"),
        ("orders", "0005_touch_limits_and_struck_recipients"),
        ("orders", "0006_routing"),
        ("orders", "0007_routing_index"),
        ("orders", "0008_capacities"),
        ("orders", "0009_index_waiting_tasks"),
        ("orders", "0010_approvals"),
        ("orders", "0011_approval_guards"),
        ("orders", "0012_promises"),
        ("orders", "0013_history_of_promises"),
        ("orders", "0014_bulk_orders"),
        ("orders", "0015_days_for_the_store"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0015_views_of_tasks"),
        ("budgets", "0002_envelopes_in_a_tree"),
        ("campaigns", "0003_programs"),
        ("committee", "0006_role_counts"),
        ("menus", "0007_restock_days"),
        ("users", "0003_mail_choices"),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="Order",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("placed_at", models.DateTimeField()),
                        ("total_amount", models.DecimalField(decimal_places=2, max_digits=14)),
                        ("currency", models.CharField(max_length=3)),
                        ("note", models.CharField(blank=True, help_text="What marketing should know.", max_length=500)),
                        ("idempotency_key", models.UUIDField(unique=True)),
                        (
                            "fingerprint",
                            models.CharField(
                                help_text="Of what was asked: the same key with another wish is refused.", max_length=64
                            ),
                        ),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="orders",
                                to="accounts.account",
                            ),
                        ),
                        (
                            "envelope",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="orders",
                                to="budgets.envelope",
                            ),
                        ),
                        (
                            "placed_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="orders",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "tier",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="orders", to="accounts.tier"
                            ),
                        ),
                        (
                            "play",
                            models.ForeignKey(
                                blank=True,
                                help_text="The play that was ordered.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="orders",
                                to="menus.play",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["account", "-placed_at"], name="order_account_newest"),
                            models.Index(fields=["placed_by", "-placed_at"], name="order_placed_by_newest"),
                            models.Index(fields=["-placed_at"], name="order_newest"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OrderLine",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("quantity", models.PositiveSmallIntegerField(help_text="One for each recipient.")),
                        ("unit_cost", models.DecimalField(decimal_places=2, max_digits=10)),
                        ("line_cost", models.DecimalField(decimal_places=2, max_digits=14)),
                        ("actual_cost", models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True)),
                        ("takes_stock", models.BooleanField(default=False)),
                        ("goal", models.CharField(blank=True, max_length=200)),
                        ("promised_on", models.DateField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("ordered", "Ordered"),
                                    ("in_production", "In production"),
                                    ("delivered", "Delivered"),
                                    ("cancelled", "Cancelled"),
                                ],
                                default="ordered",
                                max_length=14,
                            ),
                        ),
                        ("delivered_at", models.DateTimeField(blank=True, null=True)),
                        ("cancelled_at", models.DateTimeField(blank=True, null=True)),
                        ("delivery_note", models.CharField(blank=True, max_length=500)),
                        (
                            "order",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="orders.order"
                            ),
                        ),
                        (
                            "tactic",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="order_lines",
                                to="menus.tactic",
                            ),
                        ),
                        (
                            "starts_on",
                            models.DateField(
                                blank=True, help_text="The day the work begins. Empty: the day of the order.", null=True
                            ),
                        ),
                        (
                            "tactic_version",
                            models.ForeignKey(
                                blank=True,
                                help_text="The price and the recipe that were ordered. Empty: ordered before tactics had versions.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="order_lines",
                                to="menus.tacticversion",
                            ),
                        ),
                        (
                            "tracking_url",
                            models.URLField(
                                blank=True,
                                db_default="",
                                help_text="Where the courier says how far it is.",
                                max_length=500,
                            ),
                        ),
                        (
                            "returned_cost",
                            models.DecimalField(
                                db_default=0,
                                decimal_places=2,
                                default=Decimal(0),
                                help_text="Of the cost: released for them.",
                                max_digits=14,
                            ),
                        ),
                        (
                            "returned_pieces",
                            models.PositiveSmallIntegerField(
                                db_default=0,
                                default=0,
                                help_text="Of the quantity: for recipients who were struck before production.",
                            ),
                        ),
                        (
                            "amended_at",
                            models.DateTimeField(
                                blank=True,
                                help_text="When the order was sent again with other lines in the place of this one.",
                                null=True,
                            ),
                        ),
                        (
                            "queue_days",
                            models.PositiveSmallIntegerField(
                                db_default=0,
                                default=0,
                                help_text="Working days of the promise for the work ahead of it and for the store.",
                            ),
                        ),
                        (
                            "took_days",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="Working days from its start to its delivery, without those on which rep or recipient had to act.",
                                null=True,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["tactic", "order"], name="order_line_tactic"),
                            models.Index(
                                condition=models.Q(("took_days__isnull", False)),
                                fields=["tactic", "-delivered_at", "-id"],
                                include=("took_days", "queue_days"),
                                name="order_line_latest_deliveries",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("quantity__gte", 1)), name="order_line_has_recipients"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("actual_cost__gte", 0),
                                        ("cancelled_at", None),
                                        ("delivered_at__isnull", False),
                                        ("state", "delivered"),
                                    ),
                                    models.Q(
                                        ("actual_cost", None),
                                        ("cancelled_at__isnull", False),
                                        ("delivered_at", None),
                                        ("state", "cancelled"),
                                    ),
                                    models.Q(
                                        ("actual_cost", None),
                                        ("cancelled_at", None),
                                        ("delivered_at", None),
                                        ("state__in", ("ordered", "in_production")),
                                    ),
                                    _connector="OR",
                                ),
                                name="order_line_ends_one_way",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("returned_cost__gte", 0),
                                    ("returned_cost__lte", models.F("line_cost")),
                                    ("returned_pieces__lte", models.F("quantity")),
                                ),
                                name="order_line_returns_what_it_had",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("amended_at", None), ("state", "cancelled"), _connector="OR"),
                                name="order_line_amended_is_cancelled",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("amended_at", None)),
                                fields=("order", "tactic"),
                                name="order_line_tactic_once_now",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FollowUp",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("due_at", models.DateTimeField()),
                        ("done_at", models.DateTimeField(blank=True, null=True)),
                        ("note", models.CharField(blank=True, max_length=300)),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="follow_ups",
                                to="accounts.account",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="follow_ups",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "line",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="follow_up",
                                to="orders.orderline",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("done_at", None)), fields=["owner", "due_at"], name="follow_up_owed"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Recipient",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "contact",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="order_lines",
                                to="committee.contact",
                            ),
                        ),
                        (
                            "line",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="recipients",
                                to="orders.orderline",
                            ),
                        ),
                        (
                            "is_returned",
                            models.BooleanField(
                                db_default=False,
                                default=False,
                                help_text="Whether money and stock of this piece went back.",
                            ),
                        ),
                        (
                            "struck_at",
                            models.DateTimeField(
                                blank=True, help_text="When it became known that nothing may be sent.", null=True
                            ),
                        ),
                        ("struck_because", models.CharField(blank=True, db_default="", max_length=100)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("line", "contact"), name="recipient_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("is_returned", False), ("struck_at", None), ("struck_because", "")),
                                    models.Q(
                                        ("struck_at__isnull", False), models.Q(("struck_because", ""), _negated=True)
                                    ),
                                    _connector="OR",
                                ),
                                name="recipient_is_struck_for_a_reason",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Task",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=150)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("held", "Waiting for approval"),
                                    ("to_do", "To do"),
                                    ("in_progress", "In progress"),
                                    ("waiting", "Waiting"),
                                    ("done", "Done"),
                                    ("cancelled", "Cancelled"),
                                ],
                                default="to_do",
                                max_length=12,
                            ),
                        ),
                        ("due_on", models.DateField()),
                        ("claimed_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "waiting_on",
                            models.CharField(
                                blank=True,
                                choices=[("rep", "The rep"), ("recipient", "A recipient"), ("vendor", "A vendor")],
                                max_length=10,
                            ),
                        ),
                        ("waiting_since", models.DateTimeField(blank=True, null=True)),
                        ("waiting_note", models.CharField(blank=True, max_length=300)),
                        ("finished_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "announced_at",
                            models.DateTimeField(
                                blank=True, help_text="When marketers were told; a sweep fills it.", null=True
                            ),
                        ),
                        (
                            "assignee",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="tasks",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "line",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT, related_name="task", to="orders.orderline"
                            ),
                        ),
                        (
                            "routed_at",
                            models.DateTimeField(
                                blank=True, help_text="When rules said whose it is; a sweep fills it.", null=True
                            ),
                        ),
                        (
                            "paused_days",
                            models.PositiveSmallIntegerField(
                                db_default=0, default=0, help_text="Working days on which rep or recipient had to act."
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state__in", ("to_do", "in_progress", "waiting"))),
                                fields=["due_on", "id"],
                                name="task_queue",
                            ),
                            models.Index(
                                condition=models.Q(("assignee", None), ("state", "to_do")),
                                fields=["due_on", "id"],
                                name="task_claim_next",
                            ),
                            models.Index(fields=["assignee", "state", "due_on"], name="task_of_assignee"),
                            models.Index(
                                condition=models.Q(("finished_at", None), _negated=True),
                                fields=["-finished_at", "-id"],
                                name="task_finished_newest",
                            ),
                            models.Index(
                                condition=models.Q(("announced_at", None)), fields=["id"], name="task_unannounced"
                            ),
                            models.Index(
                                condition=models.Q(("assignee", None), ("routed_at", None), ("state", "to_do")),
                                fields=["id"],
                                name="task_unrouted",
                            ),
                            models.Index(
                                condition=models.Q(("state", "waiting")), fields=["due_on", "id"], name="task_waiting"
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "waiting"), ("waiting_since__isnull", False)),
                                    models.Q(models.Q(("state", "waiting"), _negated=True), ("waiting_since", None)),
                                    _connector="OR",
                                ),
                                name="task_waiting_has_a_start",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("finished_at__isnull", False), ("state__in", ("done", "cancelled"))),
                                    models.Q(
                                        models.Q(("state__in", ("done", "cancelled")), _negated=True),
                                        ("finished_at", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="task_finished_has_a_moment",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "held"), _negated=True),
                                    models.Q(("assignee", None), ("claimed_at", None)),
                                    _connector="OR",
                                ),
                                name="task_held_is_nobodys",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Comment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("text", models.TextField(max_length=2000)),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="comments",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "task",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="comments", to="orders.task"
                            ),
                        ),
                        (
                            "mentioned",
                            models.ManyToManyField(blank=True, related_name="+", to=settings.AUTH_USER_MODEL),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="TaskStep",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField()),
                        ("name", models.CharField(max_length=120)),
                        ("due_on", models.DateField()),
                        ("done_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "done_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "task",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="orders.task"
                            ),
                        ),
                        (
                            "after",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.PositiveSmallIntegerField(),
                                blank=True,
                                db_default=[],
                                default=list,
                                size=None,
                            ),
                        ),
                        (
                            "assignee",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "checklist",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=120),
                                blank=True,
                                db_default=[],
                                default=list,
                                size=None,
                            ),
                        ),
                        (
                            "hours",
                            models.DecimalField(db_default=0, decimal_places=2, default=Decimal(0), max_digits=5),
                        ),
                        (
                            "proof",
                            models.CharField(
                                blank=True, db_default="", help_text="What shows that it is done.", max_length=20
                            ),
                        ),
                        (
                            "checked",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.PositiveSmallIntegerField(),
                                blank=True,
                                db_default=[],
                                default=list,
                                help_text="Ticked, counted from 0.",
                                size=None,
                            ),
                        ),
                        (
                            "proof_text",
                            models.CharField(
                                blank=True, db_default="", help_text="The note or link that shows it.", max_length=500
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("task", "position"), name="task_step_position")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CalendarFeed",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "token_hash",
                            models.CharField(
                                help_text="SHA-256 of the secret in the link.", max_length=64, unique=True
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        (
                            "read_at",
                            models.DateTimeField(blank=True, help_text="When a calendar last fetched it.", null=True),
                        ),
                        (
                            "user",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="calendar_feed",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="AddressRequest",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "nonce",
                            models.UUIDField(help_text="Part of the link's signature; another one makes it worthless."),
                        ),
                        ("asked_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField()),
                        ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                        ("address", models.TextField(blank=True, max_length=500)),
                        ("purged_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "asked_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "recipient",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="address_request",
                                to="orders.recipient",
                            ),
                        ),
                        (
                            "task",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="address_requests",
                                to="orders.task",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("address", ""), _negated=True), fields=["task"], name="address_kept"
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("address", ""),
                                    models.Q(("confirmed_at__isnull", False), ("purged_at", None)),
                                    _connector="OR",
                                ),
                                name="address_is_confirmed_and_not_purged",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TaskEvent",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("claimed", "Claimed"),
                                    ("released", "Given back to the queue"),
                                    ("routed", "Routed"),
                                    ("handed_over", "Handed over"),
                                    ("waiting", "Waiting"),
                                    ("resumed", "Resumed"),
                                    ("due_soon", "Due soon"),
                                    ("overdue", "Overdue"),
                                    ("changed", "Changed"),
                                    ("address_asked", "Asked for the address"),
                                    ("address_confirmed", "Address confirmed"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("note", models.CharField(blank=True, max_length=300)),
                        (
                            "by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "task",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="events", to="orders.task"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["task", "at"], name="task_event_of_task")],
                    },
                ),
                migrations.CreateModel(
                    name="TaskFile",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("name", models.CharField(help_text="What the person who added it calls it.", max_length=150)),
                        ("kind", models.CharField(help_text="What its content says it is.", max_length=100)),
                        ("size", models.PositiveIntegerField(help_text="In bytes.")),
                        (
                            "path",
                            models.CharField(help_text="Where the storage keeps it.", max_length=100, unique=True),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "step",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="files",
                                to="orders.taskstep",
                            ),
                        ),
                        (
                            "task",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="files", to="orders.task"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["task", "at"], name="task_file_of_task")],
                    },
                ),
                migrations.CreateModel(
                    name="TouchLimit",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "touches",
                            models.PositiveSmallIntegerField(
                                help_text="Per person and week, from Monday to Sunday.",
                                validators=[django.core.validators.MinValueValidator(1)],
                            ),
                        ),
                        (
                            "channel",
                            models.ForeignKey(
                                blank=True,
                                help_text="Nothing chosen: over all channels together.",
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="touch_limits",
                                to="campaigns.channel",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("channel",),
                                name="touch_limit_once_per_channel",
                                nulls_distinct=False,
                                violation_error_message="There is a limit for this channel already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("touches__gte", 1)), name="touch_limit_lets_somebody_through"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Cover",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("began_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "absent",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "delegate",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "task",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="covers", to="orders.task"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None)), fields=("task",), name="cover_one_at_a_time"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Escalation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "level",
                            models.CharField(
                                choices=[
                                    ("due_soon", "Due soon: whoever has the task"),
                                    ("overdue", "Overdue: whoever has the task"),
                                    ("team_manager", "Overdue: the manager of their team"),
                                    ("managers", "Overdue: the marketing managers"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        (
                            "task",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="escalations",
                                to="orders.task",
                            ),
                        ),
                        (
                            "to",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("task", "level", "to"), name="escalation_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="EscalationStep",
                    fields=[
                        (
                            "level",
                            models.CharField(
                                choices=[
                                    ("due_soon", "Due soon: whoever has the task"),
                                    ("overdue", "Overdue: whoever has the task"),
                                    ("team_manager", "Overdue: the manager of their team"),
                                    ("managers", "Overdue: the marketing managers"),
                                ],
                                max_length=12,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        (
                            "working_days",
                            models.PositiveSmallIntegerField(
                                help_text="Before the due date for “due soon”, after it for the others; 0 is the due date itself."
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="in force")),
                    ],
                ),
                migrations.CreateModel(
                    name="RoutingRule",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "position",
                            models.PositiveSmallIntegerField(default=10, help_text="Lower numbers are asked first."),
                        ),
                        ("name", models.CharField(help_text="People read it on the task.", max_length=80, unique=True)),
                        ("is_active", models.BooleanField(default=True, verbose_name="in force")),
                        (
                            "goes_to",
                            models.CharField(
                                choices=[
                                    ("person", "One person"),
                                    ("team", "The least loaded of a team"),
                                    ("skill", "The least loaded of those with a skill"),
                                    (
                                        "skills_needed",
                                        "The least loaded of those with the skills that the tactic asks for",
                                    ),
                                    ("queue", "Nobody: it stays in the queue for anybody to claim"),
                                ],
                                default="team",
                                max_length=13,
                            ),
                        ),
                        (
                            "categories",
                            models.ManyToManyField(
                                blank=True, help_text="None chosen: any.", related_name="+", to="menus.category"
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "tactics",
                            models.ManyToManyField(
                                blank=True, help_text="None chosen: any.", related_name="+", to="menus.tactic"
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="users.team",
                            ),
                        ),
                        (
                            "territories",
                            models.ManyToManyField(
                                blank=True,
                                help_text="Where the account belongs. None chosen: any.",
                                related_name="+",
                                to="accounts.territory",
                            ),
                        ),
                        (
                            "tiers",
                            models.ManyToManyField(
                                blank=True,
                                help_text="The tier of the account when it was ordered. None chosen: any.",
                                related_name="+",
                                to="accounts.tier",
                            ),
                        ),
                        (
                            "skill",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="orders.skill",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("goes_to", "person"),
                                        ("person__isnull", False),
                                        ("skill", None),
                                        ("team", None),
                                    ),
                                    models.Q(
                                        ("goes_to", "team"), ("person", None), ("skill", None), ("team__isnull", False)
                                    ),
                                    models.Q(
                                        ("goes_to", "skill"), ("person", None), ("skill__isnull", False), ("team", None)
                                    ),
                                    models.Q(
                                        ("goes_to__in", ("skills_needed", "queue")),
                                        ("person", None),
                                        ("skill", None),
                                        ("team", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="routing_rule_names_whom_it_means",
                                violation_error_message="Name the person, the team or the skill that it goes to, and nothing else.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Skill",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=60, unique=True)),
                        (
                            "people",
                            models.ManyToManyField(
                                blank=True, help_text="Who has it.", related_name="skills", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                        (
                            "tactics",
                            models.ManyToManyField(
                                blank=True,
                                help_text="Teams and skills give these to people who have it alone.",
                                related_name="skills",
                                to="menus.tactic",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Turn",
                    fields=[
                        (
                            "team",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="+",
                                serialize=False,
                                to="users.team",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Capacity",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "hours_a_day",
                            models.DecimalField(
                                decimal_places=2,
                                default=Decimal(6),
                                help_text="For tasks, without meetings and mail. Nobody entered here has 6.",
                                max_digits=4,
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(24),
                                ],
                                verbose_name="hours a working day",
                            ),
                        ),
                        (
                            "person",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="capacity",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "capacities",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("hours_a_day__gte", 0), ("hours_a_day__lte", 24)),
                                name="capacity_within_a_day",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Approval",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "why",
                            models.CharField(
                                help_text="Why approval was needed, as the end of a sentence.", max_length=300
                            ),
                        ),
                        (
                            "approver_role",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("sales_manager", "The manager of whoever orders"),
                                    ("marketing_manager", "A marketing manager"),
                                    ("admin", "An administrator"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("asked_at", models.DateTimeField()),
                        (
                            "total_amount",
                            models.DecimalField(
                                decimal_places=2, help_text="What the order came to when asked.", max_digits=14
                            ),
                        ),
                        (
                            "escalates_on",
                            models.DateField(help_text="From this day on the next in line may decide too."),
                        ),
                        ("escalated_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("pending", "Waiting for approval"),
                                    ("approved", "Approved"),
                                    ("declined", "Declined"),
                                    ("changes", "Changes requested"),
                                    ("withdrawn", "Withdrawn"),
                                ],
                                default="pending",
                                max_length=10,
                            ),
                        ),
                        ("decided_at", models.DateTimeField(blank=True, null=True)),
                        ("reason", models.CharField(blank=True, max_length=500)),
                        (
                            "idempotency_key",
                            models.UUIDField(
                                blank=True,
                                help_text="Of the form that sent a changed order again.",
                                null=True,
                                unique=True,
                            ),
                        ),
                        (
                            "approver",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "asked_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="approvals_asked",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="approvals_decided",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "order",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="approvals", to="orders.order"
                            ),
                        ),
                        (
                            "rule",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="approvals",
                                to="orders.approvalrule",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["order", "-asked_at"], name="approval_order_newest"),
                            models.Index(
                                condition=models.Q(("state", "pending")), fields=["asked_at"], name="approval_pending"
                            ),
                            models.Index(
                                condition=models.Q(("decided_at", None), _negated=True),
                                fields=["-decided_at"],
                                name="approval_decided_newest",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "pending")),
                                fields=("order",),
                                name="approval_one_pending_for_an_order",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("decided_at", None),
                                        ("decided_by", None),
                                        ("reason", ""),
                                        ("state__in", ("pending", "withdrawn")),
                                    ),
                                    models.Q(
                                        ("decided_at__isnull", False),
                                        ("decided_by__isnull", False),
                                        ("state__in", ("approved", "declined", "changes")),
                                        models.Q(("reason", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="approval_decided_with_a_reason",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("decided_by", None),
                                    models.Q(("decided_by", models.F("asked_by")), _negated=True),
                                    _connector="OR",
                                ),
                                name="approval_by_somebody_else",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ApprovalRule",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=100, unique=True)),
                        (
                            "position",
                            models.PositiveSmallIntegerField(
                                default=0, help_text="Rules are asked in this order; the first decides."
                            ),
                        ),
                        (
                            "least_amount",
                            models.DecimalField(
                                blank=True,
                                decimal_places=2,
                                help_text="For orders that come to so much, or more, without what is approved for all. Empty: of any amount.",
                                max_digits=14,
                                null=True,
                                verbose_name="from amount",
                            ),
                        ),
                        (
                            "least_risk",
                            models.CharField(
                                blank=True,
                                choices=[("low", "Low"), ("medium", "Medium"), ("high", "High")],
                                help_text="For a tactic of this risk, or higher. Empty: of any risk.",
                                max_length=6,
                                verbose_name="from risk",
                            ),
                        ),
                        (
                            "approver_role",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("sales_manager", "The manager of whoever orders"),
                                    ("marketing_manager", "A marketing manager"),
                                    ("admin", "An administrator"),
                                ],
                                help_text="Or choose a person below.",
                                max_length=20,
                                verbose_name="who approves",
                            ),
                        ),
                        (
                            "patience_days",
                            models.PositiveSmallIntegerField(
                                default=2,
                                help_text="Working days after which the next in line is asked too.",
                                verbose_name="patience",
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="active")),
                        (
                            "approver",
                            models.ForeignKey(
                                blank=True,
                                help_text="Instead of a role: this person.",
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "category",
                            models.ForeignKey(
                                blank=True,
                                help_text="Empty: of every category.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="menus.category",
                            ),
                        ),
                        (
                            "tactic",
                            models.ForeignKey(
                                blank=True,
                                help_text="Empty: for every tactic.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="menus.tactic",
                            ),
                        ),
                        (
                            "tier",
                            models.ForeignKey(
                                blank=True,
                                help_text="Empty: in every tier.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.tier",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("least_amount", None), ("least_amount__gte", 0), _connector="OR"),
                                name="approval_rule_amount_not_negative",
                                violation_error_message="The amount cannot be below zero.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("approver_role", ""), ("approver", None), _connector="OR"),
                                name="approval_rule_asks_one",
                                violation_error_message="Choose a role or a person, not both.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Backlog",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("due_on", models.DateField()),
                        ("hours", models.DecimalField(decimal_places=2, max_digits=10)),
                        (
                            "team",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="users.team",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="BulkOrder",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("placed_at", models.DateTimeField()),
                        ("note", models.CharField(blank=True, help_text="What marketing should know.", max_length=500)),
                        ("idempotency_key", models.UUIDField(unique=True)),
                        (
                            "fingerprint",
                            models.CharField(help_text="Of the wish and of what was shown for it.", max_length=64),
                        ),
                        (
                            "total_amount",
                            models.DecimalField(decimal_places=2, help_text="What was shown.", max_digits=14),
                        ),
                        ("currency", models.CharField(max_length=3)),
                        ("finished_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "placed_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="bulk_orders",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["placed_by", "-placed_at"], name="bulk_order_newest"),
                            models.Index(
                                condition=models.Q(("finished_at", None)), fields=["id"], name="bulk_order_unfinished"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BulkOrderRow",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "lines",
                            models.JSONField(
                                help_text="The tactics with their recipients, goal and price, as they were shown."
                            ),
                        ),
                        (
                            "seen_tier",
                            models.PositiveSmallIntegerField(help_text="The tier as it was shown; 0 for none."),
                        ),
                        (
                            "left_out",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=400),
                                blank=True,
                                default=list,
                                help_text="Tactics it cannot have, and why not.",
                                size=None,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[("waiting", "Waiting"), ("ordered", "Ordered"), ("refused", "Refused")],
                                default="waiting",
                                max_length=8,
                            ),
                        ),
                        ("refusal", models.CharField(blank=True, help_text="Why nothing was ordered.", max_length=500)),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.account"
                            ),
                        ),
                        (
                            "bulk",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="rows", to="orders.bulkorder"
                            ),
                        ),
                        (
                            "order",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="bulk_row",
                                to="orders.order",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "waiting")),
                                fields=["bulk", "id"],
                                name="bulk_order_row_waiting",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("bulk", "account"), name="bulk_order_account_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("order__isnull", False), ("refusal", ""), ("state", "ordered")),
                                    models.Q(
                                        ("order", None), ("state", "refused"), models.Q(("refusal", ""), _negated=True)
                                    ),
                                    models.Q(("order", None), ("refusal", ""), ("state", "waiting")),
                                    _connector="OR",
                                ),
                                name="bulk_order_row_has_one_outcome",
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]
