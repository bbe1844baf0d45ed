"""What two curves of loss say."""

from __future__ import annotations

import pytest

from advisor.dataset.training.loss_curves import Point, lowest, points, read

HEAD = "step,train_loss,train_mean_token_accuracy,valid_loss,full_valid_loss"


def curve(*losses: tuple[float, float]) -> list[Point]:
    return [Point(step, *pair) for step, pair in enumerate(losses, start=1)]


@pytest.mark.parametrize(
    ("losses", "says"),
    [
        # the sample result of Microsoft's tutorial: training to nought, validation from 1.28 to 1.75
        ([(1.2, 1.28), (0.3, 1.4), (0.0, 1.75)], "overfitted"),
        ([(2.0, 2.1), (1.0, 1.2), (0.7, 1.0), (0.69, 1.0)], "good"),
        ([(2.0, 2.1), (1.5, 1.7), (1.2, 1.4)], "going_on"),
        ([(2.0, 2.1), (2.0, 2.1), (2.0, 2.1)], "nothing_learnt"),
        ([(2.0, 2.1), (1.0, 1.0), (0.9, 1.01)], "good"),  # a rise within the noise
    ],
)
def test_two_curves_are_read(losses: list[tuple[float, float]], says: str) -> None:
    assert read(curve(*losses)) == says


def test_the_lowest_point_is_the_first_of_those() -> None:
    assert lowest(curve((2, 2), (1, 1), (0.5, 1), (0.1, 1.4))).step == 2
    with pytest.raises(ValueError, match="two points"):
        read(curve((1, 1)))


def test_the_loss_on_all_validation_rows_counts_before_that_on_a_batch() -> None:
    lines = [HEAD, "1,2.0,0.4,1.9,", "2,1.0,0.6,1.1,1.3", "3,0.5,0.8,0.2,-1.0", "4,0.1,0.9,0.3,1.7"]
    assert points(lines) == [Point(2, 1.0, 1.3), Point(4, 0.1, 1.7)]
    assert points([line.rsplit(",", 1)[0] for line in lines]) == [
        Point(1, 2.0, 1.9),
        Point(2, 1.0, 1.1),
        Point(3, 0.5, 0.2),
        Point(4, 0.1, 0.3),
    ]


@pytest.mark.parametrize("text", ["", "a,b\n1,2", "step,train_loss\n1,2"])
def test_a_file_without_the_columns_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no columns step"):
        points(text.splitlines())
