"""Who was cut off in an emergency and not reached stays among what is important."""

from __future__ import annotations

from ekc_console.client.link.view import View
from ekc_console.client.link.watched import Watched
from ekc_console.tui.supervisor.present import important
from ekc_console.wire import watch
from tests.support.desk import NOW
from tests.support.supervisor import CENTRE

OWED = watch.WatchCallback(
    id="cb1", number="+79120000031", since=NOW - 3600, kind="urgent", attempts=4, given_up=True
)
OTHER = watch.WatchCallback(id="cb2", number="+79120000032", since=NOW - 3600, kind="urgent")


def test_the_urgent_callback_that_was_given_up_is_important_until_it_is_gone() -> None:
    watched = Watched()
    watched.apply(watch.WatchSnapshot(seq=1, at=NOW, rows=(CENTRE, OWED, OTHER)))
    texts = [item.text for item in important.items(watched, View(), NOW)]
    assert "ЭКСТРЕННО +7 912 000-00-31: не дозвонились за 4. Перезвоните или закройте." in texts
    assert not any("00-32" in text for text in texts)
    gone = (("WatchCallback", "cb1"),)
    watched.apply(watch.WatchDelta(seq=2, at=NOW, put=(), gone=gone))
    assert not any("ЭКСТРЕННО" in item.text for item in important.items(watched, View(), NOW))
