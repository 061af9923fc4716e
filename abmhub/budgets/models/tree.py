"""What the database itself sees to in the tree of envelopes, as the bodies of triggers.

A form says the same in a sentence before it comes to this; here it holds for whoever writes, and for two at once.
"""

ALLOT = """
    IF TG_OP <> 'INSERT' AND OLD.parent_id IS NOT NULL THEN
        UPDATE budgets_envelope SET allotted_amount = allotted_amount - OLD.total_amount WHERE id = OLD.parent_id;
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.parent_id IS NOT NULL THEN
        UPDATE budgets_envelope SET allotted_amount = allotted_amount + NEW.total_amount WHERE id = NEW.parent_id;
    END IF;
    RETURN NULL;
"""
"""Each parent knows what it has given to its children; its CHECK then refuses one cent too many."""

MOVE = """
    WITH RECURSIVE above AS (
        SELECT OLD.parent_id AS id
         UNION ALL
        SELECT envelope.parent_id FROM budgets_envelope AS envelope JOIN above USING (id)
    )
    UPDATE budgets_envelope AS envelope
       SET reserved_amount = envelope.reserved_amount - OLD.reserved_amount,
           spent_amount = envelope.spent_amount - OLD.spent_amount
      FROM above
     WHERE envelope.id = above.id;
    WITH RECURSIVE above AS (
        SELECT NEW.parent_id AS id
         UNION ALL
        SELECT envelope.parent_id FROM budgets_envelope AS envelope JOIN above USING (id)
    )
    UPDATE budgets_envelope AS envelope
       SET reserved_amount = envelope.reserved_amount + NEW.reserved_amount,
           spent_amount = envelope.spent_amount + NEW.spent_amount
      FROM above
     WHERE envelope.id = above.id;
    RETURN NULL;
"""
"""An envelope that comes under another takes along what is reserved and spent in it."""

FIT = """
    IF EXISTS (
        SELECT FROM budgets_envelope AS child
          JOIN budgets_envelope AS parent ON parent.id = child.parent_id
         WHERE NEW.id IN (child.id, parent.id)
           AND NOT (child.currency = parent.currency
                    AND child.starts_on >= parent.starts_on AND child.ends_on <= parent.ends_on
                    AND COALESCE(parent.tier_id = child.tier_id, parent.tier_id IS NULL)
                    AND COALESCE(parent.team_id = child.team_id, parent.team_id IS NULL)
                    AND COALESCE(parent.rep_id = child.rep_id, parent.rep_id IS NULL)
                    AND parent.account_id IS NULL
                    AND CASE WHEN child.account_id IS NOT NULL THEN 4 WHEN child.rep_id IS NOT NULL THEN 3
                             WHEN child.team_id IS NOT NULL THEN 2 WHEN child.tier_id IS NOT NULL THEN 1 ELSE 0 END
                      > CASE WHEN parent.rep_id IS NOT NULL THEN 3 WHEN parent.team_id IS NOT NULL THEN 2
                             WHEN parent.tier_id IS NOT NULL THEN 1 ELSE 0 END)
    ) THEN
        RAISE EXCEPTION 'envelope_lies_within_its_parent' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
"""
"""A child pays for no more than its parent: in tier, team, rep, period and currency."""
