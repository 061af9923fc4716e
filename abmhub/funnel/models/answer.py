"""What was counted from the units once, so that nobody counts it again."""

from uuid import uuid4

from django.db import models


class Edition(models.Model):
    """The number of times that nights wrote units: an answer holds for one edition of them. There is one row.

    No other edition of any installation has its `token`, so that files outside of the database may be called by it.
    """

    number = models.BigIntegerField(default=0, db_default=0)
    token = models.UUIDField(default=uuid4)
    previous = models.UUIDField(null=True, help_text="The token of the edition that this one was made of.")
    units = models.PositiveBigIntegerField(
        default=0, db_default=0, help_text="How many there were as known last, counted until they were not few."
    )

    def __str__(self) -> str:
        return str(self.number)


class Answer(models.Model):
    """The rows of a statement over the units, as of one edition.

    `known_on` is the night whose units were asked, `as_of` the day by which they had reached a stage; both of a
    question that is asked of the units as they are known now are those of today's rules.
    """

    edition = models.BigIntegerField()
    statement = models.CharField(max_length=40)
    by = models.CharField(max_length=60, help_text="The dimensions by which it is cut.")
    known_on = models.DateField(null=True)
    as_of = models.DateField()
    since = models.DateField()
    until = models.DateField()
    columns = models.JSONField(help_text="Their names.")
    rows = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "statement", "by", "known_on", "as_of", "since", "until"],
                name="funnel_answer_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.statement} {self.by} {self.as_of}".strip()
