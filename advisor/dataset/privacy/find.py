"""Finds personal data and secrets in many texts: addresses, numbers whose checksum is right, and keys of services.

One pass of RE2 over the whole batch flags the texts worth a look; the patterns of `KINDS` then find candidates in
those, and a check in Python decides on each. RE2 takes time linear in the text whatever the text is, and so does all
that follows. What was found is only ever shown masked.

A number is believed for its form and checksum: a serial number of sixteen digits that fails Luhn, or that no issuer of
cards would give out, is none. Phone numbers have no checksum: they need a form that people write, or a word before
them.

The three checksums are a line or two each and are kept here. python-stdnum agrees with them on 60,000 numbers drawn at
random and with the length of every IBAN below; but it takes 20 ms more of each process at its start, since it imports
`ssl` and `pydoc`, and 1.2 to 3 times as long for a number.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from types import MappingProxyType
from typing import Any, NamedTuple

import re2

ADDRESS = r"[A-Za-z0-9._%+'\-]@[A-Za-z0-9]"
NUMBER = r"[0-9](?:[ .\-/()]{0,3}[0-9]){6}"
KEY = (
    r"sk-|[sr]k_(?:live|test)_|A[KS]IA|gh[pousr]_|github_pat_|glpat-|AIza|xox[abeprs]-|hf_|npm_|pypi-|SG\.|eyJ"
    "|-----BEGIN|(?i:secret_access_key)"
)
ACCOUNT = r"[A-Za-z]{2}[0-9]{2}[ \-]?[A-Za-z0-9]{4}"
"""What an address, a number, a key or an IBAN, mostly letters at times, cannot do without: the parts of the flag."""
FLAG = f"{ADDRESS}|{NUMBER}|{KEY}|{ACCOUNT}"
"""A text in which this finds nothing holds nothing private."""


class Hit(NamedTuple):
    """Something found in a text: `text[start:end]`, its kind (the id of a check), and how it may be shown."""

    kind: str
    start: int
    end: int
    masked: str


def scan(texts: Sequence[str]) -> list[list[Hit]]:
    """The finds of each text, in the order in which they stand, never overlapping.

    A text that comes again, as system prompts do, is searched once.
    """
    known: dict[str, list[Hit]] = {text: [] for text in texts}
    different = list(known)
    flagged = [different[place] for place in matching([text.encode("utf-8", "replace") for text in different], _flag())]
    known.update(zip(flagged, search(flagged), strict=True))
    return [list(known[text]) for text in texts]


@cache
def _flag() -> Any:
    return re2.compile(FLAG.encode())


def search(texts: Sequence[str]) -> list[list[Hit]]:
    """As `scan`, for texts that are flagged already."""
    hits: list[list[Hit]] = [[] for _ in texts]
    for place, hit in _hits([text.encode("utf-8", "replace") for text in texts]):
        hits[place].append(hit)
    return hits


def matching(texts: Sequence[bytes], pattern: Any) -> Iterator[int]:
    """The places of the texts, in UTF-8, in which a pattern of RE2 finds something; all are searched as one.

    Once something is found in a text, the rest of it is passed over.
    """
    joined = APART.join(texts)
    ends = [*accumulate(len(text) + len(APART) for text in texts)]
    place = -1
    while place + 1 < len(texts) and (found := pattern.search(joined, ends[place] if place >= 0 else 0)):
        place = bisect_right(ends, found.start())
        yield place


def _hits(texts: list[bytes]) -> Iterator[tuple[int, Hit]]:
    """The finds with the index of their text; where two overlap, the kind that stands first in `KINDS` is right.

    All texts are searched as one: a call of RE2 for each would cost more than the search.
    """
    joined = BETWEEN.join(texts)
    starts = list(accumulate((len(text) + len(BETWEEN) for text in texts), initial=0))
    taken = bytearray(len(joined))
    spans: list[tuple[int, int, Kind]] = []
    there = {needed for needed, pattern in NEEDED.items() if pattern.search(joined)}
    for kind in KINDS:
        if kind.needs not in there:
            continue
        for match in kind.pattern.finditer(joined):
            start, end = match.span(1)
            if kind.id == "phone" and (at := taken.find(1, start, end)) > start:
                end = at  # the pattern ran on into the digits of a surer find
            span = kind.confirm(joined, start, end)
            if span is not None and taken.find(1, *span) < 0:
                taken[span[0] : span[1]] = b"\1" * (span[1] - span[0])
                spans.append((*span, kind))
    spans.sort(key=lambda span: span[0])
    # Places are counted in characters, from one find to the next, so that many finds in a long text stay cheap.
    index, read, place = -1, 0, 0
    for start, end, kind in spans:
        if start >= starts[index + 1]:
            index = bisect_right(starts, start) - 1
            read, place = starts[index], 0
        place += len(joined[read:start].decode())
        value = joined[start:end].decode()
        yield index, Hit(kind.id, place, place + len(value), kind.mask(value))
        read, place = end, place + len(value)


NEEDED = MappingProxyType({needed: re2.compile(needed.encode()) for needed in (ADDRESS, NUMBER, KEY, ACCOUNT)})
APART = b"\xff"
"""Stands between two texts too; it is no part of UTF-8, so that no pattern for UTF-8 finds it."""
HIDDEN = b" ***"
"""What is shown of a private key."""
REPLACED = "\N{REPLACEMENT CHARACTER}".encode()
BETWEEN = b"\0\n"
"""Stands between two texts; no pattern matches across it."""

Span = tuple[int, int]
Confirm = Callable[[bytes, int, int], Span | None]


@dataclass(frozen=True)
class Kind:
    """One pattern: its first group is the candidate. `confirm` gives the span that counts, or None."""

    id: str
    pattern: re2._Regexp[bytes]
    confirm: Confirm
    mask: Callable[[str], str]
    needs: str = NUMBER
    """The pattern that must be found first, looked for once for all kinds that need it."""


def digits(value: bytes | str) -> str:
    """The digits of a text, without what stands between them."""
    text = value.decode() if isinstance(value, bytes) else value
    return re.sub("[^0-9]", "", text)


def passes_luhn(number: str) -> bool:
    """The check of payment cards (ISO/IEC 7812-1): every second digit from the right doubled, the sum a multiple of
    ten.
    """
    doubled = "0246813579"
    total = sum(int(doubled[int(digit)]) if index % 2 else int(digit) for index, digit in enumerate(reversed(number)))
    return total % 10 == 0


def passes_mod97(iban: str) -> bool:
    """The check of bank account numbers (ISO 13616): the first four moved to the end, letters as 10 to 35, rest 1."""
    moved = iban[4:] + iban[:4]
    return int("".join(str(int(sign, 36)) for sign in moved)) % 97 == 1


def passes_eleven(number: str) -> bool:
    """The check of Dutch citizen service numbers: nine digits, weights 9 to 2 and -1, a multiple of eleven."""
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    total = sum(weight * int(digit) for weight, digit in zip(weights, number.zfill(9), strict=True))
    return total % 11 == 0 and int(number) > 0


ISSUERS = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})"  # Visa
    r"|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}"  # Mastercard
    r"|3[47]\d{13}"  # American Express
    r"|3(?:0[0-5]|[689]\d)\d{11}"  # Diners Club
    r"|6(?:011|5\d\d|4[4-9]\d)\d{12}"  # Discover
    r"|35(?:2[89]|[3-8]\d)\d{12}"  # JCB
    r"|62\d{14,17}"  # UnionPay
    r"|(?:50|5[6-9]|6[0-9])\d{14,17}"  # Maestro
)
"""The beginnings and lengths that issuers of cards use (ISO/IEC 7812 ranges as the networks publish them)."""

IBAN_LENGTHS: Mapping[str, int] = MappingProxyType(
    {
        country: int(length)
        for length, countries in (
            line.split(":")
            for line in (
                "15:NO", "16:BE", "18:DK FI FO GL NL SD FK", "19:MK SI", "20:AT BA EE KZ LT LU XK MN",
                "21:CH HR LI LV", "22:BG BH CR DE GB GE IE ME RS VA", "23:AE GI IL IQ TL OM SO",
                "24:AD CZ ES MD PK RO SA SE SK TN VG", "25:LY PT ST", "26:IS TR", "27:BI DJ FR GR IT MC MR SM",
                "28:AL AZ BY CY DO GT HU LB PL SV NI", "29:BR EG PS QA UA", "30:JO KW MU YE", "31:MT SC", "32:LC",
                "33:RU",
            )
        )
        for country in countries.split()
    }
)  # fmt: skip
"""Characters of an account number by country, from the IBAN registry of SWIFT."""


def _alone(text: bytes, start: int, end: int) -> bool:
    """Whether no letter, digit or underscore touches the span, nor a dot or dash that leads to one.

    In what is shown of a text a replacement character stands for signs that are no letters.
    """
    before = text[max(0, start - 4) : start].replace(REPLACED, b" ")
    after = text[end : end + 4].replace(REPLACED, b" ")
    return not (
        re.search(rb"[0-9A-Za-z_\x80-\xff][.\-]?\Z", before) or re.match(rb"[.\-]?[0-9A-Za-z_\x80-\xff]", after)
    )


def _card(text: bytes, start: int, end: int) -> Span | None:
    """The candidate, or as many digits that begin one group of four further on: other numbers may stand before."""
    for _ in range(4):
        number = digits(text[start:end])
        if ISSUERS.fullmatch(number) and passes_luhn(number) and _alone(text, start, end):
            return (start, end) if _is_card(text, start, end) else None
        if not (GROUP.match(text[start : start + 5]) and GROUP.match(text[end + 1 : end + 5] + text[end : end + 1])):
            return None
        start, end = start + 5, end + 5
    return None


GROUP = re.compile(rb"[0-9]{4}[ \-]")
CARD = re.compile(rb"(?i:card|kaart|visa|master ?card|amex|american express|maestro|\bcc\b|\bpan\b|\bcvv)")
SUM = re.compile(rb"[-+*/=<>^%$\xa3\xac\xd7\xf7][ \n\r\t*_]*\Z")
"""What ends where a number is part of a sum, or an amount: a sign of arithmetic or of money (in UTF-8)."""
SUMMED = re.compile(
    rb"[ \t*_]*(?:[-+*/=<>^%$]|\xc3[\x97\xb7]|\xc2\xa3|\xe2\x82\xac|[.,][0-9]|(?i:eur|usd|euro|dollar)\b)"
)
"""How it goes on after such a number."""
COLUMN = re.compile(rb"(?:\A|\n)[ \t]*[0-9][0-9., ]*\n\s*\Z")
"""A number on the line before, as where numbers are added up below each other."""
TRIAL = "4242" * 4
"""The number that a payment service gives to all who try it, and that its examples bear."""
USUAL = (15, 16)
"""Digits of nearly all cards. Numbers of other lengths are mostly something else."""


def _is_card(text: bytes, start: int, end: int) -> bool:
    """Whether a number with a right checksum is a card's: one in ten of all numbers has one.

    In groups, or beside a word for cards, it is. Digits in a row are one where their number is usual, and not in a sum.
    """
    number, before, after = text[start:end], text[max(0, start - 60) : start], text[end : end + 30]
    if digits(number) == TRIAL or re.search(rb"[0-9][.,]\Z", before):
        return False
    if not number.isdigit() or CARD.search(before + b" " + after):
        return True
    summed = SUM.search(before) or SUMMED.match(after) or COLUMN.search(before)
    return len(number) in USUAL and not summed


def _ssn(text: bytes, start: int, end: int) -> Span | None:
    area, group, serial = (number := digits(text[start:end]))[:3], number[3:5], number[5:]
    given_out = area not in ("000", "666") and area < "900" and group != "00" and serial != "0000"
    return (start, end) if given_out and _alone(text, start, end) else None


def _bsn(text: bytes, start: int, end: int) -> Span | None:
    return (start, end) if passes_eleven(digits(text[start:end])) and _alone(text, start, end) else None


def _iban(text: bytes, start: int, end: int) -> Span | None:
    """The candidate is the country and the two check digits; how many characters follow is the country's."""
    country = text[start : start + 2].decode().upper()
    length = IBAN_LENGTHS.get(country)
    if length is None or re.search(rb"[0-9A-Za-z]\Z", text[max(0, start - 1) : start]):
        return None
    match = re.match(rb"(?:[A-Za-z0-9][ \-]?){%d}" % length, text[start : start + 2 * length])
    if match is None:
        return None
    value = match[0].rstrip(b" -")
    end = start + len(value)
    if re.match(rb"[0-9A-Za-z]", text[end : end + 1]):
        return None
    return (start, end) if passes_mod97(re.sub(rb"[ \-]", b"", value).decode().upper()) else None


