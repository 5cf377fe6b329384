"""Simulated callers are drawn from a seed."""

from itertools import islice

import pytest

from ekc_console.demo.people.personas import Directory, personas
from ekc_console.demo.people.texts import MATTERS
from ekc_console.server.services.speech import Speaker

TOPICS = tuple(MATTERS)


def draw(count, seed=1, **options):
    return list(islice(personas(seed, TOPICS, **options), count))


def test_the_same_seed_gives_the_same_people():
    assert draw(50) == draw(50)
    assert draw(50) != draw(50, seed=2)


def test_numbers_are_distinct_and_of_the_reserved_block():
    numbers = [p.number for p in draw(200)]
    assert numbers[:2] == ["+79000000000", "+79000000001"]
    assert len(set(numbers)) == 200


@pytest.mark.parametrize("seed", range(5))
def test_one_of_ten_gives_up_in_queue_and_menu_by_turns(seed):
    people = draw(30, seed)
    assert [sorted(p.gives_up for p in people[n : n + 10])[-1] for n in (0, 10, 20)] == [
        "queue",
        "menu",
        "queue",
    ]
    assert sum(bool(p.gives_up) for p in people) == 3


def test_nobody_gives_up_when_not_wanted():
    assert not any(p.gives_up for p in draw(30, give_up=False))


def test_matter_fits_the_topic_and_voices_exist():
    people = draw(100, patience_s=60.0)
    assert {p.topic for p in people} == set(TOPICS)
    assert len({p.voice.name for p in people}) > 5
    for person in people:
        assert person.matter in MATTERS[person.topic]
        assert 30 <= person.patience_s <= 90
        Speaker(person.voice)


@pytest.mark.parametrize("topics", [(), ("appointment", "gardening")])
def test_topics_without_matters(topics):
    with pytest.raises(ValueError, match=r"topics|gardening"):
        next(personas(1, topics))


def test_who_called_is_found_by_any_way_to_write_the_number():
    directory = Directory(seed=1)
    first, *_others = islice(directory.noting(personas(1, TOPICS)), 3)
    assert [directory.at(n) for n in (first.number, "89000000000", "9000000000")] == [first] * 3


def test_a_number_that_never_called_is_somebody_and_always_the_same():
    one, again, other = (Directory(1).at(n) for n in ("+73452000001", "83452000001", "112"))
    assert (one.matter, one.voice, one.number) == (again.matter, again.voice, "+73452000001")
    assert other.matter.opening
