"""The first page of the dataset template: what each file is for, what to replace, and how many rows to aim for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from advisor.content.load import Content
from advisor.content.sources import address, day, seen, source_name
from advisor.dataset.template.design import SHAPES, Design, Shape
from advisor.dataset.template.examples import Split
from advisor.dataset.template.job import MAX_SUFFIX, PLACEHOLDER_FILE, PLACEHOLDER_MODEL
from advisor.dataset.template.markdown import bullets, numbered, quoted, table
from advisor.dataset.template.samples import refusals
from advisor.engine.advice import Advice
from advisor.language import Language
from advisor.wording.labels import option_name, verdict_name

SIZE_FACTS = (
    "openai.minimum-examples",
    "azure.minimum-examples",
    "openai.examples-with-gain",
    "azure.sft.recommended-examples",
    "azure.dpo.recommended-examples",
    "azure.rft.recommended-examples",
    "google.recommended-examples",
    "aws.nova-sft.recommended-examples",
)
LIMIT_FACTS = (
    "openai.max-file-size",
    "azure.max-file-api",
    "azure.max-file-portal",
    "openai.gpt-4-family.max-training-example-tokens",
)
SHAPE_OF_SIZE: Mapping[str, Shape] = {
    "azure.dpo.recommended-examples": "preference",
    "azure.rft.recommended-examples": "rft",
}
"""Sizes that hold for one way of training only; they are shown where the template has its rows."""
BETWEEN = re.compile(r"(\d+)-(\d+)")
"""How a fact gives a lowest and a highest number."""


@dataclass(frozen=True)
class Holding:
    """What a template turned out to hold."""

    design: Design
    splits: Mapping[Shape, Split]
    folders: Mapping[Shape, str]
    names: tuple[str, ...]


def readme(holding: Holding, advice: Advice | None, content: Content, lang: Language) -> str:
    design = holding.design
    title = lang("Starter dataset")
    blocks = [f"# {title}"]
    if design.project:
        blocks.append(lang("For: {project}", project=quoted(design.project)))
    if design.goal:
        blocks.append(lang("Goal: {goal}", goal=quoted(design.goal)))
    blocks.append(
        lang(
            "All rows are invented samples that begin with {marker}: replace them before you train for real.",
            marker=f"`{refusals(lang.code).marker}`",
        )
    )
    blocks += _advice(advice, content, lang)
    blocks += _cautions(design, lang)
    blocks += _answers(holding, content, lang)
    blocks += _files(holding, lang)
    blocks += _replace(holding, lang)
    blocks += _sizes(holding, content, lang)
    blocks += _limits(content, lang)
    blocks += _next(lang)
    return "\n\n".join(blocks) + "\n"


def _advice(advice: Advice | None, content: Content, lang: Language) -> list[str]:
    if advice is None:
        return []
    sentence = lang(
        "The advice of {day}: {verdict}. Option: {option}.",
        day=lang.date(advice.at),
        verdict=verdict_name(advice.verdict, lang),
        option=option_name(advice.option, content, lang),
    )
    if advice.verdict == "fine_tune":
        return [sentence]
    return [sentence, lang("So begin with the evaluation set: it is needed for every option, and it is never wasted.")]


def _cautions(design: Design, lang: Language) -> list[str]:
    cautions = []
    if design.on_premises:
        cautions.append(
            lang(
                "Your data must stay on your own machines: use the files for TRL, Alpaca and ShareGPT; upload nothing. "
                "The files for OpenAI and Azure are here for their form only."
            )
        )
    if design.images:
        cautions.append(
            lang("You train with images. Image rows are not part of this template: see the vendor's page on vision.")
        )
    if design.task_assumed:
        cautions.append(lang("You did not say what the model should do, so the sample rows are a guess."))
    return [f"> {caution}" for caution in cautions]


def _answers(holding: Holding, content: Content, lang: Language) -> list[str]:
    design = holding.design
    task = next(choice.text for choice in content.question("task").choices if choice.id == design.task)
    rows = holding.splits[design.shapes[0]].training
    refusing = sum(row.refuses for row in rows)
    lines = [
        lang("Task: {task}", task=lang(task)),
        lang("Kinds of rows: {shapes}", shapes=", ".join(_shape_name(shape, lang) for shape in design.shapes)),
        lang(
            "Refusals: {refusing} of {n} sample rows; {share} was asked for.",
            refusing=refusing,
            n=len(rows),
            share=lang.percent(design.refusal_share),
        )
        if not design.refusal_assumed
        else lang(
            "Refusals: {refusing} of {n} sample rows. You named no share; {share} is our assumption.",
            refusing=refusing,
            n=len(rows),
            share=lang.percent(design.refusal_share),
        ),
        lang("Give your own rows the share that real use has: too many refusals teach the model to refuse."),
    ]
    if design.citations:
        lines.append(lang("Answers from passages name their source in square brackets."))
    lines += label_notes(design, lang)
    if design.field_words:
        lines.append(lang("Each sample row names one of your words; make it a row about that."))
    left_out = [shape for shape in SHAPES if shape not in design.shapes]
    if left_out:
        names = ", ".join(_shape_name(shape, lang) for shape in left_out)
        lines.append(lang("Left out, since your answers do not ask for it: {shapes}", shapes=names))
    return [f"## {lang('What your answers led to')}", bullets(lines)]


def label_notes(design: Design, lang: Language) -> Iterator[str]:
    """What is still to be done about labels, where they were counted or named."""
    named, counted = len(design.label_names), design.label_count
    if named:
        yield lang("The labels are those that you named; those without a row of ours have a blank one to fill in.")
    if counted is not None and not named:
        yield lang("You have {n} labels: name all of them in the system prompt.", n=lang.number(counted))
    if counted is not None and counted > named > 0:
        yield lang(
            "You named {named} of {n} labels: name the others, too, in the system prompt.",
            named=lang.number(named),
            n=lang.number(counted),
        )
    if counted is not None and counted < named:
        yield lang(
            "You counted {n} labels and named {named}: here are all that you named.",
            named=lang.number(named),
            n=lang.number(counted),
        )


def _shape_name(shape: Shape, lang: Language) -> str:
    match shape:
        case "sft":
            return lang("question and answer")
        case "rag":
            return lang("answer from a passage")
        case "tools":
            return lang("tool calls")
        case "preference":
            return lang("better and worse answer")
        case "rft":
            return lang("question with a grader")


def _file_note(name: str, lang: Language) -> tuple[str, str]:
    """What a file is, and where it can be used."""
    folder, _, file = name.rpartition("/")
    anywhere = lang("anywhere")
    match file:
        case "README.md":
            return (lang("Sizes and rules for testing") if folder else lang("This page")), anywhere
        case "system_prompt.txt":
            return lang("The system prompt of the rows: send it unchanged when the model is used"), anywhere
        case "labelling_guide.md":
            return lang("Agreements for the people who write and check rows"), anywhere
        case "evaluation_set.csv" | "evaluation_set.jsonl":
            return lang("Test cases, not among the training rows; outputs to be filled in"), anywhere
        case "openai_chat.jsonl":
            return lang("Conversations, JSONL"), lang("OpenAI, Together, Fireworks, and most tools that take messages")
        case "azure_chat.jsonl":
            return lang("The same with a byte-order mark"), "Azure OpenAI, Microsoft Foundry"
        case "trl_conversational.jsonl":
            return lang("Conversations, JSONL"), lang("TRL (SFTTrainer), on your own GPUs")
        case "trl_prompt_completion.jsonl":
            return lang("Question and answer apart: only the answer is learned"), lang(
                "TRL (SFTTrainer), on your own GPUs"
            )
        case "alpaca.json" | "sharegpt.json":
            return lang("The same rows as a JSON array"), "LLaMA-Factory, Axolotl"
        case "rows.csv":
            return lang("The same rows as a table, to write in; an apostrophe guards against formulas"), lang(
                "spreadsheets"
            )
        case "openai_dpo.jsonl":
            return lang("Pairs of a better and a worse answer"), "OpenAI (DPO)"
        case "azure_dpo.jsonl":
            return lang("The same with a byte-order mark"), "Microsoft Foundry (DPO)"
        case "trl_preference.jsonl":
            return lang("Pairs of a better and a worse answer"), "TRL (DPOTrainer)"
        case "openai_rft.jsonl" | "openai_rft_validation.jsonl":
            return lang("Questions with the answer that the grader compares"), "OpenAI (RFT)"
        case "azure_rft.jsonl" | "azure_rft_validation.jsonl":
            return lang("The same with a byte-order mark"), "Microsoft Foundry (RFT)"
        case "definitions_full.json":
            return lang("The tools as the rows describe them: send exactly these for the best quality"), anywhere
        case "definitions_undescribed.json" | "definitions_names.json":
            return lang(
                "Shorter definitions, to save tokens once the model has learned its tools; measure first"
            ), anywhere
        case _:
            return lang("Example of the request that starts a job"), "OpenAI" if "openai" in file else "Azure"


def _files(holding: Holding, lang: Language) -> list[str]:
    rows = [(f"`{name}`", *_file_note(name, lang)) for name in holding.names]
    head = (lang("File"), lang("What it is"), lang("Where it can be used"))
    return [f"## {lang('Files')}", table(head, rows)]


def _replace(holding: Holding, lang: Language) -> list[str]:
    steps = [
        lang("Write your own system prompt: the best one that you tested. It must be the same in all rows and in use."),
        lang("Replace every sample row. Each row must hold what is needed to answer it, or it teaches invention."),
        lang("Keep the refusal sentence the same everywhere, to the letter."),
        lang(
            "In jobs/, fill in {model} with a dated model name and {file} with the id of the uploaded file.",
            model=f"`{PLACEHOLDER_MODEL}`",
            file=f"`{PLACEHOLDER_FILE}`",
        ),
    ]
    if "tools" in holding.design.shapes:
        steps.append(
            lang("The goal of the tool rows is to save tokens: they end at the call. Train on full definitions first.")
            if holding.design.tool_goal == "tokens"
            else lang("The goal of the tool rows is quality: they show the result and how to read it.")
        )
    if "rft" in holding.design.shapes:
        steps.append(lang("The grader in the reinforcement job is a start: try to please it with wrong answers first."))
    return [f"## {lang('What to replace')}", numbered(steps)]


def _sizes(holding: Holding, content: Content, lang: Language) -> list[str]:
    ids = [one for one in SIZE_FACTS if SHAPE_OF_SIZE.get(one) in (None, *holding.design.shapes)]
    return [
        f"## {lang('How many rows to aim for')}",
        lang(
            "The smallest number only makes a job run. Begin with a few dozen careful rows, train, measure, and add "
            "rows where it still fails. If the first 50 change nothing, rethink the task before you collect more."
        ),
        _facts(ids, content, lang),
    ]


def _limits(content: Content, lang: Language) -> list[str]:
    form = content.fact("azure.file-format")
    rules = [
        lang(
            "Azure takes JSONL in UTF-8 with a byte-order mark ({source}, {seen}).",
            source=_linked(form.source, content, lang),
            seen=seen(form.seen, lang),
        ),
        lang(
            "A suffix has at most {azure} characters and no dot at Azure, and at most {openai} characters at OpenAI.",
            azure=MAX_SUFFIX["azure"],
            openai=MAX_SUFFIX["openai"],
        ),
    ]
    return [f"## {lang('Limits')}", _facts(LIMIT_FACTS, content, lang), bullets(rules)]


def _about(fact: str, lang: Language) -> str:
    """What a figure is, as a reader would say it."""
    match fact:
        case "openai.minimum-examples":
            return lang("Fewest rows that OpenAI accepts")
        case "azure.minimum-examples":
            return lang("Fewest rows that Azure accepts")
        case "openai.examples-with-gain":
            return lang("Rows from which a gain shows (OpenAI)")
        case "azure.sft.recommended-examples":
            return lang("Rows for supervised fine-tuning (Microsoft)")
        case "azure.dpo.recommended-examples":
            return lang("Pairs for preference tuning (Microsoft)")
        case "azure.rft.recommended-examples":
            return lang("Questions for reinforcement fine-tuning (Microsoft)")
        case "google.recommended-examples":
            return lang("Rows to begin with (Google)")
        case "aws.nova-sft.recommended-examples":
            return lang("Fewest rows for each task (AWS Nova)")
        case "openai.max-file-size":
            return lang("Largest file at OpenAI, in MB")
        case "azure.max-file-api":
            return lang("Largest file at Azure, in MB")
        case "azure.max-file-portal":
            return lang("Largest file in Azure's portal, in MB")
        case "openai.gpt-4-family.max-training-example-tokens":
            return lang("Tokens of one row that are used (gpt-4o and gpt-4.1)")
    raise KeyError(fact)


def _facts(ids: Iterable[str], content: Content, lang: Language) -> str:
    rows = []
    for fact in map(content.fact, ids):
        value = _value(fact.value, lang)
        read = day(fact.seen, lang) or lang("no date given")
        rows.append((_about(fact.id, lang), value, _linked(fact.source, content, lang), read))
    return table((lang("What"), lang("Value"), lang("Source"), lang("Seen")), rows)


def _value(value: object, lang: Language) -> str:
    """A number, or two with a dash between them, as the reader writes them; any other value as it is."""
    match value:
        case int() | float():
            return lang.number(value, 6)
        case str() if found := BETWEEN.fullmatch(value):
            low, high = (lang.number(int(end), 6) for end in found.groups())
            return lang("{low} to {high}", low=low, high=high)
        case _:
            return str(value)


def _linked(source: str, content: Content, lang: Language) -> str:
    """The name of a source, as a link where it has an address."""
    name, url = source_name(source, content, lang), address(source)
    return f"[{name}](<{url}>)" if url else name


def _next(lang: Language) -> list[str]:
    steps = [
        lang("Fill the evaluation set and measure today's best prompt with it: that is the score to beat."),
        lang("Let two people label the same rows and compare, as the labelling guide says."),
        lang("Split your rows: 80% to train, 10% to validate, 10% to test, without overlap."),
        lang("Check on the day itself who still trains models for you: vendors close this service."),
        lang("Train once with the default settings, measure on the evaluation set, and change one thing at a time."),
    ]
    return [f"## {lang('Next steps')}", numbered(steps)]
