"""Which regular expressions may be searched for: those whose effort is bounded, whatever the text.

The source does not interrupt a search within one text, so its time limits don't help: `a+a+b` keeps it busy for a
minute with a text of a megabyte. A pattern may therefore fork in few ways only, and an unbounded repeat stands
where it costs no more than one pass: as `.*` in front, behind everything, or once after a `^`.
"""

import re

LONGEST = 128  # characters
MOST_WAYS = 64  # at one place of a text; a fork counts twice, because it costs that much more than a length
LONGEST_REPEAT = 100
OPTIONS = re.compile(r"(?!.*(.).*\1)[ims]*")
# An escape or a class stands for one character; escapes that don't are not taken.
_ESCAPE = r"\\(?:[dDwWsSbBAZztnrfvhH]|[^\w])"
_ONE = re.compile(rf"{_ESCAPE}|\[\^?\]?(?:[^\]\\]|{_ESCAPE})*\]")
_TRAPS = re.compile(r"\\|\(\?|\(\*|\)(?:[*+]|\{)|[*+?}]\+|\^[*+?{]")
_REPEAT = re.compile(r"\{(\d*)(,?)(\d*)\}|[*+]")
_GROUP = re.compile(r"\([^()]*\)")


def is_bounded(pattern: str, options: str = "") -> bool:
    """Tell whether the effort of a search for this grows with the length of the text and no faster."""
    if len(pattern) > LONGEST or not OPTIONS.fullmatch(options):
        return False
    bare = _ONE.sub("x", pattern).replace("(?:", "(")
    forks, top = _forks(bare)
    inner = bare if "|" in top else _without_harmless(bare)
    widths = [_width(repeat) for repeat in _REPEAT.finditer(inner)]
    may_repeat = bare.startswith("^") and "|" not in top and "m" not in options
    ways = forks**2
    for width in widths:
        ways *= width or 1
    return not _TRAPS.search(bare) and ways <= MOST_WAYS and widths.count(0) <= int(may_repeat) and _are_short(bare)


def _forks(bare: str) -> tuple[int, str]:
    """Return in how many ways alternatives and options can be combined, and the pattern without its groups."""
    ways = 2 ** bare.count("?")
    while group := _GROUP.search(bare):
        ways *= group[0].count("|") + 1
        bare = f"{bare[: group.start()]}x{bare[group.end() :]}"
    return ways * (bare.count("|") + 1), bare


def _without_harmless(bare: str) -> str:
    """Leave out the repeats that cost one pass at most: any text in front, and whatever repeats at the end."""
    inner = re.sub(r"\A\.\*\??", "", bare)
    return re.sub(r"(?:[*+]|\{\d*,\})\??\Z", "", inner)


def _width(repeat: re.Match[str]) -> int:
    """Return how many lengths a repeat may have; 0 where they have no end."""
    if repeat[0] in {"*", "+"} or (repeat[2] and not repeat[3]):
        return 0
    low, high = int(repeat[1] or 0), int(repeat[3] or repeat[1] or 0)
    return max(1, high - low + 1)


def _are_short(bare: str) -> bool:
    numbers = [int(number) for repeat in _REPEAT.finditer(bare) for number in (repeat[1], repeat[3]) if number]
    return max(numbers, default=0) <= LONGEST_REPEAT
