from Cython.Build import cythonize
from setuptools import Extension, setup

import tickfold

setup(
    ext_modules=cythonize(
        [Extension("spread_watch", ["spread_watch.pyx"], include_dirs=[tickfold.get_include()])],
        language_level=3,
    ),
)
