"""The head of an answer, taken line by line and never without bounds."""

from dataclasses import dataclass, field

MOST_LINES = 200  # of all heads and trailers of one answer together
MOST_BYTES = 64 * 1024  # likewise
REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LONGEST_NUMBER = 18  # digits of a length that is worth reading
_BY_LINE = "x-robots-tag"  # its lines speak to different agents, so they stay apart
_FINAL = 200  # the lowest status after which nothing else comes


@dataclass
class Head:
    """Status and headers of the one final answer; heads before it and trailers behind it say nothing."""

    status: int = 0
    headers: dict[str, str] = field(
        default_factory=dict
    )  # by lower-case name, repeated ones joined by commas (or see below)
    is_whole: bool = False
    _lines: int = 0
    _bytes: int = 0

    @property
    def location(self) -> str | None:
        """Where a redirect leads."""
        return self.headers.get("location") if self.status in REDIRECTS else None

    def take(self, line: bytes) -> bool:
        """Take the next line off the wire; False when it is one too many or can't be read."""
        self._lines += 1
        self._bytes += len(line)
        if self._lines > MOST_LINES or self._bytes > MOST_BYTES:
            return False
        return self.is_whole or self._read(line.decode("latin-1").strip())

    def announces_more_than(self, size: int) -> bool:
        """Tell whether the body can't but be larger than `size` bytes, as long as it is what was announced."""
        length = self.headers.get("content-length", "")
        is_known = length.isascii() and length.isdigit() and "content-encoding" not in self.headers
        return self.status == _FINAL and is_known and (len(length) > _LONGEST_NUMBER or int(length) > size)

    def _read(self, text: str) -> bool:
        if not self.status:
            return self._open(text)
        if text:
            self._add(text)
        else:
            self._close()
        return True

    def _open(self, text: str) -> bool:
        _, _, rest = text.partition(" ")
        code = rest[:3]
        self.status = int(code) if code.isascii() and code.isdigit() else 0
        return self.status > 0

    def _add(self, text: str) -> None:
        name, _, value = text.partition(":")
        key, said = name.strip().lower(), value.strip()
        plain = said if said.isprintable() else "".join(filter(str.isprintable, said))
        joint = "\n" if key == _BY_LINE else ", "
        self.headers[key] = f"{self.headers[key]}{joint}{plain}" if key in self.headers else plain

    def _close(self) -> None:
        self.is_whole = self.status >= _FINAL
        if not self.is_whole:
            self.status = 0
            self.headers.clear()
