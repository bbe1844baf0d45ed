"""Conversion between the formats of training files."""

from advisor.dataset.conversion.conversion import Conversion, Loss, Missing, Unsuitable, convert, losses
from advisor.dataset.conversion.targets import TARGETS, Target

__all__ = ["TARGETS", "Conversion", "Loss", "Missing", "Target", "Unsuitable", "convert", "losses"]
