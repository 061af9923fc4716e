from django.db import migrations

# What could be ordered becomes version 1, with the recipe as `recipes.Step.as_data` writes it.
MAKE = """
    INSERT INTO menus_tacticversion (
        tactic_id, number, unit_cost, currency, lead_time_days, recipe, published_at
    )
    SELECT tactic.id, 1, tactic.unit_cost, tactic.currency, tactic.lead_time_days,
        coalesce((
            SELECT jsonb_agg(
                jsonb_build_object(
                    'position', step.position, 'name', step.name, 'offset_days', step.offset_days,
                    'counts_from', 'order', 'after', '[]'::jsonb, 'checklist', '[]'::jsonb, 'hours', '0',
                    'proof', '', 'assignee_rule', 'claim', 'team_id', NULL, 'person_id', NULL
                )
                ORDER BY step.position
            )
            FROM menus_recipestep AS step WHERE step.tactic_id = tactic.id
        ), '[]'::jsonb),
        tactic.approved_at
    FROM menus_tactic AS tactic
    WHERE tactic.approved_at IS NOT NULL
"""
NAME = """
    UPDATE menus_tactic SET version_id = version.id
    FROM menus_tacticversion AS version WHERE version.tactic_id = menus_tactic.id
"""


class Migration(migrations.Migration):
    dependencies = [("menus", "0002_versions_and_limits")]

    operations = [
        migrations.RunSQL(MAKE, migrations.RunSQL.noop),
        migrations.RunSQL(NAME, migrations.RunSQL.noop),
    ]
