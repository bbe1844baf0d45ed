import ast
from collections import Counter
from pathlib import Path

import pytest

from advisor.content.entries import Choice, Question
from advisor.content.load import load
from advisor.translations import messages

CODES = messages.TRANSLATED


@pytest.fixture(scope="module")
def found() -> dict[str, messages.Message]:
    return messages.messages()


def listed(lines: list[tuple[object, str]] | list[tuple[str, str]]) -> str:
    return "\n".join(f"{where}: {getattr(what, 'text', what)}" for what, where in lines)


@pytest.mark.parametrize("code", CODES)
def test_every_message_is_translated(code: str, found: dict[str, messages.Message]) -> None:
    lacking = messages.missing(code, found)
    assert not lacking, f"without {code}:\n{listed(lacking)}"


@pytest.mark.parametrize("code", CODES)
def test_no_translation_is_left_over(code: str, found: dict[str, messages.Message]) -> None:
    spare = messages.unused(code, found)
    assert not spare, f"no longer used:\n{listed(spare)}"


@pytest.mark.parametrize("code", CODES)
def test_a_message_is_translated_one_way(code: str) -> None:
    assert not messages.clashes(code), listed(messages.clashes(code))


@pytest.mark.parametrize("code", CODES)
def test_a_catalogue_holds_a_message_once(code: str) -> None:
    times = Counter((entry.where.split(":")[0], entry.text) for entry in messages.translations(code))
    assert not [key for key, count in times.items() if count > 1]


@pytest.mark.parametrize("code", CODES)
def test_translations_keep_the_placeholders(code: str, found: dict[str, messages.Message]) -> None:
    differing = []
    for entry in messages.translations(code):
        message = found.get(entry.text)
        allowed = messages.placeholders(entry.text) | messages.placeholders((message and message.plural) or "")
        # A plural form may leave out the count: "one day".
        differing += [
            (form, entry.where) for form in entry.forms if messages.placeholders(form) | {"n"} != allowed | {"n"}
        ]
    assert not differing, listed(differing)


def test_content_is_walked_into_its_nested_entries() -> None:
    question = Question(
        id="colour",
        type="choice",
        side="goal",
        text="Which colour?",
        why="It matters.",
        choices=(Choice(id="red", text="Red", means="Warm.", prior=1.0),),
    )
    content = load().model_copy(update={"questions": (question,)})
    walked = {message.where: message.text for message in messages.content_messages(content)}
    assert walked["questions: colour.text"] == "Which colour?"
    assert walked["questions: colour.choices.red.means"] == "Warm."
    assert "Red" in walked.values()
    assert "colour" not in walked.values(), "an id is not a message"


def test_the_title_of_a_source_is_a_message_only_where_it_is_ours() -> None:
    found = {message.text for message in messages.content_messages(load())}
    assert "Our own inference" in found
    assert "OpenAI: Pricing" not in found


def test_code_is_searched_for_calls_that_translate(tmp_path: Path) -> None:
    package = tmp_path / "shop"
    package.mkdir()
    (package / "till.py").write_text(
        "def bill(lang, n, who, text):\n"
        '    lang("Pay " "here, {who}", who=who)\n'
        '    lang.plural("{n} item", "{n} items", n)\n'
        '    lang("Cash" if n else "Card")\n'
        "    lang(text)\n"
        '    print("not a message")\n',
        "utf-8",
    )
    found = list(messages.code_messages(package))
    assert [(message.text, message.plural) for message in found] == [
        ("Pay here, {who}", None),
        ("{n} item", "{n} items"),
        ("Cash", None),
        ("Card", None),
    ]
    assert found[0].where == "shop/till.py:2"


def test_every_call_fills_the_placeholders_of_its_message() -> None:
    wrong = []
    for file in sorted(messages.PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Name(id="lang") | ast.Attribute(attr="lang"), args=[ast.Constant(value=str(text))]
                ):
                    given = {keyword.arg for keyword in node.keywords}
                    if given and None not in given and given != messages.placeholders(text):
                        wrong.append((text, f"{file.name}:{node.lineno}"))
    assert not wrong, listed(wrong)


def test_an_f_string_is_refused_with_its_place(tmp_path: Path) -> None:
    package = tmp_path / "shop"
    package.mkdir()
    (package / "till.py").write_text('def bill(lang, who):\n    return lang(f"Pay, {who}")\n', "utf-8")
    with pytest.raises(messages.NotAMessage, match=r"till\.py:2"):
        list(messages.code_messages(package))


def test_a_message_lacks_what_its_language_has_more_forms_for(tmp_path: Path) -> None:
    (tmp_path / "pl").mkdir()
    two_forms = 'msgid "{n} row"\nmsgid_plural "{n} rows"\nmsgstr[0] "{n} wiersz"\nmsgstr[1] "{n} wiersze"\n'
    row = {"{n} row": messages.Message("{n} row", "{n} rows", "shop/till.py:2")}
    for text, lacking in ((two_forms, 1), (f'{two_forms}msgstr[2] "{{n}} wierszy"\n', 0)):
        (tmp_path / "pl" / "some.po").write_text(text, "utf-8")
        assert len(messages.missing("pl", row, tmp_path)) == lacking


def test_the_command_names_what_is_missing(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    made_up = messages.Message("A sentence that no catalogue holds", None, "nowhere/at_all.py:7")
    monkeypatch.setattr(messages, "messages", lambda: {made_up.text: made_up})
    assert messages.main(["nl"]) == 1
    said = capsys.readouterr().out
    assert 'msgid "A sentence that no catalogue holds"' in said
    assert "nowhere/at_all.py:7" in said
