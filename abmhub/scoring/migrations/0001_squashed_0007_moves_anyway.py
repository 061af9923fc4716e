import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from abmhub.core.squashed import Together

ANY_TABLE = """
CREATE FUNCTION scoring_note_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO scoring_changedaccount (account_id)
        SELECT DISTINCT account_id FROM new_rows WHERE account_id IS NOT NULL;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO scoring_changedaccount (account_id)
        SELECT DISTINCT account_id FROM old_rows WHERE account_id IS NOT NULL;
    END IF;
    RETURN NULL;
END
$$
"""

INTENT = """
CREATE FUNCTION scoring_note_changed_intent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO scoring_changedaccount (account_id, is_read_anew) SELECT DISTINCT account_id, TRUE FROM new_rows;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO scoring_changedaccount (account_id, is_read_anew) SELECT DISTINCT account_id, TRUE FROM old_rows;
    END IF;
    RETURN NULL;
END
$$
"""

# A person may have done something at an account that they have left since.
EVENTS = """
CREATE FUNCTION scoring_note_changed_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO scoring_changedaccount (account_id, event_id) SELECT account_id, id FROM new_rows;
        RETURN NULL;
    END IF;
    INSERT INTO scoring_changedaccount (account_id, is_weighed_anew)
    SELECT account_id, TRUE FROM old_rows
    UNION
    SELECT contact.account_id, TRUE FROM old_rows JOIN committee_contact AS contact ON contact.id = old_rows.contact_id;
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO scoring_changedaccount (account_id, is_weighed_anew)
        SELECT account_id, TRUE FROM new_rows
        UNION
        SELECT contact.account_id, TRUE
        FROM new_rows JOIN committee_contact AS contact ON contact.id = new_rows.contact_id;
    END IF;
    RETURN NULL;
END
$$
"""

# Who comes or goes is counted by role; what they did is weighed by who they are.
CONTACTS = """
CREATE FUNCTION scoring_note_changed_contacts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO scoring_changedaccount (account_id, is_weighed_anew) SELECT DISTINCT account_id, TRUE FROM new_rows;
        RETURN NULL;
    END IF;
    IF TG_OP = 'DELETE' THEN
        INSERT INTO scoring_changedaccount (account_id, is_weighed_anew) SELECT DISTINCT account_id, TRUE FROM old_rows;
        RETURN NULL;
    END IF;
    WITH changed AS (
        SELECT id, earlier.account_id AS earlier_account_id, later.account_id AS later_account_id
        FROM new_rows AS later JOIN old_rows AS earlier USING (id)
        WHERE (
            later.account_id, later.seniority, later.buying_role_id, later.email = '', later.phone = '',
            later.opted_out_at
        ) IS DISTINCT FROM (
            earlier.account_id, earlier.seniority, earlier.buying_role_id, earlier.email = '', earlier.phone = '',
            earlier.opted_out_at
        )
    )
    INSERT INTO scoring_changedaccount (account_id, is_weighed_anew)
    SELECT earlier_account_id, TRUE FROM changed
    UNION
    SELECT later_account_id, TRUE FROM changed
    UNION
    SELECT event.account_id, TRUE FROM changed JOIN signals_engagementevent AS event ON event.contact_id = changed.id;
    RETURN NULL;
END
$$
"""

# What a source confirms again and again without changing it must not cost the night anything, unless the account was
# stale for the last night, or is so again: the night looks for what time makes stale, and takes the rest from here. No
# clock is shorter than the shortest; two days leave room for every zone, and for a night that is going on.
ACCOUNTS = """
CREATE FUNCTION scoring_note_changed_accounts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO scoring_changedaccount (account_id) SELECT id FROM new_rows;
    ELSE
        INSERT INTO scoring_changedaccount (account_id)
        SELECT id FROM new_rows AS later JOIN old_rows AS earlier USING (id)
        WHERE (
            later.owner_id, later.territory_id, later.industry, later.country, later.segment, later.employees,
            later.annual_revenue_amount, later.acv_amount, later.currency, later.founded_year, later.technologies,
            later.attributes, later.is_customer, later.is_target, later.created_at
        ) IS DISTINCT FROM (
            earlier.owner_id, earlier.territory_id, earlier.industry, earlier.country, earlier.segment, earlier.employees,
            earlier.annual_revenue_amount, earlier.acv_amount, earlier.currency, earlier.founded_year, earlier.technologies,
            earlier.attributes, earlier.is_customer, earlier.is_target, earlier.created_at
        )
        OR (later.refreshed_at, later.refreshed_from) IS DISTINCT FROM (earlier.refreshed_at, earlier.refreshed_from)
        AND least(coalesce(later.refreshed_at, later.created_at), coalesce(earlier.refreshed_at, earlier.created_at)) < (
            SELECT as_of_on + 2 - (SELECT least(14, min(due_every_days)) FROM accounts_freshnessclock)
            FROM scoring_nightbasis
        );
    END IF;
    RETURN NULL;
END
$$
"""

