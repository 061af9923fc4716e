import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

from abmhub.core.squashed import Together


class Migration(migrations.Migration):
    replaces = [
        ("imports", "0001_initial"),
        ("imports", "0002_data_in"),
        ("imports", "0003_journal"),
        ("imports", "0004_journal_without_checks"),
        ("imports", "0005_long_keys"),
        ("imports", "0006_bombora_and_g2"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0015_views_of_tasks"),
        ("campaigns", "0003_programs"),
        ("committee", "0006_role_counts"),
        ("pipeline", "0004_owner_as_it_came"),
        ("users", "0003_mail_choices"),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="ImportRun",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("products", "Products"),
                                    ("users", "Users, teams and territories"),
                                    ("accounts", "Accounts"),
                                    ("contacts", "Contacts"),
                                    ("campaigns", "Campaigns"),
                                    ("spend", "Campaign spend"),
                                    ("opportunities", "Opportunities"),
                                    ("stage_history", "Stage history"),
                                    ("leads", "Leads"),
                                    ("campaign_members", "Campaign members"),
                                    ("intent", "Intent observations"),
                                    ("events", "Engagement events"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("source", models.CharField(help_text="The system that the file comes from.", max_length=60)),
                        ("file_name", models.CharField(max_length=200)),
                        ("size_bytes", models.PositiveBigIntegerField(default=0)),
                        ("encoding", models.CharField(default="utf-8", max_length=40)),
                        ("delimiter", models.CharField(default=",", max_length=1)),
                        (
                            "columns",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.TextField(),
                                default=list,
                                help_text="The header of the file.",
                                size=None,
                            ),
                        ),
                        (
                            "mapping",
                            models.JSONField(
                                default=dict, help_text="Column of the file for each field, and how values are read."
                            ),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("draft", "To be confirmed"),
                                    ("waiting", "Waiting"),
                                    ("running", "Running"),
                                    ("done", "Done"),
                                    ("refused", "Refused"),
                                    ("undone", "Undone"),
                                ],
                                default="draft",
                                max_length=10,
                            ),
                        ),
                        ("refusal", models.TextField(blank=True, db_default="")),
                        (
                            "attempts",
                            models.PositiveSmallIntegerField(
                                default=0, help_text="How often a worker has begun with it."
                            ),
                        ),
                        (
                            "read_bytes",
                            models.PositiveBigIntegerField(default=0, help_text="How far the file has been read."),
                        ),
                        ("rows", models.PositiveIntegerField(default=0)),
                        ("accepted", models.PositiveIntegerField(default=0)),
                        ("rejected", models.PositiveIntegerField(default=0)),
                        ("skipped", models.PositiveIntegerField(default=0)),
                        ("created", models.PositiveIntegerField(default=0)),
                        ("updated", models.PositiveIntegerField(default=0)),
                        ("unchanged", models.PositiveIntegerField(default=0)),
                        (
                            "doubtful",
                            models.PositiveIntegerField(
                                default=0, help_text="Accepted rows with something for a person to settle."
                            ),
                        ),
                        ("started_at", models.DateTimeField(help_text="When the file came.")),
                        ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                        ("finished_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "figures_at",
                            models.DateTimeField(
                                blank=True,
                                help_text="When scores, tiers and funnel were computed with these rows.",
                                null=True,
                            ),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="import_runs",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("check_asked_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "checked_at",
                            models.DateTimeField(
                                blank=True, help_text="When the dry run of this mapping finished.", null=True
                            ),
                        ),
                        (
                            "expected",
                            models.JSONField(blank=True, default=dict, help_text="The figures of the dry run."),
                        ),
                        (
                            "format",
                            models.CharField(
                                choices=[("csv", "CSV"), ("xlsx", "Excel workbook")], default="csv", max_length=4
                            ),
                        ),
                        ("is_packed", models.BooleanField(default=False, verbose_name="came packed (gzip)")),
                        (
                            "not_undone",
                            models.PositiveIntegerField(
                                default=0, help_text="Changes that stay, because somebody built on them."
                            ),
                        ),
                        (
                            "sheet",
                            models.CharField(
                                blank=True, db_default="", help_text="The one that is read.", max_length=200
                            ),
                        ),
                        (
                            "sheets",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.TextField(),
                                blank=True,
                                default=list,
                                help_text="The sheets of a workbook.",
                                size=None,
                            ),
                        ),
                        ("undo_asked_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "undo_asked_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("undone", models.PositiveIntegerField(default=0, help_text="Changes that were taken back.")),
                        ("undone_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "phase",
                            models.CharField(
                                blank=True, db_default="", help_text="What is being done with it.", max_length=40
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("status__in", ["waiting", "running"])),
                                fields=["id"],
                                name="import_run_to_apply",
                            ),
                            models.Index(
                                condition=models.Q(("figures_at", None), ("status__in", ["done", "undone"])),
                                fields=["id"],
                                name="import_run_without_figures",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("status", "done"), _negated=True),
                                    (
                                        "rows",
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                models.F("accepted"), "+", models.F("rejected")
                                            ),
                                            "+",
                                            models.F("skipped"),
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                                name="import_run_accounts_for_every_row",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("status", "done"), _negated=True),
                                    (
                                        "accepted",
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                models.F("created"), "+", models.F("updated")
                                            ),
                                            "+",
                                            models.F("unchanged"),
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                                name="import_run_accepted_adds_up",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ImportRemark",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("row_number", models.PositiveIntegerField(help_text="The first row under the header is 1.")),
                        (
                            "outcome",
                            models.CharField(
                                choices=[("rejected", "Rejected"), ("skipped", "Skipped"), ("doubtful", "Doubtful")],
                                max_length=8,
                            ),
                        ),
                        ("reason", models.CharField(max_length=300)),
                        ("field", models.CharField(blank=True, db_default="", max_length=40)),
                        (
                            "value",
                            models.CharField(
                                blank=True, db_default="", help_text="What the file says.", max_length=200
                            ),
                        ),
                        ("suggestion", models.CharField(blank=True, db_default="", max_length=200)),
                        (
                            "cells",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.TextField(), default=list, help_text="The row as it came.", size=None
                            ),
                        ),
                        (
                            "run",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="remarks",
                                to="imports.importrun",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["run", "outcome", "row_number"], name="import_remark_row")],
                    },
                ),
                migrations.CreateModel(
                    name="ImportPiece",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("position", models.PositiveIntegerField()),
                        ("content", models.BinaryField()),
                        (
                            "run",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="pieces",
                                to="imports.importrun",
                            ),
                        ),
                        (
                            "is_unpacked",
                            models.BooleanField(
                                db_default=False,
                                default=False,
                                help_text="Of the text that a workbook or an archive was turned into.",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("run", "is_unpacked", "position"), name="import_piece_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Settlement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("source", models.CharField(max_length=60)),
                        (
                            "field",
                            models.CharField(
                                choices=[
                                    ("account", "Account"),
                                    ("product", "Product"),
                                    ("industry", "Industry"),
                                    ("country", "Country"),
                                    ("stage", "Stage"),
                                    ("currency", "Currency"),
                                    ("buying_role", "Buying role"),
                                    ("event_type", "Event type"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("value", models.CharField(help_text="What the file says.", max_length=200)),
                        ("meaning", models.CharField(blank=True, db_default="", max_length=200)),
                        ("settled_at", models.DateTimeField()),
                        (
                            "account",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="accounts.account",
                            ),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "product",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="pipeline.product",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("source", "field", "value"), name="settlement_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("account__isnull", False),
                                        ("field", "account"),
                                        ("meaning", ""),
                                        ("product", None),
                                    ),
                                    models.Q(
                                        ("account", None),
                                        ("field", "product"),
                                        ("meaning", ""),
                                        ("product__isnull", False),
                                    ),
                                    models.Q(
                                        models.Q(("field__in", ["account", "product"]), _negated=True),
                                        ("account", None),
                                        ("product", None),
                                        models.Q(("meaning", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="settlement_means_one_thing",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ExpectedRow",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("row_number", models.PositiveIntegerField(help_text="The first row under the header is 1.")),
                        (
                            "verdict",
                            models.CharField(
                                choices=[
                                    ("create", "Created"),
                                    ("update", "Updated"),
                                    ("unchanged", "Unchanged"),
                                    ("rejected", "Rejected"),
                                    ("skipped", "Skipped"),
                                ],
                                max_length=9,
                            ),
                        ),
                        (
                            "label",
                            models.CharField(
                                blank=True, db_default="", help_text="What the row is about.", max_length=200
                            ),
                        ),
                        ("reason", models.CharField(blank=True, db_default="", max_length=300)),
                        (
                            "doubts",
                            models.JSONField(default=list, help_text="Field, value, reason and suggestion of each."),
                        ),
                        (
                            "changes",
                            models.JSONField(
                                default=list, help_text="Field, old and new value of each, as people read them."
                            ),
                        ),
                        (
                            "run",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="expected_rows",
                                to="imports.importrun",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["run", "verdict", "row_number"], name="expected_row_verdict"),
                            models.Index(
                                condition=models.Q(("doubts", []), _negated=True),
                                fields=["run", "row_number"],
                                name="expected_row_doubtful",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ImportChange",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "row_number",
                            models.PositiveIntegerField(
                                blank=True, help_text="Empty for what the file as a whole did.", null=True
                            ),
                        ),
                        ("table", models.CharField(max_length=63)),
                        ("key", models.BigIntegerField()),
                        ("before", models.JSONField(blank=True, null=True)),
                        ("after", models.JSONField(blank=True, null=True)),
                        (
                            "refusal",
                            models.CharField(
                                blank=True, db_default="", help_text="Why it could not be undone.", max_length=300
                            ),
                        ),
                        (
                            "run",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="changes",
                                to="imports.importrun",
                            ),
                        ),
                        ("fingerprint", models.BigIntegerField(blank=True, null=True)),
                    ],
                    options={
                        "indexes": [
                            django.contrib.postgres.indexes.BrinIndex(fields=["run"], name="import_change_of_run"),
                            models.Index(
                                condition=models.Q(("refusal", ""), _negated=True),
                                fields=["run", "id"],
                                name="import_change_refused",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SavedMapping",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=80)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("products", "Products"),
                                    ("users", "Users, teams and territories"),
                                    ("accounts", "Accounts"),
                                    ("contacts", "Contacts"),
                                    ("campaigns", "Campaigns"),
                                    ("spend", "Campaign spend"),
                                    ("opportunities", "Opportunities"),
                                    ("stage_history", "Stage history"),
                                    ("leads", "Leads"),
                                    ("campaign_members", "Campaign members"),
                                    ("intent", "Intent observations"),
                                    ("events", "Engagement events"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("source", models.CharField(help_text="The system whose files look like this.", max_length=60)),
                        (
                            "columns",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.TextField(),
                                default=list,
                                help_text="The header that it was made for.",
                                size=None,
                            ),
                        ),
                        ("mapping", models.JSONField(help_text="As in a run.")),
                        ("is_shipped", models.BooleanField(db_default=False, default=False)),
                        ("used_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["kind", "source", "-used_at"], name="saved_mapping_of_source")
                        ],
                        "constraints": [models.UniqueConstraint(fields=("kind", "name"), name="saved_mapping_once")],
                    },
                ),
                migrations.CreateModel(
                    name="SurvivorRule",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("accounts", "Accounts"), ("contacts", "Contacts")], max_length=20
                            ),
                        ),
                        ("source", models.CharField(max_length=60)),
                        ("field", models.CharField(help_text="The name of the field in files.", max_length=60)),
                        (
                            "rule",
                            models.CharField(
                                choices=[
                                    ("newest", "The newest value"),
                                    ("fill", "Only fill what is empty"),
                                    ("never", "Never take it from this source"),
                                ],
                                max_length=6,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("kind", "source", "field"), name="survivor_rule_once")
                        ],
                    },
                ),
            ],
        ),
    ]
