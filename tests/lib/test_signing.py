from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import override_settings

from imagehub.lib import signing
from imagehub.lib.errors import LinkExpired, SignatureInvalid

FAR = 4_000_000_000
PATH = "/i/abc/original.jpg"


def halves(address: str) -> tuple[str, str]:
    path, _, query = address.partition("?")
    return path, query


def test_an_address_of_ours_tells_when_it_ends() -> None:
    assert signing.verify(*halves(signing.signed(PATH, expires=FAR))) == FAR


def test_every_parameter_is_covered() -> None:
    path, query = halves(signing.signed(PATH, {"w": "100", "name": "a b&c"}, expires=FAR))
    assert query.startswith(f"exp={FAR}&w=100&name=a+b%26c&sig=")
    assert signing.verify(path, query) == FAR


def test_an_address_is_known_as_signed_whatever_its_signature_is_worth() -> None:
    assert signing.is_signed(halves(signing.signed(PATH))[1])
    assert signing.is_signed("sig=")
    assert signing.is_signed("v=2&sig=x&w=1")
    assert not any(map(signing.is_signed, ("", "exp=1", "design=1", "v=sig=1", "SIG=x")))


def test_within_a_slot_the_address_stays_and_always_lives_a_day() -> None:
    slot = signing.SLOT
    start = 1_800_000_000 // slot * slot
    assert {signing.next_expiry(start + seconds) for seconds in (0, 1, slot - 1)} == {start + slot + signing.LIFE}
    assert signing.next_expiry(start + slot) == start + 2 * slot + signing.LIFE
    assert signing.signed(PATH) == signing.signed(PATH)


SIGNED = f"exp={FAR}&w=1&h=2"
FORGERIES: dict[str, Callable[[str], str]] = {
    "no query": lambda _: "",
    "no signature": lambda query: query.partition("&sig=")[0],
    "empty signature": lambda query: query.partition("&sig=")[0] + "&sig=",
    "signature of another length": lambda query: query + "A",
    "one character of the signature": lambda query: query[:-2] + ("A" if query[-2] != "A" else "B") + query[-1],
    "later expiry": lambda query: query.replace(str(FAR), str(FAR + 1)),
    "no expiry": lambda query: query.replace(f"exp={FAR}&", ""),
    "negative expiry": lambda query: query.replace(str(FAR), "-1"),
    "expiry with a sign": lambda query: query.replace(str(FAR), f"+{FAR}"),
    "expiry in other digits": lambda query: query.replace(str(FAR), "\uff14000000000"),
    "changed value": lambda query: query.replace("w=1", "w=2"),
    "removed parameter": lambda query: query.replace("&w=1", ""),
    "other order": lambda query: query.replace("w=1&h=2", "h=2&w=1"),
    "added in the middle": lambda query: query.replace("&sig=", "&response-content-type=text/html&sig="),
    "added at the end": lambda query: query + "&response-content-type=text/html",
    "added in front": lambda query: "a=b&" + query,
    "expiry twice": lambda query: f"exp={FAR + 9}&" + query,
    "signature twice": lambda query: query + "&" + query.rpartition("&")[2],
    "other encoding": lambda query: query.replace("w=1", "w=%31"),
    "semicolons": lambda query: query.replace("&", ";"),
    "trailing newline": lambda query: query + "\n",
    "fragment": lambda query: query + "#",
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES.keys())
def test_nothing_about_an_address_can_be_changed(forge: Callable[[str], str]) -> None:
    path, query = halves(signing.signed(PATH, {"w": "1", "h": "2"}, expires=FAR))
    with pytest.raises(SignatureInvalid):
        signing.verify(path, forge(query))


@pytest.mark.parametrize("path", ["/i/abd/original.jpg", "/i/abc/original.png", "/i/abc/thumb.jpg", "/i/abc/", ""])
def test_a_signature_belongs_to_one_path(path: str) -> None:
    _, query = halves(signing.signed(PATH, expires=FAR))
    with pytest.raises(SignatureInvalid):
        signing.verify(path, query)


def test_an_address_that_was_good_once_has_expired() -> None:
    with pytest.raises(LinkExpired):
        signing.verify(*halves(signing.signed(PATH, expires=1_000_000_000)))


def test_a_forged_expired_address_is_a_forgery_first() -> None:
    path, query = halves(signing.signed(PATH, expires=1_000_000_000))
    with pytest.raises(SignatureInvalid):
        signing.verify(f"{path}x", query)


def test_another_installation_signs_otherwise() -> None:
    address = signing.signed(PATH, expires=FAR)
    with override_settings(SECRET_KEY="another" * 10), pytest.raises(SignatureInvalid):
        signing.verify(*halves(address))


def test_a_former_secret_still_opens_its_addresses() -> None:
    address = signing.signed(PATH, expires=FAR)
    with override_settings(SECRET_KEY="another" * 10, SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
        assert signing.verify(*halves(address)) == FAR
