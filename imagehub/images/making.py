"""What the name of a rendition stands for: a fixed size or the address of a recipe, and how it is wanted.

    {size or recipe}[;dpr:2|3][;q:low|best][;focus:smart|x:y][;frames:all]

in this order, and with nothing said that goes without saying, so that the same thing has one name. `dpr` multiplies
the pixels of the size, or of what a recipe resizes to; `focus` is what a size that cuts has to keep; `frames:all` lets
a size of an animation move, of which otherwise the first frame is shown, as in all recipes. What is finite needs no
signature on public images; a place of one's own choice, of which there are millions, does.
"""

import functools
import hashlib
import math
import re
from dataclasses import dataclass, replace

from imagehub.images import copies, decoders, presets, settling
from imagehub.images.models import Image
from imagehub.images.pipeline.animated import rendering
from imagehub.images.pipeline.editing import cost, grammar
from imagehub.images.pipeline.editing.engine import Output
from imagehub.images.pipeline.editing.grammar import Recipe, Step
from imagehub.images.pipeline.editing.operations import MOST_SIDE
from imagehub.images.pipeline.editing.plan import planned
from imagehub.images.pipeline.editing.refused import RecipeRefused, TooExpensive
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.render import SMART, Focus, Rendered, Spec, Use
from imagehub.images.presets import Preset, Quality
from imagehub.lib.errors import ImageNotFound, RenditionTooExpensive

