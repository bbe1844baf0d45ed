"""Personal data and secrets: each kind with what looks like it and is none, shown masked, in any text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.content.load import load
from advisor.dataset.privacy.find import KINDS, passes_eleven, passes_luhn, passes_mod97, scan

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J"

FOUND = [
    ("email", "mail jane.doe@an-example.com now", "jane.doe@an-example.com"),
    ("email", "Stuur naar o'brien+nl@post.example.nl.", "o'brien+nl@post.example.nl"),
    ("payment-card", "card 4111 1111 1111 1111 cvv 123", "4111 1111 1111 1111"),
    ("payment-card", "5500-0055-5555-5559", "5500-0055-5555-5559"),
    ("payment-card", "paid with 378282246310005", "378282246310005"),
    ("payment-card", "3782 822463 10005", "3782 822463 10005"),
    ("payment-card", "visa 4222222222222", "4222222222222"),
    ("api-key", "key sk-1234567890abcdef", "sk-1234567890abcdef"),
    ("phone", "+31612345678", "+31612345678"),
    ("phone", "(614) 299-4567", "(614) 299-4567"),
    ("phone", "call 614-299-4567.", "614-299-4567"),
    ("phone", "+31 6 12345678", "+31 6 12345678"),
    ("phone", "+1 (202) 736-0143", "+1 (202) 736-0143"),
    ("phone", "bel 06-12345678!", "06-12345678"),
    ("phone", "0612345678", "0612345678"),
    ("phone", "020 123 4567", "020 123 4567"),
    ("phone", "0031 6 12345678", "0031 6 12345678"),
    ("phone", "01 23 45 67 89", "01 23 45 67 89"),
    ("phone", "phone: 2027360143", "2027360143"),
    ("us-ssn", "ssn 123-45-6789", "123-45-6789"),
    ("us-ssn", "SSN: 123456789", "123456789"),
    ("iban", "NL91ABNA0417164300", "NL91ABNA0417164300"),
    ("iban", "NL91 ABNA 0417 1643 00 IS MINE", "NL91 ABNA 0417 1643 00"),
    ("iban", "to GB29 NWBK 6016 1331 9268 19, please", "GB29 NWBK 6016 1331 9268 19"),
    ("bsn", "burgerservicenummer: 123456782", "123456782"),
    ("bsn", "BSN van de klant is 1112.22.333", "1112.22.333"),
    ("bsn", "123456782 (BSN)", "123456782"),
    ("api-key", "sk-proj-abcDEF1234567890abcDEF12", "sk-proj-abcDEF1234567890abcDEF12"),
    ("api-key", "AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLE"),
    (
        "api-key",
        "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKE1",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKE1",
    ),
    ("api-key", "ghp_abcdefghijklmnopqrstuvwxyz0123456789", "ghp_abcdefghijklmnopqrstuvwxyz0123456789"),
    ("api-key", "github_pat_11ABCDEFG0abcdefghijkl_mnopqrstuv", "github_pat_11ABCDEFG0abcdefghijkl_mnopqrstuv"),
    ("api-key", "AIzaSyA1234567890abcdefghijklmnopqrstuv", "AIzaSyA1234567890abcdefghijklmnopqrstuv"),
    ("api-key", "xoxb-1234567890-abcdefghij", "xoxb-1234567890-abcdefghij"),
    ("api-key", "hf_abcdefghijklmnopqrstuvwxyz012345", "hf_abcdefghijklmnopqrstuvwxyz012345"),
    ("api-key", TOKEN, TOKEN),
    ("email", "ann@an-example.comjan@an-example.com", "ann@an-example.comjan@an-example.com"),
    ("payment-card", "Card number\n4111 1111 1111 1111\nthanks", "4111 1111 1111 1111"),
    ("us-ssn", "Her number is\n123-45-6789", "123-45-6789"),
    ("phone", "Call me\n+31 6 12345678", "+31 6 12345678"),
    ("us-ssn", "Her number\ufffd123-45-6789-\ufffdthanks", "123-45-6789"),
    (
        "api-key",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA\n-----END RSA PRIVATE KEY----- and text",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA\n-----END RSA PRIVATE KEY-----",
    ),
]  # fmt: skip


NOT_FOUND = [
    "Together they weigh 4 212 and 4212883012996 grams",
    "The result is:\n4212883012996",
    "12 + 4111111111111111 = 4111111111111123",
    "472547338\n+960397912423686\n---",
    "write to jan@example.com or your.name@yourdomain.com",
    "boss@company.com and example@mail.nl",
    "call (555) 123-4567 or +1 202 555 0143 or +15551234567",
    "a try-out with 4242 4242 4242 4242 and 4242424242424242",
    "the hypotenuse is 6,4031242374328485",
    "call 123-456-7890 or (987) 654-3210",
    "mobile 07700 900980 and +447700900980",
    "Boston, MA 02110-1301 USA",
    "370 860 1550 2440 3530",
    "700 800 900 1000",
    "-----BEGIN RSA PRIVATE KEY-----\nBASE64 ENCODED DATA\n-----END RSA PRIVATE KEY-----",
    "serial 4111111111111112",
    "serial 1234567890123456",
    "1234567812345670 passes Luhn, and no issuer begins so",
    "1234-4111-1111-1111-1111",
    "x4111111111111111",
    "000-12-3456",
    "666-12-3456 and 912-34-5678",
    "NL92ABNA0417164300",
    "ZZ91ABNA0417164300",
    "order 123456782",
    "BSN 123456789",
    "date 2024-01-15 12:30 and 01-02-2024 10:00",
    "192.168.100.200 version 10.20.30.4000",
    "3.14159265358979",
    "id 550e8400-e29b-41d4-a716-446655440000",
    "1,234,567,890",
    "timestamp 1732579200",
    "ISBN 978-3-16-148410-0",
    "total 100 200 3000",
    "icon@2x.png",
    "x = y +12345678 and +1 000 000 000",
    "git@github.com:owner/name",
    "@dataclass and a @ b",
    "sk-circle-fade-dot-animation-delay-long",
    "sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx1",
    "-----BEGIN PUBLIC KEY-----",
    "-----BEGIN PRIVATE KEY----- *** is what is shown of one",
    "",
]


@pytest.mark.parametrize(("kind", "text", "value"), FOUND)
def test_what_is_found(kind, text, value):
    [[hit]] = scan([text])
    assert (hit.kind, text[hit.start : hit.end]) == (kind, value)


@pytest.mark.parametrize("text", NOT_FOUND)
def test_what_is_not(text):
    assert scan([text]) == [[]]


@pytest.mark.parametrize(("kind", "text", "value"), FOUND)
def test_what_is_shown_does_not_give_the_value_away(kind, text, value):
    [[hit]] = scan([text])
    assert value not in hit.masked
    assert "*" in hit.masked
    hidden = sum(sign.isalnum() for sign in value) - sum(sign.isalnum() for sign in hit.masked)
    assert hidden >= 6 or value.startswith("-----")


def test_masks():
    shown = {text: scan([text])[0][0].masked for _, text, _ in FOUND}
    assert shown["mail jane.doe@an-example.com now"] == "j***@***.com"
    assert shown["card 4111 1111 1111 1111 cvv 123"] == "**** **** **** 1111"
    assert shown["+31 6 12345678"] == "+** * ******78"
    assert shown["ssn 123-45-6789"] == "***-**-****"
    assert shown["NL91ABNA0417164300"] == "NL**************00"
    assert shown["AKIAIOSFODNN7EXAMPLE"] == "AKIA***"


def test_every_kind_is_a_check():
    assert {kind.id for kind in KINDS} <= {check.id for check in load().checks}


def test_finds_keep_to_their_text_and_count_characters():
    texts = ["é a@b.nl ü c@d.nl", "", "nothing", "\ud800 half 😀 a@b.nl", "06-", "12345678"]
    found = scan(texts)
    assert [[text[hit.start : hit.end] for hit in hits] for text, hits in zip(texts, found, strict=True)] == [
        ["a@b.nl", "c@d.nl"], [], [], ["a@b.nl"], [], [],
    ]  # fmt: skip


def test_several_kinds_in_one_text_stand_in_order():
    text = "Jan, 06-12345678, jan@voorbeeld.nl, NL91 ABNA 0417 1643 00, 4111 1111 1111 1111"
    assert [hit.kind for hit in scan([text])[0]] == ["phone", "email", "iban", "payment-card"]


def test_a_number_is_found_before_another_that_its_pattern_runs_into():
    text = "Call +31 6 12345678 123-45-6789 or +31 6 12345678 4111 1111 1111 1111"
    found = [(hit.kind, text[hit.start : hit.end]) for hit in scan([text])[0]]
    assert found == [
        ("phone", "+31 6 12345678"),
        ("us-ssn", "123-45-6789"),
        ("phone", "+31 6 12345678"),
        ("payment-card", "4111 1111 1111 1111"),
    ]


def test_a_text_gives_alone_what_it_gives_among_others():
    texts = [text for _, text, _ in FOUND] + NOT_FOUND
    assert [scan([text])[0] for text in texts] == scan(texts)


@pytest.mark.parametrize(
    "text",
    [
        "1",
        "1 ",
        "a@",
        "a@a.",
        "+1 ",
        "tel ",
        "iban NL91 ",
        "sk-",
        "eyJaaaaaaaaaaaa.",
        "-----BEGIN PRIVATE KEY-----",
        "(0",
    ],
)
def test_hostile_texts_end(text):
    """Patterns that backtrack would not be done with these in a lifetime."""
    assert len(scan([text * 100_000])) == 1


@given(st.lists(st.text(st.sampled_from("0123456789 -+().@aAnNlLkKsSéx\n\0\ud800😀")), max_size=6))
def test_any_texts_give_finds_inside_them_that_do_not_overlap(texts):
    for text, hits in zip(texts, scan(texts), strict=True):
        ends = [0, *(hit.end for hit in hits)]
        assert all(end <= hit.start < hit.end <= len(text) for end, hit in zip(ends, hits, strict=False))


def test_checksums_are_those_of_the_standards():
    assert passes_luhn("4111111111111111")
    assert not passes_luhn("4111111111111112")
    assert passes_mod97("GB29NWBK60161331926819")
    assert not passes_mod97("GB28NWBK60161331926819")
    assert passes_eleven("111222333")
    assert not passes_eleven("111222334")
    assert not passes_eleven("000000000")
