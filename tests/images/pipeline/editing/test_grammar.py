import json
import math
import re
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imagehub.images.pipeline.editing.grammar import MOST_OPERATIONS, Recipe, Step, from_address, read, schema
from imagehub.images.pipeline.editing.operations import OPERATIONS
from imagehub.images.pipeline.editing.parameters import (
    Choice,
    Colour,
    Focus,
    ImageId,
    Number,
    Parameter,
    Pixels,
    Text,
)
from imagehub.images.pipeline.editing.refused import RecipeRefused

Item = dict[str, Any]
BOX = {"x": 0.25, "y": 0, "width": 0.5, "height": 1}
JUDGE = jsonschema_rs.Draft202012Validator(schema())

WRITTEN: list[tuple[list[Item], str, str]] = [
    ([], "[]", "~"),
    ([{"op": "auto"}, {"op": "orient"}], '[{"op":"auto"},{"op":"orient"}]', "auto;orient"),
    (
        [{"height": 1.0, "op": "crop", **BOX}],
        '[{"op":"crop","x":0.25,"y":0,"width":0.5,"height":1}]',
        "crop:0.25,0,0.5,1",
    ),
    ([{"op": "rotate", "degrees": -0.0}], '[{"op":"rotate","degrees":0}]', "rotate:0"),
    ([{"op": "exposure", "stops": 1 / 3}], '[{"op":"exposure","stops":0.333333}]', "exposure:0.333333"),
    ([{"op": "blur", "radius": 1e-6}], '[{"op":"blur","radius":1e-06}]', "blur:0.000001"),
    ([{"op": "resize", "width": 80.0, "fit": "inside"}], '[{"op":"resize","width":80}]', "resize:80"),
    ([{"op": "resize", "height": 9, "fit": "fill"}], '[{"op":"resize","height":9,"fit":"fill"}]', "resize:,9,fill"),
    (
        [{"op": "redact", **BOX, "mode": "fill"}],
        f'[{{"op":"redact",{json.dumps(BOX)[1:-1]}}}]'.replace(" ", ""),
        "redact:0.25,0,0.5,1",
    ),
    (
        [{"op": "text", "text": "e\u0301 <b>\n", "x": 0, "y": 1, "size": 0.05, "colour": "#FFF", "font": "sans"}],
        '[{"op":"text","text":"é <b>\\n","x":0,"y":1}]',
        "text:w6kgPGI-Cg,0,1",
    ),
    (
        [{"op": "text", "text": "a", "x": 0, "y": 0, "colour": "#A0b1C2d3", "font": "serif"}],
        '[{"op":"text","text":"a","x":0,"y":0,"colour":"#a0b1c2d3","font":"serif"}]',
        "text:YQ,0,0,,a0b1c2d3,serif",
    ),
    (
        [{"op": "watermark", "image": "a_B-9", "x": 0, "y": 0, "width": 0.2, "opacity": 1}],
        '[{"op":"watermark","image":"a_B-9","x":0,"y":0,"width":0.2}]',
        "watermark:a_B-9,0,0,0.2",
    ),
    (
        [{"op": "border", "width": 0.1, "colour": "#123f"}],
        '[{"op":"border","width":0.1,"colour":"#112233"}]',
        "border:0.1,112233",
    ),
]

