"""How people and tiers appear inside other answers."""

from rest_framework import serializers

from abmhub.accounts.models import Tier
from abmhub.users.models import User


class PersonSerializer(serializers.ModelSerializer[User]):
    class Meta:
        model = User
        fields = ("id", "name")


class TierSerializer(serializers.ModelSerializer[Tier]):
    class Meta:
        model = Tier
        fields = ("level", "name")
