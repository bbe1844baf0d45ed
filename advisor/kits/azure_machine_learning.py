"""Fine-tuning a model of the catalogue of Azure Machine Learning: seven tasks, each with the columns that it reads.

Source: what Microsoft publishes: components and models (Azure/azureml-assets), examples (Azure/azureml-examples).

Columns are written by `content/kits/scripts/columns.py`; what the components take is recorded in
`tests/kits/azure_ml/components.json`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

import yaml

from advisor.content.load import Content
from advisor.dataset.row import Note
from advisor.dataset.template.job import suffix
from advisor.dataset.template.markdown import bullets, table
from advisor.kits.encoder import BASE, TRAINING
from advisor.kits.kit import Files, Kit, Material, Row
from advisor.kits.training_effort import source_text
from advisor.language import Language

Name = Literal[
    "text_classification",
    "token_classification",
    "question_answering",
    "summarization",
    "translation",
    "text_generation",
    "chat_completion",
]


class Model(NamedTuple):
    """What a task trains if nobody names another, and on which machines."""

    id: str
    """In the registry of Azure Machine Learning, or a name of Hugging Face, which its components take as well."""
    licence: str
    languages: Note
    trained_on: str
    """The smallest machine that its model card recommends for it, and is still to be had."""
    served_on: str
    gpus: int = 1
    """Of the machine that trains."""
    further: Mapping[str, Any] = MappingProxyType({})
    """Inputs of the component without which the model does not fit on that machine, as its card sets them."""


class Task(NamedTuple):
    """A task of the catalogue. Its component is called `NAME_pipeline`."""

    title: Note
    columns: Mapping[str, Note]
    """The columns of a row, and what stands in them."""
    keys: Mapping[str, str]
    """By which input of the component a column is named."""
    made_of: Note
    """What of a conversation in data/ goes into which column."""
    model: Model
    kind: str
    """The one value that the component takes for `task_name`."""


REGISTRY = "azureml://registries/azureml"
SMALL = "Standard_NC4as_T4_v3"
LARGE = MappingProxyType({"apply_lora": "true", "precision": "16", "apply_deepspeed": "true", "deepspeed_stage": "3"})
ENCODER = Model(BASE.name, "MIT", Note("a hundred languages"), SMALL, "Standard_DS3_v2")
T5 = Model(
    f"{REGISTRY}/models/t5-base/labels/latest",
    "Apache-2.0",
    Note("English, French, Romanian, German"),
    SMALL,
    "Standard_DS4_v2",
)
MISTRAL = Model(
    f"{REGISTRY}/models/mistralai-Mistral-7B-v01/labels/latest",
    "Apache-2.0",
    Note("English"),
    "Standard_NC48ads_A100_v4",
    "Standard_NC24ads_A100_v4",
    2,
    LARGE,
)
PHI = Model(
    f"{REGISTRY}/models/Phi-4/labels/latest",
    "MIT",
    Note("mainly English"),
    "Standard_NC24ads_A100_v4",
    "Standard_NC24ads_A100_v4",
    further=LARGE,
)
TASKS: Mapping[Name, Task] = {
    "text_classification": Task(
        Note("Labels for texts"),
        {"text": Note("the text"), "label": Note("its label")},
        {"sentence1_key": "text", "label_key": "label"},
        Note("The last question becomes the text, its answer the label."),
        ENCODER,
        "SingleLabelClassification",
    ),
    "token_classification": Task(
        Note("Tags for words"),
        {"tokens": Note("a list of words"), "tags": Note("a list with a tag for each, as text: O, B-NAME, I-NAME")},
        {"token_key": "tokens", "tag_key": "tags"},
        Note(
            "The words of the last question are tagged with the fields of its answer, where that is JSON whose values "
            "stand in the question."
        ),
        ENCODER,
        "NamedEntityRecognition",
    ),
    "question_answering": Task(
        Note("Answers marked in a passage"),
        {
            "question": Note("the question"),
            "context": Note("the passage"),
            "answers": Note("text and answer_start: the answer, word for word, and where it begins in the passage"),
        },
        {
            "question_key": "question",
            "context_key": "context",
            "answers_key": "answers",
            "answer_start_key": "answer_start",
            "answer_text_key": "text",
        },
        Note("Conversations do not part passage and question: name a file of yours with a column for each."),
        ENCODER,
        "QuestionAnswering",
    ),
    "summarization": Task(
        Note("Summaries"),
        {"document": Note("the text"), "summary": Note("its summary")},
        {"document_key": "document", "summary_key": "summary"},
        Note("The last question becomes the document, its answer the summary."),
        T5,
        "Summarization",
    ),
    "translation": Task(
        Note("Translations"),
        {
            "en": Note("the text; the column is called by the code of its language"),
            "nl": Note("the translation; likewise"),
        },
        {"source_lang": "en", "target_lang": "nl"},
        Note(
            "The last question becomes the text, its answer the translation; name the languages as in `from=en to=nl`."
        ),
        T5,
        "Translation",
    ),
    "text_generation": Task(
        Note("Text that goes on"),
        {"text": Note("what stands before"), "ground_truth": Note("how it goes on")},
        {"text_key": "text", "ground_truth_key": "ground_truth"},
        Note("All that stands before the last answer becomes the text, the answer how it goes on."),
        MISTRAL,
        "TextGeneration",
    ),
    "chat_completion": Task(
        Note("Conversations"),
        {"messages": Note("the messages, each with role and content")},
        {},
        Note("The messages stay as they are."),
        PHI,
        "ChatCompletion",
    ),
}
"""Names of columns are those of Microsoft's examples; the component learns them from its keys."""
STEPS = ("model_import", "preprocess", "finetune", "model_evaluation")
"""Steps of a component, each on a machine of its own."""
ON_GPU = ("finetune", "model_evaluation")
"""Those that need a GPU. By default they would ask for one of the series NCv3."""
HYPERPARAMETERS: Mapping[str, Any] = {
    "num_train_epochs": TRAINING["num_train_epochs"],
    "per_device_train_batch_size": 1,
    "learning_rate": 0.00002,
}
"""Batch and learning rate are the components' defaults; passes as in the kit for an encoder, where they have one."""
FACTS = ("azure.ml.catalogue.ft-models", "azure.ml.catalogue.regions", "azure.ml.catalogue.ft-training")


