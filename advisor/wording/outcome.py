"""The verdict in sentences: what to do, how firm that is, how many teams end so, when it pays."""

from __future__ import annotations

from collections.abc import Mapping

from advisor.content.entries import Verdict
from advisor.content.load import Content
from advisor.engine.advice import MOSTLY, Advice, Band, BreakEven, OptionResult
from advisor.language import Language
from advisor.wording import labels
from advisor.wording.availability import condition
from advisor.wording.broken_limits import broken, gone_over
from advisor.wording.comparison import amount, duration
from advisor.wording.grounds import (
    advised_said,
    already_in_use,
    already_works,
    first_missing,
    missing_name,
    option_result,
    option_said,
)
from advisor.wording.labels import in_sentence
from advisor.wording.plan import ROUTE, SMALLER, first_option, plan_headline
from advisor.wording.today import passed_over_cheaper

VERDICTS: tuple[Verdict, ...] = ("fine_tune", "not_yet", "dont")
MOST_PASSED_OVER = 2
"""Options that are named as passed over for a limit: the commonest say it."""
HORIZON = "horizon_months"
"""The question within how many months it should pay for itself."""
WORTH_SAYING = 0.005
"""Least share of the scenarios that is named: what rounds to nothing is not."""


def headline(advice: Advice, content: Content, lang: Language) -> str:
    """The verdict in one sentence that a manager understands, and whether it is provisional."""
    return " ".join(part for part in (verdict(advice, content, lang), provisional(advice, lang)) if part)


def provisional(advice: Advice, lang: Language) -> str:
    """A warning that questions left open can still change the verdict; empty where they cannot."""
    return lang("This is provisional: open questions can still change it.") if advice.provisional else ""


def verdict(advice: Advice, content: Content, lang: Language) -> str:
    """The verdict in one sentence, a tie called a tie; and in a second one what limits it breaks."""
    sentence = _verdict(advice, content, lang)
    if not advice.breaks or (advice.verdict == "not_yet" and first_missing(advice) is None):
        return sentence
    limits = broken(advice, lang)
    option = advised_said(advice.option, advice, content, lang)
    return f"{sentence} {lang('With {option} you break {limits}.', option=option, limits=limits)}"


def _verdict(advice: Advice, content: Content, lang: Language) -> str:
    names = [advised_said(option, advice, content, lang) for option in (advice.option, *advice.tie)]
    choice = labels.any_of(names, lang)
    if advice.verdict == "dont" and already_works(advice, advice.option):
        return lang("Don't fine-tune: keep {option}, which works.", option=names[0])
    match advice.verdict, bool(advice.tie):
        case "fine_tune", False:
            return lang("Fine-tune: the best answer is {option}.", option=choice)
        case "fine_tune", True:
            return lang("Fine-tune: the best answer is {options}; they come out level.", options=choice)
        case "dont", False:
            return lang("Don't fine-tune: use {option} instead.", option=choice)
        case "dont", True:
            return lang("Don't fine-tune: use {options} instead; they come out level.", options=choice)
        case _:
            return _not_yet(advice, names, content, lang)


def _not_yet(advice: Advice, names: list[str], content: Content, lang: Language) -> str:
    """Why not yet: too little is known to choose, something is missing, or nothing is likely enough."""
    gap = first_missing(advice)
    choice = labels.any_of(names, lang)
    if gap is None and advice.breaks:
        return lang(
            "Not yet: the best bet is {option}, but it breaks {limits}.",
            option=choice,
            limits=broken(advice, lang),
        )
    if gap is None:
        if advice.tie:
            return lang("Not yet: too little is known to choose between {options}.", options=labels.all_of(names, lang))
        if advice.plan and advice.plan[0].id == ROUTE:
            return lang(
                "Not yet: first find out who may still train it for you; then the likely answer is {option}.",
                option=choice,
            )
        return lang("Not yet: too little is known; the likeliest so far is {option}.", option=choice)
    missing = in_sentence(missing_name(gap, content, lang))
    before = first_option(advice)
    if before != advice.option:
        return lang(
            "Not yet: first you need {missing}; then try {first}, and if that falls short, the likely answer is "
            "{option}.",
            missing=missing,
            first=advised_said(before, advice, content, lang),
            option=choice,
        )
    if advice.tie:
        return lang(
            "Not yet: first you need {missing}; then the likely answer is {options}, which come out level.",
            missing=missing,
            options=choice,
        )
    return lang(
        "Not yet: first you need {missing}; then the likely answer is {option}.", missing=missing, option=choice
    )


