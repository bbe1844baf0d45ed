"""Fine-tuning an open model in Amazon SageMaker without servers of one's own; Bedrock imports it and answers."""

from __future__ import annotations

from advisor.content.load import Content
from advisor.dataset.row import Note
from advisor.kits import hosted
from advisor.kits.kit import Base, Kit, Material, Row, Vendor
from advisor.kits.open_weights import SERVER

VENDOR = Vendor(
    "Amazon SageMaker",
    "AWS_REGION",
    SERVER,
    bridge="tune_sagemaker.py",
    further=("BUCKET", "ROLE_ARN"),
    login="aws sso login",
)
MODEL = "openai-reasoning-gpt-oss-20b"
"""The open model that SageMaker's own library is tried with most (aws/sagemaker-python-sdk), as its hub calls it."""
UNTUNED = "openai.gpt-oss-20b-1:0"
"""The same one as Bedrock calls it, where it answers untuned."""
BASE = Base("openai/gpt-oss-20b", 21, "huggingface.gpt-oss-20b.licence")


def _settings(material: Material, content: Content) -> Row:
    """Passes, rate and rank are left to SageMaker's recipe for the model."""
    job = {"model": MODEL, "accept_eula": False, "hyperparameters": {}}
    return {**hosted.settings(VENDOR, material, {}, job), "defaults": {"MODEL": UNTUNED}}


def _unfit(material: Material) -> Note | None:
    called = any(row.get("tools") for row in material.evaluation)
    return (
        Note("the model is to call tools, for which SageMaker's file of conversations has no column")
        if called
        else None
    )


KIT = Kit(
    id="sagemaker",
    options=("sft", "distill", "rag_sft"),
    scripts=("tune_sagemaker.py", "amazon.py", "job_state.py", "vendor_job.py", "bridge.py"),
    packages=("boto3>=1.44,<2",),
    platform="trl",
    routes=("aws-sagemaker-customization",),
    base=BASE,
    vendor=VENDOR,
    shapes={"rag_sft": "rag"},
    settings=_settings,
    unfit=_unfit,
)
