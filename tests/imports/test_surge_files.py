"""What intent providers export: a weekly file without a header that repeats itself, and one with a score by company."""

import io
from datetime import date, datetime

import pytest

from abmhub.accounts.models import Account
from abmhub.imports import actions
from abmhub.imports.kinds.intent import day_in
from abmhub.imports.mapping import ColumnMapping
from abmhub.imports.models import ImportRun
from abmhub.signals.models import (
    EngagementEvent,
    IntentObservation,
    IntentProvider,
    Topic,
    TopicCluster,
    UnplacedObservation,
)
from abmhub.users.models import User
from tests.imports.conftest import TakeIn, figures_of, remarks_of, uploaded

# Company, domain, size, industry, category, topic, score, bucket, metro area, its score, its bucket, country.
BOMBORA = """\
,acme.example,,,logistics,cold chain,82,8042,nairobi area,72,2132,Kenya
,acme.example,,,logistics,cold chain,82,8042,,45,3421,Kenya
,acme.example,51-200 employees,retail,logistics,"parcels, pallets",49,3421,,52,3141,Kenya
zeta parcels,zeta.example,,,logistics,cold chain,60,6041,mombasa area,61,3141,Kenya
,zeta.example,,,analytics,data lakes,47,3232,,25,3232,Kenya
"""
WEEK = date(2026, 2, 23)


@pytest.fixture(autouse=True)
def providers(account: Account) -> list[IntentProvider]:
    return [
        IntentProvider.objects.create(code=code, name=name, lawful_basis="consent")
        for code, name in (("bombora", "Bombora"), ("g2", "G2"))
    ]


def take_named(name: str, text: str, at: datetime) -> ImportRun:
    run = uploaded("intent", text, at, source="Bombora")
    run.file_name = name
    run.save()
    return actions.apply(run=actions.confirm(run=run, at=at), at=at)


class TestBombora:
    def test_it_is_known_by_its_values_and_each_domain_topic_and_week_counts_once(
        self, account: Account, now: datetime
    ) -> None:
        run = take_named("surge_20260301.csv", BOMBORA, now)
        assert ColumnMapping.from_json(run.mapping).origin == "as Bombora exports it"
        assert figures_of(run) == {"rows": 5, "accepted": 4, "skipped": 1, "created": 4}
        assert remarks_of(run) == [(2, "skipped", "Says the same as row 1.")]
        seen = IntentObservation.objects.order_by("topic__name")
        assert [(one.account, one.topic.name, one.week_on, one.level) for one in seen] == [
            (account, "cold chain", WEEK, 82),
            (account, "parcels, pallets", WEEK, 49),
        ]
        waiting = UnplacedObservation.objects.order_by("-level")
        assert [(one.domain, one.topic.name, one.level) for one in waiting] == [
            ("zeta.example", "cold chain", 60),
            ("zeta.example", "data lakes", 47),
        ]
        assert figures_of(take_named("surge_20260301.csv", BOMBORA, now))["unchanged"] == 4

    def test_of_scores_that_differ_the_highest_counts(self, now: datetime) -> None:
        run = take_named("surge_20260301.csv", BOMBORA.replace("82,8042,,45", "83,8042,,45"), now)
        assert remarks_of(run) == [(1, "skipped", "Row 2 says at least as much about the same topic and week.")]
        assert IntentObservation.objects.get(topic__name="cold chain").level == 83

    def test_its_categories_are_clusters_of_the_topics_that_are_in_none(self, now: datetime) -> None:
        own = TopicCluster.objects.create(code="storage", name="Storage")
        Topic.objects.create(name="Data lakes", cluster=own)
        TopicCluster.objects.create(code="logistics", name="Logistics")
        take_named("surge_20260301.csv", BOMBORA, now)
        topics = Topic.objects.order_by("name")
        assert [(topic.name, topic.cluster and topic.cluster.name) for topic in topics] == [
            ("Data lakes", "Storage"),
            ("cold chain", "Logistics"),
            ("parcels, pallets", "Logistics"),
        ]

    def test_what_it_made_goes_when_it_is_undone(self, admin: User, now: datetime) -> None:
        run = take_named("surge_20260301.csv", BOMBORA, now)
        assert TopicCluster.objects.exists()
        actions.undo(run=actions.ask_undo(run=run, by=admin, at=now), at=now)
        for table in (TopicCluster, Topic, IntentObservation, UnplacedObservation):
            assert not table._default_manager.exists()

    def test_without_a_day_in_its_name_it_says_how_to_give_one(self, take_in: TakeIn) -> None:
        run = take_in("intent", BOMBORA, source="Bombora")
        assert run.rejected == 5
        assert "nor does the name of the file, as in surge-2026-03-02.csv would" in remarks_of(run)[0][2]

    def test_the_kind_is_told_by_the_values(self, now: datetime) -> None:
        assert uploaded("", BOMBORA, now).kind == "intent"

    def test_a_file_of_accounts_without_a_header_is_none_of_them(self, now: datetime) -> None:
        text = "".join(f"1,Acme {n},Kenya,12,x,y,z,a,b,c,d,e{n}.example\n" for n in range(3))
        run = uploaded("intent", text, now)
        assert ColumnMapping.from_json(run.mapping).origin == ""


