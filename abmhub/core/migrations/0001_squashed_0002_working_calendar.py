import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
from django.db import migrations, models

from abmhub.core.squashed import Together


class Migration(migrations.Migration):
    replaces = [("core", "0001_initial"), ("core", "0002_working_calendar")]

    initial = True

    dependencies = []

    operations = [
        # Search by name or domain; periods of envelopes that may not overlap.
        TrigramExtension(),
        BtreeGistExtension(),
        Together(
            [
                migrations.CreateModel(
                    name="Installation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("company_name", models.CharField(blank=True, db_default="", max_length=200)),
                        (
                            "demo_seed",
                            models.PositiveIntegerField(
                                blank=True, help_text="Set when the data was made up by the demo command.", null=True
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "installation",
                        "constraints": [
                            models.CheckConstraint(condition=models.Q(("pk", 1)), name="installation_is_one_row")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OutboxMessage",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("topic", models.CharField(max_length=60)),
                        ("key", models.CharField(max_length=200, unique=True)),
                        ("payload", models.JSONField(default=dict)),
                        ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ("next_attempt_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ("attempts", models.PositiveSmallIntegerField(db_default=0)),
                        ("delivered_at", models.DateTimeField(blank=True, null=True)),
                        ("error", models.TextField(blank=True, db_default="")),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("delivered_at", None)),
                                fields=["next_attempt_at"],
                                name="outbox_due",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Run",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("job", models.CharField(max_length=60)),
                        ("business_day", models.DateField()),
                        (
                            "status",
                            models.CharField(
                                choices=[("running", "Running"), ("done", "Done"), ("failed", "Failed")],
                                default="running",
                                max_length=10,
                            ),
                        ),
                        ("started_at", models.DateTimeField()),
                        ("finished_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "published_at",
                            models.DateTimeField(
                                blank=True, help_text="When readers first saw these figures.", null=True
                            ),
                        ),
                        ("attempts", models.PositiveSmallIntegerField(default=1)),
                        ("error", models.TextField(blank=True, db_default="")),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("job", "business_day"), name="run_once_per_business_day")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RunStep",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=60)),
                        ("position", models.PositiveSmallIntegerField()),
                        ("started_at", models.DateTimeField()),
                        ("finished_at", models.DateTimeField(blank=True, null=True)),
                        ("rows", models.BigIntegerField(blank=True, null=True)),
                        ("seconds", models.FloatField(blank=True, null=True)),
                        (
                            "run",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="core.run"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("run", "name"), name="run_step_once")],
                    },
                ),
                migrations.CreateModel(
                    name="WorkingCalendar",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "country",
                            models.CharField(
                                blank=True,
                                help_text="Two letters: its weekend and public holidays are days off. Empty: the country of ABMHUB_COUNTRY.",
                                max_length=2,
                            ),
                        ),
                        (
                            "region",
                            models.CharField(
                                blank=True,
                                help_text="A part of the country with holidays of its own, for example BY of DE.",
                                max_length=10,
                            ),
                        ),
                        (
                            "weekend",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.PositiveSmallIntegerField(
                                    choices=[
                                        (0, "Monday"),
                                        (1, "Tuesday"),
                                        (2, "Wednesday"),
                                        (3, "Thursday"),
                                        (4, "Friday"),
                                        (5, "Saturday"),
                                        (6, "Sunday"),
                                    ]
                                ),
                                blank=True,
                                db_default=[],
                                default=list,
                                help_text="None chosen: the weekend of the country.",
                                size=None,
                            ),
                        ),
                        (
                            "cut_off_hour",
                            models.PositiveSmallIntegerField(
                                db_default=14,
                                default=14,
                                help_text="What is ordered at or after this hour counts from the next working day. 24: there is no cut-off.",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "working calendar",
                        "constraints": [
                            models.CheckConstraint(condition=models.Q(("pk", 1)), name="working_calendar_is_one_row"),
                            models.CheckConstraint(
                                condition=models.Q(("cut_off_hour__lte", 24)),
                                name="working_calendar_cut_off_is_an_hour",
                                violation_error_message="The day has 24 hours.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("weekend__len__lte", 6)),
                                name="working_calendar_has_a_working_day",
                                violation_error_message="One day of the week must be left to work on.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CalendarDay",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("day_on", models.DateField(unique=True, verbose_name="day")),
                        (
                            "is_worked",
                            models.BooleanField(
                                help_text="Set: people work, whatever day it is. Unset: they do not.",
                                verbose_name="worked",
                            ),
                        ),
                        (
                            "name",
                            models.CharField(
                                blank=True, help_text="Why, for example: company day, working Saturday.", max_length=60
                            ),
                        ),
                        (
                            "calendar",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="days",
                                to="core.workingcalendar",
                            ),
                        ),
                    ],
                ),
            ],
        ),
    ]
