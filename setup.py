"""Builds the extension modules `tickfold.engine.<name>` from engine/.

Environment
    TICKFOLD_BUILD     release (default), debug, asan (ASan + UBSan), coverage (Cython line tracing)
    TICKFOLD_JOBS      compilers at once (default: all cores)
    TICKFOLD_ANNOTATE  1 writes Cython's annotated HTML beside the generated sources
"""

import importlib.util
import os
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

ROOT = Path(__file__).parent
PUBLISHED = ROOT / "bindings" / "tickfold"

# simdjson and what reads by it: compiled once, linked into every extension with "json".
JSON = ["engine/read/ondemand.cpp", "engine/read/simdjson_unit.cpp"]

# One extension a row: its module, the room of engine/ that its source is in ("" = the engine's own floor, above all
# rooms), whether it is C++, whether it reads JSON, and libraries.
MODULES = {
    "deflate": {"room": "wire", "libraries": ("z",)},
    "frames": {"room": "wire"},
    "messages": {"room": "wire"},
    "reader": {"room": "wire"},
    "receiver": {"room": "wire"},
    "writer": {"room": "wire"},
    "compiler": {"room": "read", "cpp": True},
    "fields": {"room": "schema"},
    "names": {"room": "fold", "cpp": True},
    "making": {"room": "out"},
    "records": {"room": "out"},
    "book": {"room": "out", "cpp": True},
    "state": {"room": "out", "cpp": True},
    "orders": {"room": "out", "cpp": True},
    "handler": {"room": "out"},
    "versioned": {"room": "out"},
    "batch": {"room": "out"},
    "conflate": {"room": "out"},
    "asked": {"room": "out"},
    "native": {"room": "out"},
    "beside": {"room": "out", "cpp": True},
    "dispatch": {"room": "out"},
    "journal": {},
    "tell": {"cpp": True},
    "histogram": {},
    "decoder": {"cpp": True, "json": True},
    "replay": {"cpp": True},
    "capi": {"cpp": True},
    "closing": {},
    "listener": {},
    "spin": {},
    "probe": {"cpp": True, "json": True},
}

# For the tests: built in place, left out of wheels.
PROBES = {"tickfold.engine.probe"}

# What an order runs through is nearly as large as the first cache of instructions. So what most messages need is marked
# `hot`, by which the linker puts it together; what few need stands in functions of its own, marked `noinline`.
# Functions of C++ begin at half a cache line, the best of 16, 32 and 64 bytes over many layouts
# (benchmarks/placement.py), those of C, which are few, at a whole one. Loops and targets of jumps are not aligned: that
# takes space too.
ALIGNED = {"c++": "-falign-functions=32", "c": "-falign-functions=64"}
FLAGS = {
    "release": (
        ["-O3", "-g1", "-fno-plt", "-fno-semantic-interposition", "-fvisibility=hidden"],
        ["-Wl,-O1"],
    ),
    "debug": (["-O0", "-g3"], []),
    "asan": (
        ["-O1", "-g", "-fno-omit-frame-pointer", "-fsanitize=address,undefined", "-fno-sanitize-recover=undefined"],
        ["-fsanitize=address,undefined"],
    ),
    "coverage": (["-O0", "-g1"], []),
}
BUILD = os.environ.get("TICKFOLD_BUILD", "release")
if BUILD not in FLAGS:
    raise SystemExit(f"TICKFOLD_BUILD={BUILD!r} is not one of {', '.join(FLAGS)}")


def simdjson_dir() -> str:
    """The folder of simdjson.h and simdjson.cpp, which the pysimdjson wheel ships."""
    spec = importlib.util.find_spec("simdjson")
    if spec is None or spec.origin is None:
        raise SystemExit("the build needs simdjson.h and simdjson.cpp: pip install pysimdjson")
    return str(Path(spec.origin).parent)


def files(*patterns: str) -> list[str]:
    return sorted(str(path.relative_to(ROOT)) for pattern in patterns for path in ROOT.glob(pattern))


