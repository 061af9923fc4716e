import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from abmhub.core.squashed import Together


class Migration(migrations.Migration):
    replaces = [
        ("pipeline", "0001_initial"),
        ("pipeline", "0002_campaign_members"),
        ("pipeline", "0003_contracts"),
        ("pipeline", "0004_owner_as_it_came"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0015_views_of_tasks"),
        ("campaigns", "0003_programs"),
        ("committee", "0006_role_counts"),
        ("users", "0003_mail_choices"),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="Product",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=150, unique=True)),
                        ("series", models.CharField(blank=True, db_default="", max_length=80)),
                        (
                            "list_price_amount",
                            models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True),
                        ),
                        ("currency", models.CharField(db_default="USD", default="USD", max_length=3)),
                    ],
                ),
                migrations.CreateModel(
                    name="Stage",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=60, unique=True)),
                        (
                            "kind",
                            models.CharField(
                                choices=[("open", "Open"), ("won", "Won"), ("lost", "Lost")], max_length=4
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField(default=0)),
                        (
                            "is_qualified",
                            models.BooleanField(
                                default=True,
                                help_text="Unset for stages before the opportunity, where it is only an SQL.",
                                verbose_name="counts as an opportunity",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Opportunity",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(blank=True, db_default="", max_length=200)),
                        (
                            "account_name",
                            models.CharField(blank=True, db_default="", help_text="As it came.", max_length=200),
                        ),
                        (
                            "product_name",
                            models.CharField(blank=True, db_default="", help_text="As it came.", max_length=150),
                        ),
                        (
                            "motion",
                            models.CharField(
                                choices=[("abm", "ABM"), ("demand_gen", "Demand gen")], db_default="abm", max_length=12
                            ),
                        ),
                        ("amount", models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True)),
                        ("currency", models.CharField(db_default="USD", default="USD", max_length=3)),
                        ("engaged_on", models.DateField(blank=True, help_text="When the deal began.", null=True)),
                        ("closed_on", models.DateField(blank=True, null=True)),
                        ("source", models.CharField(max_length=60)),
                        ("external_id", models.CharField(max_length=200)),
                        (
                            "created_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "account",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="opportunities",
                                to="accounts.account",
                            ),
                        ),
                        (
                            "campaign",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="opportunities",
                                to="campaigns.campaign",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="opportunities",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "territory",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="opportunities",
                                to="accounts.territory",
                            ),
                        ),
                        (
                            "product",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="opportunities",
                                to="pipeline.product",
                            ),
                        ),
                        (
                            "stage",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="opportunities",
                                to="pipeline.stage",
                            ),
                        ),
                        (
                            "owner_name",
                            models.CharField(blank=True, db_default="", help_text="As it came.", max_length=150),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "opportunities",
                        "indexes": [
                            models.Index(fields=["closed_on"], name="opportunity_closed"),
                            models.Index(
                                condition=models.Q(("account", None)),
                                fields=["account_name", "id"],
                                name="opportunity_without_account",
                            ),
                            models.Index(
                                condition=models.Q(("product", None), models.Q(("product_name", ""), _negated=True)),
                                fields=["product_name", "id"],
                                name="opportunity_without_product",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("source", "external_id"), name="opportunity_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StageChange",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("entered_on", models.DateField()),
                        (
                            "opportunity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="stage_changes",
                                to="pipeline.opportunity",
                            ),
                        ),
                        (
                            "stage",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="changes", to="pipeline.stage"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("opportunity", "stage", "entered_on"), name="stage_change_once_a_day"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Lead",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=150)),
                        ("company_name", models.CharField(blank=True, db_default="", max_length=200)),
                        ("email", models.EmailField(blank=True, db_default="", max_length=254)),
                        ("created_on", models.DateField()),
                        ("mql_on", models.DateField(blank=True, null=True, verbose_name="became MQL")),
                        ("sql_on", models.DateField(blank=True, null=True, verbose_name="became SQL")),
                        ("source", models.CharField(max_length=60)),
                        ("external_id", models.CharField(max_length=200)),
                        (
                            "account",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="leads",
                                to="accounts.account",
                            ),
                        ),
                        (
                            "campaign",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="leads",
                                to="campaigns.campaign",
                            ),
                        ),
                        (
                            "opportunity",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="leads",
                                to="pipeline.opportunity",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["created_on"], name="lead_created")],
                        "constraints": [models.UniqueConstraint(fields=("source", "external_id"), name="lead_once")],
                    },
                ),
                migrations.CreateModel(
                    name="CampaignMember",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "status",
                            models.CharField(
                                blank=True, db_default="", help_text="As the source calls it.", max_length=60
                            ),
                        ),
                        ("responded_on", models.DateField(blank=True, null=True)),
                        ("source", models.CharField(max_length=60)),
                        ("external_id", models.CharField(blank=True, db_default="", max_length=200)),
                        (
                            "campaign",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="members",
                                to="campaigns.campaign",
                            ),
                        ),
                        (
                            "contact",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="campaign_members",
                                to="committee.contact",
                            ),
                        ),
                        (
                            "lead",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="campaign_members",
                                to="pipeline.lead",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("external_id", ""), _negated=True),
                                fields=("source", "external_id"),
                                name="campaign_member_external_id_once",
                            ),
                            models.UniqueConstraint(
                                fields=("campaign", "contact"), name="campaign_member_contact_once"
                            ),
                            models.UniqueConstraint(fields=("campaign", "lead"), name="campaign_member_lead_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("contact", None), ("lead__isnull", False)),
                                    models.Q(("contact__isnull", False), ("lead", None)),
                                    _connector="OR",
                                ),
                                name="campaign_member_is_one_person",
                                violation_error_message="A member is either a contact or a lead.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Contract",
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
                                choices=[("new", "New"), ("renewal", "Renewal"), ("expansion", "Expansion")],
                                db_default="new",
                                default="new",
                                max_length=9,
                            ),
                        ),
                        (
                            "value_amount",
                            models.DecimalField(
                                decimal_places=2,
                                help_text="Over the whole term, one-time fees included.",
                                max_digits=14,
                                verbose_name="contract value",
                            ),
                        ),
                        (
                            "one_time_amount",
                            models.DecimalField(
                                db_default=0, decimal_places=2, default=0, max_digits=14, verbose_name="one-time fees"
                            ),
                        ),
                        ("currency", models.CharField(db_default="USD", default="USD", max_length=3)),
                        ("signed_on", models.DateField(blank=True, null=True)),
                        ("starts_on", models.DateField()),
                        ("term_months", models.PositiveSmallIntegerField(help_text="How many months it runs.")),
                        ("ends_on", models.DateField(editable=False, help_text="Its last day.")),
                        (
                            "churned_on",
                            models.DateField(
                                blank=True, help_text="The day somebody ended it before its time.", null=True
                            ),
                        ),
                        ("churn_reason", models.CharField(blank=True, db_default="", default="", max_length=200)),
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
                                related_name="contracts",
                                to="accounts.account",
                            ),
                        ),
                        (
                            "follows",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="followers",
                                to="pipeline.contract",
                            ),
                        ),
                        (
                            "opportunity",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="contracts",
                                to="pipeline.opportunity",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["starts_on"], name="contract_started")],
                        "constraints": [
                            models.UniqueConstraint(fields=("source", "external_id"), name="contract_once"),
                            models.CheckConstraint(
                                condition=models.Q(("term_months__gte", 1)),
                                name="contract_runs_for_a_month",
                                violation_error_message="A contract runs for a month at least.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("one_time_amount__gte", 0), ("one_time_amount__lte", models.F("value_amount"))
                                ),
                                name="contract_fees_within_value",
                                violation_error_message="One-time fees are part of the contract value: they cannot be more.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("churned_on", None), ("churned_on__gte", models.F("starts_on")), _connector="OR"
                                ),
                                name="contract_churns_after_it_starts",
                                violation_error_message="The contract was ended before it began.",
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]
