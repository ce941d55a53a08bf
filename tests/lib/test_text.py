"""Text in normal form: the same as Unicode says for what people write, and bounded for what they don't."""

import unicodedata

import pytest

from imagehub.lib.text import MOST_MARKS, cleaned, composed, decomposed, one_line

CROWD = 200_000  # marks that would be sorted for minutes
WRITTEN = [
    "",
    "plain",
    "e\u0301te\u0301",
    "Việt Nam",
    "שָׁלוֹם",
    "हिन्दी में",
    "ཧཱུྃ",
    "한국어",
    "👩‍👩‍👧‍👦",
    "ﬁne ²",
    "日本語" * 40,
]


@pytest.mark.parametrize("text", WRITTEN)
def test_what_people_write_is_normalised_as_unicode_says(text: str) -> None:
    assert composed(text) == unicodedata.normalize("NFC", text)
    assert decomposed(text) == unicodedata.normalize("NFKD", text)


def test_a_character_keeps_as_many_marks_as_any_language_needs() -> None:
    text = "a" + "\u0316" * MOST_MARKS + "b" + "\u0300" * MOST_MARKS

    assert decomposed(text) == text


@pytest.mark.parametrize(
    ("marks", "each"),
    [
        pytest.param("\u0300" * (CROWD // 2) + "\u0316" * (CROWD // 2), 1, id="in the wrong order"),
        pytest.param("\u0300\u0316" * (CROWD // 2), 1, id="in turns"),
        pytest.param("\u0f73" * CROWD, 2, id="that only their parts give away"),
        pytest.param("\U0001d165\u0344" * (CROWD // 2), 2, id="beyond the basic plane"),
    ],
)
def test_a_crowd_of_marks_on_one_character_is_cut_before_it_costs_anything(marks: str, each: int) -> None:
    assert len(composed("b" + marks + "c")) <= MOST_MARKS * each + 2
    assert composed("b" + marks + "c").endswith("c")
    assert len(decomposed("b" + marks + "c")) <= MOST_MARKS * each + 2


def test_what_nobody_sees_is_left_out() -> None:
    said = "  a\x00\x07b\u202ec\r\nd\te\u0301 \u2066 "
    assert cleaned(said) == "abc\nd\té"
    assert one_line(said) == "abc d é"
