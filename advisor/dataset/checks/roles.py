"""Roles: who speaks, after whom, and who has the last word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from advisor.dataset.checks.subject import Rules
from advisor.dataset.checks.tools import old_form
from advisor.dataset.checks.values import shown
from advisor.dataset.platforms import Platform
from advisor.dataset.row import Fault, excerpt
from advisor.dataset.rows.order import Kind
from advisor.dataset.rows.turns import INSTRUCTING, ROLES

LEGACY = {"function": "tool"}
"""Roles of before tools, and what they are called now."""
ANSWERING = frozenset({"assistant", "tool", "function"})
GOOGLE_ROLES = ("user", "model")
SHAREGPT_ASKS, SHAREGPT_ANSWERS = frozenset({"human", "observation", "user"}), frozenset({"gpt", "function_call"})
SHAREGPT_SPEAKERS = SHAREGPT_ASKS | SHAREGPT_ANSWERS | {"system", "assistant"}


def role_of(message: Mapping[str, Any], here: str, rules: Rules) -> tuple[str, list[Fault]]:
    """The role meant, or nothing, and what is wrong with how it is written."""
    role = message.get("role")
    field = f"{here}.role"
    if role is None or role == "":
        return "", [Fault("missing-role", field)]
    allowed = rules.platform.roles if rules.platform else ()
    if not isinstance(role, str):
        return "", [_unknown(shown(role), field, allowed or ROLES)]
    if role in ROLES and (not allowed or role in allowed):
        return role, []
    if role in LEGACY:
        return LEGACY[role], [old_form(f"role: {role}", field, role)]
    small = role.strip().lower()
    if small != role and (small in ROLES or small in allowed):
        return small, [_capitalised(excerpt(role), field, small)]
    if role in allowed:
        return ("assistant" if role == "model" else role), []
    if role in ROLES and rules.platform:
        values = {"platform": rules.platform.name, "role": role, "allowed": ", ".join(allowed)}
        return role, [Fault("role-not-allowed", field, role, values)]
    return "", [_unknown(excerpt(role), field, allowed or ROLES)]


def google_roles(contents: Any, key: str) -> Iterator[Fault]:
    """Google names the two sides user and model, and nothing else."""
    for place, content in enumerate(contents if isinstance(contents, list) else ()):
        role = content.get("role") if isinstance(content, dict) else None
        if isinstance(role, str) and role in ROLES and role not in GOOGLE_ROLES:
            yield _unknown(role, f"{key}[{place}].role", GOOGLE_ROLES)


def speaker(name: Any, field: str) -> Iterator[Fault]:
    """What is wrong with how ShareGPT's turn says who speaks."""
    if name is None or name == "":
        yield Fault("missing-role", field)
    elif not isinstance(name, str) or name not in SHAREGPT_SPEAKERS:
        seen = excerpt(str(name))
        small = seen.strip().lower()
        if small in SHAREGPT_SPEAKERS:
            yield _capitalised(seen, field, small)
        else:
            yield _unknown(seen, field, sorted(SHAREGPT_SPEAKERS))


def _unknown(role: str, field: str, allowed: Sequence[str]) -> Fault:
    return Fault("unknown-role", field, role, {"role": role, "allowed": ", ".join(allowed)})


def _capitalised(role: str, field: str, expected: str) -> Fault:
    return Fault("capitalised-role", field, role, {"role": role, "expected": expected})


def answer_roles(roles: Sequence[str], where: str) -> Iterator[Fault]:
    """Who speaks in what stands for an answer alone."""
    if "assistant" not in roles:
        yield Fault("no-assistant", where)
    for place, role in enumerate(roles):
        if role and role not in ANSWERING:
            yield _unknown(role, f"{where}[{place}].role", ("assistant", "tool"))


def order(roles: Sequence[str], where: str, kind: Kind, platform: Platform | None) -> Iterator[Fault]:
    """Who speaks after whom in a conversation or a prompt, and last."""
    yield from _systems(roles, where)
    spoken = [(place, role) for place, role in enumerate(roles) if role not in INSTRUCTING]
    if spoken and spoken[0][1] == "assistant" and "user" in roles:
        yield Fault("starts-on-assistant", f"{where}[{spoken[0][0]}]")
    for (_, before), (place, role) in pairwise(spoken):
        if role == before and role in ("user", "assistant"):
            yield _twice(role, f"{where}[{place}]", platform)
    last, end = roles[-1], f"{where}[{len(roles) - 1}]"
    if kind == "prompt":
        if last not in ("user", "tool", ""):
            yield Fault("ends-on-assistant", end, "", {"role": last})
        return
    unsure = "" in roles  # a role that cannot be read may be the one that is missed
    if "user" not in roles and not unsure:
        yield Fault("no-user", where)
    if "assistant" not in roles:
        if not unsure:
            yield Fault("no-assistant", where)
    elif last not in ("assistant", ""):
        yield Fault("ends-on-user", end, "", {"role": last})


def _twice(role: str, field: str, platform: Platform | None = None) -> Fault:
    """The fault of a turn whose speaker has the one before it too."""
    if platform is not None and platform.alternating:
        return Fault("turns-not-alternating", field, "", {"platform": platform.name, "role": role})
    return Fault("consecutive-user-turns" if role == "user" else "consecutive-assistant-turns", field)


def _systems(roles: Sequence[str], where: str) -> Iterator[Fault]:
    places = [place for place, role in enumerate(roles) if role in INSTRUCTING]
    late = [place for place in places if any(role not in INSTRUCTING for role in roles[:place])]
    for place in late:
        yield Fault("late-system-message", f"{where}[{place}]")
    if len(places) > 1 and not late:
        yield Fault("several-system-messages", f"{where}[{places[1]}]", "", {"n": len(places)})


def turn_order(speakers: Sequence[str], key: str, ends_on_answer: bool) -> Iterator[Fault]:
    """Who speaks after whom in ShareGPT's turns: question and answer by turns, after at most one system turn."""
    theirs = {"human", "gpt", "observation", "function_call"} & {*speakers}
    ours = {"user", "assistant"} & {*speakers}
    if theirs and ours:
        yield Fault("mixed-speakers", key, "", {"names": ", ".join(sorted(theirs | ours))})
    spoken = [(place, name) for place, name in enumerate(speakers) if name != "system"]
    if "system" in speakers[1:]:
        yield Fault("late-system-message", f"{key}[{speakers.index('system', 1)}]")
    for (_, before), (place, after) in pairwise(spoken):
        for role, group in (("user", SHAREGPT_ASKS), ("assistant", SHAREGPT_ANSWERS)):
            if before in group and after in group and before != "function_call":
                yield _twice(role, f"{key}[{place}]")
    if spoken and spoken[0][1] in SHAREGPT_ANSWERS:
        yield Fault("starts-on-assistant", f"{key}[{spoken[0][0]}]")
    if ends_on_answer and speakers[-1] in SHAREGPT_ASKS:
        check = "ends-on-user" if SHAREGPT_ANSWERS & set(speakers) else "no-assistant"
        yield Fault(check, f"{key}[{len(speakers) - 1}]", "", {"role": speakers[-1]})
