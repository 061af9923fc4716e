from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("funnel", "0009_note_changed_units")]

    operations = [
        migrations.AddField(
            model_name="edition",
            name="previous",
            field=models.UUIDField(help_text="The token of the edition that this one was made of.", null=True),
        ),
        migrations.AlterField(
            model_name="edition",
            name="units",
            field=models.PositiveBigIntegerField(
                db_default=0, default=0, help_text="How many there were as known last, counted until they were not few."
            ),
        ),
    ]
