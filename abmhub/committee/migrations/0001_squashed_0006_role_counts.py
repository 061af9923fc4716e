import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

from abmhub.core.squashed import Together


class Migration(migrations.Migration):
    replaces = [
        ("committee", "0001_initial"),
        ("committee", "0002_data_in"),
        ("committee", "0003_suggestions"),
        ("committee", "0004_what_was_known_is_decided"),
        ("committee", "0005_plain_defaults"),
        ("committee", "0006_role_counts"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0015_views_of_tasks"),
        ("users", "0003_mail_choices"),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="BuyingRole",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.SlugField(max_length=40, unique=True)),
                        ("name", models.CharField(max_length=60)),
                        ("position", models.PositiveSmallIntegerField(default=0)),
                        (
                            "required",
                            models.PositiveSmallIntegerField(
                                default=1, help_text="How many an account should have for a complete buying committee."
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Persona",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=80, unique=True)),
                        ("goals", models.TextField(blank=True)),
                        ("pains", models.TextField(blank=True)),
                        ("tofu_message", models.TextField(blank=True, verbose_name="message, top of funnel")),
                        ("mofu_message", models.TextField(blank=True, verbose_name="message, middle of funnel")),
                        ("bofu_message", models.TextField(blank=True, verbose_name="message, bottom of funnel")),
                        (
                            "buying_role",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="personas",
                                to="committee.buyingrole",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Contact",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=150)),
                        ("title", models.CharField(blank=True, db_default="", default="", max_length=200)),
                        ("department", models.CharField(blank=True, db_default="", default="", max_length=100)),
                        (
                            "seniority",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("c_level", "C-level"),
                                    ("vp", "VP"),
                                    ("director", "Director"),
                                    ("manager", "Manager"),
                                    ("staff", "Staff"),
                                ],
                                db_default="",
                                default="",
                                max_length=10,
                            ),
                        ),
                        ("email", models.EmailField(blank=True, db_default="", default="", max_length=254)),
                        ("phone", models.CharField(blank=True, db_default="", default="", max_length=40)),
                        (
                            "stance",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("champion", "Champion"),
                                    ("supporter", "Supporter"),
                                    ("neutral", "Neutral"),
                                    ("blocker", "Blocker"),
                                ],
                                db_default="",
                                default="",
                                max_length=10,
                            ),
                        ),
                        (
                            "stance_note",
                            models.CharField(
                                blank=True,
                                db_default="",
                                default="",
                                help_text="The evidence for the stance.",
                                max_length=300,
                            ),
                        ),
                        (
                            "opted_out_at",
                            models.DateTimeField(
                                blank=True, help_text="From everything; see also opt-outs.", null=True
                            ),
                        ),
                        ("source", models.CharField(blank=True, db_default="", default="", max_length=60)),
                        ("external_id", models.CharField(blank=True, db_default="", default="", max_length=200)),
                        (
                            "created_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="contacts",
                                to="accounts.account",
                            ),
                        ),
                        (
                            "buying_role",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="contacts",
                                to="committee.buyingrole",
                            ),
                        ),
                        (
                            "persona",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="contacts",
                                to="committee.persona",
                            ),
                        ),
                        (
                            "decided",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("seniority", "seniority"),
                                        ("department", "department"),
                                        ("persona", "persona"),
                                        ("buying_role", "buying_role"),
                                    ],
                                    max_length=12,
                                ),
                                blank=True,
                                db_default=[],
                                default=list,
                                help_text="Fields that a person decided or a file gave. Title rules suggest the others, never these.",
                                size=None,
                            ),
                        ),
                        ("erased_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        (
                            "locale",
                            models.CharField(
                                blank=True,
                                db_default="",
                                default="",
                                help_text="For example en, ar or zh-Hant.",
                                max_length=10,
                            ),
                        ),
                        (
                            "refreshed_at",
                            models.DateTimeField(
                                blank=True, help_text="When a source last confirmed this person.", null=True
                            ),
                        ),
                        (
                            "time_zone",
                            models.CharField(
                                blank=True,
                                db_default="",
                                default="",
                                help_text="For example Asia/Taipei.",
                                max_length=40,
                            ),
                        ),
                        (
                            "updated_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        (
                            "opted_out_source",
                            models.CharField(
                                blank=True, db_default="", default="", help_text="Who told us.", max_length=60
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                models.F("account"),
                                django.db.models.functions.text.Lower("email"),
                                condition=models.Q(("email", ""), _negated=True),
                                name="contact_email_once_per_account",
                                violation_error_message="Somebody at this account has this email already.",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("external_id", ""), _negated=True),
                                fields=("source", "external_id"),
                                name="contact_external_id_once",
                            ),
                        ],
                        "indexes": [
                            django.contrib.postgres.indexes.GinIndex(
                                django.contrib.postgres.indexes.OpClass(
                                    django.db.models.functions.text.Upper("name"), name="gin_trgm_ops"
                                ),
                                name="contact_name_trigrams",
                            ),
                            models.Index(
                                condition=models.Q(("buying_role__isnull", False)),
                                fields=["account", "buying_role"],
                                name="contact_role",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Content",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("title", models.CharField(max_length=150)),
                        ("url", models.URLField(blank=True)),
                        (
                            "stage",
                            models.CharField(
                                choices=[("tofu", "ToFu"), ("mofu", "MoFu"), ("bofu", "BoFu")], max_length=4
                            ),
                        ),
                        ("personas", models.ManyToManyField(related_name="content", to="committee.persona")),
                    ],
                    options={
                        "verbose_name_plural": "content",
                    },
                ),
                migrations.CreateModel(
                    name="Suppression",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "digest",
                            models.CharField(
                                help_text="HMAC-SHA256 of the email or of source and key.", max_length=64, unique=True
                            ),
                        ),
                        ("suppressed_at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="OptOut",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "channel",
                            models.SlugField(
                                help_text="The code of the channel: email, phone, mail ...", max_length=40
                            ),
                        ),
                        ("opted_out_at", models.DateTimeField()),
                        (
                            "source",
                            models.CharField(
                                blank=True, db_default="", default="", help_text="Who told us.", max_length=60
                            ),
                        ),
                        (
                            "contact",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="opt_outs",
                                to="committee.contact",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("contact", "channel"), name="opt_out_once")],
                    },
                ),
                migrations.CreateModel(
                    name="RoleRequirement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "segment",
                            models.CharField(
                                blank=True,
                                choices=[("smb", "SMB"), ("mid_market", "Mid-market"), ("enterprise", "Enterprise")],
                                db_default="",
                                max_length=12,
                            ),
                        ),
                        ("required", models.PositiveSmallIntegerField()),
                        (
                            "buying_role",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="requirements",
                                to="committee.buyingrole",
                            ),
                        ),
                        (
                            "tier",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="role_requirements",
                                to="accounts.tier",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("buying_role", "tier", "segment"),
                                name="role_requirement_once",
                                nulls_distinct=False,
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("tier__isnull", False), models.Q(("segment", ""), _negated=True), _connector="OR"
                                ),
                                name="role_requirement_for_some",
                                violation_error_message="Say for which tier or segment; the usual number is on the buying role itself.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RoleWord",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "source",
                            models.CharField(
                                blank=True, db_default="", help_text="Empty: whatever the source.", max_length=60
                            ),
                        ),
                        ("word", models.CharField(max_length=60)),
                        (
                            "buying_role",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="words",
                                to="committee.buyingrole",
                            ),
                        ),
                        (
                            "stance",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("champion", "Champion"),
                                    ("supporter", "Supporter"),
                                    ("neutral", "Neutral"),
                                    ("blocker", "Blocker"),
                                ],
                                db_default="",
                                max_length=10,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                models.F("source"), django.db.models.functions.text.Lower("word"), name="role_word_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StanceChange",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "stance",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("champion", "Champion"),
                                    ("supporter", "Supporter"),
                                    ("neutral", "Neutral"),
                                    ("blocker", "Blocker"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("note", models.CharField(blank=True, max_length=300)),
                        ("changed_at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "contact",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="stance_changes",
                                to="committee.contact",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["contact", "-changed_at"], name="stance_change_newest")],
                    },
                ),
                migrations.CreateModel(
                    name="TitleRule",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField(default=100)),
                        (
                            "suggests",
                            models.CharField(
                                choices=[
                                    ("seniority", "Seniority"),
                                    ("department", "Department"),
                                    ("persona", "Persona"),
                                    ("buying_role", "Buying role"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "phrases",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=60),
                                blank=True,
                                default=list,
                                help_text="Separated by commas.",
                                size=None,
                            ),
                        ),
                        (
                            "if_seniority",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("c_level", "C-level"),
                                    ("vp", "VP"),
                                    ("director", "Director"),
                                    ("manager", "Manager"),
                                    ("staff", "Staff"),
                                ],
                                db_default="",
                                default="",
                                max_length=10,
                            ),
                        ),
                        ("if_department", models.CharField(blank=True, db_default="", default="", max_length=100)),
                        (
                            "seniority",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("c_level", "C-level"),
                                    ("vp", "VP"),
                                    ("director", "Director"),
                                    ("manager", "Manager"),
                                    ("staff", "Staff"),
                                ],
                                db_default="",
                                default="",
                                max_length=10,
                            ),
                        ),
                        ("department", models.CharField(blank=True, db_default="", default="", max_length=100)),
                        (
                            "buying_role",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="title_rules",
                                to="committee.buyingrole",
                            ),
                        ),
                        (
                            "persona",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="title_rules",
                                to="committee.persona",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("buying_role", None),
                                        ("department", ""),
                                        ("persona", None),
                                        ("suggests", "seniority"),
                                        models.Q(("seniority", ""), _negated=True),
                                    ),
                                    models.Q(
                                        ("buying_role", None),
                                        ("persona", None),
                                        ("seniority", ""),
                                        ("suggests", "department"),
                                        models.Q(("department", ""), _negated=True),
                                    ),
                                    models.Q(
                                        ("buying_role", None),
                                        ("department", ""),
                                        ("persona__isnull", False),
                                        ("seniority", ""),
                                        ("suggests", "persona"),
                                    ),
                                    models.Q(
                                        ("buying_role__isnull", False),
                                        ("department", ""),
                                        ("persona", None),
                                        ("seniority", ""),
                                        ("suggests", "buying_role"),
                                    ),
                                    _connector="OR",
                                ),
                                name="title_rule_suggests_one_thing",
                                violation_error_message="Fill in just the field that the rule suggests.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("phrases__len__gt", 0),
                                    models.Q(("if_seniority", ""), _negated=True),
                                    models.Q(("if_department", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="title_rule_asks_something",
                                violation_error_message="Give a phrase, a seniority or a department to look for.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RoleCount",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("known", models.PositiveSmallIntegerField()),
                        ("reachable", models.PositiveSmallIntegerField()),
                        ("engaged", models.PositiveSmallIntegerField()),
                        (
                            "account",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="role_counts",
                                to="accounts.account",
                            ),
                        ),
                        (
                            "buying_role",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="counts",
                                to="committee.buyingrole",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("account", "buying_role"), name="role_count_once")
                        ],
                    },
                ),
            ],
        ),
    ]
