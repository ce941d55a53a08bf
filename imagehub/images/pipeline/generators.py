"""What generators write about a picture they made: Automatic1111 and its kin, ComfyUI, InvokeAI.

Foreign text throughout: JSON that does not parse, is too deep or of another shape is no error but nothing.
"""

import json
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from imagehub.images.pipeline.carriers import COMMENT
from imagehub.images.pipeline.marks import Marks, SourceType, bounded, plain

A1111, COMFYUI, INVOKEAI = "Automatic1111", "ComfyUI", "InvokeAI"

_MADE = SourceType.TRAINED_ALGORITHMIC_MEDIA
_NODES = 2_000
_HOPS = 12
"""Links followed from a sampler towards a prompt."""

_LAST_LINE = 16_000
_PAIRS = 128
_PAIR = re.compile(r'\s*(\w[\w \-/]{0,60}):\s*("(?:\\.|[^\\"]){1,2000}"|[^,]*)(?:,|$)')
_NEGATIVE = "Negative prompt:"
_STEPS = re.compile(r"^Steps: \d", re.MULTILINE)
_WHOLE = re.compile(r"-?\d{1,19}")
_DECIMAL = re.compile(r"-?\d{1,9}\.\d{1,17}")
_SIZE = re.compile(r"(\d{1,5})x(\d{1,5})")

A1111_NAMES = {
    "Steps": "steps",
    "Sampler": "sampler",
    "Schedule type": "scheduler",
    "CFG scale": "cfg_scale",
    "Seed": "seed",
    "Model": "model",
    "Model hash": "model_hash",
    "Denoising strength": "denoise",
    "Version": "version",
}
_COMFYUI_NAMES = {
    "seed": "seed",
    "noise_seed": "seed",
    "steps": "steps",
    "cfg": "cfg_scale",
    "sampler_name": "sampler",
    "scheduler": "scheduler",
    "denoise": "denoise",
    "ckpt_name": "model",
    "unet_name": "model",
    "width": "width",
    "height": "height",
}
_INVOKEAI_NAMES = {"app_version": "version"}
_PROMPTS = {"positive_prompt", "negative_prompt"}


def understood(texts: Mapping[str, str]) -> Marks:
    """Recognise the generator by its texts; the empty marks when there is none."""
    candidates = (_invokeai(texts), _comfyui(texts), *(_a1111(text) for text in _parameter_texts(texts)))
    return next((marks for marks in candidates if marks), Marks())


def _parameter_texts(texts: Mapping[str, str]) -> Iterator[str]:
    yield from (text for name, text in texts.items() if name == "parameters" or name.startswith(COMMENT))


def _json(text: str) -> dict[str, Any]:
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _a1111(text: str) -> Marks | None:
    """Read the prompt, a line with the negative one, and a last line of `name: value` pairs."""
    starts = [found.start() for found in _STEPS.finditer(text)]
    if not starts:
        return None
    prompt, _, negative = text[: starts[-1]].partition(_NEGATIVE)
    last, _, _ = text[starts[-1] : starts[-1] + _LAST_LINE].partition("\n")
    parameters = bounded(_a1111_entries(last))
    return Marks(_MADE, A1111, plain(prompt), plain(negative), parameters)


def _a1111_entries(line: str) -> Iterator[tuple[str, object]]:
    at = 0
    for _ in range(_PAIRS):
        found = _PAIR.match(line, at)
        if found is None:
            return
        name, value = found[1], found[2].strip()
        size = _SIZE.fullmatch(value) if name == "Size" else None
        if size:
            yield from (("width", int(size[1])), ("height", int(size[2])))
        else:
            yield A1111_NAMES.get(name, name), _number(value)
        at = found.end()


def _number(value: str) -> object:
    if _WHOLE.fullmatch(value):
        return int(value)
    if _DECIMAL.fullmatch(value):
        return float(value)
    return _unquoted(value)


def _unquoted(value: str) -> str:
    if not value.startswith('"'):
        return value
    try:
        return str(json.loads(value))
    except (ValueError, RecursionError):
        return value.strip('"')


def _comfyui(texts: Mapping[str, str]) -> Marks | None:
    """Read `prompt`, the graph as it ran, node by node; `workflow` is the graph as it was drawn."""
    texts = {**_labelled(texts), **texts}
    drawn = texts.get("workflow", "")
    ran = texts.get("prompt", "")
    graph = {name: node for name, node in islice(_json(ran).items(), _NODES) if "class_type" in _object(node)}
    if graph:
        return _of_graph(graph)
    # A graph too large to be read is still one.
    is_graph = '"class_type"' in ran or ('"nodes"' in drawn and '"links"' in drawn)
    return Marks(_MADE, COMFYUI) if is_graph else None


def _labelled(texts: Mapping[str, str]) -> dict[str, str]:
    """Find what it writes into EXIF: `prompt:{…}` and `workflow:{…}`."""
    parts = (text.rstrip("\0").partition(":") for name, text in texts.items() if name.startswith(COMMENT))
    return {name.lower(): rest for name, _, rest in parts if name.lower() in {"prompt", "workflow"}}


def _of_graph(graph: Mapping[str, dict[str, Any]]) -> Marks:
    inputs = {name: _object(node.get("inputs")) for name, node in graph.items()}
    sampler = next((found for found in inputs.values() if "positive" in found and "negative" in found), {})
    return Marks(
        _MADE,
        COMFYUI,
        plain(_followed(inputs, sampler.get("positive")) or _any_text(graph)),
        plain(_followed(inputs, sampler.get("negative"))),
        bounded(_comfyui_entries([sampler, *inputs.values()])),
    )


def _followed(inputs: Mapping[str, dict[str, Any]], link: object) -> str:
    """Walk from a link to the text behind it; a link is a list of a node's name and an output's number."""
    for _ in range(_HOPS):
        if isinstance(link, str):
            return link
        if not (isinstance(link, list) and link and isinstance(link[0], str)):
            return ""
        node = inputs.get(link[0], {})
        names = ("text", "text_g", "string", "value", "conditioning", "positive", "conditioning_1")
        link = next((node[name] for name in names if name in node), None)
    return ""


def _any_text(graph: Mapping[str, dict[str, Any]]) -> str:
    encoders = (node for node in graph.values() if str(node["class_type"]).startswith("CLIPTextEncode"))
    texts = (_object(node.get("inputs")).get("text") for node in encoders)
    return next((text for text in texts if isinstance(text, str)), "")


def _comfyui_entries(inputs: list[dict[str, Any]]) -> Iterator[tuple[str, object]]:
    named = ((_COMFYUI_NAMES.get(name), value) for found in inputs for name, value in found.items())
    return ((name, value) for name, value in named if name and not isinstance(value, list))


def _invokeai(texts: Mapping[str, str]) -> Marks | None:
    """Read one object of plain values; the model is an object of its own."""
    if not any(name.startswith("invokeai_") for name in texts):
        return None
    facts = _json(texts.get("invokeai_metadata", ""))
    prompts = (plain(facts.get("positive_prompt")), plain(facts.get("negative_prompt")))
    return Marks(_MADE, INVOKEAI, *prompts, bounded(_invokeai_entries(facts)))


def _invokeai_entries(facts: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    model = _object(facts.get("model"))
    yield "model", model.get("name") or model.get("model_name")
    for name, value in facts.items():
        if name not in _PROMPTS and not isinstance(value, dict | list):
            yield _INVOKEAI_NAMES.get(name, name), value
