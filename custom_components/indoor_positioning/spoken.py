"""Names as they are spoken: without punctuation, and with or without "my" or "meine" before them."""

from __future__ import annotations

import re
from collections.abc import Mapping

_NOT_SPOKEN = re.compile(r"[^\w\s'-]|_")
_ARTICLE = re.compile(r"^(my|the|our|mein(e[mnr]?)?|unser(e[mnr]?)?|de[mnr]|die|das)\s+")


def spoken(name: str) -> str:
    """Return a name without what nobody says; empty where nothing is left."""
    return " ".join(_NOT_SPOKEN.sub(" ", name).split()).strip(" '-")


def match_spoken(said: str, names: Mapping[str, str]) -> list[str]:
    """Return the keys of the names that are meant: those said, else the only one that contains what was said."""
    wanted = _plain(said)
    plain = {key: _plain(name) for key, name in names.items()}
    if exact := [key for key, name in plain.items() if name == wanted]:
        return exact
    words = set(wanted.split())
    partly = [key for key, name in plain.items() if words and words <= set(name.split())]
    return partly if len(partly) == 1 else []


def _plain(name: str) -> str:
    return _ARTICLE.sub("", spoken(name).casefold())
