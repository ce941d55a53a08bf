"""Whose requests count together."""

import pytest

from harvester.politeness.sites import site


@pytest.mark.parametrize(
    ("host", "owner"),
    [
        ("example.com", "example.com"),
        ("img7.example.com", "example.com"),
        ("a.b.c.example.com", "example.com"),
        ("IMG.Example.COM", "example.com"),
        ("img.example.com.", "example.com"),
        ("photos.example.co.uk", "example.co.uk"),
        ("photos.example.com.br", "example.com.br"),
        ("co.uk", "co.uk"),
        ("shop.example.de", "example.de"),
        ("localhost", "localhost"),
        ("one.github.io", "one.github.io"),
        ("two.github.io", "two.github.io"),
        ("img.notgithub.io", "notgithub.io"),
        ("d111.cloudfront.net", "d111.cloudfront.net"),
        ("bucket.s3.eu-west-1.amazonaws.com", "bucket.s3.eu-west-1.amazonaws.com"),
        ("192.0.2.7", "192.0.2.7"),
        ("2001:0DB8::1", "2001:db8::1"),
    ],
)
def test_names_of_one_owner_count_together(host: str, owner: str) -> None:
    assert site(host) == owner
