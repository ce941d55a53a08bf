"""The tree at the top of the module is the family."""

import re

from imagehub.lib import errors


def family(of: type[errors.ImageHubError]) -> set[type[errors.ImageHubError]]:
    ours = {kind for kind in of.__subclasses__() if kind.__module__ == errors.__name__}
    return ours.union(*(family(kind) for kind in ours))


def test_the_drawn_tree_is_complete() -> None:
    drawn = re.findall(r"[├└]── (\w+)", errors.__doc__ or "")
    assert sorted(drawn) == sorted(kind.__name__ for kind in family(errors.ImageHubError))


def test_the_drawn_statuses_are_right() -> None:
    for name, status in re.findall(r"[├└]── (\w+) +(\d+)", errors.__doc__ or ""):
        assert getattr(errors, name).status == int(status), name


def test_each_refusal_has_a_code_of_its_own() -> None:
    leaves = [kind for kind in family(errors.ImageHubError) if not family(kind)]
    assert len({kind.code for kind in leaves}) == len(leaves)
