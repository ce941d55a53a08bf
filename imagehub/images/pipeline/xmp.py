"""The one property of XMP that concerns us: `Iptc4xmpExt:DigitalSourceType` (IPTC Photo Metadata, ISO 16684-1).

Foreign packets are never parsed as XML: no entity is expanded, no document built. A window of bytes behind
each mention of the property's name is matched against the three ways in which RDF may write its value.
"""

import re
from collections.abc import Iterator

from imagehub.images.pipeline.marks import SourceType

WINDOW = 1 << 20
"""Bytes of a foreign packet that are looked at."""

_MENTIONS = 20
_NAME = b":DigitalSourceType"
_REACH = 300
_SCHEME = rb"https?://cv\.iptc\.org/newscodes/digitalsourcetype/"
_TERMS = {term.value.encode(): term for term in SourceType}
_VALUE = re.compile(rb"""(?:\s*=\s*["']|\s+rdf:resource\s*=\s*["']|[^<>]{0,100}>\s*)""" + _SCHEME + rb"(\w{1,60})")
# In a manifest the head of the next item, often a letter, follows the term at once: known words, longer ones first.
_ANYWHERE = re.compile(_SCHEME + b"(" + b"|".join(sorted(_TERMS, reverse=True)) + b")")

_PACKET = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
    '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"'
    ' Iptc4xmpExt:DigitalSourceType="{uri}"/>'
    "</rdf:RDF></x:xmpmeta>"
    '<?xpacket end="r"?>'
)


def packet(term: SourceType) -> bytes:
    """Write a packet that says nothing but the source type."""
    return _PACKET.format(uri=term.uri).encode()


def terms(foreign: bytes) -> Iterator[SourceType]:
    """Yield the source types a foreign packet claims; unknown words are passed over."""
    window = _eight_bit(foreign[:WINDOW])
    at = 0
    for _ in range(_MENTIONS):
        at = window.find(_NAME, at) + len(_NAME)
        if at < len(_NAME):
            return
        found = _VALUE.match(window, at, at + _REACH)
        if found and found[1] in _TERMS:
            yield _TERMS[found[1]]


def mentioned(manifest: bytes) -> Iterator[SourceType]:
    """Yield the source types whose full names appear anywhere, as the assertions of a C2PA manifest write them."""
    for number, found in enumerate(_ANYWHERE.finditer(manifest[:WINDOW])):
        if number == _MENTIONS:
            return
        yield _TERMS[found[1]]


def _eight_bit(foreign: bytes) -> bytes:
    """Take every second byte of UTF-16: names and terms are ASCII."""
    return foreign.replace(b"\0", b"") if b"<\0" in foreign[:8] or b"\0<" in foreign[:8] else foreign