FILES = frozenset(("png", "jpg", "jpeg", "gif", "webp", "svg", "css", "js", "ts", "map"))
"""Endings that follow an @ in names of files (icon@2x.png), and are no domains."""


RESERVED = re.compile(
    rb"(?i:(?:\A(?:example|your[a-z._\-]*)@.*|[@.](?:example[a-z0-9]*|(?:your|my)-?(?:company|domain|site)|company|domain)\.(?:com|net|org))\Z)"
)
"""Addresses of nobody: domains kept for examples (RFC 2606), and those that stand for any other."""


def _email(text: bytes, start: int, end: int) -> Span | None:
    if RESERVED.search(text[start:end]):
        return None
    if more := re.match(rb"(?:@[A-Za-z0-9.\-]+)+", text[end : end + 254]):
        end += more.end()  # another address follows at once, and the two are one find
    local, _, domain = text[start:end].partition(b"@")
    ending = domain.rpartition(b".")[2].decode().lower()
    sound = len(local) <= 64 and len(domain) <= 253 and b".." not in domain and ending not in FILES
    return (start, end) if sound and local != b"git" else None


DATE = re.compile(rb"[0-9]{1,2}([.\-/ ])[0-9]{1,2}\1[0-9]{4}|[0-9]{4}([.\-/])[0-9]{1,2}\2[0-9]{1,2}")


