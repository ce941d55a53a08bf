"""Pictures judged and stored some at a time."""

import asyncio
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from harvester.engine import keeping
from harvester.engine.keeping import Found, Keeper
from harvester.judging import Unfit, Validation
from harvester.work import Claim, Errand, Kept, Parcel
from imagehub.images import decoders, storage
from imagehub.images.storage import ObjectMissing
from imagehub.lib.digests import sha256
from tests.corpus import build, hostile

PHOTO = hostile.photo()
OTHER = build.encoded(build.picture(), "PNG")


@pytest.fixture
def hands() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as pool:
        yield pool
    decoders.shutdown()


def errand(number: int, home: str = "shop/hotels/1") -> Errand:
    return Errand(number, f"https://a.example/{number}", number, 0, Parcel(1, 1, home, Claim(1, 1, 1)))


def kept(
    hands: ThreadPoolExecutor, catches: Iterable[tuple[Errand, bytes]], validation: Validation = Validation.FULL
) -> list[Found | BaseException]:
    async def keep() -> list[Found | BaseException]:
        keeper = Keeper(hands, validation)
        endings = [keeper.keep(errand, body, "image/jpeg") for errand, body in catches]
        return await asyncio.gather(*endings, return_exceptions=True)

    return asyncio.run(keep())


@pytest.mark.parametrize("validation", Validation)
def test_each_of_many_has_an_ending_of_its_own(hands: ThreadPoolExecutor, validation: Validation) -> None:
    bodies = [PHOTO, b"<html>" * 9, OTHER, b"", PHOTO[:300]] * 9

    found = kept(hands, [(errand(number), body) for number, body in enumerate(bodies, 1)], validation)

    words = [one.reason if isinstance(one, Unfit) else one.change for one in found if isinstance(one, Unfit | Found)]
    assert words == ["added", "not_an_image", "added", "empty", "damaged"] * 9
    expected = {
        f"shop/hotels/1/original/img_{number:03}.{'jpg' if body is PHOTO else 'png'}": body
        for number, body in enumerate(bodies, 1)
        if body in {PHOTO, OTHER}
    }
    assert {found.key: storage.read(found.key) for found in storage.walk()} == expected


def test_what_breaks_over_one_costs_the_others_nothing(hands: ThreadPoolExecutor) -> None:
    storage.put("shop/hotels/2", b"a file where a folder is needed")
    homes = ["shop/hotels/1", "shop/hotels/2", "shop/hotels/3"] * 5

    found = kept(hands, [(errand(number, home), PHOTO) for number, home in enumerate(homes, 1)])

    assert [isinstance(one, Found) for one in found] == [True, False, True] * 5
    assert {type(one) for one in found[1::3]} == {ObjectMissing}
    assert len(list(storage.walk())) == 11


def test_pictures_that_share_a_file_have_copies_before_it_is_another(hands: ThreadPoolExecutor) -> None:
    storage.put("shop/hotels/1/original/img_001.jpg", PHOTO)
    changed = errand(1)
    changed.kept = Kept("shop/hotels/1/original/img_001.jpg", sha256(PHOTO), "", "", ((7, 2), (8, 3)))
    other = PHOTO + b"\0"

    (found,) = kept(hands, [(changed, other)])

    assert isinstance(found, Found)
    assert found.file
    assert found.file.moved == {7: "shop/hotels/1/original/img_002.jpg", 8: "shop/hotels/1/original/img_003.jpg"}
    assert [storage.read(f"shop/hotels/1/original/img_00{number}.jpg") for number in (1, 2, 3)] == [other, PHOTO, PHOTO]


def test_heavy_pictures_make_up_small_groups(hands: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MOST_BYTES", len(PHOTO))

    found = kept(hands, [(errand(number), PHOTO) for number in range(1, 9)], Validation.STRUCTURE)

    assert [isinstance(one, Found) and one.change for one in found] == ["added"] * 8
