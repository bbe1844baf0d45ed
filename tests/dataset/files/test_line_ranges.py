from __future__ import annotations

from io import BytesIO

from hypothesis import given
from hypothesis import strategies as st

from advisor.dataset.files.json_stream import LONGEST, lines
from advisor.dataset.files.line_ranges import lines_in_range

ALPHABET = st.sampled_from(
    [b"a", b"{}", b"\n", b"\r\n", b"\r", "é".encode(), "東".encode(), "😀".encode(), b"\xff", b"\x00"]
)


def cut(data: bytes, step: int, first: int = 0, line_end: bytes = b"\n", longest: int = LONGEST) -> list[bytes]:
    starts = range(first, len(data), step)
    return [lines_in_range(BytesIO(data), start, start + step, first, line_end, longest) for start in starts]


@given(
    st.one_of(st.binary(max_size=80), st.lists(ALPHABET, max_size=60).map(b"".join)),
    st.integers(1, 90),
    st.integers(0, 3),
    st.sampled_from([b"\n", b"\r"]),
)
def test_every_line_is_in_the_range_in_which_it_begins(data: bytes, step: int, first: int, line_end: bytes) -> None:
    found = cut(data, step, first, line_end)
    assert b"".join(found) == data[first:]
    at = first
    for start, text in zip(range(first, len(data), step), found, strict=True):
        end = start + step
        assert not text or start <= at < end
        assert not text or text.endswith(line_end) or at + len(text) == len(data)
        assert line_end not in data[max(end, at) : at + len(text) - 1]
        at += len(text)


@given(st.lists(ALPHABET, max_size=60).map(b"".join), st.integers(1, 20), st.integers(1, 12))
def test_a_line_that_is_too_long_is_so_still(data: bytes, step: int, longest: int) -> None:
    def read(text: bytes) -> list[bytes | None]:
        byte_by_byte = (text[at : at + 1] for at in range(len(text)))
        return [line for some in lines(byte_by_byte, longest) for line in some]

    assert read(b"".join(cut(data, step, longest=longest))) == read(data)


def test_of_a_line_that_is_too_long_little_is_held() -> None:
    data = b"x" * 3_000_000 + b"\nab\n"
    first, *others = cut(data, 300_000, longest=500_000)
    assert 500_000 < len(first) < 1_200_000
    assert first.endswith(b"x\n")
    assert b"".join(others) == b"ab\n"
