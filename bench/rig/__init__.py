"""What the benchmarks share: a server of their own, light consoles, sipp, app_queue as the peer."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
