"""Builds strategy.pyx against the installed package, as a user of the Cython interface would."""

import importlib.util
import os
import sys
import sysconfig
from pathlib import Path
from types import ModuleType

import tickfold as tf

HERE = Path(__file__).parent
TARGET = HERE.parent / "build" / "benchmarks"


def strategy() -> ModuleType:
    """The compiled module; compiled anew when its source or the package's records have changed."""
    source = HERE / "strategy.pyx"
    built = TARGET / f"strategy{sysconfig.get_config_var('EXT_SUFFIX')}"
    package = Path(tf.__file__).parent
    inputs = [source, *package.glob("engine/*.pxd"), *package.glob("include/*/*.h")]
    newest = max(path.stat().st_mtime for path in inputs)
    if not built.exists() or built.stat().st_mtime < newest:
        _build(source, package)
    spec = importlib.util.spec_from_file_location("strategy", built)
    if spec is None or spec.loader is None:
        raise ImportError(f"{built} is no extension module")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def available() -> bool:
    """Whether the module exists or can be built; prints the reason if not."""
    try:
        strategy()
    except Exception as error:  # no Cython, no compiler
        print(f"the Cython handler is left out: {error!r}", file=sys.stderr)
        return False
    return True


def _build(source: Path, package: Path) -> None:
    from Cython.Build import cythonize
    from setuptools import Distribution, Extension

    extension = Extension("strategy", [os.path.relpath(source)], include_dirs=[tf.get_include()])
    modules = cythonize([extension], include_path=[str(package.parent), *sys.path], build_dir=str(TARGET), quiet=True)
    distribution = Distribution({"ext_modules": modules})
    command = distribution.get_command_obj("build_ext")
    command.build_lib, command.build_temp = str(TARGET), str(TARGET / "temporary")
    command.ensure_finalized()
    command.run()


if __name__ == "__main__":
    print(strategy().__file__)
