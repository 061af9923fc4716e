"""The market, kept account by account and by all cuts at once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("funnel", "0006_answers"),
    ]

    operations = [
        migrations.CreateModel(
            name="MarketAccount",
            fields=[
                ("account_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("tier", models.SmallIntegerField(null=True)),
                ("segment", models.CharField(blank=True, max_length=12)),
                ("industry", models.CharField(blank=True, max_length=100)),
                ("territory_key", models.BigIntegerField(null=True)),
                (
                    "acv_amount",
                    models.DecimalField(
                        decimal_places=2,
                        help_text="Empty: not known, or not in the business currency.",
                        max_digits=14,
                        null=True,
                    ),
                ),
                (
                    "is_counted",
                    models.BooleanField(
                        help_text="Not while the account is younger than the day of the night, which may catch up."
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_counted", False)), fields=["account_id"], name="market_account_waits"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MarketCell",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("tier", models.SmallIntegerField(null=True)),
                ("segment", models.CharField(blank=True, max_length=12)),
                ("industry", models.CharField(blank=True, max_length=100)),
                ("territory_key", models.BigIntegerField(null=True)),
                ("accounts", models.IntegerField()),
                ("with_acv", models.IntegerField(help_text="Those of them whose expected ACV is known.")),
                ("acv_amount", models.DecimalField(decimal_places=2, max_digits=24)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tier", "segment", "industry", "territory_key"),
                        name="market_cell_once",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
    ]
