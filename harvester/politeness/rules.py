"""What a robots.txt says to us."""

import re
from collections.abc import Iterator

from protego import Protego

from harvester.politeness.agents import NAME

LONGEST = 512 * 1024  # bytes that are read; RFC 9309 asks for 500 KiB at least
_FIELD = re.compile(r"\s*(user-?agent|allow|disallow|crawl-delay)\s*:\s*([^#]*)", re.IGNORECASE | re.ASCII)
_SECONDS = re.compile(r"\d{1,6}(?:\.\d{1,6})?", re.ASCII)
_TOKEN = re.compile(r"[a-z_-]+|\*", re.IGNORECASE)
_US, _ALL = NAME.lower(), "*"


class Rules:
    """The groups of a robots.txt that speak to us or to everybody; of the others nothing is kept.

    Not to be found are other directives and odd numbers: the parser logs what it can't read, in the site's words.
    """

    __slots__ = ("_robots", "delay", "size")

    def __init__(self, text: str) -> None:
        ours = "\n".join(_ours(text))
        self._robots = Protego.parse(ours)
        self.size = len(ours)
        self.delay: float = self._robots.crawl_delay(_US) or 0.0  # seconds wished for between two requests

    def allow(self, url: str) -> bool:
        """Tell whether we may go there."""
        return self._robots.can_fetch(url, _US)


def decoded(body: bytes) -> str:
    """Return the text of a robots.txt, as far as it is read, without a line cut in two."""
    text = body[:LONGEST].decode("utf-8-sig", "replace")
    return text if len(body) <= LONGEST else text[: text.rfind("\n") + 1]


def _ours(text: str) -> Iterator[str]:
    concerns_us = is_open = False  # a group is open while agents are named one after the other
    for name, value in _fields(text):
        if name.startswith("user"):
            token = _TOKEN.match(value)
            agent = token[0].lower() if token else ""
            concerns_us = (concerns_us and is_open) or agent in {_US, _ALL}
            is_open = True
            if agent in {_US, _ALL}:
                yield f"User-agent: {agent}"
        else:
            is_open = False
            if concerns_us and (name != "crawl-delay" or _SECONDS.fullmatch(value)):
                yield f"{name}: {value}"


def _fields(text: str) -> Iterator[tuple[str, str]]:
    for line in re.split(r"[\r\n]+", text):
        if found := _FIELD.match(line):
            yield found[1].lower(), found[2].strip()
