"""Bills worked out by hand, from answers that leave nothing to chance."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from advisor import situation
from advisor.content.load import load
from advisor.engine.assessment import Assessment, assess
from advisor.engine.estimate.bill import Bill, Bills
from advisor.engine.estimate.breakeven import break_even
from advisor.engine.estimate.inference import HOURS_A_MONTH, Serving

CONTENT = load()
AT = date(2026, 11, 22)

FIXED = {
    "requests_per_month": 1_000_000,
    "question_tokens": 400,
    "instruction_tokens": 600,
    "example_tokens": 1_000,
    "passage_tokens": 2_000,
    "output_tokens": 100,
    "price_model": "gpt_4_1",
    "model": "large",
    "hosting": "anywhere",
    "usage": "service",
    "horizon_months": 10,
    "prompt_kept": 0.5,
    "chain_calls": 2,
    "schema_tokens": 100,
    "evaluation_set": "no",
    "evaluation_days": 4,
    "day_rate": 500,
    "upkeep_days_prompt": 1,
    "upkeep_days_index": 2,
    "prompting_days": 2,
    "rag_days": 20,
    "index_month": 100,
    "corpus_mtok": 10,
    "embed_usd_mtok": 0.1,
    "reindex_share": 0.2,
    "labelled_examples": 1_000,
    "examples_wanted": 500,
    "examples_most": 10_000,
    "example_row_tokens": 50,
    "epochs": 3,
    "training_runs": 2,
    "data_checked": "all",
    "retrains_per_year": 2,
    "retrain_days": 4,
    "cache_hits": 0.5,
    "cache_minutes": 1e6,
    "reasoning_tokens": 0,
    "teacher_allowed": "yes",
    "held_out": "yes",
    "skills": "ml",
    "gpu": "gb80",
    "cache_minimum": 100_000,
    "batch_ok": "no",
    "small_model": "poor",
    "sft_days": 10,
}


def assessed(**changes: object) -> Assessment:
    return assess([situation(**{**FIXED, **changes})], CONTENT, AT, 16)


def only(values: np.ndarray) -> float:
    assert np.ptp(values) <= 1e-9 * max(1.0, abs(float(values[0])))
    return float(values[0])


def test_inference_is_price_times_tokens_times_requests() -> None:
    # gpt-4.1: 2 USD in, 8 USD out per million tokens.
    tokens, gpus = assessed().bills["prompting"].inference
    assert only(tokens) == pytest.approx(1e6 * (1000 * 2 + 100 * 8) / 1e6)
    assert only(gpus) == 0


@pytest.mark.parametrize(
    ("option", "sent", "calls"), [("few_shot", 2_000, 1), ("structured", 1_100, 2), ("rag", 3_000, 1)]
)
def test_each_option_pays_for_what_it_sends(option: str, sent: int, calls: int) -> None:
    tokens, _ = assessed().bills[option].inference
    assert only(tokens) == pytest.approx(calls * (sent * 2 + 100 * 8))


def test_a_prompt_long_enough_is_read_from_the_cache() -> None:
    """Half of 1,600 repeated tokens at 0.50 USD a million, the rest at 2 USD; below the minimum nothing is cached."""
    found = assessed(cache_minimum=1_024).bills
    assert only(found["few_shot"].inference[0]) == pytest.approx(1_200 * 2 + 800 * 0.5 + 100 * 8)
    assert only(found["prompting"].inference[0]) == pytest.approx(1_000 * 2 + 100 * 8)


def test_answers_that_may_come_later_are_priced_as_a_batch() -> None:
    tokens, _ = assessed(batch_ok="yes").bills["prompting"].inference
    assert only(tokens) == pytest.approx((1_000 * 2 + 100 * 8) / 2)


def test_a_small_model_that_is_good_enough_is_what_prompting_costs() -> None:
    """gpt-6-luna: 0.10 USD in, 0.50 USD out per million tokens."""
    tokens, _ = assessed(small_model="good").bills["prompting"].inference
    assert only(tokens) == pytest.approx(1_000 * 0.1 + 100 * 0.5)


def test_a_request_in_the_long_context_tier_pays_its_price() -> None:
    """gpt-6-luna doubles its input price above 272,000 tokens of one request, not of a month."""
    short = assessed(price_model="gpt_6_luna", model="small", question_tokens=1_000, requests_per_month=1_000)
    long = assessed(price_model="gpt_6_luna", model="small", question_tokens=299_400, requests_per_month=1_000)
    per_token_short = only(short.bills["prompting"].inference[0] - 1_000 * 100 * 0.5 / 1e6) / 1_600
    per_token_long = only(long.bills["prompting"].inference[0] - 1_000 * 100 * 0.75 / 1e6) / 300_000
    assert per_token_long == pytest.approx(2 * per_token_short)


def test_one_off_cost_is_spread_evenly_over_the_horizon() -> None:
    bill = assessed().bills["prompting"]
    once = 4 * 500 + 2 * 500
    assert only(bill.once_usd) == pytest.approx(once)
    assert only(bill.usd_month) == pytest.approx(2_800 + 500 + once / 10)
    assert only(bill.usd_horizon) == pytest.approx((2_800 + 500) * 10 + once)


def test_retrieval_pays_for_index_embedding_and_upkeep() -> None:
    bill = assessed().bills["rag"]
    assert only(bill.monthly["retrieval"]) == pytest.approx(100 + (400 + 10 * 0.2) * 0.1)
    assert only(bill.once["retrieval"]) == pytest.approx(10 * 0.1)
    assert only(bill.monthly["upkeep"]) == pytest.approx(3 * 500)


def test_an_evaluation_that_exists_costs_nothing_more() -> None:
    assert only(assessed(evaluation_set="yes").bills["prompting"].once["evaluation"]) == 0
    assert only(assessed(evaluation_set="partial").bills["prompting"].once["evaluation"]) == pytest.approx(1_000)


def test_openai_training_is_tokens_times_passes_times_price() -> None:
    """An active OpenAI customer who named gpt-4.1: 1,000 rows, three passes, two runs."""
    found = assessed(platforms=["openai"], openai_customer="active")
    bill = found.bills["sft"]
    assert bill.offer is not None
    route = found.open_routes.routes[int(bill.offer.chosen[0])]
    price = found.catalogue.fact(str(route.train_usd_mtok)).value
    row = 0.5 * 600 + 400 + 100 + 50
    assert only(bill.once["training"]) == pytest.approx(2 * 1_000 * row * 3 * float(price) / 1e6)


def test_hosting_on_azure_is_paid_by_the_hour_whether_used_or_not() -> None:
    found = assessed(platforms=["azure"], azure_customer="existing", requests_per_month=1)
    bill = found.bills["sft"]
    assert bill.offer is not None
    route = found.open_routes.routes[int(bill.offer.chosen[0])]
    hourly = found.catalogue.fact(str(route.host_usd_hour)).value
    assert only(bill.monthly["hosting"]) == pytest.approx(float(hourly) * HOURS_A_MONTH)


def test_without_an_open_route_the_cost_is_unknown() -> None:
    bill = assessed(platforms=["openai"], openai_customer="new").bills["sft"]
    assert np.isnan(bill.usd_month).all()


def test_retraining_comes_at_the_cadence_or_at_the_end_of_the_base_whichever_is_sooner() -> None:
    lasting = assessed(platforms=["own"]).bills["sft"]
    ending = assessed(platforms=["openai"], openai_customer="active").bills["sft"]
    assert lasting.offer is not None
    assert ending.offer is not None
    each = float(lasting.offer.train_usd[0]) + 4 * 500
    assert float(lasting.monthly["retraining"][0]) == pytest.approx(2 / 12 * each)
    months = only(ending.offer.life)
    assert months < 2
    assert float(ending.monthly["retraining"][0]) > float(lasting.monthly["retraining"][0])


def test_a_one_off_job_has_no_upkeep_and_no_retraining() -> None:
    bill = assessed(usage="one_off", platforms=["own"]).bills["sft"]
    assert only(bill.monthly["upkeep"]) == 0
    assert only(bill.monthly["retraining"]) == 0
    assert only(bill.horizon) == 1


def test_on_premises_pays_for_gpus_and_not_for_tokens() -> None:
    bill = assessed(hosting="on_premises", gpu_hour_serve=2, busy_hours=160, gpu_tokens_s=10_000, peak_factor=4).bills[
        "prompting"
    ]
    tokens, gpus = bill.inference
    assert only(tokens) == 0
    assert only(gpus) % (2 * HOURS_A_MONTH) == pytest.approx(0)
    assert only(gpus) >= 2 * HOURS_A_MONTH


def test_training_on_own_gpus_follows_the_throughput_rule() -> None:
    """Tokens a second = MFU x peak / (4 N) with LoRA."""
    changes = {"platforms": ["own"], "utilisation": 0.3, "gpu_peak_tflops": 312, "own_model_b": 7, "gpu_hour_train": 2}
    bill = assessed(**changes).bills["sft"]
    assert bill.offer is not None
    speed = 0.3 * 312e12 / (4 * 7e9)
    assert 3_000 < speed < 4_000  # published: about 3,150 on an A100 for 7 B
    hours = 1_000 * (0.5 * 600 + 400 + 100 + 50) * 3 / speed / 3600
    assert only(bill.offer.train_usd) == pytest.approx(hours * 2)


def test_break_even_is_where_the_two_bills_meet() -> None:
    found = assessed(platforms=["openai"], openai_customer="active", price_model="gpt_6_sol", model="frontier")
    option, reference = found.bills["distill"], found.bills["few_shot"]
    volume = break_even(option, reference).requests_month
    for row in np.flatnonzero(np.isfinite(volume) & (volume > 1)):
        at = float(volume[row])
        assert option.at_volume(at * 1.01)[row] < reference.at_volume(at * 1.01)[row]
        assert option.at_volume(at * 0.99)[row] > reference.at_volume(at * 0.99)[row]


def test_never_is_an_answer() -> None:
    found = assessed(platforms=["azure"], azure_customer="existing", price_model="gpt_6_luna", model="small")
    times = break_even(found.bills["rag_sft"], found.bills["prompting"])
    assert np.isinf(times.requests_month).all()
    assert np.isinf(times.months).all()


def test_labelling_pays_for_what_is_missing_and_for_what_is_unchecked() -> None:
    minute = 500 / 480
    few = assessed(labelled_examples=100, can_generate="no", label_minutes=6, review_minutes=1, data_checked="no")
    assert only(few.bills["sft"].once["labelling"]) == pytest.approx((400 * 6 + 100 * 1) * minute)
    drafted = assessed(labelled_examples=100, can_generate="yes", label_minutes=6, review_minutes=1, data_checked="all")
    assert only(drafted.bills["sft"].once["labelling"]) == pytest.approx(400 * 1 * minute)
    assert only(assessed().bills["sft"].once["labelling"]) == 0


def test_what_a_vendor_says_of_its_cache_stands_before_the_assumption() -> None:
    """gpt-4.1: from 1,024 tokens on. 50 calls a month in 200 hours are one in 240 minutes, and ten minutes are kept:
    1 - exp(-10 / 240) = 4.08 % of calls find a prompt, of which half is read. So nothing is saved, and a million
    calls find it always.
    """
    fixed = {key: value for key, value in FIXED.items() if key not in ("cache_minimum", "cache_minutes")}

    def bill_of(volume: int) -> float:
        here = situation(**{**fixed, "requests_per_month": volume, "busy_hours": 200})
        return only(assess([here], CONTENT, AT, 16).bills["few_shot"].inference[0]) / volume * 1e6

    fresh = 2_000 * 2 + 100 * 8
    assert bill_of(50) == pytest.approx(fresh - 1_600 * 0.5 * (1 - np.exp(-10 / 240)) * 1.5)
    assert bill_of(50) > 0.98 * fresh
    assert bill_of(1_000_000) == pytest.approx(fresh - 1_600 * 0.5 * 1.5)


def test_a_cache_whose_shortest_prompt_is_longer_keeps_nothing_of_a_short_one() -> None:
    """4,000 repeated tokens are below what Google keeps, and above what OpenAI does."""
    fixed = {key: value for key, value in FIXED.items() if key != "cache_minimum"}
    fixed |= {"instruction_tokens": 3_000, "example_tokens": 1_000}

    def saved(model: str) -> bool:
        found = assess([situation(**{**fixed, "price_model": model})], CONTENT, AT, 16)
        return bool((found.models.cache.hits(found.scenarios, found.sent["few_shot"]) > 0).all())

    assert saved("gpt_4_1")
    assert not saved("gemini_3_8_flash")


def test_what_a_model_thinks_is_billed_as_output_and_only_where_it_thinks() -> None:
    """gpt-6-sol: 2 USD in, 10 USD out per million tokens. gpt-4.1 does not think."""
    thinking = assessed(price_model="gpt_6_sol", model="frontier", reasoning_tokens=400).bills
    assert only(thinking["prompting"].inference[0]) == pytest.approx(1_000 * 2 + (100 + 400) * 10)
    assert only(assessed(reasoning_tokens=400).bills["prompting"].inference[0]) == pytest.approx(2_800)


def test_answers_that_can_wait_need_no_machines_for_the_busiest_hour() -> None:
    """10,000 tokens a second of an 8 B model; gpt-oss-120b is 14.6 times as large and reads and writes 1,100 tokens."""
    changes = {"hosting": "on_premises", "gpu_hour_serve": 2, "gpu_tokens_s": 10_000, "peak_factor": 4}
    requests_a_gpu = 10_000 * 8 / 117 / 1_100 * 730 * 3_600
    for wait, peak in (("no", 4), ("yes", 1)):
        gpus = only(assessed(**changes, batch_ok=wait).bills["prompting"].inference[1]) / (2 * HOURS_A_MONTH)
        assert gpus == np.ceil(1e6 * peak / requests_a_gpu)
    encoders = [
        only(
            assessed(
                encoder_host_month=100, encoder_requests_s=1, peak_factor=4, requests_per_month=2_600_000, batch_ok=wait
            )
            .bills["encoder"]
            .inference[1]
        )
        for wait in ("no", "yes")
    ]
    assert encoders == [400, 100]


def test_a_tuned_model_of_openai_has_a_batch_price() -> None:
    """gpt-4.1-mini, tuned: 0.80 USD in and 3.20 out, as a batch 0.40 and 1.60; it sends 700 tokens."""
    changes = {"platforms": ["openai"], "openai_customer": "active", "price_model": "gpt_4_1_mini", "model": "small"}
    now, later = (assessed(**changes, batch_ok=wait).bills["sft"].inference[0] for wait in ("no", "yes"))
    assert only(now) == pytest.approx(700 * 0.8 + 100 * 3.2)
    assert only(later) == pytest.approx(700 * 0.4 + 100 * 1.6)


def test_a_one_off_job_rents_its_machines_by_the_hour() -> None:
    """2,000 requests are done within the hour; a service would keep the GPU for the month."""
    changes = {"platforms": ["own"], "requests_per_month": 2_000, "gpu_hour_serve": 3, "gpu_tokens_s": 10_000}
    once = assessed(**changes, usage="one_off", own_model_b=8).bills["sft"]
    assert only(once.inference[1]) == 3
    assert only(assessed(**changes, own_model_b=8).bills["sft"].inference[1]) == 3 * HOURS_A_MONTH


def test_the_price_of_tuning_is_the_middle_one_of_the_open_routes() -> None:
    """Of the routes of one class with known prices as many are dearer as are cheaper, and closing the cheapest moves
    the figure to the next one only.
    """
    found = assessed(platforms=["specialist"], model="open_small", price_model="typical", data_shape=["pairs"])
    offer = found.bills["sft"].offer
    assert offer is not None
    small = [
        index
        for index, (route, mask) in enumerate(zip(found.open_routes.routes, found.open_routes.open, strict=True))
        if route.small and "sft" in route.methods and mask.all() and (route.host_usd_hour or route.input_usd_mtok)
    ]
    compared = int(offer.compared[0])
    totals = sorted(_monthly(found, index) for index in small)
    with_own = [total for total in totals if np.isfinite(total)]
    assert compared >= len(with_own) >= 3
    chosen = _monthly(found, int(offer.chosen[0]))
    dearer = sum(total > chosen for total in with_own)
    cheaper = sum(total < chosen for total in with_own)
    assert abs(dearer - cheaper) <= 2
    assert cheaper >= 1


def _monthly(found: Assessment, index: int) -> float:
    """What the route alone would cost in the first scenario."""
    return float(_alone(found, index).recurring[0])


def _alone(found: Assessment, index: int) -> Bill:
    """The bill with all routes closed but one."""
    open_routes = found.open_routes
    masks = tuple(mask if place == index else np.zeros_like(mask) for place, mask in enumerate(open_routes.open))
    return Bills(found.scenarios, found.catalogue, found.models, replace(open_routes, open=masks), found.sent)["sft"]


def _hosted(route_id: str, sharers: int) -> Bill:
    found = assessed(platforms=["specialist"], requests_per_month=1_000, models_an_endpoint=sharers)
    return _alone(found, next(place for place, route in enumerate(found.open_routes.routes) if route.id == route_id))


def test_tuned_models_on_one_endpoint_share_its_rent_and_its_speed_as_far_as_it_holds_them() -> None:
    hour = CONTENT.fact("fireworks.h100.host-hour").value
    most = CONTENT.fact("fireworks.adapters-per-endpoint").value
    assert isinstance(hour, int | float)
    assert isinstance(most, int | float)
    alone, four, many = (_hosted("fireworks-up-to-16b", sharers) for sharers in (1, 4, 1_000))
    assert only(alone.serving.gpu_month) == pytest.approx(hour * HOURS_A_MONTH)
    assert only(four.serving.gpu_month) == pytest.approx(hour * HOURS_A_MONTH / 4)
    assert four.serving.gpu_requests == pytest.approx(alone.serving.gpu_requests / 4)
    assert only(many.serving.gpu_month) == pytest.approx(hour * HOURS_A_MONTH / most)
    assert "models_an_endpoint" in four.basis["hosting"]


def test_an_endpoint_of_which_nobody_says_that_it_can_be_shared_is_paid_alone() -> None:
    alone, four = (_hosted("together-qwen3.5-9b", sharers) for sharers in (1, 4))
    assert only(four.serving.gpu_month) == only(alone.serving.gpu_month)
    assert "models_an_endpoint" not in four.basis["hosting"]


def test_what_is_read_from_the_cache_of_a_tuned_model_is_cheaper_where_its_host_says_so() -> None:
    """Tinker takes 80 percent off what it has read before; prompts of 600 tokens and more are kept here."""
    plain, cached = (
        _alone(
            found, next(place for place, route in enumerate(found.open_routes.routes) if route.id == "tinker-qwen3-8b")
        )
        for found in (assessed(platforms=["specialist"], cache_minimum=minimum) for minimum in (100_000, 100))
    )
    assert only(cached.serving.per_request) < only(plain.serving.per_request)


def test_a_route_for_testing_only_is_open_and_not_counted_for_use() -> None:
    only_google = {"platforms": ["google"], "sensitive_data": "none"}
    open_routes = assessed(**only_google).open_routes
    assert (open_routes.count("rft") > 0).all()
    assert (open_routes.count("rft", for_use=True) == 0).all()
    assert (open_routes.count("sft", for_use=True) > 0).all()
    assert (assessed(**only_google | {"sensitive_data": "personal"}).open_routes.count("rft") == 0).all()


def test_a_figure_that_hangs_on_one_route_says_so() -> None:
    named = assessed(platforms=["openai"], openai_customer="active").bills["sft"].offer
    several = assessed(platforms=["specialist"], model="open_small", price_model="typical").bills["sft"].offer
    assert named is not None
    assert several is not None
    assert (named.compared == 1).all()
    assert (several.compared > 2).all()


@pytest.mark.parametrize("lacking", [{"gpu": "none"}, {"skills": "none"}, {"skills": "low_code"}])
def test_who_has_no_gpu_or_nobody_to_run_it_gets_no_route_on_own_machines(lacking: dict[str, str]) -> None:
    own = {"platforms": ["own"], "hosting": "on_premises", "model": "open_small", "price_model": "typical"}
    assert np.isnan(assessed(**own, **lacking).bills["sft"].usd_month).all()
    assert np.isfinite(assessed(**own).bills["sft"].usd_month).all()


def test_a_vendor_that_is_named_means_hosted() -> None:
    """Without a word on where data may be, no scenario runs gpt-4.1, or any model on Azure, on one's own machines."""
    open_place = {key: value for key, value in FIXED.items() if key != "hosting"}
    for said in ({}, {"model": "open_large", "price_model": "typical", "platforms": ["azure"]}):
        found = assess([situation(**{**open_place, **said})], CONTENT, AT, 256)
        assert (found.bills["prompting"].inference[1] == 0).all()
    unsaid = assess([situation(**{**open_place, "model": "open_large", "price_model": None})], CONTENT, AT, 256)
    assert (unsaid.bills["prompting"].inference[1] > 0).any()


