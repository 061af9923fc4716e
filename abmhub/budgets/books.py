"""Whether the books balance: what the envelopes say, on every level, against what the ledger adds up to."""

from abmhub.core import sql
from abmhub.core.numbers import money_text as money


def errors() -> list[str]:
    """A sentence for everything that the ledger contradicts; empty when the books balance."""
    return [
        *(
            f"{row['name']} says {money(row['reserved_amount'], row['currency'])} reserved and "
            f"{money(row['spent_amount'], row['currency'])} spent; its ledger says "
            f"{money(row['ledger_reserved_amount'], row['currency'])} and "
            f"{money(row['ledger_spent_amount'], row['currency'])}."
            for row in sql.rows("budgets/unbalanced_envelopes")
        ),
        *(
            f"{row['name']} says {money(row['allotted_amount'], row['currency'])} are given to the envelopes under it; "
            f"they have {money(row['children_amount'], row['currency'])}."
            for row in sql.rows("budgets/unbalanced_allotments")
        ),
        *(
            f"{row['reference']}: {row['out_amount']:,.2f} left one period, {row['in_amount']:,.2f} came into the next."
            for row in sql.rows("budgets/unbalanced_carries")
        ),
    ]
