"""Where routes are open, looked up once for those that are alike."""

from __future__ import annotations

from datetime import date

import numpy as np
from hypothesis import given

from advisor.content.catalogue import catalogue
from advisor.content.load import load
from advisor.engine.drawing import draw
from advisor.engine.estimate.routes import allowed, open_routes_of, open_to_user
from advisor.interview.situation import Situation
from tests.situations import situations

CONTENT = load()
FACTS = catalogue(CONTENT, date(2026, 11, 22))


@given(situations())
def test_each_route_is_open_where_its_own_platform_and_customer_say(answered: Situation) -> None:
    scenarios = draw([answered], CONTENT, 32)
    open_routes = open_routes_of(scenarios, FACTS)
    for route, mask in zip(open_routes.routes, open_routes.open, strict=True):
        assert np.array_equal(mask, allowed(scenarios, route) & open_to_user(scenarios, route, FACTS.at)), route.id
    ever_open = {place for place, _, _ in open_routes.ever_open}
    assert ever_open == {place for place, mask in enumerate(open_routes.open) if mask.any()}
