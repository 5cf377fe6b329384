"""Callbacks among the callers: when one is due, how it takes its place, and how it leaves it.

A callback that is due stands in its queue as a *virtual call*: a record without a line that goes
through the same indexes as the callers. The agent who accepts it dials. Its time is the person's
own if the place was kept, else the moment at which it became due; so callbacks and callers age
alike. Whoever waits on the line has a turn beside them all the same (``rules.turns``).

A number that the machine may not dial (``terms.dialling``) never comes in: it stands in the list
until a person decides. No number is called while it has a line with us.

At most ``callback_limit`` callbacks of a queue are offered, dialled and talked at once. Without
that limit callbacks, which never give up, would in a rush take every agent, and who calls meanwhile
would give up and become the next callback; so the others are always left to the callers. Kept
places are not held back by it, nor are those for whom an emergency service was called: they come
before all.

Where calls out find no way, no callback is offered for a while: the first one that finds none takes
the others out of their queues, and after a pause that grows to a minute they try again. None of
these dials is an attempt. One call of any kind that the network takes ends the waiting at once.

A refusal that may be the number's own (402, 403) says that there is no way out only after one of
another number, or when no other can be tried. Who found no way lets the others try first. A number
that is refused, and again after another call got out, is refused for its own sake: that is an
attempt, and it says nothing of the way out any more.

Any other refusal (503, silence) may be congestion, which hits one call and not the next. A number
that finds no way again after another call got out says nothing of the way out; it is tried less
often, and the fifth time in a row, with another call through before each, is an attempt.
"""

from __future__ import annotations

from ekc_console.domain.effects import WayOut
from ekc_console.domain.rules import offers
from ekc_console.domain.state import call as cl
from ekc_console.domain.state import callback as cb
from ekc_console.domain.state.call import Call
from ekc_console.domain.state.callback import Callback
from ekc_console.domain.state.centre import Centre
from ekc_console.domain.state.deadlines import Deadline, Due
from ekc_console.domain.state.limits import NoWay
from ekc_console.domain.terms import hours
from ekc_console.domain.terms.dial_ends import THE_WAY_WORKS, dial_end, may_be_the_number
from ekc_console.domain.terms.ids import CallbackId, CallId
from ekc_console.domain.terms.records import replace

PAUSES_S = (5.0, 10.0, 20.0, 40.0, 60.0)
"""Between dials that find no way out; the last one for ever."""
HEAD_START_S = 20.0
"""The others' who can be tried, before one who found no way."""
ALONE = 5
"""Dials of one number that found no way, each after another number's call got out, are its own
fault: congestion would have let one of them through."""

_ITS_OWN = ("own", "again")


def state_from(c: Centre, callback: Callback, at: float) -> cb.Open | cb.Due:
    """The state of a callback that is wanted from ``at`` on."""
    if not c.distributes(callback):
        return cb.Open(at)
    at = max(at, c.now)
    if not callback.at_any_hour:
        at = hours.calling_from(at, c.settings)
    return cb.Due(at) if at <= c.now else cb.Open(at)


def due(c: Centre, callback: Callback) -> None:
    """``Open.not_before`` has come."""
    c.put_callback(replace(callback, state=state_from(c, callback, c.now)), "callback due")


# -- into the queue ----------------------------------------------------------


def admit(c: Centre) -> None:
    """Bring in, and take out, what this event allows and forbids."""
    work = c.reach
    numbers, work.numbers = work.numbers, {}
    for number in numbers:
        owed = c.owed.get(number)
        if owed is not None:
            _line_changed(c, c.callbacks[owed])
    queues, work.hopeful = work.hopeful, {}
    if _waits_for_way(c):
        return
    for queue in queues:
        settings = c.queues.get(queue)
        if settings is None:
            continue
        while (first := work.first_due(queue, True)) is not None:
            _put_in(c, c.callbacks[first])
        while (first := work.first_due(queue, False)) is not None:
            if work.active[queue] + work.talks[queue] >= settings.callback_limit:
                break
            _put_in(c, c.callbacks[first])
    work.hopeful = {}


def _line_changed(c: Centre, callback: Callback) -> None:
    """Its number got a line, or has none any more."""
    if isinstance(callback.state, cb.Queued):
        if c.reach.lines_of(callback.number):
            withdraw(c, callback)
    elif isinstance(callback.state, cb.Due):
        c.index_callback(callback)


def _put_in(c: Centre, callback: Callback) -> None:
    state = callback.state
    assert isinstance(state, cb.Due)
    c.arrivals += 1
    call = Call(
        id=CallId(f"{callback.id}-{c.arrivals}"),
        direction="out",
        number=callback.number,
        called=callback.number,
        seq=c.arrivals,
        arrived_at=c.now,
        state=cl.Waiting(c.now),
        topic=callback.topic,
        queue=c.queue_of(callback),
        skills=callback.skills,
        priority=callback.priority,
        assigned=callback.assigned,
        queued_at=callback.place_since(state.since),
        entered_at=c.now,
        callback=callback.id,
        virtual=True,
        interrupted=callback.urgent,
    )
    c.put_callback(replace(callback, state=cb.Queued(call.id, state.since)), "callback queued")
    c.put_call(call, "callback queued")


# -- the way out -------------------------------------------------------------


