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

# One extension a row: its module, whether it is C++, further sources and libraries.
MODULES = {
    "names": {},
    "records": {},
    "receiver": {},
    "book": {},
    "state": {},
    "handler": {},
    "dispatch": {},
    "compiler": {"cpp": True},
    "decoder": {"cpp": True, "sources": ("engine/json/ondemand.cpp", "engine/json/simdjson_unit.cpp")},
    "probe": {"cpp": True, "sources": ("engine/json/ondemand.cpp", "engine/json/simdjson_unit.cpp")},
    "deflate": {"libraries": ("z",)},
    "messages": {},
    "frames": {},
    "reader": {},
    "listener": {},
}

FLAGS = {
    "release": (["-O3", "-g1", "-fno-plt", "-fno-semantic-interposition"], ["-Wl,-O1"]),
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


def published() -> list[str]:
    """Every file whose change may alter any generated module: a module's own .pxd is not tracked by Cython."""
    tracked = [*PUBLISHED.glob("engine/**/*.pxd"), *PUBLISHED.glob("include/**/*.h"), *ROOT.glob("engine/**/*.h*")]
    return [str(path.relative_to(ROOT)) for path in tracked]


def extension(
    name: str, cpp: bool = False, sources: tuple[str, ...] = (), libraries: tuple[str, ...] = ()
) -> Extension:
    compile_flags, link_flags = FLAGS[BUILD]
    return Extension(
        f"tickfold.engine.{name}",
        [f"engine/{name.replace('.', '/')}.pyx", *sources],
        include_dirs=[str(PUBLISHED / "include"), "engine"],
        libraries=list(libraries),
        extra_compile_args=[*compile_flags, *(["-std=c++17"] if cpp else [])],
        extra_link_args=link_flags,
        define_macros=[("CYTHON_TRACE_NOGIL", "1")] if BUILD == "coverage" else [],
        depends=published(),
        language="c++" if cpp else "c",
    )


class BuildExt(build_ext):
    """Runs Cython when extensions are built, so that metadata and sdists need no Cython."""

    def finalize_options(self) -> None:
        super().finalize_options()
        self.build_temp = f"{self.build_temp}-{BUILD}"
        self.parallel = int(os.environ.get("TICKFOLD_JOBS", 0)) or os.cpu_count()

    def build_extensions(self) -> None:
        from Cython.Build import cythonize

        newest = max(os.path.getmtime(path) for path in published())
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
        for ext, plain in zip(compiled, self.extensions, strict=True):
            for name, value in vars(plain).items():    # what setuptools has noted on its own objects
                vars(ext).setdefault(name, value)
        self.extensions[:] = compiled
        super().build_extensions()


if __name__ == "__main__":
    setup(
        ext_modules=[extension(name, **options) for name, options in MODULES.items()],
        cmdclass={"build_ext": BuildExt},
    )
