"""``teams``: what contradicts itself in the file."""

from __future__ import annotations

import pytest

from ekc_console.config import ConfigError, centre_settings, parse

GOOD = "teams: [{id: day, title: День, leads: [nina], members: [anna], queues: [general]}]"


def test_a_team_reaches_the_settings_of_the_core() -> None:
    (team,) = centre_settings(parse(GOOD, "ekc.yaml")).teams
    assert (team.id, team.leads, team.members, team.queues) == (
        "day",
        ("nina",),
        ("anna",),
        ("general",),
    )


@pytest.mark.parametrize(
    ("team", "said"),
    [
        ("{id: day, title: День, members: [anna]}", ("teams[0].leads", "команда «day» ничья")),
        (
            "{id: day, title: День, leads: [nina], members: [anna], queues: [nowhere]}",
            ("teams[0].queues", "нет очереди «nowhere»"),
        ),
        (
            "{id: day, title: День, leads: [nina], members: [anna, anna]}",
            ("teams[0].members", "дважды"),
        ),
        ("{id: day, title: День, boss: nina}", ("teams[0].boss",)),
    ],
)
def test_what_contradicts_itself_is_named(team: str, said: tuple[str, ...]) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(f"teams: [{team}]", "ekc.yaml")
    assert all(part in caught.value.message for part in said)


def test_two_teams_of_one_name_are_told() -> None:
    one = "{id: day, title: День, leads: [nina], members: [anna]}"
    with pytest.raises(ConfigError, match="«day» уже занято"):
        parse(f"teams: [{one}, {one}]", "ekc.yaml")
