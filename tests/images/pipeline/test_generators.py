import json

import pytest

from imagehub.images.pipeline.generators import understood
from imagehub.images.pipeline.marks import Marks, SourceType
from tests.corpus import generated

TRAINED = SourceType.TRAINED_ALGORITHMIC_MEDIA
PARTS = (generated.PROMPT, generated.NEGATIVE)


def test_automatic1111_is_understood() -> None:
    told = understood({"parameters": generated.A1111})
    assert told == Marks(TRAINED, "Automatic1111", *PARTS, generated.A1111_PARAMETERS)


def test_comfyui_is_understood() -> None:
    told = understood({"prompt": json.dumps(generated.GRAPH), "workflow": json.dumps(generated.WORKFLOW)})
    assert told == Marks(TRAINED, "ComfyUI", *PARTS, generated.GRAPH_PARAMETERS)


def test_invokeai_is_understood() -> None:
    told = understood({"invokeai_metadata": json.dumps(generated.INVOKEAI), "invokeai_graph": "{}"})
    assert told == Marks(TRAINED, "InvokeAI", *PARTS, generated.INVOKEAI_PARAMETERS)


@pytest.mark.parametrize(
    ("text", "prompt", "negative", "parameters"),
    [
        ("Steps: 1", "", "", {"steps": 1}),
        ("a\nb\nSteps: 1, Seed: -1", "a\nb", "", {"steps": 1, "seed": -1}),
        ("Negative prompt: b\nc\nSteps: 1", "", "b\nc", {"steps": 1}),
        ("Steps: 1, Size: 0x5x7, Clip skip: 2", "", "", {"steps": 1, "Size": "0x5x7", "Clip skip": 2}),
        ("Steps: 5\nSteps: 1, CFG scale: 7.0", "Steps: 5", "", {"steps": 1, "cfg_scale": 7.0}),
        ("Steps: 1\nTemplate: x, y: z", "", "", {"steps": 1}),
        ('Steps: 1, A: "open, Seed: 5', "", "", {"steps": 1, "A": "open", "seed": 5}),
        ('Steps: 1, A: "say \\"hi\\", you", B: 2', "", "", {"steps": 1, "A": 'say "hi", you', "B": 2}),
        ('Steps: 1, A: "bad \\x escape"', "", "", {"steps": 1, "A": "bad \\x escape"}),
        ("Steps: 12345678901234567890123", "", "", {"steps": "12345678901234567890123"}),
        ("Steps: 1, no pair", "", "", {"steps": 1}),
    ],
)
def test_its_last_line_is_taken_apart(text: str, prompt: str, negative: str, parameters: generated.Parameters) -> None:
    assert understood({"parameters": text}) == Marks(TRAINED, "Automatic1111", prompt, negative, parameters)


@pytest.mark.parametrize(
    "texts",
    [
        {},
        {"parameters": ""},
        {"parameters": "f(x) = 2"},
        {"parameters": "The Steps: 5 of grief"},
        {"prompt": "Draw a house"},
        {"prompt": "[1, 2]"},
        {"prompt": '{"a": 1, "b": {"c": []}}'},
        {"prompt": "[" * 200_000},
        {"prompt": '{"a":' * 50_000},
        {"prompt": "1" * 100_000},
        {"workflow": "first cut, then paste"},
        {"workflow": '{"nodes": []}'},
        {"comment0": "a nice day: Steps"},
        {"comment0": "prompt:none"},
    ],
)
def test_other_texts_of_these_names_are_nobody_s(texts: dict[str, str]) -> None:
    assert understood(texts) == Marks()


@pytest.mark.parametrize(
    ("texts", "generator"),
    [
        ({"workflow": json.dumps(generated.WORKFLOW)}, "ComfyUI"),
        ({"prompt": '{"1": {"class_type": "KSampler", "inputs"'}, "ComfyUI"),
        ({"prompt": '{"1": {"class_type": 7, "inputs": [1]}}'}, "ComfyUI"),
        ({"invokeai_workflow": "{}"}, "InvokeAI"),
        ({"invokeai_metadata": "{" * 9_000}, "InvokeAI"),
        ({"invokeai_metadata": '[{"seed": 1}]'}, "InvokeAI"),
    ],
)
def test_a_generator_is_known_though_its_details_are_not(texts: dict[str, str], generator: str) -> None:
    assert understood(texts) == Marks(TRAINED, generator)


def graph(**inputs: object) -> str:
    sampler = {"class_type": "Any", "inputs": {"positive": ["b", 0], "negative": ["c", 0]}}
    nodes = {name: {"class_type": "Any", "inputs": value} for name, value in inputs.items()}
    return json.dumps({"a": sampler, **nodes})


@pytest.mark.parametrize(
    ("text", "prompt"),
    [
        (graph(b={"text": "p"}), "p"),
        (graph(b={"conditioning": ["d", 0]}, d={"text": ["e", 0]}, e={"value": "p"}), "p"),
        (graph(b={"text": ["b", 0]}), ""),
        (graph(b={"text": [["b"], 0]}), ""),
        (graph(b={"text": []}), ""),
        (graph(b={"text": 7}), ""),
        (graph(b=[]), ""),
        (graph(), ""),
    ],
)
def test_links_are_followed_to_the_prompt_and_no_further_than_some_steps(text: str, prompt: str) -> None:
    assert understood({"prompt": text}).prompt == prompt


def test_a_graph_without_a_sampler_we_know_still_has_a_prompt() -> None:
    nodes = {"1": {"class_type": "CLIPTextEncodeFlux", "inputs": {"text": "p"}}, "2": {"class_type": "CLIPTextEncode"}}
    assert understood({"prompt": json.dumps(nodes)}).prompt == "p"


def test_odd_numbers_of_json_are_dropped() -> None:
    text = '{"seed": NaN, "steps": 1e999, "cfg_scale": 123456789012345678901234567890, "a": true, "b": null}'
    assert understood({"invokeai_metadata": text}).parameters == {"a": True}


def test_halves_of_characters_and_controls_do_not_come_through() -> None:
    text = json.dumps({"positive_prompt": "a\ud800b\0c", "model": {"name": "m\ud800"}})
    told = understood({"invokeai_metadata": text})
    assert (told.prompt, told.parameters) == ("a\ufffdbc", {"model": "m\ufffd"})
