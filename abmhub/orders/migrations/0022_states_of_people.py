"""Tells the planner how many of a person's tasks are in a state: what is to do has nobody as a rule, what is in
progress somebody. Without it the board of a team walked through all open tasks for one that is to do."""

from django.db import migrations

CREATE = """
CREATE STATISTICS task_states_of_people (mcv) ON state, assignee_id FROM orders_task;
ALTER STATISTICS task_states_of_people SET STATISTICS 500;
"""
DROP = "DROP STATISTICS task_states_of_people"


class Migration(migrations.Migration):
    dependencies = [("orders", "0021_newest_delivered")]

    operations = [migrations.RunSQL(CREATE, DROP)]
