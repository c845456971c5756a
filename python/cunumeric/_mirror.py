"""How names of NumPy's without native code come into the package.

- constants and types: NumPy's own objects;
- functions: ``_legate.host_function``, which converts arrays both ways and warns;
- submodules: modules that do the same for their names, importable like NumPy's.
"""

import importlib
import sys
from importlib.machinery import ModuleSpec
from types import ModuleType

import numpy

import _legate
import _legate_pages

_ROOTS = ("cunumeric", "cupynumeric")

# Calls that belong on the host: they write files, make text, compare in tests, or look at types only.
_SILENT = frozenset(
    """array2string array_repr array_str array_equal can_cast format_float_positional
    format_float_scientific genfromtxt iscomplexobj isrealobj isscalar load loadtxt may_share_memory
    mintypecode ndim result_type save savetxt savez savez_compressed shape shares_memory
    common_type get_printoptions set_printoptions typename""".split()
)
_SILENT_MODULES = ("testing", "random", "ma", "char", "strings", "rec", "ctypeslib")

# What `numpy.testing` compares arrays with. The rest of it calls functions of the program's own, whose
# arguments must stay what they are.
_COMPARING = frozenset(
    """assert_allclose assert_almost_equal assert_approx_equal assert_array_almost_equal
    assert_array_almost_equal_nulp assert_array_compare assert_array_equal assert_array_less
    assert_array_max_ulp assert_equal print_assert_equal""".split()
)

# Left as they are: they neither take nor give arrays, or are called with other modules' objects.
_PLAIN = frozenset(
    """seterr geterr seterrcall geterrcall setbufsize getbufsize issubdtype show_config
    show_runtime info test get_include""".split()
)


def lookup(package, host, name):
    """The value of ``package.name``, made from NumPy's module ``host``."""
    if name.startswith("__") and name not in ("__config__", *getattr(host, "__all__", ())):
        raise AttributeError(f"module {package!r} has no attribute {name!r}")
    path = _path(package)
    native = _natives().get(f"{path}.{name}" if path else name)
    if native is not None:
        return native
    if not name.startswith("_") and _legate.rank_count() > 1:
        from . import _spread

        shared = _spread.replacement(path, name)
        if shared is not None:
            return shared
    try:
        value = getattr(host, name)
    except AttributeError:
        raise AttributeError(f"module {package!r} has no attribute {name!r}") from None
    if isinstance(value, ModuleType):
        if value.__name__.partition(".")[0] == "numpy" and not name.startswith("_"):
            return importlib.import_module(f"{package}.{name}")
        return value
    return _wrapped(path, name, value)


def _path(package):
    """NumPy's module path: '' for the package itself, 'linalg' for its submodule."""
    return package.partition(".")[2]


_table = None


def _natives():
    global _table
    if _table is None:
        _table = _legate.functions()
    return _table


def _wrapped(path, name, value):
    if isinstance(value, type):
        from . import _classes

        return _classes.replacement(path, name, value)
    if not callable(value) or name in _PLAIN:
        return value
    if path.partition(".")[0] == "testing" and name not in _COMPARING:
        return value
    large = None
    if path in ("fft", "linalg"):
        from . import _stacks

        if _stacks.covers(path, name):
            large = _stacks.shared(path, name, value)
    silent = name in _SILENT or path.partition(".")[0] in _SILENT_MODULES
    host = _legate.host_function(value, f"{path}.{name}" if path else name, silent, large)
    if (path, name) == ("random", "default_rng"):
        from . import _classes

        return _classes.default_rng(host)
    return host


def _mirror(name, host):
    """A submodule of NumPy's, name by name: a plain module, whose known names Python finds as fast as any module's."""
    module = ModuleType(name, host.__doc__)
    names = module.__dict__

    def __getattr__(name):
        value = lookup(names["__name__"], host, name)
        names[name] = value
        return value

    names.update(_host=host, __getattr__=__getattr__, __dir__=lambda: sorted(set(names) | set(dir(host))))
    return module


def _host_module(path):
    """NumPy's module of that path, imported, or an attribute that is one (``numpy.emath``)."""
    try:
        return importlib.import_module("numpy." + path)
    except ImportError:
        value = numpy
        for part in path.split("."):
            value = getattr(value, part, None)
        return value if isinstance(value, ModuleType) else None


class _Finder:
    """Finds ``cunumeric.linalg`` and its like wherever NumPy has such a module."""

    @staticmethod
    def find_spec(fullname, path=None, target=None):
        root, _, rest = fullname.partition(".")
        if root not in _ROOTS or not rest:
            return None
        if _host_module(rest) is None:
            return None
        return ModuleSpec(fullname, _Finder, is_package=True)

    @staticmethod
    def create_module(spec):
        rest = spec.name.partition(".")[2]
        known = sys.modules.get("cunumeric." + rest)
        if known is not None:
            return known
        host = _host_module(rest)
        module = _mirror("cunumeric." + rest, host)
        if hasattr(host, "__all__"):
            module.__all__ = list(host.__all__)
        sys.modules["cunumeric." + rest] = module
        if rest == "random" and _legate.rank_count() > 1:
            from . import _draws

            _draws.share_global_state()
        # NumPy imports some of its modules only now: what that touched need not stay, as at the start.
        _legate_pages.release()
        return module

    @staticmethod
    def exec_module(module):
        pass


def install():
    """Makes the submodules importable."""
    if _legate.rank_count() > 1:
        from . import _ends, _spread  # noqa: F401 - methods of `_spread` stand for NumPy's from now on

        _ends.install()
    if _Finder not in sys.meta_path:
        sys.meta_path.append(_Finder)


def _result(value):
    """Results that only Python code can wrap: random generators."""
    if type(value).__module__.startswith("numpy.random"):
        from . import _classes

        return _classes.wrap_generator(value)
    return value


_legate.set_result_hook(_result)
