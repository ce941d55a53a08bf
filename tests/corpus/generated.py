"""Pictures that say where they came from, as generators and editors write them, and some that lie about it."""

import json
import struct
import zlib
from collections.abc import Callable

from PIL import Image, PngImagePlugin

from tests.corpus import build

Parameters = dict[str, str | int | float | bool]
VOCABULARY = "http://cv.iptc.org/newscodes/digitalsourcetype/"
PROMPT = "a lighthouse at dusk, (oil painting:1.2)"
NEGATIVE = "blurry, text"
A1111 = (
    f"{PROMPT}\nNegative prompt: {NEGATIVE}\n"
    "Steps: 20, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 6.5, Seed: 965400086, Size: 512x768, "
    'Model hash: 6ce0161689, Model: v1-5-pruned, Lora hashes: "sea: 1f2e, sky: 3d4c", Version: v1.10.1'
)
A1111_PARAMETERS: Parameters = {
    "steps": 20,
    "sampler": "DPM++ 2M",
    "scheduler": "Karras",
    "cfg_scale": 6.5,
    "seed": 965400086,
    "width": 512,
    "height": 768,
    "model_hash": "6ce0161689",
    "model": "v1-5-pruned",
    "Lora hashes": "sea: 1f2e, sky: 3d4c",
    "version": "v1.10.1",
}
GRAPH = {
    "3": {
        "class_type": "KSampler",
        "inputs": {
            "seed": 156680208700286,
            "steps": 20,
            "cfg": 8,
            "sampler_name": "euler",
            "scheduler": "normal",
            "denoise": 1,
            "model": ["4", 0],
            "positive": ["6", 0],
            "negative": ["7", 0],
            "latent_image": ["5", 0],
        },
    },
    "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "sd_xl_base_1.0.safetensors"}},
    "5": {"class_type": "EmptyLatentImage", "inputs": {"width": 1024, "height": 1024, "batch_size": 1}},
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": PROMPT, "clip": ["4", 1]}},
    "7": {"class_type": "CLIPTextEncode", "inputs": {"text": NEGATIVE, "clip": ["4", 1]}},
    "9": {"class_type": "SaveImage", "inputs": {"images": ["3", 0]}},
}
GRAPH_PARAMETERS: Parameters = {
    "seed": 156680208700286,
    "steps": 20,
    "cfg_scale": 8,
    "sampler": "euler",
    "scheduler": "normal",
    "denoise": 1,
    "model": "sd_xl_base_1.0.safetensors",
    "width": 1024,
    "height": 1024,
}
WORKFLOW = {"last_node_id": 9, "nodes": [{"id": 3, "type": "KSampler"}], "links": [], "version": 0.4}
INVOKEAI = {
    "app_version": "4.2.7",
    "generation_mode": "txt2img",
    "positive_prompt": PROMPT,
    "negative_prompt": NEGATIVE,
    "width": 1024,
    "height": 768,
    "seed": 12,
    "cfg_scale": 7.5,
    "steps": 30,
    "scheduler": "euler",
    "model": {"key": "b2e0", "hash": "blake3:1", "name": "Juggernaut XL", "base": "sdxl"},
    "loras": [],
}
INVOKEAI_PARAMETERS: Parameters = {
    "model": "Juggernaut XL",
    "version": "4.2.7",
    "generation_mode": "txt2img",
    "width": 1024,
    "height": 768,
    "seed": 12,
    "cfg_scale": 7.5,
    "steps": 30,
    "scheduler": "euler",
}


def png(**texts: str) -> bytes:
    """Write a PNG with texts as Pillow writes them for its callers."""
    info = PngImagePlugin.PngInfo()
    for key, text in texts.items():
        info.add_text(key, text)
    return build.encoded(build.picture(), "PNG", pnginfo=info)


def png_with(kind: bytes, body: bytes) -> bytes:
    """Write a PNG with one more chunk."""
    return build.with_chunks(build.encoded(build.picture(), "PNG"), build.chunk(kind, body))


def packet(term: str = "trainedAlgorithmicMedia") -> bytes:
    """Write XMP as an editor would, with more in it than the source type."""
    return (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        b'<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">'
        b"<dc:creator>" + build.CANARY + b"</dc:creator><Iptc4xmpExt:DigitalSourceType>"
    ) + f"{VOCABULARY}{term}</Iptc4xmpExt:DigitalSourceType></rdf:Description></rdf:RDF></x:xmpmeta>".encode()


