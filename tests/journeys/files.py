"""Files, and how a person gives them to the page."""

import io

from PIL import Image
from playwright.sync_api import FilePayload, Page


def picture(name: str, colour: str = "teal", size: tuple[int, int] = (300, 300)) -> FilePayload:
    """Draw a file to choose."""
    file = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(file, "PNG")
    Image.blend(Image.open(file), Image.new("RGB", size, colour), 0.8).save(file := io.BytesIO(), "JPEG")
    return {"name": name, "mimeType": "image/jpeg", "buffer": file.getvalue()}


def choose(page: Page, *files: FilePayload) -> None:
    """Choose files as the file dialog would return them."""
    page.locator("[data-file-input]").set_input_files(list(files))
