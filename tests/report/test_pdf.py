"""The report as a PDF: what a manager forwards, a screen reader reads, and an archive keeps."""

from __future__ import annotations

import ctypes
import io
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pypdf
import pytest

from advisor import advise, situation
from advisor.content.load import load
from advisor.language import language
from advisor.report import document, render
from advisor.report.cleaning import FONTS, UNSEEN
from advisor.report.pdf import pdf
from tests.fixtures import sample_advice
from tests.pdf_text import flat, page_texts

CONTENT = load()
HOSTILE = (
    "<script>alert(1)</script>",
    '#read("/etc/passwd")',
    "'; DROP TABLE users;--",
    '#eval("1+1") $x^2$ @label *bold* \\u{202e}',
    "[link](http://example.org) {braces} {0}",
)


def whole(pdf: bytes) -> str:
    """The text of all pages, without white space."""
    return flat("".join(page_texts(pdf)))


@pytest.mark.on_push(1)
@pytest.mark.parametrize("lang", ["en", "nl"])
def test_a_report_has_three_to_eight_pages_and_the_verdict_on_the_first(lang: str) -> None:
    here = situation(
        gap=["style", "cost"], prompt_tried="good", evaluation_set="no", labelled_examples=640, latency_limit=5
    )
    for advice in (sample_advice(), advise(here, date(2026, 11, 22))):
        text = page_texts(render(advice, CONTENT, lang))
        assert 3 <= len(text) <= 8
        begins = {"en": "Not yet. First make an evaluation set", "nl": "Nog niet. Eerst dit: maak een evaluatieset"}
        assert begins[lang] in " ".join(text[0].split())


@pytest.mark.on_push(1)
@pytest.mark.parametrize("case_id", ["databricks_docs", "gorilla_apis", "code_review_gpt35"])
def test_the_longest_published_cases_fit_on_eight_pages(case_id: str) -> None:
    """Those in content/ with many answers and open routes, in the language with the longer words."""
    case = next(one for one in CONTENT.cases if one.id == case_id)
    advice = advise(situation(**case.answers), date(2026, 11, 22))
    assert len(page_texts(render(advice, CONTENT, "nl"))) <= 8


@pytest.mark.on_push(1)
@pytest.mark.parametrize("lang", ["en", "nl"])
def test_the_card_of_readiness_stays_on_one_page(lang: str) -> None:
    titles = {"en": ("Why tune?", "How do we measure?"), "nl": ("Waarom finetunen?", "Hoe meten we?")}[lang]
    for steps in (2, 9, 16):
        answers = {**sample_advice().answers, "goal_text": "word " * 60 * steps}
        text = page_texts(render(sample_advice(answers=answers), CONTENT, lang))
        found = [[number for number, page in enumerate(text) if title in page] for title in titles]
        assert found[0]
        assert found[0][-1] == found[1][-1]


def test_what_would_run_over_eight_pages_is_set_tighter(monkeypatch: pytest.MonkeyPatch) -> None:
    advice = sample_advice()
    usual = len(page_texts(render(advice, CONTENT, "nl")))
    monkeypatch.setattr("advisor.report.pdf.MOST_PAGES", usual - 1)
    assert len(page_texts(render(advice, CONTENT, "nl"))) <= usual
    assert whole(render(advice, CONTENT, "nl"))[:200]


