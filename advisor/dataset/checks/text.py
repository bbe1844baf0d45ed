"""What is wrong with texts: what a chatbot, a scraper or a broken export leaves in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import islice
from operator import attrgetter, eq

from advisor.content.load import load
from advisor.dataset.checks.registry import CHECKS
from advisor.dataset.checks.subject import Answer, Signs, Text
from advisor.dataset.formats.reading import Turn
from advisor.dataset.row import Fault, excerpt
from advisor.language import LANGUAGES

HEAD = 100
"""Characters of an answer in which a refusal shows."""
SHORT = 300
"""Longest text in which words alone make a placeholder: in a longer one they may be meant."""
ECHO = 15
"""Shortest message whose repetition is no coincidence."""
TIMES = 4
"""Repetitions in a row that nobody writes on purpose."""
WINDOW = 1_000
"""Words looked at in each of three places of a very long answer."""
UNDESIRED = ("rejected", "non_preferred_output", "rejected_text")
"""Fields with answers that are meant to be worse."""
DESIRED = ("chosen", "preferred_output")
"""Fields with answers that somebody chose over another: what they refuse was meant to be refused."""
ASKING = frozenset({"system", "developer", "user", "context"})
"""Roles whose words say what an answer is to be."""
ASKED_IN = re.compile(r"(?:\A|\.)(?:instruction|input|prompt|question|query|premise)\Z", re.IGNORECASE)
"""Fields of rows in no known format whose words ask, whatever stands around them."""
NESTED = re.compile(r'\s*(?:\{\s*"messages"\s*:\s*)?\[\s*\{\s*"(?:role|content|from|value)"\s*:')
"""How messages begin that were written as text: the shape of the row is wrong then, and its words say nothing."""
LEARNT = frozenset({"assistant", "text"})
"""Roles whose words a model learns to write."""

# C0 without tab, line feed and carriage return; DEL; C1.
CONTROL = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
LATIN = re.compile(r"\b(?:ipsum|consectetur)\b", re.IGNORECASE)
"""In a question: filler is what was asked for."""
FILLERS = ("TODO:", "lorem ipsum dolor", "Lorem ipsum dolor")
OPENING = re.compile(r"[\[<{](?=[a-z{])")
LINK = re.compile(r"\[[^\[\]]{0,200}\]\(")
HINTS = ("here", "hier", "xxxx", "fill", "vul")
"""One of these stands in each placeholder that is made of words; a test keeps it so."""
# UTF-8 read as Windows-1252: the first byte of two or three becomes one of these.
GARBLED = re.compile(
    "[\u00c2-\u00df][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc"
    "\u2013\u2014\u2018-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122]+|\u00e2[\u0080-\u009f\u20ac\u201a-\u2122]."
    "|\u00ef\u00bb\u00bf|\u00f0\u0178..|\u00ef\u00bf\u00bd|\ufffd"
    # Letters of three bytes, of which one alone may be a word in French quotes: \u00e9\u00a0\u00bb.
    "|(?:[\u00e0-\u00ef][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc"
    "\u2013\u2014\u2018-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122]{2}){2,}"
)
MAY_BE_GARBLED = re.compile("[\u00c2-\u00df\u00e0-\u00ef\u00f0\ufffd]")
"""What all of these begin with, looked for first because it is quicker."""
TAG = re.compile(r"(?<!<)</?([a-z][a-z0-9]{0,9})(?:\s[^<>]{0,300}=[^<>]{0,300}|\s*)/?>(?!>)", re.IGNORECASE)
"""A tag, whose attributes have values: `<I am>` and `<a list of names>` are none."""
ELEMENT = re.compile(r"\s*(?:<\?xml\b|<([a-z][a-z0-9:_-]*)[^<>]{0,300}>)", re.IGNORECASE)
SPEECH = re.compile(
    r"<(?:speak|break|prosody|say-as|phoneme|emphasis|voice|amazon:[a-z-]+)(?:\s[^<>]{0,300})?/?>"
    r"|<p>\s*(?:<(s|q)>[^<>]*[.!?][\"'’”]?</\1>\s*)+</p>",
    re.IGNORECASE,
)
"""Marks for speaking (SSML): elements that HTML lacks, or a paragraph that is nothing but sentences in elements."""
ENTITY = re.compile(r"&(?:nbsp|amp|lt|gt|quot|apos|#[0-9]{2,5}|#x[0-9a-fA-F]{2,5});")
CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)
STATEMENT = re.compile(
    r"[;{}]\s*$|=>|<\?php|className=|^\s*(?:def|class|function|import|return|const|let|var|public|echo)\b.*[:;({=]",
    re.MULTILINE,
)
"""What ends or begins a line of a program; two of them make a text code."""
MARKUP = re.compile(
    r"\b(?:xml|svg|ssml|jsx|markup|react|vue|angular|php|css|bootstrap|javascript|tags?|web ?pages?|hyperlinks?)\b"
    r"|\b(?:code|snippet|bold|fett|vetgedrukt|negrita)\b|<(?!br\b)/?[a-z][a-z0-9]*(?:\s[^<>]*)?>",
    re.IGNORECASE | re.ASCII,  # so that a word between Chinese signs is one too
)
"""In a question: tags in the answer are what was asked for."""
MUSTACHE = re.compile(r"(?<!\{)\{\{\s{0,3}[A-Za-z_][\w .-]{0,40}\}\}(?!\})")
"""A field of a template that nothing was filled into."""
SYNTAX = ("=", "'", '"', "/", "$")
"""What stands before a field of a template where templates are the matter: in settings, attributes and addresses."""
TEMPLATING = re.compile(r"\b(?:jinja2?|handlebars|mustache|liquid|ansible|helm|vue|angular|django)\b", re.IGNORECASE)
"""What is spoken of where double braces are meant."""
FORM = re.compile(
    r"\b(?:templates?|letters?|e-?mails?|forms?|invitations?|press release|scripts?|speech|drafts?|memo|resum[eé]|cv|"
    r"announcements?|agenda|contracts?|placeholders?|pitch|blog|message|brackets|sjabloon|brief|mail|mailtje|uitnodiging|"
    r"formulier|toespraak|persbericht|bericht|bio|subject|dear|briefe?s?|vorlagen?|schreiben|carta|correo|plantilla|lettre|"
    r"courriel|lettera|письм\w*)\b|邮件|信件|消息|模板|简历|メール|手紙|편지",
    re.IGNORECASE,
)
"""In a question: a text was asked for that its reader fills in."""
AGAIN = re.compile(r"\b(?:repeat|copy|times in a row|over and over|herhaal|achter elkaar)\b", re.IGNORECASE)
"""In a question: the same words again are what was asked for."""
FIELDS = 3
"""Different brackets to fill in that make an answer a form on purpose."""
BRACKETED = re.compile(r"\[[A-Z][^\[\]\n]{1,40}\](?!\()")
DECLINE = re.compile(
    r"\b(?:declin|refus|weiger)|\bsay (?:that )?you (?:can['’]?t|cannot|don['’]?t)\b"
    r"|\boutside (?:of )?[^.\n]{0,40}\bscope\b|\bout[- ]of[- ]scope\b|\bzeg dat je\b[^.\n]{0,20}\bniet\b",
    re.IGNORECASE,
)
"""In what was asked: an answer that refuses is right where these words call for one."""
REFUSED = re.compile(r"n't\b|\b(?:not|no|cannot|unable|niet|geen)\b")
"""What makes a word about itself ("as an AI, I") a refusal."""
NEAR = 60
"""Characters after a word about itself in which the refusal follows."""
GREETING = 6
"""Words, in so many signs as `SALUTED`, below which a line that ends on a comma is the beginning of a letter."""
SALUTED = 60
WORD = re.compile(r"[^\W_]+")
THOUGHTS = (("<think>", "</think>"), ("<thinking>", "</thinking>"), ("<reasoning>", "</reasoning>"))
"""Marks around a train of thought that templates of open models look for."""
ESCAPED_BREAK = re.compile(r"[\w.,:;!?)\]](?:\\r)?\\n(?:(?:\\r)?\\n|[A-Z0-9*#\u2022-]| )")
"""A backslash and an n between sentences or points of a list; before a small letter it may be LaTeX, as in \\nu."""
ESCAPES = re.compile(
    r"\\[nt]|\b(?:regex|newlines?|line breaks?|escape[ds]?|escaping|latex|json|printf?|string)\b", re.I
)
"""In a question: what speaks of line breaks, or of texts that have them escaped."""
QUOTES = ("'", '"', "\u2018", "\u201c")
NAMED = re.compile(r"\s(?:elements?|tags?)\b", re.IGNORECASE)
"""Follows a tag that is spoken of."""
LETTER_RUN = re.compile(r"([^\W\d_])\1{29,}")


def text_faults(
    turns: Sequence[Turn], raw: bytes | None = None, *, plain: bool = False, grounded: bool = False
) -> Iterator[Fault]:
    """What is wrong with the texts of one row.

    `raw`: the row as it stands in the file, which rules out control characters at once. `plain`: the row is raw text
    for pretraining, in which template marks belong. `grounded`: answers from passages, where declining is right.
    """
    signs = _signs(turns, raw)
    looks = [check.look for check in CHECKS.texts if check.may is None or check.may(signs)]
    for text in _texts(turns, signs, plain) if looks else ():
        for look in looks:
            yield from look(text)
    if not plain:
        for answer in _answers(turns, grounded):
            for answer_check in CHECKS.answers:
                yield from answer_check.look(answer)


def _signs(turns: Sequence[Turn], raw: bytes | None) -> Signs:
    # Signs of one byte are looked for first: that is many times faster than looking for several.
    control, own = raw is None or _escaped(raw), int(raw is not None)
    if raw is None:
        raw = "\n".join([turn.text for turn in turns]).encode("utf-8", "surrogatepass")
    escapes = b"\\" in raw and b"\\u" in raw  # some writers escape < and & too
    angle, ampersand = escapes or b"<" in raw, escapes or b"&" in raw
    return Signs(
        control=control,
        separator=own > 0 and (b"\xe2\x80\xa8" in raw or b"\xe2\x80\xa9" in raw),  # written out, not escaped
        angle=angle,
        mark=angle or raw.count(b"[") > own or (b"#" in raw and b"### " in raw),
        html=(angle or ampersand) and b"html" not in raw.lower(),
        beyond_ascii=escapes or not raw.isascii(),
        filler=b"TODO" in raw or b"orem ipsum" in raw,
    )


def _texts(turns: Sequence[Turn], signs: Signs, plain: bool) -> Iterator[Text]:
    """The texts of a row, each with what was asked for until then."""
    asked = ""
    first = next((turn for turn in turns if turn.text), None)
    for turn in turns:
        text = turn.text
        if not text or (text[0] in "[{" and NESTED.match(text)):
            continue
        if turn.role in ASKING:
            asked = f"{asked}\n{text}" if asked else text
        undesired = turn.field.startswith(UNDESIRED)
        learnt = turn.role in LEARNT and turn.weight != 0
        if not undesired and turn.role == "text" and ASKED_IN.search(turn.field):
            asked, learnt = f"{asked}\n{text}", False
        yield Text(text, turn.field, asked, learnt, undesired, turn is first, plain, signs)


def _escaped(raw: bytes) -> bool:
    """Whether the bytes of a JSON row can hold a control character: escaped, as DEL, or as C1."""
    if b"\\" in raw and (b"\\u00" in raw or b"\\b" in raw or b"\\f" in raw):
        return True
    return b"\x7f" in raw or b"\xc2" in raw


def _answers(turns: Sequence[Turn], grounded: bool) -> Iterator[Answer]:
    """The answers of a row that are learnt, each with what it answers."""
    asked = told = ""
    for turn in turns:
        if turn.role in ASKING:
            told = f"{told}\n{turn.text}"
        if turn.role == "user":
            asked = turn.text
        if turn.role != "assistant" or turn.weight == 0 or not turn.text or turn.field.startswith(UNDESIRED):
            continue
        if not NESTED.match(turn.text):
            yield Answer(turn.text, turn.field, asked, told, grounded or turn.field.startswith(DESIRED))


@CHECKS.of_answers("refusal-as-target", shows=lambda: _any_case(_all_phrases("refusal-as-target"), apostrophes=True))
def refusals(answer: Answer) -> Iterator[Fault]:
    """An answer that refuses, where none was called for."""
    if not answer.may_decline and (phrase := refusal(answer.text)) and not DECLINE.search(answer.told):
        yield Fault("refusal-as-target", answer.field, excerpt(answer.text), {"phrase": phrase})


@CHECKS.of_answers("thoughts-not-closed", shows=lambda: _any_case(mark for marks in THOUGHTS for mark in marks))
def thoughts(answer: Answer) -> Iterator[Fault]:
    """Marks of a train of thought that do not pair."""
    text = answer.text
    for opening, closing in THOUGHTS:
        if opening not in text and closing not in text:
            continue
        bare = CODE.sub("", text)
        begun = answer.asked.rstrip().endswith(opening)  # some prompts end with the mark, and the answer goes on
        opened, closed = bare.count(opening) + begun, bare.count(closing)
        if opened != closed:
            values = {"opening": opening, "closing": closing, "opened": opened, "closed": closed}
            yield Fault("thoughts-not-closed", answer.field, excerpt(text, max(0, text.find(closing))), values)
            break


@CHECKS.of_answers("escaped-line-break", shows=lambda: _any_case(["\\n"]))
def escaped_line_breaks(answer: Answer) -> Iterator[Fault]:
    """Line breaks that were escaped twice."""
    text = answer.text
    if "\\n" in text and "\n" not in text and (at := _escaped_break(text, answer.asked)) is not None:
        yield Fault("escaped-line-break", answer.field, excerpt(text, at))


def _escaped_break(text: str, asked: str) -> int | None:
    """Where a text has a backslash and an n for a line break; code, JSON and formulas have theirs by right."""
    if text[0] in "[{" or "`" in text or _is_code(text) or ESCAPES.search(asked):
        return None
    found = ESCAPED_BREAK.search(text)
    return found.start() if found and text.count('"', 0, found.start()) % 2 == 0 else None


def may_be_faulty(answer: str, asked: str) -> bool:
    """Whether an answer may be an echo, repeat itself or be cut off. Rules most out at a fraction of the time."""
    if answer:
        for may in CHECKS.may:
            if may(answer, asked):
                return True
    return False


@CHECKS.of_texts(
    "nul-character", "control-character", may=attrgetter("control"), shows=lambda: f"\\x00|{CONTROL.pattern}"
)
def controls(text: Text) -> Iterator[Fault]:
    """Signs that no reader sees."""
    if (at := text.text.find("\0")) >= 0:
        yield Fault("nul-character", text.field, excerpt(text.text, at))
    if match := CONTROL.search(text.text):
        code = f"U+{ord(match[0]):04X}"
        yield Fault("control-character", text.field, excerpt(text.text, match.start()), {"code": code})


@CHECKS.of_texts("mojibake", may=attrgetter("beyond_ascii"), shows=lambda: GARBLED.pattern)
def mojibake(text: Text) -> Iterator[Fault]:
    """Characters that were read in the wrong encoding once."""
    if text.text.isascii() or not MAY_BE_GARBLED.search(text.text):
        return
    for match in GARBLED.finditer(text.text):
        if match[0] == "\ufffd" or _was_utf8(match[0]):
            yield Fault("mojibake", text.field, excerpt(text.text, match.start()))
            return


def _byte(sign: str) -> bytes:
    try:
        return sign.encode("cp1252")
    except UnicodeEncodeError:
        return sign.encode("latin-1")


def _was_utf8(part: str) -> bool:
    """Whether the characters, written back in Windows-1252, are UTF-8: then they were read in the wrong encoding."""
    for encoding in ("cp1252", "latin-1", ""):
        try:
            raw = part.encode(encoding) if encoding else b"".join(map(_byte, part))  # both, where cp1252 has gaps
        except UnicodeEncodeError:
            continue
        for end in range(len(raw), 1, -1):  # the pattern may have taken a character too many
            try:
                raw[:end].decode()
            except UnicodeDecodeError:
                continue
            return True
    return False


@CHECKS.of_texts("doubled-start", may=attrgetter("angle"), shows=lambda: _any_case(_all_phrases("doubled-start")))
def doubled_start(text: Text) -> Iterator[Fault]:
    """The mark that trainers put before every row themselves."""
    if start := _start_mark(text):
        yield Fault("doubled-start", text.field, excerpt(text.text), {"token": start})


TOKEN_SIGNS = ("<", "[", "### ")
"""Each mark of a chat template holds one of them. They are looked for first: marks are many, and texts with one few."""


@CHECKS.of_texts("template-token", may=attrgetter("mark"), shows=lambda: _any_case(_all_phrases("template-token")))
def template_tokens(text: Text) -> Iterator[Fault]:
    """Marks of chat templates, where the row is none; a doubled start is told by itself."""
    if text.raw_text or not any(sign in text.text for sign in TOKEN_SIGNS):
        return
    start = _start_mark(text)
    rest = text.text.replace(start, "", 1) if start else text.text
    for token in _phrases("template-token", "any"):
        if (at := rest.find(token)) >= 0:
            yield Fault("template-token", text.field, excerpt(rest, at), {"token": token})
            return


def _start_mark(text: Text) -> str:
    """The mark that a row begins with and that trainers put before every row; empty where there is none."""
    if not text.signs.angle or not text.first:
        return ""
    start, tokens = text.text.lstrip(), _phrases("doubled-start", "any")
    return next(token for token in tokens if start.startswith(token)) if start.startswith(tokens) else ""


@CHECKS.of_texts(
    "html",
    may=attrgetter("html"),
    shows=lambda: f"(?i:</?(?:{'|'.join(sorted(_all_phrases('html')))})[\\s/>]|{ENTITY.pattern})",
)
def html(text: Text) -> Iterator[Fault]:
    """Tags in what is learnt, where they are not meant; and signs written as HTML wherever nobody speaks of HTML."""
    content, asked = text.text, text.asked
    if text.undesired or ("<" not in content and "&" not in content):
        return
    if "`" in content:  # code may show HTML
        content = CODE.sub("", content)
    match = _tag(content) if text.learnt and not _marked_up(content, asked) else None
    if match is None and not MARKUP.search(asked) and (text.learnt or not MARKUP.search(content)):
        match = ENTITY.search(content)
    if match:
        yield Fault("html", text.field, excerpt(content, match.start()), {"tag": excerpt(match[0], most=40)})


def _tag(text: str) -> re.Match[str] | None:
    """The first tag of HTML, but for one that is spoken of, and for line ends in a table of Markdown."""
    for match in TAG.finditer(text):
        name = match[1].lower()
        if name not in _tags() or _is_named(text, match) or (name == "br" and _in_table(text, match.start())):
            continue
        return match
    return None


def _is_named(text: str, match: re.Match[str]) -> bool:
    quote = text[match.start() - 1 : match.start()]
    return (quote in QUOTES and text[match.end() : match.end() + 1] == quote) or NAMED.match(
        text, match.end()
    ) is not None


def _in_table(text: str, at: int) -> bool:
    return text[text.rfind("\n", 0, at) + 1 : at].lstrip()[:1] == "|"


def _marked_up(text: str, asked: str) -> bool:
    """Whether tags are meant: asked for, part of a program, or those of a document that is not HTML."""
    if "<" not in text:
        return False
    if asked and MARKUP.search(asked):
        return True
    if SPEECH.search(text):
        return True
    root = ELEMENT.match(text)
    return (root is not None and (root[1] or "xml").lower() not in _tags()) or _is_code(text)


def _is_code(text: str) -> bool:
    return len(list(islice(STATEMENT.finditer(text), 2))) == 2


@CHECKS.of_texts("placeholder", shows=lambda: _any_case((*FILLERS, *_all_phrases("placeholder"))) + r"|\{\{")
def placeholders(text: Text) -> Iterator[Fault]:
    """What was to be filled in, or replaced, and was not."""
    content, filler = text.text, text.signs.filler
    bracket = "[" in content or "{" in content or (text.signs.angle and "<" in content)
    if text.undesired or not (filler or len(content) <= SHORT or bracket):
        return
    at = placeholder(content, filler and not text.raw_text, text.asked) if text.learnt else _unfilled(content)
    at = _to_replace(content) if at is None else at
    if at is not None:
        yield Fault("placeholder", text.field, excerpt(content, at))


def placeholder(text: str, filler: bool = True, asked: str = "") -> int | None:
    """Where an answer has something that was to be filled in, and not by its reader.

    `filler`: it may have one of `FILLERS`. `asked`: what it answers.
    """
    if "`" in text:  # code may have fields of its own
        text = CODE.sub(_blank, text)
    if filler and not _is_code(text):
        for sign in FILLERS:
            if (at := text.find(sign)) >= 0 and sign.lower() not in asked.lower() and not LATIN.search(asked):
                return at
    unfilled = _unfilled(text, asked)
    return _field(text, asked) if unfilled is None else unfilled


def _to_replace(text: str) -> int | None:
    """Where a text has the mark that our own template puts before what is to be replaced, whoever says it."""
    if "[" not in text:
        return None
    small = text.lower()
    return next((at for mark in _template_marks() if (at := small.find(mark)) >= 0), None)


@cache
def _template_marks() -> tuple[str, ...]:
    from advisor.dataset.template.samples import refusals  # here, since few files have a bracket and a mark

    return tuple(dict.fromkeys(refusals(code).marker.lower() for code in LANGUAGES))


def _blank(match: re.Match[str]) -> str:
    """As many spaces, so that places stay what they are."""
    return " " * len(match[0])


def _unfilled(text: str, asked: str = "") -> int | None:
    """Where the field of a template stands with nothing filled in."""
    if "{{" not in text or "```" in text or "{{" in asked or TEMPLATING.search(f"{asked} {text}"):
        return None
    match = MUSTACHE.search(text)
    if (
        match is None
        or _is_code(text)
        or any(text[one.start() - 1 : one.start()] in SYNTAX for one in MUSTACHE.finditer(text))
    ):
        return None
    return match.start()


def _field(text: str, asked: str) -> int | None:
    """Where a text has a placeholder of words, in brackets or not, unless it is a form that its reader fills in."""
    bracketed, words = _placeholders()
    small = text.lower()
    if "[" in text or "<" in text or "{" in text:
        for found in OPENING.finditer(small):
            at = found.start()
            if small.startswith(bracketed, at) and not LINK.match(small, at) and not _is_spoken_of(text, at):
                return None if _is_form(text, asked) else at
    if len(text) <= SHORT and any(hint in small for hint in HINTS):
        return next((small.find(phrase) for phrase in words if phrase in small), None)
    return None


def _is_spoken_of(text: str, at: int) -> bool:
    """Whether a bracket follows a name at once, as in `list[name]`, or stands in quotes and is no value."""
    if not at:
        return False
    before = text[at - 1]
    index = text[at] == "[" and ((before.isascii() and before.isalnum()) or before in "_)]")
    quoted = before in QUOTES and text[max(0, at - 3) : at - 1].strip()[-1:] not in (":", "=", ",", "[", "{", "(")
    return index or (quoted and at > 1)


def _is_form(text: str, asked: str) -> bool:
    return FORM.search(asked) is not None or len(set(BRACKETED.findall(text))) >= FIELDS


@cache
def _placeholders() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Phrases that begin with a bracket, and those that are words."""
    phrases = tuple(_all_phrases("placeholder"))
    return tuple(one for one in phrases if one[0] in "[<{"), tuple(one for one in phrases if one[0] not in "[<{")


