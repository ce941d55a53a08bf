"""The kinds of parameters: each reads a value strictly, tells its JSON Schema and how it stands in an address."""

import base64
import binascii
import math
import re
import unicodedata
from dataclasses import KW_ONLY, dataclass
from typing import Any

Value = float | str
Schema = dict[str, Any]

PRECISION = 6
"""Decimals of a number: a sixtieth of a pixel on the largest picture."""

_NUMBER = re.compile(r"-?[0-9]{1,6}(?:\.[0-9]{1,6})?")
_COLOUR = "#([0-9A-Fa-f]{3,4}|[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})"
_IMAGE = "[A-Za-z0-9_-]{1,64}"
_FOCUS = r"(?:smart|(0(?:\.[0-9]{1,4})?|1(?:\.0{1,4})?):(0(?:\.[0-9]{1,4})?|1(?:\.0{1,4})?))"
_DRAWABLE = r"[^\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]*"
"""No control characters but the line feed, and none that turn the direction of what follows."""


class Unfit(ValueError):
    """A value that a parameter doesn't take; its text is the fault of `RecipeRefused`."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """What one parameter of an operation may be; one without a default has to be given."""

    meaning: str
    _: KW_ONLY
    default: Value | None = None

    def read(self, value: object) -> Value:
        """Return the value in its one spelling; raises `Unfit`."""
        if not isinstance(value, str):
            raise Unfit("string")
        return value

    def schema(self) -> Schema:
        """Tell the same as JSON Schema 2020-12."""
        default = {} if self.default is None else {"default": self.default}
        return {"type": "string", "description": self.meaning, **default}

    def spelled(self, value: Value) -> str:
        """Write a read value in `[A-Za-z0-9_.:-]`, at least one of them."""
        return str(value)

    def parsed(self, text: str) -> Value:
        """Take such a spelling back to what `read` reads; raises `Unfit`."""
        return text


@dataclass(frozen=True, slots=True)
class Number(Parameter):
    """A finite number of at most six decimals."""

    least: float
    most: float

    def read(self, value: object) -> Value:
        """Refuse truth values and what is no number, and round."""
        if isinstance(value, bool) or not isinstance(value, int | float) or not _is_finite(value):
            raise Unfit("number")
        if not self.least <= value <= self.most:
            raise Unfit(f"range {_written(self.least)} {_written(self.most)}")
        return _normal(value)

    def schema(self) -> Schema:
        """Tell the range."""
        return {**Parameter.schema(self), "type": "number", "minimum": self.least, "maximum": self.most}

    def spelled(self, value: Value) -> str:
        """Write it without exponent and without zeros that say nothing."""
        return _written(float(value))

    def parsed(self, text: str) -> Value:
        """Take only what may have been spelled so."""
        if not _NUMBER.fullmatch(text):
            raise Unfit("number")
        return float(text)


@dataclass(frozen=True, slots=True)
class Pixels(Number):
    """A whole number of pixels."""

    def read(self, value: object) -> Value:
        """Refuse fractions; 5.0 is none."""
        number = Number.read(self, value)
        if number != value or not isinstance(number, int):
            raise Unfit("integer")
        return number

    def schema(self) -> Schema:
        """Tell that it is whole."""
        return {**Number.schema(self), "type": "integer"}


@dataclass(frozen=True, slots=True)
class Choice(Parameter):
    """One of some words."""

    words: tuple[str, ...]

    def read(self, value: object) -> Value:
        """Take one of the words as it is written."""
        if not isinstance(value, str) or value not in self.words:
            raise Unfit(f"choice {' '.join(self.words)}")
        return value

    def schema(self) -> Schema:
        """Tell the words."""
        return {**Parameter.schema(self), "enum": list(self.words)}


@dataclass(frozen=True, slots=True)
class Colour(Parameter):
    """A colour in sRGB as CSS writes it in hexadecimal, with or without opacity."""

    def read(self, value: object) -> Value:
        """Write it in six digits, or in eight where it is not opaque."""
        if not isinstance(value, str) or not re.fullmatch(_COLOUR, value):
            raise Unfit("colour")
        digits = value[1:].lower()
        full = digits if len(digits) > 4 else "".join(digit * 2 for digit in digits)  # noqa: PLR2004  # #rgb, #rgba
        return f"#{full[:6]}" if full[6:] == "ff" else f"#{full}"

    def schema(self) -> Schema:
        """Tell the pattern."""
        return {**Parameter.schema(self), "pattern": f"^{_COLOUR}$"}

    def spelled(self, value: Value) -> str:
        """Leave out the sign that an address can't hold."""
        return str(value)[1:]

    def parsed(self, text: str) -> Value:
        """Put it back."""
        return f"#{text}"


@dataclass(frozen=True, slots=True)
class Text(Parameter):
    """Words to be drawn as they stand, in Unicode's composed form (NFC); there is no markup."""

    most: int

    def read(self, value: object) -> Value:
        """Compose, and refuse what can't be drawn or would draw the rest in another order."""
        given = str(Parameter.read(self, value))
        text = unicodedata.normalize("NFC", given) if len(given) <= self.most else given
        if not 1 <= len(text) <= self.most:
            raise Unfit(f"length 1 {self.most}")
        if not re.fullmatch(_DRAWABLE, text) or any(unicodedata.category(letter) == "Cs" for letter in text):
            raise Unfit("characters")
        return text

    def schema(self) -> Schema:
        """Tell length and characters."""
        return {**Parameter.schema(self), "minLength": 1, "maxLength": self.most, "pattern": f"^{_DRAWABLE}$"}

    def spelled(self, value: Value) -> str:
        """Write it in base64url."""
        return base64.urlsafe_b64encode(str(value).encode()).decode().rstrip("=")

    def parsed(self, text: str) -> Value:
        """Read base64url."""
        try:
            return base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise Unfit("spelling") from None


@dataclass(frozen=True, slots=True)
class ImageId(Parameter):
    """The public id of another image."""

    def read(self, value: object) -> Value:
        """Take what looks like an id; whose it is, and whether it is, others ask."""
        if not isinstance(value, str) or not re.fullmatch(_IMAGE, value):
            raise Unfit("image")
        return value

    def schema(self) -> Schema:
        """Tell the pattern."""
        return {**Parameter.schema(self), "pattern": f"^{_IMAGE}$"}


@dataclass(frozen=True, slots=True)
class Focus(Parameter):
    """What a cut keeps: `smart`, or a place as shares of width and height, `0.5:0.5` in the middle."""

    def read(self, value: object) -> Value:
        """Write a place without zeros that say nothing."""
        found = re.fullmatch(_FOCUS, value) if isinstance(value, str) else None
        if found is None:
            raise Unfit("focus")
        return "smart" if found[1] is None else f"{_written(float(found[1]))}:{_written(float(found[2]))}"

    def schema(self) -> Schema:
        """Tell the pattern."""
        return {**Parameter.schema(self), "pattern": f"^{_FOCUS}$"}


def _is_finite(value: float) -> bool:
    return isinstance(value, int) or math.isfinite(value)


def _normal(value: float) -> float:
    """Round, and write whole numbers as such: 1.0 is 1, -0.0 is 0."""
    rounded = round(float(value), PRECISION)
    return int(rounded) if rounded.is_integer() else rounded


def _written(number: float) -> str:
    written = f"{number:.{PRECISION}f}"
    return written.rstrip("0").rstrip(".")
