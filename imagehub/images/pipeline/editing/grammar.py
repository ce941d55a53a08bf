"""Recipes: read strictly, written in one way only."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

from imagehub.images.pipeline.editing.operations import OPERATIONS, Operation
from imagehub.images.pipeline.editing.parameters import PRECISION, Schema, Unfit, Value
from imagehub.images.pipeline.editing.refused import RecipeRefused

MOST_OPERATIONS = 50
LONGEST_ADDRESS = 1 << 15
_UNCHANGED = "~"
"""The address of the empty recipe, which would vanish from a path."""

_ROUNDING = 10.0**-PRECISION
_SHOWN = 20
"""Unknown parameters that are told of; the rest is as unknown."""

Faults = dict[str, str]


@dataclass(frozen=True, slots=True)
class Step:
    """One operation with all its values, defaults among them."""

    operation: str
    values: Mapping[str, Value]

    def number(self, name: str) -> float:
        """Return a number of it."""
        return float(self.values[name])

    def word(self, name: str) -> str:
        """Return a word of it."""
        return str(self.values[name])

    def plain(self) -> dict[str, Value]:
        """Return it as a client would write it, without defaults."""
        return {"op": self.operation, **self._told()}

    def spelled(self) -> str:
        """Write it for an address: its values in the order of the table, with blanks for what goes without saying."""
        parameters, told = OPERATIONS[self.operation].parameters, self._told()
        places = [parameters[name].spelled(told[name]) if name in told else "" for name in parameters]
        values = ",".join(places).rstrip(",")
        return f"{self.operation}:{values}" if values else self.operation

    def _told(self) -> dict[str, Value]:
        parameters = OPERATIONS[self.operation].parameters
        given = [name for name in parameters if name in self.values]
        return {name: self.values[name] for name in given if self.values[name] != parameters[name].default}


@dataclass(frozen=True)
class Recipe:
    """Operations in order, each as `read` left it."""

    steps: tuple[Step, ...] = ()

    def plain(self) -> list[dict[str, Value]]:
        """Return it as a client would write it, without defaults."""
        return [step.plain() for step in self.steps]

    def canonical(self) -> str:
        """Write it as the one JSON text that stands for all recipes which mean the same values."""
        return json.dumps(self.plain(), ensure_ascii=False, separators=(",", ":"))

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the canonical text, in hexadecimal."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()

    @property
    def images(self) -> frozenset[str]:
        """The ids of the images it lays on the picture."""
        return frozenset(step.word("image") for step in self.steps if step.operation == "watermark")

    def address(self) -> str:
        """Write it in `[A-Za-z0-9_.,:;~-]`, one to one with the canonical text."""
        return ";".join(step.spelled() for step in self.steps) or _UNCHANGED


def read(value: object) -> Recipe:
    """Read what a JSON parser made of a recipe; raises `RecipeRefused` with every fault it has."""
    if not isinstance(value, list):
        raise RecipeRefused({"": "list"})
    if len(value) > MOST_OPERATIONS:
        raise RecipeRefused({"": f"count {MOST_OPERATIONS}"})
    faults: Faults = {}
    steps = [_step(item, f"/{number}", faults) for number, item in enumerate(value)]
    if faults:
        raise RecipeRefused(faults)
    return Recipe(tuple(step for step in steps if step))


def from_address(text: str) -> Recipe:
    """Read an address; one that `Recipe.address` would write otherwise is refused."""
    if len(text) > LONGEST_ADDRESS or text.count(";") >= MOST_OPERATIONS:
        raise RecipeRefused({"": f"count {MOST_OPERATIONS}"})
    faults: Faults = {}
    parts = [] if text == _UNCHANGED else text.split(";")
    items = [_item(part, f"/{number}", faults) for number, part in enumerate(parts)]
    if faults:
        raise RecipeRefused(faults)
    recipe = read(items)
    if recipe.address() != text:
        raise RecipeRefused({"": "spelling"})
    return recipe


def schema() -> dict[str, Any]:
    """Tell what a recipe is as JSON Schema 2020-12; `$defs` holds each operation under its name."""
    operations = {name: _schema_of(name, operation) for name, operation in OPERATIONS.items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Recipe",
        "description": "Operations in the order in which they are done.",
        "type": "array",
        "maxItems": MOST_OPERATIONS,
        "items": {"anyOf": [{"$ref": f"#/$defs/{name}"} for name in operations]},
        "$defs": operations,
    }


def _schema_of(name: str, operation: Operation) -> Schema:
    parameters = operation.parameters.items()
    either = {"anyOf": [{"required": [one]} for one in operation.either]} if operation.either else {}
    return {
        "description": operation.meaning,
        "type": "object",
        "properties": {"op": {"const": name}, **{key: parameter.schema() for key, parameter in parameters}},
        "required": ["op", *(key for key, _ in parameters if operation.needs(key))],
        "additionalProperties": False,
        **either,
    }


def _step(item: object, at: str, faults: Faults) -> Step | None:
    if not isinstance(item, dict):
        faults[at] = "object"
        return None
    name = item.get("op")
    operation = OPERATIONS.get(name) if isinstance(name, str) else None
    if operation is None:
        faults[f"{at}/op"] = "operation"
        return None
    values = dict(_values(operation, item, at, faults))
    faults.update(_misfits(operation, item, values, at))
    return Step(str(name), values)


def _values(operation: Operation, item: Mapping[str, object], at: str, faults: Faults) -> Iterator[tuple[str, Value]]:
    for key, parameter in operation.parameters.items():
        if key in item:
            try:
                yield key, parameter.read(item[key])
            except Unfit as unfit:
                faults[f"{at}/{key}"] = str(unfit)
        elif parameter.default is not None:
            yield key, parameter.default
        elif operation.needs(key):
            faults[f"{at}/{key}"] = "required"


def _misfits(operation: Operation, item: Mapping[str, object], values: Mapping[str, Value], at: str) -> Faults:
    """Find what no single parameter can tell."""
    unknown = (key for key in item if key != "op" and key not in operation.parameters)
    faults = {f"{at}/{_pointed(key)}": "unknown" for key in islice(unknown, _SHOWN)}
    if operation.either and not any(key in item for key in operation.either):
        faults[at] = f"either {' '.join(operation.either)}"
    for start, length in (("x", "width"), ("y", "height")):
        if {start, length, "height"} <= values.keys() and _reach(values, start, length) > 1:
            faults[f"{at}/{length}"] = "outside"
    return faults


def _reach(values: Mapping[str, Value], start: str, length: str) -> float:
    """Add up a box's start and length; both were rounded, so that a sum of one may come out a little more."""
    return round(float(values[start]) + float(values[length]) - _ROUNDING, PRECISION)


def _pointed(key: str) -> str:
    return str(key)[:64].replace("~", "~0").replace("/", "~1")


def _item(part: str, at: str, faults: Faults) -> dict[str, object]:
    name, _, values = part.partition(":")
    if name not in OPERATIONS:
        return {"op": name}
    parameters = OPERATIONS[name].parameters
    places: Sequence[str] = values.split(",") if values else []
    if len(places) > len(parameters):
        faults[at] = "spelling"
        return {}
    item: dict[str, object] = {"op": name}
    for (key, parameter), place in zip(parameters.items(), places, strict=False):
        try:
            item |= {key: parameter.parsed(place)} if place else {}
        except Unfit as unfit:
            faults[f"{at}/{key}"] = str(unfit)
    return item