def pause_s(failed: int) -> float:
    """After so many dials in a row that found no way."""
    return PAUSES_S[min(failed, len(PAUSES_S)) - 1]


def own_pause_s(c: Centre, callback: Callback) -> float:
    """Of a callback whose dial found no way, and was no attempt. An urgent one lets nobody first,
    and is not made to wait for what is known of its number."""
    if callback.urgent:
        return pause_s(callback.no_way)
    if callback.refusal == "again":
        return max(PAUSES_S[-1], *c.settings.callback_retries_s)
    if callback.alone:
        return max(PAUSES_S[-1], *c.settings.callback_retries_s[:1])
    head_start = HEAD_START_S if c.refusals.another_ready(callback.id, c.now) else 0.0
    return pause_s(callback.no_way) + head_start


def is_its_own(callback: Callback, cause: str) -> bool:
    """Whether a dial that ended so is an attempt though it found no way: another got out since the
    number was last refused."""
    if may_be_the_number(cause):
        return callback.refusal == "own"
    return callback.passed_by and callback.alone + 1 >= ALONE


def refused(callback: Callback, cause: str) -> Callback:
    """After a dial that found no way and is no attempt."""
    alone = callback.passed_by and not may_be_the_number(cause)
    return replace(
        callback,
        no_way=callback.no_way + 1,
        refusal=refusal_after(callback, cause),
        alone=callback.alone + alone,
        passed_by=False,
    )


def refusal_after(callback: Callback, cause: str) -> cb.Refusal:
    """``Callback.refusal`` after a dial that found no way."""
    if not may_be_the_number(cause):
        return callback.refusal
    return "again" if callback.refusal in _ITS_OWN else "refused"


def _waits_for_way(c: Centre) -> bool:
    return c.no_way is not None and c.no_way.again_at is not None


def way_told(c: Centre, cause: str, callback: CallbackId | None = None) -> None:
    """A call out that nobody took ended (``CallEnded.cause``); ``callback``: its own."""
    end = dial_end(cause)
    if end == "no_way":
        own = c.callbacks.get(callback) if callback else None
        if _shows_an_outage(c, own, may_be_the_number(cause)):
            _way_lost(c)
    elif end in THE_WAY_WORKS:
        way_found(c)


def _shows_an_outage(c: Centre, refused: Callback | None, may_be_its_own: bool) -> bool:
    """Whether a refusal says that the trunks carry no call."""
    if not may_be_its_own:
        return refused is None or not refused.passed_by
    if refused is not None and refused.refusal in _ITS_OWN:
        return False
    but = refused.id if refused else None
    return c.refusals.another_refused(but) or not c.refusals.another_ready(but, c.now)


def _way_lost(c: Centre) -> None:
    if _waits_for_way(c):
        return  # begun before that was known
    before = c.no_way
    failed = before.failed + 1 if before else 1
    again_at = c.now + pause_s(failed)
    c.no_way = NoWay(before.since if before else c.now, again_at, failed)
    c.deadlines.add(Deadline(again_at, Due.WAY_OUT, ""))
    for queued in list(c.refusals.queued):
        withdraw(c, c.callbacks[queued])
    if before is None:
        c.emit(WayOut(open=False))


def way_found(c: Centre) -> None:
    """A call out was taken by the network. What is being dialled is judged by its own end."""
    for unjudged in list(c.refusals.unjudged):
        callback = c.callbacks[unjudged]
        if not isinstance(callback.state, cb.Dialing):
            refusal: cb.Refusal = "own" if callback.refusal else ""
            c.put_callback(replace(callback, refusal=refusal, passed_by=True), "way found")
    if c.no_way is not None:
        c.no_way = None
        c.reach.hopeful = dict.fromkeys(c.reach.due_queues())
        c.emit(WayOut(open=True))


def try_again(c: Centre) -> None:
    """The pause is over."""
    assert c.no_way is not None
    c.no_way = replace(c.no_way, again_at=None)
    c.reach.hopeful = dict.fromkeys(c.reach.due_queues())


# -- out of it ---------------------------------------------------------------


def withdraw(c: Centre, callback: Callback) -> Callback:
    """Take a queued callback out of its queue; it keeps the moment since when it is due."""
    state = callback.state
    assert isinstance(state, cb.Queued)
    call = offers.withdraw_all(c, c.calls[state.call])
    ended = cl.Ended("system", "withdrawn")
    c.put_call(
        replace(call, state=ended, ended_at=c.now, outcome="cancelled", resting=()),
        "callback withdrawn",
    )
    again: cb.Open | cb.Due = cb.Due(state.since)
    if not callback.at_any_hour:
        opening = hours.calling_from(c.now, c.settings)
        again = again if opening <= c.now else cb.Open(opening)
    callback = replace(callback, state=again)
    c.put_callback(callback, "callback withdrawn")
    return callback


def take_out_undiallable(c: Centre) -> None:
    """New settings are in force: what may not be dialled without a person's decision any more is
    offered to nobody."""
    for queued in list(c.refusals.queued):
        callback = c.callbacks[queued]
        if not c.dials_by_itself(callback):
            withdraw(c, callback)


def out_of_queue(c: Centre, callback: CallbackId) -> Callback:
    """The callback, taken out of its queue if it stands in one."""
    found = c.callback(callback)
    return withdraw(c, found) if isinstance(found.state, cb.Queued) else found
