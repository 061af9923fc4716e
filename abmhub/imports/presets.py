"""How well-known systems write their files. A file is taken for theirs when it has the columns that tell."""

from collections.abc import Iterator

from abmhub.imports.kinds import INTAKES
from abmhub.imports.mapping import guess
from abmhub.imports.models import Kind, SavedMapping

SALESFORCE, HUBSPOT, ZOHO, PLAIN = "Salesforce", "HubSpot", "Zoho", "Plain CSV"
BOMBORA, G2 = "Bombora", "G2"
WITH_A_HEADER = " with a header"

# Kind and system: the columns that tell, and the field of each column.
SYSTEMS: dict[tuple[str, str], tuple[str, dict[str, str]]] = {
    (Kind.PRODUCTS, SALESFORCE): ("Id, Name, ProductCode", {"Name": "name", "Family": "series"}),
    (Kind.PRODUCTS, HUBSPOT): ("Record ID, Name, Unit price", {"Name": "name", "Unit price": "list_price"}),
    (Kind.PRODUCTS, ZOHO): (
        "Record Id, Product Name",
        {"Product Name": "name", "Product Category": "series", "Unit Price": "list_price"},
    ),
    (Kind.USERS, SALESFORCE): (
        "Id, Name, Email, IsActive",
        {"Id": "external_id", "Name": "name", "Email": "email", "Division": "territory"},
    ),
    (Kind.USERS, HUBSPOT): (
        "Owner ID, First name, Last name, Email, Main team",
        {
            "Owner ID": "external_id", "First name": "first_name", "Last name": "last_name", "Email": "email",
            "Main team": "team",
        },
    ),
    (Kind.USERS, ZOHO): (
        "User Id, Full Name, Email",
        {"User Id": "external_id", "Full Name": "name", "Email": "email", "Role": "role"},
    ),
    (Kind.ACCOUNTS, SALESFORCE): (
        "Id, Name, BillingCity",
        {
            "Id": "external_id", "Name": "name", "Website": "domain", "Industry": "industry",
            "BillingCountry": "country", "BillingCity": "location", "NumberOfEmployees": "employees",
            "AnnualRevenue": "annual_revenue", "CurrencyIsoCode": "currency", "YearStarted": "founded_year",
            "ParentId": "parent_external_id", "OwnerId": "owner",
        },
    ),
    (Kind.ACCOUNTS, HUBSPOT): (
        "Record ID, Company name",
        {
            "Record ID": "external_id", "Company name": "name", "Company Domain Name": "domain",
            "Industry": "industry", "Country/Region": "country", "City": "location",
            "Number of Employees": "employees", "Annual Revenue": "annual_revenue", "Year Founded": "founded_year",
            "Web Technologies": "technologies", "Parent Company": "parent", "Company owner": "owner",
        },
    ),
    (Kind.ACCOUNTS, ZOHO): (
        "Record Id, Account Name",
        {
            "Record Id": "external_id", "Account Name": "name", "Website": "domain", "Industry": "industry",
            "Billing Country": "country", "Billing City": "location", "Employees": "employees",
            "Annual Revenue": "annual_revenue", "Currency": "currency", "Parent Account": "parent",
            "Account Owner": "owner",
        },
    ),
    (Kind.CONTACTS, SALESFORCE): (
        "Id, AccountId, LastName",
        {
            "Id": "external_id", "AccountId": "account_external_id", "Name": "name", "FirstName": "first_name",
            "LastName": "last_name", "Email": "email", "Title": "title", "Phone": "phone",
            "Department": "department", "HasOptedOutOfEmail": "email_opted_out", "DoNotCall": "phone_opted_out",
        },
    ),
    (Kind.CONTACTS, HUBSPOT): (
        "Record ID, First Name, Last Name",
        {
            "Record ID": "external_id", "First Name": "first_name", "Last Name": "last_name", "Email": "email",
            "Job Title": "title", "Phone Number": "phone", "Associated Company": "account",
            "Associated Company IDs": "account_external_id", "Buying Role": "buying_role",
            "Merged Contact IDs": "merged_keys", "Preferred language": "locale", "Time Zone": "time_zone",
            "Unsubscribed from all email": "email_opted_out",
        },
    ),
    (Kind.CONTACTS, ZOHO): (
        "Record Id, First Name, Last Name, Account Name",
        {
            "Record Id": "external_id", "First Name": "first_name", "Last Name": "last_name", "Email": "email",
            "Title": "title", "Phone": "phone", "Account Name": "account", "Department": "department",
            "Email Opt Out": "email_opted_out",
        },
    ),
    (Kind.CAMPAIGNS, SALESFORCE): (
        "Id, Name, Type, StartDate, IsActive",
        {"Id": "external_id", "Name": "name", "Type": "channel", "StartDate": "started_on", "EndDate": "ended_on"},
    ),
    (Kind.CAMPAIGNS, HUBSPOT): (
        "Campaign ID, Campaign name",
        {
            "Campaign ID": "external_id", "Campaign name": "name", "Campaign start date": "started_on",
            "Campaign end date": "ended_on",
        },
    ),
    (Kind.CAMPAIGNS, ZOHO): (
        "Record Id, Campaign Name",
        {
            "Record Id": "external_id", "Campaign Name": "name", "Type": "channel", "Start Date": "started_on",
            "End Date": "ended_on",
        },
    ),
    (Kind.OPPORTUNITIES, SALESFORCE): (
        "Id, AccountId, StageName",
        {
            "Id": "external_id", "Name": "name", "AccountId": "account_external_id", "StageName": "stage",
            "Amount": "amount", "CurrencyIsoCode": "currency", "CreatedDate": "engaged_on", "CloseDate": "closed_on",
            "OwnerId": "owner", "IsWon": "is_won", "IsClosed": "is_closed",
        },
    ),
    (Kind.OPPORTUNITIES, HUBSPOT): (
        "Record ID, Deal Name, Deal Stage",
        {
            "Record ID": "external_id", "Deal Name": "name", "Deal Stage": "stage", "Amount": "amount",
            "Currency": "currency", "Create Date": "engaged_on", "Close Date": "closed_on", "Deal owner": "owner",
            "Associated Company": "account", "Associated Company IDs": "account_external_id",
        },
    ),
    (Kind.OPPORTUNITIES, ZOHO): (
        "Record Id, Deal Name, Closing Date",
        {
            "Record Id": "external_id", "Deal Name": "name", "Stage": "stage", "Amount": "amount",
            "Currency": "currency", "Created Time": "engaged_on", "Closing Date": "closed_on", "Deal Owner": "owner",
            "Account Name": "account",
        },
    ),
    (Kind.STAGE_HISTORY, SALESFORCE): (
        "OpportunityId, StageName, CreatedDate",
        {"OpportunityId": "opportunity", "StageName": "stage", "CreatedDate": "entered_at"},
    ),
    (Kind.LEADS, SALESFORCE): (
        "Id, LastName, Company, Status",
        {
            "Id": "external_id", "Name": "name", "FirstName": "first_name", "LastName": "last_name",
            "Email": "email", "Company": "account", "Website": "account_domain", "CreatedDate": "created_on",
            "ConvertedDate": "sql_on", "ConvertedAccountId": "account_external_id",
            "ConvertedOpportunityId": "opportunity_external_id",
        },
    ),
    (Kind.LEADS, HUBSPOT): (
        "Record ID, Email, Lifecycle Stage",
        {
            "Record ID": "external_id", "First Name": "first_name", "Last Name": "last_name", "Email": "email",
            "Company Name": "account", "Create Date": "created_on", "Became a Marketing Qualified Lead Date": "mql_on",
            "Became a Sales Qualified Lead Date": "sql_on",
        },
    ),
    (Kind.LEADS, ZOHO): (
        "Record Id, Last Name, Company",
        {
            "Record Id": "external_id", "First Name": "first_name", "Last Name": "last_name", "Email": "email",
            "Company": "account", "Website": "account_domain", "Created Time": "created_on",
        },
    ),
    # A weekly file without a header. It tells a domain and topic once for each metro area, with the same score.
    (Kind.INTENT, BOMBORA): (
        ", ".join(f"column {position}" for position in range(1, 13)),
        {"column 2": "account_domain", "column 5": "cluster", "column 6": "topic", "column 7": "level"},
    ),
    (Kind.INTENT, BOMBORA + WITH_A_HEADER): (
        "Domain, Topic, Composite Score, Metro Area",
        {
            "Domain": "account_domain", "Category": "cluster", "Topic": "topic", "Composite Score": "level",
            "Date": "week_on",
        },
    ),
    (Kind.INTENT, G2): (
        "company_domain, company_intent_score",
        {
            "company_domain": "account_domain", "company_name": "account", "category_name": "cluster",
            "subject_product_slug": "topic", "company_intent_score": "level", "day": "week_on",
        },
    ),
    (Kind.EVENTS, G2): (
        "company_domain, signal_type, day",
        {
            "company_domain": "account_domain", "company_name": "account", "signal_type": "event_type",
            "day": "occurred_at", "subject_product_slug": "detail", "id": "external_id",
        },
    ),
    (Kind.CAMPAIGN_MEMBERS, SALESFORCE): (
        "CampaignId, ContactId, LeadId, Status",
        {
            "Id": "external_id", "CampaignId": "campaign_external_id", "ContactId": "contact_external_id",
            "LeadId": "lead_external_id", "Status": "status", "FirstRespondedDate": "responded_on",
        },
    ),
}  # fmt: skip


def load() -> None:
    """Fill the mappings of an installation that has none of ours."""
    if not SavedMapping.objects.filter(is_shipped=True).exists():
        SavedMapping.objects.bulk_create([*_of_systems(), *_of_samples()])


def _of_systems() -> Iterator[SavedMapping]:
    for (kind, system), (told_by, fields) in SYSTEMS.items():
        columns = {field: column for column, field in fields.items()}
        yield _shipped(kind, system, told_by.split(", "), columns)


def _of_samples() -> Iterator[SavedMapping]:
    """The sample that each kind offers, read as it is meant. No header tells that a file is like it."""
    for kind, intake in INTAKES.items():
        header, *rows = intake.sample
        yield _shipped(kind, PLAIN, [], guess(intake.fields, header, rows).mapping.columns)


def _shipped(kind: str, name: str, told_by: list[str], columns: object) -> SavedMapping:
    return SavedMapping(
        kind=kind,
        name=name,
        source=name.removesuffix(WITH_A_HEADER),
        columns=told_by,
        mapping={"columns": columns},
        is_shipped=True,
    )
