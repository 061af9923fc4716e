from django.db import migrations

KEYED = (
    ("accounts", "AccountIdentity"),
    ("committee", "Contact"),
    ("pipeline", "Opportunity"),
    ("pipeline", "Lead"),
    ("campaigns", "Campaign"),
    ("pipeline", "CampaignMember"),
    ("users", "User"),
)
SHORT = r"^(00[1356Qv]|01t|701)[0-9A-Za-z]{12}$"
CHECK_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def long(short):
    fives = (short[start : start + 5] for start in (0, 5, 10))
    places = (sum(1 << place for place, char in enumerate(five) if char.isupper()) for five in fives)
    return short + "".join(CHECK_CHARACTERS[place] for place in places)


def lengthen(apps, schema_editor):
    """Keys of Salesforce that came with 15 characters are kept with 18 from now on, as files are read."""
    for app, name in KEYED:
        rows = apps.get_model(app, name).objects.filter(external_id__regex=SHORT)
        for key, source, external_id in list(rows.values_list("pk", "source", "external_id")):
            taken = apps.get_model(app, name).objects.filter(source=source, external_id=long(external_id))
            if not external_id.isdigit() and not taken.exists():
                rows.filter(pk=key).update(external_id=long(external_id))


class Migration(migrations.Migration):
    dependencies = [
        ("imports", "0004_journal_without_checks"),
        ("accounts", "0012_room_for_confirmations"),
        ("campaigns", "0002_imported_campaigns"),
        ("committee", "0006_role_counts"),
        ("pipeline", "0002_campaign_members"),
        ("users", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(lengthen, migrations.RunPython.noop),
    ]
