"""Whether a console is the one of the role that its person has by now."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import get_args

import msgspec
import pytest

from ekc_console.client.link.listener import NoPlace, has_place, require_place
from ekc_console.client.link.view import View
from ekc_console.domain.terms.rights import ROLES, Workplace, may_open, own_workplace
from ekc_console.wire import messages
from tests.support.desk import CALL, ME

replace = msgspec.structs.replace


@dataclass
class Console:
    workplace: Workplace
    view: View = field(default_factory=View)


def test_a_console_of_another_role_is_left_with_the_command_of_its_own() -> None:
    for workplace, role in itertools.product(get_args(Workplace), ROLES):
        console = Console(workplace)
        require_place(console)
        me = replace(ME, role=role)
        console.view.apply(messages.Snapshot(seq=1, entities=(me,)))
        if may_open(role, workplace):
            require_place(console)
            continue
        with pytest.raises(NoPlace, match=f"Ваш экран: ekc {own_workplace(role)}\\.$"):
            require_place(console)
        console.view.apply(messages.Snapshot(seq=2, entities=(me, CALL)))
        assert has_place(console), "a call is brought to its end"
