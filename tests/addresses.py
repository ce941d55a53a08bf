"""All addresses of our pages, as the project itself lists them, and how to fill them in."""

import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.urls import URLResolver, get_resolver

Ids = Mapping[str, str]

# Pages of others' making, those behind links, which have tests of their own, and what is no page.
NO_PAGE = re.compile(
    r"(accounts/(?!webhooks|keys)|admin|api/|\^i/|l/|shared/|avatar/|language/|edit/fonts/|pictures/\w)"
)


def filled(said: Any, ids: Ids) -> Any:
    """Put ids in place of names in braces."""
    if isinstance(said, str):
        return re.sub(r"\{(\w+)\}", lambda name: ids[name[1]], said)
    if isinstance(said, Mapping):
        return {name: filled(value, ids) for name, value in said.items()}
    return [filled(one, ids) for one in said] if isinstance(said, list) else said


def named(path: str, ids: Ids) -> Ids:
    """Return the ids by the names that this address has for them."""
    if re.match(r"/?(generated/|shared/|api/images|api/v1/boards)", path):
        ids = {**ids, "imageId": ids["generated"], "linkId": ids["boardLink"]}
    return ids


class Page(NamedTuple):
    """One of our pages: its address with the names of its parts in braces, and what its buttons say."""

    path: str
    acts: Sequence[str]


def pages() -> Iterator[Page]:
    """Return all pages that are ours."""
    return _pages(get_resolver("imagehub.urls").url_patterns)


def _pages(patterns: Iterable[Any], before: str = "") -> Iterator[Page]:
    for pattern in patterns:
        path = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _pages(pattern.url_patterns, path)
        elif not NO_PAGE.match(path):
            yield Page(_plain(path), _acts(pattern.callback.__module__))


def _plain(path: str) -> str:
    braced = re.sub(r"\(\?P<(\w+)>(?:\[[^]]*\](?:\{[^}]*\}|[+*])?|[^()]*)\)|<\w+:(\w+)>", _braced, path)
    return re.sub(r"[\^$?]|\\[Zz]", "", braced).replace("\\.", ".")


def _braced(found: "re.Match[str]") -> str:
    head, *rest = (found[1] or found[2]).split("_")
    return "{" + head + "".join(part.title() for part in rest) + "}"


def _acts(module: str) -> list[str]:
    tables = (getattr(sys.modules[module], name, {}) for name in ("_ACTS", "_SCRIPTLESS"))
    return [act for table in tables for act in table] or [""]
