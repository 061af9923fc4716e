"""The tier that the rules alone give, beside the one an account is in, and what holds it there."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0009_index_segments"),
    ]

    operations = [
        migrations.AddField(
            model_name="standing",
            name="earned_tier",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="The tier that the rules alone give.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.tier",
            ),
        ),
        migrations.AddField(
            model_name="standing",
            name="held_by",
            field=models.CharField(
                blank=True,
                choices=[
                    ("override", "Override"),
                    ("stale", "Stale data"),
                    ("band", "Promote or demote band"),
                    ("stay", "Minimum stay"),
                    ("capacity", "Waiting for a place"),
                ],
                db_default="",
                help_text="Why the tier is another than the earned one; empty while nothing holds it.",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="tierchange",
            name="held_by",
            field=models.CharField(
                blank=True,
                choices=[
                    ("override", "Override"),
                    ("stale", "Stale data"),
                    ("band", "Promote or demote band"),
                    ("stay", "Minimum stay"),
                    ("capacity", "Waiting for a place"),
                ],
                db_default="",
                help_text="Why the tier is another than the earned one; empty while nothing holds it.",
                max_length=8,
            ),
        ),
    ]
