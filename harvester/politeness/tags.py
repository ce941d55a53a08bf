"""What a server says beside a file about collecting it."""

from collections.abc import Mapping

from harvester.politeness.agents import NAME

_OPT_OUTS = frozenset({"noai", "noimageai", "noindex", "noimageindex", "none"})
# What has a value of its own behind a colon, and is no agent's name.
_VALUED = frozenset({"unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"})


def forbids(headers: Mapping[str, str]) -> bool:
    """Tell whether `X-Robots-Tag` keeps everybody, or us by name, from collecting the file.

    Lines of the header are apart by newlines; an agent's name holds to the end of its line.
    """
    return any(map(_forbids, headers.get("x-robots-tag", "").splitlines()))


def _forbids(line: str) -> bool:
    concerns_us = True
    for part in line.lower().split(","):
        name, colon, rest = part.partition(":")
        if colon and name.strip() in _VALUED:
            continue
        if colon:
            concerns_us = name.strip() in {NAME.lower(), "*"}
        if concerns_us and (rest if colon else name).strip() in _OPT_OUTS:
            return True
    return False