def test_a_licence_against_it_lets_no_model_draft_examples() -> None:
    minute = 500 / 480
    changes = {"labelled_examples": 100, "can_generate": "yes", "label_minutes": 6, "review_minutes": 1}
    barred = assessed(**changes, teacher_allowed="no").bills["sft"]
    assert only(barred.once["labelling"]) == pytest.approx(400 * 6 * minute)
    assert only(barred.once["teacher"]) == 0
    assert only(assessed(**changes).bills["sft"].once["labelling"]) == pytest.approx(400 * 1 * minute)


def test_test_cases_among_the_examples_are_paid_for_again_by_what_trains() -> None:
    found = assessed(evaluation_set="yes", held_out="no").bills
    assert only(found["sft"].once["evaluation"]) == pytest.approx(4 * 500 / 2)
    assert only(found["prompting"].once["evaluation"]) == 0


def bill(*, per_request: float = 0.0, gpu: float = 0.0, capacity: float = np.inf, fixed: float = 0.0) -> Bill:
    """A bill without one-off cost, in one scenario."""
    one = np.ones(1)
    served = Serving(one * per_request, one * gpu, one * capacity)
    return Bill(served, {"upkeep": one * fixed}, {"engineering": one * 0.0}, one * 1e6, one * 12, {})


@pytest.mark.parametrize(
    ("option", "reference", "volume"),
    [
        # The second GPU is needed from 1,000,000 on, so it pays before that: (500 + 2000) / 0.003.
        (bill(gpu=2_000, capacity=1e6, fixed=500), bill(per_request=3e-3), 2_500 / 3e-3),
        # 600 less to pay otherwise: (3000 - 600) / 0.0025.
        (bill(gpu=3_000, capacity=1e6), bill(per_request=2.5e-3, fixed=600), 2_400 / 2.5e-3),
        # Never: each GPU costs more than the requests that it serves.
        (bill(gpu=3_000, capacity=1e5), bill(per_request=2.5e-3), np.inf),
        (bill(fixed=100), bill(per_request=1e-3), 100 / 1e-3),
        (bill(), bill(per_request=1e-3, fixed=5), 0.0),
    ],
)
def test_break_even_climbs_the_stairs_of_gpus(option: Bill, reference: Bill, volume: float) -> None:
    assert break_even(option, reference).requests_month[0] == pytest.approx(volume)


