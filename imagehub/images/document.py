"""How the addresses of images stand in the API's document."""

from typing import Any

from imagehub.api.document import PictureOperation, add, in_path, in_query
from imagehub.images.presets import FORMATS, MOVING, PRESETS
from imagehub.lib import ids

_SIZE = rf"({'|'.join(PRESETS)})(;dpr:[23])?(;q:(low|best))?(;focus:[a-z0-9.:]+)?(;frames:all)?"
_NAME = rf"^(original|{_SIZE}|[A-Za-z0-9_.,:;~-]+)$"
_IMAGE = PictureOperation(
    name="get_image",
    summary=(
        "An image or one of its renditions. Public images need no signature and their addresses hold as long as they "
        "live; any other is for whoever holds its signed address, and without one is refused like an unknown one. "
        "A name is `original`, a fixed size such as `w640`, or the operations of a recipe as `/api/v1/renditions/sign` "
        "writes them; behind sizes and recipes may follow, in this order, `;dpr:2` or `;dpr:3`, `;q:low` or `;q:best`, "
        "behind sizes that cut `;focus:smart` or a place such as `;focus:0.25:0.5`, and behind sizes of an animation "
        "`;frames:all`: it moves, as WebP or GIF, where otherwise its first frame is shown. Sizes, without a place, "
        "need no signature on public images. `auto` is AVIF, WebP, or else JPEG or PNG, by `Accept`. "
        "What takes too much work, as all frames of a long animation in a large size, is refused with 400 "
        "(`RENDITION_TOO_EXPENSIVE`). Addresses come with answers and events; `Range`, `If-None-Match` and "
        "`If-Modified-Since` are honoured."
    ),
    parameters=[
        in_path("image_id", pattern=f"^{ids.PUBLIC_ID.pattern}$"),
        in_path("name", pattern=_NAME),
        in_path("extension", enum=["auto", *FORMATS, *(MOVING.keys() - FORMATS)]),
        in_query("exp", "When the address ends, in seconds since 1970.", type="integer"),
        in_query("sig", "The signature over the whole address.", type="string"),
    ],
    answers={
        200: "The picture.",
        206: "The part asked for.",
        302: "Where the bucket has it, for two minutes: to browsers that only show it, where the installation says so.",
        304: "The picture that the caller has is current.",
    },
    refusals=[400, 403, 404, 410, 416, 429],
)


def describe(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Add the addresses of images to the document."""
    return add(result, "/i/{image_id}/{name}.{extension}", _IMAGE)
