"""The form in Microsoft Foundry's portal that starts a training: its fields, their meaning, and what an advice puts in.

The fields and their order are those of Microsoft's how-to page for the portal (read in November 2026).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from advisor.content.entries import Method, Route
from advisor.content.load import Content
from advisor.dataset.template.job import MAX_SUFFIX, METHODS, ROUTE_METHODS, suffix
from advisor.dataset.template.markdown import bullets, numbered, table
from advisor.kits import azure_catalogue as catalogue
from advisor.kits.kit import Files, Material
from advisor.language import Language

NAME = "PORTAL.md"
MOST_BATCH = 256
SEED = 1
RATES = (0.02, 0.2)
"""Learning rate multipliers that Microsoft's page suggests to try."""
RETIRED = "Llama-2-7b"
SUCCESSOR = "Llama-3.3-70B-Instruct"
"""What of the family can still be tuned there (the lesson's row on it, in content/lessons/resources.yaml)."""
METHOD_NAMES = {
    "sft": "Supervised fine-tuning (SFT)",
    "dpo": "Direct preference optimization (DPO)",
    "rft": "Reinforcement fine-tuning (RFT)",
}
"""As the portal writes them."""
AUTOMATIC = -1
"""What stands for "decide for me" in the portal's numbers."""


@dataclass(frozen=True)
class Filled:
    """What goes into the form: the model, how it is trained and where, and the name of the result."""

    route: Route
    method: Method
    tier: catalogue.Tier
    suffix: str


@dataclass(frozen=True)
class Field:
    """A field of the form."""

    id: str
    label: str
    """As the portal writes it."""
    means: str
    value: str
    """What goes into it."""
    why: str


def filled(route: Route, shape_method: Method, project: str, one_region: bool, content: Content) -> Filled:
    """The form for an advice: where data must stay, the tier that keeps it; else the global one."""
    known = catalogue.tiers(route, content)
    wanted: catalogue.Tier = "Standard" if one_region and "Standard" in known else "Global"
    return Filled(route, shape_method, wanted if wanted in known else known[0], suffix(project))


def fields(form: Filled, content: Content, lang: Language) -> list[Field]:
    """The fields from the top of the form to its button."""
    automatic = lang("leave it at the default")
    return [
        Field(
            "model",
            "Base model",
            lang(
                "What is trained further. The region of your project decides which are offered. A model that you tuned "
                "before stands in the same list, as BASE.ft-JOB."
            ),
            form.route.model,
            lang("The first model of the catalogue that is open to you and is trained this way."),
        ),
        Field(
            "method",
            "Customization method",
            lang("What the rows show: right answers (SFT), a better and a worse one (DPO), or a grader (RFT)."),
            METHOD_NAMES[form.method],
            lang("The way of tuning of the option in your advice."),
        ),
        Field(
            "tier",
            "Training type",
            lang("Where it is trained: it decides on the price, and on where your data goes."),
            catalogue.tier_name(form.tier, lang),
            catalogue.where_data_goes(form.tier, lang),
        ),
        Field(
            "training",
            "Training data",
            lang(
                "A file of JSON Lines in UTF-8 with a byte-order mark, ten rows at least; the portal takes {most} "
                "MB and checks it at once. Columns are not asked for: each row is a chat.",
                most=catalogue.whole(content.fact("azure.max-file-portal")),
            ),
            "data/train.jsonl",
            lang("Choose “Upload new dataset”. The files of the kit begin with the mark."),
        ),
        Field(
            "validation",
            "Validation data",
            lang("Rows that are not trained on. Without them you see one curve only, and no overfitting."),
            "data/validation.jsonl",
            lang("The kit keeps its questions apart from those of the training."),
        ),
        Field(
            "suffix",
            "Suffix",
            lang("Goes into the name of the result: at most {n} characters, no dot.", n=MAX_SUFFIX["azure"]),
            form.suffix,
            lang("The name of your project, shortened."),
        ),
        Field(
            "seed",
            "Seed",
            lang("The same seed and the same settings give much the same model again."),
            str(SEED),
            lang("Any number, as long as you write it down."),
        ),
        Field(
            "batch",
            "Batch size",
            lang(
                "Rows that one step learns from together; −1 takes 0.2% of them, {most} at most. Larger ones change "
                "the model less often and more evenly.",
                most=MOST_BATCH,
            ),
            automatic,
            lang("Change nothing before a first run has shown its curves."),
        ),
        Field(
            "rate",
            "Learning rate multiplier",
            lang(
                "How far a step goes; 0 stands for the default. Lower it if the model learns the rows by heart: try "
                "{low} to {high}.",
                low=lang.number(RATES[0]),
                high=lang.number(RATES[1]),
            ),
            automatic,
            lang("Change nothing before a first run has shown its curves."),
        ),
        Field(
            "epochs",
            "Number of epochs",
            lang("How often all rows are gone through; −1 lets Azure decide. Each pass is paid for again."),
            automatic,
            lang("If the validation loss rises in the end, take fewer."),
        ),
        Field(
            "deploy",
            "Automatic deployment",
            lang(
                "Deploys the result as soon as it is trained, which takes the role Foundry Owner. From then on it "
                "costs by the hour, also at night."
            ),
            lang("off"),
            lang("Read the curves first, then deploy by hand."),
        ),
    ]


