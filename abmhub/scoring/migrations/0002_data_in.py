"""Custom attributes in criteria and conditions, reasons of disqualifiers, and versions of profiles."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

# What exists is numbered as it was published; drafts come last.
NUMBER_PROFILES = """
UPDATE scoring_icpprofile AS profile SET version = numbered.version
FROM (
    SELECT id, row_number() OVER (ORDER BY published_at NULLS LAST, id) AS version FROM scoring_icpprofile
) AS numbered
WHERE numbered.id = profile.id
"""


def _custom(help_text: str) -> models.ForeignKey:
    return models.ForeignKey(
        blank=True,
        help_text=help_text,
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="accounts.attribute",
        verbose_name="custom attribute",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_data_in"),
        ("scoring", "0001_initial"),
    ]

    operations = [
        migrations.AddField("icpprofile", "version", models.PositiveIntegerField(editable=False, null=True)),
        migrations.RunSQL(NUMBER_PROFILES, migrations.RunSQL.noop),
        migrations.AlterField("icpprofile", "version", models.PositiveIntegerField(editable=False, unique=True)),
        migrations.AddField(
            "icpprofile",
            "origin",
            models.CharField(blank=True, default="", editable=False, help_text="Where it comes from.", max_length=200),
            preserve_default=False,
        ),
        migrations.AddField(
            "icpcriterion",
            "custom",
            _custom("Which one, where the attribute is a custom one. A date is asked for its year."),
        ),
        migrations.AddField(
            "icpcriterion",
            "reason",
            models.CharField(
                blank=True,
                default="",
                help_text="Of a disqualifier: why, in words that a rep will read.",
                max_length=90,
            ),
            preserve_default=False,
        ),
        migrations.AlterField(
            "icpcriterion",
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
        migrations.RemoveConstraint("icpcriterion", "icp_criterion_asks_something"),
        migrations.AddConstraint(
            "icpcriterion",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("attribute__in", ("employees", "annual_revenue_amount", "founded_year")),
                        ("values", []),
                        models.Q(("minimum__isnull", False), ("maximum__isnull", False), _connector="OR"),
                    ),
                    models.Q(
                        ("attribute", "custom"),
                        models.Q(
                            models.Q(
                                ("values", []),
                                models.Q(("minimum__isnull", False), ("maximum__isnull", False), _connector="OR"),
                            ),
                            models.Q(models.Q(("values", []), _negated=True), ("maximum", None), ("minimum", None)),
                            _connector="OR",
                        ),
                    ),
                    models.Q(
                        models.Q(
                            ("attribute__in", ("employees", "annual_revenue_amount", "founded_year", "custom")),
                            _negated=True,
                        ),
                        models.Q(("values", []), _negated=True),
                        ("maximum", None),
                        ("minimum", None),
                    ),
                    _connector="OR",
                ),
                name="icp_criterion_asks_something",
                violation_error_message=(
                    "A number needs a minimum or a maximum and no values; anything else needs values and neither."
                ),
            ),
        ),
        migrations.AddConstraint(
            "icpcriterion",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("attribute", "custom"), ("custom__isnull", False)),
                    models.Q(models.Q(("attribute", "custom"), _negated=True), ("custom", None)),
                    _connector="OR",
                ),
                name="icp_criterion_names_its_custom_attribute",
                violation_error_message=(
                    "Name the custom attribute where, and only where, the attribute is a custom one."
                ),
            ),
        ),
        migrations.AddField(
            "tiercondition",
            "custom",
            _custom("Which one, where the fact is a custom attribute. A date is asked for its year."),
        ),
        migrations.AddField(
            "tiercondition",
            "values",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=100),
                blank=True,
                default=list,
                help_text="For “is one of”: separated by commas.",
                size=None,
            ),
        ),
        migrations.AlterField(
            "tiercondition",
            "fact",
            models.CharField(
                choices=[
                    ("fit", "Fit"),
                    ("intent", "Intent"),
                    ("engagement", "Engagement"),
                    ("acv_amount", "Expected ACV"),
                    ("custom", "Custom attribute"),
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            "tiercondition",
            "operator",
            models.CharField(
                choices=[("gte", "at least (>=)"), ("lt", "below (<)"), ("in", "is one of")],
                default="gte",
                max_length=3,
            ),
        ),
        migrations.AlterField(
            "tiercondition",
            "threshold",
            models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True),
        ),
        migrations.RemoveConstraint("tiercondition", "tier_condition_once"),
        migrations.AddConstraint(
            "tiercondition",
            models.UniqueConstraint(
                fields=("rule", "fact", "custom", "operator"), name="tier_condition_once", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            "tiercondition",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("custom__isnull", False), ("fact", "custom")),
                    models.Q(models.Q(("fact", "custom"), _negated=True), ("custom", None)),
                    _connector="OR",
                ),
                name="tier_condition_names_its_custom_attribute",
                violation_error_message="Name the custom attribute where, and only where, the fact is a custom one.",
            ),
        ),
        migrations.AddConstraint(
            "tiercondition",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("fact", "custom"),
                        ("operator", "in"),
                        ("threshold", None),
                        models.Q(("values", []), _negated=True),
                    ),
                    models.Q(models.Q(("operator", "in"), _negated=True), ("threshold__isnull", False), ("values", [])),
                    _connector="OR",
                ),
                name="tier_condition_asks_something",
                violation_error_message=(
                    "“At least” and “below” need a threshold and no values; “is one of” needs values, no threshold, "
                    "and a custom attribute."
                ),
            ),
        ),
    ]
