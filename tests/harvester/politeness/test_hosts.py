"""What is remembered of hosts."""

from harvester.politeness.hosts import MOST, Hosts
from imagehub.lib.outbound import targets


def test_a_host_is_known_by_its_name_and_port() -> None:
    hosts = Hosts()
    urls = ["http://example.com/a", "http://EXAMPLE.com.:80/b", "https://example.com/", "http://img.example.com/"]
    found = [hosts.of(targets.read(url)) for url in urls]
    assert [host.name for host in found] == [
        "example.com:80",
        "example.com:80",
        "example.com:443",
        "img.example.com:80",
    ]
    assert found[0] is found[1]


def test_a_later_wish_never_shortens_an_earlier_one() -> None:
    host = Hosts().named("example.com:80")
    host.ask_for_rest(60, 100.0)
    host.ask_for_rest(5, 110.0)
    assert [host.rest(now) for now in (110.0, 150.0, 160.0)] == [50.0, 10.0, 0.0]


def test_those_met_longest_ago_are_forgotten() -> None:
    hosts = Hosts()
    known = {name: hosts.named(name) for name in map(str, range(MOST))}
    assert hosts.named("0") is known["0"]
    hosts.named("one more")
    assert hosts.named("0") is known["0"]
    assert hosts.named("1") is not known["1"]
