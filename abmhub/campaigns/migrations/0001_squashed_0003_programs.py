import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from abmhub.core.squashed import Together


class Migration(migrations.Migration):
    replaces = [("campaigns", "0001_initial"), ("campaigns", "0002_imported_campaigns"), ("campaigns", "0003_programs")]

    initial = True

    dependencies = [
        ("accounts", "0015_views_of_tasks"),
        ("committee", "0006_role_counts"),
        ("users", "0003_mail_choices"),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="Channel",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.SlugField(max_length=40, unique=True)),
                        ("name", models.CharField(max_length=60)),
                    ],
                ),
                migrations.CreateModel(
                    name="Campaign",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=150, unique=True)),
                        (
                            "motion",
                            models.CharField(choices=[("abm", "ABM"), ("demand_gen", "Demand gen")], max_length=12),
                        ),
                        ("started_on", models.DateField()),
                        ("ended_on", models.DateField(blank=True, null=True)),
                        (
                            "channel",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="campaigns",
                                to="campaigns.channel",
                            ),
                        ),
                        ("external_id", models.CharField(blank=True, db_default="", max_length=200)),
                        ("source", models.CharField(blank=True, db_default="", max_length=60)),
                        (
                            "content",
                            models.ForeignKey(
                                blank=True,
                                help_text="What it offers.",
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="campaigns",
                                to="committee.content",
                            ),
                        ),
                        (
                            "program",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="campaigns",
                                to="campaigns.program",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ended_on", None), ("ended_on__gte", models.F("started_on")), _connector="OR"
                                ),
                                name="campaign_ends_after_it_starts",
                                violation_error_message="The campaign ends before it starts.",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("external_id", ""), _negated=True),
                                fields=("source", "external_id"),
                                name="campaign_external_id_once",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Spend",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("spent_on", models.DateField()),
                        ("amount", models.DecimalField(decimal_places=2, max_digits=14)),
                        ("currency", models.CharField(default="USD", max_length=3)),
                        (
                            "campaign",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="spend",
                                to="campaigns.campaign",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "spend",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("campaign", "spent_on", "currency"), name="spend_once_a_day"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Touch",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("occurred_at", models.DateTimeField()),
                        ("summary", models.CharField(max_length=300)),
                        ("source", models.CharField(max_length=60)),
                        ("external_id", models.CharField(max_length=200)),
                        (
                            "created_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="touches",
                                to="accounts.account",
                            ),
                        ),
                        (
                            "campaign",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="touches",
                                to="campaigns.campaign",
                            ),
                        ),
                        (
                            "channel",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="touches",
                                to="campaigns.channel",
                            ),
                        ),
                        (
                            "contact",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="touches",
                                to="committee.contact",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "touches",
                        "indexes": [
                            models.Index(fields=["account", "-occurred_at"], name="touch_account_newest"),
                            models.Index(fields=["contact", "-occurred_at"], name="touch_contact_newest"),
                        ],
                        "constraints": [models.UniqueConstraint(fields=("source", "external_id"), name="touch_once")],
                    },
                ),
                migrations.CreateModel(
                    name="NamingConvention",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "subject",
                            models.CharField(
                                choices=[("audience", "Audience of a program")], max_length=12, unique=True
                            ),
                        ),
                        (
                            "pattern",
                            models.CharField(
                                help_text="A regular expression that the whole name must match.", max_length=200
                            ),
                        ),
                        ("example", models.CharField(max_length=120)),
                        (
                            "explanation",
                            models.CharField(help_text="What to do, for whoever typed another name.", max_length=300),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Program",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=120, unique=True)),
                        (
                            "audience",
                            models.CharField(max_length=120, unique=True, verbose_name="name of the audience"),
                        ),
                        (
                            "period",
                            models.CharField(
                                choices=[("month", "Month"), ("quarter", "Quarter"), ("year", "Year")],
                                default="quarter",
                                max_length=7,
                            ),
                        ),
                        ("starts_on", models.DateField(help_text="The first day of the month, quarter or year.")),
                        ("budget_amount", models.DecimalField(decimal_places=2, max_digits=14)),
                        ("currency", models.CharField(default="USD", max_length=3)),
                        (
                            "objectives",
                            models.TextField(
                                help_text="What it shall have brought by its last day, one objective a line."
                            ),
                        ),
                        (
                            "segment",
                            models.CharField(
                                blank=True,
                                choices=[("smb", "SMB"), ("mid_market", "Mid-market"), ("enterprise", "Enterprise")],
                                db_default="",
                                default="",
                                max_length=12,
                                verbose_name="account group",
                            ),
                        ),
                        ("frozen_at", models.DateTimeField(editable=False, null=True)),
                        (
                            "frozen_by",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="frozen_programs",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "territories",
                            models.ManyToManyField(blank=True, related_name="programs", to="accounts.territory"),
                        ),
                        ("tiers", models.ManyToManyField(blank=True, related_name="programs", to="accounts.tier")),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("budget_amount__gte", 0)),
                                name="program_budget_not_negative",
                                violation_error_message="A budget is not negative.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ProgramAccount",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="programs",
                                to="accounts.account",
                            ),
                        ),
                        (
                            "program",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="members",
                                to="campaigns.program",
                            ),
                        ),
                        (
                            "tier",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="accounts.tier",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("program", "account"), name="program_account_once")
                        ],
                    },
                ),
            ],
        ),
    ]
