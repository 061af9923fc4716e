from decimal import Decimal

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import abmhub.menus.models.menu
from abmhub.core.squashed import Together


class Migration(migrations.Migration):
    replaces = [
        ("menus", "0001_initial"),
        ("menus", "0002_versions_and_limits"),
        ("menus", "0003_first_versions"),
        ("menus", "0004_menu_drafts"),
        ("menus", "0005_plays"),
        ("menus", "0006_ships"),
        ("menus", "0007_restock_days"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0015_views_of_tasks"),
        ("campaigns", "0003_programs"),
        ("committee", "0006_role_counts"),
        ("pghistory", "0007_auto_20250421_0444"),
        ("users", "0003_mail_choices"),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="Category",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=60, unique=True)),
                        ("position", models.PositiveSmallIntegerField(default=0)),
                        ("icon", models.CharField(default="package", help_text="A Lucide icon name.", max_length=40)),
                    ],
                    options={
                        "verbose_name_plural": "categories",
                    },
                ),
                migrations.CreateModel(
                    name="RecipeStep",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField(verbose_name="number")),
                        ("name", models.CharField(max_length=120)),
                        (
                            "offset_days",
                            models.PositiveSmallIntegerField(
                                default=0, help_text="When it is due.", verbose_name="working days"
                            ),
                        ),
                        (
                            "tactic",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="recipe", to="menus.tactic"
                            ),
                        ),
                        (
                            "after",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.PositiveSmallIntegerField(),
                                blank=True,
                                db_default=[],
                                default=list,
                                help_text="Numbers of the steps that must be done first, for example 1, 2.",
                                size=None,
                                verbose_name="waits for",
                            ),
                        ),
                        (
                            "assignee_rule",
                            models.CharField(
                                choices=[
                                    ("claim", "Whoever claims the task"),
                                    ("person", "One person"),
                                    ("team", "Somebody of a team"),
                                    ("round_robin", "The team in turns"),
                                ],
                                db_default="claim",
                                default="claim",
                                max_length=12,
                                verbose_name="who does it",
                            ),
                        ),
                        (
                            "checklist",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=120),
                                blank=True,
                                db_default=[],
                                default=list,
                                help_text="A line each.",
                                size=None,
                            ),
                        ),
                        (
                            "counts_from",
                            models.CharField(
                                choices=[
                                    ("order", "after the order"),
                                    ("steps", "after the steps it waits for"),
                                    ("promise", "before the promise date"),
                                ],
                                db_default="order",
                                default="order",
                                max_length=8,
                                verbose_name="counted",
                            ),
                        ),
                        (
                            "hours",
                            models.DecimalField(
                                db_default=Decimal(0),
                                decimal_places=2,
                                default=Decimal(0),
                                help_text="Estimated hours of work.",
                                max_digits=5,
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "proof",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "Nothing: a tick is enough"),
                                    ("note", "A note"),
                                    ("link", "A tracking number or link"),
                                    ("file", "A file or photograph"),
                                ],
                                db_default="",
                                default="",
                                help_text="What shows it was done.",
                                max_length=4,
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="users.team",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("tactic", "position"), name="recipe_step_position"),
                            models.CheckConstraint(
                                condition=models.Q(("hours__gte", 0)),
                                name="recipe_step_hours_not_negative",
                                violation_error_message="Hours cannot be negative.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("assignee_rule", "claim"), ("person", None), ("team", None)),
                                    models.Q(("assignee_rule", "person"), ("person__isnull", False), ("team", None)),
                                    models.Q(
                                        ("assignee_rule__in", ("team", "round_robin")),
                                        ("person", None),
                                        ("team__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="recipe_step_assignee_is_named",
                                violation_error_message="Name the person for “one person”, the team for a team, and neither where anybody may claim it.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TierMenu",
                    fields=[],
                    options={
                        "verbose_name": "menu of a tier",
                        "verbose_name_plural": "menus of the tiers",
                        "proxy": True,
                    },
                    bases=("accounts.tier",),
                ),
                migrations.CreateModel(
                    name="MenuItem",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "quota",
                            models.PositiveSmallIntegerField(
                                default=4, help_text="Orders of this tactic per account in the quota period."
                            ),
                        ),
                        ("quota_days", models.PositiveSmallIntegerField(default=90, help_text="The quota period.")),
                        ("valid_from_on", models.DateField(blank=True, null=True)),
                        ("valid_until_on", models.DateField(blank=True, null=True)),
                        (
                            "tier",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="menu", to="accounts.tier"
                            ),
                        ),
                        (
                            "tactic",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="menu_items",
                                to="menus.tactic",
                            ),
                        ),
                        (
                            "stages",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("target", "Target account"),
                                        ("engaged", "Engaged"),
                                        ("sql", "SQL"),
                                        ("opportunity", "Opportunity"),
                                        ("late", "Late stage"),
                                        ("customer", "Customer"),
                                    ],
                                    max_length=12,
                                ),
                                blank=True,
                                db_default=[],
                                default=list,
                                help_text="Only for accounts at these stages. None chosen: at every stage.",
                                size=None,
                            ),
                        ),
                        (
                            "territory",
                            models.ForeignKey(
                                blank=True,
                                help_text="Only for accounts of this territory. Nothing chosen: everywhere.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.territory",
                            ),
                        ),
                        (
                            "draft",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="items",
                                to="menus.menudraft",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                condition=models.Q(("draft", None)),
                                expressions=[
                                    (models.F("tier"), "="),
                                    (models.F("tactic"), "="),
                                    (
                                        abmhub.menus.models.menu.DateRange(
                                            "valid_from_on", "valid_until_on", models.Value("[]")
                                        ),
                                        "&&",
                                    ),
                                ],
                                name="menu_item_once_per_tier",
                                violation_error_message="The tactic is on this menu already, on some of these days.",
                            ),
                            models.UniqueConstraint(
                                fields=("draft", "tactic"),
                                name="menu_item_once_per_draft",
                                violation_error_message="The tactic is in this draft already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_from_on", None),
                                    ("valid_until_on", None),
                                    ("valid_until_on__gte", models.F("valid_from_on")),
                                    _connector="OR",
                                ),
                                name="menu_item_ends_after_it_starts",
                                violation_error_message="The validity ends before it starts.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Tactic",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=100, unique=True)),
                        ("description", models.TextField(help_text="What the recipient gets, in a sentence or two.")),
                        (
                            "unit_cost",
                            models.DecimalField(decimal_places=2, help_text="For one recipient.", max_digits=10),
                        ),
                        ("currency", models.CharField(default="USD", max_length=3)),
                        (
                            "lead_time_days",
                            models.PositiveSmallIntegerField(help_text="Working days from order to door."),
                        ),
                        (
                            "stock_on_hand",
                            models.PositiveIntegerField(
                                blank=True, help_text="Pieces in the store. Empty: made to order.", null=True
                            ),
                        ),
                        ("stock_reserved", models.PositiveIntegerField(db_default=0, default=0, editable=False)),
                        ("minimum_recipients", models.PositiveSmallIntegerField(default=1)),
                        ("maximum_recipients", models.PositiveSmallIntegerField(default=5)),
                        (
                            "approved_at",
                            models.DateTimeField(
                                blank=True, help_text="Only approved tactics can be ordered.", null=True
                            ),
                        ),
                        ("archived_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "created_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "category",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="tactics", to="menus.category"
                            ),
                        ),
                        (
                            "channel",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="tactics",
                                to="campaigns.channel",
                            ),
                        ),
                        (
                            "suits_roles",
                            models.ManyToManyField(
                                blank=True,
                                help_text="Nobody chosen: suits everyone.",
                                related_name="tactics",
                                to="committee.buyingrole",
                            ),
                        ),
                        (
                            "approval",
                            models.CharField(
                                choices=[
                                    ("never", "Never: it is approved for all"),
                                    ("by_rule", "By the approval rules"),
                                    ("always", "Always"),
                                ],
                                db_default="by_rule",
                                default="by_rule",
                                help_text="Whether an order of it waits for somebody's approval.",
                                max_length=7,
                            ),
                        ),
                        (
                            "barred_industries",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=100),
                                blank=True,
                                db_default=[],
                                default=list,
                                help_text="Accounts of these industries cannot have it, for example government, healthcare.",
                                size=None,
                            ),
                        ),
                        (
                            "only_countries",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=2),
                                blank=True,
                                db_default=[],
                                default=list,
                                help_text="Two letters each, for example DE, AT, CH. Empty: everywhere.",
                                size=None,
                            ),
                        ),
                        (
                            "reorder_point",
                            models.PositiveIntegerField(
                                blank=True,
                                help_text="With so many pieces left, or fewer, marketing is told to reorder.",
                                null=True,
                            ),
                        ),
                        (
                            "risk",
                            models.CharField(
                                choices=[("low", "Low"), ("medium", "Medium"), ("high", "High")],
                                db_default="low",
                                default="low",
                                help_text="What can go wrong: gift laws, a name in public, a brand at stake.",
                                max_length=6,
                            ),
                        ),
                        (
                            "suits_stages",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("target", "Target account"),
                                        ("engaged", "Engaged"),
                                        ("sql", "SQL"),
                                        ("opportunity", "Opportunity"),
                                        ("late", "Late stage"),
                                        ("customer", "Customer"),
                                    ],
                                    max_length=12,
                                ),
                                blank=True,
                                db_default=[],
                                default=list,
                                help_text="None chosen: suits every stage.",
                                size=None,
                                verbose_name="suits stages",
                            ),
                        ),
                        ("valid_from_on", models.DateField(blank=True, null=True, verbose_name="valid from")),
                        (
                            "valid_until_on",
                            models.DateField(
                                blank=True, help_text="The last day of ordering.", null=True, verbose_name="valid until"
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                editable=False,
                                help_text="The one in force. Nothing as soon as price, lead time or recipe differ from it.",
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="menus.tacticversion",
                            ),
                        ),
                        (
                            "ships",
                            models.BooleanField(
                                db_default=False,
                                default=False,
                                help_text="Recipients are asked where to send it, by a link of their own.",
                                verbose_name="ships to an address",
                            ),
                        ),
                        (
                            "restock_days",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="Working days until pieces come in for an order when too few are left; they are not counted in the store. Empty: then it cannot be ordered.",
                                null=True,
                                validators=[django.core.validators.MinValueValidator(1)],
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("stock_on_hand", None),
                                    ("stock_reserved__lte", models.F("stock_on_hand")),
                                    _connector="OR",
                                ),
                                name="tactic_stock_never_oversold",
                                violation_error_message="More pieces are promised than that: free them first.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("minimum_recipients__gte", 1),
                                    ("maximum_recipients__gte", models.F("minimum_recipients")),
                                ),
                                name="tactic_recipients_make_sense",
                                violation_error_message="The maximum cannot be below the minimum, which is 1.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("unit_cost__gte", 0)),
                                name="tactic_cost_not_negative",
                                violation_error_message="The cost cannot be negative.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_from_on", None),
                                    ("valid_until_on", None),
                                    ("valid_until_on__gte", models.F("valid_from_on")),
                                    _connector="OR",
                                ),
                                name="tactic_validity_ends_after_it_starts",
                                violation_error_message="The validity ends before it starts.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RecipeStepEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("position", models.PositiveSmallIntegerField(verbose_name="number")),
                        ("name", models.CharField(max_length=120)),
                        (
                            "offset_days",
                            models.PositiveSmallIntegerField(
                                default=0, help_text="When it is due.", verbose_name="working days"
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
                                related_name="events",
                                to="menus.recipestep",
                            ),
                        ),
                        (
                            "tactic",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="menus.tactic",
                            ),
                        ),
                        (
                            "after",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.PositiveSmallIntegerField(),
                                blank=True,
                                db_default=[],
                                default=list,
                                help_text="Numbers of the steps that must be done first, for example 1, 2.",
                                size=None,
                                verbose_name="waits for",
                            ),
                        ),
                        (
                            "assignee_rule",
                            models.CharField(
                                choices=[
                                    ("claim", "Whoever claims the task"),
                                    ("person", "One person"),
                                    ("team", "Somebody of a team"),
                                    ("round_robin", "The team in turns"),
                                ],
                                db_default="claim",
                                default="claim",
                                max_length=12,
                                verbose_name="who does it",
                            ),
                        ),
                        (
                            "checklist",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=120),
                                blank=True,
                                db_default=[],
                                default=list,
                                help_text="A line each.",
                                size=None,
                            ),
                        ),
                        (
                            "counts_from",
                            models.CharField(
                                choices=[
                                    ("order", "after the order"),
                                    ("steps", "after the steps it waits for"),
                                    ("promise", "before the promise date"),
                                ],
                                db_default="order",
                                default="order",
                                max_length=8,
                                verbose_name="counted",
                            ),
                        ),
                        (
                            "hours",
                            models.DecimalField(
                                db_default=Decimal(0),
                                decimal_places=2,
                                default=Decimal(0),
                                help_text="Estimated hours of work.",
                                max_digits=5,
                            ),
                        ),
                        (
                            "person",
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
                            "proof",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "Nothing: a tick is enough"),
                                    ("note", "A note"),
                                    ("link", "A tracking number or link"),
                                    ("file", "A file or photograph"),
                                ],
                                db_default="",
                                default="",
                                help_text="What shows it was done.",
                                max_length=4,
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="users.team",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="MenuItemEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        (
                            "quota",
                            models.PositiveSmallIntegerField(
                                default=4, help_text="Orders of this tactic per account in the quota period."
                            ),
                        ),
                        ("quota_days", models.PositiveSmallIntegerField(default=90, help_text="The quota period.")),
                        ("valid_from_on", models.DateField(blank=True, null=True)),
                        ("valid_until_on", models.DateField(blank=True, null=True)),
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
                                to="menus.menuitem",
                            ),
                        ),
                        (
                            "tier",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="accounts.tier",
                            ),
                        ),
                        (
                            "tactic",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="menus.tactic",
                            ),
                        ),
                        (
                            "stages",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("target", "Target account"),
                                        ("engaged", "Engaged"),
                                        ("sql", "SQL"),
                                        ("opportunity", "Opportunity"),
                                        ("late", "Late stage"),
                                        ("customer", "Customer"),
                                    ],
                                    max_length=12,
                                ),
                                blank=True,
                                db_default=[],
                                default=list,
                                help_text="Only for accounts at these stages. None chosen: at every stage.",
                                size=None,
                            ),
                        ),
                        (
                            "territory",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                help_text="Only for accounts of this territory. Nothing chosen: everywhere.",
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="accounts.territory",
                            ),
                        ),
                        (
                            "draft",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="menus.menudraft",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="TacticEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("name", models.CharField(max_length=100)),
                        ("description", models.TextField(help_text="What the recipient gets, in a sentence or two.")),
                        (
                            "unit_cost",
                            models.DecimalField(decimal_places=2, help_text="For one recipient.", max_digits=10),
                        ),
                        ("currency", models.CharField(default="USD", max_length=3)),
                        (
                            "lead_time_days",
                            models.PositiveSmallIntegerField(help_text="Working days from order to door."),
                        ),
                        (
                            "stock_on_hand",
                            models.PositiveIntegerField(
                                blank=True, help_text="Pieces in the store. Empty: made to order.", null=True
                            ),
                        ),
                        ("minimum_recipients", models.PositiveSmallIntegerField(default=1)),
                        ("maximum_recipients", models.PositiveSmallIntegerField(default=5)),
                        (
                            "approved_at",
                            models.DateTimeField(
                                blank=True, help_text="Only approved tactics can be ordered.", null=True
                            ),
                        ),
                        ("archived_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "category",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="menus.category",
                            ),
                        ),
                        (
                            "channel",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="campaigns.channel",
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
                                related_name="events",
                                to="menus.tactic",
                            ),
                        ),
                        (
                            "approval",
                            models.CharField(
                                choices=[
                                    ("never", "Never: it is approved for all"),
                                    ("by_rule", "By the approval rules"),
                                    ("always", "Always"),
                                ],
                                db_default="by_rule",
                                default="by_rule",
                                help_text="Whether an order of it waits for somebody's approval.",
                                max_length=7,
                            ),
                        ),
                        (
                            "barred_industries",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=100),
                                blank=True,
                                db_default=[],
                                default=list,
                                help_text="Accounts of these industries cannot have it, for example government, healthcare.",
                                size=None,
                            ),
                        ),
                        (
                            "only_countries",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=2),
                                blank=True,
                                db_default=[],
                                default=list,
                                help_text="Two letters each, for example DE, AT, CH. Empty: everywhere.",
                                size=None,
                            ),
                        ),
                        (
                            "reorder_point",
                            models.PositiveIntegerField(
                                blank=True,
                                help_text="With so many pieces left, or fewer, marketing is told to reorder.",
                                null=True,
                            ),
                        ),
                        (
                            "risk",
                            models.CharField(
                                choices=[("low", "Low"), ("medium", "Medium"), ("high", "High")],
                                db_default="low",
                                default="low",
                                help_text="What can go wrong: gift laws, a name in public, a brand at stake.",
                                max_length=6,
                            ),
                        ),
                        (
                            "suits_stages",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("target", "Target account"),
                                        ("engaged", "Engaged"),
                                        ("sql", "SQL"),
                                        ("opportunity", "Opportunity"),
                                        ("late", "Late stage"),
                                        ("customer", "Customer"),
                                    ],
                                    max_length=12,
                                ),
                                blank=True,
                                db_default=[],
                                default=list,
                                help_text="None chosen: suits every stage.",
                                size=None,
                                verbose_name="suits stages",
                            ),
                        ),
                        ("valid_from_on", models.DateField(blank=True, null=True, verbose_name="valid from")),
                        (
                            "valid_until_on",
                            models.DateField(
                                blank=True, help_text="The last day of ordering.", null=True, verbose_name="valid until"
                            ),
                        ),
                        (
                            "ships",
                            models.BooleanField(
                                db_default=False,
                                default=False,
                                help_text="Recipients are asked where to send it, by a link of their own.",
                                verbose_name="ships to an address",
                            ),
                        ),
                        (
                            "restock_days",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="Working days until pieces come in for an order when too few are left; they are not counted in the store. Empty: then it cannot be ordered.",
                                null=True,
                                validators=[django.core.validators.MinValueValidator(1)],
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="TacticPicture",
                    fields=[
                        (
                            "tactic",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="picture",
                                serialize=False,
                                to="menus.tactic",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("image/png", "PNG"), ("image/jpeg", "JPEG"), ("image/webp", "WebP")],
                                max_length=10,
                            ),
                        ),
                        ("content", models.BinaryField()),
                        (
                            "digest",
                            models.CharField(help_text="SHA-256 of the content; part of its address.", max_length=64),
                        ),
                        (
                            "uploaded_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="TacticVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        ("unit_cost", models.DecimalField(decimal_places=2, max_digits=10)),
                        ("currency", models.CharField(max_length=3)),
                        ("lead_time_days", models.PositiveSmallIntegerField()),
                        ("recipe", models.JSONField(help_text="The steps; see `recipes.steps_of`.")),
                        ("published_at", models.DateTimeField()),
                        (
                            "published_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "tactic",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="menus.tactic"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("tactic", "number"), name="tactic_version_number")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ChannelStep",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "stage",
                            models.CharField(
                                choices=[
                                    ("target", "Target account"),
                                    ("engaged", "Engaged"),
                                    ("sql", "SQL"),
                                    ("opportunity", "Opportunity"),
                                    ("late", "Late stage"),
                                    ("customer", "Customer"),
                                ],
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        ("channels", models.PositiveSmallIntegerField(help_text="Distinct channels within 90 days.")),
                    ],
                    options={
                        "verbose_name": "step of the channel ladder",
                        "verbose_name_plural": "channel ladder",
                    },
                ),
                migrations.CreateModel(
                    name="MenuDraft",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(help_text="For example: spring, with more events.", max_length=100)),
                        (
                            "valid_from_on",
                            models.DateField(
                                blank=True,
                                help_text="The first day of the new menu. Empty: the day of publishing.",
                                null=True,
                                verbose_name="valid from",
                            ),
                        ),
                        (
                            "created_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("published_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        (
                            "changes",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=200),
                                blank=True,
                                db_default=[],
                                default=list,
                                editable=False,
                                help_text="What publishing it changed, a sentence each.",
                                size=None,
                            ),
                        ),
                        (
                            "published_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "tier",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="menu_drafts",
                                to="accounts.tier",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "draft of a menu",
                        "verbose_name_plural": "drafts of menus",
                    },
                ),
                migrations.CreateModel(
                    name="Play",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=100, unique=True)),
                        ("description", models.TextField(help_text="When to play it, and what it should bring about.")),
                        (
                            "only_stages",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("target", "Target account"),
                                        ("engaged", "Engaged"),
                                        ("sql", "SQL"),
                                        ("opportunity", "Opportunity"),
                                        ("late", "Late stage"),
                                        ("customer", "Customer"),
                                    ],
                                    max_length=12,
                                ),
                                blank=True,
                                db_default=[],
                                default=list,
                                help_text="Only for accounts at these stages. None chosen: at every stage.",
                                size=None,
                            ),
                        ),
                        (
                            "stop_rules",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("tier_lost", "The account leaves the tier it was ordered in"),
                                        ("deal_opened", "An opportunity opens"),
                                        ("customer", "The account becomes a customer"),
                                        ("engaged", "Somebody there answers: a meaningful event after the order"),
                                    ],
                                    max_length=12,
                                ),
                                blank=True,
                                db_default=[],
                                default=list,
                                help_text="What cancels the lines that nobody has begun.",
                                size=None,
                            ),
                        ),
                        (
                            "archived_at",
                            models.DateTimeField(blank=True, help_text="When it left every menu.", null=True),
                        ),
                        (
                            "tiers",
                            models.ManyToManyField(
                                help_text="On whose menus it stands.", related_name="plays", to="accounts.tier"
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="PlayEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("name", models.CharField(max_length=100)),
                        ("description", models.TextField(help_text="When to play it, and what it should bring about.")),
                        (
                            "only_stages",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("target", "Target account"),
                                        ("engaged", "Engaged"),
                                        ("sql", "SQL"),
                                        ("opportunity", "Opportunity"),
                                        ("late", "Late stage"),
                                        ("customer", "Customer"),
                                    ],
                                    max_length=12,
                                ),
                                blank=True,
                                db_default=[],
                                default=list,
                                help_text="Only for accounts at these stages. None chosen: at every stage.",
                                size=None,
                            ),
                        ),
                        (
                            "stop_rules",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("tier_lost", "The account leaves the tier it was ordered in"),
                                        ("deal_opened", "An opportunity opens"),
                                        ("customer", "The account becomes a customer"),
                                        ("engaged", "Somebody there answers: a meaningful event after the order"),
                                    ],
                                    max_length=12,
                                ),
                                blank=True,
                                db_default=[],
                                default=list,
                                help_text="What cancels the lines that nobody has begun.",
                                size=None,
                            ),
                        ),
                        (
                            "archived_at",
                            models.DateTimeField(blank=True, help_text="When it left every menu.", null=True),
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
                                related_name="events",
                                to="menus.play",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="PlayStep",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "offset_days",
                            models.PositiveSmallIntegerField(
                                default=0,
                                help_text="Working days from the order to the day the work begins.",
                                verbose_name="begins after",
                            ),
                        ),
                        (
                            "play",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="menus.play"
                            ),
                        ),
                        (
                            "tactic",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="play_steps",
                                to="menus.tactic",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("play", "tactic"),
                                name="play_tactic_once",
                                violation_error_message="A play holds a tactic once.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PlayStepEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        (
                            "offset_days",
                            models.PositiveSmallIntegerField(
                                default=0,
                                help_text="Working days from the order to the day the work begins.",
                                verbose_name="begins after",
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
                                related_name="events",
                                to="menus.playstep",
                            ),
                        ),
                        (
                            "play",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="menus.play",
                            ),
                        ),
                        (
                            "tactic",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="menus.tactic",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="recipestep",
                    trigger=pgtrigger.compiler.Trigger(
                        name="recipe_changed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n                    UPDATE menus_tactic SET version_id = NULL\n                    WHERE id IN (NEW.tactic_id, OLD.tactic_id) AND version_id IS NOT NULL;\n                    RETURN NULL;\n                ",
                            hash="a695b84b06768e707ad742be499e3cc271b12c14",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_recipe_changed_75a02",
                            table="menus_recipestep",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="recipestep",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "menus_recipestepevent" ("after", "assignee_rule", "checklist", "counts_from", "hours", "id", "name", "offset_days", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "proof", "tactic_id", "team_id") VALUES (NEW."after", NEW."assignee_rule", NEW."checklist", NEW."counts_from", NEW."hours", NEW."id", NEW."name", NEW."offset_days", NEW."person_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."proof", NEW."tactic_id", NEW."team_id"); RETURN NULL;',
                            hash="1e5aece608f29ad9d362ac01788e9cee5e9d991e",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_47622",
                            table="menus_recipestep",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="recipestep",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "menus_recipestepevent" ("after", "assignee_rule", "checklist", "counts_from", "hours", "id", "name", "offset_days", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "proof", "tactic_id", "team_id") VALUES (NEW."after", NEW."assignee_rule", NEW."checklist", NEW."counts_from", NEW."hours", NEW."id", NEW."name", NEW."offset_days", NEW."person_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."proof", NEW."tactic_id", NEW."team_id"); RETURN NULL;',
                            hash="5b72c791de85aaf3b4afa121fc898e2410639a90",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_244c1",
                            table="menus_recipestep",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="recipestep",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "menus_recipestepevent" ("after", "assignee_rule", "checklist", "counts_from", "hours", "id", "name", "offset_days", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "proof", "tactic_id", "team_id") VALUES (OLD."after", OLD."assignee_rule", OLD."checklist", OLD."counts_from", OLD."hours", OLD."id", OLD."name", OLD."offset_days", OLD."person_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."position", OLD."proof", OLD."tactic_id", OLD."team_id"); RETURN NULL;',
                            hash="50275e15d677df363185eac5b686524d5d56a52d",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_1d33a",
                            table="menus_recipestep",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="menuitem",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "menus_menuitemevent" ("draft_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quota", "quota_days", "stages", "tactic_id", "territory_id", "tier_id", "valid_from_on", "valid_until_on") VALUES (NEW."draft_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."quota", NEW."quota_days", NEW."stages", NEW."tactic_id", NEW."territory_id", NEW."tier_id", NEW."valid_from_on", NEW."valid_until_on"); RETURN NULL;',
                            hash="7d435f323b58b09b147aded2f81f99f7ef292d51",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_eccbb",
                            table="menus_menuitem",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="menuitem",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "menus_menuitemevent" ("draft_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quota", "quota_days", "stages", "tactic_id", "territory_id", "tier_id", "valid_from_on", "valid_until_on") VALUES (NEW."draft_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."quota", NEW."quota_days", NEW."stages", NEW."tactic_id", NEW."territory_id", NEW."tier_id", NEW."valid_from_on", NEW."valid_until_on"); RETURN NULL;',
                            hash="8ec533e246d8df1f80537c2ead4c07147295da60",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_057cb",
                            table="menus_menuitem",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="menuitem",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "menus_menuitemevent" ("draft_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quota", "quota_days", "stages", "tactic_id", "territory_id", "tier_id", "valid_from_on", "valid_until_on") VALUES (OLD."draft_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."quota", OLD."quota_days", OLD."stages", OLD."tactic_id", OLD."territory_id", OLD."tier_id", OLD."valid_from_on", OLD."valid_until_on"); RETURN NULL;',
                            hash="359cd8155fcdc65e69c9a26436eee4066b7eb445",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_368aa",
                            table="menus_menuitem",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="tactic",
                    trigger=pgtrigger.compiler.Trigger(
                        name="terms_changed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."lead_time_days" IS DISTINCT FROM (NEW."lead_time_days") OR OLD."unit_cost" IS DISTINCT FROM (NEW."unit_cost"))',
                            func="NEW.version_id = NULL; RETURN NEW;",
                            hash="ee26d01f393e28f67b592cfbd0aac0ebdb131477",
                            operation="UPDATE",
                            pgid="pgtrigger_terms_changed_10f6a",
                            table="menus_tactic",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="tactic",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "menus_tacticevent" ("approval", "approved_at", "archived_at", "barred_industries", "category_id", "channel_id", "currency", "description", "id", "lead_time_days", "maximum_recipients", "minimum_recipients", "name", "only_countries", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reorder_point", "restock_days", "risk", "ships", "stock_on_hand", "suits_stages", "unit_cost", "valid_from_on", "valid_until_on") VALUES (NEW."approval", NEW."approved_at", NEW."archived_at", NEW."barred_industries", NEW."category_id", NEW."channel_id", NEW."currency", NEW."description", NEW."id", NEW."lead_time_days", NEW."maximum_recipients", NEW."minimum_recipients", NEW."name", NEW."only_countries", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reorder_point", NEW."restock_days", NEW."risk", NEW."ships", NEW."stock_on_hand", NEW."suits_stages", NEW."unit_cost", NEW."valid_from_on", NEW."valid_until_on"); RETURN NULL;',
                            hash="bca9128df10d067aeafe35b7b397ab861fcc6d32",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_da768",
                            table="menus_tactic",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="tactic",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."approval" IS DISTINCT FROM (NEW."approval") OR OLD."approved_at" IS DISTINCT FROM (NEW."approved_at") OR OLD."archived_at" IS DISTINCT FROM (NEW."archived_at") OR OLD."barred_industries" IS DISTINCT FROM (NEW."barred_industries") OR OLD."category_id" IS DISTINCT FROM (NEW."category_id") OR OLD."channel_id" IS DISTINCT FROM (NEW."channel_id") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."description" IS DISTINCT FROM (NEW."description") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."lead_time_days" IS DISTINCT FROM (NEW."lead_time_days") OR OLD."maximum_recipients" IS DISTINCT FROM (NEW."maximum_recipients") OR OLD."minimum_recipients" IS DISTINCT FROM (NEW."minimum_recipients") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."only_countries" IS DISTINCT FROM (NEW."only_countries") OR OLD."reorder_point" IS DISTINCT FROM (NEW."reorder_point") OR OLD."restock_days" IS DISTINCT FROM (NEW."restock_days") OR OLD."risk" IS DISTINCT FROM (NEW."risk") OR OLD."ships" IS DISTINCT FROM (NEW."ships") OR OLD."stock_on_hand" IS DISTINCT FROM (NEW."stock_on_hand") OR OLD."suits_stages" IS DISTINCT FROM (NEW."suits_stages") OR OLD."unit_cost" IS DISTINCT FROM (NEW."unit_cost") OR OLD."valid_from_on" IS DISTINCT FROM (NEW."valid_from_on") OR OLD."valid_until_on" IS DISTINCT FROM (NEW."valid_until_on"))',
                            func='INSERT INTO "menus_tacticevent" ("approval", "approved_at", "archived_at", "barred_industries", "category_id", "channel_id", "currency", "description", "id", "lead_time_days", "maximum_recipients", "minimum_recipients", "name", "only_countries", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reorder_point", "restock_days", "risk", "ships", "stock_on_hand", "suits_stages", "unit_cost", "valid_from_on", "valid_until_on") VALUES (NEW."approval", NEW."approved_at", NEW."archived_at", NEW."barred_industries", NEW."category_id", NEW."channel_id", NEW."currency", NEW."description", NEW."id", NEW."lead_time_days", NEW."maximum_recipients", NEW."minimum_recipients", NEW."name", NEW."only_countries", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reorder_point", NEW."restock_days", NEW."risk", NEW."ships", NEW."stock_on_hand", NEW."suits_stages", NEW."unit_cost", NEW."valid_from_on", NEW."valid_until_on"); RETURN NULL;',
                            hash="f2b505fe43b9b0d9b78d7666238a16fb2d7151c3",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_f0f48",
                            table="menus_tactic",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="recipestepevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="644d392e006a127d4c0ba9676da3afa076cc958c",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_bca41",
                            table="menus_recipestepevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="menuitemevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="659eb81a09689580f60622a40ee18c359cd7fbd0",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_9c2b8",
                            table="menus_menuitemevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="tacticevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="2fe70f47c35a335d8235153f83579d1fcd5bf8e8",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_413ee",
                            table="menus_tacticevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="tacticversion",
                    trigger=pgtrigger.compiler.Trigger(
                        name="tactic_version_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="de59cbcd7fcf04a31afeb854f006b90f05db8433",
                            operation="UPDATE",
                            pgid="pgtrigger_tactic_version_stays_81877",
                            table="menus_tacticversion",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="play",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "menus_playevent" ("archived_at", "description", "id", "name", "only_stages", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "stop_rules") VALUES (NEW."archived_at", NEW."description", NEW."id", NEW."name", NEW."only_stages", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."stop_rules"); RETURN NULL;',
                            hash="6824d46b0c596d22fa70b5aac89f9a92f1ef4e18",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_6fbe9",
                            table="menus_play",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="play",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "menus_playevent" ("archived_at", "description", "id", "name", "only_stages", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "stop_rules") VALUES (NEW."archived_at", NEW."description", NEW."id", NEW."name", NEW."only_stages", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."stop_rules"); RETURN NULL;',
                            hash="186eea889b833666cafb14bf4b672f0a66922604",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_ba2f4",
                            table="menus_play",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="playevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="bde79d08f116d71665817641174673da651981b2",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_f803d",
                            table="menus_playevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="playstep",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "menus_playstepevent" ("id", "offset_days", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "play_id", "tactic_id") VALUES (NEW."id", NEW."offset_days", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."play_id", NEW."tactic_id"); RETURN NULL;',
                            hash="50163c7fb0c8fddd6c1b166a8aecadb37b98c56c",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_f6821",
                            table="menus_playstep",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="playstep",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "menus_playstepevent" ("id", "offset_days", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "play_id", "tactic_id") VALUES (NEW."id", NEW."offset_days", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."play_id", NEW."tactic_id"); RETURN NULL;',
                            hash="ea0f47df894e79a81b3a823217a0208a750c6319",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_7575c",
                            table="menus_playstep",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="playstep",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "menus_playstepevent" ("id", "offset_days", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "play_id", "tactic_id") VALUES (OLD."id", OLD."offset_days", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."play_id", OLD."tactic_id"); RETURN NULL;',
                            hash="cbf55419b6524d7af3a4bdd061e04e9b3d8d9412",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_5e241",
                            table="menus_playstep",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="playstepevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="578acfa684f82616e36a88e8d888355deb58fd46",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_69d1f",
                            table="menus_playstepevent",
                            when="BEFORE",
                        ),
                    ),
                ),
            ],
        ),
    ]
