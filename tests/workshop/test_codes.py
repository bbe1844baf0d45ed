"""Codes that people read out, and secrets that nobody guesses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.workshop.codes import LENGTH, SIGNS, hashed, in_halves, new_code, new_secret, read_code, same

CODES = st.text(SIGNS, min_size=LENGTH, max_size=LENGTH)


def test_no_two_signs_of_a_code_look_alike():
    for alike in ("0OQD", "1ILJ", "2Z", "5S", "6G", "8B", "UV"):
        assert len(set(alike) & set(SIGNS)) <= 1, alike
    assert not set("AEIOU") & set(SIGNS)  # no words


def test_codes_differ_and_are_of_their_signs():
    codes = {new_code() for _ in range(500)}
    assert len(codes) > 495
    assert all(read_code(code) == code for code in codes)


@given(CODES)
def test_a_code_is_read_as_people_type_it(code):
    for typed in (code.lower(), in_halves(code), f" {code[:3]}-{code[3:]} ", f"{code[:2]}.{code[2:]}"):
        assert read_code(typed) == code


@given(st.text(max_size=40))
def test_what_is_no_code_is_read_as_none(text):
    code = read_code(text)
    assert code == "" or (len(code) == LENGTH and set(code) <= set(SIGNS))


@pytest.mark.parametrize("typed", ["", "CDF", "CDFHJKM", "CDFHJ0", "CDFHJ'", "CDF HJK; DROP TABLE room", "../../"])
def test_neither_too_long_nor_of_other_signs(typed):
    assert read_code(typed) == ""


def test_a_secret_is_known_by_its_hash_alone():
    secret = new_secret()
    assert len(secret) >= 22  # 128 bits
    assert secret not in hashed(secret)
    assert same(secret, hashed(secret))
    assert not same(new_secret(), hashed(secret))
    assert not same("", hashed(secret))
