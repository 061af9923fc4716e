from decimal import Decimal

import django.contrib.postgres.constraints
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import abmhub.budgets.models.envelope
from abmhub.core.squashed import Together


class Migration(migrations.Migration):
    replaces = [("budgets", "0001_initial"), ("budgets", "0002_envelopes_in_a_tree")]

    initial = True

    dependencies = [
        ("accounts", "0015_views_of_tasks"),
        ("pghistory", "0007_auto_20250421_0444"),
        ("users", "0003_mail_choices"),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="Envelope",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=120)),
                        ("starts_on", models.DateField()),
                        ("ends_on", models.DateField(help_text="The last day of the period.")),
                        ("currency", models.CharField(default="USD", max_length=3)),
                        ("total_amount", models.DecimalField(decimal_places=2, max_digits=14)),
                        (
                            "reserved_amount",
                            models.DecimalField(
                                db_default=0, decimal_places=2, default=Decimal(0), editable=False, max_digits=14
                            ),
                        ),
                        (
                            "spent_amount",
                            models.DecimalField(
                                db_default=0, decimal_places=2, default=Decimal(0), editable=False, max_digits=14
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                blank=True,
                                help_text="Nobody chosen: for all teams.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="envelopes",
                                to="users.team",
                            ),
                        ),
                        (
                            "tier",
                            models.ForeignKey(
                                blank=True,
                                help_text="Empty: the money of a program.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="envelopes",
                                to="accounts.tier",
                            ),
                        ),
                        (
                            "account",
                            models.ForeignKey(
                                blank=True,
                                help_text="Nobody chosen: for all accounts.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="envelopes",
                                to="accounts.account",
                            ),
                        ),
                        (
                            "allotted_amount",
                            models.DecimalField(
                                db_default=0, decimal_places=2, default=Decimal(0), editable=False, max_digits=14
                            ),
                        ),
                        ("carried_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        (
                            "carry_percent",
                            models.PositiveSmallIntegerField(
                                db_default=0,
                                default=0,
                                help_text="At most this share of the total, in percent, goes to the next period. 0: what is left lapses. 100: all of it goes on.",
                                validators=[django.core.validators.MaxValueValidator(100)],
                                verbose_name="carry over",
                            ),
                        ),
                        (
                            "parent",
                            models.ForeignKey(
                                blank=True,
                                help_text="The envelope that this one is a part of. Empty: it stands alone.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="children",
                                to="budgets.envelope",
                            ),
                        ),
                        (
                            "program",
                            models.CharField(
                                blank=True,
                                db_default="",
                                help_text="For the money of a whole program: its name. Orders are paid by the envelopes under it.",
                                max_length=80,
                            ),
                        ),
                        (
                            "rep",
                            models.ForeignKey(
                                blank=True,
                                help_text="Nobody chosen: for all reps.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="envelopes",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "total_amount__gte",
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("reserved_amount"), "+", models.F("spent_amount")
                                        ),
                                    )
                                ),
                                name="envelope_never_overdrawn",
                                violation_error_message="More than that is already reserved or spent: cancel orders first.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("reserved_amount__gte", 0), ("spent_amount__gte", 0)),
                                name="envelope_amounts_not_negative",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                                name="envelope_ends_after_it_starts",
                                violation_error_message="The period ends before it starts.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("allotted_amount__gte", 0), ("total_amount__gte", models.F("allotted_amount"))
                                ),
                                name="envelope_children_within_its_total",
                                violation_error_message="More than that is given to the envelopes under it: make those smaller first.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("account", None),
                                        ("rep", None),
                                        ("team", None),
                                        ("tier", None),
                                        models.Q(("program", ""), _negated=True),
                                    ),
                                    models.Q(("program", ""), ("tier__isnull", False)),
                                    _connector="OR",
                                ),
                                name="envelope_is_for_a_program_or_a_tier",
                                violation_error_message="Name a program, or choose a tier and perhaps a team, a rep, an account.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("carry_percent__lte", 100)), name="envelope_carries_at_most_all"
                            ),
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                expressions=[
                                    (models.F("tier"), "="),
                                    (
                                        django.db.models.functions.comparison.Coalesce(
                                            models.F("team"), models.Value(0)
                                        ),
                                        "=",
                                    ),
                                    (
                                        django.db.models.functions.comparison.Coalesce(
                                            models.F("rep"), models.Value(0)
                                        ),
                                        "=",
                                    ),
                                    (
                                        django.db.models.functions.comparison.Coalesce(
                                            models.F("account"), models.Value(0)
                                        ),
                                        "=",
                                    ),
                                    (models.F("currency"), "="),
                                    (
                                        abmhub.budgets.models.envelope.DateRange(
                                            "starts_on", "ends_on", models.Value("[]")
                                        ),
                                        "&&",
                                    ),
                                ],
                                name="envelope_periods_do_not_overlap",
                                violation_error_message="An envelope for this tier, team and currency covers part of this period.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="EnvelopeEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("name", models.CharField(max_length=120)),
                        ("starts_on", models.DateField()),
                        ("ends_on", models.DateField(help_text="The last day of the period.")),
                        ("currency", models.CharField(default="USD", max_length=3)),
                        ("total_amount", models.DecimalField(decimal_places=2, max_digits=14)),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="name_parent_program_tier_team_rep_account_starts_on_ends_on_currency_total_amount_carry_percent_events",
                                to="budgets.envelope",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                help_text="Nobody chosen: for all teams.",
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="users.team",
                            ),
                        ),
                        (
                            "tier",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                help_text="Empty: the money of a program.",
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="accounts.tier",
                            ),
                        ),
                        (
                            "account",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                help_text="Nobody chosen: for all accounts.",
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="accounts.account",
                            ),
                        ),
                        (
                            "carry_percent",
                            models.PositiveSmallIntegerField(
                                db_default=0,
                                default=0,
                                help_text="At most this share of the total, in percent, goes to the next period. 0: what is left lapses. 100: all of it goes on.",
                                validators=[django.core.validators.MaxValueValidator(100)],
                                verbose_name="carry over",
                            ),
                        ),
                        (
                            "parent",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                help_text="The envelope that this one is a part of. Empty: it stands alone.",
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="budgets.envelope",
                            ),
                        ),
                        (
                            "program",
                            models.CharField(
                                blank=True,
                                db_default="",
                                help_text="For the money of a whole program: its name. Orders are paid by the envelopes under it.",
                                max_length=80,
                            ),
                        ),
                        (
                            "rep",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                help_text="Nobody chosen: for all reps.",
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="LedgerEntry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("reserve", "Reserve"),
                                    ("release", "Release"),
                                    ("spend", "Spend"),
                                    ("carry_out", "Carried over"),
                                    ("carry_in", "Brought over"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("amount", models.DecimalField(decimal_places=2, max_digits=14)),
                        (
                            "reserved_amount",
                            models.DecimalField(
                                decimal_places=2,
                                default=Decimal(0),
                                help_text="For a spend: how much of the reservation it ended.",
                                max_digits=14,
                            ),
                        ),
                        ("reference", models.CharField(help_text="The order line that it was for.", max_length=100)),
                        ("note", models.CharField(blank=True, db_default="", max_length=200)),
                        ("at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                blank=True,
                                help_text="Empty: the night.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="ledger_entries",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "envelope",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="ledger",
                                to="budgets.envelope",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "ledger entries",
                        "indexes": [models.Index(fields=["envelope", "-at"], name="ledger_envelope_newest")],
                        "constraints": [
                            models.UniqueConstraint(fields=("reference", "kind"), name="ledger_reference_kind_once"),
                            models.UniqueConstraint(
                                condition=models.Q(("kind__in", ("release", "spend"))),
                                fields=("reference",),
                                name="ledger_reservation_ends_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("amount__gte", 0), ("reserved_amount__gte", 0)),
                                name="ledger_amounts_not_negative",
                            ),
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="envelope",
                    trigger=pgtrigger.compiler.Trigger(
                        name="envelope_allots",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n    IF TG_OP <> 'INSERT' AND OLD.parent_id IS NOT NULL THEN\n        UPDATE budgets_envelope SET allotted_amount = allotted_amount - OLD.total_amount WHERE id = OLD.parent_id;\n    END IF;\n    IF TG_OP <> 'DELETE' AND NEW.parent_id IS NOT NULL THEN\n        UPDATE budgets_envelope SET allotted_amount = allotted_amount + NEW.total_amount WHERE id = NEW.parent_id;\n    END IF;\n    RETURN NULL;\n",
                            hash="c2a5b02b4355e14fe737e2bcc361213ec5a1ff79",
                            operation='INSERT OR DELETE OR UPDATE OF "parent_id", "total_amount"',
                            pgid="pgtrigger_envelope_allots_23e40",
                            table="budgets_envelope",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="envelope",
                    trigger=pgtrigger.compiler.Trigger(
                        name="envelope_moves",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."parent_id" IS DISTINCT FROM (NEW."parent_id"))',
                            func="\n    WITH RECURSIVE above AS (\n        SELECT OLD.parent_id AS id\n         UNION ALL\n        SELECT envelope.parent_id FROM budgets_envelope AS envelope JOIN above USING (id)\n    )\n    UPDATE budgets_envelope AS envelope\n       SET reserved_amount = envelope.reserved_amount - OLD.reserved_amount,\n           spent_amount = envelope.spent_amount - OLD.spent_amount\n      FROM above\n     WHERE envelope.id = above.id;\n    WITH RECURSIVE above AS (\n        SELECT NEW.parent_id AS id\n         UNION ALL\n        SELECT envelope.parent_id FROM budgets_envelope AS envelope JOIN above USING (id)\n    )\n    UPDATE budgets_envelope AS envelope\n       SET reserved_amount = envelope.reserved_amount + NEW.reserved_amount,\n           spent_amount = envelope.spent_amount + NEW.spent_amount\n      FROM above\n     WHERE envelope.id = above.id;\n    RETURN NULL;\n",
                            hash="4121ae8f320b84aa49d2478214b56dba30af28bc",
                            operation='UPDATE OF "parent_id"',
                            pgid="pgtrigger_envelope_moves_9a66a",
                            table="budgets_envelope",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="envelope",
                    trigger=pgtrigger.compiler.Trigger(
                        name="envelope_fits",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n    IF EXISTS (\n        SELECT FROM budgets_envelope AS child\n          JOIN budgets_envelope AS parent ON parent.id = child.parent_id\n         WHERE NEW.id IN (child.id, parent.id)\n           AND NOT (child.currency = parent.currency\n                    AND child.starts_on >= parent.starts_on AND child.ends_on <= parent.ends_on\n                    AND COALESCE(parent.tier_id = child.tier_id, parent.tier_id IS NULL)\n                    AND COALESCE(parent.team_id = child.team_id, parent.team_id IS NULL)\n                    AND COALESCE(parent.rep_id = child.rep_id, parent.rep_id IS NULL)\n                    AND parent.account_id IS NULL\n                    AND CASE WHEN child.account_id IS NOT NULL THEN 4 WHEN child.rep_id IS NOT NULL THEN 3\n                             WHEN child.team_id IS NOT NULL THEN 2 WHEN child.tier_id IS NOT NULL THEN 1 ELSE 0 END\n                      > CASE WHEN parent.rep_id IS NOT NULL THEN 3 WHEN parent.team_id IS NOT NULL THEN 2\n                             WHEN parent.tier_id IS NOT NULL THEN 1 ELSE 0 END)\n    ) THEN\n        RAISE EXCEPTION 'envelope_lies_within_its_parent' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NULL;\n",
                            hash="550e5c12e5885bb34b9d58418325d2be82203bd5",
                            operation='INSERT OR UPDATE OF "parent_id", "tier_id", "team_id", "rep_id", "account_id", "currency", "starts_on", "ends_on"',
                            pgid="pgtrigger_envelope_fits_589b6",
                            table="budgets_envelope",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="envelope",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "budgets_envelopeevent" ("account_id", "carry_percent", "currency", "ends_on", "name", "parent_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "program", "rep_id", "starts_on", "team_id", "tier_id", "total_amount") VALUES (NEW."account_id", NEW."carry_percent", NEW."currency", NEW."ends_on", NEW."name", NEW."parent_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."program", NEW."rep_id", NEW."starts_on", NEW."team_id", NEW."tier_id", NEW."total_amount"); RETURN NULL;',
                            hash="9bb709b0625df7f4f21447f471f399641466631d",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_c0b88",
                            table="budgets_envelope",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="envelope",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."account_id" IS DISTINCT FROM (NEW."account_id") OR OLD."carry_percent" IS DISTINCT FROM (NEW."carry_percent") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."ends_on" IS DISTINCT FROM (NEW."ends_on") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."parent_id" IS DISTINCT FROM (NEW."parent_id") OR OLD."program" IS DISTINCT FROM (NEW."program") OR OLD."rep_id" IS DISTINCT FROM (NEW."rep_id") OR OLD."starts_on" IS DISTINCT FROM (NEW."starts_on") OR OLD."team_id" IS DISTINCT FROM (NEW."team_id") OR OLD."tier_id" IS DISTINCT FROM (NEW."tier_id") OR OLD."total_amount" IS DISTINCT FROM (NEW."total_amount"))',
                            func='INSERT INTO "budgets_envelopeevent" ("account_id", "carry_percent", "currency", "ends_on", "name", "parent_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "program", "rep_id", "starts_on", "team_id", "tier_id", "total_amount") VALUES (NEW."account_id", NEW."carry_percent", NEW."currency", NEW."ends_on", NEW."name", NEW."parent_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."program", NEW."rep_id", NEW."starts_on", NEW."team_id", NEW."tier_id", NEW."total_amount"); RETURN NULL;',
                            hash="b482ab48db08ed64d6086edf02e2dfb4c8792e0d",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_9a3e4",
                            table="budgets_envelope",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="envelopeevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="aa86f964465623fb0c0471f8ba94b59a2790c7a6",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_23b56",
                            table="budgets_envelopeevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="ledgerentry",
                    trigger=pgtrigger.compiler.Trigger(
                        name="ledger_is_append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="5fdd49c21093b805e5705d8b10243b957c1bd84d",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_ledger_is_append_only_8ce9c",
                            table="budgets_ledgerentry",
                            when="BEFORE",
                        ),
                    ),
                ),
            ],
        ),
    ]
