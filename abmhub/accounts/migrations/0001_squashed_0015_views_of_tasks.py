import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.db.models.lookups
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from abmhub.core.squashed import Together

# So that a file which confirms every account finds room beside each for its new version: then none of the many indexes
# is written. Costs nothing here and now; pages that are full stay so until their rows are written again.
ROOM = "ALTER TABLE accounts_account SET (fillfactor = 50)"
NO_ROOM = "ALTER TABLE accounts_account RESET (fillfactor)"
# An index answers alone for pages that were vacuumed since their last change: after each night, not after every fifth
# row has changed.
SOON = "ALTER TABLE accounts_standing SET (autovacuum_vacuum_scale_factor = 0.02)"
AS_USUAL = "ALTER TABLE accounts_standing RESET (autovacuum_vacuum_scale_factor)"


class Migration(migrations.Migration):
    replaces = [
        ("accounts", "0001_initial"),
        ("accounts", "0002_data_in"),
        ("accounts", "0003_own_history"),
        ("accounts", "0004_clocks_and_news"),
        ("accounts", "0005_index_sources"),
        ("accounts", "0006_index_orders"),
        ("accounts", "0007_reassigned_in_bulk"),
        ("accounts", "0008_spare_standings"),
        ("accounts", "0009_index_segments"),
        ("accounts", "0010_held_tiers"),
        ("accounts", "0011_fewer_indexes"),
        ("accounts", "0012_room_for_confirmations"),
        ("accounts", "0013_priority_since"),
        ("accounts", "0014_covering_orders"),
        ("accounts", "0015_views_of_tasks"),
    ]

    initial = True

    dependencies = [
        ("core", "0002_working_calendar"),
        ("pghistory", "0007_auto_20250421_0444"),
        ("users", "0003_mail_choices"),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="Account",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=200)),
                        (
                            "normalized_name",
                            models.CharField(
                                editable=False, help_text="Lower case, without the legal form.", max_length=200
                            ),
                        ),
                        ("domain", models.CharField(blank=True, max_length=253, null=True, unique=True)),
                        ("industry", models.CharField(blank=True, db_default="", max_length=100)),
                        (
                            "country",
                            models.CharField(
                                blank=True, db_default="", help_text="Two letters, ISO 3166.", max_length=2
                            ),
                        ),
                        ("headquarters", models.CharField(blank=True, db_default="", max_length=200)),
                        (
                            "segment",
                            models.CharField(
                                blank=True,
                                choices=[("smb", "SMB"), ("mid_market", "Mid-market"), ("enterprise", "Enterprise")],
                                db_default="",
                                max_length=12,
                            ),
                        ),
                        ("employees", models.PositiveIntegerField(blank=True, null=True)),
                        (
                            "annual_revenue_amount",
                            models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True),
                        ),
                        (
                            "acv_amount",
                            models.DecimalField(
                                blank=True,
                                decimal_places=2,
                                help_text="Annual contract value that a deal with this account would have.",
                                max_digits=14,
                                null=True,
                                verbose_name="expected ACV",
                            ),
                        ),
                        ("currency", models.CharField(db_default="USD", default="USD", max_length=3)),
                        ("founded_year", models.PositiveSmallIntegerField(blank=True, null=True)),
                        (
                            "technologies",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=60),
                                blank=True,
                                db_default=[],
                                default=list,
                                size=None,
                            ),
                        ),
                        ("is_customer", models.BooleanField(db_default=False, default=False)),
                        (
                            "is_target",
                            models.BooleanField(
                                db_default=True, default=True, help_text="Part of the total addressable market."
                            ),
                        ),
                        (
                            "refreshed_at",
                            models.DateTimeField(
                                blank=True, help_text="When a source last confirmed these facts.", null=True
                            ),
                        ),
                        (
                            "created_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "updated_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="owned_accounts",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "parent",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="subsidiaries",
                                to="accounts.account",
                            ),
                        ),
                        (
                            "team",
                            models.ManyToManyField(
                                blank=True,
                                related_name="team_accounts",
                                through="accounts.AccountTeamMember",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "territory",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="accounts",
                                to="accounts.territory",
                            ),
                        ),
                        (
                            "attributes",
                            models.JSONField(
                                blank=True,
                                db_default={},
                                default=dict,
                                help_text="Value by code of the attributes that this installation defined; see `Attribute`.",
                            ),
                        ),
                        (
                            "refreshed_from",
                            models.CharField(
                                blank=True,
                                db_default="",
                                help_text="The source that did; its clock says when they are stale.",
                                max_length=60,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["normalized_name", "id"], name="account_normalized_name"),
                            models.Index(
                                django.contrib.postgres.indexes.OpClass("normalized_name", "varchar_pattern_ops"),
                                name="account_name_prefix",
                            ),
                            django.contrib.postgres.indexes.GinIndex(
                                django.contrib.postgres.indexes.OpClass(
                                    django.db.models.functions.text.Upper("name"), "gin_trgm_ops"
                                ),
                                name="account_name_trigrams",
                            ),
                            django.contrib.postgres.indexes.GinIndex(
                                django.contrib.postgres.indexes.OpClass(
                                    django.db.models.functions.text.Upper("domain"), "gin_trgm_ops"
                                ),
                                name="account_domain_trigrams",
                            ),
                            models.Index(fields=["refreshed_from"], name="account_refreshed_from"),
                            models.Index(
                                condition=models.Q(("is_customer", True)), fields=["id"], name="account_customers"
                            ),
                            models.Index(
                                fields=["owner", "id"],
                                include=("territory", "industry", "country", "segment", "is_customer"),
                                name="account_of_owner",
                            ),
                            models.Index(
                                fields=["territory", "id"],
                                include=("owner", "industry", "country", "segment", "is_customer"),
                                name="account_of_territory",
                            ),
                            models.Index(
                                fields=["industry", "id"],
                                include=("owner", "territory", "country", "segment", "is_customer"),
                                name="account_of_industry",
                            ),
                            models.Index(
                                fields=["country", "id"],
                                include=("owner", "territory", "industry", "segment", "is_customer"),
                                name="account_of_country",
                            ),
                            models.Index(fields=["segment", "id"], name="account_of_segment"),
                            models.Index(
                                condition=models.Q(("acv_amount__isnull", False)),
                                fields=["-acv_amount", "-id"],
                                include=("owner", "territory", "industry", "country", "segment", "is_customer"),
                                name="account_by_acv",
                            ),
                            models.Index(
                                condition=models.Q(("employees__isnull", False)),
                                fields=["-employees", "-id"],
                                include=("owner", "territory", "industry", "country", "segment", "is_customer"),
                                name="account_by_employees",
                            ),
                            models.Index(
                                condition=models.Q(
                                    django.db.models.lookups.Exact(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("id"), "%%", models.Value(499)
                                        ),
                                        7,
                                    )
                                ),
                                fields=["id"],
                                name="account_sample",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Tier",
                    fields=[
                        ("level", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                        ("name", models.CharField(max_length=40, unique=True)),
                        ("motto", models.CharField(blank=True, help_text="For example: just right.", max_length=60)),
                        ("treatment", models.CharField(blank=True, help_text="1:1, 1:few or 1:many.", max_length=20)),
                        ("description", models.TextField(blank=True, help_text="What an account of this tier gets.")),
                    ],
                ),
                migrations.CreateModel(
                    name="AccountTeamMember",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("reason", models.CharField(blank=True, db_default="", max_length=100)),
                        (
                            "created_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="team_members",
                                to="accounts.account",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="account_teams",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("user", "account"), name="account_team_member_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Territory",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=100, unique=True)),
                        (
                            "members",
                            models.ManyToManyField(blank=True, related_name="territories", to=settings.AUTH_USER_MODEL),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "territories",
                    },
                ),
                migrations.CreateModel(
                    name="TierChange",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("changed_on", models.DateField()),
                        ("policy_version", models.PositiveIntegerField()),
                        ("fit", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="fit")),
                        ("intent", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="intent")),
                        (
                            "engagement",
                            models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="engagement"),
                        ),
                        ("summary", models.CharField(blank=True, db_default="", max_length=300)),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="tier_changes",
                                to="accounts.account",
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
                                db_default="",
                                help_text="Why the tier is another than the earned one; empty while nothing holds it.",
                                max_length=8,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["changed_on"], name="tier_change_day")],
                        "constraints": [
                            models.UniqueConstraint(fields=("account", "changed_on"), name="tier_change_once_a_day")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Standing",
                    fields=[
                        (
                            "account",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="standing",
                                serialize=False,
                                to="accounts.account",
                            ),
                        ),
                        ("fit", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="fit")),
                        ("intent", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="intent")),
                        (
                            "engagement",
                            models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="engagement"),
                        ),
                        (
                            "priority",
                            models.PositiveSmallIntegerField(
                                db_default=0, help_text="Sum of the known scores; the order of the account list."
                            ),
                        ),
                        (
                            "previous_priority",
                            models.PositiveSmallIntegerField(
                                db_default=0, help_text="The priority before the night that last changed it."
                            ),
                        ),
                        ("tier_since_on", models.DateField(blank=True, null=True)),
                        ("rule_name", models.CharField(blank=True, db_default="", max_length=100)),
                        (
                            "summary",
                            models.CharField(
                                blank=True, db_default="", help_text="The reason in one line.", max_length=300
                            ),
                        ),
                        (
                            "disqualified_by",
                            models.CharField(
                                blank=True,
                                db_default="",
                                help_text="The disqualifiers that it meets; then fit is 0, there is no tier, and nothing may be ordered.",
                                max_length=200,
                            ),
                        ),
                        (
                            "computed_on",
                            models.DateField(
                                blank=True, help_text="The night that last changed a figure here.", null=True
                            ),
                        ),
                        (
                            "tier",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="standings",
                                to="accounts.tier",
                            ),
                        ),
                        (
                            "stale_since_on",
                            models.DateField(
                                blank=True,
                                help_text="The day from which a source should have confirmed the facts again; empty while they are fresh.",
                                null=True,
                            ),
                        ),
                        (
                            "earned_tier",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                help_text="The tier that the rules alone give.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.tier",
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
                                db_default="",
                                help_text="Why the tier is another than the earned one; empty while nothing holds it.",
                                max_length=8,
                            ),
                        ),
                        (
                            "priority_since_on",
                            models.DateField(
                                blank=True, help_text="The night that last changed the priority.", null=True
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("tier__isnull", False)),
                                fields=["tier", "-priority", "-account"],
                                name="standing_in_tier",
                            ),
                            models.Index(
                                fields=["-priority", "-account"],
                                include=("tier", "intent", "stale_since_on"),
                                name="standing_by_priority",
                            ),
                            models.Index(
                                condition=models.Q(("tier_since_on__isnull", False)),
                                fields=["-tier_since_on", "-account"],
                                include=("tier", "intent", "stale_since_on"),
                                name="standing_by_tier_since",
                            ),
                            models.Index(
                                condition=models.Q(("stale_since_on__isnull", False)),
                                fields=["-stale_since_on", "-account"],
                                include=("tier", "intent"),
                                name="standing_by_stale",
                            ),
                            models.Index(
                                condition=models.Q(("intent__isnull", False)),
                                fields=["-intent", "-account"],
                                include=("tier", "stale_since_on"),
                                name="standing_by_intent",
                            ),
                            models.Index(
                                condition=models.Q(("engagement__isnull", False)),
                                fields=["-engagement", "-account"],
                                include=("tier", "intent", "stale_since_on"),
                                name="standing_by_engagement",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AccountIdentity",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("source", models.CharField(max_length=60)),
                        ("external_id", models.CharField(max_length=200)),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="identities",
                                to="accounts.account",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "account identities",
                        "constraints": [
                            models.UniqueConstraint(fields=("source", "external_id"), name="account_identity_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AccountEdit",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("edited_at", models.DateTimeField()),
                        ("summary", models.CharField(max_length=300)),
                        ("undone_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="account_edits",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "undone_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["-edited_at"], name="account_edit_newest")],
                    },
                ),
                migrations.CreateModel(
                    name="AccountMerge",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "absorbed_id",
                            models.BigIntegerField(help_text="The key that the other account had, and gets back."),
                        ),
                        ("absorbed_name", models.CharField(max_length=200)),
                        ("merged_at", models.DateTimeField()),
                        ("journal", models.JSONField()),
                        ("undone_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="account_merges",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "kept",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="merges",
                                to="accounts.account",
                            ),
                        ),
                        (
                            "undone_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["-merged_at"], name="account_merge_newest")],
                    },
                ),
                migrations.CreateModel(
                    name="Attribute",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                help_text="The name in files and in the API; it cannot be changed.",
                                max_length=40,
                                unique=True,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "\\A[a-z][a-z0-9_]*\\Z", "Small letters, digits and _, a letter first."
                                    )
                                ],
                            ),
                        ),
                        ("label", models.CharField(max_length=60, unique=True)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("text", "Text"),
                                    ("number", "Number"),
                                    ("money", "Money"),
                                    ("date", "Date"),
                                    ("choice", "Choice"),
                                    ("yes_no", "Yes or no"),
                                ],
                                max_length=8,
                            ),
                        ),
                        (
                            "choices",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=60),
                                blank=True,
                                default=list,
                                help_text="For a choice: separated by commas.",
                                size=None,
                            ),
                        ),
                        (
                            "unit",
                            models.CharField(
                                blank=True,
                                help_text="For a number, for example: parcels a month. Money is in the business currency.",
                                max_length=30,
                            ),
                        ),
                        ("help_text", models.CharField(blank=True, max_length=200)),
                        ("position", models.PositiveSmallIntegerField(default=0)),
                        (
                            "is_filter",
                            models.BooleanField(
                                default=False,
                                help_text="Then the account list can be narrowed by it, from an index.",
                                verbose_name="offered as a filter",
                            ),
                        ),
                        ("indexed_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("archived_at", models.DateTimeField(blank=True, editable=False, null=True)),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("kind", "choice"), models.Q(("choices", []), _negated=True)),
                                    models.Q(models.Q(("kind", "choice"), _negated=True), ("choices", [])),
                                    _connector="OR",
                                ),
                                name="attribute_choices_for_a_choice",
                                violation_error_message="A choice needs its choices, and nothing else has any.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Duplicate",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("likeness", models.PositiveSmallIntegerField(help_text="How alike their names are, 0-100.")),
                        ("reason", models.CharField(max_length=200)),
                        ("found_at", models.DateTimeField()),
                        ("dismissed_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="duplicates",
                                to="accounts.account",
                            ),
                        ),
                        (
                            "dismissed_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "other",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.account"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("dismissed_at", None)),
                                fields=["-likeness", "id"],
                                name="duplicate_open",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("account", "other"), name="duplicate_once"),
                            models.CheckConstraint(
                                condition=models.Q(("account__lt", models.F("other"))), name="duplicate_in_order"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="EditedAccount",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("before", models.JSONField()),
                        ("after", models.JSONField()),
                        ("undone_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="edits", to="accounts.account"
                            ),
                        ),
                        (
                            "edit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="accounts",
                                to="accounts.accountedit",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["account", "-id"], name="edited_account_newest")],
                        "constraints": [
                            models.UniqueConstraint(fields=("edit", "account"), name="edited_account_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FreshnessClock",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("source", models.CharField(max_length=60, unique=True)),
                        (
                            "due_every_days",
                            models.PositiveSmallIntegerField(
                                default=14,
                                help_text="After this many days without a word from the source, its facts are stale.",
                            ),
                        ),
                        (
                            "last_file_on",
                            models.DateField(blank=True, help_text="The day of its last file.", null=True),
                        ),
                        (
                            "accounts",
                            models.PositiveIntegerField(
                                db_default=0,
                                default=0,
                                editable=False,
                                help_text="Whose facts it was the last to confirm; the night counts.",
                            ),
                        ),
                        (
                            "stale_accounts",
                            models.PositiveIntegerField(
                                db_default=0,
                                default=0,
                                editable=False,
                                help_text="Of these, how many it should have confirmed again.",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("due_every_days__gte", 1)), name="freshness_clock_at_least_a_day"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SavedView",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=60)),
                        ("is_shared", models.BooleanField(default=False, verbose_name="shared with everybody")),
                        ("query", models.CharField(blank=True, max_length=2000)),
                        (
                            "columns",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=60),
                                blank=True,
                                default=list,
                                help_text="Empty: the usual ones.",
                                size=None,
                            ),
                        ),
                        (
                            "created_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="saved_views",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "of",
                            models.CharField(
                                choices=[("accounts", "Accounts"), ("tasks", "Tasks")],
                                db_default="accounts",
                                default="accounts",
                                max_length=10,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("by", "of", "name"),
                                name="saved_view_name_once",
                                violation_error_message="You have a view of this name already.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AttributeEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        (
                            "code",
                            models.CharField(
                                help_text="The name in files and in the API; it cannot be changed.",
                                max_length=40,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "\\A[a-z][a-z0-9_]*\\Z", "Small letters, digits and _, a letter first."
                                    )
                                ],
                            ),
                        ),
                        ("label", models.CharField(max_length=60)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("text", "Text"),
                                    ("number", "Number"),
                                    ("money", "Money"),
                                    ("date", "Date"),
                                    ("choice", "Choice"),
                                    ("yes_no", "Yes or no"),
                                ],
                                max_length=8,
                            ),
                        ),
                        (
                            "choices",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=60),
                                blank=True,
                                default=list,
                                help_text="For a choice: separated by commas.",
                                size=None,
                            ),
                        ),
                        (
                            "unit",
                            models.CharField(
                                blank=True,
                                help_text="For a number, for example: parcels a month. Money is in the business currency.",
                                max_length=30,
                            ),
                        ),
                        ("help_text", models.CharField(blank=True, max_length=200)),
                        ("position", models.PositiveSmallIntegerField(default=0)),
                        (
                            "is_filter",
                            models.BooleanField(
                                default=False,
                                help_text="Then the account list can be narrowed by it, from an index.",
                                verbose_name="offered as a filter",
                            ),
                        ),
                        ("archived_at", models.DateTimeField(blank=True, editable=False, null=True)),
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
                                related_name="events",
                                to="accounts.attribute",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Reassignment",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
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
                                related_name="reassignments",
                                to="accounts.account",
                            ),
                        ),
                        (
                            "territory",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="accounts.territory",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                        "indexes": [models.Index(fields=["pgh_created_at"], name="reassignment_lately")],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="account",
                    trigger=pgtrigger.compiler.Trigger(
                        name="reassigned",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."owner_id" IS DISTINCT FROM (NEW."owner_id") OR OLD."territory_id" IS DISTINCT FROM (NEW."territory_id"))',
                            func="\n                    IF current_setting('pghistory.context_id', true) <> '' THEN\n                        INSERT INTO pghistory_context (id, metadata, created_at, updated_at)\n                        VALUES (\n                            current_setting('pghistory.context_id')::uuid,\n                            current_setting('pghistory.context_metadata')::jsonb,\n                            now(), now()\n                        )\n                        ON CONFLICT (id) DO NOTHING;\n                    END IF;\n                    INSERT INTO accounts_reassignment (\n                        pgh_obj_id, owner_id, territory_id, pgh_context_id, pgh_created_at, pgh_label\n                    )\n                    VALUES (\n                        OLD.id, OLD.owner_id, OLD.territory_id,\n                        nullif(current_setting('pghistory.context_id', true), '')::uuid, now(), 'reassigned'\n                    );\n                    RETURN NULL;\n                ",
                            hash="e00a6ebdcadfeae023d004e561b0bc9e9a61444e",
                            operation="UPDATE",
                            pgid="pgtrigger_reassigned_e0e0b",
                            table="accounts_account",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="account",
                    trigger=pgtrigger.compiler.Trigger(
                        name="account_has_a_standing",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (current_setting('abmhub.brings_standings', true) IS DISTINCT FROM 'yes')",
                            constraint="CONSTRAINT",
                            func="\n                    IF EXISTS (SELECT 1 FROM accounts_account WHERE id = NEW.id)\n                        AND NOT EXISTS (SELECT 1 FROM accounts_standing WHERE account_id = NEW.id)\n                    THEN\n                        INSERT INTO accounts_standing (account_id) VALUES (NEW.id);\n                    END IF;\n                    RETURN NULL;\n                ",
                            hash="48e4cbf6ef0a2a0e2ed333e4cc47b3b55c5c418f",
                            operation="INSERT",
                            pgid="pgtrigger_account_has_a_standing_5f18b",
                            table="accounts_account",
                            timing="DEFERRABLE INITIALLY DEFERRED",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="attribute",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_attributeevent" ("archived_at", "choices", "code", "help_text", "id", "is_filter", "kind", "label", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "unit") VALUES (NEW."archived_at", NEW."choices", NEW."code", NEW."help_text", NEW."id", NEW."is_filter", NEW."kind", NEW."label", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."unit"); RETURN NULL;',
                            hash="33161fe5c9df3b4ccda4bf81f02f8a086aea36a8",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_9277b",
                            table="accounts_attribute",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="attribute",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."archived_at" IS DISTINCT FROM (NEW."archived_at") OR OLD."choices" IS DISTINCT FROM (NEW."choices") OR OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."help_text" IS DISTINCT FROM (NEW."help_text") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_filter" IS DISTINCT FROM (NEW."is_filter") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."label" IS DISTINCT FROM (NEW."label") OR OLD."position" IS DISTINCT FROM (NEW."position") OR OLD."unit" IS DISTINCT FROM (NEW."unit"))',
                            func='INSERT INTO "accounts_attributeevent" ("archived_at", "choices", "code", "help_text", "id", "is_filter", "kind", "label", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "unit") VALUES (NEW."archived_at", NEW."choices", NEW."code", NEW."help_text", NEW."id", NEW."is_filter", NEW."kind", NEW."label", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."unit"); RETURN NULL;',
                            hash="e27375487655156abb44acd870280769cfa667a5",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_ce8e5",
                            table="accounts_attribute",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="attribute",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_attributeevent" ("archived_at", "choices", "code", "help_text", "id", "is_filter", "kind", "label", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "unit") VALUES (OLD."archived_at", OLD."choices", OLD."code", OLD."help_text", OLD."id", OLD."is_filter", OLD."kind", OLD."label", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."position", OLD."unit"); RETURN NULL;',
                            hash="27ba073c88d00686c245b37334d9876c9148c8fc",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_68281",
                            table="accounts_attribute",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="attributeevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="6dafb6e61a272c7839cbdc1972be24f2d5250be3",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_7d26f",
                            table="accounts_attributeevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="reassignment",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="11c254faf3da713555290f90171fde9b33d1980c",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_b4a7e",
                            table="accounts_reassignment",
                            when="BEFORE",
                        ),
                    ),
                ),
            ],
        ),
        migrations.RunSQL(ROOM, NO_ROOM),
        migrations.RunSQL(SOON, AS_USUAL),
    ]
