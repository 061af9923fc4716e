from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("metrics", "0006_tactic_scores")]

    operations = [
        migrations.AddField(
            model_name="target",
            name="objective",
            field=models.CharField(
                blank=True,
                db_default="",
                help_text="What it is a key result of, in words: Win more of the right accounts.",
                max_length=120,
            ),
        ),
    ]