REFUSED: list[tuple[object, dict[str, str]]] = [
    (None, {"": "list"}),
    ({"op": "auto"}, {"": "list"}),
    ([{"op": "auto"}] * 51, {"": "count 50"}),
    ([{"op": "auto"}, "auto"], {"/1": "object"}),
    ([{}], {"/0/op": "operation"}),
    ([{"op": "script"}], {"/0/op": "operation"}),
    ([{"op": ["crop"]}], {"/0/op": "operation"}),
    ([{"op": "orient", "a/b~": 1}], {"/0/a~1b~0": "unknown"}),
    ([{"op": "rotate"}], {"/0/degrees": "required"}),
    ([{"op": "rotate", "degrees": math.nan}], {"/0/degrees": "number"}),
    ([{"op": "rotate", "degrees": math.inf}], {"/0/degrees": "number"}),
    ([{"op": "rotate", "degrees": True}], {"/0/degrees": "number"}),
    ([{"op": "rotate", "degrees": "7"}], {"/0/degrees": "number"}),
    ([{"op": "rotate", "degrees": 1e308}], {"/0/degrees": "range -360 360"}),
    ([{"op": "resize"}], {"/0": "either width height"}),
    ([{"op": "resize", "width": 0}], {"/0/width": "range 1 16384"}),
    ([{"op": "resize", "width": -1}], {"/0/width": "range 1 16384"}),
    ([{"op": "resize", "height": 10**9}], {"/0/height": "range 1 16384"}),
    ([{"op": "resize", "height": 10**400}], {"/0/height": "range 1 16384"}),
    ([{"op": "resize", "width": 2.5}], {"/0/width": "integer"}),
    ([{"op": "resize", "width": 8, "fit": "outside"}], {"/0/fit": "choice inside cover fill"}),
    ([{"op": "crop", **BOX, "x": 0.51}], {"/0/width": "outside"}),
    ([{"op": "redact", **BOX, "y": 0.1}], {"/0/height": "outside"}),
    ([{"op": "crop", **BOX, "width": 0}], {"/0/width": "range 0.0001 1"}),
    ([{"op": "blur", "radius": 10**6}], {"/0/radius": "range 0 0.5"}),
    ([{"op": "border", "width": 10**5}], {"/0/width": "range 0 0.5"}),
    ([{"op": "border", "width": 0, "colour": "red"}], {"/0/colour": "colour"}),
    ([{"op": "border", "width": 0, "colour": "#12345"}], {"/0/colour": "colour"}),
    ([{"op": "text", "text": "", "x": 0, "y": 0}], {"/0/text": "length 1 200"}),
    ([{"op": "text", "text": "a" * 201, "x": 0, "y": 0}], {"/0/text": "length 1 200"}),
    ([{"op": "text", "text": "e\u0301" * 150, "x": 0, "y": 0}], {"/0/text": "length 1 200"}),
    ([{"op": "text", "text": "\U0001d160" * 200, "x": 0, "y": 0}], {"/0/text": "length 1 200"}),
    ([{"op": "text", "text": 5, "x": 0, "y": 0}], {"/0/text": "string"}),
    ([{"op": "text", "text": "a\0", "x": 0, "y": 0}], {"/0/text": "characters"}),
    ([{"op": "text", "text": "a\u202eb", "x": 0, "y": 0}], {"/0/text": "characters"}),
    ([{"op": "text", "text": "\ud800", "x": 0, "y": 0}], {"/0/text": "characters"}),
    (
        [{"op": "text", "text": "a", "x": 0, "y": 0, "font": "../../etc/passwd"}],
        {"/0/font": "choice sans sans-bold serif serif-bold"},
    ),
    ([{"op": "watermark", "image": "../a", "x": 0, "y": 0, "width": 0.1}], {"/0/image": "image"}),
    (
        [{"op": "watermark", "image": "http://a/", "x": 2, "y": 0, "width": 0.1}],
        {"/0/image": "image", "/0/x": "range 0 1"},
    ),
]

MISSPELT: list[tuple[str, dict[str, str]]] = [
    ("", {"/0/op": "operation"}),
    ("auto;", {"/1/op": "operation"}),
    ("~;auto", {"/0/op": "operation"}),
    ("auto:", {"": "spelling"}),
    ("rotate:07", {"": "spelling"}),
    ("rotate:7.0", {"": "spelling"}),
    ("rotate:-0", {"": "spelling"}),
    ("rotate:1e2", {"/0/degrees": "number"}),
    ("rotate:nan", {"/0/degrees": "number"}),
    ("rotate:\u0667", {"/0/degrees": "number"}),
    ("rotate:7,7", {"/0": "spelling"}),
    ("rotate:400", {"/0/degrees": "range -360 360"}),
    ("resize:80,,inside", {"": "spelling"}),
    ("border:0.1,FFFFFF", {"": "spelling"}),
    ("text:YQ==,0,0", {"": "spelling"}),
    ("text:Y,0,0", {"/0/text": "spelling"}),
    ("text:_w,0,0", {"/0/text": "spelling"}),
    ("text:YR,0,0", {"": "spelling"}),
    ("auto;" * 50 + "auto", {"": "count 50"}),
    ("a" * (1 << 16), {"": "count 50"}),
]


PATTERNS: dict[type[Parameter], str] = {
    Colour: r"#([0-9a-fA-F]{3}){1,2}",
    Focus: r"smart|0\.[0-9]{1,4}:[01]",
    ImageId: r"[A-Za-z0-9_-]{1,64}",
}


