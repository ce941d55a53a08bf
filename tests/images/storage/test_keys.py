import pytest

from imagehub.images.storage import BadKey, keys

GOOD = [
    "a.jpg",
    "images/users/user_1/user_1_x.jpg",
    "images_42/é ñ.png",
    "db/coll/65f-hotel-playa/original/img_001.jpg",
    "a/b..c/d.e",
    "n" * 200,
]
BAD = [
    "",
    "/",
    "/etc/passwd",
    "..",
    "../x.png",
    "a/../../x.png",
    "a/./x",
    "a//x",
    "a/",
    "a\\..\\x",
    "C:\\x",
    "C:x",
    "a\x00b",
    "a\nb",
    ".hidden",
    "a/.tmp/x",
    " a",
    "a ",
    "n" * 201,
    "é" * 101,
    "/".join(["abcdefghi"] * 41),
    "\ud800",
    "a|b",
    "a?b",
]


@pytest.mark.parametrize("key", GOOD)
def test_a_plain_relative_path_is_a_key(key: str) -> None:
    assert "/".join(keys.segments(key)) == key


@pytest.mark.parametrize("key", BAD)
def test_anything_else_is_none(key: str) -> None:
    with pytest.raises(BadKey):
        keys.segments(key)


@pytest.mark.parametrize(
    ("prefix", "folders", "begun"),
    [
        ("", [], ""),
        ("a", [], "a"),
        ("a/", ["a"], ""),
        ("a/b/", ["a", "b"], ""),
        ("a/b_", ["a"], "b_"),
    ],
)
def test_a_prefix_names_a_folder_and_how_names_in_it_begin(prefix: str, folders: list[str], begun: str) -> None:
    assert keys.beginning(prefix) == (folders, begun)


@pytest.mark.parametrize("prefix", ["/", "/a", "../", "a//", "a/../", "a/..", ".a", "a\\b"])
def test_a_prefix_that_no_key_of_ours_has_is_refused(prefix: str) -> None:
    with pytest.raises(BadKey):
        keys.beginning(prefix)
