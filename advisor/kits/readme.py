"""The first page of a kit: why this one, to whom it is open, what to do, what it costs, what to watch, how to stop."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from advisor.content.entries import KitWords, Route
from advisor.content.load import Content
from advisor.dataset.template.examples import MOST_LABELS
from advisor.dataset.template.markdown import bullets, numbered, quoted, table
from advisor.dataset.template.readme import label_notes
from advisor.engine.advice import Advice, RouteStatus
from advisor.engine.offers import offers
from advisor.kits.kit import Base, Kit, Material, Vendor
from advisor.kits.open_weights import EPOCHS, SERVER
from advisor.kits.readiness_card import NAME as READINESS
from advisor.kits.registry import routes
from advisor.kits.training_effort import PEAKS, memory_text, model_text, run_on, source_text
from advisor.language import Language
from advisor.wording import labels
from advisor.wording.availability import route_text
from advisor.wording.grounds import option_result, option_said, reasons
from advisor.wording.labels import option_name, verdict_name
from advisor.wording.offer_texts import offer_rows
from advisor.wording.plan import first_option, plan_steps

FIGURES = (
    *("train_usd_mtok", "train_usd_hour", "epochs", "minimum_examples", "input_usd_mtok", "cached_usd_mtok"),
    *("output_usd_mtok", "batch_input_usd_mtok", "batch_cached_usd_mtok", "batch_output_usd_mtok"),
    *("host_usd_hour", "store_usd_month", "cache_minimum", "cache_minutes"),
)
"""What a route asks for, by the names of its fields."""


def words_of(kit: Kit, content: Content) -> KitWords:
    """The words of a kit."""
    return next(one for one in content.kits if one.id == kit.id)


def readme(
    kit: Kit,
    option: str,
    material: Material,
    names: Sequence[str],
    advice: Advice,
    content: Content,
    lang: Language,
    first: bool = False,
) -> str:
    """The page as Markdown. `names` are those of all files; `first`: it is the first kit of the plan."""
    words = words_of(kit, content)
    blocks = [f"# {lang('Starter kit: {name}', name=lang(words.name))}", lang(words.summary)]
    if material.design.project:
        blocks.append(lang("For: {project}", project=quoted(material.design.project)))
    if material.design.goal:
        blocks.append(lang("Goal: {goal}", goal=quoted(material.design.goal)))
    blocks += [
        *(_why(option, advice, content, lang, first) if kit.options else []),
        *(_open_to(kit, option, advice, content, lang) if kit.measures else []),
        *_base(kit, advice, content, lang),
        *_section(lang("What must be there"), bullets(_needs(words, kit, material, lang))),
        *_section(lang("Data"), bullets(_data(material, lang) if kit.measures else _samples(material, lang))),
        *_section(lang("Steps"), numbered(_steps(words, kit, option, material, lang))),
        *_cost(kit, option, material, advice, content, lang),
        *_section(lang("What to watch"), bullets(_watch(words, kit, material, lang))),
        *_section(lang("Clean up"), bullets(map(lang, words.clean_up))),
        *_section(lang("How to stop"), lang(words.stop)),
        *_section(lang("Files"), table((lang("File"), lang("What it is")), _files(names, lang))),
        *_section(lang("What was tried"), lang(words.tried)),
    ]
    return "\n\n".join(blocks) + "\n"


def without_kit(option: str, advice: Advice, content: Content, lang: Language) -> str:
    """That no kit begins what the plan tries first, where the kit at hand begins another option; else empty."""
    first = first_option(advice)
    if option == first:
        return ""
    return lang(
        "There is no kit for {first} that fits your answers yet. This one measures what it has to beat, with the same "
        "test cases.",
        first=option_said(first, content, lang),
    )


def _section(title: str, text: str) -> list[str]:
    return [f"## {title}", text]


def _why(option: str, advice: Advice, content: Content, lang: Language, first: bool) -> list[str]:
    sentence = lang(
        "The advice of {day}: {verdict}. Option: {option}.",
        day=lang.date(advice.at),
        verdict=verdict_name(advice.verdict, lang),
        option=option_name(advice.option, content, lang),
    )
    lines = [sentence]
    place = next((n for n, step in enumerate(advice.plan, start=1) if step.id == option), None)
    if first and (lacking := without_kit(option, advice, content, lang)):
        lines.append(lacking)
    if place is not None:
        lines.append(lang("This kit is for step {n} of the plan.", n=place))
    elif option != advice.option:
        lines.append(
            lang("The advice plans something else. What this kit measures is the baseline that it has to beat.")
        )
    if option == advice.option:
        lines += [reason.sentence for reason in reasons(advice, content, lang)]
    return _section(lang("Why this kit"), bullets(lines))


def _open_to(kit: Kit, option: str, advice: Advice, content: Content, lang: Language) -> list[str]:
    if not kit.by_route:
        return _section(
            lang("To whom it is open"), lang("To everybody who may use a model: nobody trains anything for you.")
        )
    known = {route.id for route in routes(kit, content, option)}
    rows = offer_rows([one for one in offers(content, advice.at) if one.route.id in known], advice.at, content, lang)
    lines = [" ".join(filter(None, [f"{row.models}: {row.said}", row.customers, *row.conditions])) for row in rows]
    statuses = [status for status in (*advice.routes, *advice.closed_routes) if status.route in known]
    lines += _for_you(statuses, advice, content, lang)
    sources = dict.fromkeys(source.title for row in rows for source in row.sources)
    lines.append(lang("Sources: {sources}", sources="; ".join(sources)))
    warning = lang(
        "On {day} this route is closed to you: read on before you spend time on it.", day=lang.date(advice.at)
    )
    blocks = [f"> {warning}"] if all(status.why_closed for status in statuses) else []
    return [f"## {lang('To whom it is open')}", *blocks, bullets(lines)]


def _for_you(statuses: Iterable[RouteStatus], advice: Advice, content: Content, lang: Language) -> Iterator[str]:
    """Whether the routes are open to the reader: once for all, or for the models of which the same holds."""
    texts = [route_text(status, advice.at, content, lang) for status in statuses]
    states: dict[str, list[str]] = {}
    for text in texts:
        states.setdefault(text.state, []).append(text.model)
    for state, models in states.items():
        if len(states) == 1:
            yield lang("For you, by your answers: {state}", state=state)
        else:
            named = ", ".join(dict.fromkeys(models))
            yield lang("For you, by your answers, {models}: {state}", models=named, state=state)
    asked = dict.fromkeys(question for text in texts for question in text.depends_on)
    if asked:
        yield lang("It depends on what you have not answered yet: {questions}", questions=" ".join(asked))


def _needs(words: KitWords, kit: Kit, material: Material, lang: Language) -> Iterable[str]:
    yield lang("Python 3.11 or newer.")
    if not kit.served and not kit.vendor and kit.measures:
        yield lang("A model behind an API that speaks OpenAI's, at a vendor or on your own machine.")
    yield from map(lang, words.needs)
    if not kit.served and not kit.vendor and material.design.on_premises:
        yield lang("Your data must stay on your own machines, so OPENAI_BASE_URL has to name a server there.")


def _samples(material: Material, lang: Language) -> Iterable[str]:
    yield lang("The rows are invented and marked, to try the script on.")
    yield lang("Sample rows: {n}.", n=lang.number(len(material.training)))


def _data(material: Material, lang: Language) -> Iterable[str]:
    if material.own:
        yield lang("The rows are yours, divided 80/10/10; no question stands in two parts.")
        yield lang("The file holds what yours held. Take out personal data before you pass the kit on.")
    else:
        yield lang("All rows are invented and marked. Replace them: a score on them says nothing about your task.")
    yield lang(
        "{training} rows to train or show, {validation} to validate, {evaluation} to test with.",
        training=lang.number(len(material.training)),
        validation=lang.number(len(material.validation)),
        evaluation=lang.number(len(material.evaluation)),
    )
    refusing = sum(not row["expects_answer"] for row in material.evaluation)
    yield lang("Of the test cases {n} are to be declined.", n=lang.number(refusing))
    if material.labels:
        first, more = material.labels[:MOST_LABELS], len(material.labels) - MOST_LABELS
        shown = ", ".join(map(quoted, first))
        rest = f", {lang.plural('and {n} more', 'and {n} more', more)}" if more > 0 else ""
        yield lang("The labels are: {labels}.", labels=f"{shown}{rest}")
        if not material.own:
            yield from label_notes(material.design, lang)
        if material.design.several_labels and not material.own:
            yield lang("A text of yours can have several labels; the sample rows have one each.")
    if material.design.field_words and not material.own:
        yield lang("Each sample row names one of your words; make it a row about that.")
    metrics = dict.fromkeys(row["metric"] for row in material.evaluation)
    yield lang("Judged by: {metrics}", metrics=", ".join(metrics))
    yield lang("Test on 30 to 100 cases at least. With 100 cases, a score of 80% stands for 71 to 87% (95% interval).")


def _steps(words: KitWords, kit: Kit, option: str, material: Material, lang: Language) -> Iterable[str]:
    method = "dpo" if material.shape == "preference" else "sft"
    own = [
        (lang(step.text), step.command and step.command.replace("{method}", method))
        for step in words.steps
        if not (step.samples_only and material.own) and (not step.options or option in step.options)
    ]
    for text, command in (
        (lang("Install what the scripts need, best in an environment of its own."), "pip install -r requirements.txt"),
        *(_measured(own, kit, lang) if kit.measures else own),
    ):
        yield f"{text}\n\n   ```sh\n   {command}\n   ```" if command else text


def _measured(own: Iterable[tuple[str, str | None]], kit: Kit, lang: Language) -> Iterable[tuple[str, str | None]]:
    """The kit's own steps between a first score and a last."""
    named = (
        lang("Name server and model. The key stays in the environment and goes into no file."),
        "export OPENAI_API_KEY=… MODEL=…",
    )
    again = lang("Test safety once more, with the model or the prompt as it is now.")
    server, model = "", "$MODEL"
    after = "python safety.py after"
    if kit.served:
        named = (
            lang("Let the model answer on this machine: leave this running in a window of its own."),
            "python serve.py",
        )
        again = lang("Test safety once more, with the tuned model.")
        after = f"MODEL=tuned {after}"
        server, model = f"OPENAI_API_KEY=none OPENAI_BASE_URL={SERVER} ", "tuned"
    if kit.vendor:
        named = (
            lang(
                "Log in at {vendor}, and name what its library asks for. No key goes into a file.",
                vendor=kit.vendor.name,
            )
            if kit.vendor.bridge
            else lang("Put the key of {vendor} into the environment; it goes into no file.", vendor=kit.vendor.name),
            " && ".join(filter(None, [kit.vendor.login, _exported(kit.vendor)])),
        )
        again = lang("Test safety once more, with the tuned model.")
        key = "none" if kit.vendor.bridge else f"${kit.vendor.key}"
        # Without an address both tools would ask OpenAI, and tell it the key of another vendor. Where what is trained
        # has one of its own, it has been exported by then.
        address = "" if kit.vendor.own_address else f"OPENAI_BASE_URL={kit.vendor.server} "
        server = f"OPENAI_API_KEY={key} {address}"
    yield named
    if kit.vendor and kit.vendor.bridge:
        yield (
            lang(
                "Let the vendor's models answer the scripts here: leave this running in a window of its own, with the "
                "same settings."
            ),
            f"python {kit.vendor.bridge} bridge",
        )
    yield lang("Measure how it is now. This score is the one to beat."), "python baseline.py"
    yield lang("Measure how safe it is now."), "python safety.py"
    yield from own
    yield (
        lang("Compare with the baseline on the same cases; it says whether the difference can be chance."),
        "python compare.py",
    )
    yield again, after
    named_model = f"MODEL={model} " if model != "$MODEL" else ""
    yield (
        lang("Ask two other tools about the same cases, if you use them; they score alike."),
        f"{server}inspect eval inspect_task.py --model openai/{model} -M responses_api=false\n"
        f"   {named_model}{server}promptfoo eval -c promptfooconfig.yaml",
    )


