"""What a decoder process and its parent say to each other: length-prefixed JSON followed by raw bytes.

JSON and not pickle: the process that reads foreign pictures is the one we trust least, and nothing it
answers may become code in its parent.
"""

import json
import struct
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from imagehub.images.pipeline.editing.grammar import Recipe, read
from imagehub.images.pipeline.editing.output import Output
from imagehub.images.pipeline.facts import Facts
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.limits import Limits
from imagehub.images.pipeline.marks import Marks
from imagehub.images.pipeline.refusals import Reason, Refusal
from imagehub.images.pipeline.render import SMART, Rendered, Spec, Use
from imagehub.images.pipeline.sanitise import Clean, Reading

PREFIX = struct.Struct(">II")
"""Length of the JSON, length of the bytes."""

MOST_HEAD = 1 << 18
"""Bytes of JSON: room for the longest marks, each character written as an escape."""

MOST_BODY = 1 << 28

Head = dict[str, Any]
_FACTS = tuple(field.name for field in fields(Facts))


def packed(head: Head, body: bytes = b"") -> bytes:
    """Write one message."""
    return opening(head, len(body)) + body


def opening(head: Head, length: int) -> bytes:
    """Write what stands before the bytes of a message, which may be too many to be copied for it."""
    text = json.dumps(head, separators=(",", ":")).encode()
    return PREFIX.pack(len(text), length) + text


def lengths(prefix: bytes) -> tuple[int, int]:
    """Read the lengths of a message; a ValueError means that the other side talks nonsense."""
    head, body = PREFIX.unpack(prefix)
    if head > MOST_HEAD or body > MOST_BODY:
        raise ValueError("a message longer than any we send")
    return head, body


def cleaning(formats: frozenset[Format], limits: Limits, reading: Reading = Reading.COEFFICIENTS) -> Head:
    """Ask for `sanitise.clean`."""
    wishes = {"formats": sorted(formats), "limits": asdict(limits), "reading": reading}
    return {"job": "clean", "seconds": limits.seconds, **wishes}


def inspecting(facts: Facts, seconds: float) -> Head:
    """Ask for `inspection.inspect`."""
    said = {name: getattr(facts, name) for name in _FACTS}  # `asdict` copies deeply, which here costs most of it
    return {"job": "inspect", "seconds": seconds, "facts": said}


def rendering(spec: Spec, seconds: float) -> Head:
    """Ask for `render.render`."""
    return {"job": "render", "seconds": seconds, "spec": asdict(spec)}


def shrinking(seconds: float) -> Head:
    """Ask for `shrink.shrunk`."""
    return {"job": "shrink", "seconds": seconds}


def editing(recipe: Recipe, output: Output, overlays: Mapping[str, bytes], seconds: float) -> Head:
    """Ask for `engine.edited`; the picture and then the overlays follow as `joined` writes them."""
    sizes = [[name, len(data)] for name, data in overlays.items()]
    wishes = {"recipe": recipe.canonical(), "output": asdict(output), "overlays": sizes}
    return {"job": "edit", "seconds": seconds, **wishes}


def joined(data: bytes, overlays: Mapping[str, bytes]) -> bytes:
    """Write the bytes of an editing."""
    return b"".join([data, *overlays.values()])


def formats_of(head: Head) -> frozenset[Format]:
    """Read the formats of a cleaning."""
    return frozenset(Format(word) for word in head["formats"])


def facts_of(head: Head) -> Facts:
    """Read what an inspection is about."""
    return Facts(**{**head["facts"], "format": Format(head["facts"]["format"])})


def limits_of(head: Head) -> Limits:
    """Read the limits of a cleaning."""
    return Limits(**head["limits"])


def reading_of(head: Head) -> Reading:
    """Read how closely a cleaning looks."""
    return Reading(head["reading"])


def spec_of(head: Head) -> Spec:
    """Read the specification of a rendering."""
    said = head["spec"]
    focus = said["focus"] if said["focus"] == SMART else tuple(said["focus"])
    return Spec(**{**said, "format": Format(said["format"]), "focus": focus, "use": Use(said["use"])})


def recipe_of(head: Head) -> Recipe:
    """Read the recipe of an editing."""
    return read(json.loads(head["recipe"]))


def output_of(head: Head) -> Output:
    """Read the form in which an editing wants its result."""
    return Output(**{**head["output"], "format": Format(head["output"]["format"])})


def parts_of(head: Head, body: bytes) -> tuple[bytes, dict[str, bytes]]:
    """Read the picture and the overlays of an editing."""
    overlays, end = {}, len(body)
    for name, length in reversed(head["overlays"]):
        overlays[name], end = body[end - length : end], end - length
    return body[:end], overlays


def refusal(refused: Refusal) -> bytes:
    """Answer that the file is refused."""
    return packed({"refused": refused.reason})


def result(made: Clean | Rendered) -> bytes:
    """Answer with what was made."""
    facts = {field.name: getattr(made, field.name) for field in fields(made) if field.name != "data"}
    if isinstance(made, Clean):
        facts["marks"] = asdict(made.marks)
    return packed({"made": facts}, made.data)


def sound() -> bytes:
    """Answer that a picture could be decoded to its end."""
    return packed({"made": {}})


def fewer(data: bytes) -> bytes:
    """Answer with the same picture in fewer bytes, or none."""
    return packed({"made": {}}, data)


def clean_of(head: Head, body: bytes) -> Clean:
    """Read the answer to a cleaning; raises the `Refusal` it carries."""
    made = _made(head)
    return Clean(data=body, **{**made, "marks": Marks.of(made["marks"])})


def rendered_of(head: Head, body: bytes) -> Rendered:
    """Read the answer to a rendering; raises the `Refusal` it carries."""
    return Rendered(data=body, **_made(head))


def require_sound(head: Head, _body: bytes) -> None:
    """Read the answer to an inspection; raises the `Refusal` it carries."""
    _require_made(head)


def fewer_of(head: Head, body: bytes) -> bytes:
    """Read the answer to a shrinking; raises the `Refusal` it carries."""
    _require_made(head)
    return body


def _made(head: Head) -> dict[str, Any]:
    _require_made(head)
    return {**head["made"], "format": Format(head["made"]["format"])}


def _require_made(head: Head) -> None:
    if "refused" in head:
        raise Refusal(Reason(head["refused"]))
