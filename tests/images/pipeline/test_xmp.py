import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagehub.images.pipeline import xmp
from imagehub.images.pipeline.marks import SourceType
from tests.corpus import generated

TRAINED = SourceType.TRAINED_ALGORITHMIC_MEDIA
URI = TRAINED.uri.encode()


@pytest.mark.parametrize(
    "text",
    [
        b'<rdf:Description Iptc4xmpExt:DigitalSourceType="' + URI + b'"/>',
        b"<rdf:Description iptcExt:DigitalSourceType = '" + URI + b"'/>",
        b"<Iptc4xmpExt:DigitalSourceType>" + URI + b"</Iptc4xmpExt:DigitalSourceType>",
        b"<Iptc4xmpExt:DigitalSourceType>\n  " + URI + b"\n</Iptc4xmpExt:DigitalSourceType>",
        b'<Iptc4xmpExt:DigitalSourceType rdf:resource="' + URI + b'"/>',
        b'<Iptc4xmpExt:DigitalSourceType xml:lang="en">' + URI + b"</Iptc4xmpExt:DigitalSourceType>",
        b'<x:DigitalSourceType rdf:resource="' + URI.replace(b"http:", b"https:") + b'"/>',
        b"\xff\xfe" + ('<a b:DigitalSourceType="' + URI.decode() + '"/>').encode("utf-16-le"),
        ('<a b:DigitalSourceType="' + URI.decode() + '"/>').encode("utf-16-be"),
        b"\xff broken \xc0 before" + generated.packet() + b"and behind <<<",
    ],
)
def test_the_source_type_is_found_however_it_is_written(text: bytes) -> None:
    assert list(xmp.terms(text)) == [TRAINED]


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"<dc:description>made by " + URI + b"</dc:description>",
        b"<Iptc4xmpExt:DigitalSourceType/><dc:title>" + URI + b"</dc:title>",
        b'<a b:DigitalSourceType="trainedAlgorithmicMedia"/>',
        b'<a b:DigitalSourceType="http://example.org/trainedAlgorithmicMedia"/>',
        b'<a b:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/madeUp"/>',
        b'<a b:DigitalSourceType="' + b" " * 400 + URI + b'"/>',
        b'<!DOCTYPE a [<!ENTITY e "' + URI + b'">]><b:DigitalSourceType>&e;</b:DigitalSourceType>',
        b"x" * xmp.WINDOW + generated.packet(),
        b":DigitalSourceType " * 30 + generated.packet(),
    ],
)
def test_anything_else_claims_nothing(text: bytes) -> None:
    assert list(xmp.terms(text)) == []


@pytest.mark.parametrize("term", SourceType)
def test_what_we_write_is_what_we_read(term: SourceType) -> None:
    assert list(xmp.terms(xmp.packet(term))) == [term]


def test_our_packet_says_one_thing_by_its_full_name() -> None:
    packet = xmp.packet(TRAINED)
    assert packet.count(b"cv.iptc.org") == 1
    assert b'Iptc4xmpExt:DigitalSourceType="' + URI + b'"' in packet
    assert packet.startswith('<?xpacket begin="\ufeff"'.encode())
    assert packet.endswith(b'<?xpacket end="r"?>')


def test_full_names_in_a_manifest_are_claims() -> None:
    assert list(xmp.mentioned(generated.manifest("digitalCapture", "madeUp", "trainedAlgorithmicMedia"))) == [
        SourceType.DIGITAL_CAPTURE,
        TRAINED,
    ]
    assert len(list(xmp.mentioned(generated.manifest(*["print"] * 500)))) == 20


@given(st.lists(st.sampled_from([b":DigitalSourceType", URI, b'="', b">", b"<", b" rdf:resource='", b"\0", b" " * 99])))
def test_no_order_of_its_parts_is_an_error(parts: list[bytes]) -> None:
    assert set(xmp.terms(b"".join(parts))) <= {TRAINED}
