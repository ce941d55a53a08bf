"""Names have bounds, and so has how much is kept under them."""

import pytest

from imagehub.lib.bounds import named, require_room
from imagehub.lib.errors import Conflict, Invalid


def test_a_name_is_kept_on_one_line() -> None:
    assert named("  Summer \n at\tthe sea ", 17) == "Summer at the sea"


@pytest.mark.parametrize("name", ["", " \n\t", "four+"])
def test_a_name_of_nothing_or_too_much_is_refused_at_its_field(name: str) -> None:
    with pytest.raises(Invalid) as refusal:
        named(name, 4)

    assert refusal.value.details == {"name": ["Use 1 to 4 characters."]}


def test_there_is_room_for_the_last_one_and_for_none_after_it() -> None:
    require_room(3, 3)
    with pytest.raises(Conflict) as refusal:
        require_room(4, 3)

    assert refusal.value.details == {"limit": 3}
