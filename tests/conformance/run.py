"""Autobahn's whole suite against the live client, in two passes: `make conformance`.

usage: run.py [--cases PATTERNS] [--passes stock,strict] [--table FILE]

Exits 1 where a case failed, was not implemented or did not close as it should, and 2 where the suite cannot run.
Reports go to reports/conformance/PASS/, the table to docs/conformance.md when every case was run.
"""

import argparse
import asyncio
import re
import sys
import time
from collections import Counter
from pathlib import Path

import client
import suite
import uvloop

PASSES = {"stock": [client.STOCK], "strict": client.STRICT}
REPORTS = suite.ROOT / "reports" / "conformance"
TABLE = suite.ROOT / "docs" / "conformance.md"
WHOLE = 517

#: Groups of cases, as the suite's own index names them.
GROUPS = {
    "1": "framing",
    "2": "pings and pongs",
    "3": "reserved bits",
    "4": "opcodes",
    "5": "fragmentation",
    "6": "UTF-8",
    "7": "close handling",
    "9": "limits and performance",
    "10": "miscellaneous",
    "12": "compression, different payloads",
    "13": "compression, different parameters",
}
VERDICTS = ["OK", "NON-STRICT", "INFORMATIONAL", "UNIMPLEMENTED", "FAILED"]
GOOD = {"OK", "NON-STRICT", "INFORMATIONAL"}


def one_pass(name: str, cases: str) -> dict[str, dict[str, str]]:
    print(f"pass {name}: {cases}", flush=True)
    with suite.serve(REPORTS / name, cases) as url, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(client.run_cases(url, PASSES[name], progress=True))
    return client.results(REPORTS / name)


def faults(results: dict[str, dict[str, str]]) -> list[str]:
    return [
        f"{case}: {result['behavior']}, closing {result['behaviorClose']}"
        for case, result in sorted(results.items(), key=lambda item: [int(part) for part in item[0].split(".")])
        if result["behavior"] not in GOOD or result["behaviorClose"] not in ("OK", "INFORMATIONAL")
    ]


def count(results: dict[str, dict[str, str]], group: str = "") -> Counter[str]:
    return Counter(result["behavior"] for case, result in results.items() if not group or case.split(".")[0] == group)


def row(name: str, results: dict[str, dict[str, str]], group: str = "") -> str:
    verdicts = count(results, group)
    return f"| {name} | {verdicts.total()} | {' | '.join(str(verdicts[verdict]) for verdict in VERDICTS)} |"


def table(all_results: dict[str, dict[str, dict[str, str]]]) -> str:
    """The part of docs/conformance.md that this program writes."""
    lines = []
    for name, results in all_results.items():
        closing = Counter(result["behaviorClose"] for result in results.values())
        others = [case for case, result in results.items() if result["behavior"] not in ("OK", "INFORMATIONAL")]
        lines += [
            f"### Pass `{name}`",
            "",
            "Offer: " + ("`" + PASSES[name][0] + "`" if len(PASSES[name]) == 1 else "in turn"),
            *([""] + [f"* `{offer}`" for offer in PASSES[name]] if len(PASSES[name]) > 1 else []),
            "",
            f"| group | cases | {' | '.join(verdict.lower() for verdict in VERDICTS)} |",
            "|---|" + "---:|" * (len(VERDICTS) + 1),
            *(row(f"{group} {title}", results, group) for group, title in GROUPS.items() if count(results, group)),
            row("**all**", results),
            "",
            f"Closing (`behaviorClose`): {', '.join(f'{total} {verdict}' for verdict, total in closing.most_common())}."
            + (f" Not strict, or worse: {', '.join(sorted(others))}." if others else " Every case strict."),
            "",
        ]
    return "\n".join(lines)


def write_table(path: Path, text: str, name: str = "autobahn") -> None:
    """Replaces what lies between the two markers of this name."""
    page = path.read_text()
    pattern = re.compile(rf"(<!-- {name}: begin -->\n).*?(<!-- {name}: end -->)", re.DOTALL)
    path.write_text(pattern.sub(lambda match: f"{match[1]}\n{text}\n{match[2]}", page))


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--cases", default="*", help="patterns, by commas: 1.*,12.1.*")
    options.add_argument("--passes", default=",".join(PASSES))
    options.add_argument("--table", type=Path, default=TABLE)
    chosen = options.parse_args()
    try:
        suite.install()
        started = time.monotonic()
        all_results = {name: one_pass(name, chosen.cases) for name in chosen.passes.split(",")}
    except suite.Unavailable as reason:
        print(reason, file=sys.stderr)
        return 2
    bad = False
    for name, results in all_results.items():
        print(f"{name}: {len(results)} cases, {dict(count(results))}")
        for fault in faults(results):
            print(f"  {fault}")
            bad = True
    print(f"{time.monotonic() - started:.0f} s")
    if all(len(results) == WHOLE for results in all_results.values()) and set(all_results) == set(PASSES):
        write_table(chosen.table, table(all_results))
        print(f"table written to {chosen.table}")
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())
