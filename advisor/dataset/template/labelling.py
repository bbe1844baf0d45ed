"""Agreements for those who label rows, and for those who test with them."""

from __future__ import annotations

from advisor.content.load import Content
from advisor.dataset.template.design import Design
from advisor.dataset.template.examples import Split
from advisor.dataset.template.markdown import bullets, quoted
from advisor.language import Language


def evaluation_note(content: Content, lang: Language) -> str:
    """The note beside the evaluation set: sizes, split, and how to use it."""
    skills = content.source("azure-skills")
    lines = [
        lang("Test on 30 to 100 cases at least. With 100 cases, a score of 80% stands for 71 to 87% (95% interval)."),
        lang(
            "Split all rows 80/10/10 into training, validation and test, and never let a question stand in two of them."
        ),
        lang(
            "Source of sizes and split: {title} ({date}) and OpenAI's guide on supervised fine-tuning.",
            title=skills.title,
            date=skills.date,
        ),
        lang("Ask the base model with its best prompt, and the tuned model, the same cases with the same settings."),
        lang("Put the answers into base_output and tuned_output, and score both with the same rule."),
        lang(
            "Where expects_answer is false, the right answer is the refusal sentence. Count apart: right, skipped, "
            "wrong, invented, rightly refused."
        ),
        lang("Look at the test set once, at the end. If you tune to it, make a new one."),
    ]
    return f"# {lang('The evaluation set')}\n\n{bullets(lines)}\n"


def labelling_guide(design: Design, main: Split, lang: Language) -> str:
    """Agreements for labellers: who, how to check agreement, edge cases, refusals, personal data."""
    samples = main.samples
    who = [
        lang("Two people who know the work label each row on their own; a third decides where they differ."),
        lang("Write down who made and who checked each row, and when."),
    ]
    form = [samples.role, samples.form]
    if samples.labels:
        form.append(lang("The labels are: {labels}.", labels=", ".join(map(quoted, samples.labels))))
    if design.field_words:
        words = ", ".join(map(quoted, design.field_words))
        form.append(lang("Write these words as they stand here: {words}.", words=words))
    if design.tone:
        form.append(lang("Write plainly and warmly, without jargon and without exclamation marks."))
    agreement = [
        lang("Let both label the same rows first, some dozens, and count how often they agree."),
        lang("OpenAI's guide: where people agree in 70 of 100 cases, the model will hardly do better."),
        lang("Below 80%, change this guide before you label more (our assumption)."),
        lang("Repeat it now and then, since habits drift."),
    ]
    refusing = next((row.answer for row in main.training if row.refuses), None)
    refusing_well = [
        lang("Refuse only where the answer is not in what the model is given, or must not be given."),
        lang("Use one sentence, always the same: {sentence}", sentence=quoted(refusing))
        if refusing
        else lang("Your sample rows hold no refusals; decide whether real use has any."),
        lang("Keep the share of refusals that real use has, in training and in testing."),
    ]
    data = [
        lang("Take out names, addresses, numbers and everything else that leads to a person, before labelling."),
        lang("Replace them with invented ones of the same form, so that the row still reads naturally."),
        lang("Use only rows that you may use for training, and note where each comes from."),
        lang("A tuned model can repeat its training rows: what must not come out must not go in."),
    ]
    blocks = [
        f"# {lang('Labelling guide')}",
        *([lang("For: {project}", project=quoted(design.project))] if design.project else []),
        f"## {lang('Who labels')}",
        bullets(who),
        f"## {lang('What a good answer looks like')}",
        bullets(form),
        f"## {lang('Do labellers agree?')}",
        bullets(agreement),
        f"## {lang('Edge cases to decide first')}",
        lang("Write the decision behind each. The list is a sample: add your own."),
        bullets(samples.edge_cases),
        f"## {lang('Refusals')}",
        bullets(refusing_well),
        f"## {lang('Personal data')}",
        bullets(data),
    ]
    return "\n\n".join(blocks) + "\n"
