"""What people decided once about the files of a source, so that the next file needs no deciding."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from abmhub.accounts.models import Account
from abmhub.imports.models.run import Kind
from abmhub.pipeline.models import Product
from abmhub.users.models import User


class Settlement(models.Model):
    """What a person said a word in the files of a source means. Later files of the source are read by it."""

    class Field(models.TextChoices):
        ACCOUNT = "account", "Account"
        PRODUCT = "product", "Product"
        INDUSTRY = "industry", "Industry"
        COUNTRY = "country", "Country"
        STAGE = "stage", "Stage"
        CURRENCY = "currency", "Currency"
        BUYING_ROLE = "buying_role", "Buying role"
        EVENT_TYPE = "event_type", "Event type"

    source = models.CharField(max_length=60)
    field = models.CharField(max_length=12, choices=Field)
    value = models.CharField(max_length=200, help_text="What the file says.")
    account = models.ForeignKey(Account, models.CASCADE, null=True, blank=True, related_name="+")
    product = models.ForeignKey(Product, models.CASCADE, null=True, blank=True, related_name="+")
    meaning = models.CharField(max_length=200, db_default="", blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "field", "value"], name="settlement_once"),
            models.CheckConstraint(
                condition=models.Q(field="account", account__isnull=False, product=None, meaning="")
                | models.Q(field="product", account=None, product__isnull=False, meaning="")
                | ~models.Q(field__in=["account", "product"])
                & models.Q(account=None, product=None)
                & ~models.Q(meaning=""),
                name="settlement_means_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_field_display()} {self.value} means {self.account or self.product or self.meaning}"


class SavedMapping(models.Model):
    """How files of a kind are read, under a name. The one that was last confirmed for a source is used again."""

    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=20, choices=Kind)
    source = models.CharField(max_length=60, help_text="The system whose files look like this.")
    columns = ArrayField(models.TextField(), default=list, help_text="The header that it was made for.")
    mapping = models.JSONField(help_text="As in a run.")
    is_shipped = models.BooleanField(default=False, db_default=False)
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="saved_mapping_once")]
        indexes = [models.Index(fields=["kind", "source", "-used_at"], name="saved_mapping_of_source")]

    def __str__(self) -> str:
        return self.name


class SurvivorRule(models.Model):
    """Which value of a field survives when a source says another than we have. Without a row the newest does."""

    class Rule(models.TextChoices):
        NEWEST = "newest", "The newest value"
        FILL = "fill", "Only fill what is empty"
        NEVER = "never", "Never take it from this source"

    kind = models.CharField(max_length=20, choices=[(Kind.ACCOUNTS, "Accounts"), (Kind.CONTACTS, "Contacts")])
    source = models.CharField(max_length=60)
    field = models.CharField(max_length=60, help_text="The name of the field in files.")
    rule = models.CharField(max_length=6, choices=Rule)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "source", "field"], name="survivor_rule_once")]

    def __str__(self) -> str:
        return f"{self.source} {self.field}: {self.get_rule_display()}"