@cache
def _phrases(check: str, language: str) -> tuple[str, ...]:
    return load().check(check).phrases.get(language, ())


def _all_phrases(check: str) -> Iterator[str]:
    return (phrase for phrases in load().check(check).phrases.values() for phrase in phrases)


def _any_case(phrases: Iterable[str], *, apostrophes: bool = False) -> str:
    """A pattern for RE2 of phrases in capitals or not; `apostrophes`: those may be straight or curved."""
    escaped = (re.sub(r"[^A-Za-z0-9 ]", lambda sign: f"\\x{{{ord(sign[0]):x}}}", phrase) for phrase in phrases)
    pattern = "|".join(escaped)
    return f"(?i:{pattern.replace(CODE_OF_APOSTROPHE, EITHER_APOSTROPHE) if apostrophes else pattern})"


CODE_OF_APOSTROPHE, EITHER_APOSTROPHE = r"\x{27}", r"['\x{2019}]"


@cache
def _tags() -> frozenset[str]:
    """Names of the elements of HTML."""
    return frozenset(_phrases("html", "any"))


@cache
def _dangling() -> frozenset[str]:
    """Words that no sentence ends on."""
    return frozenset(_all_phrases("cut-off"))


@cache
def _refusals() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """How refusals begin, to rule most texts out quickly, and the refusals."""
    phrases = tuple(_all_phrases("refusal-as-target"))
    return tuple(sorted({phrase[:4].rstrip() for phrase in phrases})), phrases


