import django.core.validators
from django.db import migrations, models

from abmhub.core.squashed import Together


class Migration(migrations.Migration):
    replaces = [("funnel", "0001_initial"), ("funnel", "0002_tam_by_quarter"), ("funnel", "0003_units_and_definitions")]

    initial = True

    dependencies = []

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="DealSnapshot",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("snapshot_on", models.DateField()),
                        (
                            "motion",
                            models.CharField(
                                blank=True,
                                choices=[("abm", "ABM"), ("demand_gen", "Demand gen")],
                                help_text="Empty: both together, because no median is a sum.",
                                max_length=12,
                            ),
                        ),
                        ("won", models.PositiveIntegerField()),
                        ("lost", models.PositiveIntegerField()),
                        ("open", models.PositiveIntegerField()),
                        ("won_amount", models.DecimalField(decimal_places=2, max_digits=18)),
                        ("open_amount", models.DecimalField(decimal_places=2, max_digits=18)),
                        ("mean_won_amount", models.DecimalField(decimal_places=2, max_digits=18, null=True)),
                        ("median_won_amount", models.DecimalField(decimal_places=2, max_digits=18, null=True)),
                        ("mean_cycle_days", models.DecimalField(decimal_places=4, max_digits=10, null=True)),
                        ("median_cycle_days", models.DecimalField(decimal_places=1, max_digits=10, null=True)),
                        ("currency", models.CharField(max_length=3)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("snapshot_on", "motion"), name="deal_snapshot_once_a_day")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FunnelSnapshot",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("snapshot_on", models.DateField()),
                        (
                            "motion",
                            models.CharField(choices=[("abm", "ABM"), ("demand_gen", "Demand gen")], max_length=12),
                        ),
                        (
                            "stage",
                            models.CharField(
                                choices=[
                                    ("pool", "Target accounts / leads"),
                                    ("interest", "Engaged accounts / MQL"),
                                    ("sql", "SQL"),
                                    ("opportunity", "Opportunity"),
                                    ("won", "Closed won"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("volume", models.PositiveIntegerField()),
                        (
                            "accounts",
                            models.PositiveIntegerField(
                                default=0, help_text="Different accounts among them, where known."
                            ),
                        ),
                        ("value_amount", models.DecimalField(decimal_places=2, default=0, max_digits=18)),
                        ("currency", models.CharField(max_length=3)),
                        (
                            "median_days",
                            models.DecimalField(
                                decimal_places=1, help_text="From the stage before.", max_digits=8, null=True
                            ),
                        ),
                        (
                            "successes",
                            models.PositiveIntegerField(help_text="How many of those reached this one.", null=True),
                        ),
                        (
                            "trials",
                            models.PositiveIntegerField(help_text="How many had reached the stage before.", null=True),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("snapshot_on", "motion", "stage"), name="funnel_snapshot_once_a_day"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TamSnapshot",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("quarter_on", models.DateField(help_text="The first day of the quarter.", unique=True)),
                        ("as_of_on", models.DateField(help_text="The night that wrote it last.")),
                        ("accounts", models.PositiveIntegerField(help_text="Accounts that are part of the market.")),
                        (
                            "accounts_with_acv",
                            models.PositiveIntegerField(help_text="Those of them whose expected ACV is known."),
                        ),
                        (
                            "acv_amount",
                            models.DecimalField(
                                decimal_places=2, help_text="Their expected ACV together.", max_digits=20
                            ),
                        ),
                        ("customers", models.PositiveIntegerField()),
                        (
                            "won_deals",
                            models.PositiveIntegerField(
                                help_text="Deals won in the twelve months before, whose amount is known."
                            ),
                        ),
                        ("won_amount", models.DecimalField(decimal_places=2, max_digits=20)),
                        ("currency", models.CharField(max_length=3)),
                    ],
                ),
                migrations.CreateModel(
                    name="Rules",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("first_on", models.DateField(unique=True, verbose_name="first night")),
                        ("rules", models.JSONField()),
                    ],
                    options={
                        "verbose_name_plural": "rules",
                    },
                ),
                migrations.CreateModel(
                    name="BalanceMonth",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("month_on", models.DateField(help_text="The first day of the month.")),
                        (
                            "measure",
                            models.CharField(
                                choices=[
                                    ("pipeline", "Pipeline"),
                                    ("revenue", "Revenue"),
                                    ("spend", "Spend"),
                                    ("effort", "Effort"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("abm", models.DecimalField(decimal_places=2, max_digits=18, verbose_name="ABM")),
                        ("demand_gen", models.DecimalField(decimal_places=2, max_digits=18)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("month_on", "measure"), name="balance_once_a_month")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Benchmark",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "motion",
                            models.CharField(choices=[("abm", "ABM"), ("demand_gen", "Demand gen")], max_length=12),
                        ),
                        (
                            "stage",
                            models.CharField(
                                choices=[
                                    ("interest", "Engaged accounts / MQL"),
                                    ("sql", "SQL"),
                                    ("opportunity", "Opportunity"),
                                    ("won", "Closed won"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "share",
                            models.DecimalField(
                                decimal_places=4,
                                help_text="Of the stage before, 0-1: 0.25 is one in four.",
                                max_digits=5,
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(1),
                                ],
                            ),
                        ),
                        (
                            "source",
                            models.CharField(help_text="Who says so, and where it can be read.", max_length=200),
                        ),
                        ("dated_on", models.DateField(help_text="When it was said.")),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("motion", "stage"), name="benchmark_once"),
                            models.CheckConstraint(
                                condition=models.Q(("share__gte", 0), ("share__lte", 1)), name="benchmark_is_a_share"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FunnelUnit",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("known_from_on", models.DateField(help_text="The first night that knew it so.")),
                        (
                            "known_until_on",
                            models.DateField(help_text="The first night that knew otherwise.", null=True),
                        ),
                        ("began_by", models.CharField(choices=[("data", "Data"), ("rules", "Rules")], max_length=5)),
                        (
                            "ended_by",
                            models.CharField(
                                blank=True, choices=[("data", "Data"), ("rules", "Rules")], default="", max_length=5
                            ),
                        ),
                        (
                            "motion",
                            models.CharField(choices=[("abm", "ABM"), ("demand_gen", "Demand gen")], max_length=12),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("account", "Account"), ("lead", "Lead"), ("deal", "Deal")], max_length=7
                            ),
                        ),
                        ("key", models.BigIntegerField()),
                        ("is_entry", models.BooleanField()),
                        ("pool_on", models.DateField(null=True)),
                        ("interest_on", models.DateField(null=True)),
                        ("sql_on", models.DateField(null=True)),
                        ("opportunity_on", models.DateField(null=True)),
                        ("won_on", models.DateField(null=True)),
                        ("lost_on", models.DateField(null=True)),
                        ("amount", models.DecimalField(decimal_places=2, max_digits=18, null=True)),
                        ("account_key", models.BigIntegerField(null=True)),
                        ("tier", models.SmallIntegerField(null=True)),
                        ("segment", models.CharField(max_length=40)),
                        ("industry", models.CharField(max_length=120)),
                        ("territory_key", models.BigIntegerField(null=True)),
                        ("owner_key", models.BigIntegerField(null=True)),
                        ("program_key", models.BigIntegerField(null=True)),
                        ("campaign_key", models.BigIntegerField(null=True)),
                        ("channel_key", models.BigIntegerField(null=True)),
                        ("content_key", models.BigIntegerField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("known_until_on", None), _negated=True),
                                fields=["known_until_on"],
                                name="funnel_unit_known_until",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("known_until_on", None)),
                                fields=("kind", "key"),
                                name="funnel_unit_known_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StageDefinition",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "motion",
                            models.CharField(choices=[("abm", "ABM"), ("demand_gen", "Demand gen")], max_length=12),
                        ),
                        (
                            "stage",
                            models.CharField(
                                choices=[
                                    ("pool", "Target accounts / leads"),
                                    ("interest", "Engaged accounts / MQL"),
                                    ("sql", "SQL"),
                                    ("opportunity", "Opportunity"),
                                    ("won", "Closed won"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("name", models.CharField(help_text="In the plural, as on the page.", max_length=40)),
                        ("meaning", models.TextField(help_text="Who is counted, in words that both teams agreed to.")),
                        (
                            "least_events",
                            models.PositiveSmallIntegerField(
                                default=1,
                                help_text="Engaged accounts alone.",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(100),
                                ],
                            ),
                        ),
                        (
                            "within_days",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="Engaged accounts alone. Empty: however long ago.",
                                null=True,
                                validators=[django.core.validators.MinValueValidator(1)],
                            ),
                        ),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("motion", "stage"), name="stage_defined_once")],
                    },
                ),
            ],
        ),
    ]
