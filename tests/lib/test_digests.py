from imagehub.lib.digests import sha256, sha256_of

ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_pieces_have_the_digest_of_the_whole() -> None:
    assert sha256(b"abc") == ABC
    assert sha256_of([b"a", b"", b"bc"]) == ABC