def test_it_is_tagged_and_declares_what_it_keeps_to() -> None:
    reader = pypdf.PdfReader(io.BytesIO(render(sample_advice(), CONTENT, "nl")))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "nl"
    assert root["/StructTreeRoot"]
    xmp = root["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2" in xmp
    assert "<pdfaid:conformance>A" in xmp
    assert "<pdfuaid:part>1" in xmp


def test_every_chart_has_its_words_for_those_who_do_not_see_it() -> None:
    reader = pypdf.PdfReader(io.BytesIO(render(sample_advice(), CONTENT, "en")))
    alts = [str(one["/Alt"]) for one in structure(reader) if one.get("/S") == "/Figure"]
    assert len(alts) == 6
    assert any("You are here: 120,000" in alt for alt in alts)
    assert any("tuning did better in 2, the prompt in 2" in alt for alt in alts)


def structure(reader: pypdf.PdfReader) -> list[pypdf.generic.DictionaryObject]:
    found, waiting = [], [reader.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        one = waiting.pop().get_object()
        if isinstance(one, pypdf.generic.DictionaryObject):
            found.append(one)
            waiting += [one["/K"]] if "/K" in one else []
        elif isinstance(one, pypdf.generic.ArrayObject):
            waiting += one
    return found


def test_two_runs_give_the_same_bytes() -> None:
    assert render(sample_advice(), CONTENT, "en") == render(sample_advice(), CONTENT, "en")


def test_another_process_gives_the_same_bytes() -> None:
    code = (
        "import hashlib; from tests.fixtures import sample_advice;"
        "from advisor.report import render; print(hashlib.sha256(render(sample_advice())).hexdigest())"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    }
    assert len(seen) == 1


@pytest.mark.on_push(3)
@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_the_user_typed_stands_there_as_typed(hostile: str) -> None:
    advice = sample_advice(answers={"project": hostile, "goal_text": f"before {hostile} after"})
    text = whole(render(advice, CONTENT, "en"))
    assert text.count("".join(hostile.split())) >= 3, "as title, as quote and among the answers"
    assert "root:" not in text


def test_marks_that_steer_the_eye_are_left_out_and_missing_letters_replaced() -> None:
    advice = sample_advice(answers={"project": "a\u202eb\u2066c\x00d\x1be\u200f \ue000 \u0995"})
    assert "abcde\ufffd\ufffd" in whole(render(advice, CONTENT, "en"))


def test_chinese_and_korean_are_shown() -> None:
    typed = "你好世界中文测试龍 한국어 보고서 日本語"
    assert "".join(typed.split()) in whole(render(sample_advice(answers={"project": typed}), CONTENT, "en"))


def test_ten_thousand_characters_arrive_whole() -> None:
    words = " ".join(f"w{number}" for number in range(1_800))[:10_000]
    text = whole(render(sample_advice(answers={"goal_text": words}), CONTENT, "en"))
    assert all(f"w{number}" in text for number in range(0, 1_700, 100))
    unbroken = "Q" * 10_000
    text = whole(render(sample_advice(answers={"goal_text": unbroken}), CONTENT, "en"))
    assert text.count("Q") >= 10_000


def test_other_scripts_are_shown() -> None:
    words = ["Größenordnung", "Ελληνικά", "Русский", "Tiếng Việt", "שלום", "日本語", "हिन्दी", "😀"]
    text = whole(render(sample_advice(answers={"project": " / ".join(words)}), CONTENT, "en"))
    assert "\ufffd" not in text
    assert "Größenordnung/Ελληνικά/Русский/TiếngViệt/" in text


def test_each_character_listed_as_shown_can_be_shown() -> None:
    """PDF/UA refuses a character without a letter shape, so a list that says too much would stop a report."""
    ranges = json.loads((FONTS / "coverage.json").read_text("utf-8"))["ranges"]
    every = "".join(chr(code) for first, last in ranges for code in range(first, last + 1) if code > 0x20)
    every += "".join(f"a{chr(code)}b" for code in sorted(UNSEEN))
    for start in range(0, len(every), 9_000):
        assert render(sample_advice(answers={"goal_text": every[start : start + 9_000]}), CONTENT, "en")


def test_only_https_addresses_become_links() -> None:
    reader = pypdf.PdfReader(io.BytesIO(render(sample_advice(), CONTENT, "en")))
    links = [
        str(note.get_object()["/A"]["/URI"])
        for page in reader.pages
        for note in page.get("/Annots", [])
        if "/URI" in note.get_object().get("/A", {})
    ]
    assert links
    assert all(link.startswith("https://") for link in links)


def test_reports_made_at_once_do_not_disturb_each_other() -> None:
    alone = render(sample_advice(), CONTENT, "en")
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: render(sample_advice(), CONTENT, "en"), range(8))) == {alone}


class Pools(ctypes.Structure):
    """What `mallinfo2` of the GNU C library tells."""

    names = ("arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost")
    _fields_ = [(name, ctypes.c_size_t) for name in names]


def in_use() -> int:
    """Bytes that libraries have in use, apart from Python's own objects."""
    tell = ctypes.CDLL(None).mallinfo2
    tell.restype = Pools
    told = tell()
    return int(told.uordblks + told.hblkhd)


@pytest.mark.skipif(sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "mallinfo2"), reason="needs glibc")
def test_what_the_compiler_remembers_of_reports_is_let_go() -> None:
    """Each report that it remembers takes 20 MB, up to ten of them."""
    advices = [advise(situation(goal=goal)) for goal in load().question("goal").values[:2]]
    made = [document(advice, load(), language(lang)) for advice in advices for lang in ("en", "nl")]
    pdf(made[0])
    before = in_use()
    for one in made:
        pdf(one)
    assert in_use() - before < 25_000_000
