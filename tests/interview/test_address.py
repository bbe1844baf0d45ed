"""Links that people have shared stay good: what an address holds is read, and packed as it was."""

from __future__ import annotations

import base64
import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.interview.address import BadAddress, decode, decode_owners, encode, encode_owners
from advisor.interview.answers_file import read_situation
from advisor.interview.situation import AnswerErrors, Situation, situation
from tests.situations import situations

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


def problem(**answers: object) -> str:
    with pytest.raises(AnswerErrors) as caught:
        situation(**answers)
    return str(caught.value)


@given(situations())
def test_an_address_brings_back_the_same_answers(here: object) -> None:
    assert decode(encode(here)) == here  # type: ignore[arg-type]


@given(st.text(max_size=400) | st.binary(max_size=300).map(lambda raw: raw.hex()))
def test_a_damaged_address_is_refused_or_read_but_never_crashes(text: str) -> None:
    try:
        decode(text)
    except BadAddress:
        return


def test_an_address_that_unpacks_to_megabytes_is_refused() -> None:
    huge = encode(situation())
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = packer.compress(b'{"project":"' + b"x" * 50_000_000 + b'"}') + packer.flush()
    with pytest.raises(BadAddress):
        decode(base64.urlsafe_b64encode(bomb).decode())
    assert decode(huge).answers == {}


def test_answers_of_another_version_are_left_out_and_named() -> None:
    here = decode(address({"citations": "yes", "gone": 1, "task": "no such"}))
    assert dict(here.answers) == {"citations": "yes"}
    assert here.dropped == ("gone", "task")


def address(raw: object) -> str:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(json.dumps(raw).encode()) + packer.flush()
    return base64.urlsafe_b64encode(packed).decode()


@pytest.mark.parametrize("measured", [[["citations"]], [{}], "citations", 5, None])
def test_marks_of_an_address_that_are_none_are_left_out(measured: object) -> None:
    here = decode(address({"citations": "yes", "measured": measured}))
    assert (dict(here.answers), here.measured) == ({"citations": "yes"}, frozenset())


def test_half_a_sign_is_refused_since_no_address_can_hold_it() -> None:
    assert "half a sign" in problem(project="a\ud800b")
    here = decode(address({"project": "a\ud800b", "\udfff": 1}))
    assert here.answers == {}
    "".join(here.dropped).encode()
    problem(**{"citations": "\ud800", "\udc00": 1}).encode()


@pytest.mark.parametrize("value", ["1200", "20M", 1e300, True, [1], [1, "2"], {"low": 1}])
def test_a_number_in_an_address_has_one_form_and_another_is_left_out_by_name(value: object) -> None:
    here = decode(address({"requests_per_month": value, "citations": "yes"}))
    assert (dict(here.answers), here.dropped) == ({"citations": "yes"}, ("requests_per_month",))


def test_a_key_given_twice_in_an_address_is_left_out_once_by_name() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    plain = b'{"citations":"yes","harm":"low","citations":"no"}'
    here = decode(base64.urlsafe_b64encode(packer.compress(plain) + packer.flush()).decode())
    assert (dict(here.answers), here.dropped) == ({"harm": "low"}, ("citations",))


def test_a_number_beyond_all_numbers_is_left_out_of_an_address() -> None:
    assert decode(address({"labelled_examples": 10**400, "citations": "yes"})).dropped == ("labelled_examples",)


def test_what_was_left_out_travels_in_the_address() -> None:
    here = ANSWERS.leaving_out(["must-cite", "gap-cost"])
    assert decode(encode(here)) == here
    assert decode(encode(ANSWERS)).off == frozenset()
    assert encode(here.taking_back("gap-cost").taking_back("must-cite")) == encode(ANSWERS)


@pytest.mark.parametrize(
    ("off", "kept", "dropped"),
    [
        (["must-cite", "a-term-of-last-year"], {"must-cite"}, ("a-term-of-last-year",)),
        ([["must-cite"], None, 5], set(), ()),
        ("must-cite", set(), ()),
    ],
)
def test_terms_of_an_address_that_are_none_are_left_out(off: object, kept: set[str], dropped: tuple[str, ...]) -> None:
    here = decode(address({"citations": "yes", "off": off}))
    assert (dict(here.answers), here.off, here.dropped) == ({"citations": "yes"}, kept, dropped)
