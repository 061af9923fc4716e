"""What keeps tiers calm: bands, a minimum stay, capacity, overrides and appeals; and who saw a policy before it went in force."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0010_held_tiers"),
        ("scoring", "0002_data_in"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TierAppeal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=300)),
                ("made_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("granted", models.BooleanField(blank=True, null=True)),
                ("answer", models.CharField(blank=True, max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name="TierCapacity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("accounts_per_rep", models.PositiveIntegerField()),
            ],
            options={
                "verbose_name_plural": "tier capacities",
            },
        ),
        migrations.CreateModel(
            name="TierOverride",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=300)),
                ("expires_on", models.DateField(help_text="The last day it holds.", verbose_name="holds through")),
                ("made_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "released_on",
                    models.DateField(
                        blank=True,
                        editable=False,
                        help_text="The night that gave the account back to the rules.",
                        null=True,
                    ),
                ),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="tiercondition",
            name="tier_condition_asks_something",
        ),
        migrations.AddField(
            model_name="tierpolicy",
            name="approved_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="tierpolicy",
            name="approved_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="tierpolicy",
            name="demote_band",
            field=models.PositiveSmallIntegerField(
                db_default=0,
                default=0,
                help_text="In points. So far below a threshold a score may fall before an account loses the tier it has.",
            ),
        ),
        migrations.AddField(
            model_name="tierpolicy",
            name="minimum_stay_days",
            field=models.PositiveSmallIntegerField(
                db_default=0,
                default=0,
                help_text="In days. An account that came into a tier falls no sooner; it may rise at any time.",
            ),
        ),
        migrations.AddField(
            model_name="tierpolicy",
            name="origin",
            field=models.CharField(
                blank=True, db_default="", editable=False, help_text="Where it comes from.", max_length=200
            ),
        ),
        migrations.AddField(
            model_name="tierpolicy",
            name="previewed_as",
            field=models.CharField(
                blank=True,
                db_default="",
                editable=False,
                help_text="What its rules were then, as a digest.",
                max_length=64,
            ),
        ),
        migrations.AddField(
            model_name="tierpolicy",
            name="previewed_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="tierpolicy",
            name="previewed_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="tierpolicy",
            name="promote_band",
            field=models.PositiveSmallIntegerField(
                db_default=0,
                default=0,
                help_text="In points. So far above a threshold a score must be to lift an account that is in a lower tier.",
            ),
        ),
        migrations.AddField(
            model_name="tierpolicy",
            name="submitted_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="tierpolicy",
            name="submitted_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="tiercondition",
            name="fact",
            field=models.CharField(
                choices=[
                    ("fit", "Fit"),
                    ("intent", "Intent"),
                    ("engagement", "Engagement"),
                    ("acv_amount", "Expected ACV"),
                    ("freshness", "Days overdue"),
                    ("stage", "Stage"),
                    ("industry", "Industry"),
                    ("country", "Country"),
                    ("segment", "Segment"),
                    ("territory", "Territory"),
                    ("custom", "Custom attribute"),
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="tiercondition",
            name="operator",
            field=models.CharField(
                choices=[("gte", "at least (>=)"), ("lt", "below (<)"), ("in", "is one of"), ("not", "is not one of")],
                default="gte",
                max_length=3,
            ),
        ),
        migrations.AlterField(
            model_name="tiercondition",
            name="values",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=100),
                blank=True,
                default=list,
                help_text="For “is one of” and “is not one of”: separated by commas.",
                size=None,
            ),
        ),
        migrations.AlterField(
            model_name="tierpolicy",
            name="published_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AlterField(
            model_name="tierpolicy",
            name="published_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="tierpolicy",
            name="status",
            field=models.CharField(
                choices=[
                    ("draft", "Draft"),
                    ("previewed", "Previewed"),
                    ("published", "Published"),
                    ("superseded", "Superseded"),
                ],
                default="draft",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="tiercondition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("fact__in", ("fit", "intent", "engagement", "acv_amount", "freshness", "custom")),
                        ("threshold__isnull", False),
                        ("values", []),
                        models.Q(("operator__in", ("in", "not")), _negated=True),
                    ),
                    models.Q(
                        ("operator__in", ("in", "not")),
                        ("threshold", None),
                        models.Q(
                            ("fact__in", ("fit", "intent", "engagement", "acv_amount", "freshness")), _negated=True
                        ),
                        models.Q(("values", []), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="tier_condition_asks_something",
                violation_error_message="Scores, money and days need a threshold and no values; anything else needs values alone.",
            ),
        ),
        migrations.AddConstraint(
            model_name="tierpolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(("demote_band__lte", 100), ("promote_band__lte", 100)),
                name="tier_policy_bands_at_most_100",
                violation_error_message="Scores are 0-100: a band is 100 points at most.",
            ),
        ),
        migrations.AddField(
            model_name="tierappeal",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="tier_appeals", to="accounts.account"
            ),
        ),
        migrations.AddField(
            model_name="tierappeal",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="tierappeal",
            name="made_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="tierappeal",
            name="tier",
            field=models.ForeignKey(
                blank=True,
                help_text="The tier that is asked for.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.tier",
            ),
        ),
        migrations.AddField(
            model_name="tiercapacity",
            name="policy",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="capacities", to="scoring.tierpolicy"
            ),
        ),
        migrations.AddField(
            model_name="tiercapacity",
            name="tier",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.tier"),
        ),
        migrations.AddField(
            model_name="tieroverride",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="tier_overrides", to="accounts.account"
            ),
        ),
        migrations.AddField(
            model_name="tieroverride",
            name="ended_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="tieroverride",
            name="made_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="tieroverride",
            name="tier",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.tier"
            ),
        ),
        migrations.AddField(
            model_name="tierappeal",
            name="override",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="appeal",
                to="scoring.tieroverride",
            ),
        ),
        migrations.AddConstraint(
            model_name="tiercapacity",
            constraint=models.UniqueConstraint(fields=("policy", "tier"), name="tier_capacity_once"),
        ),
        migrations.AddIndex(
            model_name="tieroverride",
            index=models.Index(
                condition=models.Q(("released_on", None)), fields=["account"], name="tier_override_not_released"
            ),
        ),
        migrations.AddConstraint(
            model_name="tieroverride",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None), ("released_on", None)),
                fields=("account",),
                name="tier_override_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="tierappeal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("decided_at", None)), fields=("account",), name="tier_appeal_one_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="tierappeal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("granted", None)),
                    models.Q(("decided_at__isnull", False), ("granted__isnull", False)),
                    _connector="OR",
                ),
                name="tier_appeal_decided_one_way",
            ),
        ),
    ]