def values_of(parameter: Parameter) -> st.SearchStrategy[Any]:
    match parameter:
        case Pixels():
            return st.integers(int(parameter.least), int(parameter.most))
        case Number():
            return st.floats(parameter.least, parameter.most)
        case Choice():
            return st.sampled_from(parameter.words)
        case Text():
            return st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=1, max_size=9)
    return st.from_regex(PATTERNS[type(parameter)], fullmatch=True)


@st.composite
def items(draw: st.DrawFn) -> Item:
    name = draw(st.sampled_from(sorted(OPERATIONS)))
    operation = OPERATIONS[name]
    left_out = {key for key in operation.parameters if not operation.needs(key) and draw(st.booleans())}
    kept = {key: parameter for key, parameter in operation.parameters.items() if key not in left_out - {"width"}}
    item = {key: draw(values_of(parameter)) for key, parameter in kept.items()}
    if {"x", "width", "height"} <= item.keys():
        item |= {"x": item["x"] * (1 - item["width"]), "y": item["y"] * (1 - item["height"])}
    return {"op": name, **item}


@pytest.mark.parametrize(("given", "canonical", "address"), WRITTEN)
def test_there_is_one_way_to_write_a_recipe(given: list[Item], canonical: str, address: str) -> None:
    recipe = read(given)
    assert (recipe.canonical(), recipe.address()) == (canonical, address)
    assert from_address(address) == read(json.loads(canonical)) == recipe


@settings(deadline=None, max_examples=80)
@given(st.lists(items(), max_size=6))
def test_canonical_form_and_address_stand_for_the_same_recipe(recipe: list[Item]) -> None:
    made = read(recipe)
    address = made.address()
    assert JUDGE.is_valid(recipe)
    assert re.fullmatch(r"[A-Za-z0-9_.,:;~-]+", address)
    assert from_address(address) == read(json.loads(made.canonical())) == made
    assert from_address(address).digest == made.digest


@pytest.mark.parametrize(("recipe", "faults"), REFUSED)
def test_what_no_recipe_says_is_refused_with_the_place_of_each_fault(recipe: object, faults: dict[str, str]) -> None:
    with pytest.raises(RecipeRefused) as refused:
        read(recipe)
    assert refused.value.faults == faults


@pytest.mark.parametrize(("address", "faults"), MISSPELT)
def test_an_address_that_we_would_write_otherwise_is_refused(address: str, faults: dict[str, str]) -> None:
    with pytest.raises(RecipeRefused) as refused:
        from_address(address)
    assert refused.value.faults == faults


def test_the_schema_refuses_what_is_refused_for_its_form() -> None:
    beyond = {"outside", "length 1 200"}  # sums of two values, and what composing makes of a text
    writable = [(recipe, faults) for recipe, faults in REFUSED if is_json(recipe)]
    passed = [faults for recipe, faults in writable if JUDGE.is_valid(recipe)]
    assert [faults for faults in passed if not beyond & set(faults.values())] == []
    assert JUDGE.is_valid([{"op": "resize", "width": 80.0}])


def is_json(value: object) -> bool:
    try:
        return bool(json.dumps(value, allow_nan=False, ensure_ascii=False).encode())
    except ValueError:
        return False


def test_the_schema_names_every_operation_and_its_defaults() -> None:
    described = schema()
    assert list(described["$defs"]) == list(OPERATIONS)
    assert described["maxItems"] == MOST_OPERATIONS
    assert described["$defs"]["text"]["required"] == ["op", "text", "x", "y"]
    assert described["$defs"]["text"]["properties"]["size"]["default"] == 0.05
    assert described["$defs"]["resize"]["anyOf"] == [{"required": ["width"]}, {"required": ["height"]}]


def test_the_digest_is_that_of_the_canonical_text() -> None:
    assert read([]).digest == "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"
    assert read([{"op": "flip", "axis": "vertical"}]).digest != read([{"op": "flip", "axis": "horizontal"}]).digest


def test_a_recipe_names_the_images_it_needs() -> None:
    marks = [{"op": "watermark", "image": name, "x": 0, "y": 0, "width": 0.1} for name in ("b", "a", "b")]
    assert read([*marks, {"op": "auto"}]).images == {"a", "b"}
    assert Recipe((Step("auto", {}),)).images == frozenset()


def test_of_many_unknown_parameters_some_are_named() -> None:
    with pytest.raises(RecipeRefused) as refused:
        read(
            [
                {"op": "auto", **{"k" * 100 + str(number): 1 for number in range(1000)}},
                {"op": "flip", **dict.fromkeys(map(str, range(1000)))},
            ]
        )
    assert len(refused.value.faults) == 1 + 1 + 20
