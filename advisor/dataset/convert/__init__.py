"""Conversion between the formats of training files."""

from advisor.dataset.convert.conversion import Conversion, Loss, Missing, Unsuitable, convert, losses
from advisor.dataset.convert.targets import TARGETS, Target

__all__ = ["TARGETS", "Conversion", "Loss", "Missing", "Target", "Unsuitable", "convert", "losses"]
