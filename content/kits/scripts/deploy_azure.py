"""Deploys the tuned model in Microsoft Foundry, says what that has cost, and deletes it again.

    python deploy_azure.py show          the calls that the others make, as commands; nothing is sent
    python deploy_azure.py               deploys the model that job.json names, or MODEL_ID, and waits until it answers
    python deploy_azure.py cost          what the deployment has cost until now, by the hour
    python deploy_azure.py delete        deletes the deployment, which ends the cost; the model stays

Set in the environment, and never in a file:
    AZURE_SUBSCRIPTION_ID, AZURE_RESOURCE_GROUP, AZURE_RESOURCE    where the resource is
    AZURE_TOKEN       az account get-access-token --query accessToken --output tsv; it lasts about an hour
    SKU               how it is deployed; COSTS.md names those that the model has
    MODEL_ID          another model or a checkpoint
    DEPLOYMENT        what it is called there; else as the suffix of the model

Deploying goes through Azure's control plane, with a token and not with the key. AZURE_MANAGEMENT_URL names another one.
"""

import json
import math
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from datetime import UTC, datetime
from typing import Any

from endpoint import KIT
from job_state import POLL_SECONDS, WAIT_SECONDS, keep, known
from words import number, say

HOURS_A_MONTH = 730
PLACE = ("AZURE_SUBSCRIPTION_ID", "AZURE_RESOURCE_GROUP", "AZURE_RESOURCE")
DEPLOYMENT = KIT["deployment"]
REFUSED = {
    401: say("The token does not hold, or no longer: get another one, with az account get-access-token."),
    403: say(
        "Deploying takes the role Foundry Owner, or one with Microsoft.CognitiveServices/accounts/deployments/write."
    ),
    404: say("There is no such resource. Check AZURE_SUBSCRIPTION_ID, AZURE_RESOURCE_GROUP and AZURE_RESOURCE."),
    409: say("Something else is being changed in this resource. Wait a few minutes, then start this again."),
    429: say(
        "Too many calls, or no quota left for this SKU in the region. Wait, delete a deployment, or ask for quota."
    ),
}
"""What a status of the control plane means for you."""


def setting(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        sys.exit(say("Set {name} in the environment; the head of deploy_azure.py says what it is.", name=name))
    return value


def chosen() -> dict[str, Any]:
    """How to deploy: SKU and capacity, and what an hour costs."""
    kinds = DEPLOYMENT["skus"]
    if not kinds:
        sys.exit(
            say(
                "What is tuned from {model} is deployed in the portal only, on managed compute or reserved throughput. "
                "Delete it there, too: it costs by the hour.",
                model=KIT["job"]["model"],
            )
        )
    name = os.environ.get("SKU") or next(iter(kinds))
    if name not in kinds:
        sys.exit(say("No SKU {name} for this model. It has: {known}.", name=name, known=", ".join(kinds)))
    return {"name": name, **kinds[name]}


def deployment_name() -> str:
    """What the deployment is called: it is the MODEL that is asked later."""
    return os.environ.get("DEPLOYMENT") or str(KIT["job"]["suffix"])


def address(version: str, name: str = "") -> str:
    """Where a deployment is; without a name, where all of the resource are."""
    base = os.environ.get("AZURE_MANAGEMENT_URL", "https://management.azure.com").rstrip("/")
    parts = [setting(one) for one in PLACE] + ([name] if name else [])
    path = "/subscriptions/{}/resourceGroups/{}/providers/Microsoft.CognitiveServices/accounts/{}/deployments" + (
        "/{}" if name else ""
    )
    return base + path.format(*(urllib.parse.quote(part, safe="$") for part in parts)) + f"?api-version={version}"


def body(model: str, kind: dict[str, Any]) -> dict[str, Any]:
    return {
        "sku": {"name": kind["name"], "capacity": kind["capacity"]},
        "properties": {"model": {"format": DEPLOYMENT["format"], "name": model, "version": "1"}},
    }


def call(method: str, url: str, value: Any = None, missing_is_fine: bool = False) -> dict[str, Any] | None:
    """Ask the control plane; None where there is no such deployment and that is fine."""
    data = None if value is None else json.dumps(value).encode()
    headers = {"Authorization": f"Bearer {setting('AZURE_TOKEN')}", "Content-Type": "application/json"}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data, headers, method=method), timeout=60) as answer:
            return json.loads(answer.read() or b"{}")
    except urllib.error.HTTPError as error:
        if error.code == 404 and missing_is_fine:
            return None
        told = error.read().decode("utf-8", "replace")
        try:
            told = json.loads(told)["error"]["message"]
        except (ValueError, KeyError, TypeError):
            told = told[:200] or error.reason
        means = REFUSED.get(error.code, "")
        sys.exit(f"{say('Azure refused ({status}): {told}', status=error.code, told=told)} {means}".rstrip())
    except urllib.error.URLError as error:
        sys.exit(
            say("Azure cannot be reached ({error}). Check the network and AZURE_MANAGEMENT_URL.", error=error.reason)
        )


