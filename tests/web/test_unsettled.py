"""What a word of a source means, said where the deals wait."""

import pytest
from django.test import Client

from abmhub.imports.models import Settlement
from abmhub.users.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(marketing_manager: User, client: Client) -> Client:
    client.force_login(marketing_manager)
    return client


def test_a_stage_is_settled_for_what_comes(client: Client) -> None:
    said = {"source": "CRM", "field": "stage", "value": "Legal", "meaning": "Negotiation"}
    page = client.post("/imports/unsettled/settle/", said, follow=True).content.decode()
    assert "Later files of CRM are read so: Legal means Negotiation." in page
    assert Settlement.objects.get().meaning == "Negotiation"


def test_ticked_deals_have_accounts_and_products_only(client: Client) -> None:
    page = client.post("/imports/unsettled/settle/", {"field": "stage", "meaning": "Won", "deal": "1"}, follow=True)
    assert "Deals are settled by their account or their product" in page.content.decode()
