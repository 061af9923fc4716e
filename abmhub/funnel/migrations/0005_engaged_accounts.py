"""Since when accounts are engaged, as the night keeps it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("funnel", "0004_cycle_left_out"),
    ]

    operations = [
        migrations.CreateModel(
            name="EngagedAccount",
            fields=[
                ("account_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("engaged_on", models.DateField()),
            ],
        ),
    ]
