"""How the addresses of images stand in the API's document."""

from typing import Any

from imagehub.api.document import PictureOperation, add, in_path, in_query
from imagehub.images.presets import FORMATS, PRESETS
from imagehub.lib import ids

_IMAGE = PictureOperation(
    name="get_image",
    summary=(
        "An image or one of its renditions. Public images need no signature and their addresses hold as long as they "
        "live; any other is for whoever holds its signed address, and without one is refused like an unknown one. "
        "Addresses come with answers and events; `Range`, `If-None-Match` and `If-Modified-Since` are honoured."
    ),
    parameters=[
        in_path("image_id", pattern=f"^{ids.PUBLIC_ID.pattern}$"),
        in_path("name", enum=["original", *PRESETS]),
        in_path("extension", enum=["auto", *FORMATS]),
        in_query("exp", "When the address ends, in seconds since 1970.", type="integer"),
        in_query("sig", "The signature over the whole address.", type="string"),
    ],
    answers={200: "The picture.", 206: "The part asked for.", 304: "The picture that the caller has is current."},
    refusals=[403, 404, 410, 416],
)


def describe(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Add the addresses of images to the document."""
    return add(result, "/i/{image_id}/{name}.{extension}", _IMAGE)