FICTION = re.compile(
    rb"(?:\+?1)?[ .\-]*(?:\(?555\)?[ .\-]*[0-9]{3}|\(?[2-9][0-9]{2}\)?[ .\-]*555)[ .\-]*[0-9]{4}\Z|555[ .\-]?[0-9]{4}\Z"
)
"""North American numbers with 555, which films and examples use: no such area is given out, nor such lines."""


SAMPLE = frozenset((b"1234567890", b"11234567890", b"9876543210", b"19876543210"))
"""Digits in order, which nobody has for a number."""
DRAMA = re.compile(rb"(?:44|0)?7700900[0-9]{3}\Z")
"""Mobile numbers that the British regulator keeps for films and examples."""
POSTCODE = re.compile(rb"[0-9]{5}-[0-9]{4}\Z")
"""A postcode of the United States, of nine digits; no telephone is written so."""


def _is_no_phone(text: bytes, start: int, end: int) -> bool:
    """Whether what has the form of a number is one that is given to nobody, or part of a row of numbers."""
    value = text[start:end]
    number = digits(value).encode()
    if FICTION.match(value) or number in SAMPLE or DRAMA.match(number) or POSTCODE.match(value):
        return True
    if value.startswith((b"+", b"0", b"(")) or b" " not in value:
        return False
    before, after = text[max(0, start - 8) : start], text[end : end + 8]
    return bool(re.search(rb"[0-9)] +\Z", before) or re.match(rb" +[0-9]", after))


