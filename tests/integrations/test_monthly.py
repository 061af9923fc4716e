"""The monthly report by mail: once to each reader, when it is due, with what they may see."""

import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from pypdf import PdfReader

from abmhub.core.models import OutboxMessage
from abmhub.integrations import channels, monthly, outbox
from abmhub.metrics.actions import lock_month, snapshot
from abmhub.metrics.models import ReportMailing
from abmhub.pipeline.models import Opportunity, Stage
from abmhub.users.models import MailChoice, User

pytestmark = pytest.mark.django_db
FEBRUARY = date(2026, 2, 28)
DUE = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.fixture
def february(db: None) -> None:
    """A month with a won and a lost deal, and its last night."""
    for kind in ("won", "lost"):
        stage = Stage.objects.filter(kind=kind).order_by("pk")[0]
        Opportunity.objects.create(
            stage=stage, amount=60_000, closed_on=FEBRUARY, engaged_on=FEBRUARY, source="t", external_id=kind
        )
    snapshot(on=FEBRUARY)


def mailing(*people: User, **more: Any) -> ReportMailing:
    made = ReportMailing.objects.create(name=f"To {len(people)} of us {more}", created_at=DUE - timedelta(9), **more)
    made.recipients.set(people)
    return made


def send(at: datetime) -> list[Any]:
    mail.outbox.clear()
    outbox.sweep_outgoing(at=at + timedelta(seconds=1))
    return list(mail.outbox)


@pytest.mark.usefixtures("february")
def test_each_reader_gets_the_report_of_a_month_once(marketing_manager: User, analyst: User) -> None:
    mailing(marketing_manager, analyst)
    mailing(analyst, day=1)
    assert monthly.mail_reports(at=DUE) == 2
    assert monthly.mail_reports(at=DUE + timedelta(minutes=10)) == 0
    letters = send(DUE)
    assert {letter.to[0] for letter in letters} == {marketing_manager.email, analyst.email}
    assert len(letters) == 2
    assert send(DUE) == []
    assert monthly.mail_reports(at=DUE + timedelta(days=20)) == 0


@pytest.mark.usefixtures("february")
def test_the_letter_has_the_figures_and_the_paper(analyst: User) -> None:
    mailing(analyst)
    monthly.mail_reports(at=DUE)
    [letter] = send(DUE)
    assert letter.subject.endswith(": February 2026")
    assert "Win rate: 50.0% (the month before: –)" in letter.body
    [(name, content, kind)] = letter.attachments
    assert (name, kind) == ("report-2026-02.pdf", "application/pdf")
    assert "Win rate 50.0%" in " ".join(PdfReader(io.BytesIO(content)).pages[0].extract_text().split())


@pytest.mark.usefixtures("february")
def test_a_report_that_is_sent_again_has_the_same_name(analyst: User) -> None:
    """What a worker sent before it was killed is sent again; mailboxes keep one letter of a name."""
    mailing(analyst)
    monthly.mail_reports(at=DUE)
    [first] = send(DUE)
    OutboxMessage.objects.filter(topic=channels.REPORT).update(delivered_at=None)
    [second] = send(DUE)
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]


@pytest.mark.usefixtures("february")
def test_it_is_not_mailed_before_its_hour_nor_for_months_before_it_was_set_up(analyst: User) -> None:
    made = mailing(analyst)
    assert monthly.mail_reports(at=DUE - timedelta(minutes=1)) == 0
    ReportMailing.objects.filter(pk=made.pk).update(created_at=DUE + timedelta(hours=1))
    assert monthly.mail_reports(at=DUE + timedelta(hours=2)) == 0


@pytest.mark.usefixtures("february")
def test_it_can_wait_for_the_lock(analyst: User, marketing_manager: User) -> None:
    mailing(analyst, waits_for_lock=True)
    assert monthly.mail_reports(at=DUE) == 0
    lock_month(month=FEBRUARY, today=DUE.date(), by=marketing_manager, at=DUE)
    assert monthly.mail_reports(at=DUE + timedelta(hours=1)) == 1
    assert "Locked by Greta Vogt" in send(DUE + timedelta(hours=1))[0].body


@pytest.mark.usefixtures("february")
def test_who_left_or_wants_no_mail_is_left_out(analyst: User, rep: User, marketer: User) -> None:
    MailChoice.objects.create(user=rep, when="never")
    User.objects.filter(pk=marketer.pk).update(is_active=False)
    mailing(analyst, rep, marketer)
    assert monthly.mail_reports(at=DUE) == 1


@pytest.mark.usefixtures("february")
def test_a_mailing_that_is_switched_off_writes_to_nobody(analyst: User) -> None:
    mailing(analyst, is_active=False)
    assert monthly.mail_reports(at=DUE) == 0


def test_a_month_that_no_night_knows_is_mailed_to_nobody(analyst: User) -> None:
    mailing(analyst)
    assert monthly.mail_reports(at=DUE) == 0


@pytest.mark.usefixtures("february")
def test_a_rep_is_mailed_nothing_made_of_spend(rep: User, analyst: User) -> None:
    mailing(rep, analyst)
    monthly.mail_reports(at=DUE)
    bodies = {letter.to[0]: letter.body for letter in send(DUE)}
    assert "Customer acquisition cost" in bodies[analyst.email]
    assert "Customer acquisition cost" not in bodies[rep.email]
