"""Pieces of text that checks look for, and some that look like them."""

from __future__ import annotations

from advisor.content.load import load

PHRASES = [
    phrase
    for check in ("placeholder", "template-token", "refusal-as-target")
    for phrases in load().check(check).phrases.values()
    for phrase in phrases
]
PIECES = [
    *PHRASES,
    *(phrase.upper() for phrase in PHRASES),
    *(phrase.replace("'", "’") for phrase in PHRASES),
    *(
        "TODO:",
        "Lorem ipsum",
        "<b>",
        "</div >",
        "<br/>",
        "&nbsp;",
        "&#39;",
        "&#x2F;",
        "Ã©",
        "â€™",
        "\ufffd",
        "ï»¿",
        "ï¿½",
    ),
    *(
        "\0",
        "\x07",
        "\x7f",
        "\x85",
        "jan@an-example.com",
        "john-@an-example.com",
        "KW56CBKUAAAAAAAAAAAAAAAAAAAAAA",
        "4111 1111 1111 1111",
        "+31 6 12345678",
        "NL91ABNA0417164300",
    ),
    *(
        "sk-abcdefghij1234567890",
        "so we went to the",
        "12,",
        "yes yes yes yes yes yes yes yes yes yes yes yes",
        "\ud800",
    ),
    *("{", "[", '{"a": 1', "`", "```py", "🙂", "ð\u0178˜€", " ", "\n", "word", "."),
]
