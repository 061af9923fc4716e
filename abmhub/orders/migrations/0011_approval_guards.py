"""The walls around held tasks and changed orders, raised while people order."""

from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("orders", "0010_approvals"),
    ]

    operations = [
        AddConstraintNotValid(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=~models.Q(state="held") | models.Q(assignee=None, claimed_at=None),
                name="task_held_is_nobodys",
            ),
        ),
        ValidateConstraint(model_name="task", name="task_held_is_nobodys"),
        AddConstraintNotValid(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(amended_at=None) | models.Q(state="cancelled"),
                name="order_line_amended_is_cancelled",
            ),
        ),
        ValidateConstraint(model_name="orderline", name="order_line_amended_is_cancelled"),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS order_line_tactic_once_now"
                    " ON orders_orderline (order_id, tactic_id) WHERE amended_at IS NULL",
                    "DROP INDEX CONCURRENTLY IF EXISTS order_line_tactic_once_now",
                ),
            ],
            state_operations=[
                migrations.AddConstraint(
                    model_name="orderline",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(amended_at=None),
                        fields=["order", "tactic"],
                        name="order_line_tactic_once_now",
                    ),
                ),
            ],
        ),
        migrations.RemoveConstraint(model_name="orderline", name="order_line_tactic_once"),
    ]
