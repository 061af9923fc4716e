"""How much open work there is."""

from django.db import models

from abmhub.users.models import Team


class Backlog(models.Model):
    """Hours of open work that are due on a day, of one team or of whoever claims it.

    A sweep counts them anew; meanwhile every order adds rows of its own, so that nobody waits for anybody's row.
    """

    team = models.ForeignKey(Team, models.CASCADE, null=True, related_name="+")
    due_on = models.DateField()
    hours = models.DecimalField(max_digits=10, decimal_places=2)

    def __str__(self) -> str:
        return f"{self.hours} hours due on {self.due_on:%-d %B %Y}"
