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


@pytest.mark.parametrize(("prefix", "folders"), [("", []), ("a/", ["a"]), ("a/b/", ["a", "b"])])
def test_a_prefix_names_a_folder(prefix: str, folders: list[str]) -> None:
    assert keys.folder(prefix) == folders


@pytest.mark.parametrize("prefix", ["a", "/", "../", "a//", "a/../"])
def test_a_prefix_that_names_no_folder_is_refused(prefix: str) -> None:
    with pytest.raises(BadKey):
        keys.folder(prefix)
