import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekc_console.domain.terms import ordered
from ekc_console.domain.terms.ordered import OrderedSet

ACTIONS = st.lists(st.tuples(st.booleans(), st.integers(0, 60)), max_size=200)


@given(ACTIONS)
def test_behaves_like_a_sorted_list(actions):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ordered, "_CHUNK", 3)
        keys: set[tuple[int]] = set()
        ours: OrderedSet[tuple[int]] = OrderedSet()
        for add, n in actions:
            if add and (n,) not in keys:
                keys.add((n,))
                ours.add((n,))
            elif not add and (n,) in keys:
                keys.remove((n,))
                ours.remove((n,))
            expected = sorted(keys)
            assert list(ours) == expected
            assert len(ours) == len(expected)
            assert [ours[i] for i in range(len(ours))] == expected
            assert ours.rank((n,)) == sum(k < (n,) for k in expected)


def test_a_missing_key_is_an_error():
    keys: OrderedSet[tuple[int]] = OrderedSet()
    with pytest.raises(KeyError):
        keys.remove((1,))
    keys.add((2,))
    for missing in (1, 3):
        with pytest.raises(KeyError):
            keys.remove((missing,))


@pytest.mark.parametrize("index", [-1, 1])
def test_a_rank_outside_is_an_error(index):
    keys: OrderedSet[tuple[int]] = OrderedSet()
    keys.add((2,))
    with pytest.raises(IndexError):
        keys[index]
