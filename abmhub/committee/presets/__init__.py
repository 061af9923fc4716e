"""What ships: buying roles, personas with content, title rules, and the words of other systems."""

from django.utils import timezone

from abmhub.committee.models import BuyingRole, Contact, Persona, RoleWord, TitleRule
from abmhub.committee.presets.personas import PERSONAS, introduce
from abmhub.committee.presets.titles import title_rules
from abmhub.committee.presets.words import role_words
from abmhub.committee.suggestion import suggest_anew


def load() -> None:
    """Fill what an installation has nothing of."""
    if not BuyingRole.objects.exists():
        introduce()
    roles = {role.code: role for role in BuyingRole.objects.all()}
    if not TitleRule.objects.exists():
        names = {shipped.name: code for code, shipped in PERSONAS.items()}
        personas = {names[persona.name]: persona for persona in Persona.objects.filter(name__in=names)}
        TitleRule.objects.bulk_create(title_rules(roles, personas))
        if Contact.objects.exists():
            suggest_anew(at=timezone.now())
    if not RoleWord.objects.exists():
        RoleWord.objects.bulk_create(role_words(roles))
