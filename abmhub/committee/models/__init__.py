"""Contacts of accounts, the parts they play, what their titles suggest, and who asked to be forgotten."""

from abmhub.committee.models.contact import Contact, ContactQuerySet, OptOut, StanceChange
from abmhub.committee.models.role import BuyingRole, Content, ContentStage, Persona, RoleRequirement, RoleWord, Stance
from abmhub.committee.models.role_count import RoleCount
from abmhub.committee.models.suppression import Suppression
from abmhub.committee.models.title import DEPARTMENTS, SUGGESTED, Seniority, Suggested, TitleReader, TitleRule

__all__ = [
    "DEPARTMENTS",
    "SUGGESTED",
    "BuyingRole",
    "Contact",
    "ContactQuerySet",
    "Content",
    "ContentStage",
    "OptOut",
    "Persona",
    "RoleCount",
    "RoleRequirement",
    "RoleWord",
    "Seniority",
    "Stance",
    "StanceChange",
    "Suggested",
    "Suppression",
    "TitleReader",
    "TitleRule",
]