def test_a_header_is_taken_for_one(take_in: TakeIn) -> None:
    text = (
        "Company,Domain,Category,Topic,Composite Score,Metro Area,Date\n"
        "Acme,acme.example,logistics,cold chain,70,x,2026-03-02\n"
    )
    run = take_in("intent", text, source="Bombora")
    assert ColumnMapping.from_json(run.mapping).origin == "as Bombora with a header exports it"
    assert IntentObservation.objects.get().level == 70
    assert Topic.objects.get().cluster == TopicCluster.objects.get(name="logistics")


class TestG2:
    def test_scores_by_company_and_day(self, take_in: TakeIn, account: Account) -> None:
        text = (
            "id,total_activity,company_name,company_domain,company_intent_score,day,subject_product_slug\n"
            "a1,25,Acme,acme.example,75.0,2026-03-02,our-robots\na2,35,Acme,acme.example,82.5,2026-03-03,our-robots\n"
            "a3,5,Zeta,zeta.example,40,2026-03-03,our-robots\n"
        )
        run = take_in("intent", text, source="G2")
        assert ColumnMapping.from_json(run.mapping).origin == "as G2 exports it"
        assert figures_of(run) == {"rows": 3, "accepted": 2, "skipped": 1, "created": 2}
        seen = IntentObservation.objects.get()
        assert (seen.account, seen.topic.name, seen.week_on, seen.level) == (
            account,
            "our-robots",
            date(2026, 3, 2),
            83,
        )
        assert UnplacedObservation.objects.get().domain == "zeta.example"

    def test_signals_are_anonymous_events_of_the_account(self, take_in: TakeIn, account: Account) -> None:
        text = (
            "id,total_activity,signal_type,day,company_name,company_domain,subject_product_slug\n"
            "b1,5,pricing,2026-03-02,Acme,acme.example,our-robots\n"
        )
        run = take_in("events", text, source="G2")
        assert ColumnMapping.from_json(run.mapping).origin == "as G2 exports it"
        event = EngagementEvent.objects.get()
        assert (event.account, event.contact, event.event_type.code, event.external_id) == (
            account,
            None,
            "pricing_view",
            "b1",
        )

    @pytest.mark.parametrize(
        ("signal", "meant"),
        [
            ("profile", "page_view"),
            ("compare", "page_view"),
            ("pricing", "pricing_view"),
            ("sponsored", "ad_impression"),
        ],
    )
    @pytest.mark.usefixtures("account")
    def test_what_it_calls_signals_is_known(self, take_in: TakeIn, signal: str, meant: str) -> None:
        take_in("events", f"company_domain,signal_type,day\nacme.example,{signal},2026-03-02\n", source="G2")
        assert EngagementEvent.objects.get().event_type.code == meant


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("surge-2026-03-02.csv", date(2026, 3, 2)),
        ("All_20260302_v2.csv", date(2026, 3, 2)),
        ("week 2026.03.02 (1).xlsx", date(2026, 3, 2)),
        ("20269902-20260302.csv", date(2026, 3, 2)),
        ("export-120260302.csv", None),
        ("surge.csv", None),
        ("02-03-2026.csv", None),
    ],
)
def test_a_day_is_told_by_the_name_of_a_file(name: str, day: date | None) -> None:
    assert day_in(name) == day


def told(text: str, at: datetime, kind: str = "intent") -> str:
    """The source that the columns tell."""
    file = io.BytesIO(text.encode())
    return actions.upload(kind=kind, source="", file_name="file.csv", file=file, by=None, at=at).source


def test_the_columns_tell_the_source_where_nobody_does(take_in: TakeIn, now: datetime) -> None:
    assert told(BOMBORA, now) == "Bombora"
    assert told("Domain,Topic,Composite Score,Metro Area\nacme.example,ERP,70,Oslo\n", now) == "Bombora"
    assert told("name,domain\nAcme,acme.example\n", now, "accounts") == "CSV"
    take_in("accounts", "name,domain\nAcme,acme.example\n", source="Our CRM")
    assert told("name,domain\nAcme,acme.example\n", now, "accounts") == "Our CRM"
    assert told("name,domain,city\nAcme,acme.example,Oslo\n", now, "accounts") == "CSV"


def test_a_source_of_which_nothing_came_in_is_not_taken_again(take_in: TakeIn, now: datetime) -> None:
    run = take_in("intent", BOMBORA, source="CSV")
    assert (run.accepted, run.rejected) == (0, 5)
    assert told(BOMBORA, now) == "Bombora"


def test_a_provider_that_is_new_is_told_before_anything_is_read(now: datetime) -> None:
    look = actions.look_into(uploaded("intent", BOMBORA, now, source="Bombora"))
    assert look.notice == ""
    look = actions.look_into(uploaded("intent", BOMBORA, now, source="Elsewhere"))
    assert look.notice.startswith("“Elsewhere” is new to the register of intent providers")
    with_a_column = "domain,topic,week,score,provider\nacme.example,ERP,2026-03-02,70,Bombora\n"
    assert actions.look_into(uploaded("intent", with_a_column, now, source="Elsewhere")).notice == ""
