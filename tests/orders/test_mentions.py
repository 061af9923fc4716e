"""@ and a name: told once, never to somebody who may not see the task."""

from datetime import datetime

import pytest

from abmhub.accounts.models import Account
from abmhub.core.models import OutboxMessage
from abmhub.integrations import notices
from abmhub.orders import actions, mentions
from abmhub.orders.models import Task
from abmhub.users.models import Notification, Role, User


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("@Mei Chen, please look", ["Mei Chen"], id="full-name"),
        pytest.param("over to you @mei.", ["Mei Chen"], id="first-name"),
        pytest.param("@Mei Chen and @Rana: agreed?", ["Mei Chen", "Rana Haddad"], id="two"),
        pytest.param("@mei @Mei Chen @MEI", ["Mei Chen"], id="again"),
        pytest.param("write to mei@example.com or @home", [], id="addresses-and-words"),
        pytest.param("@Meissen", [], id="beginning-of-another-word"),
    ],
)
def test_it_finds_who_is_mentioned(task: Task, marketer: User, text: str, names: list[str]) -> None:
    assert sorted(user.name for user in mentions.people_in(text, task)) == names


def test_somebody_who_may_not_see_the_task_cannot_be_mentioned(task: Task, marketer: User, other_rep: User) -> None:
    with pytest.raises(actions.NotMentionable, match="Oscar Lund may not see this task"):
        mentions.people_in("@Oscar Lund", task)


def test_a_first_name_of_two_people_has_to_be_made_plain(task: Task, marketer: User) -> None:
    User.objects.create(name="Mei Lin", role=Role.ANALYST)

    with pytest.raises(actions.NotMentionable, match="@Mei Chen or @Mei Lin"):
        mentions.people_in("@mei", task)
    assert [user.name for user in mentions.people_in("@Mei Lin", task)] == ["Mei Lin"]


def test_a_leaver_is_nobody(task: Task, marketer: User) -> None:
    User.objects.filter(pk=marketer.pk).update(is_active=False)

    assert mentions.people_in("@Mei Chen", task) == []


def test_who_may_be_mentioned_is_who_sees_the_account(
    task: Task,
    account: Account,
    rep: User,
    other_rep: User,
    sales_manager: User,
    marketer: User,
    analyst: User,
) -> None:
    """The two ways of asking agree, person by person."""
    seeing = set(mentions.people_who_see(task))

    for user in User.objects.all():
        assert (user in seeing) == Task.objects.visible_to(user).filter(pk=task.pk).exists(), user
    assert other_rep not in seeing


def test_the_mentioned_are_told_once(claimed: Task, rep: User, marketer: User, other_marketer: User) -> None:
    at = datetime.fromisoformat("2026-03-04T11:00:00Z")
    actions.comment(task=claimed, by=marketer, at=at, text="@Rana and @Pablo Ruiz: which floor?")
    for _ in range(2):
        for message in OutboxMessage.objects.filter(topic="comment.made"):
            notices.write(message)

    told = Notification.objects.filter(text__contains="mentioned you").values_list("user__name", flat=True)
    assert sorted(told) == ["Pablo Ruiz", "Rana Haddad"]
    assert Notification.objects.filter(user=rep).count() == 1