LARGEST_AVIF = 8_000_000  # pixels: about a second
CUT = "c-"  # how the labels begin of sizes of this installation that cut
_SHOWN = 40  # signs of a digest that tell the renditions of recipes apart
_OPTION = re.compile(
    r"(?P<dpr>dpr:[23])|(?P<quality>q:(?:low|best))|(?P<frames>frames:all)"
    r"|focus:(?P<focus>smart|[01](?:\.[0-9]{1,4})?:[01](?:\.[0-9]{1,4})?)"
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be made of an image; either a size or a recipe."""

    what: str
    dpr: int = 1
    quality: Quality = Quality.GOOD
    focus: Focus | None = None
    moves: bool = False

    @property
    def preset(self) -> Preset | None:
        """The fixed size, if it is one."""
        return presets.PRESETS.get(self.what)

    @property
    def recipe(self) -> Recipe:
        """The recipe, as large as the screen wants it."""
        return _larger(recipe(self.what), self.dpr)

    @property
    def name(self) -> str:
        """Its one spelling."""
        return ";".join([self.what, *self._options()])

    @property
    def is_finite(self) -> bool:
        """Whether it is one of a few that anybody may ask for."""
        return self.preset is not None and (self.focus is None or self.focus == SMART)

    @property
    def label(self) -> str:
        """Under which name it is kept."""
        if self.preset is not None:
            return _label_of_own(self.name, self.preset) if self.what.startswith(presets.OWN) else self.name
        of_recipe = recipe(self.what).digest
        options = ";".join(self._options())
        digest = hashlib.sha256(f"{of_recipe};{options}".encode()).hexdigest() if options else of_recipe
        return f"r-{digest[:_SHOWN]}"

    def _options(self) -> list[str]:
        focus = self.focus if self.focus is None or self.focus == SMART else ":".join(f"{at:g}" for at in self.focus)
        return [
            *([f"dpr:{self.dpr}"] if self.dpr > 1 else []),
            *([f"q:{self.quality}"] if self.quality is not Quality.GOOD else []),
            *([f"focus:{focus}"] if focus else []),
            *(["frames:all"] if self.moves else []),
        ]


def _label_of_own(name: str, preset: Preset) -> str:
    """Name a size of this installation after what it is: the same word may mean another one tomorrow."""
    digest = hashlib.sha256(f"{name} {preset.width}x{preset.height}".encode()).hexdigest()
    return f"{CUT if preset.fit == 'cover' else 's-'}{digest[:_SHOWN]}"


@functools.lru_cache(maxsize=1024)
def read(name: str) -> Wanted:
    """Return what a name stands for; ImageNotFound for what is neither a size nor a recipe, or is spelled otherwise."""
    parts = name.split(";")
    # The first one is never an option, and recipes hold more of them than options do.
    end = next((place for place, part in enumerate(parts) if place and _OPTION.fullmatch(part)), len(parts))
    what = ";".join(parts[:end])
    wanted = functools.reduce(_with, parts[end:], Wanted(what))
    preset = wanted.preset
    if preset is None:
        recipe(what)
    cuts = preset is not None and preset.fit == "cover"
    may_move = preset is not None and preset.only is None
    if wanted.name != name or (wanted.focus and not cuts) or (wanted.moves and not may_move):
        raise ImageNotFound
    return wanted


def _with(wanted: Wanted, option: str) -> Wanted:
    found = _OPTION.fullmatch(option)
    if found is None:
        raise ImageNotFound
    value = option.partition(":")[2]
    if found["frames"]:
        return replace(wanted, moves=True)
    if found["dpr"]:
        return replace(wanted, dpr=int(value))
    if found["quality"]:
        return replace(wanted, quality=Quality(value))
    return replace(wanted, focus=SMART if value == SMART else _place(value))


def _place(value: str) -> tuple[float, float]:
    x, y = (float(at) for at in value.split(":"))
    if max(x, y) > 1:
        raise ImageNotFound
    return x, y


def is_preset(name: str) -> bool:
    """Tell whether a name is that of a fixed size, however it is wanted."""
    try:
        return read(name).preset is not None
    except ImageNotFound:
        return False


def moves(name: str) -> bool:
    """Tell whether all frames are asked for."""
    return is_preset(name) and read(name).moves


def is_quick(name: str, image: Image) -> bool:
    """Tell whether a rendition is made in a moment: a fixed size of one picture that is not very large."""
    wanted = read(name)
    return wanted.preset is not None and not wanted.moves and math.prod(_size(wanted, image)) <= decoders.QUICK_PIXELS


def is_open(name: str) -> bool:
    """Tell whether anybody may ask for it of a public image."""
    return is_preset(name) and read(name).is_finite


def label(name: str) -> str:
    """Return under which name a rendition is kept; ImageNotFound for what is none."""
    return read(name).label


def suits(name: str, format_: Format, image: Image) -> bool:
    """Tell whether a format is worth its time for what is asked for: a very large AVIF is not, nor a long animation."""
    wanted = read(name)
    if wanted.moves:
        return image.is_moving and _moving_cost(wanted, format_, image) <= rendering.BUDGET
    if format_ is not Format.AVIF:
        return True
    width, height = _size(wanted, image)
    return width * height <= LARGEST_AVIF


def _moving_cost(wanted: Wanted, format_: Format, image: Image) -> float:
    """Reckon what a format costs with all frames; one that has only one costs too much."""
    if format_ not in rendering.ENCODING:
        return math.inf
    return rendering.cost(image.frames, (image.width, image.height), _size(wanted, image), format_)


def _size(wanted: Wanted, image: Image) -> tuple[int, int]:
    size = image.width, image.height
    if wanted.preset is None:
        return planned(wanted.recipe, size).size
    width, height = wanted.preset.enlarged(wanted.dpr, size)
    if wanted.preset.fit == "cover":
        return width, height
    scale = min(1.0, width / size[0], height / size[1])
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def made(name: str, format_: Format, image: Image) -> Rendered:
    """Make a rendition of an image; `Refusal` if it does not decode.

    ImageNotFound for what there can't be, such as a still that moves; RenditionTooExpensive for what would be too much.
    """
    wanted = read(name)
    if wanted.moves and not (image.is_moving and format_ in rendering.ENCODING):
        raise ImageNotFound
    if not suits(name, format_, image):
        raise RenditionTooExpensive
    if wanted.preset is not None:
        return _rendered(spec(wanted, format_, image), image, _size(wanted, image))
    try:
        cost.admit(wanted.recipe, image.width, image.height)
    except TooExpensive:
        raise RenditionTooExpensive from None
    output = Output(format_, presets.quality(wanted.quality, format_))
    return decoders.edit(settling.original(image), wanted.recipe, output, {})


def _rendered(wish: Spec, image: Image, size: tuple[int, int]) -> Rendered:
    """Make a size from the working copy if that will do."""
    copy = copies.read(image, wish) if wish.use is Use.SHOWN and copies.serves(image, wish) else None
    if copy is None:
        return decoders.render(settling.original(image), wish, size[0] * size[1])
    # Sides follow the original: of the copy they were rounded once already.
    return decoders.render(copy, replace(wish, width=size[0], height=size[1], fit="cover"))


def spec(wanted: Wanted, format_: Format, image: Image) -> Spec:
    """Return what the pipeline must do for a fixed size of an image."""
    preset = presets.PRESETS[wanted.what]
    width, height = preset.enlarged(wanted.dpr, (image.width, image.height))
    kept = None if image.focus_x is None or image.focus_y is None else (image.focus_x, image.focus_y)
    focus = wanted.focus or kept or preset.focus
    level, use = presets.quality(wanted.quality, format_), Use.MOVING if wanted.moves else Use.SHOWN
    return Spec(width, height, preset.fit, format_, level, focus, use)


@functools.lru_cache(maxsize=256)
def recipe(address: str) -> Recipe:
    """Return the recipe of an address, one that lays no other image on the picture; ImageNotFound for none."""
    try:
        found = grammar.from_address(address)
    except RecipeRefused:
        raise ImageNotFound from None
    if found.images:
        raise ImageNotFound
    return found


def _larger(small: Recipe, times: int) -> Recipe:
    return Recipe(tuple(_resized(step, times) for step in small.steps)) if times > 1 else small


def _resized(step: Step, times: int) -> Step:
    if step.operation != "resize":
        return step
    given = {"width", "height"} & step.values.keys()
    sides = {name: min(MOST_SIDE, int(step.number(name)) * times) for name in given}
    return Step(step.operation, {**step.values, **sides})