def deploy(state: dict[str, Any]) -> None:
    """Deploy and wait. What is there already is not made twice, and its hours count from when it was made."""
    model, kind = model_of(state), chosen()
    name = deployment_name()
    url = address(kind["api_version"], name)
    here = {"name": name, "sku": kind["name"], "model": model, "since": now().isoformat()}
    if call("GET", url, missing_is_fine=True) is None:
        call("PUT", url, body(model, kind))
        print(say("deploying {model} as {name} ({sku})", model=model, name=name, sku=kind["name"]))
    keep(state, "deployment", state.get("deployment", here))
    made = wait(url, name)
    keep(state, "deployment", {**here, "since": made.get("systemData", {}).get("createdAt") or here["since"]})
    meter(state)
    print(say("next: {command}", command=f"MODEL={name} python baseline.py tuned"))
    print(say("and when you are done, or pause: {command}", command="python deploy_azure.py delete"))


def wait(url: str, name: str) -> dict[str, Any]:
    """The deployment, once it answers."""
    until = time.monotonic() + WAIT_SECONDS
    while True:
        made = call("GET", url) or {}
        status = made.get("properties", {}).get("provisioningState", "")
        if status == "Succeeded":
            return made
        if status in ("Failed", "Canceled"):
            sys.exit(
                say(
                    "{name} was not deployed ({status}). The activity log of the resource says why. Delete it with "
                    "python deploy_azure.py delete before you try again.",
                    name=name,
                    status=status,
                )
            )
        if time.monotonic() > until:
            sys.exit(
                say(
                    "{name} is still {status}. Start this again to wait on; it may cost already.",
                    name=name,
                    status=status,
                )
            )
        time.sleep(POLL_SECONDS)


def model_of(state: dict[str, Any]) -> str:
    model = os.environ.get("MODEL_ID") or state.get("model")
    if not model:
        sys.exit(say("job.json names no model yet: run tune_azure.py to its end, or set MODEL_ID."))
    return str(model)


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def meter(state: dict[str, Any]) -> None:
    """Print since when the deployment stands, and what that costs by the hour, whether anybody asks it or not."""
    here = state["deployment"]
    since = datetime.fromisoformat(here["since"])
    hours = max(1, math.ceil((now() - since).total_seconds() / 3600))
    usd = DEPLOYMENT["skus"].get(here["sku"], {}).get("usd_hour")
    when = {"name": here["name"], "since": since.strftime("%Y-%m-%d %H:%M UTC"), "hours": hours}
    if usd is None:
        print(say("{name} stands since {since}, {hours} hours. What an hour costs is not published.", **when))
        return
    if usd == 0:
        print(
            say(
                "{name} stands since {since}, {hours} hours, and costs nothing while nobody asks. It is removed 24 "
                "hours after it was made.",
                **when,
            )
        )
        return
    print(
        say(
            "{name} stands since {since}: {hours} hours at ${hour} are ${usd}, asked or not; a month would be ${month} "
            "(price seen {seen}). Answers are paid on top.",
            hour=number(usd, 2),
            usd=number(hours * usd, 2),
            month=number(HOURS_A_MONTH * usd, 2),
            seen=DEPLOYMENT["seen"],
            **when,
        )
    )


