"""What came of Unsloth's training with the kit's script and settings, which are still those that it was tried with."""

from __future__ import annotations

import io
import json
import zipfile

import yaml

from advisor.kits.open_weights import COMMON, LORA, SFT
from advisor.kits.unsloth import VERSION
from tests.kits.unpacked import CONTENT, kit_bytes
from tests.kits.unsloth.record import RECORD, judged


def test_unsloth_trained_with_script_and_settings_as_they_are_now() -> None:
    """When they change: `make test-unsloth` tries it again."""
    told = json.loads(RECORD.read_text("utf-8"))
    assert told["files"] == judged()
    assert told["unsloth"] == VERSION
    assert told["named"]
    assert told["learnt"] > 0
    assert len(told["checks"]) == 2
    assert told["saved"].endswith("out/unsloth-lora")


def test_the_version_is_the_same_in_words_and_record() -> None:
    words = next(one for one in CONTENT.kits if one.id == "unsloth")
    assert any(step.command and f"unsloth=={VERSION}" in step.command for step in words.steps)
    assert f"Unsloth {VERSION}" in words.tried


def test_both_files_train_with_the_figures_of_the_kit_for_trl() -> None:
    with zipfile.ZipFile(io.BytesIO(kit_bytes("unsloth", task="rewriting"))) as archive:
        read = {kind: yaml.safe_load(archive.read(f"configs/unsloth-{kind}.yaml")) for kind in ("lora", "qlora")}
    for kind, config in read.items():
        assert config["loading"]["load_in_4bit"] == (kind == "qlora")
        assert config["loading"]["max_seq_length"] == COMMON["max_length"]
        assert (config["adapter"]["r"], config["adapter"]["lora_alpha"]) == (LORA["lora_r"], LORA["lora_alpha"])
        assert config["training"]["learning_rate"] == SFT["learning_rate"]
        assert config["training"]["output_dir"] == f"out/unsloth-{kind}"
