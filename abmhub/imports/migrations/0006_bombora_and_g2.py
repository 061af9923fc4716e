from django.db import migrations

SHIPPED = (
    (
        "intent",
        "Bombora",
        [f"column {position}" for position in range(1, 13)],
        {"account_domain": "column 2", "cluster": "column 5", "topic": "column 6", "level": "column 7"},
    ),
    (
        "intent",
        "Bombora with a header",
        ["Domain", "Topic", "Composite Score", "Metro Area"],
        {
            "account_domain": "Domain",
            "cluster": "Category",
            "topic": "Topic",
            "level": "Composite Score",
            "week_on": "Date",
        },
    ),
    (
        "intent",
        "G2",
        ["company_domain", "company_intent_score"],
        {
            "account_domain": "company_domain",
            "account": "company_name",
            "cluster": "category_name",
            "topic": "subject_product_slug",
            "level": "company_intent_score",
            "week_on": "day",
        },
    ),
    (
        "events",
        "G2",
        ["company_domain", "signal_type", "day"],
        {
            "account_domain": "company_domain",
            "account": "company_name",
            "event_type": "signal_type",
            "occurred_at": "day",
            "detail": "subject_product_slug",
            "external_id": "id",
        },
    ),
)


def add(apps, schema_editor):
    """The mappings that came later, for installations that had those of ours already; a new one gets all of them."""
    saved = apps.get_model("imports", "SavedMapping")
    if not saved.objects.filter(is_shipped=True).exists():
        return
    for kind, name, columns, fields in SHIPPED:
        rest = {"source": name.split()[0], "columns": columns, "mapping": {"columns": fields}, "is_shipped": True}
        saved.objects.get_or_create(kind=kind, name=name, defaults=rest)


class Migration(migrations.Migration):
    dependencies = [
        ("imports", "0005_long_keys"),
    ]

    operations = [
        migrations.RunPython(add, migrations.RunPython.noop),
    ]
