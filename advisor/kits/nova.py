"""Fine-tuning Nova at Amazon Bedrock, in an account and a bucket of the reader's own."""

from __future__ import annotations

from advisor.content.load import Content
from advisor.dataset.row import Note
from advisor.kits import hosted
from advisor.kits.kit import Kit, Material, Row, Vendor
from advisor.kits.open_weights import SERVER

VENDOR = Vendor(
    "Amazon Bedrock",
    "AWS_REGION",
    SERVER,
    bridge="tune_bedrock.py",
    further=("BUCKET", "ROLE_ARN"),
    known={"AWS_REGION": "us-east-1"},
    login="aws sso login",
)
MODELS = {
    "Nova Micro": "amazon.nova-micro-v1:0:128k",
    "Nova Lite": "amazon.nova-lite-v1:0:300k",
    "Nova Pro": "amazon.nova-pro-v1:0:300k",
    "Nova 2 Lite": "amazon.nova-2-lite-v1:0:256k",
}
"""What is trained, as Amazon's own library for customizing Nova has it; what answers is named without the last part."""


def _settings(material: Material, content: Content) -> Row:
    """Passes, rate and warm-up are left to Bedrock."""
    made = hosted.settings(VENDOR, material, MODELS, {"hyperparameters": {}})
    return {**made, "defaults": {"MODEL": str(made["job"]["model"]).rpartition(":")[0]}}


def _unfit(material: Material) -> Note | None:
    called = any(row.get("tools") for row in material.evaluation)
    return Note("the model is to call tools, which Bedrock's files for Nova cannot hold") if called else None


KIT = Kit(
    id="bedrock",
    options=("sft", "distill", "rag_sft"),
    scripts=("tune_bedrock.py", "amazon.py", "job_state.py", "vendor_job.py", "bridge.py"),
    packages=("boto3>=1.44,<2",),
    platform="bedrock",
    routes=("aws-nova-micro", "aws-nova-lite", "aws-nova-pro", "aws-nova-2-lite"),
    written="bedrock_chat",
    vendor=VENDOR,
    shapes={"rag_sft": "rag"},
    settings=_settings,
    unfit=_unfit,
)
