"""Fine-tuning Gemini at Google Cloud, in a project and a bucket of the reader's own."""

from __future__ import annotations

from advisor.content.load import Content
from advisor.kits import hosted
from advisor.kits.kit import Kit, Material, Row, Vendor
from advisor.kits.open_weights import SERVER

VENDOR = Vendor(
    "Google",
    "GOOGLE_CLOUD_PROJECT",
    SERVER,
    bridge="tune_google.py",
    further=("GOOGLE_CLOUD_LOCATION", "BUCKET"),
    login="gcloud auth application-default login",
)
MODELS = {
    "Gemini 3.5 Flash": "gemini-3.5-flash",
    "Gemini 3.1 Flash-Lite": "gemini-3.1-flash-lite",
    "Gemini 3.5 Flash-Lite": "gemini-3.5-flash-lite",
}
"""What Google's API calls them, as the facts do."""


def _settings(material: Material, content: Content) -> Row:
    """Passes, rate and size of the adapter are left to Google."""
    return hosted.settings(VENDOR, material, MODELS, {})


KIT = Kit(
    id="google",
    options=("sft", "distill", "rag_sft"),
    scripts=("tune_google.py", "job_state.py", "vendor_job.py", "bridge.py"),
    packages=("google-genai>=3.6,<4",),
    platform="google",
    routes=("google-gemini-3.5-flash", "google-gemini-3.1-flash-lite", "google-gemini-3.5-flash-lite"),
    written="google_chat",
    vendor=VENDOR,
    shapes={"rag_sft": "rag"},
    settings=_settings,
)
