"""How the addresses of faces stand in the API's document."""

from typing import Any

from avatars.wishes import LARGEST_SIZE, USUAL_SIZE, Style
from imagehub.api.document import PictureOperation, add, in_path, in_query
from imagehub.lib import ids

_AVATAR = PictureOperation(
    name="get_avatar",
    summary=(
        "Somebody's active picture as a square, for any site. The name is a user id, or the MD5 or SHA-256 of the "
        "e-mail address of a user who wants to be found by it; `.png`, `.jpg` or `.webp` may follow."
    ),
    parameters=[
        in_path("name", pattern=f"^{ids.PUBLIC_ID.pattern}$"),
        in_query("s", f"Side in pixels, 1 to {LARGEST_SIZE}; also `size`.", type="integer", default=USUAL_SIZE),
        in_query("d", "What stands in where there is no picture; also `default`.", type="string", enum=list(Style)),
        in_query("f", "`y` asks for the stand-in anyway; also `forcedefault`.", type="string", enum=["y"]),
    ],
    answers={200: "The picture.", 304: "The picture that the caller has is current."},
    refusals=[400, 404, 429],
)


def describe(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Add the addresses of faces to the document."""
    return add(result, "/avatar/{name}", _AVATAR)
