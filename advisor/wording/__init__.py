"""The sentences of an advice: verdict, reasons, what is missing, what would change it, routes, answers.

Screen, report and command line say the same because they all ask here. Every function takes the advice, the content and
the language of the reader, and returns text, or small records where the parts are shown apart. Names and figures come
from `advisor.wording.labels`, the plan from `advisor.wording.steps`. What the user typed is passed through unchanged;
whoever shows it must treat it as data.
"""

from advisor.wording.availability import RouteText, method_name, open_state, routes
from advisor.wording.changes import cause_name, changes
from advisor.wording.comparison import FigureText, Heads, OptionText, amount, compared, duration, heads, slow_within
from advisor.wording.grounds import (
    CERTAIN,
    FlipText,
    MissingText,
    ReasonText,
    SourceText,
    first_missing,
    flips,
    missing,
    missing_for_verdict,
    option_result,
    premise,
    prompted_today,
    reasons,
    sources,
    weight,
)
from advisor.wording.inputs import (
    AnswerText,
    AssumptionText,
    SideText,
    answers,
    assumptions,
    project,
    readiness,
    repeat_command,
)
from advisor.wording.outcome import (
    VERDICTS,
    WORTH_SAYING,
    break_even,
    headline,
    meanwhile,
    pays,
    pays_in_time,
    price_route,
    provisional,
    share_of_teams,
    stability,
    undecided,
    verdict,
)
from advisor.wording.plan import StepText, plan_headline, plan_steps, prepared_name

__all__ = [
    "CERTAIN",
    "VERDICTS",
    "WORTH_SAYING",
    "AnswerText",
    "AssumptionText",
    "FigureText",
    "FlipText",
    "Heads",
    "MissingText",
    "OptionText",
    "ReasonText",
    "RouteText",
    "SideText",
    "SourceText",
    "StepText",
    "amount",
    "answers",
    "assumptions",
    "break_even",
    "cause_name",
    "changes",
    "compared",
    "duration",
    "first_missing",
    "flips",
    "headline",
    "heads",
    "meanwhile",
    "method_name",
    "missing",
    "missing_for_verdict",
    "open_state",
    "option_result",
    "pays",
    "pays_in_time",
    "plan_headline",
    "plan_steps",
    "premise",
<<<<<<< HEAD
    "prepared_name",
=======
    "price_route",
>>>>>>> 40b8f54 (Let a region or role choose the range of day rates, and say whose price tuning has and when it hangs on one route)
    "project",
    "prompted_today",
    "provisional",
    "readiness",
    "reasons",
    "repeat_command",
    "routes",
    "share_of_teams",
    "slow_within",
    "sources",
    "stability",
    "undecided",
    "verdict",
    "weight",
]