def _exported(vendor: Vendor) -> str:
    """What is set once for all scripts, with its value where there is only one."""
    names = (vendor.key, *vendor.further)
    return "export " + " ".join(f"{name}={vendor.known.get(name, '…')}" for name in names)


def _base(kit: Kit, advice: Advice, content: Content, lang: Language) -> list[str]:
    """The model that is trained unless another is named, with its licence."""
    if kit.base is None:
        return []
    another = (
        lang("Another model: put its name into the files in configs/, and read its licence first.")
        if kit.served
        else lang("Another model: put its name into {file}, and read its licence first.", file=kit.base_in)
    )
    lines = [model_text(kit.base, content, lang), another]
    return _section(lang("The model"), bullets(lines))


def _cost(kit: Kit, option: str, material: Material, advice: Advice, content: Content, lang: Language) -> list[str]:
    result = option_result(advice, option)
    if result is None:
        return []
    step = next((step for step in plan_steps(advice, content, lang) if step.id == option), None)
    lines = []
    if step and step.effort:
        lines.append(step.effort)
    elif result.usd_once.p50 is None:
        lines.append(lang("What it costs is not known."))
    else:
        lines.append(
            lang(
                "It costs {once} to build and {month} a month to run.",
                once=labels.band(result.usd_once, lambda value: labels.money(value, lang), lang),
                month=labels.band(result.usd_month, lambda value: labels.money(value, lang), lang),
            )
        )
    lines.append(
        lang("Ranges hold eight of ten situations; amounts are in US dollars, on {day}.", day=lang.date(advice.at))
    )
    if kit.base and kit.served:
        lines += _training(kit.base, material, advice, content, lang)
    known = [advice.basis[ref] for ref in result.basis if ref in advice.basis and advice.basis[ref].kind == "fact"]
    if kit.base:  # the plan compares dozens of routes; here is only this one's
        own = {fact for route in routes(kit, content, option) for fact in route.facts}
        known = [entry for entry in known if entry.ref in own]
    priced = material.route if kit.vendor or not kit.base else None
    if priced:
        known = []
    rows = [
        (
            labels.basis_name(entry, content, lang),
            labels.basis_value(entry, content, lang),
            labels.basis(entry, content, lang),
        )
        for entry in known
    ]
    if priced:
        lines.append(
            lang(
                "That is the plan's way, whoever trains. Below is what {vendor} asks for {model}; what is not there is "
                "not known.",
                vendor=priced.vendor,
                model=lang(priced.model),
            )
        )
        rows += _asked_for(priced, content, lang)
    if kit.served:
        peaks = [content.fact(name) for peaks in PEAKS.values() for name in peaks]
        rows += [
            (
                ", ".join(labels.fact_parts(fact.id, content, lang)),
                f"{lang.number(float(str(fact.value)))} {fact.unit.split()[0]}",
                source_text(fact, content, lang),
            )
            for fact in peaks
        ]
    blocks = [f"## {lang('Cost and time')}", bullets(lines)]
    if rows:
        blocks.append(table((lang("What"), lang("Value"), lang("Source")), rows))
    return blocks


