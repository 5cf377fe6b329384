"""What a client may not say, whatever it says it in."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekc_console.wire import codec, messages, way_in

LATEST = 1e11
"""In the year 5138, so that the sum of two is still a date."""
LARGEST = 2**63 - 1
"""SQLite's."""


def request(body: str) -> str:
    return f'{{"type": "Request", "id": "1", "body": {body}}}'


def closing(until: str) -> str:
    return request(f'{{"type": "CloseQueue", "queue": "q", "until": {until}}}')


def test_the_names_are_those_of_the_wire() -> None:
    told = codec.decode_client(closing("1790000000.5"))
    assert isinstance(told, messages.Request)
    assert told.body == way_in.CloseQueue(queue="q", until=1_790_000_000.5)


@given(
    st.floats(LATEST, exclude_min=True)
    | st.floats(max_value=-LATEST, exclude_max=True)
    | st.just(float("nan"))
)
def test_a_time_that_is_none_is_refused(number: float) -> None:
    with pytest.raises(codec.BadMessage):
        codec.decode_client(closing(repr(number).replace("inf", "Infinity").replace("nan", "NaN")))


@given(st.floats(-LATEST, LATEST))
def test_any_other_time_is_taken_as_it_is(number: float) -> None:
    told = codec.decode_client(closing(repr(number)))
    assert isinstance(told, messages.Request)
    assert isinstance(told.body, way_in.CloseQueue)
    assert told.body.until == number


@given(st.integers(LARGEST + 1) | st.integers(max_value=-LARGEST - 1))
def test_a_number_that_no_store_holds_is_refused(number: int) -> None:
    with pytest.raises(codec.BadMessage):
        codec.decode_client(request(f'{{"type": "FindContacts", "text": "", "limit": {number}}}'))


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@given(
    before=ANYTHING,
    path=st.lists(st.text(max_size=5) | st.none(), max_size=5),
    number=st.sampled_from([1e308, -1e308, LATEST * 2, 2**63]),
)
def test_wherever_it_lies_in_a_form(before: object, path: list[str | None], number: float) -> None:
    """The answers of a questionnaire are of no declared type."""
    hidden: object = number
    for key in path:
        hidden = [before, hidden] if key is None else {"before": before, key: hidden}
    body = msgspec.json.encode({"type": "SaveCard", "card": "c", "revision": 1, "disposition": "d",
                                "session": {"fields": hidden}}).decode()  # fmt: skip
    with pytest.raises(codec.BadMessage, match="session"):
        codec.decode_client(request(body))


def test_what_is_refused_is_named() -> None:
    with pytest.raises(codec.BadMessage, match=r"\$\.body\.until"):
        codec.decode_client(closing("1e308"))
