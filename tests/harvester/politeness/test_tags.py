"""Opting out beside the file."""

import pytest

from harvester.politeness.tags import forbids
from imagehub.lib.outbound.heads import Head


@pytest.mark.parametrize(
    "lines",
    [
        ["noai"],
        ["noimageai"],
        ["noindex"],
        ["noimageindex"],
        ["none"],
        ["NoAI"],
        ["nofollow,noai"],
        ["nofollow ,  noindex , noarchive"],
        ["ImageHub: noai"],
        ["imagehub : nofollow, noindex"],
        ["*: noindex"],
        ["otherbot: nofollow", "noai"],
        ["otherbot: nofollow, imagehub: noindex"],
        ["unavailable_after: 25 Jun 2030 15:00:00 PST, noai"],
    ],
)
def test_files_of_those_who_opt_out_are_not_kept(lines: list[str]) -> None:
    assert forbids(headers_of(lines))


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [""],
        ["all"],
        ["nofollow"],
        ["nosnippet, noarchive"],
        ["noaim"],
        ["otherbot: noai"],
        ["otherbot: nofollow, noindex"],
        ["imagehub-news: noai"],
        ["otherbot: noai", "imagehub: all"],
        ["unavailable_after: 25 Jun 2010 15:00:00 PST"],
        ["max-image-preview: none"],
        ["googlebot: nofollow, max-image-preview: none, noindex"],
    ],
)
def test_what_does_not_concern_us_keeps_nothing_away(lines: list[str]) -> None:
    assert not forbids(headers_of(lines))


def headers_of(lines: list[str]) -> dict[str, str]:
    head = Head()
    for line in ["HTTP/1.1 200 OK", *[f"X-Robots-Tag: {line}" for line in lines], ""]:
        assert head.take(f"{line}\r\n".encode())
    return head.headers
