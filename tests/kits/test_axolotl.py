"""What Axolotl's own schema said of the kit's settings, which are still those that it was asked about."""

from __future__ import annotations

import json

import yaml

from advisor.kits.open_weights import LORA, SFT
from tests.kits.axolotl.settings import RECORD, digest, settings


def test_axolotls_schema_took_the_settings_as_they_are_now() -> None:
    """When they change: `make test-axolotl` asks it again."""
    told = json.loads(RECORD.read_text("utf-8"))
    assert told["axolotl"].startswith("0.19")
    assert {name: digest(data) for name, data in settings().items()} == {
        name: one["digest"] for name, one in told["files"].items()
    }
    for verdict in told["files"].values():
        assert (verdict["unknown"], verdict["otherwise"]) == ([], [])


def test_both_files_train_with_the_figures_of_the_kit_for_trl_and_learn_from_answers_alone() -> None:
    read = {name: yaml.safe_load(data) for name, data in settings().items()}
    assert read.keys() == {"configs/axolotl-lora.yaml", "configs/axolotl-qlora.yaml"}
    for kind in ("lora", "qlora"):
        config = read[f"configs/axolotl-{kind}.yaml"]
        assert (config["adapter"], config.get("load_in_4bit", False)) == (kind, kind == "qlora")
        assert (config["lora_r"], config["learning_rate"]) == (LORA["lora_r"], SFT["learning_rate"])
        assert {tuple(one["roles_to_train"]) for one in config["datasets"]} == {("assistant",)}
        assert config["output_dir"] == f"out/axolotl-{kind}"