def with_packet(form: str, xmp: bytes | None = None) -> bytes:
    """Write a picture with an XMP packet in the place that its format has for it."""
    body = packet() if xmp is None else xmp
    if form == "PNG":
        return png_with(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + body)
    if form == "GIF":
        tail = bytes([1, *range(255, -1, -1), 0])
        plain = build.encoded(build.picture(), "GIF")
        at = 13 + (3 << (plain[10] & 7) + 1)
        return plain[:at] + b"\x21\xff\x0bXMP DataXMP" + body + tail + plain[at:]
    return build.encoded(build.picture(), form, xmp=body)


def comment(text: str, *, code: bytes = b"UNICODE\0", order: str = "be") -> bytes:
    """Write an Exif block whose user's comment is a text, as a sub-directory of the first one."""
    body = code + (text.encode(f"utf-16-{order}") if code == b"UNICODE\0" else text.encode())
    first = struct.pack(">HHHIII", 1, 0x8769, 4, 1, 26, 0)
    details = struct.pack(">HHHIII", 1, 0x9286, 7, len(body), 44, 0)
    return b"Exif\0\0MM\0*" + struct.pack(">I", 8) + first + details + body


def labelled(**texts: str) -> bytes:
    """Write an Exif block with what ComfyUI writes for maker and model."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = (f"{name}:{text}" for name, text in texts.items())
    return exif.tobytes()


def manifest(*terms: str) -> bytes:
    """Write the look of a C2PA manifest store: boxes, labels, assertions; signed by nobody."""
    about = (
        struct.pack(">I4s", 38, b"jumd") + b"c2pa" + bytes.fromhex("00110010800000aa00389b71") + b"\3c2pa\0" + bytes(9)
    )
    claims = b"".join(b"qdigitalSourceTypexF" + f"{VOCABULARY}{term}".encode() for term in terms)
    inner = about + struct.pack(">I4s", 8 + len(claims), b"cbor") + claims
    return struct.pack(">I4s", 8 + len(inner), b"jumb") + inner


def with_manifest(form: str, *terms: str) -> bytes:
    """Write a picture with a manifest in the place that its format has for it."""
    body, plain = manifest(*terms), build.encoded(build.picture(), form)
    if form == "PNG":
        return build.with_chunks(plain, build.chunk(b"caBX", body))
    if form == "JPEG":
        return build.with_segments(plain, build.segment(0xEB, b"JP\0\1\0\0\0\1" + body))
    if form == "WEBP":
        return build.riff(build.extended((64, 48), 0), plain[12:], build.riff_chunk(b"C2PA", body))
    if form == "AVIF":
        box = bytes.fromhex("d8fec3d61b0e483c92975828877ec481") + bytes(4) + b"manifest\0" + bytes(8) + body
        return plain + struct.pack(">I4s", 8 + len(box), b"uuid") + box
    blocks = b"".join(bytes([len(part)]) + part for part in (body[:255], body[255:]) if part)
    at = 13 + (3 << (plain[10] & 7) + 1)
    return plain[:at] + b"\x21\xff\x0bC2PA_GIF\1\0\0" + blocks + b"\0" + plain[at:]


def _compressed(text: str) -> bytes:
    return b"parameters\0\0" + zlib.compress(text.encode("latin-1"))


def _international(text: str) -> bytes:
    return b"parameters\0\1\0en\0\0" + zlib.compress(text.encode())


AUTOMATIC1111: dict[str, Callable[[], bytes]] = {
    "PNG": lambda: png(parameters=A1111),
    "PNG, compressed text": lambda: png_with(b"zTXt", _compressed(A1111)),
    "PNG, compressed international text": lambda: png_with(b"iTXt", _international(A1111)),
    "PNG, EXIF": lambda: png_with(b"eXIf", comment(A1111)[6:]),
    "JPEG": lambda: build.encoded(build.picture(), "JPEG", exif=comment(A1111)),
    "JPEG, the other order": lambda: build.encoded(build.picture(), "JPEG", exif=comment(A1111, order="le")),
    "JPEG, ASCII": lambda: build.encoded(build.picture(), "JPEG", exif=comment(A1111, code=b"ASCII\0\0\0")),
    "WebP": lambda: build.encoded(build.picture(), "WEBP", exif=comment(A1111)[6:]),
    "AVIF": lambda: build.encoded(build.picture(), "AVIF", exif=comment(A1111)),
}
COMFYUI: dict[str, Callable[[], bytes]] = {
    "PNG": lambda: png(prompt=json.dumps(GRAPH), workflow=json.dumps(WORKFLOW)),
    "WebP": lambda: build.encoded(
        build.picture(), "WEBP", exif=labelled(Workflow=json.dumps(WORKFLOW), Prompt=json.dumps(GRAPH))
    ),
}