def brief_headline(advice: Advice, content: Content, lang: Language) -> str:
    """The verdict by its name and the plan in a sentence; where there is nothing to try, the verdict alone in one."""
    plan = plan_headline(advice, content, lang)
    if not plan:
        return verdict(advice, content, lang)
    if advice.verdict == "fine_tune" and advice.plan[0].id == SMALLER:
        # What may make the training needless is tried before it.
        named = labels.verdict_name(advice.verdict, lang)
        return lang("{verdict}, but {plan}", verdict=named, plan=in_sentence(plan))
    return lang("{verdict}. {plan}", verdict=labels.verdict_name(advice.verdict, lang), plan=plan)


def reservations(advice: Advice, content: Content, lang: Language) -> str:
    """What the plan in a sentence leaves out of the verdict: that it is too slow by an estimate, options level with the
    one recommended, limits broken, or else that more teams end with options which break the limits here, or else why
    what is cheaper and faster does not come first; and what personal data asks for.

    Empty where there is no plan, since the verdict then says so itself.
    """
    if not advice.plan:
        return ""
    option = advised_said(advice.option, advice, content, lang)
    sentences = [_too_slow(advice, lang)]
    if advice.tie:
        level = labels.all_of([option_said(name, content, lang) for name in advice.tie], lang)
        sentences.append(lang("Level with {option}: {others}.", option=option, others=level))
    if advice.breaks:
        limits = broken(advice, lang)
        sentences.append(lang("With {option} you break {limits}.", option=option, limits=limits))
    else:
        sentences.append(passed_over(advice, content, lang) or passed_over_cheaper(advice, content, lang))
    private = private_data(advice, lang)
    return " ".join(part for part in (*sentences, private) if part)


def _too_slow(advice: Advice, lang: Language) -> str:
    """That the recommended option is too slow by an estimate, which breaks no limit; empty where it is in time."""
    result = option_result(advice, advice.option)
    limit = advice.latency_limit
    if not advice.too_slow or result is None or limit is None:
        return ""
    return lang(
        "By our estimate it answers within {slow}: too slow for your limit of {limit}.",
        slow=duration(result.latency_p95, lang).middle,
        limit=labels.seconds(limit, lang),
    )


def private_data(advice: Advice, lang: Language) -> str:
    """What the content of the examples asks for before they are used; empty where they hold nothing private."""
    match advice.answers.get("sensitive_data"):
        case "personal":
            return lang("The examples hold personal data (GDPR): mask it before you train on them or index them.")
        case "regulated":
            return lang(
                "The examples hold regulated or secret content: get its use approved before you train on or index it."
            )
    return ""


def passed_over(advice: Advice, content: Content, lang: Language, *, planned: bool = False) -> str:
    """Why an open option with which more teams end than with the one recommended is not: it goes over a limit in most
    scenarios, or costs count. Empty where there is none, or where steps of the plan beside it say so, unless `planned`.
    """
    chosen = option_result(advice, advice.option)
    if chosen is None:
        return ""
    commoner = [result for result in advice.ranking if not result.blocked and result.share > chosen.share]
    commoner.sort(key=lambda result: -result.share)
    if commoner and all(max(one.over_budget_share, one.over_latency_share) >= MOSTLY for one in commoner):
        named = commoner[:MOST_PASSED_OVER]
        if not planned and {one.option for one in named} <= {step.id for step in advice.plan}:
            return ""
        options = [option_said(result.option, content, lang) for result in named]
        return lang(
            "More teams like yours end with {options}; here that goes over {limits}.",
            options=labels.any_of(options, lang),
            limits=gone_over(named, advice, lang),
        )
    if not commoner or commoner[0].chosen_share >= chosen.chosen_share or advice.tie:
        return ""
    return lang(
        "More teams end with {other}, {n} of 100 against {m}; once limits and costs count, the lead goes to {option}.",
        other=option_said(commoner[0].option, content, lang),
        n=lang.number(round(100 * commoner[0].share)),
        m=lang.number(round(100 * chosen.share)),
        option=option_said(advice.option, content, lang),
    )


