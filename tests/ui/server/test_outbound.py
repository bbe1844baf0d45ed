"""To which addresses the app sends requests for a visitor."""

from __future__ import annotations

import pytest

from advisor.ui.server.origins import HOSTS, ORIGINS
from advisor.ui.server.outbound import ENDPOINTS, Outbound, outbound
from advisor.ui.server.proxies import PROXIES

METADATA = "http://169.254.169.254/latest"


@pytest.mark.parametrize("served_on", ["127.0.0.1", "::1", "localhost"])
@pytest.mark.parametrize("asked_of", ["127.0.0.1:8501", "localhost:8501", "[::1]:8501"])
def test_who_sits_at_the_machine_that_the_app_serves_alone_may_send_anywhere(served_on, asked_of):
    own = outbound({}, served_on, asked_of, None, {"x-forwarded-for": ""})
    assert own.anywhere
    assert own.allows("https://api.openai.com/v1")


@pytest.mark.parametrize(
    ("environment", "served_on", "asked_of", "visitor", "headers"),
    [
        ({}, "0.0.0.0", "localhost:8501", None, {}),
        ({}, "", "localhost:8501", None, {}),
        ({}, "127.0.0.1", "advisor.example.org", None, {}),
        ({}, "127.0.0.1", "", None, {}),
        ({}, "127.0.0.1", "localhost@evil", None, {}),
        ({}, "127.0.0.1", "localhost:8501", "192.168.7.20", {}),
        ({}, "127.0.0.1", "127.0.0.1:8501", None, {"x-forwarded-for": "198.51.100.7"}),
        ({}, "127.0.0.1", "127.0.0.1:8501", None, {"via": "1.1 proxy"}),
        ({HOSTS: "advisor.example.org"}, "127.0.0.1", "localhost:8501", None, {}),
        ({PROXIES: "127.0.0.1"}, "127.0.0.1", "localhost:8501", None, {}),
        ({ORIGINS: "https://advisor.example.org"}, "127.0.0.1", "localhost:8501", None, {}),
    ],
)
def test_for_anybody_else_it_sends_nowhere_and_with_a_list_to_what_is_listed_alone(
    environment, served_on, asked_of, visitor, headers
):
    assert outbound(environment, served_on, asked_of, visitor, headers).nowhere
    told = {**environment, ENDPOINTS: "https://api.openai.com/v1/, http://10.0.0.5:8000/v1"}
    some = outbound(told, served_on, asked_of, visitor, headers)
    assert some == Outbound(False, ("https://api.openai.com/v1", "http://10.0.0.5:8000/v1"))
    assert some.allows(" https://api.openai.com/v1/ ")
    for other in (
        METADATA,
        "https://api.openai.com/v2",
        "https://api.openai.com/v1/../../x",
        "https://api.openai.com/v1@169.254.169.254",
        "http://api.openai.com/v1",
        "HTTPS://API.OPENAI.COM/v1",
        "",
    ):
        assert not some.allows(other), other
