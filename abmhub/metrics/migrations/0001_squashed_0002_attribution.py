import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from abmhub.core.squashed import Together


class Migration(migrations.Migration):
    replaces = [("metrics", "0001_initial"), ("metrics", "0002_attribution")]

    initial = True

    dependencies = [
        ("campaigns", "0003_programs"),
        ("signals", "0008_retention"),
        ("users", "0003_mail_choices"),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="ActivityGoal",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("figure", models.CharField(max_length=30, unique=True)),
                        ("a_month", models.PositiveIntegerField(verbose_name="a month")),
                    ],
                ),
                migrations.CreateModel(
                    name="LockedMetric",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("metric", models.CharField(max_length=20)),
                        ("definition", models.CharField(max_length=30)),
                        ("value", models.DecimalField(decimal_places=6, max_digits=24, null=True)),
                        (
                            "lock",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="metrics",
                                to="metrics.periodlock",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("lock", "metric"), name="locked_metric_once")],
                    },
                ),
                migrations.CreateModel(
                    name="MetricNote",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("on", models.DateField()),
                        ("about", models.CharField(max_length=80)),
                        ("text", models.CharField(max_length=500)),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["-on", "-id"], name="metric_note_newest")],
                    },
                ),
                migrations.CreateModel(
                    name="PeriodLock",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("month_on", models.DateField(unique=True, verbose_name="month")),
                        ("locked_at", models.DateTimeField()),
                        (
                            "locked_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Target",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("metric", models.CharField(max_length=20)),
                        (
                            "window",
                            models.CharField(
                                choices=[
                                    ("month", "This month"),
                                    ("quarter", "This quarter"),
                                    ("year", "Last 12 months"),
                                ],
                                default="year",
                                max_length=7,
                            ),
                        ),
                        ("starts_on", models.DateField()),
                        ("ends_on", models.DateField(help_text="The day by which it shall be reached.")),
                        (
                            "value",
                            models.DecimalField(
                                decimal_places=4, help_text="In the unit of the metric; 30% is 0.3.", max_digits=16
                            ),
                        ),
                        (
                            "source",
                            models.CharField(
                                blank=True, help_text="Who set it, and where it is written.", max_length=120
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("metric", "window", "ends_on"), name="metric_target_once"),
                            models.CheckConstraint(
                                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                                name="metric_target_ends_after_it_starts",
                                violation_error_message="It ends before it starts.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Choice",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("metric", models.CharField(max_length=20)),
                        ("definition", models.CharField(max_length=30)),
                        ("reason", models.CharField(max_length=300)),
                        ("proposed_at", models.DateTimeField()),
                        ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "ended_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="turned down or taken back"),
                        ),
                        (
                            "confirmed_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "ended_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "proposed_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("confirmed_at", None), ("ended_at", None)),
                                fields=("metric",),
                                name="metric_choice_one_waiting",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("confirmed_by", None),
                                    models.Q(("confirmed_by", models.F("proposed_by")), _negated=True),
                                    _connector="OR",
                                ),
                                name="metric_choice_two_people",
                                violation_error_message="A second person has to sign.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("confirmed_at", None), ("confirmed_by", None)),
                                    models.Q(("confirmed_at__isnull", False), ("confirmed_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="metric_choice_signed_by_somebody",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("confirmed_at", None), ("ended_at", None), _connector="OR"),
                                name="metric_choice_ends_one_way",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ContentDay",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("on", models.DateField()),
                        ("events", models.PositiveIntegerField()),
                        ("accounts", models.PositiveIntegerField(help_text="Different accounts that day.")),
                        (
                            "event_type",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="content_days",
                                to="signals.eventtype",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("on", "event_type"), name="content_day_once")],
                    },
                ),
                migrations.CreateModel(
                    name="Entry",
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
                                    ("salaries", "Salaries of sales and marketing"),
                                    ("tools", "Tools"),
                                    ("events", "Events not in campaigns"),
                                    ("extra_support", "Extra support for new customers"),
                                    ("gross_margin", "Gross margin"),
                                    ("monthly_churn", "Churn in a month"),
                                    ("lifespan_months", "Lifespan of a customer"),
                                    ("survey", "Survey: would recommend us"),
                                    ("social", "Social: mentions"),
                                    ("share_of_voice", "Share of voice"),
                                    ("new_visits", "New visits"),
                                ],
                                max_length=16,
                            ),
                        ),
                        (
                            "month_on",
                            models.DateField(
                                help_text="Its first day. A share or a lifespan holds until a newer one.",
                                verbose_name="month",
                            ),
                        ),
                        (
                            "value",
                            models.DecimalField(
                                decimal_places=4,
                                help_text="Money in the business currency; a share as 0.75; months; a count.",
                                max_digits=16,
                            ),
                        ),
                        (
                            "basis",
                            models.CharField(
                                choices=[
                                    ("measured", "Measured"),
                                    ("surveyed", "Surveyed"),
                                    ("estimated", "Estimated"),
                                ],
                                default="measured",
                                max_length=9,
                            ),
                        ),
                        ("source", models.CharField(help_text="Where somebody can look it up.", max_length=120)),
                        (
                            "updated_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(),
                                editable=False,
                                verbose_name="entered",
                            ),
                        ),
                        (
                            "entered_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "entries",
                        "constraints": [
                            models.UniqueConstraint(fields=("kind", "month_on"), name="metric_entry_once_a_month"),
                            models.CheckConstraint(
                                condition=models.Q(("value__gte", 0)), name="metric_entry_not_negative"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("kind__in", ("gross_margin", "monthly_churn", "share_of_voice", "survey")),
                                        _negated=True,
                                    ),
                                    ("value__lte", 1),
                                    _connector="OR",
                                ),
                                name="metric_entry_share_at_most_one",
                                violation_error_message="A share is at most 1: write 75% as 0.75.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FigureSnapshot",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("snapshot_on", models.DateField()),
                        (
                            "window",
                            models.CharField(
                                choices=[
                                    ("month", "This month"),
                                    ("quarter", "This quarter"),
                                    ("year", "Last 12 months"),
                                ],
                                max_length=7,
                            ),
                        ),
                        ("figure", models.CharField(max_length=30)),
                        (
                            "by",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("motion", "Motion"),
                                    ("tier", "Tier"),
                                    ("segment", "Segment"),
                                    ("industry", "Industry"),
                                    ("territory", "Territory"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("key", models.CharField(blank=True, help_text="Empty: rows that do not say.", max_length=100)),
                        ("rows", models.PositiveIntegerField()),
                        ("known", models.PositiveIntegerField(help_text="Rows whose number is known.")),
                        (
                            "amount",
                            models.DecimalField(
                                decimal_places=4, help_text="The sum of the known numbers.", max_digits=24
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["snapshot_on", "window"], name="figure_snapshot_day")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("figure", "window", "by", "key", "snapshot_on"),
                                name="figure_snapshot_once_a_day",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AttributionSnapshot",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("snapshot_on", models.DateField()),
                        (
                            "model",
                            models.CharField(
                                choices=[
                                    ("first", "First touch"),
                                    ("last", "Last touch"),
                                    ("even", "Even"),
                                    ("position", "Position 40-20-40"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("deals", models.PositiveIntegerField()),
                        ("amount", models.DecimalField(decimal_places=2, max_digits=20)),
                        (
                            "channel",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="campaigns.channel",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("snapshot_on", "model", "channel"),
                                name="attribution_once_a_day",
                                nulls_distinct=False,
                            )
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="figuresnapshot",
                    trigger=pgtrigger.compiler.Trigger(
                        name="locked_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n                    IF EXISTS (\n                        SELECT 1 FROM metrics_periodlock\n                        WHERE month_on = date_trunc('month', OLD.snapshot_on::timestamp)::date\n                    ) THEN\n                        RAISE EXCEPTION 'The figures of % are locked.', to_char(OLD.snapshot_on, 'YYYY-MM')\n                            USING ERRCODE = 'check_violation';\n                    END IF;\n                    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;\n                ",
                            hash="af745b944a5d011364aed0d317daa8f69194ec48",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_locked_stays_6a339",
                            table="metrics_figuresnapshot",
                            when="BEFORE",
                        ),
                    ),
                ),
            ],
        ),
    ]
