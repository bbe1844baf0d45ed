"""Links that people have shared stay good: what an address holds is read, and packed as it was."""

from __future__ import annotations

import pytest

from advisor.interview.address import decode, decode_owners, encode, encode_owners
from advisor.interview.answers_file import read_situation
from advisor.interview.situation import Situation, situation

ANSWERS = situation(
    task="classification",
    labelled_examples=[200, 500],
    evaluation_set="no",
    gap=["cost", "style"],
    budget_month=1500,
    harm=None,
    goal_text="Sort mail, façades & 郵便",
    tail_ratio=3,
)
MEASURED = read_situation({"baseline_score": 71, "evaluation_set": "yes", "measured": ["baseline_score"]})
OWNERS = {"start1": ("Jo", "1 May"), "start2": ("Zoë", "")}


@pytest.mark.parametrize(
    ("link", "held"),
    [
        (
            "HY0xDsIwDEWvUnlgyhBALLkGI0KR27pthNOgxkVFiInDcAJWGLgKC7fAZbT-e88XEMwHcFAx5hyaUKGE1IMBxpKYqfY0YTwyZXC7lbVmY-"
            "3eAJ2Qxz_qM4n6fVKnxaNSkOXMpGeVsoDC5Vi3JD6mXjpwSy0Y6HCI4PqRWbWE7IWmubNNgxQRA5uiwfcda8rFovjeHp_nS5Oiix_mx-DW1x8",
            ANSWERS,
        ),
        ("q1ZKSixOzcnMS40vTs4vSlWyMjfUUUotS8wpTSzJzM-LL04tUbJSqkwtVtJRyk1NLC4tSk1RsopG1xZbCwA", MEASURED),
    ],
)
def test_the_answers_of_a_link_that_was_shared_are_read_and_make_the_same_link(link: str, held: Situation) -> None:
    assert decode(link) == held
    assert encode(held) == link


def test_the_owners_of_a_link_that_was_shared_are_read_and_make_the_same_link() -> None:
    link = "eNqrViouSSwqMVSyilbyylfSUTJU8E2sVIrVgYgbgcSj8g-vBsooxdYCAEeKDiA"
    assert decode_owners(link) == OWNERS
    assert encode_owners(OWNERS) == link
