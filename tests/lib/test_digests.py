from django.test import override_settings

from imagehub.lib.digests import keyed, sha256, sha256_of

ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_pieces_have_the_digest_of_the_whole() -> None:
    assert sha256(b"abc") == ABC
    assert sha256_of([b"a", b"", b"bc"]) == ABC


def test_a_keyed_digest_depends_on_its_use_on_where_parts_end_and_on_our_secret() -> None:
    digests = [keyed("a", [b"bc"]), keyed("ab", [b"c"]), keyed("a", [b"b", b"c"]), keyed("a", [])]
    with override_settings(SECRET_KEY="another" * 10):
        digests.append(keyed("a", [b"bc"]))
    assert len(set(digests)) == 5
    assert {len(digest) for digest in digests} == {32}
    assert keyed("a", [b"bc"]) == digests[0]
