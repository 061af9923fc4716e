"""An index less to write for each account that comes in, and for each whose priority moves while it is in no tier."""

import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

# What Django made for the foreign keys; other indexes begin with the same column.
SPARED = {
    "accounts_account_owner_id_7b1fcbd0": ("accounts_account", "owner_id"),
    "accounts_account_territory_id_7197e1bf": ("accounts_account", "territory_id"),
    "accounts_standing_tier_id_856ae8e1": ("accounts_standing", "tier_id"),
}


class Migration(migrations.Migration):
    # People go on working while a million accounts are indexed.
    atomic = False

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("accounts", "0010_held_tiers"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="standing",
            index=models.Index(
                fields=["tier", "-priority", "-account"],
                condition=models.Q(tier__isnull=False),
                name="standing_in_tier",
            ),
        ),
        RemoveIndexConcurrently(model_name="standing", name="standing_tier_priority"),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f"DROP INDEX CONCURRENTLY IF EXISTS {name}",
                    f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON {table} ({column})",
                )
                for name, (table, column) in SPARED.items()
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="account",
                    name="owner",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="owned_accounts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AlterField(
                    model_name="account",
                    name="territory",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="accounts",
                        to="accounts.territory",
                    ),
                ),
                migrations.AlterField(
                    model_name="standing",
                    name="tier",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="standings",
                        to="accounts.tier",
                    ),
                ),
            ],
        ),
    ]
