"""The command that opens a room: what it prints, and what it refuses."""

from __future__ import annotations

import io
import re
import socket
import sys

import pytest
import segno
from typer.testing import CliRunner

from advisor.cli import workshop
from advisor.cli.main import app
from advisor.workshop import location
from advisor.workshop.debate import steps_of
from advisor.workshop.opening import ADDRESS, plan_of
from advisor.workshop.store import open_store
from tests.pdf_text import page_texts

SERVER = "STREAMLIT_SERVER_ADDRESS", "STREAMLIT_BROWSER_SERVER_ADDRESS", ADDRESS


@pytest.fixture
def served(monkeypatch, tmp_path):
    """What the server was started with, without one."""
    seen = {}

    def serve(port, browser, hosts, *, opened):
        seen.update(hosts=hosts, page=opened(port or 8501))

    for name in SERVER:
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    url = f"sqlite:///{tmp_path / 'rooms.sqlite3'}"
    monkeypatch.setenv(location.DATABASE, url)
    monkeypatch.setattr("advisor.cli.serve.serve", serve)
    monkeypatch.setattr(workshop, "own_address", lambda: "192.168.7.20")
    yield seen
    monkeypatch.setenv(location.DATABASE, url)
    open_store().close()


def run(*arguments: str):
    return CliRunner().invoke(app, ["workshop", *arguments])


def test_it_opens_a_room_and_says_how_to_join_and_to_lead(served):
    done = run("--title", "Tuesday", "--lang", "nl", "--plan", "10", "--port", "8600")
    assert done.exit_code == 0, done.output
    code = re.search(r"http://192\.168\.7\.20:8600/room/(\w{6})\n", done.stdout)[1]
    secret = re.search(r"lead\?key=([\w-]+)", done.stdout)[1]
    room = open_store().room(code)
    assert (room.title, room.lang) == ("Tuesday", "nl")
    assert open_store().leads(room, secret)
    assert f"{code[:3]} {code[3:]}" in done.stdout
    assert served["page"] == f"room/{code}/lead?key={secret}"


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def test_the_qr_code_of_a_terminal_is_white_on_black_whatever_its_colours(monkeypatch):
    address = "http://192.168.7.20:8600/room/CDFHJK"
    assert workshop._qr(address) == ()  # a file or a pipe has none
    monkeypatch.setattr(sys, "stdout", Terminal())
    lines = workshop._qr(address)
    halves = {" ": (0, 0), "▀": (1, 0), "▄": (0, 1), "█": (1, 1)}
    drawn = []
    for line in lines:
        signs = line.removeprefix("\x1b[97;40m").removesuffix("\x1b[0m")
        assert len(line) == len(signs) + 12
        drawn += [list(row) for row in zip(*(halves[sign] for sign in signs), strict=True)]
    wanted = [[1 - dark for dark in row] for row in segno.make(address, micro=False).matrix_iter(border=4)]
    assert drawn[: len(wanted)] == wanted


def test_a_title_is_kept_as_one_line_that_a_database_takes(served):
    done = run("--title", "Tues\x00day\n\u202e\udcff morning")
    assert done.exit_code == 0, done.output
    code = re.search(r"/room/(\w{6})\n", done.stdout)[1]
    assert open_store().room(code).title == "Tuesday morning"


def test_it_debates_the_cases_that_are_named(served):
    from advisor.content.load import load

    done = run("--case", "honeycomb_query_assistant", "--case", "lima_alignment")
    code = re.search(r"/room/(\w{6})\n", done.stdout)[1]
    room = open_store().room(code)
    assert room.cases == ("honeycomb_query_assistant", "lima_alignment")
    assert room.steps == steps_of(plan_of(40, load()), room.cases)


def test_it_does_what_is_named_and_one_case_may_be_told(served):
    done = run("--mode", "quiz", "--describe", "Parcels go wrong.")
    assert done.exit_code == 0, done.output
    room = open_store().room(re.search(r"/room/(\w{6})\n", done.stdout)[1])
    assert {step.kind for step in room.steps} == {"lobby", "story", "ask", "agreed", "quiz", "end"}
    assert (room.story_name, room.story) == ("Our case", "Parcels go wrong.")
    for wrong, said in (
        (("--mode", "quizz"), "quiz"),
        (("--together", "lima_alignment", "--describe", "x"), "leave out one of them"),
        (("--together", "nothing"), "no published case"),
    ):
        refused = run(*wrong)
        assert refused.exit_code == 2
        assert said in " ".join(refused.output.split())


def test_it_prints_a_workshop_and_opens_none(served, tmp_path):
    out = tmp_path / "pack.pdf"
    done = run("--print", str(out), "--plan", "10", "--case", "lima_alignment", "--title", "Tuesday", "--lang", "nl")
    assert done.exit_code == 0, done.output
    assert str(out) in done.stdout.replace("\n", "")
    assert "Tuesday" in page_texts(out.read_bytes())[0]
    assert not served


def test_a_pack_that_cannot_be_written_is_refused(served, tmp_path):
    for name, said in (("pack.txt", ".pdf"), ("no/folder/pack.pdf", "cannot be written")):
        done = run("--print", str(tmp_path / name), "--plan", "10")
        assert done.exit_code == 2
        assert said in " ".join(done.stderr.split())


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--plan", "25"], ["--plan", "40"]),
        (["--plan", "x"], ["--plan"]),
        (["--case", "nothing"], ["--case", "nothing"]),
        (["--case", "clinical_summaries"], ["--case"]),  # its figures were not checked against the source
        (["--lang", "fr"], ["--lang"]),
    ],
)
def test_it_refuses_by_name_and_opens_nothing(served, arguments, named):
    done = run(*arguments)
    assert done.exit_code == 2
    assert all(name in done.stderr for name in named)
    assert not served


def test_without_a_network_it_says_so(served, monkeypatch):
    monkeypatch.setattr(workshop, "own_address", lambda: "127.0.0.1")
    assert "phones cannot reach it" in " ".join(run().stdout.split())


def test_a_database_that_is_away_is_said(served, monkeypatch):
    monkeypatch.setenv(location.DATABASE, "postgresql://me:secret@/rooms?host=/nowhere")
    done = run()
    assert done.exit_code == 2
    assert location.DATABASE in done.stderr
    assert "secret" not in done.output


def test_the_own_address_is_asked_of_the_system_and_nothing_is_sent(monkeypatch):
    asked = []

    class Probe(socket.socket):
        def connect(self, address):
            asked.append((self.type, address))

        def getsockname(self):
            return ("192.168.7.20", 1)

    monkeypatch.setattr(socket, "socket", Probe)
    assert workshop.own_address() == "192.168.7.20"
    assert asked == [(socket.SOCK_DGRAM, workshop.ELSEWHERE)]

    def cut(self, address):
        raise OSError("no network")

    monkeypatch.setattr(Probe, "connect", cut)
    assert workshop.own_address() == "127.0.0.1"
