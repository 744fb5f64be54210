"""Whom limits take for one client: of IPv6 a network, of IPv4 an address, however it is written."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

import pytest

from renkei_kg.web import crowding
from renkei_kg.web.addresses import plain, share
from tests.attacks.watching import engine, eventually
from tests.attacks.wire import connected
from tests.serving import Server, serving

HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
PROXY = "127.0.0.9"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("::FFFF:c000:201", "192.0.2.1"),
        ("192.0.2.1:8080", "192.0.2.1"),
        (" [2001:DB8::1]:443", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("[::ffff:192.0.2.1]:80", "192.0.2.1"),
        ("2001:0db8:0:0:0:0:0:1", "2001:db8::1"),
        ("unknown", "unknown"),
        ("_hidden", "_hidden"),
        ("2001:db8::1%eth0", "2001:db8::1%eth0"),
        ("1.2.3.4.5", "1.2.3.4.5"),
        ("", ""),
    ],
)
def test_an_address_is_plain(written: str, expected: str) -> None:
    assert plain(written) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unknown", "unknown"),
        ("x" * 9000, "x" * 9000),
    ],
)
def test_a_network_of_ipv6_is_one_client(address: str, expected: str) -> None:
    assert share(address) == expected


@pytest.fixture(scope="module")
def server(snapshots: Path) -> Iterator[Server]:
    with serving(snapshots, client_queries=1, trusted_proxies=PROXY) as running:
        yield running


def test_addresses_of_one_network_share_what_a_client_may_have(server: Server) -> None:
    target = quote(HEAVY)
    with ExitStack() as stack:
        connection = stack.enter_context(connected(server, source=PROXY))
        head = f"GET /sparql?query={target} HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 2001:db8:1:2::1\r\n\r\n"
        connection.sendall(head.encode())
        eventually(2, lambda: engine(server, "running", "slow") in ((1, 0), (0, 1)))
        for number, (address, status) in enumerate(
            {
                "2001:db8:1:2:ffff::9": 429,
                "[2001:db8:1:2::7]:4711": 429,
                "2001:db8:1:3::1": 200,
                "::ffff:192.0.2.7": 200,
            }.items()
        ):
            answer = server.ask(f"ASK {{}} # {number}", source=PROXY, X_Forwarded_For=address)
            assert answer.status == status, address


class Member:
    """A connection without anything on it."""

    def __init__(self, holder: str, since: float) -> None:
        self.holder, self.since, self.dropped = holder, since, False

    def rank(self) -> int | None:
        return 0

    def drop(self) -> None:
        self.dropped = True


def test_connections_of_one_network_go_before_those_of_others() -> None:
    one = [Member(share(f"2001:db8::{number}"), number + 10) for number in range(3)]
    others = [Member(share(f"2001:db8:{number}::1"), number) for number in range(1, 8)]
    assert crowding.superfluous([*others, *one], 9) == [one[0]]
    assert crowding.superfluous([*others, *one], 10) == []