def _asked_for(route: Route, content: Content, lang: Language) -> Iterable[tuple[str, str, str]]:
    """The figures of a route, with their sources."""
    for fact in (content.fact(name) for name in (getattr(route, field) for field in FIGURES) if name):
        if isinstance(fact.value, int | float):
            name = ", ".join(labels.fact_parts(fact.id, content, lang))
            yield name, labels.quantity(fact.value, fact.unit, lang), source_text(fact, content, lang)


def _training(base: Base, material: Material, advice: Advice, content: Content, lang: Language) -> Iterable[str]:
    """Memory, and for the user's own rows the hours and cost of a run."""
    said = lang("That is scaled by size from the published runs below, an assumption; longer rows take more.")
    yield f"{memory_text(base, content, lang)} {said}"
    run = run_on(material, base, EPOCHS[material.shape], advice.at, content) if material.own else None
    if run and run.hours and run.usd:
        yield lang(
            "A run on your {n} rows: {low} to {high} GPU hours, {low_usd} to {high_usd}. Speed and price of the GPU "
            "are assumptions.",
            n=lang.number(len(material.training)),
            low=lang.number(run.hours.low, 2),
            high=lang.number(run.hours.high, 2),
            low_usd=lang.usd(run.usd.low),
            high_usd=lang.usd(run.usd.high),
        )


