"""A session that ends while a caller is in hand leaves the operator what that caller needs, on the
same connection, and nothing besides."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ekc_console.domain.facts import AgentForced
from ekc_console.domain.state.agent import Offered, Offline
from ekc_console.domain.terms.ids import AgentId
from ekc_console.domain.terms.rights import ROLES
from ekc_console.server.commands.rights import ROWS, require_role
from ekc_console.server.http import last_calls
from ekc_console.server.people import session_watch, shift_watch
from ekc_console.server.people.auth import AuthError
from ekc_console.server.refusal import Refusal
from ekc_console.server.store.people import accounts, sessions
from ekc_console.wire import call_control, messages, side_work, supervision
from ekc_console.wire.admin import account_work
from ekc_console.wire.words import words
from tests.support.cards import OTHER_NUMBER, card_in_hand, visit_ordered
from tests.support.simulated_centre import Centre, Operator, run
from tests.unit.server.test_api import Console, MakeConsole, add, centre, console
from tests.unit.server.test_changed_rights import change

__all__ = ["centre", "console"]

ANNA = AgentId("anna")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_watch, "LOOK_S", 0.02)
    monkeypatch.setattr(last_calls, "LOOK_S", 0.02)
    monkeypatch.setattr(shift_watch, "LOOK_S", 0.02)


async def closes(centre: Centre) -> None:
    await change(centre, "anna", disabled=True)


async def ends(centre: Centre) -> None:
    """As a changed password does."""
    await centre.server.database.write(lambda conn: sessions.end(conn, "anna"))


BEGUN = {closes: "session.last_call_closed", ends: "session.last_call_ended"}
OVER = {closes: "session.closed", ends: "session.ended_after_call"}


TOLD = {closes: "account.closed_after_call", ends: "account.ended_after_call"}


class Talk:
    """Anna talks, by a real connection."""

    def __init__(self, centre: Centre, anna: Console, caller: str) -> None:
        self.centre, self.anna, self.caller = centre, anna, caller
        self._asked = 0

    @classmethod
    async def begins(cls, centre: Centre, anna: Console) -> Talk:
        anna.token = await anna.log_in()
        await anna.join(anna.token)
        line = Operator(centre, "anna", "operator", ())
        await line.open_line()
        await line.done(messages.GoReady())
        caller = await centre.in_queue()
        await line.takes()
        return cls(centre, anna, caller)

    async def told(self, level: str, key: str) -> messages.Me:
        """The word, and the snapshot that comes before it."""
        me: messages.Me | None = None
        async with asyncio.timeout(5):
            while True:
                heard = await self.anna.hear()
                if isinstance(heard, messages.Snapshot):
                    kinds = {type(one).__name__ for one in heard.entities}
                    me = next(e for e in heard.entities if isinstance(e, messages.Me))
                    others = kinds - {"Me", "MyCall", "EngineState"}
                    assert not (me.last_call and others), "nothing of others"
                if isinstance(heard, messages.Notice) and heard.words == words(key):
                    assert heard.level == level
                    assert me
                    return me

    async def ask(self, body: messages.Command) -> messages.Reply:
        self._asked += 1
        return await self.anna.ask(body, str(self._asked))

    async def done(self, body: messages.Command) -> Any:
        reply = await self.ask(body)
        assert reply.ok, (body, reply.words)
        return reply.result

    @property
    def agent(self) -> Any:
        return self.centre.server.core.router.agents[ANNA]

    async def card_saved(self) -> None:
        saver = Operator(self.centre, "anna", "operator", ())
        saver.person, saver.login = replace(saver.person, last_call="ended"), "saver"
        await saver.save_card()

    async def card(self) -> messages.Card:
        extras = self.centre.server.core.extras.calls
        await self.centre.until(lambda: bool(extras[self.caller].card), "card")
        card: messages.Card = await self.done(messages.OpenCard(card=extras[self.caller].card))
        return card


@pytest.mark.parametrize("end", [closes, ends])
async def test_the_talk_goes_on_to_its_end_with_its_keys_and_its_card(
    centre: Centre, console: MakeConsole, monkeypatch: pytest.MonkeyPatch, end: Any
) -> None:
    """Its end is seen before the command that ends it is answered; the reply comes all the same."""
    monkeypatch.setattr(last_calls, "LOOK_S", 0.0005)
    await add(centre, "chief", role="admin", queues=())
    chief = console()
    await chief.join(await chief.log_in("chief"))
    talk = await Talk.begins(centre, console())
    await end(centre)
    me = await talk.told("warning", BEGUN[end])
    listed = await chief.ask(account_work.ListAccounts(), "list")
    assert isinstance(listed.result, account_work.AccountList)
    assert [one.login for one in listed.result.accounts if one.in_call] == ["anna"]
    assert me.last_call
    assert me.state == "talking"
    assert talk.agent.present, "the console is there: no supervisor reads that it is gone"
    assert talk.agent.pending_logout, "nothing else is offered"
    call = talk.caller
    await talk.done(messages.HoldCall(call=call))
    await talk.done(messages.ResumeCall(call=call))
    assert (await talk.done(messages.GetTargets())).queues
    centre.engine.outside_party("103", "ring")
    await talk.done(call_control.CallEmergency(call=call))
    await talk.done(messages.CancelConsult(call=call))
    card = await talk.card()
    await talk.done(messages.GetScenario(scenario=card.scenario, version=card.version))
    await talk.done(messages.SaveDraft(card=card.id, revision=1, session=card.session, note="так"))
    await centre.in_queue("79005554433")
    await talk.done(messages.HangUpCall(call=call))
    await centre.until(lambda: type(talk.agent.state).__name__ == "WrapUp", "wrap-up")
    await talk.card_saved()
    await talk.done(messages.FinishWrapUp())
    bye = await talk.anna.goodbye()
    assert (bye.code, bye.words, bye.reconnect) == ("session_expired", words(OVER[end]), False)
    assert isinstance(talk.agent.state, Offline)
    told = await chief.expect(messages.Notice)
    assert (told.level, told.words) == ("info", words(TOLD[end], name="anna"))
    with pytest.raises(AssertionError, match="session_expired"):
        await console().join(talk.anna.token)


async def test_nothing_else_can_be_done_by_a_last_call(
    centre: Centre, console: MakeConsole
) -> None:
    await add(centre, "olga")
    talk = await Talk.begins(centre, console())
    own = await talk.card()
    await closes(centre)
    await talk.told("warning", "session.last_call_closed")
    refused = [
        messages.FindContacts(text="Иванова"),
        messages.GoBreak(reason="lunch"),
        messages.Dial(number="79001112244"),
        supervision.PickCall(call="c9"),
        side_work.ListMessages(),
        supervision.GetQueues(),
        account_work.ListAccounts(),
    ]
    for body in refused:
        reply = await talk.ask(body)
        assert (reply.code, reply.words) == ("not_allowed", words("right.last_call")), body
    assert (await talk.done(messages.OpenCard(card=own.id))).id == own.id
    for token in ("command", "calls"):  # nor by the other doors
        url = f"{centre.server.url}/api/{'command' if token == 'command' else 'v1/calls'}"
        headers = {"Authorization": f"Bearer {talk.anna.token}"}
        sends = talk.anna.http.post if token == "command" else talk.anna.http.get
        async with sends(url, headers=headers) as answer:
            assert answer.status == 401
    with pytest.raises(AuthError):
        await centre.server.people.auth.log_in("anna", "no", "127.0.0.1", 0.0)


LEFT = {
    "AcceptOffer", "RejectOffer",
    "AddPerson", "AskHelp", "CallEmergency", "CancelConsult", "CancelHelp", "CompleteConsult",
    "FinishWrapUp", "GetDirectory", "GetScenario", "GetTargets", "GetVoice", "GoReady",
    "HangUpCall", "HoldCall", "LogOut", "OpenCard", "OpenLine", "ReadMessage", "ResumeCall",
    "SaveCard", "SaveDraft", "SearchKnowledge", "SendKeys", "StartConsult", "SwitchConsult",
    "TransferCall",
}  # fmt: skip


def test_of_all_commands_these_are_left_whatever_the_role(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        await centre.in_queue()
        await anna.takes()
        router = centre.server.core.router

        def is_left(kind: type, role: messages.Role) -> bool:
            last = replace(anna.person, role=role, last_call="closed")
            needed = [one.name for one in msgspec.structs.fields(kind) if one.required]
            try:
                require_role(router, last, kind(**dict.fromkeys(needed)))
            except Refusal:
                return False
            return True

        for role in ROLES:
            assert {kind.__name__ for kind in ROWS if is_left(kind, role)} == LEFT

    run(tmp_path, story)


def test_no_card_but_the_one_in_hand_is_read_nor_named(tmp_path: Path) -> None:
    """Neither the own one of the day, nor what was filled about the same caller before."""

    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        own = (await visit_ordered(centre, anna)).id
        await anna.done(messages.GoReady())
        await centre.in_queue(OTHER_NUMBER)
        await anna.takes()
        in_hand = await card_in_hand(centre, anna)
        assert (await anna.done(messages.OpenCard(card=own))).id == own
        anna.person = replace(anna.person, last_call="closed")
        refusal = await anna.refused(messages.OpenCard(card=own))
        assert refusal.code == "not_allowed"
        draft = messages.SaveDraft(card=own, revision=9, session=in_hand.session, note="")
        assert (await anna.refused(draft)).code in ("not_allowed", "wrong_state")
        assert anna.call
        assert anna.call.history == ()
        assert (await anna.done(messages.OpenCard(card=in_hand.id))).id == in_hand.id

    run(tmp_path, story)


async def test_a_console_that_is_cut_off_comes_back_to_its_last_call(
    centre: Centre, console: MakeConsole
) -> None:
    talk = await Talk.begins(centre, console())
    await closes(centre)
    await talk.told("warning", "session.last_call_closed")
    await talk.anna.ws.close()
    await centre.until(lambda: not talk.agent.present, "cut off")
    again = Talk(centre, console(), talk.caller)
    await again.anna.join(talk.anna.token)
    await again.told("warning", "session.last_call_closed")
    assert talk.agent.present
    await again.done(messages.HoldCall(call=talk.caller))
    centre.engine.caller_hangs_up(talk.caller)
    await centre.until(lambda: type(talk.agent.state).__name__ == "WrapUp", "wrap-up")


async def wrap_up_runs_out(talk: Talk) -> None:
    """As the queue's time for it ends."""
    await talk.done(messages.HangUpCall(call=talk.caller))
    await talk.centre.until(lambda: type(talk.agent.state).__name__ == "WrapUp", "wrap-up")
    talk.centre.server.core.runtime.submit(AgentForced(ANNA, "offline", "system", finish=False))
    await talk.centre.until(lambda: isinstance(talk.agent.state, Offline), "over")


