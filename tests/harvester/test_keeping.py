"""Pictures judged and stored some at a time."""

import asyncio
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any

import pytest

from harvester.engine import keeping
from harvester.engine.keeping import Found, Keeper
from harvester.judging import Unfit, Validation
from harvester.work import Claim, Errand, Kept, Parcel
from imagehub.images import decoders, storage
from imagehub.lib.digests import sha256
from imagehub.lib.errors import StorageUnavailable
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
    assert {type(one) for one in found[1::3]} == {StorageUnavailable}
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


def test_copies_from_before_a_kill_are_not_made_of_what_has_come_since(hands: ThreadPoolExecutor) -> None:
    """Killed when the file was another already, and nobody had said so."""
    place = "shop/hotels/1/original/img_00{}.jpg".format
    storage.put(place(1), OTHER)
    storage.put(place(2), PHOTO)
    changed = errand(1)
    changed.kept = Kept(place(1), sha256(PHOTO), "", "", ((7, 2), (8, 3)))

    (found,) = kept(hands, [(changed, PHOTO + b"\0")])

    assert isinstance(found, Found)
    assert found.file
    assert found.file.moved == {7: place(2)}
    assert (storage.read(place(2)), storage.exists(place(3))) == (PHOTO, False)


def test_a_file_of_its_own_is_not_replaced_by_a_copy_of_the_former_one(hands: ThreadPoolExecutor) -> None:
    place = "shop/hotels/1/original/img_00{}.jpg".format
    storage.put(place(1), PHOTO)
    parcel = Parcel(1, 1, "shop/hotels/1", Claim(1, 1, 1))
    first, second = (
        Errand(number, "", number, 0, parcel, Kept(place(1), sha256(PHOTO), "", "", ((3 - number, 3 - number),)))
        for number in (1, 2)
    )

    kept(hands, [(second, PHOTO + b"2")])
    (found,) = kept(hands, [(first, PHOTO + b"1")])

    assert isinstance(found, Found)
    assert found.file
    assert found.file.moved == {}
    assert [storage.read(place(number)) for number in (1, 2)] == [PHOTO + b"1", PHOTO + b"2"]


class Held(Executor):
    """Takes work, and does none."""

    def __init__(self) -> None:
        self.taken: list[Future[Any]] = []
        self.groups: list[list[int]] = []  # of the numbers of addresses
        self.more = asyncio.Event()

    def submit(self, *args: Any, **_kwargs: Any) -> Any:
        _work, group, _validation = args
        self.groups.append([catch.errand.number for catch in group])
        self.taken.append(Future())
        self.more.set()
        return self.taken[-1]

    async def fail(self, place: int) -> int:
        """Let a group fail, and return how many groups were begun by then."""
        self.more.clear()
        self.taken[place].set_exception(StorageUnavailable())
        await self.more.wait()
        return len(self.taken)


async def test_after_a_failure_each_is_tried_alone_before_others_get_their_turn() -> None:
    held = Held()
    keeper = Keeper(held, Validation.STRUCTURE)
    endings = [keeper.keep(errand(1), PHOTO, "image/jpeg") for _ in range(20 * keeping.MOST)]

    begun = [len(held.taken), await held.fail(0), await held.fail(keeping.GROUPS)]

    assert begun == [keeping.GROUPS, keeping.GROUPS + 1, keeping.GROUPS + 1 + keeping.MOST]
    assert [ending.done() for ending in endings].count(True) == 1
    assert isinstance(endings[0].exception(), StorageUnavailable)


def test_heavy_pictures_make_up_small_groups(hands: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MOST_BYTES", len(PHOTO))

    found = kept(hands, [(errand(number), PHOTO) for number in range(1, 9)], Validation.STRUCTURE)

    assert [isinstance(one, Found) and one.change for one in found] == ["added"] * 8


async def test_groups_are_of_one_document_as_far_as_that_goes_and_documents_take_turns() -> None:
    held = Held()
    keeper = Keeper(held, Validation.STRUCTURE)
    documents = [Parcel(1, 1, f"shop/hotels/{serial}", Claim(1, 1, 1)) for serial in range(3)]
    sizes = (2 * keeping.MOST, 1, keeping.MOST)
    for _ in range(keeping.GROUPS):  # each of which takes a place by itself
        keeper.keep(errand(99), PHOTO, "image/jpeg")
    for at in range(max(sizes)):
        for serial, document in enumerate(documents):
            if at < sizes[serial]:
                one = Errand(1, "", serial, 0, document)
                keeper.keep(one, PHOTO, "image/jpeg")

    for place in range(4):
        held.taken[place].set_result([Found(None)])
        held.more.clear()
        await held.more.wait()

    most = keeping.MOST
    assert held.groups[keeping.GROUPS :] == [[0] * most, [1, *[2] * (most - 1)], [0] * most, [2]]
