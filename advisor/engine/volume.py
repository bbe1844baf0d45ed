"""How many requests a month there are where only the bill of today was told: so many as come to that bill."""

from __future__ import annotations

import numpy as np

from advisor.content.catalogue import Catalogue
from advisor.engine.burden import BILL, VOLUME, today
from advisor.engine.estimate.inference import base_models, serving
from advisor.engine.estimate.requests import requests
from advisor.engine.scenarios import Scenarios
from advisor.interview.situation import Situation

TODAY = ("prompting", "few_shot", "rag")
"""Options of which one may be today's way, against which the others are held."""


def told_by_bill(situation: Situation) -> bool:
    """Whether the bill of today says how many requests there are, as nobody said it."""
    return situation.answers.get(BILL) is not None and situation.answers.get(VOLUME) is None


def take_from_bill(scenarios: Scenarios, facts: Catalogue) -> None:
    """Set the requests a month of situations whose bill says them, in each scenario by what one request of today's way
    costs there. Machines of one's own cost the same whatever they answer: the volume stays as it was drawn.
    """
    places = [place for place, situation in enumerate(scenarios.situations) if told_by_bill(situation)]
    if not places:
        return
    part = scenarios.only(places)
    models, sent = base_models(part, facts), requests(part)
    served = {option: serving(part, facts, models, sent[option]) for option in TODAY}
    each = today(part, {option: one.per_request for option, one in served.items()})
    own = today(part, {option: one.gpu_month for option, one in served.items()})
    bill = part.told(BILL)
    with np.errstate(divide="ignore", invalid="ignore"):
        volume = bill / each
    asked = scenarios.content.question(VOLUME)
    volume = np.where(
        (own > 0) | ~np.isfinite(volume), part[VOLUME], np.clip(np.round(volume), asked.minimum, asked.maximum)
    )
    if len(places) == len(scenarios.situations):
        scenarios.columns[VOLUME] = volume
        return
    drawn = scenarios.columns[VOLUME]
    column = np.array(np.broadcast_to(drawn, (len(scenarios.situations), scenarios.count)))
    column[places] = volume
    scenarios.columns[VOLUME] = column
