"""The tree of an account: whole, in order, and never counted twice."""

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from abmhub.accounts.family import family_of
from abmhub.accounts.models import Account


def grow(parents: dict[str, str | None]) -> dict[str, Account]:
    accounts = {name: Account.objects.create(name=name, normalized_name=name.lower()) for name in parents}
    for name, parent in parents.items():
        if parent is not None:
            Account.objects.filter(pk=accounts[name].pk).update(parent=accounts[parent])
    return {name: Account.objects.get(pk=account.pk) for name, account in accounts.items()}


def test_the_tree_is_read_from_the_top(db: None) -> None:
    accounts = grow({"Acme": None, "Zeta": "Acme", "Beta": "Acme", "Beta Kenya": "Beta", "Other": None})
    for asked in ("Acme", "Beta Kenya", "Zeta"):
        tree = [(relative.account.name, relative.depth) for relative in family_of(accounts[asked])]
        assert tree == [("Acme", 0), ("Beta", 1), ("Beta Kenya", 2), ("Zeta", 1)]
    assert [relative.account.name for relative in family_of(accounts["Other"])] == ["Other"]


def test_a_circle_of_parents_ends(db: None) -> None:
    accounts = grow({"One": "Three", "Two": "One", "Three": "Two", "Leaf": "Two"})
    for account in accounts.values():
        assert len(family_of(account)) == 4


def test_a_large_tree_is_cut(db: None) -> None:
    accounts = grow({"Acme": None} | {f"Branch {number}": "Acme" for number in range(9)})
    assert len(family_of(accounts["Acme"], at_most=5)) == 5


class Forests(TestCase):
    """Each account has a parent among those before it, or none: so no circle, and any shape of tree."""

    @settings(max_examples=40)
    @given(
        st.lists(st.tuples(st.integers(0, 1_000), st.integers(0, 20)), min_size=1, max_size=25).map(
            lambda drawn: [
                (worth, None if above == 0 or position == 0 else above % position)
                for position, (worth, above) in enumerate(drawn)
            ]
        )
    )
    def test_the_sum_over_the_topmost_is_the_sum_over_all(self, forest: list[tuple[int, int | None]]) -> None:
        accounts: list[Account] = []
        for worth, parent in forest:
            above = None if parent is None else accounts[parent]
            accounts.append(Account.objects.create(name="A", normalized_name="a", employees=worth, parent=above))
        worths = {account.pk: worth for account, (worth, _) in zip(accounts, forest, strict=True)}

        def below(position: int) -> set[int]:
            found = {accounts[position].pk}
            for child, (_, parent) in enumerate(forest):
                if parent == position:
                    found |= below(child)
            return found

        for position, account in enumerate(accounts):
            assert {relative.account.pk for relative in family_of(account)} >= below(position)
        topmost = [account for account in accounts if account.parent is None]
        assert sum(worths[each.account.pk] for root in topmost for each in family_of(root)) == sum(worths.values())
