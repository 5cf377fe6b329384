"""``ekc agent queues | skills | restore``: what is typed becomes one order, and what it would
destroy is asked first."""

from __future__ import annotations

from typing import Any

import pytest
from click.testing import CliRunner, Result

from ekc_console.client.link.errors import Refused
from ekc_console.commands.centre import agent
from ekc_console.commands.shared import remote
from ekc_console.wire import steering

ACCESS = ["--login", "boss", "--password", "secret"]
DUTY = steering.Duty(agent="anna", queues=("main", "home=2"), skills=())


class Server:
    def __init__(self, *refusals: Refused) -> None:
        self.asked: list[Any] = []
        self.refusals = list(refusals)

    def do(self, body: Any, **_server: Any) -> Any:
        self.asked.append(body)
        if self.refusals:
            raise self.refusals.pop(0)
        return DUTY


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    server = Server()
    monkeypatch.setattr(remote, "do", server.do)
    return server


def typed(*words: str, answer: str = "") -> Result:
    return CliRunner().invoke(agent.command, [*words, *ACCESS], input=answer)


def test_queues_are_added_with_a_plus_and_taken_with_a_minus(server: Server) -> None:
    result = typed("queues", "anna", "+home=2", "-old", "+main", "--why", "наплыв")
    assert result.exit_code == 0, result.output
    assert server.asked == [
        steering.ChangeDuty(agent="anna", add=("home=2", "main"), drop=("old",), why="наплыв")
    ]
    assert result.output == "Очереди anna: main, home=2. Навыки: нет.\n"


def test_skills_and_the_way_back(server: Server) -> None:
    assert typed("skills", "anna", "+tatar=3", "-medic").exit_code == 0
    assert typed("restore", "anna").exit_code == 0
    assert server.asked == [
        steering.ChangeDuty(agent="anna", add_skills=("tatar=3",), drop_skills=("medic",)),
        steering.RestoreDuty(agent="anna"),
    ]


@pytest.mark.parametrize("words", [("queues", "anna"), ("queues", "anna", "main"), ("skills", "a")])
def test_what_has_no_sign_is_no_order(server: Server, words: tuple[str, ...]) -> None:
    assert typed(*words).exit_code == 2
    assert server.asked == []


@pytest.mark.parametrize(("answer", "sent"), [("y\n", [False, True]), ("n\n", [False])])
def test_what_leaves_callers_nobody_is_done_after_a_yes(
    server: Server, answer: str, sent: list[bool]
) -> None:
    server.refusals = [Refused("conflict", "В очереди «Осмотр» ждут вызовы (2).")]
    result = typed("queues", "anna", "-main", answer=answer)
    assert "ждут вызовы (2). Всё равно сделать?" in result.output
    assert [order.sure for order in server.asked] == sent
    assert (result.exit_code == 0) is (len(sent) == 2)
