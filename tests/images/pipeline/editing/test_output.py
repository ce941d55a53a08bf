from typing import Any

import pytest

from imagehub.images.pipeline.editing.output import Output
from imagehub.images.pipeline.editing.refused import RecipeRefused
from imagehub.images.pipeline.formats import Format


@pytest.mark.parametrize(
    ("values", "faults"),
    [
        ((Format.GIF, 80), {"/format": "choice jpeg png webp avif"}),
        ((Format.PNG, 0), {"/quality": "range 1 100"}),
        ((Format.JPEG, 101, 0), {"/quality": "range 1 100", "/width": "range 1 16384"}),
        ((Format.JPEG, 80, 16_385), {"/width": "range 1 16384"}),
    ],
)
def test_an_output_that_we_do_not_write_is_refused(values: Any, faults: dict[str, str]) -> None:
    with pytest.raises(RecipeRefused) as refused:
        Output(*values)
    assert refused.value.faults == faults
