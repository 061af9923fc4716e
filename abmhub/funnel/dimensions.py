"""By what the figures of deals can be cut: the only columns that a slice can reach."""

from typing import NamedTuple

from psycopg.sql import SQL, Composable

ACCOUNT = SQL("LEFT JOIN accounts_account AS account ON account.id = deal.account_id")
OWNER = SQL("LEFT JOIN users_user AS owner ON owner.id = deal.owner_id")
PRODUCT = SQL("LEFT JOIN pipeline_product AS product ON product.id = deal.product_id")
CAMPAIGN = SQL("LEFT JOIN campaigns_campaign AS campaign ON campaign.id = deal.campaign_id")

BY_AMOUNT = SQL("won_amount DESC, won DESC, label NULLS LAST, identity")
BY_LABEL = SQL("label NULLS LAST, identity")


class Dimension(NamedTuple):
    """One way to cut. Deals of one `identity` belong together, `label` is what people call them.

    Both are empty where a deal says nothing about it, so that the slices always sum to the whole.
    """

    label: Composable
    identity: Composable | None = None
    joins: tuple[SQL, ...] = ()
    order: SQL = BY_AMOUNT


def _closed(pattern: str) -> Dimension:
    """By when the deal was closed; open deals have no such day, whatever day is hoped for."""
    return Dimension(SQL(f"CASE WHEN outcome <> 'open' THEN to_char(closed_on, '{pattern}') END"), order=BY_LABEL)


DIMENSIONS: dict[str, Dimension] = {
    "motion": Dimension(SQL("motion"), order=BY_LABEL),
    "territory": Dimension(
        SQL("territory.name"),
        SQL("territory.id::text"),
        (SQL("LEFT JOIN accounts_territory AS territory ON territory.id = deal.territory_id"),),
    ),
    "owner": Dimension(
        SQL("coalesce(owner.name, nullif(deal.owner_name, ''))"),
        SQL("coalesce('id ' || owner.id, nullif(deal.owner_name, ''))"),
        (OWNER,),
    ),
    "team": Dimension(
        SQL("team.name"),
        SQL("team.id::text"),
        (OWNER, SQL("LEFT JOIN users_team AS team ON team.id = owner.team_id")),
    ),
    # Deals that came with a name nobody knows are kept under that name.
    "product": Dimension(
        SQL("coalesce(product.name, nullif(deal.product_name, ''))"),
        SQL("coalesce('id ' || product.id, nullif(deal.product_name, ''))"),
        (PRODUCT,),
    ),
    "series": Dimension(SQL("nullif(product.series, '')"), joins=(PRODUCT,)),
    "account": Dimension(
        SQL("coalesce(account.name, nullif(deal.account_name, ''))"),
        SQL("coalesce('id ' || account.id, nullif(deal.account_name, ''))"),
        (ACCOUNT,),
    ),
    "parent": Dimension(
        SQL("coalesce(parent.name, nullif(deal.account_name, ''))"),
        SQL("coalesce('id ' || parent.id, nullif(deal.account_name, ''))"),
        (
            SQL("LEFT JOIN top ON top.account_id = deal.account_id"),
            SQL("LEFT JOIN accounts_account AS parent ON parent.id = coalesce(top.ancestor_id, deal.account_id)"),
        ),
    ),
    "industry": Dimension(SQL("nullif(account.industry, '')"), joins=(ACCOUNT,)),
    "segment": Dimension(SQL("nullif(account.segment, '')"), joins=(ACCOUNT,)),
    "country": Dimension(SQL("nullif(account.country, '')"), joins=(ACCOUNT,)),
    "tier": Dimension(
        SQL("tier.name"),
        SQL("tier.level::text"),
        (
            SQL("LEFT JOIN accounts_standing AS standing ON standing.account_id = deal.account_id"),
            SQL("LEFT JOIN accounts_tier AS tier ON tier.level = standing.tier_id"),
        ),
        SQL("identity NULLS LAST"),
    ),
    "campaign": Dimension(SQL("campaign.name"), SQL("campaign.id::text"), (CAMPAIGN,)),
    "channel": Dimension(
        SQL("channel.name"),
        SQL("channel.id::text"),
        (CAMPAIGN, SQL("LEFT JOIN campaigns_channel AS channel ON channel.id = campaign.channel_id")),
    ),
    "content": Dimension(
        SQL("content.title"),
        SQL("content.id::text"),
        (CAMPAIGN, SQL("LEFT JOIN committee_content AS content ON content.id = campaign.content_id")),
    ),
    "program": Dimension(
        SQL("program.name"),
        SQL("program.id::text"),
        (CAMPAIGN, SQL("LEFT JOIN campaigns_program AS program ON program.id = campaign.program_id")),
    ),
    "stage": Dimension(
        SQL("stage.name"),
        SQL("to_char(stage.position, 'FM00000') || stage.id"),
        (SQL("LEFT JOIN pipeline_stage AS stage ON stage.id = deal.stage_id"),),
        SQL("identity NULLS LAST"),
    ),
    "month": _closed("YYYY-MM"),
    "quarter": _closed('YYYY-"Q"Q'),
}
DIMENSIONS["region"] = DIMENSIONS["territory"]


def crossed(first: Dimension, second: Dimension) -> Dimension:
    """Both at once: each pair of keys is a slice."""
    label, identity = (
        SQL("jsonb_build_array({}, {})").format(one, other)
        for one, other in (
            (first.label, second.label),
            (first.identity or first.label, second.identity or second.label),
        )
    )
    joins = (*first.joins, *(join for join in second.joins if join not in first.joins))
    return Dimension(label, identity, joins)