def before(lang: Language) -> list[str]:
    """What has to be there before the form opens."""
    return [
        lang("A subscription that is paid; credit of a trial does not do."),
        lang("A project in a region that trains the model."),
        lang("The role Foundry User to train, Foundry Owner to deploy."),
        lang("For an open model: its licence read, and the terms accepted in the catalogue."),
        lang("The portal, signed in: your project, then Build, then Fine-tune, then the button Fine-tune."),
    ]


def after(lang: Language) -> list[str]:
    """What follows the button Submit."""
    return [
        lang("The job waits, then trains: minutes to hours. Waiting is not billed."),
        lang(
            "Monitor shows the curves, Checkpoints the last three versions: take that before the validation loss rises."
        ),
        lang("Deploy, choose Developer for a trial: no fee by the hour, gone after 24 hours."),
        lang("Test it in the playground with the system message of the rows, then with the cases of the evaluation."),
        lang("Delete the deployment, then the model if nobody wants it; a deployed model cannot be deleted."),
    ]


def retired(lang: Language) -> str:
    """What became of the model of the lesson."""
    return lang(
        "Llama 2, which the lesson's tutorial tuned in this form, is retired there. Its successor is {model}.",
        model=SUCCESSOR,
    )


def problem(field: str, value: str, form: Filled, content: Content, lang: Language) -> str:
    """What the portal would say against a value in the form, or what it would cost; empty where nothing is wrong."""
    match field:
        case "model" if value == RETIRED:
            return retired(lang)
        case "method" if (
            next((one for one, name in METHOD_NAMES.items() if name == value), "") not in form.route.methods
        ):
            return lang("{model} is not trained this way.", model=form.route.model)
        case "tier" if value not in catalogue.tiers(form.route, content):
            return lang("{model} is not trained in this tier.", model=form.route.model)
        case "suffix" if not 1 <= len(value) <= MAX_SUFFIX["azure"] or "." in value:
            return lang(
                "{n} characters: the portal takes 1 to {most}, and no dot.", n=len(value), most=MAX_SUFFIX["azure"]
            )
        case "batch" if float(value) != AUTOMATIC and not 1 <= float(value) <= MOST_BATCH:
            return lang("From 1 to {most}, or −1.", most=MOST_BATCH)
        case "rate" if float(value) and not RATES[0] <= float(value) <= RATES[1]:
            return lang("Outside of what Microsoft's page suggests to try. It is taken, but it is seldom wise.")
        case "deploy" if value:
            return lang("It costs by the hour from the moment the training ends, whether you look or not.")
    return ""


def page(material: Material, content: Content, lang: Language) -> Files:
    """The form as a document of a kit."""
    if material.route is None:
        return {}
    design = material.design
    method = cast("Method", ROUTE_METHODS[METHODS[material.shape]])
    form = filled(material.route, method, design.project, design.one_region, content)
    rows = ((f"**{one.label}**", one.means, one.value, one.why) for one in fields(form, content, lang))
    head = (lang("Field"), lang("What it means"), lang("What to enter"), lang("Why"))
    blocks = [
        f"# {lang('The form in the portal, filled in')}",
        lang("The same training without a script. Labels are those of the portal in English."),
        f"> {retired(lang)}",
        f"## {lang('Before')}",
        bullets(before(lang)),
        f"## {lang('The form')}",
        table(head, rows),
        lang("Then press Submit."),
        f"## {lang('After')}",
        numbered(after(lang)),
    ]
    return {NAME: ("\n\n".join(blocks) + "\n").encode()}