def _phone(fewest: int) -> Confirm:
    def confirm(text: bytes, start: int, end: int) -> Span | None:
        value = text[start:end].rstrip(b" .-/(")
        end = start + len(value)
        if value.count(b"(") != value.count(b")") or DATE.match(value) or not _alone(text, start, end):
            return None
        if _is_no_phone(text, start, end) or (
            value.startswith(b"+") and COLUMN.search(text[max(0, start - 60) : start])
        ):
            return None
        length = len(digits(value))
        sound = length == 11 if value.startswith((b"+1", b"+7")) else fewest <= length <= 15
        return (start, end) if sound else None

    return confirm


def _key(text: bytes, start: int, end: int) -> Span | None:
    """A key is long, has a digit, and is no placeholder of one letter over and over, nor masked already."""
    value = text[start:end]
    if value.startswith(b"-----"):
        body = value.split(b"-----")[2]
        shown = text[end : end + len(HIDDEN)] == HIDDEN or (
            body.strip() and not re.search(rb"[A-Za-z0-9+/=]{16}", body)
        )
        return None if shown else (start, end)
    if re.search(rb"[0-9A-Za-z_]\Z", text[max(0, start - 1) : start]):
        return None
    # Words joined by dashes, such as names of CSS classes, have no part as long as a key's.
    longest = max(re.split(rb"[\-_.]", value), key=len)
    return (start, end) if re.search(rb"[0-9]", value) and len(longest) >= 10 and len(set(longest)) >= 6 else None