PERTURBED = {
    "data_checked": ["all"],
    "can_generate": ["yes"],
    "evaluation_set": ["no"],
    "usage": ["one_off"],
    "batch_ok": ["yes"],
    "small_model": ["good"],
    "teacher_allowed": ["no"],
    "held_out": ["no"],
}


def lines(found: Assessment) -> dict[tuple[str, str, str], np.ndarray]:
    """Every line of every bill and every part of every time."""
    table: dict[tuple[str, str, str], np.ndarray] = {}
    for option, one in found.bills.items():
        tokens, gpus = one.inference
        table[option, "inference", "cost"] = tokens
        table[option, "hosting", "cost"] = gpus + one.monthly.get("hosting", 0.0)
        lasting = {name: usd for name, usd in one.monthly.items() if name != "hosting"}
        for name in {*lasting, *one.once}:
            table[option, name, "cost"] = np.concatenate([lasting.get(name, [0.0]), one.once.get(name, [0.0])])
    for option, times in found.latencies.items():
        for name, part in times.parts.items():
            table[option, name, "time"] = part
    return table


@pytest.mark.on_push(1)
@pytest.mark.parametrize("platform", ["own", "aws", "specialist"])
def test_whatever_moves_a_figure_is_named_as_what_it_rests_on(platform: str) -> None:
    """Every number, and the choices that cost looks at, changed one at a time."""
    here = situation(
        platforms=[platform], hosting="anywhere", usage="service", model="large", price_model="gpt_4_1",
        evaluation_set="partial", labelled_examples=300, preference_pairs=100, data_checked="sample",
        can_generate="no", batch_ok="no", small_model="near", answer_kind="comparative",
        data_shape=["pairs", "preferences", "grader"], instruction_tokens=3_000, requests_per_month=1_000_000,
    )  # fmt: skip
    before = assess([here], CONTENT, AT, 64)
    known = lines(before)
    entries = [*CONTENT.assumptions, *(question for question in CONTENT.questions if question.prior)]
    for entry in entries:
        if entry.id in ("latency_now", "latency_limit"):
            continue  # these bear on the estimate only where they are said, and are named then
        middle = float(np.median(before.scenarios[entry.id]))
        most = entry.maximum if entry.maximum is not None else np.inf
        other = min(max(round(middle * 1.7 + 1) if getattr(entry, "integer", False) else middle * 1.7, 1e-3), most)
        _named(known, before, lines(assess([here.with_answer(entry.id, other)], CONTENT, AT, 64)), entry.id)
    for question, values in PERTURBED.items():
        for value in values:
            _named(known, before, lines(assess([here.with_answer(question, value)], CONTENT, AT, 64)), question)


def _named(
    known: dict[tuple[str, str, str], np.ndarray],
    before: Assessment,
    after: dict[tuple[str, str, str], np.ndarray],
    changed: str,
) -> None:
    for (option, line, kind), value in known.items():
        if not np.allclose(value, after[option, line, kind], rtol=1e-9, equal_nan=True):
            basis = before.bills[option].basis if kind == "cost" else before.latencies[option].basis
            # Which route is the cheapest may hang on any number; the route and its facts are named then.
            hangs_on_route = {"route", "base_speed"} & set(basis[line])
            assert changed in basis[line] or hangs_on_route, (
                f"{option}: {line} moves with {changed}, which it does not name"
            )


@pytest.mark.parametrize(
    ("rag_tried", "days"),
    [("no", 20), ("misses", 0.4 * 20), ("misused", 0), ("works", 0)],
)
def test_of_a_retrieval_that_is_there_only_the_repair_is_paid(rag_tried: str, days: float) -> None:
    bills = assessed(rag_tried=rag_tried, repair_share=0.4, rag_sft_days=50).bills
    assert only(bills["rag"].once["engineering"]) == pytest.approx(days * 500)
    assert only(bills["rag_sft"].once["engineering"]) == pytest.approx((50 - 20 + days) * 500)
