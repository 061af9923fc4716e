"""Who sells: reps with their managers' teams and their territories. What a file says lets nobody sign in."""

from typing import Any, ClassVar

from django.contrib.auth.hashers import make_password

from abmhub.accounts.models import Territory
from abmhub.core import sql
from abmhub.imports import cells, journal
from abmhub.imports.kinds.base import Beside, CellReader, Intake, Reading, expect
from abmhub.imports.mapping import Field
from abmhub.imports.models import Kind
from abmhub.users.actions import find_or_add_manager, find_or_form_team
from abmhub.users.models import Role, Team, User

# An administrator gives the roles that decide over budgets and over people.
ROLES = {
    "sales_rep": Role.SALES_REP, "rep": Role.SALES_REP, "sales": Role.SALES_REP, "account_executive": Role.SALES_REP,
    "sales_manager": Role.SALES_MANAGER, "manager": Role.SALES_MANAGER,
    "marketer": Role.MARKETER, "marketing": Role.MARKETER,
    "analyst": Role.ANALYST,
}  # fmt: skip
OTHERS = ": leave it empty, and let an administrator give it in the admin"


def looks_like_an_email(cell: str) -> bool:
    name, at, domain = cell.partition("@")
    return bool(name and at and "." in domain) and " " not in cell


def _email(cell: str) -> str:
    found = cells.text(cell, 254).lower()
    if not looks_like_an_email(found):
        raise cells.BadCell("not an email address")
    return found


class Users(Intake):
    kind = Kind.USERS
    model = User
    unread = frozenset({"password"})
    beside = (Beside(Territory.members.through, "user", "territory", "Territory"),)
    fields = (
        Field("external_id", "Key in the source", "id userid ownerid recordid externalid"),
        Field(
            "name",
            "Name",
            "salesagent name fullname salesrep agent rep owner user username",
            help="Or first and last name.",
        ),
        Field("first_name", "First name", "firstname givenname"),
        Field("last_name", "Last name", "lastname surname familyname"),
        Field(
            "email",
            "Email",
            "email useremail emailaddress owneremail mail",
            looks_like=looks_like_an_email,
        ),
        Field("manager", "Manager", "manager managername salesmanager teamlead reportsto"),
        Field("team", "Team", "team teamname mainteam group"),
        Field("territory", "Territory", "regionaloffice territory region office salesregion"),
        Field("role", "Role", "role userrole profile jobrole"),
    )
    columns = ("identity", "external_id", "name", "email", "role", "manager_name", "team_name", "territory_name")
    sample: ClassVar = (
        ("sales_agent", "manager", "regional_office"),
        ("Rana Haddad", "Selma Berg", "East"),
        ("Oscar Lund", "Selma Berg", "East"),
        ("Amina Diallo", "Jonas Weber", "West"),
    )

    def staged(self, row: CellReader) -> tuple[Any, ...]:
        external_id = row.text("external_id")
        name = row.text("name", 150) or " ".join(filter(None, (row.text("first_name", 70), row.text("last_name", 70))))
        if not name:
            row.reject("Give a name, or first and last name.")
        email = row.read("email", _email) or ""
        identity = external_id or (f"email:{email}" if email else f"name:{name.lower()}")
        manager, team, territory = row.text("manager", 100), row.text("team", 100), row.text("territory", 100)
        return identity, external_id, name, email, row.choice("role", ROLES, otherwise=OTHERS), manager, team, territory

    def resolve(self, reading: Reading) -> None:
        sql.run("imports/rows/skip_identical")
        sql.run("imports/rows/reject_conflicts")
        sql.run("imports/users/match_by_key", source=reading.source)
        sql.run("imports/users/match_by_email")
        sql.run("imports/users/match_by_name", source=reading.source)
        sql.run("imports/rows/reject_same_target")
        sql.run("imports/users/promote")
        sql.run("imports/rows/new_targets", table="users_user")
        with journal.watching(Team, User, Territory):
            self._form_teams()
            self._open_territories()
        sql.run("imports/users/merge")
        sql.run("imports/users/doubt_other_territories")

    def write(self, reading: Reading) -> None:
        source = reading.source
        expect(journal.write(User, "users/import_new", source=source, password=make_password(None)), "create")
        journal.write(User, "users/import_changes", source=source)
        journal.write(Territory.members.through, "accounts/import_territory_members")

    def _form_teams(self) -> None:
        """A team for each manager that the file names; its manager may be a row of the file."""
        for named in sql.rows("imports/users/teams"):
            key = {"team_name": named["team_name"], "manager_name": named["manager_name"]}
            manager = named["manager_id"]
            if manager is None and key["manager_name"]:
                found = find_or_add_manager(name=key["manager_name"])
                manager = found.pk if found else None
            team = find_or_form_team(name=key["team_name"], manager_id=manager, manager_name=key["manager_name"])
            sql.run("imports/users/set_team", team=team.pk, **key)

    def _open_territories(self) -> None:
        Territory.objects.bulk_create(
            [Territory(name=named["name"]) for named in sql.rows("imports/users/unknown_territories")]
        )
        sql.run("imports/users/find_territories")