def _mask_digits(shown: int) -> Callable[[str], str]:
    def mask(value: str) -> str:
        hidden = max(0, sum(sign.isdigit() for sign in value) - shown)
        return re.sub("[0-9]", "*", value, count=hidden) if hidden else value

    return mask


def _mask_email(value: str) -> str:
    return f"{value[0]}***@***.{value.rpartition('.')[2]}"


def _mask_iban(value: str) -> str:
    return value[:2] + re.sub("[0-9A-Za-z]", "*", value[2:-2]) + value[-2:]


KEY_PREFIX = re.compile(
    r"(?:sk|gh[pousr]|github_pat|[sr]k_(?:live|test)|glpat|xox.|hf|npm|pypi)[\-_]|A[KS]IA|AIza|SG\.|eyJ"
)
"""What tells whose key it is and is no part of the secret."""


def _mask_key(value: str) -> str:
    if value.startswith("-----"):
        return value[: value.index("-----", 5) + 5] + HIDDEN.decode()
    prefix = KEY_PREFIX.match(value)
    return (prefix[0] if prefix else "") + "***"


GROUPED = rb"[0-9]{2,5}(?:[ .\-/][0-9]{2,8}){1,5}"
NEAR = rb"[^0-9\n]{0,40}?"
WORD = rb"(?i:\b(?:tel|telephone|telefoon|telefoonnummer|phone|mobile|mobiel|cell|call|bel|fax|whatsapp|sms|gsm)\b)"

