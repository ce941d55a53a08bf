"""Words as somebody would look for them."""

import pytest

from imagehub.lib.words import words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A red fox, a RED Fox!", ["a", "red", "fox"]),
        ("Épée œuvre ÉPÉE", ["epee", "œuvre"]),
        ("straße STRASSE", ["strasse"]),
        ("snake_case 4k f/1.8", ["snake", "case", "4k", "f", "1", "8"]),
        ("日本 の fox", ["日", "本", "の", "fox"]),
        ("ﬁne ①", ["fine", "1"]),
        ("x" * 50, ["x" * 40]),
        ("", []),
        ("!?… 🦊", []),
    ],
)
def test_words_are_found(text: str, found: list[str]) -> None:
    assert words(text) == found
