"""What people write about publications, cleaned: no character in it that can't be seen but changes what is."""

import re

from django.utils.translation import ngettext

from imagehub.lib.errors import Invalid
from imagehub.lib.text import composed

# Controls, and those format characters that turn the direction of text around; joiners stay, emoji need them.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


def line(text: str, *, field: str, longest: int) -> str:
    """Return text on one line without needless space; Invalid, naming the field, if it is too long."""
    return _fitting(" ".join(_seen(text).split()), field, longest)


def needed(text: str, *, field: str, longest: int, otherwise: str) -> str:
    """Return a line that says something; Invalid, naming the field, if it does not or is too long."""
    cleaned = line(text, field=field, longest=longest)
    if not cleaned:
        raise Invalid(details={field: [otherwise]})
    return cleaned


def paragraphs(text: str, *, field: str, longest: int) -> str:
    """Return text with the lines that its writer gave it; Invalid, naming the field, if it is too long."""
    lines = re.sub(r"\r\n?", "\n", text).split("\n")
    return _fitting("\n".join(_seen(one).rstrip() for one in lines).strip(), field, longest)


def _seen(text: str) -> str:
    return composed(_UNSEEN.sub("", text))


def _fitting(text: str, field: str, longest: int) -> str:
    if len(text) > longest:
        sentence = ngettext("Use at most %(count)d character.", "Use at most %(count)d characters.", longest)
        raise Invalid(details={field: [sentence % {"count": longest}]})
    return text
