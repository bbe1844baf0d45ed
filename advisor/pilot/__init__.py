r"""Measuring on one's own examples: what each way to ask a model gets right, takes and costs. The public API.

    divided = divide(open_source(Path("rows.jsonl")), lang)          # held out, and examples
    endpoint = Endpoint("http://127.0.0.1:8080/v1", "small", embedding_model="minilm")
    arms = usual_arms(divided, Wishes(prompts=("Answer by one word.",)), embeds=bool(endpoint.embedding_model))
    setup = Setup(base_url=endpoint.base_url, model=endpoint.model, embedding_model=endpoint.embedding_model,
                  arms=arms, metric=divided.metric, labels=divided.labels, answer_schema=divided.schema,
                  tariffs=tariffs(endpoint, arms, content, date.today()), budget_usd=None)
    pilot = Pilot.create(Path("pilot.sqlite"), setup, divided)       # sends nothing
    consent = pilot.consent()                                        # show "\n".join(consent.lines(lang))
    pilot.run(consent)                                               # after somebody agreed
    shown = summary(pilot)                                           # scores 0 to 1, seconds, USD

Nothing is sent before `Pilot.run` is given the `Consent` that `Pilot.consent` shows now (else `NotAgreed`). A key is
read from the environment variable that the setup names, or given to `run` as a `Secret`; it is in no file.

A page runs a pilot in a thread of its own and looks on:

- start: `Thread(target=pilot.run, args=(agreed,), kwargs={"key": key, "concurrency": 4}, daemon=True).start()`; what
  ends a run is in the progress, so that the thread needs no other channel. `run` itself raises before anything is sent:
  `EndpointError` for a missing key, `NotAgreed`, `Unusable` where the pilot is run already.
- look: `pilot.progress()` each second or so (1 ms): `done` of `total`, `by_arm`, `usd`, `tokens`, `seconds_left`; and
  `state`: ready, running, stopped or done. `summary(pilot)` may be asked meanwhile, too (100 rows x 8 arms: 25 ms).
- cancel: `pilot.cancel()`; the state is `stopped` within three seconds. `ended` is then `cancelled`; else `budget` or
  `error`, and `why.text(lang)` says what to do.
- resume: `Pilot.open(path)`, show `consent()` again, `run` again: what was answered is not asked again.
- delete: `pilot.delete()`.

What comes of it: `measured_answers(pilot, shown, situation)` puts what was measured in place of what was guessed,
marked with day, rows and host; `combined_arm(pilot.setup.arms, shown)` is what to add next (`pilot.add_arms`), if
anything; `evaluation_files(pilot, arm, lang)` are an arm for inspect_ai and promptfoo. `pilot.set_judge(model)` lets a
model give its opinion of each answer in the next run: `Summary.opinions`, shown as such beside `Summary.agreement`.

One `Pilot` object may be shared by threads; another process may open the same file to look on.

To add a way to ask: `arms` has what is sent, `setup` which ways fit the rows, `sentences` their names. How answers are
judged is in `judging`, which asks `advisor.dataset.scoring`; what comes of it in `measurements`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor.on_demand import on_demand

if TYPE_CHECKING:
    from advisor.pilot.arms import Arm
    from advisor.pilot.combining import combined_arm
    from advisor.pilot.consent import Consent, NotAgreed
    from advisor.pilot.endpoint import Endpoint, EndpointError, Secret, connect
    from advisor.pilot.export import evaluation_files, exported
    from advisor.pilot.held_out import Divided, divide
    from advisor.pilot.judging import Metric
    from advisor.pilot.measured import measured_answers
    from advisor.pilot.measurements import Summary, row_results, summary
    from advisor.pilot.run import Pilot, Progress
    from advisor.pilot.setup import Setup, Wishes, cut_into_passages, tariffs, usual_arms
    from advisor.pilot.tariff import Tariff

__all__ = [
    "Arm",
    "Consent",
    "Divided",
    "Endpoint",
    "EndpointError",
    "Metric",
    "NotAgreed",
    "Pilot",
    "Progress",
    "Secret",
    "Setup",
    "Summary",
    "Tariff",
    "Wishes",
    "combined_arm",
    "connect",
    "cut_into_passages",
    "divide",
    "evaluation_files",
    "exported",
    "measured_answers",
    "row_results",
    "summary",
    "tariffs",
    "usual_arms",
]

_HOMES = {
    "Arm": "arms",
    "Consent": "consent",
    "Divided": "held_out",
    "Endpoint": "endpoint",
    "EndpointError": "endpoint",
    "Metric": "judging",
    "NotAgreed": "consent",
    "Pilot": "run",
    "Progress": "run",
    "Secret": "endpoint",
    "Setup": "setup",
    "Tariff": "tariff",
    "Wishes": "setup",
    "Summary": "measurements",
    "combined_arm": "combining",
    "connect": "endpoint",
    "cut_into_passages": "setup",
    "divide": "held_out",
    "evaluation_files": "export",
    "exported": "export",
    "measured_answers": "measured",
    "row_results": "measurements",
    "summary": "measurements",
    "tariffs": "setup",
    "usual_arms": "setup",
}
"""Modules of the names above."""

# An endpoint needs none of the rest.
__getattr__ = on_demand(__name__, _HOMES)
