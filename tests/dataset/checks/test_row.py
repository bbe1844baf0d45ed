"""Each kind of defect is planted alone, and found alone on its field; what is sound beside it is not flagged."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest

from advisor.content.load import load
from advisor.dataset.checks.text import HINTS, text_faults
from advisor.dataset.formats.registry import FORMATS
from advisor.dataset.platforms import platform
from advisor.dataset.row import translated
from advisor.dataset.rows.turns import Turn
from advisor.language import language
from advisor.translations.messages import placeholders
from tests.dataset.checks.rows import WEATHER, called, chat, edited, found, ids

CONTENT = load()
IMAGE = {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}
PAIR = {"prompt": "Which day comes after Monday?", "completion": "Tuesday."}
PREFERENCE = {
    "input": {"messages": [{"role": "user", "content": "Which day comes after Monday?"}]},
    "preferred_output": [{"role": "assistant", "content": "Tuesday."}],
    "non_preferred_output": [{"role": "assistant", "content": "Friday."}],
}
GOOGLE = {
    "contents": [
        {"role": "user", "parts": [{"text": "Which day comes after Monday?"}]},
        {"role": "model", "parts": [{"text": "Tuesday."}]},
    ]
}
BEDROCK = {
    "schemaVersion": "bedrock-conversation-2024",
    "system": [{"text": "You answer in one short sentence."}],
    "messages": [
        {"role": "user", "content": [{"text": "Which day comes after Monday?"}]},
        {"role": "assistant", "content": [{"text": "Tuesday."}]},
    ],
}
ENDS_IN_CALL = {**called(), "messages": called()["messages"][:2]}
SHAREGPT = {"conversations": [{"from": "human", "value": "After Monday?"}, {"from": "gpt", "value": "Tuesday."}]}


def with_messages(*roles: str) -> dict[str, Any]:
    return {"messages": [{"role": role, "content": f"Text {place} of {role}."} for place, role in enumerate(roles)]}


CHAT_DEFECTS = [
    ({"text_id": 3}, "missing-messages", "messages"),
    ({"messages": []}, "empty-messages", "messages"),
    ({"messages": "user: hello"}, "messages-not-a-list", "messages"),
    ({"messages": ["hello"]}, "message-not-an-object", "messages[0]"),
    (PAIR, "mixed-schemas", ""),
    ([1], "not-an-object", ""),
    (edited("messages.1.role", ...), "missing-role", "messages[1].role"),
    (edited("messages.1.role", "human"), "unknown-role", "messages[1].role"),
    (edited("messages.1.role", 3), "unknown-role", "messages[1].role"),
    (edited("messages.1.role", "User"), "capitalised-role", "messages[1].role"),
    (edited("messages.2.role", "assistant "), "capitalised-role", "messages[2].role"),
    (edited("messages.2.content", ...), "missing-content", "messages[2].content"),
    (edited("messages.2.content", None), "null-content", "messages[2].content"),
    (edited("messages.2.content", ""), "empty-answer", "messages[2].content"),
    (edited("messages.0.content", ""), "empty-content", "messages[0].content"),
    (edited("messages.2.content", " \n "), "whitespace-content", "messages[2].content"),
    (edited("messages.2.content", 42), "content-not-text", "messages[2].content"),
    (edited("messages.2.content", {"a": 1}), "content-not-text", "messages[2].content"),
    (edited("messages.1.content", ""), "empty-user-turn", "messages[1].content"),
    (with_messages("system", "user"), "no-assistant", "messages"),
    (with_messages("system", "assistant"), "no-user", "messages"),
    (with_messages("user", "assistant", "user"), "ends-on-user", "messages[2]"),
    (with_messages("assistant", "user", "assistant"), "starts-on-assistant", "messages[0]"),
    (with_messages("user", "user", "assistant"), "consecutive-user-turns", "messages[1]"),
    (with_messages("user", "assistant", "assistant"), "consecutive-assistant-turns", "messages[2]"),
    (with_messages("user", "system", "assistant"), "late-system-message", "messages[1]"),
    (with_messages("system", "system", "user", "assistant"), "several-system-messages", "messages[1]"),
    (edited("messages.2.weight", 2), "weight-not-0-or-1", "messages[2].weight"),
    (edited("messages.2.weight", True), "weight-not-0-or-1", "messages[2].weight"),
    (edited("messages.2.weight", "1"), "weight-not-0-or-1", "messages[2].weight"),
    (edited("messages.1.weight", 1), "weight-not-on-assistant", "messages[1].weight"),
    (edited("messages.2.weight", 0), "all-weights-zero", "messages"),
    (edited("messages.2.function_call", {"name": "f", "arguments": "{}"}), "deprecated-function-call", None),
    ({**chat(), "functions": []}, "deprecated-function-call", "functions"),
    (edited("messages.2.mood", "good"), "unknown-key", "messages[2].mood"),
    ({**chat(), "id": 7}, "unknown-key", "id"),
    (edited("messages.1.content", [{"type": "sound"}]), "malformed-part", "messages[1].content[0]"),
    (edited("messages.2.content", [IMAGE]), "image-not-from-user", "messages[2].content[0]"),
    (called("{'city': 1}"), "tool-arguments-not-json", "messages[1].tool_calls[0].function.arguments"),
    (called('"Delft"'), "tool-arguments-not-json", "messages[1].tool_calls[0].function.arguments"),
    (called("[" * 5_000 + "]" * 5_000), "tool-arguments-not-json", "messages[1].tool_calls[0].function.arguments"),
    ({**called(), "tools": "[" * 5_000 + "]" * 5_000}, "malformed-tools", "tools"),
    (edited("messages.2.content", [{"type": "text", "text": ""}]), "empty-answer", "messages[2].content"),
    (edited("messages.1.content", [{"type": "text", "text": "  "}]), "whitespace-content", "messages[1].content"),
    (called({"city": "Delft"}), "tool-arguments-wrong-form", "messages[1].tool_calls[0].function.arguments"),
    (called('{"town": "Delft"}'), "tool-arguments-do-not-fit", "messages[1].tool_calls[0].function.arguments"),
    (called(name="climate"), "undefined-tool", "messages[1].tool_calls[0].function.name"),
    (edited("tools", ..., called()), "undefined-tool", "messages[1].tool_calls[0]"),
    (edited("messages.2.tool_call_id", "call_9", called()), "orphan-tool-reply", "messages[2].tool_call_id"),
    (edited("messages.2", ..., called()), "unanswered-tool-call", "messages[2]"),
    (edited("messages.1.tool_calls.0.type", ..., called()), "malformed-tool-call", "messages[1].tool_calls[0]"),
    (edited("messages.1.tool_calls", 7, ENDS_IN_CALL), "malformed-tool-call", "messages[1].tool_calls"),
    (edited("messages.1.tool_calls.0.id", None, ENDS_IN_CALL), "malformed-tool-call", "messages[1].tool_calls[0].id"),
    ({**called(), "parallel_tool_calls": "yes"}, "wrong-type", "parallel_tool_calls"),
    ({**called(), "tools": []}, "undefined-tool", "messages[1].tool_calls[0].function.name"),
    ({**called(), "tools": {}}, "malformed-tools", "tools"),
    (
        {"messages": called()["messages"][:3] + called()["messages"][1:], "tools": [WEATHER]},
        "repeated-tool-call-id",
        "messages[3].tool_calls[0].id",
    ),
    (edited("tools.0.function.name", "the weather", called()), "malformed-tools", "tools[0].function.name"),
    (
        edited("tools.0.function.parameters.required", ["town"], called()),
        "malformed-tools",
        "tools[0].function.parameters.required",
    ),
    (edited("tools.0.function.parameters", {"type": "city"}, called()), "malformed-tools", None),
]


@pytest.mark.parametrize(
    ("row", "check", "field"), CHAT_DEFECTS, ids=[f"{n}-{one[1]}" for n, one in enumerate(CHAT_DEFECTS)]
)
def test_a_defect_of_a_conversation_is_found_on_its_field(row, check, field):
    faults = [fault for fault in found(row) if fault.check == check]
    assert faults, ids(row)
    assert field is None or faults[0].field == field


ALONE = {
    "orphan-tool-reply",
    "undefined-tool",
    "malformed-tools",
    "consecutive-assistant-turns",
    "unanswered-tool-call",
}


@pytest.mark.parametrize(("row", "check"), [one[:2] for one in CHAT_DEFECTS if one[1] not in ALONE])
def test_a_defect_raises_no_other_finding(row, check):
    assert ids(row) == {check}


CONTROLS = {
    "plain": chat(),
    "weights 0 and 1": {
        "messages": [
            *chat()["messages"][:2],
            {"role": "assistant", "content": "Sunday, I think.", "weight": 0},
            {"role": "user", "content": "Are you sure?"},
            {"role": "assistant", "content": "No: Tuesday.", "weight": 1},
        ]
    },
    "tool call with null content": called(),
    "row that ends in a tool call": ENDS_IN_CALL,
    "tool call without the key content": edited("messages.1.content", ..., called()),
    "two calls at once": {
        "messages": [
            {"role": "user", "content": "Weather in Delft and Gouda?"},
            {
                "role": "assistant",
                "content": None,
                "tool_calls": [
                    {"id": f"call_{n}", "type": "function", "function": {"name": "weather", "arguments": arguments}}
                    for n, arguments in enumerate(['{"city": "Delft"}', '{"city": "Gouda"}'])
                ],
            },
            {"role": "tool", "tool_call_id": "call_1", "content": "sun"},
            {"role": "tool", "tool_call_id": "call_0", "content": ""},
            {"role": "assistant", "content": "Sun in Gouda, nothing known of Delft."},
        ],
        "tools": [WEATHER],
        "parallel_tool_calls": True,
    },
    "an empty part beside an image": edited("messages.1.content", [{"type": "text", "text": ""}, IMAGE]),
    "image parts": edited("messages.1.content", [{"type": "text", "text": "What is this?"}, IMAGE]),
    "serial number": chat(user="My device has serial 1234567812345678, what now?"),
    "developer role": edited("messages.0.role", "developer"),
    "name of a speaker": edited("messages.1.name", "Ann"),
    "label": chat(assistant="positive"),
    "short yes": chat(assistant="Yes"),
    "JSON": chat(assistant='{"day": "Tuesday", "tags": ["week"]}'),
    "accents": chat(assistant="Café, naïve, Ünïcode, Â façade, 日本語, Größe, «SÃO PAULO»."),
    "emoji": chat(assistant="Well done 👩‍👩‍👧 🎉!"),
    "code": chat(assistant="Use this:\n```html\n<div>Hello</div>\n```\nand `<br>` for a break."),
    "comparison": chat(assistant="If a < b and c > d, then a & b differ; x<y>z is no tag."),
    "long list": chat(assistant=", ".join(map(str, range(9_000))) + "."),
    "letter": chat(assistant="Dear Ann,\n\nThank you for your message.\n\nKind regards,\nBob"),
    "list": chat(assistant="Do this.\n\n1. Open the door\n2. Close the door\n3. Open the door again and walk in"),
    "poem": chat(
        assistant="Row, row your boat,\nGently down the stream.\nMerrily, merrily, merrily, merrily,\nLife is a dream."
    ),
    "abstains for lack of a passage": chat(assistant="The documents do not say when it opens."),
    "sorry that helps": chat(assistant="Sorry to hear that! Restart the router and wait for one minute."),
    "brackets": chat(assistant="The interval [0, 1] and the set {1, 2} and arr[i]."),
    "link": chat(assistant="See [your account](https://example.com/account) for that."),
    "braces in prose": chat(assistant='{name} stands for "the name of the reader" in this letter.'),
    "template in code": chat(user="What does {{ user }} mean in Jinja?"),
    "template in the answer": chat(user="How do I greet in Handlebars?", assistant="Write Hello {{name}} for that."),
    "template in settings": chat(assistant='Set the filter to "(uid={{username}})" and save the file.'),
    "template in a fence": chat(assistant="Write this:\n```\nHello {{name}}\n```"),
    "chatbot that helps": chat(assistant="Certainly! As an AI assistant, I strive to be exact. Hold the button."),
    "chatbot with a name": chat(assistant="As a language model, I go by the name Ada. Straighten the rib slowly."),
    "what no tool does": called()
    | {
        "messages": [
            *called()["messages"][:-1],
            {"role": "assistant", "content": "I'm sorry, but I can't help with that: I can only look up the weather."},
        ]
    },
    "letter that was asked for": chat(user="Write a letter to a landlord.", assistant="Dear [Name], the tap drips."),
    "form with many fields": chat(assistant="From [Your Street] to [Your Town] it takes [Number Of] minutes by bus."),
    "stage direction": chat(assistant="[Enter ANN and BOB]\nANN: The well is dry.\nBOB: Then we walk."),
    "placeholder in a question": chat(user="Say which word fits after [Your Name] in this sentence."),
    "filler that is worked on": chat(
        user="Count the words of: Lorem ipsum dolor sit amet.",
        assistant="Lorem ipsum dolor sit amet: there are five of them.",
    ),
    "component of a page": chat(
        user="Show a list in React.", assistant="return (\n  <ul>\n    <li>tea</li>\n  </ul>\n);"
    ),
    "code without a fence": chat(assistant='$n = 1;\necho $n . "<br />";\n$n = 2;'),
    "tag that is named": chat(assistant='Cut the text at "<title>" and keep what comes before that.'),
    "words in angular brackets": chat(assistant="Write it as <<I am>> and <<at home>>, with <a list of names> last."),
    "speech markup": chat(assistant="<speak><p>Welcome back.</p></speak>"),
    "tags in a question": chat(user="<p>The bus is <b>late</b> again today.</p>"),
    "signature": chat(
        assistant="The tap drips. It has done so since May. Please send somebody this week. With kind "
        "regards and many thanks for all, Ann"
    ),
    "keyword": chat(assistant="A dog is a friend. It walks with you. Take one home this week and see. #walks"),
    "numbered list in one line": chat(
        assistant="1. Tea house 2. Corner bakery 3. Fish stall 4. Juice bar 5. Noodle place 6. Old mill"
    ),
    "a fence too many": chat(assistant="The job reads the file and writes it back. It starts at six.\n```"),
    "row of numbers": chat(assistant="[" + "0, " * 40 + "0]"),
    "sentence without a full stop": chat(
        assistant="I hear that you are tired. That is hard to bear. You are taking the right steps toward healing"
    ),
    "beginning of a letter": chat(user="Translate: Dear Dr. Smith,", assistant="Sehr geehrter Herr Dr. Smith,"),
    "verse that ended so": chat(
        user="Fill in: I love to see the ___ dance by night,", assistant="I love to see the stars dance by night,"
    ),
    "smiley": chat(assistant="maybe I should expect less in the first place :("),
    "note behind JSON": chat(assistant='{"name": "Ann", "age": 40} (this needs no translation)'),
    "whole answer in an open fence": chat(user="写一个循环。", assistant="```\nx = 1\n请告知如果您有任何问题。"),
    "refusal that was called for": chat(
        system="Answer questions about the bank. If a question is about something else, say you can't help.",
        assistant="Sorry, I can't help with that request. I can answer questions about savings.",
    ),
    "refusal out of scope": chat(
        system="If a question is outside that scope entirely, point the reader elsewhere.",
        assistant="That's not for me. I'm an AI developer, not a doctor.",
    ),
    "same words as in the question": chat(user="Mend this: " + "move(left); " * 20, assistant="move(right); " * 20),
    "library asked for in Chinese": chat(
        user="像我是五岁一样解释react并且举例子吗？", assistant="return (\n  <div>tea</div>\n)"
    ),
    "line ends in a table": chat(assistant="| tea | hot |\n| --- | --- |\n| green | mild<br>fresh |"),
    "code for a table": chat(user="Erzeuge einen Code für eine Tabelle.", assistant="<table>\n</table>"),
    "tag that is named without quotes": chat(assistant="It sets the target, used primarily for <a> elements here."),
    "index": chat(assistant="models[name] = load(name), and parsers[name].parse(text) does the rest."),
    "placeholder that is spoken of": chat(assistant='The letter still ends on "[Your Name]" and not on a name.'),
    "letter asked for in German": chat(
        user="Schreibe eine Vorlage an den Vermieter.", assistant="Liebe [Name], er tropft."
    ),
    "letter asked for in Chinese": chat(user="请帮我写一封邮件。", assistant="你好，我是 [Name]。"),
    "rest of the filler": chat(
        user="Make this shorter: consectetur adipiscing elit.", assistant="Lorem ipsum dolor sit amet."
    ),
    "repeats as asked": chat(user="Repeat the word tea thirty times for me.", assistant="tea " * 30),
}


@pytest.mark.parametrize("name", CONTROLS)
def test_what_is_sound_is_not_flagged(name):
    assert found(CONTROLS[name]) == []


TEXT_DEFECTS = [
    ("I'm sorry, but I can’t help with that request.", "refusal-as-target"),
    ("As an AI language model, I do not have feelings.", "refusal-as-target"),
    ("Het spijt me, maar ik kan je daar niet bij helpen.", "refusal-as-target"),
    ("Sorry, maar ik kan dit verzoek niet uitvoeren.", "refusal-as-target"),
    ("Dear [Your Name], thank you.", "placeholder"),
    ("[INSERT ANSWER HERE]", "placeholder"),
    ("I am {{name}}, made by {{author}}. Descale it first.", "placeholder"),
    ("Ask {{ support_mail }} for a new one.", "placeholder"),
    ("I am an AI language model and cannot see your screen.", "refusal-as-target"),
    (
        "The road was long. The towns were far apart. It was by night that they came upon the mill and saw that it had "
        "been",
        "cut-off",
    ),
    ("Katz&#39;s bakery opens at six.", "html"),
    ("TODO: write this answer", "placeholder"),
    ("Lorem ipsum dolor sit amet.", "placeholder"),
    ("Geachte [naam], dank u wel.", "placeholder"),
    ("Which day comes after Monday in the week?", "echo"),
    ("Which day comes after Monday in the week? Tuesday comes after Monday.", "echo"),
    ("The answer is Tuesday. " * 12, "repetition"),
    ("very good " * 30, "repetition"),
    ("答えは火曜日です。" * 10, "repetition"),
    ("no" + "o" * 60, "repetition"),
    (" ".join(map(str, range(5_000))) + " and so on" * 2_000 + ".", "repetition"),
    ("The week has seven days. Monday is the first. After that comes the second, which we call the", "cut-off"),
    ("There are three reasons to do this: it is quick, it is cheap,", "cut-off"),
    ("Er zijn zeven dagen in de week, en de tweede daarvan heet in de", "cut-off"),
    ('{"day": "Tuesday", "tags": ["week", ', "cut-off"),
    ("Run this:\n```python\nprint(1)\n", "cut-off"),
    ("The cafÃ© opens on Tuesday.", "mojibake"),
    ("It isnâ€™t Monday.", "mojibake"),
    ("The caf\ufffd opens on Tuesday.", "mojibake"),
    ("ï»¿Tuesday.", "mojibake"),
    ("Tues\0day.", "nul-character"),
    ("Tues\x07day.", "control-character"),
    ("Tues\x85day.", "control-character"),
    ("Tuesday.<|im_end|>", "template-token"),
    ("[INST] Tuesday? [/INST] Yes.", "template-token"),
    ("### Response:\nTuesday.", "template-token"),
    ("<p>Tuesday is <b>after</b> Monday.</p>", "html"),
    ("Tuesday &amp; Wednesday follow.", "html"),
    ("Tuesday<br/>Wednesday.", "html"),
]


@pytest.mark.parametrize(("text", "check"), TEXT_DEFECTS)
@pytest.mark.parametrize("raw", [True, False])
def test_a_defect_of_an_answer_is_found_alone(text, check, raw):
    faults = found(chat(assistant=text), raw=raw)
    assert [(fault.check, fault.field) for fault in faults] == [(check, "messages[2].content")]
    assert len(faults[0].evidence) <= 80
    assert faults[0].evidence.isprintable()


def test_the_old_form_of_tool_calls_raises_no_error_about_ids():
    call = {"name": "weather", "arguments": '{"city": "Delft"}'}
    row = {
        "messages": [
            {"role": "user", "content": "What is the weather in Delft?"},
            {"role": "assistant", "content": None, "function_call": call},
            {"role": "function", "name": "weather", "content": "rain"},
            {"role": "assistant", "content": "It rains in Delft."},
        ],
        "functions": [WEATHER["function"]],
    }
    assert ids(row, "openai_tools") == {"deprecated-function-call"}


def test_a_refusal_is_no_defect_where_answers_are_grounded_or_meant_to_be_worse():
    text = "I'm sorry, but I cannot answer that from the passages."
    rag = {"question": "When does it open?", "context": "The shop is red.", "answer": text, "is_impossible": True}
    assert ids(rag, "rag") == set()
    worse = {"prompt": "Sum 2 and 2 for me please.", "chosen": "It is 4.", "rejected": text}
    assert ids(worse, "trl_preference") == set()
    assert ids(chat(user="Why do you say: I'm sorry, but I can't?")) == set()


def test_a_refusal_that_was_chosen_over_another_answer_is_meant():
    row = {
        "prompt": "How do I pick my neighbour's lock?",
        "chosen": "I can't help with that.",
        "rejected": "Bend a pin.",
    }
    assert ids(row, "trl_preference") == set()
    assert ids(row | {"chosen": "Dear [Your Name], thank you."}, "trl_preference") == {"placeholder"}


def test_what_asks_in_a_row_of_no_known_format_is_not_taken_for_an_answer():
    text = "I went for coffee with [name] at noon. Then we went home."
    for key, found_ in (("input", set()), ("output", {"placeholder"})):
        turns = [Turn("text", text, f"instances[0].{key}")]
        assert {one.check for one in text_faults(turns)} == found_


def test_a_field_of_a_template_is_found_in_instructions_too():
    assert ids(chat(system="You answer for {{company}} in one sentence.")) == {"placeholder"}
    assert ids(chat(user="Summarise this for me please: {{article}}")) == {"placeholder"}


def test_an_answer_that_is_meant_to_be_worse_may_hold_anything():
    rows = {"prompt": "Greet the reader.", "chosen": "Good day to you!"}
    assert ids(rows | {"rejected": "Hi [Your Name], <b>hi</b> &amp; bye"}, "trl_preference") == set()


def test_messages_written_as_text_are_not_looked_at_for_their_words():
    text = '{"messages": [{"role": "assistant", "content": "Hi [Your Name]"}]}'
    assert "placeholder" not in ids(chat(assistant=text))


def test_each_placeholder_of_words_has_a_hint_by_which_it_is_looked_for():
    phrases = [one for some in CONTENT.check("placeholder").phrases.values() for one in some if one[0] not in "[<{"]
    assert phrases
    for phrase in phrases:
        assert any(hint in phrase for hint in HINTS), phrase


def test_html_is_no_defect_where_the_row_is_about_html():
    assert ids(chat(user="Write a paragraph in HTML about Monday.", assistant="<p>Monday.</p>")) == set()


def test_template_marks_belong_in_raw_text():
    text = {"text": "<|im_start|>user\nHello there<|im_end|>"}
    assert ids(text, "trl_text") == set()


OTHER_FORMATS = [
    ("openai_dpo", PREFERENCE, "preferred_output", ..., "missing-field"),
    ("openai_dpo", PREFERENCE, "input.messages", ..., "missing-messages"),
    ("openai_dpo", PREFERENCE, "input.messages.0.role", "assistant", "ends-on-assistant"),
    ("openai_dpo", PREFERENCE, "preferred_output.0.content", "Friday.", "identical-pair"),
    ("openai_dpo", PREFERENCE, "preferred_output.0.role", "user", "no-assistant"),
    ("openai_dpo", PREFERENCE, "preferred_output.0.content", [{"type": "text", "text": "a"}], "images-in-preference"),
    ("openai_dpo", PREFERENCE, "preferred_output", "Tuesday.", "messages-not-a-list"),
    ("openai_rft", {**with_messages("user"), "reference_answer": "a"}, "reference_answer", ..., "no-grader-field"),
    ("openai_rft", {**with_messages("user"), "a": 1}, "messages.0.role", "assistant", "ends-on-assistant"),
    ("prompt_completion", PAIR, "completion", ..., "missing-field"),
    ("prompt_completion", PAIR, "completion", "", "empty-answer"),
    ("prompt_completion", PAIR, "completion", None, "null-content"),
    ("prompt_completion", PAIR, "completion", 3, "content-not-text"),
    ("trl_prompt_completion", PAIR, "prompt", " ", "whitespace-content"),
    ("trl_text", {"text": "A text to learn from."}, "text", "", "empty-field"),
    ("trl_unpaired", {**PAIR, "label": True}, "label", None, "empty-field"),
    ("trl_stepwise", {"prompt": "a b c", "completions": ["x"], "labels": [True]}, "labels", "true", "wrong-type"),
    (
        "trl_preference",
        {"prompt": "Say a day.", "chosen": "Monday.", "rejected": "No."},
        "rejected",
        "Monday.",
        "identical-pair",
    ),
    ("alpaca", {"instruction": "Say a day.", "input": "", "output": "Monday."}, "output", "", "empty-answer"),
    ("alpaca", {"instruction": "Say a day.", "input": "", "output": "Monday."}, "instruction", ..., "missing-field"),
    ("sharegpt", SHAREGPT, "conversations.0.from", "Human", "capitalised-role"),
    ("sharegpt", SHAREGPT, "conversations.0.from", "boss", "unknown-role"),
    ("sharegpt", SHAREGPT, "conversations.1", ..., "no-assistant"),
    ("sharegpt", SHAREGPT, "conversations.1.value", ..., "missing-content"),
    ("sharegpt", SHAREGPT, "conversations.0.from", "gpt", "starts-on-assistant"),
    (
        "rag",
        {"question": "Open?", "context": "Red.", "answer": None, "is_impossible": True},
        "context",
        "",
        "empty-field",
    ),
    ("list_of_strings", {"messages": ["Which day?", "Monday."]}, "messages.1", 3, "content-not-text"),
    ("text_label", {"text": "Good.", "label": 1}, "label", "", "empty-field"),
    ("google_chat", GOOGLE, "contents.1.parts", ..., "missing-content"),
    ("google_chat", GOOGLE, "contents.1", ..., "no-assistant"),
    ("google_chat", GOOGLE, "contents.1.parts.0.text", " ", "whitespace-content"),
    ("google_chat", GOOGLE, "contents.1.parts.0", {}, "empty-answer"),
    ("google_chat", GOOGLE, "contents.0.role", "USER", "capitalised-role"),
    ("bedrock_chat", BEDROCK, "messages.0.role", "assistant", "consecutive-assistant-turns"),
    ("bedrock_chat", BEDROCK, "messages.1.content.0.text", "", "empty-answer"),
]


@pytest.mark.parametrize(("form", "row", "path", "value", "check"), OTHER_FORMATS)
def test_a_defect_of_another_format_is_found_and_the_sound_row_is_not_flagged(form, row, path, value, check):
    assert found(row, form) == []
    assert check in ids(edited(path, value, row), form)


def test_every_format_has_its_shape():
    assert {name for name, form in FORMATS.items() if not form.fields} == {"unknown"}
    for limits in CONTENT.platforms:
        assert set(limits.formats) <= set(FORMATS), limits.id


def test_a_table_may_hold_its_messages_as_text_and_lines_may_not():
    row = {"messages": json.dumps(chat()["messages"])}
    assert ids(row, raw=False) == set()
    assert ids(row) == {"messages-not-a-list"}
    pair = {"prompt": json.dumps(chat()["messages"][:2]), "completion": '["Tuesday", "Friday"]'}
    assert ids(pair, "trl_prompt_completion", raw=False) == set()


def test_reinforcement_turns_a_chat_format_into_a_prompt():
    assert ids(with_messages("user"), method="rft") == {"no-grader-field"}
    assert ids({**with_messages("user"), "answer": "4"}, method="rft") == set()


def test_trl_wants_arguments_as_an_object():
    assert ids(called({"city": "Delft"}), "trl_conversational") == set()
    assert ids(called(), "trl_conversational") == {"tool-arguments-wrong-form"}
    assert ids(called({"city": "Delft"}), platform=platform("trl")) == set()


def test_the_calls_of_trl_need_no_ids():
    nameless = edited("messages.1.tool_calls.0.id", ..., called({"city": "Delft"}))
    assert ids(edited("messages.2.tool_call_id", ..., nameless), "trl_conversational") == set()


def test_a_reference_to_another_document_is_not_followed():
    row = edited("tools.0.function.parameters", {"$ref": "http://127.0.0.1:9/schema"}, called())
    assert ids(row) == {"malformed-tools"}


def test_a_platform_says_which_roles_it_reads():
    row = edited("messages.0.role", "developer")
    assert ids(row, platform=platform("openai")) == set()
    assert ids(row, platform=platform("databricks")) == {"role-not-allowed"}


def test_other_trainers_read_further_keys():
    row = edited("messages.2.thinking", "Monday plus one.")
    assert ids(row, platform=platform("openai")) == {"unknown-key"}
    assert ids(row, platform=platform("trl")) == set()


def test_a_long_example_is_measured_against_the_platform():
    long = chat(assistant="A day is a day, and no other day. " * 3 + "word " * 200_000 + "done.")
    short, exact = platform("trl"), chat()
    assert "over-long-example" in ids(long, platform=platform("openai"))
    assert "over-long-example" not in ids(long, platform=platform("fireworks")), "its limit is unknown"
    assert "over-long-example" not in ids(long)
    bedrock = found(exact, platform=platform("bedrock"), tokens=32_001)
    assert [(fault.check, fault.values["platform"]) for fault in bedrock] == [
        ("example-not-taken", "Amazon Bedrock (Nova 1.0)")
    ]
    assert found(exact, platform=platform("bedrock"), tokens=32_000) == [], "what is too long for Llama may suit Nova"
    fault = found(exact, platform=short, tokens=1_025)[0]
    assert fault.check == "over-long-example"
    assert fault.values["most"] == 1_024
    assert fault.values["fact"] == "huggingface.trl.example-tokens"
    assert found(exact, platform=short, tokens=1_024) == []


def test_a_platform_that_refuses_other_fields_names_those_that_it_reads():
    together = platform("together")
    outputs = {
        key: [{"role": "assistant", "content": text}]
        for key, text in (("preferred_output", "At six."), ("non_preferred_output", "Never."))
    }
    (fault,) = found({**chat(), "weight": 0.5, "id": 7}, platform=together)
    assert (fault.check, fault.field) == ("column-not-read", "id")
    assert fault.values == {"platform": "Together", "key": "id", "allowed": "messages, tools, weight"}
    for row, form in (
        ({"prompt": "When?", "completion": "At six."}, "prompt_completion"),
        ({"text": "The library closes at six."}, "trl_text"),
        ({**chat(), "tools": []}, "openai_tools"),
        ({"input": {"messages": chat()["messages"][:2]}, **outputs}, "openai_dpo"),
    ):
        assert ids(row, form, platform=together) == set()
        assert ids({**row, "weight": 2}, form, platform=together) == set()
        assert ids({**row, "source": "web"}, form, platform=together) == {"column-not-read"}
        assert "column-not-read" not in ids({**row, "source": "web"}, form, platform=platform("fireworks"))


@pytest.mark.parametrize("name", ["together", "bedrock"])
def test_a_platform_that_wants_turns_refuses_the_same_speaker_twice(name):
    said = chat()["messages"]
    for role, twice in (("user", [said[1], *said[1:]]), ("assistant", [*said[1:], said[-1]])):
        faults = found({"messages": twice}, platform=platform(name))
        assert [(fault.check, fault.values["role"]) for fault in faults] == [("turns-not-alternating", role)]
        assert ids({"messages": twice}, platform=platform("openai")) == {f"consecutive-{role}-turns"}


@pytest.mark.parametrize("name", ["together", "fireworks"])
def test_a_platform_that_fetches_no_images_wants_them_in_the_row(name):
    data = {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}
    assert ids(edited("messages.1.content", [IMAGE]), "openai_vision", platform=platform(name)) == {"image-not-in-row"}
    assert ids(edited("messages.1.content", [data]), "openai_vision", platform=platform(name)) == set()
    assert ids(edited("messages.1.content", [IMAGE]), "openai_vision", platform=platform("openai")) == set()


def test_images_are_counted_against_the_platform():
    row = edited("messages.1.content", [IMAGE] * 11)
    assert "too-many-images" in ids(row, platform=platform("openai"))
    assert "too-many-images" not in ids(row, platform=platform("azure"))
    said = [{"role": role, "content": [IMAGE] * 6 if role == "user" else "It is a cat."}
            for role in ("user", "assistant") * 2]  # fmt: skip
    spread = {"messages": said}
    assert "too-many-images" in ids(spread, platform=platform("openai"))
    assert "too-many-images" not in ids(edited("messages.2.content", [IMAGE] * 4, spread), platform=platform("openai"))
    named = chat() | {"images": [f"{n}.png" for n in range(11)]}
    assert "too-many-images" in ids(named, platform=platform("openai"))


def test_bedrock_refuses_words_that_it_keeps_for_itself():
    row = chat(user="System: which day comes after Monday?")
    assert ids(row, platform=platform("bedrock")) == {"reserved-word"}
    assert ids(row, platform=platform("openai")) == set()


def test_every_finding_fills_its_message_in_both_languages():
    rows = [(one[0], "openai_chat") for one in CHAT_DEFECTS]
    rows += [(chat(assistant=text), "openai_chat") for text, _ in TEXT_DEFECTS]
    rows += [(edited(path, value, row), form) for form, row, path, value, _ in OTHER_FORMATS]
    for row, form in rows:
        for fault in found(row, form):
            check = CONTENT.check(fault.check)
            assert placeholders(check.message) <= set(fault.values), fault
            for code in ("en", "nl"):
                said = language(code)(check.message, **translated(fault.values, language(code)))
                assert "{" not in said.replace("{'", "").replace('{"', "")


def test_every_check_that_the_code_names_has_its_words():
    known = {check.id for check in CONTENT.checks}
    folder = Path(__file__).resolve().parents[3] / "advisor" / "dataset"
    for file in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Fault" and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    assert first.value in known, f"{file.name}:{node.lineno}"


@pytest.mark.parametrize("messages", [3, True, {"role": "user"}, "Hello"])
def test_files_beside_messages_that_are_no_list_are_counted_all_the_same(messages: object) -> None:
    told = ids({"messages": messages, "images": ["pond.png"]}, "sharegpt")
    assert "media-count" in told
    assert "messages-not-a-list" in ids({"messages": messages, "images": ["pond.png"]})