def undecided(advice: Advice) -> bool:
    """Whether it is not yet because the scenarios differ on what to use, not because something is missing."""
    return advice.verdict == "not_yet" and not advice.breaks and first_missing(advice) is None


def stability(advice: Advice, lang: Language) -> str:
    """How firm the verdict is: the share of scenarios that give it, and what the others say."""
    others = [
        lang("{verdict} in {share}", verdict=in_sentence(labels.verdict_name(other, lang)), share=lang.percent(share))
        for other, share in sorted(advice.verdict_shares.items(), key=lambda item: -item[1])
        if other != advice.verdict and share >= WORTH_SAYING
    ]
    sentence = lang(
        "Of the situations that fit your answers, {share} give this verdict.", share=lang.percent(advice.stability)
    )
    parts = [
        sentence,
        lang("The others say: {others}.", others=", ".join(others)) if others else "",
        _together(advice, lang),
    ]
    return " ".join(part for part in (*parts, nearly_tied(advice, lang)) if part)


def _together(advice: Advice, lang: Language) -> str:
    """Why the verdict is one that trains though more situations say not to than give it; empty where they do not."""
    share = now_or_later(advice)
    if share is None:
        return ""
    return lang("Training, now or later, is the answer in {share}.", share=lang.percent(share))


def now_or_later(advice: Advice) -> float | None:
    """The share of situations that train, where that alone bears out the verdict: more say not to than give it."""
    if advice.verdict == "dont" or advice.verdict_shares.get("dont", 0.0) <= advice.stability:
        return None
    return advice.verdict_shares.get("fine_tune", 0.0) + advice.verdict_shares.get("not_yet", 0.0)


def nearly_tied(advice: Advice, lang: Language) -> str:
    """Which verdicts nearly as many scenarios give; empty where none."""
    if not advice.verdict_tie:
        return ""
    level = [lang("“{verdict}”", verdict=in_sentence(labels.verdict_name(other, lang))) for other in advice.verdict_tie]
    return lang("That is nearly a tie with {verdicts}.", verdicts=labels.all_of(level, lang))


def share_of_teams(advice: Advice, content: Content, lang: Language) -> str:
    """How many teams like this one end with the recommended option, and what says so."""
    result = option_result(advice, advice.option)
    if result is None:
        return ""
    return lang(
        "By the model learned from {n} published cases, {share} of teams with answers like yours end with {option}.",
        n=lang.number(content.learned.scores["out_of_fold"].cases if content.learned else 0),
        share=lang.percent(result.share),
        option=option_said(advice.option, content, lang),
    )


def meanwhile(advice: Advice, content: Content, lang: Language) -> str:
    """What to use until the missing thing is there; empty unless the verdict is not yet."""
    if advice.meanwhile is None:
        return ""
    named, new = option_said(advice.meanwhile, content, lang), advised_said(advice.meanwhile, advice, content, lang)
    if already_works(advice, advice.meanwhile):
        return lang("Until then, keep {option}.", option=named)
    if named == new and already_in_use(advice, advice.meanwhile):
        return lang(
            "Until then, keep {option}, which you have: of what needs no training it is still the likeliest to do.",
            option=named,
        )
    return lang("Until then, use {option}.", option=new)


def pays(even: BreakEven) -> bool:
    """Whether there is a volume at which the option pays in at least half of the scenarios."""
    return even.never_share <= MOSTLY and even.requests_month.p50 is not None


def pays_in_time(even: BreakEven) -> bool:
    """Whether the option pays within the horizon at the reader's volume in at least half of the scenarios."""
    return even.never_share_at_volume <= MOSTLY and even.months.p50 is not None


