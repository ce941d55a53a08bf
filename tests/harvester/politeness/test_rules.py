"""Reading a robots.txt as RFC 9309 has it."""

import io
import time

import pytest

from harvester.politeness.rules import LONGEST, Rules, decoded

EVERYBODY = "User-agent: *\nDisallow: /private/\nAllow: /private/open/\nDisallow: /*.gif$\n"
US = "User-agent: ImageHub\nDisallow: /ours/\n"


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        ("", "/a.jpg", True),
        ("<html>nothing of the kind</html>", "/a.jpg", True),
        (EVERYBODY, "/a.jpg", True),
        (EVERYBODY, "/private/a.jpg", False),
        (EVERYBODY, "/private/open/a.jpg", True),
        (EVERYBODY, "/a.gif", False),
        (EVERYBODY, "/a.gif?size=2", True),
        (EVERYBODY, "/%70rivate/a.jpg", False),
        (EVERYBODY, "/robots.txt", True),
        (EVERYBODY + US, "/private/a.jpg", True),  # the group that names us is the only one for us
        (EVERYBODY + US, "/ours/a.jpg", False),
        (US + EVERYBODY, "/ours/a.jpg", False),
        (US + "\n" + US.replace("ours", "more"), "/more/a.jpg", False),  # groups for us add up
        (US + "\n" + US.replace("ours", "more"), "/ours/a.jpg", False),
        (US.replace("ImageHub", "imagehub/1.0"), "/ours/a.jpg", False),
        (US.replace("ImageHub", "IMAGEHUB  # us"), "/ours/a.jpg", False),
        (US.replace("ImageHub", "Image"), "/ours/a.jpg", True),
        (US.replace("ImageHub", "ImageHubber"), "/ours/a.jpg", True),
        (US.replace("ImageHub", "hub"), "/ours/a.jpg", True),
        ("User-agent: other\nUser-agent: imagehub\nDisallow: /\n", "/a.jpg", False),
        ("User-agent: imagehub\nUser-agent: other\nDisallow: /\n", "/a.jpg", False),
        ("User-agent: imagehub\nDisallow: /x\nUser-agent: other\nDisallow: /\n", "/a.jpg", True),
        ("User-agent: imagehub\nDisallow:\nUser-agent: *\nDisallow: /\n", "/a.jpg", True),
        ("user-agent:*\rdisallow:/a\r", "/a.jpg", False),
        ("\ufeffUser-agent: *\r\nDisallow: /\r\n", "/a.jpg", False),
        ("Disallow: /\n", "/a.jpg", True),  # nobody is meant
        ("User-agent: *\nDisallow: /a.jpg\nAllow: /a.jpg\n", "/a.jpg", True),  # of equals the kind one holds
        ("User-agent: *\nDisallow: /p?id=\n", "/p?id=7", False),
        ("User-agent: *\nDisallow: /\N{SNOWMAN}\n", "/%E2%98%83.jpg", False),
    ],
)
def test_rules(text: str, path: str, allowed: bool) -> None:
    assert Rules(decoded(text.encode())).allow(f"https://example.com{path}") is allowed


def test_no_more_than_the_beginning_is_read_and_no_half_a_line() -> None:
    line = b"Disallow: /aaaaaaaaaaaaaaaaaaaaaaa\n"
    body = b"User-agent: *\n" + line * (LONGEST // len(line) + 100) + b"Disallow: /late\n"
    text = decoded(body)
    assert LONGEST - len(line) <= len(text) <= LONGEST
    assert text.endswith(line.decode())
    assert decoded(b"Disallow: /\xff\n") == "Disallow: /\ufffd\n"


def test_nothing_is_kept_of_what_others_are_told() -> None:
    others = "".join(f"User-agent: bot{n}\nDisallow: /{n}\nCrawl-delay: soon\nSitemap: https://x/\n" for n in range(99))
    assert Rules(others + US).size == len("User-agent: imagehub\ndisallow: /ours/")


def test_what_can_not_be_read_is_not_repeated_in_logs(written: io.StringIO) -> None:
    odd = "User-agent: *\nCrawl-delay: canary\nRequest-rate: canary\nVisit-time: canary\ncanary: x\nDisallow: /a\n"
    assert not Rules(odd).allow("https://example.com/a")
    assert "canary" not in written.getvalue()


def test_a_hostile_file_costs_no_time_to_speak_of() -> None:
    body = "User-agent: *\n" + "Disallow: /*a*b*c*d*e*f*g*h*i*j*k*z$\n" * (LONGEST // 160)
    rules = Rules(decoded(body.encode()))
    began = time.process_time()
    assert rules.allow("https://example.com/" + "abcdefghijk" * 700)
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize(
    ("text", "delay"),
    [
        ("User-agent: *\nCrawl-delay: 3\n", 3.0),
        ("User-agent: *\nCrawl-delay: 3\nUser-agent: ImageHub\ncrawl-delay : 0.5 # please\n", 0.5),
        ("User-agent: *\nCrawl-delay: 3\nUser-agent: ImageHub\nDisallow: /a\n", 0.0),
        ("User-agent: other\nCrawl-delay: 3\n", 0.0),
        ("Crawl-delay: 3\n", 0.0),
        *[(f"User-agent: *\nCrawl-delay: {odd}\n", 0.0) for odd in ("-1", "nan", "inf", "1e9", "soon", "", "9" * 99)],
    ],
)
def test_the_delay_that_is_wished_for_is_that_of_our_group(text: str, delay: float) -> None:
    assert Rules(text).delay == delay
