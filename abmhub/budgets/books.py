"""Whether the books balance: what the envelopes say against what the ledger adds up to."""

from abmhub.budgets.money import money
from abmhub.core import sql


def errors() -> list[str]:
    """A sentence for every envelope that its ledger contradicts; empty when the books balance."""
    return [
        f"{row['name']} says {money(row['reserved_amount'], row['currency'])} reserved and "
        f"{money(row['spent_amount'], row['currency'])} spent; its ledger says "
        f"{money(row['ledger_reserved_amount'], row['currency'])} and "
        f"{money(row['ledger_spent_amount'], row['currency'])}."
        for row in sql.rows("budgets/unbalanced_envelopes")
    ]