def chosen(material: Material) -> Name:
    """The task that fits the rows: labels alone make a classifier, and all that fits nowhere is a conversation."""
    if material.labels and not material.design.several_labels:
        return "text_classification"
    return "summarization" if material.design.task == "summary" else "chat_completion"


def job(name: Name, project: str) -> bytes:
    """A job of the task's component, as `az ml job create --file` and Azure's library read it."""
    task = TASKS[name]
    model = task.model.id
    from_registry = model.startswith("azureml:")
    inputs: Row = {
        "model": {"type": "mlflow_model", "path": model} if from_registry else model,
        "train_file_path": {"type": "uri_file", "path": "../azureml/train.jsonl"},
        "validation_file_path": {"type": "uri_file", "path": "../azureml/validation.jsonl"},
        "task_name": task.kind,
        **task.keys,
        **HYPERPARAMETERS,
        **task.model.further,
        "number_of_gpu_to_use_finetuning": task.model.gpus,
        **{f"compute_{step}": "serverless" for step in STEPS},
        "machine": task.model.trained_on,
    }
    told = {
        ("mlflow_model_path" if from_registry else "huggingface_id")
        if key == "model"
        else key: f"${{{{parent.inputs.{key}}}}}"
        for key in inputs
        if key != "machine"
    }
    settings = {
        "$schema": "https://azuremlschemas.azureedge.net/latest/pipelineJob.schema.json",
        "type": "pipeline",
        "experiment_name": project,
        "inputs": inputs,
        "outputs": {"registered_model": {"type": "mlflow_model", "name": project, "version": "1"}},
        "settings": {"force_rerun": True, "continue_on_step_failure": False},
        "jobs": {
            "finetune": {
                "type": "pipeline",
                "component": f"{REGISTRY}/components/{name}_pipeline/labels/latest",
                "inputs": told | {f"instance_type_{step}": "${{parent.inputs.machine}}" for step in ON_GPU},
                "outputs": {"mlflow_model_folder": "${{parent.outputs.registered_model}}"},
            }
        },
    }
    about = f"# az ml job create --file jobs/{name}.yml --resource-group … --workspace-name …\n"
    return (about + yaml.safe_dump(settings, sort_keys=False, width=120)).encode()


def _files(material: Material) -> Files:
    return {f"jobs/{name}.yml": job(name, suffix(material.design.project)) for name in TASKS}