async def test_the_card_is_waited_for_longer_than_the_queue_gives_for_it(
    centre: Centre, console: MakeConsole
) -> None:
    talk = await Talk.begins(centre, console())
    card = await talk.card()
    await closes(centre)
    await talk.told("warning", "session.last_call_closed")
    await wrap_up_runs_out(talk)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(5 * last_calls.LOOK_S):
            await talk.anna.goodbye()
    await talk.done(messages.SaveDraft(card=card.id, revision=1, session=card.session, note="так"))
    assert (await talk.done(messages.OpenCard(card=card.id))).note == "так"
    text = await talk.done(messages.GetScenario(scenario=card.scenario, version=card.version))
    needed = text.document.get("needs", {}).values()
    filled = dict.fromkeys({"address", *needed} & set(text.document["fields"]), "Садовая, 5")
    await talk.done(
        messages.SaveCard(
            card=card.id,
            revision=2,
            session={**card.session, "fields": {**card.session["fields"], **filled}},
            disposition=next(iter(text.document["dispositions"])),
        )
    )
    assert (await talk.anna.goodbye()).words == words("session.closed")


async def test_a_card_that_nobody_saves_does_not_keep_a_session_for_ever(
    centre: Centre, console: MakeConsole, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(last_calls, "WRAP_UP_S", 0.1)
    await add(centre, "boss", role="supervisor", queues=())
    boss = console()
    await boss.join(await boss.log_in("boss"))
    talk = await Talk.begins(centre, console())
    await closes(centre)
    await talk.told("warning", "session.last_call_closed")
    centre.engine.caller_hangs_up(talk.caller)
    assert (await talk.anna.goodbye()).words == words("session.closed_with_draft")
    await centre.until(lambda: isinstance(talk.agent.state, Offline), "off shift")
    async with asyncio.timeout(5):
        told = await boss.expect(messages.Notice)
    assert (told.level, told.words) == ("warning", words("account.draft_left", name="anna"))


async def reopens(centre: Centre) -> None:
    await change(centre, "anna", disabled=False)


async def test_who_is_opened_again_within_the_call_has_everything_again(
    centre: Centre, console: MakeConsole
) -> None:
    await add(centre, "chief", role="admin", queues=())
    chief = console()
    await chief.join(await chief.log_in("chief"))
    talk = await Talk.begins(centre, console())
    await chief.ask(account_work.DisableAccount(login="anna"), "1")
    await talk.told("warning", "session.last_call_closed")
    await chief.ask(account_work.EnableAccount(login="anna"), "2")
    me = await talk.told("info", "session.given_back")
    assert (me.last_call, me.state) == ("", "talking")
    assert (await chief.expect(messages.Notice)).words == words("account.given_back", name="anna")
    assert not talk.agent.pending_logout, "no supervisor reads that she goes"
    assert (await talk.ask(messages.FindContacts(text="Иванова"))).ok
    await talk.done(messages.HangUpCall(call=talk.caller))
    await centre.until(lambda: type(talk.agent.state).__name__ == "WrapUp", "wrap-up")
    await console().join(talk.anna.token)  # by the same session
    assert not talk.agent.pending_logout


async def test_closing_that_is_taken_back_before_the_look_is_taken_back(
    centre: Centre, console: MakeConsole
) -> None:
    await add(centre, "chief", role="admin", queues=())
    chief = console()
    await chief.join(await chief.log_in("chief"))
    talk = await Talk.begins(centre, console())
    for number, body in enumerate((account_work.DisableAccount, account_work.EnableAccount)):
        assert (await chief.ask(body(login="anna"), str(number))).ok
    assert (await talk.told("info", "session.given_back")).last_call == ""


async def test_who_is_opened_again_but_has_to_come_by_a_code_is_not_back(
    centre: Centre, console: MakeConsole, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(last_calls, "WRAP_UP_S", 0.1)
    talk = await Talk.begins(centre, console())
    await closes(centre)
    await talk.told("warning", "session.last_call_closed")
    await centre.server.database.write(lambda conn: accounts.give_code(conn, "anna", "", 9e9))
    await reopens(centre)
    centre.engine.caller_hangs_up(talk.caller)
    assert (await talk.anna.goodbye()).words == words("session.closed_with_draft")


async def test_who_comes_in_again_in_the_same_talk_has_everything_again(
    centre: Centre, console: MakeConsole
) -> None:
    talk = await Talk.begins(centre, console())
    await ends(centre)
    await talk.told("warning", "session.last_call_ended")
    again = console()
    await again.join(await again.log_in())
    assert (await talk.anna.goodbye()).code == "replaced"
    assert not talk.agent.pending_logout
    assert (await again.ask(messages.FindContacts(text="Иванова"), "1")).ok
    centre.engine.caller_hangs_up(talk.caller)
    await centre.until(lambda: type(talk.agent.state).__name__ == "WrapUp", "wrap-up")


async def test_a_command_is_not_lost_between_the_order_and_the_look(
    centre: Centre, console: MakeConsole, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_watch, "LOOK_S", 60.0)
    talk = await Talk.begins(centre, console())
    card = await talk.card()
    await ends(centre)
    await talk.done(messages.SaveDraft(card=card.id, revision=1, session=card.session, note="так"))
    assert (await talk.ask(messages.FindContacts(text="Иванова"))).code == "not_allowed"


async def test_a_last_call_that_103_does_not_take_comes_back_and_is_the_last_one(
    centre: Centre, console: MakeConsole
) -> None:
    talk = await Talk.begins(centre, console())
    await closes(centre)
    await talk.told("warning", "session.last_call_closed")
    centre.engine.outside_party("103", "ring")
    call = talk.caller
    await talk.done(call_control.TransferCall(call=call, kind="number", target="103"))
    await talk.card_saved()
    await talk.done(messages.GoReady())
    assert not isinstance(talk.agent.state, Offline), "the caller may come back"
    line = next(iter(centre.server.core.router.calls[call].services)).line
    centre.engine.caller_hangs_up(line)
    await centre.until(lambda: isinstance(talk.agent.state, Offered), "offered back")
    await talk.done(messages.AcceptOffer(offer=talk.agent.state.offer))
    await centre.until(lambda: type(talk.agent.state).__name__ == "Talking", "talk")
    centre.engine.caller_hangs_up(call)
    await centre.until(lambda: type(talk.agent.state).__name__ == "WrapUp", "wrap-up")
    await talk.card_saved()
    await talk.done(messages.GoReady())
    assert (await talk.anna.goodbye()).words == words("session.closed")
    await centre.until(lambda: isinstance(talk.agent.state, Offline), "off shift")
