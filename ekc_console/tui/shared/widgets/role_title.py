"""The first line of a role that takes no calls: who is here, and whether the server is."""

from __future__ import annotations

from textual.content import Content

from ekc_console.i18n import _
from ekc_console.tui.shared import wording
from ekc_console.tui.shared.host import Host


def role_title(word: str, host: Host, width: int, now: float) -> Content:
    """``word``: the role's."""
    me = host.desk.view.me
    state = Content.assemble((f" {word.upper()} ", "bold reverse"))
    lost = _("нет связи")
    link = (
        Content(_("связь есть"))
        if host.desk.link.state == "online"
        else Content.styled(f" {lost} ", "bold $text-error on $error-muted")
    )
    clock = Content(f"   {wording.time_of_day(now)} ")
    room = width - state.cell_length - link.cell_length - clock.cell_length - 3
    named = Content(f"  {me.name if me else ''}").truncate(max(0, room), ellipsis=True)
    gap = Content(" " * max(1, room - named.cell_length + 3))
    return Content("").join([state, named, gap, link, clock])
