import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imagehub.images.pipeline import recipes
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.marking import mark_of, marked
from imagehub.images.pipeline.marks import Marks, SourceType
from imagehub.images.pipeline.reading import marks
from imagehub.images.pipeline.recipes import Policy
from imagehub.images.pipeline.refusals import Refusal
from tests.corpus import build, generated

TRAINED = SourceType.TRAINED_ALGORITHMIC_MEDIA
RECIPE = Marks(TRAINED, "Automatic1111", generated.PROMPT, generated.NEGATIVE, generated.A1111_PARAMETERS)
STORED = marked(build.encoded(build.picture(), "PNG"), Format.PNG, TRAINED)


def test_what_is_kept_is_read_again_by_us_and_by_others() -> None:
    data = recipes.leaving(STORED, RECIPE, Policy.KEEP)
    assert marks(data, Format.PNG) == RECIPE
    text = build.decoded(data).info["parameters"]
    assert text.startswith(f"{generated.PROMPT}\nNegative prompt: {generated.NEGATIVE}\nSteps: 20, Size: 512x768, ")
    assert 'Lora hashes: "sea: 1f2e, sky: 3d4c"' in text


def test_pixels_and_the_mark_stay() -> None:
    for policy in Policy:
        data = recipes.leaving(STORED, RECIPE, policy)
        assert build.decoded(data).tobytes() == build.decoded(STORED).tobytes()
        assert mark_of(data, Format.PNG) is TRAINED


def test_what_is_dropped_leaves_nothing() -> None:
    assert recipes.leaving(STORED, RECIPE, Policy.DROP) == STORED
    assert recipes.without_parameters(recipes.with_parameters(STORED, RECIPE)) == STORED


def test_every_generator_s_text_is_dropped() -> None:
    texts = {"prompt": "1", "workflow": "2", "invokeai_metadata": "3", "invokeai_workflow": "4", "invokeai_graph": "5"}
    data = generated.png(parameters=generated.A1111, Title="kept", **texts)
    assert build.decoded(recipes.without_parameters(data)).info == {"Title": "kept"}


def test_new_parameters_take_the_place_of_the_former() -> None:
    former = recipes.with_parameters(STORED, Marks(prompt="former"))
    assert recipes.with_parameters(former, RECIPE) == recipes.with_parameters(STORED, RECIPE)


def test_a_prompt_alone_is_read_again() -> None:
    told = marks(recipes.with_parameters(STORED, Marks(prompt="a\nb")), Format.PNG)
    assert (told.prompt, told.negative_prompt) == ("a\nb", "")


def test_what_is_no_png_is_refused() -> None:
    for policy in Policy:
        with pytest.raises(Refusal):
            recipes.leaving(build.encoded(build.picture(), "JPEG"), RECIPE, policy)


VALUES = st.one_of(st.integers(-(10**18), 10**18), st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40))


@settings(deadline=None)
@given(st.text(max_size=60), st.dictionaries(st.from_regex(r"\A[a-z][a-z0-9 ]{0,20}[a-z]\Z"), VALUES, max_size=8))
def test_whatever_is_kept_can_be_written_and_read(prompt: str, parameters: dict[str, int | str]) -> None:
    data = recipes.with_parameters(STORED, Marks(prompt=prompt, parameters=parameters))
    told = marks(data, Format.PNG)
    assert told.generator == "Automatic1111"
    json.dumps(dict(told.parameters))
    build.decoded(data)
