"""Working calendars over the API."""

from datetime import date
from typing import Any

import pytest

from abmhub.core.models import WorkingCalendar
from abmhub.core.workdays import calendar, is_working_day
from abmhub.users.models import Team, User
from tests.api.conftest import SignIn

PATH = "/api/v1/calendars/"
EVERYBODYS = f"{PATH}{WorkingCalendar.DEFAULT}/"
FRIDAY, SUNDAY = date(2026, 3, 6), date(2026, 3, 8)


@pytest.fixture
def cairo(api_as: SignIn, admin: User, team: Team) -> Any:
    wish = {
        "name": "Cairo",
        "country": "eg",
        "time_zone": "Africa/Cairo",
        "cut_off_hour": 13,
        "days": [{"day_on": "2026-03-08", "is_worked": False, "name": "Moving house"}],
        "teams": [team.pk],
    }
    answer = api_as(admin).post(PATH, wish)
    assert answer.status_code == 201, answer.json()
    return answer.json()


def test_an_administrator_gives_a_team_a_calendar_of_its_own(cairo: Any, team: Team) -> None:
    team.refresh_from_db()
    assert (cairo["is_everybodys"], cairo["country"], cairo["teams"]) == (False, "EG", [team.pk])
    own = calendar(team.calendar_id)
    assert (is_working_day(FRIDAY, own), is_working_day(SUNDAY, own)) == (False, False)


def test_days_stand_in_their_order(api_as: SignIn, admin: User, cairo: Any) -> None:
    days = [{"day_on": f"2026-03-0{day}", "is_worked": False, "name": ""} for day in (8, 1)]
    found = api_as(admin).patch(f"{PATH}{cairo['id']}/", {"days": days}).json()
    assert [day["day_on"] for day in found["days"]] == ["2026-03-01", "2026-03-08"]


def test_days_and_teams_that_are_not_named_stay_and_those_left_out_go(
    api_as: SignIn, admin: User, cairo: Any, team: Team
) -> None:
    client, path = api_as(admin), f"{PATH}{cairo['id']}/"
    assert client.patch(path, {"cut_off_hour": 12}).json() == cairo | {"cut_off_hour": 12}
    changed = client.patch(path, {"days": [], "teams": []}).json()
    assert (changed["days"], changed["teams"]) == ([], [])
    team.refresh_from_db()
    assert team.calendar is None
    assert is_working_day(SUNDAY, calendar(cairo["id"]))


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        pytest.param({"country": "XX"}, "No such country", id="country"),
        pytest.param({"country": "DE", "region": "ZZ"}, "known are: BB, BE", id="region"),
        pytest.param({"time_zone": "Cairo"}, "No such time zone", id="time-zone"),
        pytest.param({"cut_off_hour": 25}, "24", id="cut-off"),
        pytest.param({"weekend": [0, 1, 2, 3, 4, 5, 6]}, "6", id="no-working-day"),
        pytest.param({"name": ""}, "Give it a name", id="no-name"),
        pytest.param({"days": [{"day_on": "2026-03-08", "is_worked": True}] * 2}, "each day once", id="day-twice"),
    ],
)
def test_one_that_nobody_could_work_by_is_refused(
    api_as: SignIn, admin: User, cairo: Any, wish: dict[str, Any], said: str
) -> None:
    answer = api_as(admin).patch(f"{PATH}{cairo['id']}/", wish)
    assert answer.status_code == 400
    assert said.lower() in answer.json()["errors"][0]["detail"].lower()


def test_everybodys_is_for_everybody_and_stays(api_as: SignIn, admin: User, team: Team) -> None:
    client = api_as(admin)
    assert client.get(EVERYBODYS).json()["is_everybodys"] is True
    assert client.patch(EVERYBODYS, {"teams": [team.pk]}).status_code == 400
    refused = client.delete(EVERYBODYS)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (409, "calendar_needed")


def test_one_in_use_stays(api_as: SignIn, admin: User, cairo: Any, team: Team) -> None:
    client, path = api_as(admin), f"{PATH}{cairo['id']}/"
    assert client.delete(path).json()["errors"][0]["detail"] == f"{team} works by it: it stays."
    client.patch(path, {"teams": []})
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("person", ["rep", "marketer", "marketing_manager", "analyst"])
def test_everybody_reads_them_and_nobody_else_changes_them(
    api_as: SignIn, request: pytest.FixtureRequest, cairo: Any, person: str
) -> None:
    client, path = api_as(request.getfixturevalue(person)), f"{PATH}{cairo['id']}/"
    assert client.get(path).json() == cairo
    assert client.patch(path, {"cut_off_hour": 1}).status_code == 403
    assert client.delete(path).status_code == 403
    assert client.post(PATH, {"name": "Mine"}).status_code == 403
