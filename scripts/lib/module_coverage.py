"""Holds every module of the integration to a least share of lines and branches that the tests run.

    module_coverage.py REPORT.json PERCENT

REPORT is what `coverage json` writes. A good whole hides a module that nobody tests, so each is looked at by itself.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def below(report: Mapping[str, Any], percent: float) -> list[tuple[str, float, list[int]]]:
    """Return the modules under `percent`, the worst first: path, percent, and the lines that nothing ran."""
    shares = [
        (path, float(found["summary"]["percent_covered"]), list(found["missing_lines"]))
        for path, found in report["files"].items()
    ]
    return sorted((one for one in shares if one[1] < percent), key=lambda one: (one[1], one[0]))


def main(arguments: list[str]) -> int:
    """Print the modules that are under the share; 0 where there are none, 1 where there are, 2 without a report."""
    try:
        path, percent = arguments
        report, least = json.loads(Path(path).read_text()), float(percent)
        modules = len(report["files"])
    except (ValueError, OSError, KeyError) as error:
        print(f"{error}\n{__doc__}", file=sys.stderr)
        return 2
    under = below(report, least)
    for module, share, missing in under:
        print(f"{share:5.1f} %  {module}: lines {', '.join(map(str, missing)) or 'all, branches not'}")
    print(f"{modules - len(under)} of {modules} modules have {least:g} % or more.")
    return 1 if under or not modules else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