def _watch(words: KitWords, kit: Kit, material: Material, lang: Language) -> Iterable[str]:
    yield from map(lang, words.watch)
    if not kit.measures:
        return
    if material.shape == "rft":
        yield lang(
            "A reward that rises while the score on the test cases does not: the model learns to please the grader. "
            "Read its answers, and mend the grader."
        )
    if any(row["metric"] == "likeness" for row in material.evaluation):
        yield lang(
            "Likeness (ROUGE-L) compares wording, not sense, and stands in for a rubric. Write down what a good answer "
            "is, and let two people judge a few dozen answers."
        )
    yield lang("A score is a number about these cases. Read the wrong answers before you trust it.")


def _files(names: Sequence[str], lang: Language) -> Iterable[tuple[str, str]]:
    about = {
        "README.md": lang("This page"),
        READINESS: lang("How ready you are, which gap it is, and what the data must be"),
        "kit.json": lang("Settings that the scripts read"),
        "requirements.txt": lang("What the scripts need, as pip reads it"),
        "system_prompt.txt": lang("The system prompt of the rows: send it unchanged when the model is used"),
        "data/train.jsonl": lang("Rows to train on, or to show"),
        "data/validation.jsonl": lang("Rows to watch the training with"),
        "data/passages.jsonl": lang("Passages to search"),
        "evaluation/evaluation_set.jsonl": lang("Test cases, with what is right and how it is judged"),
        "evaluation/safety_set.jsonl": lang("Requests to decline, and harmless ones that sound alike"),
        "scoring.py": lang("The rules of the score; all three forms of the evaluation ask it"),
        "endpoint.py": lang("Asks the server; its head lists the settings"),
        "baseline.py": lang("Scores the prompt as it is now"),
        "safety.py": lang("The safety test, before and after"),
        "inspect_task.py": lang("The evaluation for inspect_ai"),
        "promptfooconfig.yaml": lang("The evaluation for promptfoo"),
        "promptfoo_case.py": lang("What promptfoo asks, and how it judges"),
        "words.py": lang("The language of what the scripts say"),
        "words.json": lang("What the scripts say, in your language"),
        "schema.json": lang("The JSON Schema that binds the answer"),
        "tools.json": lang("The tools that the model may call"),
        "few_shot.py": lang("Finds the examples that are most like a question"),
        "serve.py": lang("Answers on this machine, with and without the adapter"),
        "synthesise.py": lang("Makes rows with a teacher"),
        "chatml.jinja": lang("How messages become text in the training"),
        "data/seeds.jsonl": lang("Questions that the teacher is shown"),
        "autotrain.yaml": lang("The same settings for AutoTrain"),
        "autotrain_labels.yaml": lang("Settings for AutoTrain, to train an encoder"),
        "completions.py": lang("Writes the rows as prompts and completions"),
        "tune_azure.py": lang("Checks the files, trains the model at Azure and fetches its curves"),
        "tuning_job.py": lang("Uploads, starts and follows a job; what the vendors have in common"),
        "deploy_azure.py": lang("Deploys the tuned model, counts what it costs, and deletes the deployment"),
        "lineage.py": lang("Trains on from a tuned model: whether it pays, which old rows go along, what came of what"),
        "ask.py": lang("Asks the deployed model one question"),
        "PORTAL.md": lang("The form of the portal, filled in"),
        "CONTINUING.md": lang("Training on from a tuned model: until when, with which rows"),
        "curves.py": lang("Reads the two curves of loss"),
        "loss_curves.py": lang("How curves of loss are read"),
        "COLUMNS.md": lang("Tasks, the columns of each, and the models that are trained for it"),
        "columns.py": lang("Writes rows with the columns of a task, from data/ or from your own files"),
        "COSTS.md": lang("What training and hosting cost, tier by tier, and where the data goes"),
        "amazon.py": lang("What the kits for Amazon Web Services have in common"),
        "bridge.py": lang("Lets the vendor's models answer at an address of this machine"),
        "vendor_job.py": lang("What follows a job, remembers it in job.json and says what refusals mean"),
        "train.py": lang("Checks the rows, then trains"),
        "train_unsloth.py": lang("Checks the rows, then trains with Unsloth"),
        "compare.py": lang("Compares two models on the same cases: is the difference more than chance?"),
        "EXPERIMENT.md": lang("What is compared on which rows, and how the runs are kept"),
        "track_wandb.py": lang("Keeps the run in Weights & Biases, or offline"),
    }
    for name in names:
        told = about.get(name) or (
            lang("Uploads, trains, serves and deletes; its head lists the settings")
            if name.startswith("tune_") and name != "tune_openai.py"
            else lang("A version of the prompt")
            if name.startswith("prompts/")
            else lang("Settings of a training, as Axolotl reads them")
            if name.startswith("configs/axolotl")
            else lang("Settings of a training with Unsloth")
            if name.startswith("configs/unsloth")
            else lang("Settings of a training, as TRL reads them")
            if name.startswith("configs/")
            else lang("A job of Azure Machine Learning, for one task")
            if name.startswith("jobs/")
            else lang("A notebook for Databricks")
            if name.startswith("databricks_")
            else lang("Texts with the number and the name of their label")
            if name.startswith("tables/")
            else lang("Rows with AutoTrain's columns")
            if name.startswith("autotrain")
            else lang("What this kit is about")
        )
        yield f"`{name}`", told
