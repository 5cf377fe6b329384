"""Engine and store fail, stall and answer late at every operation: nobody is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import virtual_time
from tests.support.simulated_centre import Centre
from tests.support.storm import Storm, out_of_step, stuck, unaccounted
from tests.support.sweep import sweep


@pytest.mark.parametrize("seed", sweep(range(4), every=4))
def test_nobody_is_lost_in_a_storm(tmp_path: Path, seed: int) -> None:
    async def main() -> None:
        centre = Centre(tmp_path)
        storm = Storm(centre, seed)
        await centre.open()
        try:
            await storm.play()
            assert len(storm.legs) > 10
            assert storm.faults.seen.total() > 20
            assert not storm.broken
            assert not unaccounted(storm)
            assert not out_of_step(storm)
            assert not stuck(storm)
            assert centre.server.core.runtime.saved
        finally:
            storm.faults.rate = storm.faults.store_rate = 0.0
            await centre.close()

    virtual_time.run(main)
