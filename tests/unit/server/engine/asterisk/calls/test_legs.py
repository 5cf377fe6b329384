from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekc_console.domain.terms.dial_ends import DialEnd
from ekc_console.server.engine.asterisk.calls.legs import Leg, LegTable, Playing, number_of
from ekc_console.server.engine.asterisk.control.ari import Channel, Dialplan, Event, Party, Playback
from ekc_console.server.engine.protocol import (
    CallerArrived,
    EngineEvent,
    KeyPressed,
    LegAnswered,
    LegEnded,
    LegRinging,
    LegSpeaks,
    OperatorArrived,
    PlaybackEnded,
)


class Table:
    def __init__(self) -> None:
        self.events: list[EngineEvent] = []
        self.next: list[Leg] = []
        self.left: list[str] = []
        self.legs = LegTable(self.events.append, self.next.append, self, self.left.append)
        self.end: tuple[DialEnd, str] | None = ("busy", "")
        self.asked: list[tuple[str, int, int]] = []
        self.spoke_of: list[str] = []

    def take(self, kind: str, leg: str = "", **fields: object) -> None:
        channel = Channel(leg, f"PJSIP/{leg}", str(fields.pop("state", "Ring")), Party("", "7900"))
        self.legs.take(Event(kind, channel, **fields))  # type: ignore[arg-type]

    def ended(self, leg: Leg, cause: int, sip: int) -> tuple[DialEnd, str] | None:
        self.asked.append((leg.id, cause, sip))
        return self.end

    def spoke(self, leg: Leg) -> None:
        self.spoke_of.append(leg.id)

    def picked_up(self, leg: Leg) -> None:
        self.asked.append((leg.id, 0, 200))

    def playback_over(self, playing: str, state: str = "done") -> None:
        self.legs.take(Event("PlaybackFinished", playback=Playback(playing, state)))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("79001112233", "79001112233"),
        ("+7 900 111-22-33", "+79001112233"),
        ("8(900)1112233", "89001112233"),
        ("anonymous", None),
        ("Anonymous123", None),
        ("unavailable", None),
        ("", None),
        ("***", None),
    ],
)
def test_numbers(text: str, number: str | None) -> None:
    assert number_of(text) == number


@given(st.text(max_size=30))
def test_a_number_is_digits_or_nothing(text: str) -> None:
    number = number_of(text)
    assert number is None or number.removeprefix("+").isascii()
    assert number is None or number.removeprefix("+").isdigit()


def test_a_caller_and_an_operator_arrive() -> None:
    table = Table()
    table.take("StasisStart", "a", args=["in", "122"])
    table.take("StasisStart", "b", args=["standing", "op-anna"])
    table.take("StasisStart", "c", args=["in", "122", "1790000000.125"], state="Up")
    table.take("StasisStart", "d", args=["snoop"])
    table.take("StasisStart", "e")
    assert table.events == [
        CallerArrived("a", "7900", "122"),
        OperatorArrived("b", "op-anna"),
        CallerArrived("c", "7900", "122", answered=True, since=1790000000.125),
    ]


def test_the_trunk_of_a_call_is_that_of_its_channel() -> None:
    assert Leg("a", "caller", "PJSIP/trunk-town-2-0000001f").trunk == "town-2"
    assert Leg("a", "caller", "PJSIP/their-own-0000001f").trunk == "their-own"
    assert Leg("a", "caller", "Local/122@ekc-in-00000001;2").trunk == ""


@pytest.mark.parametrize("ends", [("StasisEnd", "ChannelDestroyed"), ("ChannelDestroyed",)])
def test_a_leg_ends_once(ends: tuple[str, ...]) -> None:
    table = Table()
    table.take("StasisStart", "a", args=["in", "122"])
    for kind in ends:
        table.take(kind, "a", cause=17)
    assert table.events[1:] == [LegEnded("a", "normal")]


def test_a_call_out_ends_when_its_channel_is_destroyed_and_not_before() -> None:
    table = Table()
    table.legs.add_outgoing("o", "7900")
    table.take("StasisStart", "o", args=["out", "7900"], state="Down")
    table.take("ChannelStateChange", "o", state="Ringing")
    table.take("ChannelStateChange", "o", state="Ringing")
    table.take("StasisEnd", "o", state="Ringing")
    assert table.events == [LegRinging("o")]
    table.take("ChannelDestroyed", "o", cause=17, tech_cause=486)
    assert table.asked == [("o", 17, 486)]
    assert table.events == [LegRinging("o"), LegEnded("o", "busy")]


def test_a_call_out_goes_on_by_another_channel() -> None:
    table = Table()
    table.legs.add_outgoing("o", "7900")
    table.end = None
    table.take("ChannelDestroyed", "o", cause=34, tech_cause=503)
    assert table.events == []
    assert table.legs.get("o") is not None


def test_what_the_network_says_before_the_answer_is_noticed_once() -> None:
    table = Table()
    leg = table.legs.add_outgoing("o", "7900")
    for _ in range(2):
        peer = Channel("o", "PJSIP/o", "Down")
        table.legs.take(Event("Dial", peer=peer, dialstatus="PROGRESS"))
    table.legs.take(Event("Dial", peer=Channel("x"), dialstatus="PROGRESS"))
    assert table.spoke_of == ["o"]
    table.legs.speaks(leg)
    assert table.events == [LegSpeaks("o")]
    table.take("ChannelStateChange", "o", state="Up")
    table.legs.speaks(leg)
    assert table.events == [LegSpeaks("o"), LegAnswered("o")]


