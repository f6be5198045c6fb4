"""The compressed addresses of Eddystone-URL and of UriBeacon, from which it came."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from .base import IdentityError

_SCHEMES = ("http://www.", "https://www.", "http://", "https://")
_DOMAINS = (".com", ".org", ".edu", ".net", ".info", ".biz", ".gov")
# Codes 0..6 expand to a domain with a slash, 7..13 to the same without.
_EXPANSIONS = (*(f"{domain}/" for domain in _DOMAINS), *_DOMAINS)
_PRINTABLE = range(0x21, 0x7F)
# What a packet has room for after the scheme's byte.
_LONGEST = 17
_PARTS = re.compile(r"(?P<scheme>[^:]*://)(?P<host>[^/?#]*)(?P<rest>.*)", re.DOTALL)


def decode_url(data: bytes) -> str | None:
    """Scheme byte and encoded rest as a URL; None where a reserved code is in it. Never raises."""
    if not data or data[0] >= len(_SCHEMES):
        return None
    parts = [_SCHEMES[data[0]]]
    for code in data[1:]:
        if code < len(_EXPANSIONS):
            parts.append(_EXPANSIONS[code])
        elif code in _PRINTABLE:
            parts.append(chr(code))
        else:
            return None
    return "".join(parts)


def canonical_url(url: str) -> str:
    """One spelling of what means the same (RFC 3986 6.2): the host in lower case, `/` for an empty path. Never raises.

    Tags are set up as `example.org` and `example.org/` alike, and people type the other.
    """
    found = _PARTS.fullmatch(url)
    if found is None:
        return url
    path = found["rest"] if found["rest"].startswith("/") else f"/{found['rest']}"
    return f"{found['scheme'].lower()}{found['host'].lower()}{path}"


def checked_url(text: str) -> str:
    """A URL that a beacon could send, in its canonical spelling. Raises IdentityError."""
    url = text.strip()
    try:
        split = urlsplit(url)
    except ValueError as error:
        raise IdentityError("invalid_url", f"'{url}' is not a URL") from error
    if split.scheme not in ("http", "https") or not split.netloc:
        raise IdentityError("invalid_url", f"'{url}' does not begin with http:// or https:// and a host")
    if any(ord(character) not in _PRINTABLE for character in url):
        raise IdentityError("invalid_url", "a beacon's URL has printable ASCII characters only")
    canonical = canonical_url(url)
    if _encoded_length(canonical) > _LONGEST:
        raise IdentityError("invalid_url", f"'{url}' is longer than the {_LONGEST} bytes that a beacon has for it")
    return canonical


def _encoded_length(url: str) -> int:
    """Bytes after the scheme's, at the least: the slash that stands for an empty path need not be sent."""
    rest = url.partition("://")[2].removeprefix("www.")
    for expansion in _EXPANSIONS:
        rest = rest.replace(expansion, "\0")
    return len(rest.removesuffix("/"))
