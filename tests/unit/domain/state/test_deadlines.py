from ekc_console.domain.state.deadlines import Deadline, Deadlines, Due


def test_comes_in_order_of_time_then_kind_and_forgets_the_pointless():
    gone = {"b"}
    deadlines = Deadlines(lambda d: d.subject not in gone)
    for at, due, subject in (
        (3.0, Due.OFFER, "late"),
        (2.0, Due.ANNOUNCEMENT, "d"),
        (2.0, Due.OFFER, "c"),
        (1.0, Due.OFFER, "b"),
    ):
        deadlines.add(Deadline(at, due, subject))
    assert deadlines.first() == 2.0
    assert [d.subject for d in deadlines.pop_due(2.0)] == ["c", "d"]
    assert deadlines.first() == 3.0
    gone.add("late")
    assert deadlines.first() is None


def test_an_earlier_one_may_make_a_later_one_pointless():
    gone: set[str] = set()
    deadlines = Deadlines(lambda d: d.subject not in gone)
    deadlines.add(Deadline(1.0, Due.OFFER, "a"))
    deadlines.add(Deadline(1.0, Due.OFFER, "b"))
    seen = []
    for d in deadlines.pop_due(1.0):
        seen.append(d.subject)
        gone.add("b")
    assert seen == ["a"]
