"""How much of a figure is luck of where the code lies, and a comparison of commits that does not depend on it.

    python -m benchmarks.placement TREE [TREE …] [--layouts 10]

Each TREE is a checkout that was built in place (`make build`, then `pip install -e .[bench]` in its environment). For
every layout its decoder is linked again, its functions in another random order, and measured in fresh processes, the
trees in turns. Of one layout the CPU time is the least of several processes and rounds, because other programs only
ever add to it. What is printed are the median, the quartiles and the least over all layouts, and the ratio of the
medians to those of the first tree.

Functions that have a section of their own are moved: those of the C++ headers. Needs GNU gold (`ld.gold`).
"""

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path
from statistics import median, quantiles

PROCESSES, ROUNDS = 4, 8

# Runs in the tree that is measured: the least ns a message of each contestant that is tickfold's.
MEASURE = f"""
import json
from benchmarks import memory
least = {{}}
for what in ("quotes", "deltas", "full"):
    contestants = memory.quote_contestants() if what == "quotes" else memory.order_contestants(what)
    for number in range(-2, {ROUNDS}):
        for name, measure in contestants.items():
            if name.startswith("tickfold") and (what == "quotes" or name.endswith("no callback")):
                took = measure(number)
                key = what + name.removeprefix("tickfold")
                if number >= 0:
                    least[key] = min(took, least.get(key, took))
print(json.dumps(least))
"""


class Tree:
    """A checkout whose decoder can be linked in another order of its functions."""

    def __init__(self, root: Path) -> None:
        self.root = root
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        self.python = root / ".venv" / version / "bin" / "python"
        tag = sys.implementation.cache_tag
        objects = [path for folder in root.glob(f"build/temp.*-{tag}-release") for path in folder.rglob("*.o")]
        self.objects = [path for path in objects if path.stem in ("decoder", "ondemand", "simdjson_unit")]
        modules = list((root / "bindings/tickfold/engine").glob(f"decoder.{tag}-*.so"))
        if not self.python.exists() or len(self.objects) != 3 or len(modules) != 1:
            raise SystemExit(f"{root}: not built; run make build there")
        self.module = modules[0]
        self.original = self.module.with_suffix(".original")
        shown = subprocess.run(
            ["objdump", "-h", *map(str, self.objects)], stdout=subprocess.PIPE, text=True, check=True
        ).stdout
        self.sections = sorted(set(re.findall(r"\s(\.text\.\S*_Z\S+)", shown)))

    def link(self, layout: int) -> None:
        """Links the decoder anew. Functions marked hot stay together, as they do in a usual link."""
        order = self.sections[:]
        random.Random(layout).shuffle(order)
        order.sort(key=lambda name: not name.startswith(".text.hot."))
        listed = self.module.with_suffix(".order")
        listed.write_text("".join(f"{name}\n" for name in order))
        made = self.module.with_suffix(".made")
        command = ["g++", "-fuse-ld=gold", "-shared", *map(str, self.objects), "-o", str(made)]
        subprocess.run([*command, "-Wl,-O1", f"-Wl,--section-ordering-file={listed}"], check=True)
        listed.unlink()
        made.replace(self.module)

    def measure(self) -> dict[str, float]:
        least: dict[str, float] = {}
        for _ in range(PROCESSES):
            environment = {**os.environ, "PYTHONPATH": str(self.root)}
            done = subprocess.run(
                [str(self.python), "-c", MEASURE], cwd=self.root, env=environment, stdout=subprocess.PIPE, check=True
            )
            for name, took in json.loads(done.stdout).items():
                least[name] = min(took, least.get(name, took))
        return least

    def __enter__(self) -> "Tree":
        shutil.copy2(self.module, self.original)
        return self

    def __exit__(self, *_: object) -> None:
        self.original.replace(self.module)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("trees", nargs="+", type=Path, metavar="TREE")
    parser.add_argument("--layouts", type=int, default=10)
    given = parser.parse_args()
    trees = [Tree(path.resolve()) for path in given.trees]
    figures: list[dict[str, list[float]]] = [{} for _ in trees]
    for layout in range(given.layouts):
        for tree, found in zip(trees, figures, strict=True):
            with tree:
                tree.link(layout)
                for name, took in tree.measure().items():
                    found.setdefault(name, []).append(took)
    print(f"CPU ns a message over {given.layouts} layouts")
    for name, base in figures[0].items():
        for tree, found in zip(trees, figures, strict=True):
            all_ = found[name]
            low, _, high = quantiles(all_, n=4) if len(all_) > 1 else [all_[0]] * 3
            print(
                f"{name:36} {tree.root.name:12} median {median(all_):6.1f}  quartiles {low:6.1f} {high:6.1f}  "
                f"least {min(all_):6.1f}  ratio {median(all_) / median(base):.3f}"
            )


if __name__ == "__main__":
    main()
