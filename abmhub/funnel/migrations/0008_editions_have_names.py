from uuid import uuid4

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("funnel", "0007_market")]

    operations = [
        migrations.AddField(model_name="edition", name="token", field=models.UUIDField(default=uuid4)),
        migrations.AddField(
            model_name="edition",
            name="units",
            field=models.PositiveBigIntegerField(
                db_default=0, default=0, help_text="How many there were as known last."
            ),
        ),
    ]
