"""A file like one that came before is read like it; a file of a well-known system as that system writes."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from abmhub.imports import actions, presets
from abmhub.imports.cells import DateOrder
from abmhub.imports.kinds import INTAKES, intake_of
from abmhub.imports.mapping import ColumnMapping, NotMapped, Unit
from abmhub.imports.models import ImportRun, SavedMapping
from tests.imports.conftest import TakeIn, uploaded

pytestmark = pytest.mark.django_db

DEALS = "deal,won on,state\nD1,10/11/2016,Won\n"


def mapping_of(run: ImportRun) -> ColumnMapping:
    return ColumnMapping.from_json(run.mapping)


class TestRemembering:
    def test_the_next_file_of_the_source_is_read_as_the_last_one(self, take_in: TakeIn, now: datetime) -> None:
        columns = {"external_id": "deal", "closed_on": "won on", "stage": "state"}
        take_in("opportunities", DEALS, columns=columns, date_order=DateOrder.DAY_FIRST)
        mapping = mapping_of(uploaded("opportunities", DEALS + "D2,11/11/2016,Lost\n", now))
        assert mapping.columns == columns
        assert mapping.date_order == DateOrder.DAY_FIRST
        assert mapping.origin == f"as the last file from CRM, {now:%-d %B %Y}"

    def test_a_file_of_another_source_is_guessed_at(self, take_in: TakeIn, now: datetime) -> None:
        take_in("accounts", "x,account\nAcme,1\n", columns={"name": "x"})
        assert mapping_of(uploaded("accounts", "x,account\nAcme,1\n", now, source="ERP")).columns == {"name": "account"}

    def test_a_file_that_lacks_a_column_is_guessed_at(self, take_in: TakeIn, now: datetime) -> None:
        take_in("accounts", "x,account,sector\nAcme,1,retail\n", columns={"name": "x", "industry": "sector"})
        mapping = mapping_of(uploaded("accounts", "x,account\nAcme,1\n", now))
        assert (mapping.columns, mapping.origin) == ({"name": "account"}, "")

    def test_what_was_left_out_stays_out_and_what_is_new_is_guessed(self, take_in: TakeIn, now: datetime) -> None:
        take_in("accounts", "account,sector\nAcme,retail\n", columns={"name": "account"})
        mapping = mapping_of(uploaded("accounts", "account,sector,website\nAcme,retail,acme.example\n", now))
        assert mapping.columns == {"name": "account", "domain": "website"}

    def test_dates_that_contradict_the_last_order_win(self, take_in: TakeIn, now: datetime) -> None:
        columns = {"external_id": "deal", "closed_on": "won on", "stage": "state"}
        take_in("opportunities", DEALS, columns=columns, date_order=DateOrder.DAY_FIRST)
        run = uploaded("opportunities", "deal,won on,state\nD9,10/25/2016,Won\n", now)
        assert mapping_of(run).date_order == DateOrder.MONTH_FIRST

    def test_a_unit_that_looks_wrong_this_time_is_told(self, take_in: TakeIn, now: datetime) -> None:
        take_in("accounts", "account,revenue\nAcme,1100\n", revenue_unit=Unit.MILLIONS)
        run = uploaded("accounts", "account,revenue\nAcme,1100000000\n", now)
        assert mapping_of(run).revenue_unit == Unit.MILLIONS
        assert "it looks like ones" in actions.look_into(run).guess.revenue_unit_because

    def test_the_latest_file_counts(self, take_in: TakeIn, now: datetime) -> None:
        take_in("accounts", "a,b\nAcme,1\n", columns={"name": "a"})
        take_in("accounts", "a,b\n1,Borealis\n", columns={"name": "b"}, at=now + timedelta(days=1))
        assert mapping_of(uploaded("accounts", "a,b\n2,Condor\n", now)).columns == {"name": "b"}
        assert SavedMapping.objects.filter(is_shipped=False).count() == 1

    def test_a_draft_is_not_remembered(self, now: datetime) -> None:
        actions.map_columns(run=uploaded("accounts", "a,b\nAcme,1\n", now), mapping=ColumnMapping({"name": "a"}))
        assert not SavedMapping.objects.filter(is_shipped=False).exists()


class TestPresets:
    def test_each_names_fields_that_its_kind_has_and_no_column_twice(self) -> None:
        for saved in SavedMapping.objects.filter(is_shipped=True, kind__in=INTAKES):
            stored = ColumnMapping.from_json(saved.mapping)
            assert set(stored.columns) <= {known.name for known in intake_of(saved.kind).fields}, saved
            assert len(set(stored.columns.values())) == len(stored.columns), saved
            stored.check(intake_of(saved.kind).fields, list(stored.columns.values()))

    def test_every_kind_has_one_at_least(self) -> None:
        shipped = set(SavedMapping.objects.filter(is_shipped=True).values_list("kind", flat=True))
        assert set(INTAKES) <= shipped

    def test_they_are_filled_once(self) -> None:
        SavedMapping.objects.filter(name="Zoho").delete()
        presets.load()
        assert not SavedMapping.objects.filter(name="Zoho").exists()

    @pytest.mark.parametrize(
        ("kind", "header", "name", "columns"),
        [
            (
                "opportunities", "Id,AccountId,Name,StageName,Amount,CloseDate,CreatedDate", "Salesforce",
                {"external_id": "Id", "account_external_id": "AccountId", "stage": "StageName"},
            ),
            (
                "opportunities", "_fivetran_synced,account_id,amount,close_date,id,name,stage_name", "Salesforce",
                {"external_id": "id", "account_external_id": "account_id", "amount": "amount"},
            ),
            (
                "accounts", "Record ID,Company name,Company Domain Name,Industry", "HubSpot",
                {"external_id": "Record ID", "name": "Company name", "domain": "Company Domain Name"},
            ),
            (
                "accounts", "Record Id,Account Name,Website,Billing Country,Annual Revenue", "Zoho",
                {"external_id": "Record Id", "name": "Account Name", "country": "Billing Country"},
            ),
        ],
    )  # fmt: skip
    def test_a_header_tells_the_system(
        self, kind: str, header: str, name: str, columns: dict[str, str], now: datetime
    ) -> None:
        row = ",".join("1" for _ in header.split(","))
        mapping = mapping_of(uploaded(kind, f"{header}\n{row}\n", now))
        assert mapping.origin == f"as {name} exports it"
        assert columns.items() <= mapping.columns.items()

    def test_one_can_be_chosen_by_name(self, now: datetime) -> None:
        run = uploaded("accounts", "id,name,company\n1,x,Acme\n", now)
        chosen = mapping_of(actions.read_as(run=run, name="salesforce"))
        assert (chosen.columns["name"], chosen.origin) == ("name", "as Salesforce exports it")

    def test_an_unknown_name_is_told_the_names(self, now: datetime) -> None:
        with pytest.raises(NotMapped, match=r"no mapping “Oracle”.*HubSpot"):
            actions.read_as(run=uploaded("accounts", "account\nAcme\n", now), name="Oracle")


def test_dates_of_another_column_than_the_guessed_one_are_asked_about(now: datetime) -> None:
    run = uploaded("opportunities", "deal id,stage,signed\nD1,Won,10/11/2016\n", now)
    assert not actions.look_into(run).asks_date_order
    mapping = mapping_of(run).with_columns({"closed_on": "signed"})
    run = actions.map_columns(run=run, mapping=mapping)
    assert actions.look_into(run).asks_date_order
    with pytest.raises(NotMapped, match="10th of November"):
        actions.confirm(run=run, at=now)
    run = actions.map_columns(run=run, mapping=replace(mapping, date_order=DateOrder.DAY_FIRST))
    assert actions.confirm(run=run, at=now).status == ImportRun.Status.WAITING