def _settings(material: Material, content: Content) -> Row:
    return {
        "defaults": {},
        "tasks": {name: list(task.columns) for name, task in TASKS.items()},
        "job": {
            "task": chosen(material),
            "suffix": suffix(material.design.project),
            "files": {"training_file": "azureml/train.jsonl", "validation_file": "azureml/validation.jsonl"},
            "closed_from": None,
            "steps": list(STEPS),
            "hyperparameters": dict(HYPERPARAMETERS),
            "models": {
                name: {
                    "model": task.model.id,
                    "trained_on": task.model.trained_on,
                    "served_on": task.model.served_on,
                }
                for name, task in TASKS.items()
            },
        },
    }


def _documents(material: Material, content: Content, lang: Language) -> Files:
    """The tasks with their columns and models."""
    blocks = [
        f"# {lang('Tasks and their columns')}",
        lang(
            "Your rows are for {task}: `python columns.py` writes them to azureml/ so. Every other task is "
            "`python columns.py TASK`.",
            task=f"`{chosen(material)}`",
        ),
        *(_task(name, lang) for name in TASKS),
        f"## {lang('From your own files')}",
        lang(
            "Name a file for training, one for validation if there is one, and behind each column of the task what it "
            "is called with you. For a passage `answer` is enough: the place where it begins is looked up."
        ),
        "```sh\n"
        "python columns.py text_classification mail.csv text=Message label=Department\n"
        "python columns.py question_answering faq.csv question=Question context=Article answer=Answer\n"
        "python columns.py translation pairs.csv from=en to=nl source=English target=Dutch\n"
        "```",
        lang(
            "Then `python tune_azure_ml.py`, or without a script `az ml job create --file jobs/TASK.yml`: the inputs "
            "that end in `_key` name the columns."
        ),
        f"## {lang('Models, and until when')}",
        _models(lang),
        bullets(_known(content, lang)),
    ]
    return {"COLUMNS.md": ("\n\n".join(blocks) + "\n").encode()}


def _task(name: Name, lang: Language) -> str:
    task = TASKS[name]
    keys = {column: key for key, column in task.keys.items()}
    rows = [
        (f"`{column}`", about.text(lang), f"`{keys[column]}`" if column in keys else "–")
        for column, about in task.columns.items()
    ]
    heads = (lang("Column"), lang("What stands in it"), lang("Input of the job that names it"))
    return f"## `{name}`: {task.title.text(lang)}\n\n{table(heads, rows)}\n\n{task.made_of.text(lang)}"


def _models(lang: Language) -> str:
    rows = [
        (
            f"`{name}`",
            f"`{_short(model.id)}`",
            model.licence,
            model.languages.text(lang),
            f"`{model.trained_on}`",
            f"`{model.served_on}`",
        )
        for name, model in ((name, task.model) for name, task in TASKS.items())
    ]
    heads = (
        *(lang("Task"), lang("Model"), lang("Licence"), lang("Languages")),
        *(lang("Machine to train on"), lang("Machine to answer on")),
    )
    return table(heads, rows)


def _short(model: str) -> str:
    return model.removeprefix(f"{REGISTRY}/models/").removesuffix("/labels/latest")


def _known(content: Content, lang: Language) -> list[str]:
    models, regions, price = (content.fact(name) for name in FACTS)
    return [
        lang(
            "Models and machines are those of Microsoft's own entries ({source}). They name no day on which these "
            "models end; ended are Llama 2 (30 June 2025) and Phi-3 and Phi-3.5 (30 August 2025).",
            source=source_text(models, content, lang),
        ),
        lang(
            "In which regions a machine is to be had is not known to us: it hangs on your quota. Look in the studio, "
            "under Quota ({source}).",
            source=source_text(regions, content, lang),
        ),
        lang("What a machine costs an hour is not known to us ({source}).", source=source_text(price, content, lang)),
        lang(
            "Another model: set MODEL_ID. Read its licence first, and on its card for which tasks it can be tuned and "
            "until when."
        ),
    ]


def _unfit(material: Material) -> Note | None:
    if any(row.get("tools") for row in material.training):
        return Note("the model is to call tools, for which none of the tasks has a column")
    return None


KIT = Kit(
    id="azureml",
    options=("sft", "distill", "rag_sft", "encoder"),
    scripts=("columns.py", "tune_azure_ml.py", "job_state.py", "vendor_job.py", "bridge.py"),
    packages=("azure-ai-ml>=1.35,<2", "azure-identity>=1.27,<2"),
    platform="azureml",
    routes=("azure-encoder", "azure-ml-catalogue"),
    shapes={"rag_sft": "rag"},
    files=_files,
    documents=_documents,
    settings=_settings,
    unfit=_unfit,
)