def refusal(text: str) -> str | None:
    """The phrase by which an answer is a chatbot's refusal, if it is one.

    Words of a chatbot about itself ("as an AI assistant, I") are one where a "not" follows at once: it may as well go
    on to help.
    """
    head = text[: HEAD + NEAR].lower()
    if "’" in head:
        head = head.replace("’", "'")
    starts, phrases = _refusals()
    for start in starts:
        if start in head[:HEAD]:
            break
    else:
        return None
    for phrase in phrases:
        at = head.find(phrase, 0, HEAD)
        if at < 0 or (phrase in _selves() and not REFUSED.search(head[at + len(phrase) : at + len(phrase) + NEAR])):
            continue
        return phrase
    return None


@cache
def _selves() -> frozenset[str]:
    return frozenset(_phrases("refusal-as-target", "self"))


def echoes(answer: str, asked: str) -> bool:
    """Whether an answer is the question again, or begins with all of it."""
    if len(asked) < ECHO or len(answer) < len(asked) * 0.8:
        return False
    if answer[0] != asked[0] and answer[:3].strip().lower()[:2] != asked[:3].strip().lower()[:2]:
        return False
    opening, same = _opening(answer), _opening(asked)
    if opening and same and opening != same:
        return False
    said, wanted = WORD.findall(answer.lower()), WORD.findall(asked.lower())
    return len(wanted) >= 3 and said[: len(wanted)] == wanted and (len(said) == len(wanted) or len(wanted) >= 8)


