"""Every list and form of the rooms that imports fill opens, finds and saves."""

from datetime import date, datetime

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from abmhub.accounts.models import Account
from abmhub.campaigns.models import Campaign, Channel, Spend
from abmhub.committee.models import Contact, Persona
from abmhub.imports.models import Settlement
from abmhub.pipeline.models import Lead, Opportunity, Product, Stage
from abmhub.users.models import User

MODELS = (
    "accounts_territory", "accounts_tier", "accounts_account", "campaigns_campaign", "campaigns_channel",
    "campaigns_namingconvention", "campaigns_program", "campaigns_touch", "committee_buyingrole", "committee_contact",
    "committee_persona", "imports_importrun", "imports_settlement", "pipeline_contract", "pipeline_lead",
    "pipeline_opportunity", "pipeline_product", "pipeline_stage", "users_team", "users_notification",
)  # fmt: skip


@pytest.fixture
def browser(admin: User) -> Client:
    client = Client()
    client.force_login(admin)
    return client


@pytest.fixture
def rows(account: Account, contacts: list[Contact], admin: User, now: datetime) -> dict[str, object]:
    """One row of each kind."""
    product = Product.objects.create(name="GTX Pro")
    campaign = Campaign.objects.create(
        name="Spring", motion="abm", channel=Channel.objects.get(code="mail"), started_on=date(2026, 3, 1)
    )
    return {
        "accounts_account": account,
        "accounts_territory": account.territory,
        "campaigns_campaign": campaign,
        "committee_contact": contacts[0],
        "committee_persona": Persona.objects.order_by("pk")[0],
        "imports_settlement": Settlement.objects.create(
            source="CRM", field="product", value="GTXPro", product=product, by=admin, settled_at=now
        ),
        "pipeline_lead": Lead.objects.create(name="Dana", created_on=date(2026, 1, 1), source="CRM", external_id="1"),
        "pipeline_opportunity": Opportunity.objects.create(
            account=account, stage=Stage.objects.get(name="Won"), source="CRM", external_id="1"
        ),
        "pipeline_product": product,
    }


@pytest.mark.parametrize("model", MODELS)
def test_lists_open_and_can_be_searched(browser: Client, rows: dict[str, object], model: str) -> None:
    path = reverse(f"admin:{model}_changelist")
    assert browser.get(path).status_code == 200
    assert browser.get(path, {"q": "a"}).status_code == 200


@pytest.mark.parametrize("model", MODELS)
def test_forms_open(browser: Client, rows: dict[str, object], model: str) -> None:
    if row := rows.get(model):
        assert browser.get(reverse(f"admin:{model}_change", args=[row.pk])).status_code == 200  # type: ignore[attr-defined]
    try:
        add = reverse(f"admin:{model}_add")
    except NoReverseMatch:
        return
    closed = {
        "campaigns_touch",
        "imports_importrun",
        "imports_settlement",
        "pipeline_lead",
        "pipeline_opportunity",
    }
    expected = 403 if model in closed | {"users_notification"} else 200
    assert browser.get(add).status_code == expected


def test_a_stage_that_an_import_took_for_open_is_put_right(browser: Client) -> None:
    stage = Stage.objects.create(name="Signed off", kind="open", position=9)
    path = reverse("admin:pipeline_stage_changelist")
    page = browser.get(path).context["cl"].formset
    data = {key: value for form in page.forms for key, value in _posted(form).items()} | {
        "form-TOTAL_FORMS": len(page.forms),
        "form-INITIAL_FORMS": len(page.forms),
        "_save": "Save",
    }
    position = next(index for index, form in enumerate(page.forms) if form.instance == stage)
    browser.post(path, data | {f"form-{position}-kind": "won"})
    stage.refresh_from_db()
    assert stage.kind == "won"


def _posted(form: object) -> dict[str, object]:
    values: dict[str, object] = {}
    for field in form:  # type: ignore[attr-defined]
        value = field.value()
        if value is not False:
            values[field.html_name] = "on" if value is True else getattr(value, "pk", value)
    return values


def test_the_cost_of_a_campaign_is_kept_by_day(browser: Client, rows: dict[str, object]) -> None:
    campaign = rows["campaigns_campaign"]
    assert isinstance(campaign, Campaign)
    data = {
        "name": "Spring",
        "motion": "abm",
        "channel": campaign.channel_id,
        "started_on": "2026-03-01",
        "ended_on": "",
    }
    data |= {"spend-TOTAL_FORMS": 1, "spend-INITIAL_FORMS": 0}
    data |= {"spend-0-spent_on": "2026-03-02", "spend-0-amount": "99.50", "spend-0-currency": "USD"}
    browser.post(reverse("admin:campaigns_campaign_change", args=[campaign.pk]), data)
    assert str(Spend.objects.get(campaign=campaign).amount) == "99.50"


def test_a_settlement_that_was_deleted_is_asked_again(browser: Client, rows: dict[str, object]) -> None:
    settlement = rows["imports_settlement"]
    assert isinstance(settlement, Settlement)
    path = reverse("admin:imports_settlement_delete", args=[settlement.pk])
    assert browser.post(path, {"post": "yes"}).status_code == 302
    assert not Settlement.objects.exists()
