"""Reads the two curves of a training: the loss on the rows trained on, and on those that are not.

python curves.py results.csv         says what they show, and which checkpoint to take
"""

import sys
from pathlib import Path

from loss_curves import Point, lowest, points, read
from words import number, say

MEANS = {
    "good": say(
        "Both fell and have levelled off: it learnt what is in the rows. The test cases say whether that is enough."
    ),
    "overfitted": say(
        "Overfitted: the loss on rows that are not trained on rises again while the other falls. Take the checkpoint "
        "nearest to the lowest point, or train with fewer epochs."
    ),
    "going_on": say(
        "Both still fall at the end: another epoch may help. Look at the test cases before you pay for one."
    ),
    "nothing_learnt": say(
        "The loss on rows that are not trained on never fell: nothing was learnt that helps beyond these rows. Look at "
        "the rows first."
    ),
}
WIDTH = 40


def drawn(curve: list[Point]) -> None:
    """Print the curves, a line a step."""
    most = max(max(point.training, point.validation) for point in curve) or 1
    print(say("t: training, v: validation"))
    for point in curve:
        line = [" "] * (WIDTH + 1)
        line[round(WIDTH * point.validation / most)] = "v"
        line[round(WIDTH * point.training / most)] = "t"
        print(f"{point.step:6d} |{''.join(line)}| {number(point.training, 2)}  {number(point.validation, 2)}")


if __name__ == "__main__":
    name = sys.argv[1] if sys.argv[1:] else "results.csv"
    try:
        found = points(Path(name).read_text("utf-8-sig").splitlines())
        meaning = MEANS[read(found)]
    except (OSError, ValueError) as error:
        sys.exit(say("{file} cannot be read: {why}", file=name, why=error))
    drawn(found)
    best = lowest(found)
    print(say("lowest validation loss: {loss} at step {step}", loss=number(best.validation, 2), step=best.step))
    print(meaning)