def interfaces() -> list[str]:
    """What any module may be made from: Cython tracks a .pxd only where it lies beside the .pyx."""
    return files("bindings/tickfold/engine/**/*.pxd", "bindings/tickfold/include/**/*.h", "engine/**/*.h")


def extension(
    name: str, room: str = "", cpp: bool = False, json: bool = False, libraries: tuple[str, ...] = ()
) -> Extension:
    compile_flags, link_flags = FLAGS[BUILD]
    language = "c++" if cpp else "c"
    ext = Extension(
        f"tickfold.engine.{name}",
        [str(Path("engine", room, f"{name}.pyx"))],
        include_dirs=[str(PUBLISHED / "include"), "engine"],
        libraries=list(libraries),
        extra_compile_args=[
            *compile_flags,
            *(["-std=c++17"] if cpp else []),
            *([ALIGNED[language]] if BUILD == "release" else []),
        ],
        extra_link_args=link_flags,
        define_macros=[("CYTHON_TRACE_NOGIL", "1")] if BUILD == "coverage" else [],
        depends=[*interfaces(), *(files("engine/**/*.hpp", "engine/**/*.cpp") if cpp else [])],
        language=language,
    )
    ext.reads_json = json
    return ext


class BuildExt(build_ext):
    """Runs Cython when extensions are built, so that metadata and sdists need no Cython."""

    def finalize_options(self) -> None:
        super().finalize_options()
        if "bdist_wheel" in self.distribution.commands:
            self.extensions = [ext for ext in self.extensions if ext.name not in PROBES]
        self.build_temp = f"{self.build_temp}-{BUILD}"
        self.parallel = int(os.environ.get("TICKFOLD_JOBS", 0)) or os.cpu_count()

    def build_extensions(self) -> None:
        from Cython.Build import cythonize

        newest = max(os.path.getmtime(path) for path in interfaces())
        generated = ROOT / "build" / f"cython-{BUILD}"
        for ext in self.extensions:
            if ext.language == "c++":
                ext.include_dirs.append(simdjson_dir())
            target = generated / Path(ext.sources[0]).with_suffix(".cpp" if ext.language == "c++" else ".c")
            if target.exists() and target.stat().st_mtime < newest:
                target.unlink()
        compiled = cythonize(
            self.extensions,
            include_path=["bindings"],
            build_dir=str(generated),
            nthreads=self.parallel,
            annotate=os.environ.get("TICKFOLD_ANNOTATE") == "1",
            compiler_directives={
                "language_level": 3,
                "boundscheck": BUILD == "debug",
                "wraparound": False,
                "cdivision": True,
                "initializedcheck": False,
                "embedsignature": True,
                "freethreading_compatible": False,
                "linetrace": BUILD == "coverage",
            },
        )
        for copy in (*generated.rglob("*.h"), *generated.rglob("*.hpp")):
            copy.unlink()    # Cython's, of our headers: the compiler must find each in one place
        for ext, plain in zip(compiled, self.extensions, strict=True):
            for name, value in vars(plain).items():    # what setuptools has noted on its own objects
                vars(ext).setdefault(name, value)
            if plain.reads_json:
                ext.extra_objects = self.json_objects(ext)
        self.extensions[:] = compiled
        super().build_extensions()

    def json_objects(self, ext: Extension) -> list[str]:
        """JSON's object files, made on the first call and where they are older than what they are made from."""
        objects = self.compiler.object_filenames(JSON, output_dir=self.build_temp)
        newest = max(os.path.getmtime(path) for path in ext.depends)
        stale = [
            source
            for source, made in zip(JSON, objects, strict=True)
            if not os.path.exists(made) or os.path.getmtime(made) < newest
        ]
        if stale:
            self.compiler.compile(
                stale,
                output_dir=self.build_temp,
                include_dirs=ext.include_dirs,
                extra_postargs=ext.extra_compile_args,
                depends=ext.depends,
            )
        return objects


if __name__ == "__main__":
    setup(
        ext_modules=[extension(name, **options) for name, options in MODULES.items()],
        cmdclass={"build_ext": BuildExt},
    )