WATCHED = (
    ("signals_engagementevent", "scoring_note_changed_events", ("insert", "update", "delete")),
    ("signals_intentobservation", "scoring_note_changed_intent", ("insert", "update", "delete")),
    ("pipeline_opportunity", "scoring_note_changed", ("insert", "update", "delete")),
    ("scoring_tieroverride", "scoring_note_changed", ("insert", "update", "delete")),
    ("committee_contact", "scoring_note_changed_contacts", ("insert", "update", "delete")),
    ("accounts_account", "scoring_note_changed_accounts", ("insert", "update")),
)
ROWS = {
    "insert": "NEW TABLE AS new_rows",
    "update": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "delete": "OLD TABLE AS old_rows",
}


def _trigger(table: str, function: str, event: str) -> migrations.RunSQL:
    name = f"scoring_note_{event}"
    return migrations.RunSQL(
        f"CREATE TRIGGER {name} AFTER {event.upper()} ON {table} REFERENCING {ROWS[event]}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {function}()",
        f"DROP TRIGGER {name} ON {table}",
    )


class Migration(migrations.Migration):
    replaces = [
        ("scoring", "0001_initial"),
        ("scoring", "0002_data_in"),
        ("scoring", "0003_policies"),
        ("scoring", "0004_previews"),
        ("scoring", "0005_changed_accounts"),
        ("scoring", "0006_note_changes"),
        ("scoring", "0007_moves_anyway"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0015_views_of_tasks"),
        ("committee", "0006_role_counts"),
        ("pipeline", "0004_owner_as_it_came"),
        ("signals", "0008_retention"),
        ("users", "0003_mail_choices"),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="IcpProfile",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=100)),
                        (
                            "minimum_known_percent",
                            models.PositiveSmallIntegerField(
                                default=40,
                                help_text="In percent of all weight. Where less is known, fit stays unknown instead of a guess.",
                            ),
                        ),
                        ("published_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        (
                            "published_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("version", models.PositiveIntegerField(editable=False, unique=True)),
                        (
                            "origin",
                            models.CharField(
                                blank=True, editable=False, help_text="Where it comes from.", max_length=200
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "ideal customer profile",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("minimum_known_percent__lte", 100)),
                                name="icp_minimum_known_at_most_100",
                                violation_error_message="A share in percent is at most 100.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="IcpCriterion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=100)),
                        (
                            "attribute",
                            models.CharField(
                                choices=[
                                    ("industry", "Industry"),
                                    ("country", "Country"),
                                    ("segment", "Segment"),
                                    ("employees", "Employees"),
                                    ("annual_revenue_amount", "Annual revenue"),
                                    ("founded_year", "Founded in"),
                                    ("technologies", "Technologies"),
                                    ("custom", "Custom attribute"),
                                ],
                                max_length=30,
                            ),
                        ),
                        (
                            "minimum",
                            models.DecimalField(
                                blank=True, decimal_places=2, help_text="Inclusive.", max_digits=18, null=True
                            ),
                        ),
                        (
                            "maximum",
                            models.DecimalField(
                                blank=True, decimal_places=2, help_text="Inclusive.", max_digits=18, null=True
                            ),
                        ),
                        (
                            "values",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=100),
                                blank=True,
                                default=list,
                                help_text="Any of these, separated by commas.",
                                size=None,
                            ),
                        ),
                        ("weight", models.PositiveSmallIntegerField(default=10)),
                        (
                            "is_disqualifier",
                            models.BooleanField(
                                default=False, help_text="An account that meets it has fit 0 and cannot be ordered for."
                            ),
                        ),
                        (
                            "profile",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="criteria",
                                to="scoring.icpprofile",
                            ),
                        ),
                        (
                            "custom",
                            models.ForeignKey(
                                blank=True,
                                help_text="Which one, where the attribute is a custom one. A date is asked for its year.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.attribute",
                                verbose_name="custom attribute",
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(
                                blank=True,
                                help_text="Of a disqualifier: why, in words that a rep will read.",
                                max_length=90,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "ICP criterion",
                        "verbose_name_plural": "ICP criteria",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("is_disqualifier", True), ("weight__gte", 1), _connector="OR"),
                                name="icp_criterion_has_weight",
                                violation_error_message="A criterion without weight changes nothing: give it at least 1.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("attribute__in", ("employees", "annual_revenue_amount", "founded_year")),
                                        ("values", []),
                                        models.Q(
                                            ("minimum__isnull", False), ("maximum__isnull", False), _connector="OR"
                                        ),
                                    ),
                                    models.Q(
                                        ("attribute", "custom"),
                                        models.Q(
                                            models.Q(
                                                ("values", []),
                                                models.Q(
                                                    ("minimum__isnull", False),
                                                    ("maximum__isnull", False),
                                                    _connector="OR",
                                                ),
                                            ),
                                            models.Q(
                                                models.Q(("values", []), _negated=True),
                                                ("maximum", None),
                                                ("minimum", None),
                                            ),
                                            _connector="OR",
                                        ),
                                    ),
                                    models.Q(
                                        models.Q(
                                            (
                                                "attribute__in",
                                                ("employees", "annual_revenue_amount", "founded_year", "custom"),
                                            ),
                                            _negated=True,
                                        ),
                                        models.Q(("values", []), _negated=True),
                                        ("maximum", None),
                                        ("minimum", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="icp_criterion_asks_something",
                                violation_error_message="A number needs a minimum or a maximum and no values; anything else needs values and neither.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("attribute", "custom"), ("custom__isnull", False)),
                                    models.Q(models.Q(("attribute", "custom"), _negated=True), ("custom", None)),
                                    _connector="OR",
                                ),
                                name="icp_criterion_names_its_custom_attribute",
                                violation_error_message="Name the custom attribute where, and only where, the attribute is a custom one.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TierPolicy",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(unique=True)),
                        ("name", models.CharField(max_length=100)),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("previewed", "Previewed"),
                                    ("published", "Published"),
                                    ("superseded", "Superseded"),
                                ],
                                default="draft",
                                max_length=10,
                            ),
                        ),
                        ("published_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        (
                            "published_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("approved_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        (
                            "approved_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "demote_band",
                            models.PositiveSmallIntegerField(
                                db_default=0,
                                default=0,
                                help_text="In points. So far below a threshold a score may fall before an account loses the tier it has.",
                            ),
                        ),
                        (
                            "minimum_stay_days",
                            models.PositiveSmallIntegerField(
                                db_default=0,
                                default=0,
                                help_text="In days. An account that came into a tier falls no sooner; it may rise at any time.",
                            ),
                        ),
                        (
                            "origin",
                            models.CharField(
                                blank=True,
                                db_default="",
                                editable=False,
                                help_text="Where it comes from.",
                                max_length=200,
                            ),
                        ),
                        (
                            "previewed_as",
                            models.CharField(
                                blank=True,
                                db_default="",
                                editable=False,
                                help_text="What its rules were then, as a digest.",
                                max_length=64,
                            ),
                        ),
                        ("previewed_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        (
                            "previewed_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "promote_band",
                            models.PositiveSmallIntegerField(
                                db_default=0,
                                default=0,
                                help_text="In points. So far above a threshold a score must be to lift an account that is in a lower tier.",
                            ),
                        ),
                        ("submitted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        (
                            "submitted_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "tier policies",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("status", "published")),
                                fields=("status",),
                                name="tier_policy_one_published",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("demote_band__lte", 100), ("promote_band__lte", 100)),
                                name="tier_policy_bands_at_most_100",
                                violation_error_message="Scores are 0-100: a band is 100 points at most.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TierRule",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField()),
                        ("name", models.CharField(max_length=100)),
                        (
                            "policy",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="rules",
                                to="scoring.tierpolicy",
                            ),
                        ),
                        (
                            "tier",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="rules", to="accounts.tier"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("policy", "position"), name="tier_rule_position")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TierCondition",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "fact",
                            models.CharField(
                                choices=[
                                    ("fit", "Fit"),
                                    ("intent", "Intent"),
                                    ("engagement", "Engagement"),
                                    ("acv_amount", "Expected ACV"),
                                    ("freshness", "Days overdue"),
                                    ("stage", "Stage"),
                                    ("industry", "Industry"),
                                    ("country", "Country"),
                                    ("segment", "Segment"),
                                    ("territory", "Territory"),
                                    ("custom", "Custom attribute"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "operator",
                            models.CharField(
                                choices=[
                                    ("gte", "at least (>=)"),
                                    ("lt", "below (<)"),
                                    ("in", "is one of"),
                                    ("not", "is not one of"),
                                ],
                                default="gte",
                                max_length=3,
                            ),
                        ),
                        ("threshold", models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True)),
                        (
                            "rule",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="conditions",
                                to="scoring.tierrule",
                            ),
                        ),
                        (
                            "custom",
                            models.ForeignKey(
                                blank=True,
                                help_text="Which one, where the fact is a custom attribute. A date is asked for its year.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.attribute",
                                verbose_name="custom attribute",
                            ),
                        ),
                        (
                            "values",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=100),
                                blank=True,
                                default=list,
                                help_text="For “is one of” and “is not one of”: separated by commas.",
                                size=None,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("rule", "fact", "custom", "operator"),
                                name="tier_condition_once",
                                nulls_distinct=False,
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("custom__isnull", False), ("fact", "custom")),
                                    models.Q(models.Q(("fact", "custom"), _negated=True), ("custom", None)),
                                    _connector="OR",
                                ),
                                name="tier_condition_names_its_custom_attribute",
                                violation_error_message="Name the custom attribute where, and only where, the fact is a custom one.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        (
                                            "fact__in",
                                            ("fit", "intent", "engagement", "acv_amount", "freshness", "custom"),
                                        ),
                                        ("threshold__isnull", False),
                                        ("values", []),
                                        models.Q(("operator__in", ("in", "not")), _negated=True),
                                    ),
                                    models.Q(
                                        ("operator__in", ("in", "not")),
                                        ("threshold", None),
                                        models.Q(
                                            ("fact__in", ("fit", "intent", "engagement", "acv_amount", "freshness")),
                                            _negated=True,
                                        ),
                                        models.Q(("values", []), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="tier_condition_asks_something",
                                violation_error_message="Scores, money and days need a threshold and no values; anything else needs values alone.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TierSnapshot",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("snapshot_on", models.DateField()),
                        ("accounts", models.PositiveIntegerField()),
                        ("policy_version", models.PositiveIntegerField()),
                        (
                            "tier",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.tier",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("snapshot_on", "tier"), name="tier_snapshot_once_a_day", nulls_distinct=False
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TierAppeal",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("reason", models.CharField(max_length=300)),
                        ("made_at", models.DateTimeField()),
                        ("decided_at", models.DateTimeField(blank=True, null=True)),
                        ("granted", models.BooleanField(blank=True, null=True)),
                        ("answer", models.CharField(blank=True, max_length=300)),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="tier_appeals",
                                to="accounts.account",
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "tier",
                            models.ForeignKey(
                                blank=True,
                                help_text="The tier that is asked for.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.tier",
                            ),
                        ),
                        (
                            "override",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="appeal",
                                to="scoring.tieroverride",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("decided_at", None)),
                                fields=("account",),
                                name="tier_appeal_one_open",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("decided_at", None), ("granted", None)),
                                    models.Q(("decided_at__isnull", False), ("granted__isnull", False)),
                                    _connector="OR",
                                ),
                                name="tier_appeal_decided_one_way",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TierCapacity",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("accounts_per_rep", models.PositiveIntegerField()),
                        (
                            "policy",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="capacities",
                                to="scoring.tierpolicy",
                            ),
                        ),
                        (
                            "tier",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.tier"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "tier capacities",
                        "constraints": [models.UniqueConstraint(fields=("policy", "tier"), name="tier_capacity_once")],
                    },
                ),
                migrations.CreateModel(
                    name="TierOverride",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("reason", models.CharField(max_length=300)),
                        (
                            "expires_on",
                            models.DateField(help_text="The last day it holds.", verbose_name="holds through"),
                        ),
                        ("made_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "released_on",
                            models.DateField(
                                blank=True,
                                editable=False,
                                help_text="The night that gave the account back to the rules.",
                                null=True,
                            ),
                        ),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="tier_overrides",
                                to="accounts.account",
                            ),
                        ),
                        (
                            "ended_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "tier",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.tier",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("released_on", None)),
                                fields=["account"],
                                name="tier_override_not_released",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None), ("released_on", None)),
                                fields=("account",),
                                name="tier_override_one_open",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PolicyPreview",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("as_of", models.DateField(help_text="The business day of the night that it foretells.")),
                        ("asked_at", models.DateTimeField()),
                        ("started_at", models.DateTimeField(blank=True, null=True)),
                        ("finished_at", models.DateTimeField(blank=True, null=True)),
                        ("error", models.TextField(blank=True, default="")),
                        ("figures", models.JSONField(blank=True, default=dict)),
                        (
                            "asked_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "policy",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="preview",
                                to="scoring.tierpolicy",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="PolicyMove",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "held_by",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("override", "Override"),
                                    ("stale", "Stale data"),
                                    ("band", "Promote or demote band"),
                                    ("stay", "Minimum stay"),
                                    ("capacity", "Waiting for a place"),
                                ],
                                default="",
                                max_length=8,
                            ),
                        ),
                        ("rule_name", models.CharField(blank=True, default="", max_length=100)),
                        ("summary", models.CharField(blank=True, default="", max_length=300)),
                        ("priority", models.PositiveSmallIntegerField(default=0)),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.account"
                            ),
                        ),
                        (
                            "earned_tier",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.tier",
                            ),
                        ),
                        (
                            "from_tier",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.tier",
                            ),
                        ),
                        (
                            "to_tier",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.tier",
                            ),
                        ),
                        (
                            "preview",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="moves",
                                to="scoring.policypreview",
                            ),
                        ),
                        (
                            "is_anyway",
                            models.BooleanField(
                                db_default=False,
                                help_text="The policy in force puts it in the same tier in the same night.",
                                verbose_name="moves anyway",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["preview", "-priority", "-account"], name="policy_move_priority")
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("preview", "account"), name="policy_move_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ChangedAccount",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("account_id", models.BigIntegerField()),
                        (
                            "event_id",
                            models.BigIntegerField(
                                help_text="The event that was recorded, if that is what happened.", null=True
                            ),
                        ),
                        (
                            "is_weighed_anew",
                            models.BooleanField(
                                db_default=False,
                                help_text="Events or people that were known already changed: all of its events are weighed anew.",
                            ),
                        ),
                        (
                            "is_read_anew",
                            models.BooleanField(
                                db_default=False, help_text="What it reads about was observed: its intent."
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="NightBasis",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "as_of_on",
                            models.DateField(help_text="The business day of the last night that wrote standings."),
                        ),
                        (
                            "registers",
                            models.CharField(
                                help_text="A digest of all that concerns every account; when it changes, everybody is computed.",
                                max_length=64,
                            ),
                        ),
                        (
                            "intent_weeks",
                            models.CharField(
                                help_text="A digest of the weeks that intent was computed of; when it changes, everybody's is.",
                                max_length=64,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(condition=models.Q(("pk", 1)), name="night_basis_is_one_row")
                        ],
                    },
                ),
            ],
        ),
        # Statement by statement, which accounts anything happened to that the night has to look at.
        migrations.RunSQL(ANY_TABLE, "DROP FUNCTION scoring_note_changed()"),
        migrations.RunSQL(INTENT, "DROP FUNCTION scoring_note_changed_intent()"),
        migrations.RunSQL(EVENTS, "DROP FUNCTION scoring_note_changed_events()"),
        migrations.RunSQL(ACCOUNTS, "DROP FUNCTION scoring_note_changed_accounts()"),
        migrations.RunSQL(CONTACTS, "DROP FUNCTION scoring_note_changed_contacts()"),
        *(_trigger(table, function, event) for table, function, events in WATCHED for event in events),
    ]