def test_a_call_out_that_nobody_knows_is_told_when_it_is_picked_up() -> None:
    """The order for it was not answered: while it rings, whoever gave the order looks for it."""
    table = Table()
    plan = Dialplan(app_name="Stasis", app_data="ekc,out,7900")
    table.take("StasisStart", "o", args=["out", "7900"], state="Down")
    assert table.legs.get("o") is None
    up = Channel("o", "PJSIP/o", "Up", Party("", "7900"), plan)
    table.legs.take(Event("ChannelStateChange", up))
    assert table.events == [LegAnswered("o")]


@pytest.mark.parametrize(
    ("state", "ending", "end"),
    [("Down", False, "no_way"), ("Ringing", False, "no_answer"), ("Ringing", True, "normal")],
)
def test_a_call_out_that_ended_unseen(state: str, ending: bool, end: DialEnd) -> None:
    table = Table()
    leg = table.legs.add_outgoing("o", "7900")
    table.take("ChannelStateChange", "o", state=state)
    leg.ending = ending
    table.legs.catch_up([], [], [])
    assert table.events[-1] == LegEnded("o", end)


def test_a_call_out_is_answered_once_and_then_ends_normally() -> None:
    table = Table()
    table.legs.add_outgoing("o", "7900")
    table.take("StasisStart", "o", args=["out", "7900"], state="Up")
    table.take("StasisStart", "o", args=["out", "7900"], state="Up")
    table.take("StasisEnd", "o")
    table.take("ChannelDestroyed", "o", cause=17)
    assert table.events == [LegAnswered("o"), LegEnded("o", "normal")]


def test_keys_of_known_legs_only() -> None:
    table = Table()
    table.take("StasisStart", "a", args=["in", "122"])
    table.take("ChannelDtmfReceived", "a", digit="5")
    table.take("ChannelDtmfReceived", "z", digit="6")
    assert table.events[1:] == [KeyPressed("a", "5")]


def playing_leg(table: Table) -> Leg:
    table.take("StasisStart", "a", args=["in", "122"], state="Up")
    leg = table.legs.get("a")
    assert leg is not None
    for name in ("p1", "p2"):
        table.legs.add_playback(leg, Playing(name, ()))
    table.events.clear()
    return leg


@pytest.mark.parametrize(("state", "finished"), [("done", True), ("failed", False)])
def test_a_playback_is_over_once(state: str, finished: bool) -> None:
    table = Table()
    leg = playing_leg(table)
    table.playback_over("p1", state)
    table.playback_over("p1", state)
    assert table.events == [PlaybackEnded("a", "p1", finished)]
    assert table.next == [leg]
    assert [one.id for one in leg.playing] == ["p2"]


def test_a_cut_playback_is_not_finished_and_calls_nobody() -> None:
    table = Table()
    playing_leg(table).playing[0].cut = True
    table.playback_over("p1")
    assert table.events == [PlaybackEnded("a", "p1", False)]
    assert table.next == []


def test_playbacks_end_before_their_leg() -> None:
    table = Table()
    playing_leg(table)
    table.take("StasisEnd", "a")
    table.playback_over("p1")
    assert table.events == [
        PlaybackEnded("a", "p1", False),
        PlaybackEnded("a", "p2", False),
        LegEnded("a", "normal"),
    ]


def stasis(leg: str, arguments: str, state: str = "Up") -> Channel:
    return Channel(leg, f"PJSIP/{leg}", state, Party("", "7900"), Dialplan("", "Stasis", arguments))


def test_live_channels_are_adopted() -> None:
    table = Table()
    ringing = Channel("o", "PJSIP/o", "Ringing", channelvars={"EKC_DIALLED": "7901"})
    assert table.legs.adopt(stasis("a", "ekc,in,122"), "b1") is not None
    assert table.legs.adopt(stasis("s", "ekc,standing,op-anna"), None) is not None
    assert table.legs.adopt(ringing, None) is not None
    assert table.legs.adopt(stasis("x", "other,in,122"), None) is None
    assert table.legs.adopt(Channel("y"), None) is None
    infos = [leg.info() for leg in table.legs.all()]
    assert [(one.leg, one.kind, one.bridge, one.answered) for one in infos] == [
        ("a", "caller", "b1", True),
        ("s", "operator", None, True),
        ("o", "outgoing", None, False),
    ]
    assert table.events == []


def test_catching_up_reports_what_was_missed() -> None:
    table = Table()
    playing_leg(table)
    table.take("StasisStart", "gone", args=["in", "122"])
    table.legs.add_outgoing("o", "7900")
    table.events.clear()
    channels = [stasis("a", "ekc,in,122"), stasis("o", "ekc,out,7900"), stasis("n", "ekc,in,122")]
    table.legs.catch_up(channels, [], ["p1"])
    assert table.events == [
        LegEnded("gone", "normal"),
        PlaybackEnded("a", "p1", True),
        LegAnswered("o"),
        CallerArrived("n", "7900", "122", answered=True),
    ]