def price_route(result: OptionResult, content: Content, lang: Language) -> str:
    """Whose prices stand for an option that trains, and of how many open routes they are the middle; empty for others.

    Where there is one alone, that everything hangs on it; else what the option would cost without it. Then under what
    conditions it trains.
    """
    route = next((route for route in content.routes if route.id == result.price_route), None)
    if route is None or not result.price_routes:
        return ""
    values = {"model": lang(route.model), "vendor": lang(route.vendor)}
    asked = [condition(one.kind, one.methods, lang) for one in route.conditions]
    closed = _without(result.usd_month_without, lang)
    return " ".join(part for part in (_price_of(result.price_routes, values, lang), closed, *asked) if part)


def _price_of(compared: int, values: Mapping[str, str], lang: Language) -> str:
    if compared == 1:
        return lang(
            "Its price is that of {model} at {vendor}, the only open route with known prices: if that closes or "
            "changes, so does this figure.",
            **values,
        )
    return lang(
        "Its price is most often that of {model} at {vendor}: the middle one of {count} open routes with known prices.",
        count=lang.number(compared),
        **values,
    )


def _without(usd: Band | None, lang: Language) -> str:
    if usd is None:
        return ""
    return lang("If that closed, it would cost {usd} a month, all in.", usd=amount(usd, lang).in_line(lang))


def not_in_time(advice: Advice, content: Content, lang: Language) -> str:
    """Within how many months an option does not earn itself back, and whether somebody said so or we assume it."""
    months = advice.answers.get(HORIZON)
    if months is not None:
        return lang("not within {months}", months=labels.quantity(months, "months", lang))
    return lang("not within {months}, as we assume", months=_assumed_horizon(content, lang))


def _assumed_horizon(content: Content, lang: Language) -> str:
    prior = content.question(HORIZON).prior
    assert prior is not None
    return labels.quantity((prior.p10, prior.p90), "months", lang)


def break_even(result: OptionResult, advice: Advice, content: Content, lang: Language) -> str:
    """From what volume and after how many months an option earns back its one-off cost; "never" is an answer. Then what
    of that we assume and an answer would replace.

    Empty for an option that has nothing to earn back, or whose cost is unknown.
    """
    even = result.break_even
    if even is None:
        return ""
    against = option_said(even.against, content, lang)
    if not pays(even):
        return lang(
            "Does not pay: in {scenarios} at no volume at all, compared with {option}.",
            scenarios=labels.scenarios(even.never_share, lang),
            option=against,
        )
    values = {
        "volume": labels.band(even.requests_month, lambda value: labels.volume(value, lang), lang),
        "option": against,
        "share": lang.percent(even.never_share),
    }
    sentence = (
        lang(
            "Pays from about {volume} requests a month, compared with {option}; in {share} of the situations never, "
            "at any volume.",
            **values,
        )
        if even.never_share >= WORTH_SAYING
        else lang("Pays from about {volume} requests a month, compared with {option}.", **values)
    )
    told = advice.answers.get("requests_per_month") is not None
    at = lang("At your volume") if told else lang("At a guessed volume")
    if not pays_in_time(even):
        after = lang(
            "{at} it does not earn itself back in the time allowed, in {scenarios}.",
            at=at,
            scenarios=labels.scenarios(even.never_share_at_volume, lang),
        )
    elif even.never_share_at_volume < WORTH_SAYING:
        after = lang(
            "{at} that takes about {months}, which is in time in all situations.",
            at=at,
            months=labels.months(even.months.p50 or 0.0, lang),
        )
    else:
        after = lang(
            "{at} that takes about {months}; in {share} of the situations it does not pay in time.",
            at=at,
            months=labels.months(even.months.p50 or 0.0, lang),
            share=lang.percent(even.never_share_at_volume),
        )
    if advice.answers.get(HORIZON) is not None:
        return f"{sentence} {after}"
    assumed = lang("In time is within {months}, as we assume.", months=_assumed_horizon(content, lang))
    return f"{sentence} {after} {assumed}"
