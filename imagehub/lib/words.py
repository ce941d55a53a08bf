"""The words of a text, as somebody would look for them: without case, accents and punctuation."""

import re
import unicodedata

from imagehub.lib.text import decomposed

LONGEST = 40  # characters of a word that are told apart
# Chinese and Japanese put no spaces between words: each of their characters counts as one.
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")


def words(text: str) -> list[str]:
    """Return the different words of a text in the order in which they appear first."""
    plain = decomposed(text.casefold())
    bare = "".join(character for character in plain if not unicodedata.combining(character))
    return list(dict.fromkeys(word[:LONGEST] for word in _WORD.findall(bare)))
