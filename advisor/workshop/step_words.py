"""What the steps of a workshop are called, what people are asked in them, and what whoever leads may say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from advisor.content.entries import WorkshopStep
from advisor.content.load import Content
from advisor.language import Language
from advisor.wording import VERDICTS, labels
from advisor.workshop.ballots import answer_name, choices, question_of, quiz_of, quiz_texts
from advisor.workshop.debate import Step


def step_name(kind: WorkshopStep, lang: Language) -> str:
    match kind:
        case "lobby":
            return lang("People join")
        case "entry":
            return lang("Question before we begin")
        case "case":
            return lang("The case")
        case "first":
            return lang("First vote")
        case "pairs":
            return lang("Talk in pairs")
        case "second":
            return lang("Second vote")
        case "shift":
            return lang("How the room moved")
        case "option":
            return lang("What to do first")
        case "advice":
            return lang("What the advisor says")
        case "outcome":
            return lang("What came out")
        case "flip":
            return lang("What would turn it")
        case "exit":
            return lang("The same question again")
        case "end":
            return lang("The end")
        case "story":
            return lang("A case for all of us")
        case "ask":
            return lang("A question about it")
        case "agreed":
            return lang("The verdict on our answers")
        case "own":
            return lang("Your own project")
        case "wall":
            return lang("All verdicts")
        case "quiz":
            return lang("Quiz")
        case "monday":
            return lang("What you will do")
    assert_never(kind)


def heading(step: Step, steps: Sequence[Step], content: Content, lang: Language) -> str:
    """What a step is called where it stands alone: the question that it asks, and which of several it is."""
    question = question_of(step, content)
    if question:
        return lang(question.text)
    if step.kind == "quiz":
        asked = [one for one in steps if one.kind == "quiz"]
        return lang("Quiz, question {n} of {all}", n=asked.index(step) + 1, all=len(asked))
    return step_name(step.kind, lang)


def asked(step: Step, content: Content, lang: Language) -> str:
    """What everybody is asked, or told, in this step."""
    quiz = quiz_of(step, content)
    if quiz is None:
        return task(step.kind, lang)
    if quiz.text:
        return lang(quiz.text)
    term = next(term for term in content.terms if term.id == quiz.term)
    return lang("Which word is this? “{definition}”", definition=lang(term.definition))


def task(kind: WorkshopStep, lang: Language) -> str:
    """What everybody is asked, or told, in a step."""
    match kind:
        case "lobby":
            return lang("You are in. We begin soon.")
        case "entry" | "exit":
            return lang(
                "An assistant answers from facts that change every month, and gets many wrong. "
                "Would you fine-tune the model on these facts?"
            )
        case "case":
            return lang("Read what the team knew. The vote comes next.")
        case "first":
            return lang("What would you say? Decide alone; the room does not see your vote.")
        case "pairs":
            return lang("Find somebody beside you. Say what you chose and why, and which fact decided it for you.")
        case "second":
            return lang("Vote again, whether you have changed your mind or not.")
        case "shift":
            return lang("The two votes side by side.")
        case "option":
            return lang("What should the team do first?")
        case "advice":
            return lang("The advisor saw what you saw: the team's answers, and not the outcome.")
        case "outcome":
            return lang("What the team, or the study, found.")
        case "flip":
            return lang("One other answer, and the advice would be another.")
        case "end":
            return lang("Thank you. Think of your own project: which of its facts would decide?")
        case "story":
            return lang("Read it. Then we answer the advisor's questions for this case, each of us alone.")
        case "ask":
            return lang("What would you answer for this case? Decide alone.")
        case "agreed":
            return lang("What the advisor says to the answers that the room took.")
        case "own":
            return lang(
                "Answer for a project of your own, one phone a team. The verdicts come at the end, all at once."
            )
        case "wall":
            return lang("What the advisor says to each team.")
        case "quiz":
            return lang("Choose one. Only you see how many you had right.")
        case "monday":
            return lang(
                "Could you now decide for a project of your own whether to fine-tune? And what will you do on Monday?"
            )
    assert_never(kind)


def cue(kind: WorkshopStep, lang: Language) -> str:
    """What whoever leads may do or say in a step. Our suggestion."""
    match kind:
        case "lobby":
            return lang("Show the projector page. Wait until the count stands still; late people may still join.")
        case "entry":
            return lang("Say nothing about the answer. The same question comes back at the end.")
        case "case":
            return lang("Read the facts aloud, and ask which of them matters most. Do not answer.")
        case "first":
            return lang("Ask for silence: everybody decides alone. Close the vote when the count stands still.")
        case "pairs":
            return lang("Ask people to find somebody who chose otherwise. Walk about and listen for reasons.")
        case "second":
            return lang("Everybody votes again, also those who stay with their choice.")
        case "shift":
            return lang("Ask two who changed their mind what changed it, and one who did not.")
        case "option":
            return lang("Now the remedy, not the verdict: what would you do on Monday?")
        case "advice":
            return lang("Ask where the room and the advisor differ, and which fact each leans on.")
        case "outcome":
            return lang("Say how sure the source is, and that one project proves no rule.")
        case "flip":
            return lang("Ask whose own project has that other answer.")
        case "exit":
            return lang("The question from the beginning, without talking.")
        case "end":
            return lang(
                "Facts that change every month would mean training every month; looking them up does not. "
                "Ask what people will do differently."
            )
        case "story":
            return lang("Read the case aloud. What it does not say, people may answer with “Don't know”.")
        case "ask":
            return lang(
                "Let everybody choose, then show the votes. The answer of most is taken; press the number of another "
                "one to take that."
            )
        case "agreed":
            return lang("Begin with the question that the room disagreed on most: who would defend the other answer?")
        case "own":
            return lang("Let people form teams of three or four around one real project. Give no hints.")
        case "wall":
            return lang("Ask each team whether its verdict surprises it, and which answer it is least sure of.")
        case "quiz":
            return lang("Let people choose alone. Show the votes, then the answer, and ask who can say why.")
        case "monday":
            return lang(
                "Give people a minute of silence to write. Show what they wrote: it stands there without names."
            )
    assert_never(kind)


def choice_name(choice: str, content: Content, lang: Language) -> str:
    """What a choice of a vote is called: a verdict, or what a case may end in."""
    for verdict in VERDICTS:
        if choice == verdict:
            return labels.verdict_name(verdict, lang)
    return labels.outcome_name(choice, content, lang)


def choice_names(step: Step, content: Content, lang: Language) -> dict[str, str]:
    """The choices of a step with their names, in their order."""
    question, quiz = question_of(step, content), quiz_of(step, content)
    if question:
        return {choice: answer_name(question, choice, content, lang) for choice in choices(step, content)}
    if quiz:
        return {choice: lang(text) for choice, text in quiz_texts(quiz, content).items()}
    if step.kind == "monday":
        return {choice: _able_name(choice, lang) for choice in choices(step, content)}
    if step.kind != "option":
        return {choice: choice_name(choice, content, lang) for choice in step.choices}
    return {choice: labels.outcome_name(choice, content, lang) for choice in step.choices}


def _able_name(choice: str, lang: Language) -> str:
    """Whether somebody could decide by themselves."""
    return {"1": lang("Not yet, alone"), "2": lang("Probably"), "3": lang("Yes")}[choice]


def confidence_name(confidence: int, lang: Language) -> str:
    """How sure a vote is; empty where it does not say."""
    return {1: lang("Unsure"), 2: lang("Fairly sure"), 3: lang("Sure")}.get(confidence, "")
