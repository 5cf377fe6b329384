import pytest

from ekc_console.domain.state import skills
from ekc_console.domain.state.strategy import SettingsError


@pytest.mark.parametrize(
    ("asked", "steps", "needed"),
    [
        (("english",), 0, (("english", 1),)),
        (("english",), 9, (("english", 1),)),
        (("english>=3",), 1, (("english", 2),)),
        (("english>=3",), 5, (("english", 1),)),
        (("english?",), 0, (("english", 1),)),
        (("english?",), 1, ()),
        (("english>=3?",), 2, (("english", 1),)),
        (("english>=3?",), 3, ()),
        (("english", "english>=4?"), 0, (("english", 4),)),
        (("english", "english>=4?"), 4, (("english", 1),)),
        (("татарский язык>=2", "medic"), 0, (("medic", 1), ("татарский язык", 2))),
    ],
)
def test_levels_fall_with_the_steps(asked, steps, needed):
    assert skills.needs(asked, steps) == needed


@pytest.mark.parametrize(
    ("asked", "last"), [((), 0), (("a",), 0), (("a?",), 1), (("a>=3", "b>=2?"), 2)]
)
def test_after_the_last_step_nothing_falls(asked, last):
    assert skills.last_step(asked) == last
    assert skills.needs(asked, last) == skills.needs(asked, last + 5)


@pytest.mark.parametrize(
    ("asked", "have", "fit"),
    [
        (("english",), ("english",), True),
        (("english",), ("german=9",), False),
        (("english>=3",), ("english=2",), False),
        (("english>=3",), ("english=2", "english=3"), True),
        (("english?",), (), False),
        ((), (), True),
    ],
)
def test_fit(asked, have, fit):
    assert skills.fits(skills.needs(asked, 0), have) is fit


@pytest.mark.parametrize("text", ["", " a", "a=0", "a=11", "a=x", "a>=3", "a?", "a=", "=3"])
def test_a_bad_skill_is_refused(text):
    with pytest.raises(SettingsError, match="english=4"):
        skills.check_skill(text)


@pytest.mark.parametrize("text", ["", "a=3", "a>=0", "a>=11", "a>=", "?", "a??", "a>3"])
def test_a_bad_demand_is_refused(text):
    with pytest.raises(SettingsError, match="english>=3"):
        skills.check_need(text)
