"""Which regular expressions may be searched for."""

import pytest

from harvester.sources import patterns

FORKS = "(a|b)"


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "hotel",
        "^Hotel [A-Z][a-z]+ (sol|luna)$",
        "^https?://.*\\.jpg$",
        ".*hotel.*",
        ".*?x",
        "hotel.*",
        "x+",
        "x{2,}",
        "^a*b+",
        "^(a|b).*c",
        "\\d{2,5}\\.(?:jpg|png)",
        "[*+]{3}[^)]\\)\\*",
        "^[\\w.-]+@x$",
        "paris|london|rome",
        "a{1,60}b",
        "a{100}",
        "a?b?c?d",
        FORKS * 3,
    ],
)
def test_patterns_of_bounded_effort_may_be_searched_for(pattern: str) -> None:
    assert patterns.is_bounded(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+$",
        "(a*)*b",
        "(a|a)*b",
        "(a|aa){10,}b",
        "(?:a+){2,}",
        "^(([a-z])+.)+[A-Z]([a-z])+$",
        "a*b",
        "a+a+b",
        "a.*b",
        ".+x",
        ".*.*x",
        "^.*.*x",
        "a{2,}b",
        "a{,}b",
        "^a|b.*c",
        ".*a|b.*c",
        "(^a|b).*c",
        "x^a.*b",
        "^*a.*b",
        "^{0,1}a.*b",
        "^?a.*b",
        "^[\\w(]a|b.*c[\\w)]",
        "^\\c(a|b.*c\\c)",
        "(a)\\1",
        "\\g{1}",
        "\\k<x>",
        "\\X",
        "(?=a)",
        "(?<=a)",
        "(?x)a +",
        "(?m)^a.*b",
        "(?P<x>a)",
        "(?R)",
        "(?#x)",
        "(*LIMIT_MATCH=1)",
        "a++",
        "a{1,5000}",
        "a{5000}",
        "a{99999999999999999999}",
        "a{1,60}b{1,60}",
        "a?" * 4,
        FORKS * 4,
        "((a|b)|c)(d|e|f)",
        "[a](b+)+",
        "[]](b+)+",
        "[^]](b+)+",
        "\\Q[\\E(a+)+\\Q]\\E",
        "[\\Q](a+)+[\\E]",
        "x\\",
        "x" * 129,
    ],
)
def test_patterns_that_may_keep_the_source_busy_are_refused(pattern: str) -> None:
    assert not patterns.is_bounded(pattern)


@pytest.mark.parametrize(
    ("options", "may"), [("", True), ("i", True), ("is", True), ("m", False), ("x", False), ("ii", False), ("u", False)]
)
def test_options_count_too(options: str, may: bool) -> None:
    assert patterns.is_bounded("^a.*b", options) is may
