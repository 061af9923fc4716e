"""The registrable domain of a company, and the domains that identify nobody."""

import re
from functools import cache, lru_cache

import idna
from publicsuffixlist import PublicSuffixList

# Mailboxes for everybody, and sites where many companies have a page: an account known by one of these
# would swallow the next one that gives it.
FREE_MAIL = frozenset({
    "126.com", "163.com", "aol.com", "bluewin.ch", "btinternet.com", "comcast.net", "duck.com", "fastmail.com",
    "free.fr", "freenet.de", "gmail.com", "gmx.at", "gmx.ch", "gmx.com", "gmx.de", "gmx.net", "googlemail.com",
    "hey.com", "hotmail.co.uk", "hotmail.com", "hotmail.de", "hotmail.es", "hotmail.fr", "hotmail.it", "icloud.com",
    "laposte.net", "libero.it", "live.com", "mac.com", "mail.com", "mail.ru", "me.com", "msn.com", "naver.com",
    "orange.fr", "outlook.com", "outlook.de", "outlook.fr", "pm.me", "posteo.de", "proton.me", "protonmail.com",
    "qq.com", "rediffmail.com", "rocketmail.com", "sfr.fr", "sina.com", "t-online.de", "tutanota.com", "verizon.net",
    "wanadoo.fr", "web.de", "yahoo.co.in", "yahoo.co.jp", "yahoo.co.uk", "yahoo.com", "yahoo.de", "yahoo.es",
    "yahoo.fr", "yahoo.it", "yandex.com", "yandex.ru", "ymail.com", "zoho.com",
})  # fmt: skip
THROW_AWAY = frozenset({
    "10minutemail.com", "guerrillamail.com", "mailinator.com", "sharklasers.com", "temp-mail.org", "trashmail.com",
    "yopmail.com",
})  # fmt: skip
SHARED = frozenset({
    "about.me", "amazon.com", "angel.co", "bit.ly", "crunchbase.com", "facebook.com", "fb.com", "github.com",
    "glassdoor.com", "goo.gl", "google.com", "indeed.com", "instagram.com", "linkedin.com", "linktr.ee", "medium.com",
    "notion.site", "pinterest.com", "substack.com", "t.me", "tiktok.com", "tumblr.com", "twitter.com", "vk.com",
    "wa.me", "weibo.com", "wikipedia.org", "x.com", "xing.com", "yelp.com", "youtube.com",
})  # fmt: skip
IDENTIFY_NOBODY = FREE_MAIL | THROW_AWAY | SHARED

_HOST = re.compile(r"^(?:[a-z][a-z0-9+.-]*://|//|mailto:)?(?:[^/?#@]*@)?([^/?#:@\s]+)", re.IGNORECASE)
_NAME = re.compile(r"[a-z0-9._-]{1,253}")


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


@lru_cache(maxsize=4096)
def registrable(text: str) -> str | None:
    """The registrable domain in a URL, host name or email address, in its ASCII form; None when there is none.

    "https://www.shop.example.co.uk/de" gives "example.co.uk", "münchen.de" gives "xn--mnchen-3ya.de".
    """
    match = _HOST.match(text.strip())
    if match is None:
        return None
    host = match[1].strip(".").lower()
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode()
        except idna.IDNAError:
            return None
    if "." not in host or host.replace(".", "").isdigit() or not _NAME.fullmatch(host):
        return None
    found: str | None = _suffixes().privatesuffix(host)
    return found


def identifies_a_company(domain: str) -> bool:
    """Whether the registrable domain belongs to one company: neither free mail, throw-away nor shared."""
    return domain not in IDENTIFY_NOBODY
