"""``ekc`` as its next version, which writes snapshots in another shape: ``next_version.py …``."""

from __future__ import annotations

from ekc_console.cli import main
from ekc_console.domain import router, snapshot_versions


def become_next() -> None:
    steps = dict(snapshot_versions.STEPS)
    steps[router.SNAPSHOT_VERSION] = lambda plain: plain.update(of_the_next_version=True)
    router.migrated.__defaults__ = (steps,)  # type: ignore[attr-defined]
    router.SNAPSHOT_VERSION += 1


if __name__ == "__main__":
    become_next()
    main()
