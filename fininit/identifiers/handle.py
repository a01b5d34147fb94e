"""Names on messengers and payment apps: ``$cashtag``, links like ``t.me/name``, and ``@name`` beside the app's name.

A handle is ``app:name`` in lower case, as the apps themselves compare them; ``$`` and ``@`` stay in front as each app
prints it. ``@name`` alone says nothing, because the same name on two apps may be two people: it is taken only where
exactly one app is named near it, before it on the same line or, failing that, behind it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Final

from fininit.identifiers.found import Found, apart, cut
from fininit.identifiers.number_words import listed
from fininit.identifiers.obfuscation import plain

_APPS: Final = {
    "cashapp": r"cash[ -]?app",
    "venmo": r"venmo",
    "paypal": r"pay[ -]?pal",
    "revolut": r"revolut",
    "telegram": r"telegram|telegr|tg|tele",
    "snapchat": r"snap(?:[ -]?chat)?",
    "instagram": r"insta(?:gram)?|ig",
    "twitter": r"twitter",
    "onlyfans": r"only[ -]?fans",
    "kik": r"kik",
    "wickr": r"wickr(?:[ -]?me)?",
    "skype": r"skype",
    "discord": r"discord",
    "wechat": r"we[ -]?chat|weixin",
    "line": r"line[ -]?id",
    "viber": r"viber",
    "signal": r"signal",
    "threema": r"threema",
    "session": r"session[ -]?id",
}
"""App -> how its name is written in running text."""

_APP: Final = re.compile(
    r"(?<![A-Za-z0-9@$])(?:" + "|".join(f"(?P<{a}>{p})" for a, p in _APPS.items()) + r")(?![A-Za-z0-9@])",
    re.IGNORECASE,
)

_LINKS: Final = {
    "t.me": ("telegram", "@"),
    "telegram.me": ("telegram", "@"),
    "cash.app": ("cashapp", "$"),
    "cash.me": ("cashapp", "$"),
    "venmo.com/u": ("venmo", "@"),
    "venmo.com": ("venmo", "@"),
    "account.venmo.com/u": ("venmo", "@"),
    "paypal.me": ("paypal", ""),
    "revolut.me": ("revolut", "@"),
    "snapchat.com/add": ("snapchat", ""),
    "instagram.com": ("instagram", "@"),
    "twitter.com": ("twitter", "@"),
    "x.com": ("twitter", "@"),
    "onlyfans.com": ("onlyfans", ""),
    "kik.me": ("kik", ""),
}
"""Where a link begins -> whose name follows it, and the sign that the app prints before it."""

_LINK: Final = re.compile(
    r"(?<![A-Za-z0-9.-])(?:https?://)?(?:www\.|m\.)?(?P<host>"
    + "|".join(re.escape(h) for h in sorted(_LINKS, key=lambda h: (-len(h), h)))
    + r")/(?P<sign>[$@]?)(?P<name>[A-Za-z0-9][A-Za-z0-9._-]{1,39})",
    re.IGNORECASE,
)
_NOT_NAMES: Final = frozenset(
    listed(
        "p reel reels stories explore share joinchat s c add u login signup home help about terms privacy "
        "intent search hashtag status watch tv accounts app download legal us"
    )
)

_CASHTAG: Final = re.compile(r"(?<![A-Za-z0-9$/.])\$[ ]?(?P<name>[A-Za-z][A-Za-z0-9_-]{2,19})(?![A-Za-z0-9_-])")
_TICKERS: Final = frozenset(
    listed(
        "usd aud cad nzd hkd sgd eur gbp chf btc eth usdt usdc sol xrp doge bnb ltc per hour day week month "
        "hr roses rose donation each dollar dollars special specials cash only"
    )
)
_AT_NAME: Final = re.compile(r"(?<![A-Za-z0-9._%+@/-])@(?P<name>[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,28}[A-Za-z0-9_])?)")
_NAMED: Final = re.compile(
    r"[ \t]{0,3}(?:id|user(?:name)?|name|handle|me|tag|acc(?:ount)?)?[ \t]{0,2}[:=][ \t]{0,2}"
    r"(?P<name>[A-Za-z0-9_][A-Za-z0-9._-]{1,28}[A-Za-z0-9_])(?![A-Za-z0-9@_-])(?P<more>[ \t]{1,3}[A-Za-z0-9])?",
    re.IGNORECASE,
)
"""``snap: name``: what follows an app's name behind a colon. A number is no name here, and a plain word is one only
where nothing goes on behind it (``telegram: call me``)."""

NEAR: Final = 40
"""Characters between ``@name`` and the name of its app, at most."""

_SIGNS: Final = {"telegram": "@", "venmo": "@", "revolut": "@", "instagram": "@", "twitter": "@", "cashapp": "$"}


def _handle(app: str, name: str) -> str:
    return f"{app}:{_SIGNS.get(app, '')}{name.lower().rstrip('.')}"


def _app_near(apps: list[tuple[int, int, str]], chars: str, start: int, end: int) -> str | None:
    """The app named nearest before ``start`` on its line, else behind ``end``; None when there is none, or two tie."""
    before = [a for a in apps if 0 <= start - a[1] <= NEAR and "\n" not in chars[a[1] : start]]
    if before:
        return before[-1][2]
    behind = [a for a in apps if 0 <= a[0] - end <= NEAR and not set("\n@") & set(chars[end : a[1] + 3])]
    return behind[0][2] if len({a[2] for a in behind}) == 1 else None


def find_handles(text: str) -> list[Found]:
    """Every handle in ``text`` whose app is known, with the sign that belongs to it in the span.

    A ``$cashtag`` needs no app beside it: only one app has them. Where it is not named, the note says
    ``app-not-named``.
    """
    head, upto = cut(text)
    fold = plain(head)
    chars = fold.chars
    apps = [(m.start(), m.end(), str(m.lastgroup)) for m in _APP.finditer(chars)]
    out: list[Found] = []

    def add(app: str, name: str, first: int, last: int, note: str = "") -> None:
        start, end = fold.span(first, last)
        if end <= upto:
            shown = text[start:end]
            out.append(Found("handle", _handle(app, name), start, end, shown == chars[first:last], True, note))

    for m in _LINK.finditer(chars):
        app, _ = _LINKS[m["host"].lower()]
        name = m["name"].rstrip("._-")
        if name.lower() not in _NOT_NAMES and not name.isdigit():
            add(app, name, m.start(), m.start("name") + len(name), "link")
    for m in _CASHTAG.finditer(chars):
        if m["name"].lower() in _TICKERS:
            continue
        wide = m.group().startswith("$ ")
        named = any(a[2] == "cashapp" and abs(a[0] - m.start()) <= NEAR for a in _window(apps, m.start()))
        if wide and not named:
            continue
        add("cashapp", m["name"], m.start(), m.end(), "" if named else "app-not-named")
    for m in _AT_NAME.finditer(chars):
        near = _app_near(_window(apps, m.start()), chars, m.start(), m.end())
        if near is not None and not m["name"].replace("_", "").isdigit():
            add(near, m["name"], m.start(), m.end())
    for _, last, app in apps:
        named_as = _NAMED.match(chars, last, last + 56)
        if named_as is None or not any(c.isalpha() for c in named_as["name"]):
            continue
        if named_as["more"] and named_as["name"].isalpha():
            continue
        add(app, named_as["name"], named_as.start("name"), named_as.end("name"))
    return apart(out)


def _window(apps: list[tuple[int, int, str]], at: int) -> list[tuple[int, int, str]]:
    """The apps named within reach of ``at``, by bisection: a text full of names stays quick."""
    low = bisect_left(apps, (at - NEAR - 24,))
    high = bisect_left(apps, (at + 2 * NEAR + 24,))
    return apps[low:high]


_STATED: Final = re.compile(r"[$@]?(?P<name>[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,38}[A-Za-z0-9_])?)")


def parse_handle(text: str, app: str) -> str | None:
    """The canonical form of a name that a record of ``app`` states, its sign written or not; None when it is none."""
    m = _STATED.fullmatch(text.strip())
    return _handle(app, m["name"]) if m is not None else None


def account_of_handle(canonical: str) -> str:
    """The account that a payment app's handle is: ``cashapp:$name`` is ``app:cashapp:$name``."""
    return f"app:{canonical}"