def delete(state: dict[str, Any]) -> None:
    """Delete the deployment, wait until it is gone, and say what it cost and what else still does."""
    here = state.get("deployment") or {"name": deployment_name()}
    version = chosen()["api_version"]
    if here["name"] not in (there := deployed(version)):
        sys.exit(
            say(
                "There is no deployment {name} in this resource; there is: {names}. If that is not the right resource, "
                "the deployment goes on costing in the other.",
                name=here["name"],
                names=", ".join(there) or say("none"),
            )
        )
    if "since" in here:
        meter(state)
    call("DELETE", address(version, here["name"]))
    until = time.monotonic() + WAIT_SECONDS
    while here["name"] in (there := deployed(version)):
        if time.monotonic() > until:
            sys.exit(say("{name} is still there, and still costs. Delete it in the portal.", name=here["name"]))
        time.sleep(POLL_SECONDS)
    state.pop("deployment", None)
    keep(state, "deleted", {"name": here["name"], "at": now().isoformat()})
    print(
        say(
            "{name} is deleted and costs nothing any more. The model is kept, and can be deployed again.",
            name=here["name"],
        )
    )
    if tuned := [name for name, model in there.items() if ".ft-" in model]:
        print(say("Other tuned models are deployed in this resource, and cost: {names}", names=", ".join(tuned)))


def deployed(version: str) -> dict[str, str]:
    """The deployments of the resource by name, with the model of each."""
    listed = (call("GET", address(version)) or {}).get("value", [])
    return {one["name"]: one.get("properties", {}).get("model", {}).get("name", "") for one in listed}


def show(state: dict[str, Any]) -> None:
    """Print the calls, with the names of variables in place of what is not set."""
    for variable in PLACE:
        os.environ.setdefault(variable, f"${variable}")
    print("\n".join(commands(os.environ.get("MODEL_ID") or state.get("model") or "MODEL_ID", chosen())))


def commands(model: str, kind: dict[str, Any]) -> list[str]:
    """Deploying and deleting as curl has them, and as the command line `az` has them."""
    url = address(kind["api_version"], deployment_name())
    curl = f'curl -X {{}} "{url}" -H "Authorization: Bearer $AZURE_TOKEN"'
    place = f"--resource-group {setting('AZURE_RESOURCE_GROUP')} --name {setting('AZURE_RESOURCE')}"
    az = f"az cognitiveservices account deployment {{}} {place} --deployment-name {deployment_name()}"
    named = f'--model-name {model} --model-version "1" --model-format {DEPLOYMENT["cli_format"]}'
    size = f'--sku-capacity "{kind["capacity"]}" --sku-name "{kind["cli_name"]}"'
    sent = json.dumps(body(model, kind))
    return [
        f"{curl.format('PUT')} -H \"Content-Type: application/json\" -d '{sent}'",
        curl.format("DELETE"),
        "",
        f"{az.format('create')} {named} {size}",
        az.format("delete"),
    ]


if __name__ == "__main__":
    does = {"": deploy, "cost": meter, "delete": delete, "show": show}
    asked = sys.argv[1] if sys.argv[1:] else ""
    if asked not in does:
        sys.exit(say("There is: {commands}", commands=", ".join(filter(None, does))))
    remembered = known()
    if asked == "cost" and "deployment" not in remembered:
        sys.exit(say("job.json names no deployment: nothing of this kit costs by the hour."))
    does[asked](remembered)
