"""Conversion between the formats of training files."""

from advisor.dataset.conversion.conversion import Conversion, Loss, Missing, Unsuitable, convert, losses
from advisor.dataset.formats.definition import Target
from advisor.dataset.formats.registry import TARGETS

__all__ = ["TARGETS", "Conversion", "Loss", "Missing", "Target", "Unsuitable", "convert", "losses"]