def _opening(text: str) -> list[str]:
    """The first words of a text; none where its beginning is too short to tell."""
    words = WORD.findall(text[:100].lower().replace("ς", "σ"))  # which of them is written depends on what follows
    return words[:3] if len(words) > 3 else []


@CHECKS.of_answers("echo", may=echoes)
def echo(answer: Answer) -> Iterator[Fault]:
    """An answer that is the question again."""
    if echoes(answer.text, answer.asked):
        yield Fault("echo", answer.field, excerpt(answer.text))


def _may_repeat_or_stop(answer: str, _: str) -> bool:
    whole = answer[-1] in ".!?" and answer[0] not in "{[" and "`" not in answer
    return (not whole and cut_off(answer)) or may_repeat(answer)


@CHECKS.of_answers("repetition", "cut-off", may=_may_repeat_or_stop)
def repetition(answer: Answer) -> Iterator[Fault]:
    """An answer that runs in circles, or else one that stops in the middle."""
    text, asked = answer.text, answer.asked
    if (times := repeats(text)) and not AGAIN.search(asked) and not repeats(asked):
        yield Fault("repetition", answer.field, excerpt(text, len(text) // 2), {"n": times})
    elif cut_off(text) and not (text.rstrip()[-1] == "," == asked.rstrip()[-1:]):
        yield Fault("cut-off", answer.field, excerpt(text, len(text)))


def repeats(text: str) -> int:
    """How often an answer says the same words in a row, if at least `TIMES` and over a good part of it; else 0."""
    if not may_repeat(text):
        return 0
    words = text.split()
    units: Sequence[str] = words if len(words) * 30 > len(text) else text
    if len(units) <= 3 * WINDOW:
        return _cycles(units, text)
    windows = (units[at : at + WINDOW] for at in (len(units) - WINDOW, len(units) // 2, len(units) // 4))
    return max(_cycles(window, text) for window in windows)


def may_repeat(text: str) -> bool:
    """Whether one of three short pieces of a text stands in it as often as where it repeats itself."""
    if len(text) < 40:
        return False
    half, quarter = len(text) // 2, len(text) // 4
    return (
        text.count(text[-40:-28]) >= TIMES
        or text.count(text[half : half + 12]) >= TIMES
        or text.count(text[quarter : quarter + 12]) >= TIMES
    )


def _cycles(units: Sequence[str], text: str) -> int:
    """Longest run of the same words (or signs) one after another, as the number of times; 0 if it is short."""
    share = len(text) / max(len(units), 1)
    for period in range(1, min(60, len(units) // TIMES) + 1):
        least = max(len(units) // 4 - period, period * (TIMES - 1) if period > 1 else 5)
        if sum(map(eq, units, islice(units, period, None))) < least:
            continue
        run = longest = end = 0
        for place, (one, other) in enumerate(zip(units, units[period:], strict=False)):
            run = run + 1 if one == other else 0
            if run > longest:
                longest, end = run, place
        times = longest // period + 1
        if times < (TIMES if period > 1 else 6) or longest + period < len(units) // 4:
            continue
        said = units[end : end + period]
        if _says(said) and (longest + period) * share >= 24:
            return times
    run_ = LETTER_RUN.search(text[: 3 * WINDOW])
    return len(run_[0]) if run_ else 0


def _says(pieces: Sequence[str]) -> bool:
    """Whether words are repeated, and not numbers or cells of a page."""
    return any(any(sign.isalpha() for sign in part) for part in pieces) and not any("<" in part for part in pieces)


def cut_off(text: str) -> bool:
    """Whether an answer stops in the middle: open JSON or code, a comma, a word that no sentence ends on.

    A last sentence without a full stop says too little: on files that others wrote, most of those were whole.
    """
    end = text.rstrip()
    if not end:
        return False
    last = end[-1]
    if last in ".!?。！？" and end[0] not in "{[":
        return False
    if "```" in end and end.count("```") % 2:
        return not end.endswith("```")  # a mark too many at the end closes nothing, and nothing is missing
    if end[0] == "{" and end[1:].lstrip()[:1] == '"':
        return last != "}" and end.count("{") > end.count("}")
    if end[:2] in ("[{", '["'):
        return last != "]" and end.count("[") > end.count("]")
    line = end[end.rfind("\n") + 1 :]
    words = line.split()
    if len(words) < 4 or "`" in line or line.lstrip()[:1] in "|#-*":
        return False
    if last in ",(" or (last == "-" and end[-2:-1].isalpha()):
        return end[-2:-1] not in ":;=" and not (len(words) < GREETING and len(end) < SALUTED)
    return words[-1] in _dangling() and len(words) >= 6
