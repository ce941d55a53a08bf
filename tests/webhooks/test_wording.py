"""What came of a try is said in words, never in those of the receiver."""

import pytest

from imagehub.lib.outbound.refusals import Reason
from imagehub.webhooks import wording


@pytest.mark.parametrize(
    ("status", "reason", "sentence"),
    [
        (204, "", "The server answered 204."),
        (None, "too_slow", "The server took too long."),
        (None, "address_refused", "The name leads to an address that is not public."),
        (None, "secret_lost", "Its secret can't be read any more: make a new one."),
        (None, "no such word", "This did not work out."),
    ],
)
def test_a_try_is_worded(status: int | None, reason: str, sentence: str) -> None:
    assert wording.sentence(status, reason) == sentence


def test_every_reason_has_words() -> None:
    assert len({wording.sentence(None, reason) for reason in Reason} - {wording.sentence(None, "")}) == len(Reason)
