"""Beside each order, and most filters, what else lists are narrowed by: an index of theirs then answers alone, without
a look at any row. And some accounts that stand for all."""

from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models.lookups import Exact

SAMPLE = models.Q(Exact(models.F("id") % models.Value(499), 7))
OF_ACCOUNTS = ("owner", "territory", "industry", "country", "segment", "is_customer")
OF_STANDINGS = ("tier", "intent", "stale_since_on")

ADDED = {
    "account": [
        *(
            models.Index(
                fields=[name, "id"],
                include=tuple(other for other in OF_ACCOUNTS if other != name),
                name=f"account_of_{name}",
            )
            for name in ("owner", "territory", "industry", "country")
        ),
        models.Index(fields=["segment", "id"], name="account_of_segment"),
        models.Index(
            fields=["-acv_amount", "-id"],
            include=OF_ACCOUNTS,
            condition=models.Q(acv_amount__isnull=False),
            name="account_by_acv",
        ),
        models.Index(
            fields=["-employees", "-id"],
            include=OF_ACCOUNTS,
            condition=models.Q(employees__isnull=False),
            name="account_by_employees",
        ),
        models.Index(fields=["id"], condition=SAMPLE, name="account_sample"),
    ],
    "standing": [
        models.Index(fields=["-priority", "-account"], include=OF_STANDINGS, name="standing_by_priority"),
        models.Index(
            fields=["-tier_since_on", "-account"],
            include=OF_STANDINGS,
            condition=models.Q(tier_since_on__isnull=False),
            name="standing_by_tier_since",
        ),
        models.Index(
            fields=["-stale_since_on", "-account"],
            include=("tier", "intent"),
            condition=models.Q(stale_since_on__isnull=False),
            name="standing_by_stale",
        ),
        models.Index(
            fields=["-intent", "-account"],
            include=("tier", "stale_since_on"),
            condition=models.Q(intent__isnull=False),
            name="standing_by_intent",
        ),
        models.Index(
            fields=["-engagement", "-account"],
            include=OF_STANDINGS,
            condition=models.Q(engagement__isnull=False),
            name="standing_by_engagement",
        ),
    ],
}
REMOVED = {
    "account": [
        "account_owner",
        "account_territory",
        "account_industry",
        "account_country",
        "account_segment",
        "account_acv",
        "account_employees",
    ],
    "standing": [
        "standing_priority",
        "standing_tier_since",
        "standing_stale",
        "standing_intent",
        "standing_engagement",
    ],
}
# An index answers alone for pages that were vacuumed since their last change: after each night, not after every fifth
# row has changed.
SOON = "ALTER TABLE accounts_standing SET (autovacuum_vacuum_scale_factor = 0.02)"
AS_USUAL = "ALTER TABLE accounts_standing RESET (autovacuum_vacuum_scale_factor)"


class Migration(migrations.Migration):
    # People go on working while a million accounts are indexed.
    atomic = False

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("accounts", "0013_priority_since"),
    ]

    operations = [
        *(AddIndexConcurrently(model, index) for model, indexes in ADDED.items() for index in indexes),
        *(RemoveIndexConcurrently(model, name) for model, names in REMOVED.items() for name in names),
        migrations.RunSQL(SOON, AS_USUAL),
    ]