KINDS: tuple[Kind, ...] = (
    Kind(
        "api-key",
        re2.compile(
            rb"(sk-[A-Za-z0-9_\-]{16,}|[sr]k_(?:live|test)_[A-Za-z0-9]{16,}|A[KS]IA[A-Z0-9]{16}\b"
            rb"|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{22,}|glpat-[A-Za-z0-9_\-]{20,}"
            rb"|AIza[A-Za-z0-9_\-]{30,}|xox[abeprs]-[A-Za-z0-9\-]{10,}|hf_[A-Za-z0-9]{20,}|npm_[A-Za-z0-9]{30,}"
            rb"|pypi-[A-Za-z0-9_\-]{40,}|SG\.[A-Za-z0-9_\-]{16,}\.[A-Za-z0-9_\-]{16,}"
            rb"|eyJ[A-Za-z0-9_\-]{10,}\.eyJ[A-Za-z0-9_\-]{10,}\.[A-Za-z0-9_\-]{10,}"
            rb"|-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----(?:[^\-\0]*-----END [A-Z ]{0,30}PRIVATE KEY-----"
            rb"|(?:(?:\s|\\[nr])*[A-Za-z0-9+/=]{16,})*))"
        ),
        _key,
        _mask_key,
        KEY,
    ),
    Kind(
        "api-key",
        re2.compile(rb"(?i:secret_access_key)[\"']?\s{0,4}[=:]\s{0,4}[\"']?([A-Za-z0-9/+]{40})"),
        _key,
        _mask_key,
        KEY,
    ),
    Kind("iban", re2.compile(rb"([A-Za-z]{2}[0-9]{2})[ \-]?[A-Za-z0-9]{4}"), _iban, _mask_iban, ACCOUNT),
    Kind(
        "payment-card",
        re2.compile(
            rb"([0-9]{13,19}|[0-9]{4} [0-9]{4} [0-9]{4} [0-9]{4}|[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{4}"
            rb"|3[0-9]{3}[ \-][0-9]{6}[ \-][0-9]{4,5})"
        ),
        _card,
        _mask_digits(4),
    ),
    Kind(
        "bsn",
        re2.compile(
            rb"(?i:\bbsn\b|burgerservicenummer|burger service nummer|sofi-?nummer|citizen service number)"
            + NEAR
            + rb"([0-9]{8,9}|[0-9]{4}[. ][0-9]{2}[. ][0-9]{3}|[0-9]{3}[. ][0-9]{3}[. ][0-9]{3})(?:[^0-9]|$)"
        ),
        _bsn,
        _mask_digits(0),
    ),
    Kind("bsn", re2.compile(rb"\b([0-9]{9})[ (,]{1,3}(?i:bsn)\b"), _bsn, _mask_digits(0)),
    Kind("us-ssn", re2.compile(rb"([0-9]{3}-[0-9]{2}-[0-9]{4})"), _ssn, _mask_digits(0)),
    Kind(
        "us-ssn",
        re2.compile(
            rb"(?i:\bssn\b|social security(?: number| no\.?)?)" + NEAR + rb"([0-9]{3} ?[0-9]{2} ?[0-9]{4})(?:[^0-9]|$)"
        ),
        _ssn,
        _mask_digits(0),
    ),
    Kind(
        "email",
        re2.compile(rb"([A-Za-z0-9][A-Za-z0-9._%+'\-]*@[A-Za-z0-9][A-Za-z0-9.\-]*\.[A-Za-z]{2,})"),
        _email,
        _mask_email,
        ADDRESS,
    ),
    Kind("phone", re2.compile(rb"(\+[1-9][0-9]{0,2}(?:[ .\-/]?\(?[0-9]{1,12}\)?){1,7})"), _phone(9), _mask_digits(2)),
    Kind(
        "phone",
        re2.compile(
            rb"((?:1[ .\-])?\([2-9][0-9]{2}\) ?[0-9]{3}[ .\-][0-9]{4}|(?:1-)?[2-9][0-9]{2}-[0-9]{3}-[0-9]{4}"
            rb"|[2-9][0-9]{2}\.[0-9]{3}\.[0-9]{4}|[2-9][0-9]{2} [2-9][0-9]{2} [0-9]{4})"
        ),
        _phone(10),
        _mask_digits(2),
    ),
    Kind(
        "phone",
        re2.compile(
            rb"(\(0[0-9]{1,4}\)[ \-]?[0-9]{2,8}(?:[ \-][0-9]{2,4}){0,3}"
            rb"|0[1-9][0-9]{0,3}[ \-/][0-9]{2,8}(?:[ ][0-9]{2,4}){0,4}"
            rb"|0[1-9](?:[.\-][0-9]{2}){4}|00[1-9][0-9]{0,2} [0-9]{1,9}(?: [0-9]{2,8}){1,5}|06[0-9]{8}\b)"
        ),
        _phone(9),
        _mask_digits(2),
    ),
    Kind(
        "phone",
        re2.compile(WORD + rb"[^0-9\n]{0,24}?\b([0-9]{3}[ .\-]?[0-9]{4}|[0-9]{9,12}|" + GROUPED + rb")(?:[^0-9]|$)"),
        _phone(7),
        _mask_digits(2),
    ),
)
"""What is looked for, the surest first."""
