"""Text in one of Unicode's normal forms, at a cost that grows with its length and no faster.

Normalising sorts the marks on a character in time that grows with the square of their number, while no other
thread runs: a hundred thousand marks on one letter would stop a process for a minute.
"""

import re
import unicodedata

MOST_MARKS = 30  # on one character, as in the Stream-Safe Text Format of UAX #15; no language needs more than a few
# Controls but for line and tab, halves of pairs, and what turns the direction of a text, which can make it look
# like another one.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_SUSPECT = re.compile(f"[^\x00-\u02ff]{{{MOST_MARKS + 1},}}")  # the first mark is U+0300


def composed(text: str) -> str:
    """Return text in the form NFC, without marks that are too many on one character."""
    return unicodedata.normalize("NFC", _thinned(text))


def cleaned(text: str) -> str:
    """Return text without control characters, direction marks and space around it; lines and tabs stay."""
    lines = composed(text.replace("\r\n", "\n").replace("\r", "\n"))
    return _UNSEEN.sub("", lines).strip()


def one_line(text: str) -> str:
    """Return clean text with single spaces where there were lines, tabs and further spaces."""
    return " ".join(cleaned(text).split())


def decomposed(text: str) -> str:
    """Return text in the form NFKD, without marks that are too many on one character."""
    return unicodedata.normalize("NFKD", _thinned(text))


def _thinned(text: str) -> str:
    return _SUSPECT.sub(lambda run: _without_crowds(run[0]), text)


def _without_crowds(text: str) -> str:
    kept, marks = [], 0
    for character in text:
        # Asked of what it is made of: U+0F73 and its like are marks by their parts alone.
        marks = marks + 1 if unicodedata.combining(unicodedata.normalize("NFKD", character)[0]) else 0
        if marks <= MOST_MARKS:
            kept.append(character)
    return "".join(kept)
