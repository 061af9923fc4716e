"""Statement by statement, which units of the funnel may not be as the last night knew them."""

from django.db import migrations, models

# Made of text and run as such, it is planned anew for each statement, of one row or of a million.
NOTE = """
CREATE FUNCTION funnel_note_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    told CONSTANT text := TG_ARGV[0];
    key CONSTANT text := TG_ARGV[1];
    id CONSTANT text := TG_ARGV[2];
    later text;
    earlier text;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        SELECT string_agg(format('later.%I', name), ', '), string_agg(format('earlier.%I', name), ', ')
        INTO later, earlier
        FROM unnest(TG_ARGV[3:]) AS name;
        EXECUTE format(
            'WITH changed AS ('
            ' SELECT earlier.%1$I AS earlier_key, later.%1$I AS later_key'
            ' FROM new_rows AS later FULL JOIN old_rows AS earlier USING (%2$I)'
            ' WHERE ROW (%3$s) IS DISTINCT FROM ROW (%4$s))'
            ' INSERT INTO funnel_changedunit (kind, key)'
            ' SELECT %5$L, earlier_key FROM changed WHERE earlier_key IS NOT NULL'
            ' UNION SELECT %5$L, later_key FROM changed WHERE later_key IS NOT NULL',
            key, id, later, earlier, told
        );
    ELSE
        EXECUTE format(
            'INSERT INTO funnel_changedunit (kind, key) SELECT DISTINCT %1$L, %2$I FROM %3$I WHERE %2$I IS NOT NULL',
            told, key, CASE TG_OP WHEN 'INSERT' THEN 'new_rows' ELSE 'old_rows' END
        );
    END IF;
    RETURN NULL;
END
$$
"""
DEAL = (
    "account_id", "owner_id", "territory_id", "campaign_id", "motion", "stage_id", "amount", "currency", "engaged_on",
    "closed_on",
)  # fmt: skip
LEAD = ("account_id", "campaign_id", "opportunity_id", "created_on", "mql_on", "sql_on")
ALWAYS, SINCE, LATER = ("insert", "update", "delete"), ("update", "delete"), ("update",)
WATCHED = (
    ("pipeline_opportunity", "deal", "id", DEAL, ALWAYS),
    ("pipeline_stagechange", "deal", "opportunity_id", ("opportunity_id", "stage_id", "entered_on"), ALWAYS),
    ("pipeline_lead", "lead", "id", LEAD, ALWAYS),
    ("pipeline_lead", "deal", "opportunity_id", LEAD, SINCE),
    ("campaigns_touch", "account", "account_id", ("account_id", "campaign_id", "occurred_at"), ALWAYS),
    ("campaigns_programaccount", "account", "account_id", ("account_id", "program_id"), ALWAYS),
    ("campaigns_program", "program", "id", ("starts_on",), LATER),
    ("campaigns_campaign", "campaign", "id", ("program_id", "channel_id", "content_id"), LATER),
    ("accounts_tierchange", "account", "account_id", ("account_id", "changed_on", "to_tier_id"), ALWAYS),
    ("funnel_engagedaccount", "account", "account_id", ("engaged_on",), ALWAYS),
)
"""The tables, what is noted of a row and where its key stands, which columns matter, and when.

Accounts of deals are noted for their scores. Whatever refers to a campaign or a program that comes or goes changes
with it.
"""
ROWS = {
    "insert": "NEW TABLE AS new_rows",
    "update": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "delete": "OLD TABLE AS old_rows",
}


def _trigger(table: str, kind: str, key: str, columns: tuple[str, ...], event: str) -> migrations.RunSQL:
    name = f"funnel_note_{kind}_{event}"
    own = "account_id" if table == "funnel_engagedaccount" else "id"
    told = ", ".join(f"'{each}'" for each in (kind, key, own, *columns))
    return migrations.RunSQL(
        f"CREATE TRIGGER {name} AFTER {event.upper()} ON {table} REFERENCING {ROWS[event]}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION funnel_note_changed({told})",
        f"DROP TRIGGER {name} ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0016_index_rises"),
        ("campaigns", "0004_newest_touches"),
        ("pipeline", "0005_newest_begun"),
        ("funnel", "0008_editions_have_names"),
    ]

    operations = [
        migrations.CreateModel(
            name="ChangedUnit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=8)),
                ("key", models.BigIntegerField()),
            ],
        ),
        migrations.RunSQL(NOTE, "DROP FUNCTION funnel_note_changed()"),
        *(_trigger(*watched, event) for *watched, events in WATCHED for event in events),
    ]
