"""Libraries: where tasks belong."""

import os

import _legate


class Library:
    """A library by its name. Made by ``Runtime.create_library`` or ``load_library``."""

    def __init__(self, name):
        self.name = name
        self._numbers = {}
        self._mapper = None

    def _set_mapper(self, mapper):
        from ._mapper import install

        install(self.name, mapper)
        self._mapper = mapper

    mapper = property(
        lambda self: self._mapper, _set_mapper,
        doc="The ``Mapper`` that was given; ``None`` while the library's own decides, or the default one.")

    def get_name(self):
        """The name, unique in the process."""
        return self.name

    @staticmethod
    def get_library_extension():
        """The ending of shared objects."""
        return ".so"

    @property
    def task_names(self):
        """Names of all tasks, in the order of their registration."""
        return _legate.core_task_names(self.name)

    def get_tunable(self, name, default=None):
        """A number of the library's own, as its mapper sets it."""
        found = _legate.core_tunable(self.name, name) if self._mapper is None else self._mapper.tunable(name)
        if found is None:
            found = default
        if found is None:
            raise KeyError(f"the mapper of library '{self.name}' has no tunable '{name}'")
        return found

    def number(self, task):
        """The core's number of a task, by name or by its place among the library's tasks."""
        known = self._numbers.get(task)
        if known is not None:
            return known
        name = task
        if not isinstance(task, str):
            names = self.task_names
            place = int(getattr(task, "value", task))
            if not 0 <= place < len(names):
                raise ValueError(f"library '{self.name}' has no task {place}; it has {len(names)}")
            name = names[place]
        number = self._numbers[task] = _legate.core_task(self.name, name)
        return number

    get_task_id = number

    def __repr__(self):
        return f"Library({self.name!r})"

    # Launches, as programs for the interface of 2024 write them: a library is its own context

    @property
    def runtime(self):
        """The runtime of this process."""
        from ._runtime import get_legate_runtime

        return get_legate_runtime()

    def create_auto_task(self, task_id):
        """A launch of one of the library's tasks; see ``Runtime.create_auto_task``."""
        return self.runtime.create_auto_task(self, task_id)

    def create_manual_task(self, task_id, launch_domain):
        """The same over a launch domain; see ``Runtime.create_manual_task``."""
        return self.runtime.create_manual_task(self, task_id, launch_domain)

    def create_copy(self):
        """See ``Runtime.create_copy``."""
        return self.runtime.create_copy()

    def create_store(self, *arguments, **options):
        """See ``Runtime.create_store``."""
        return self.runtime.create_store(*arguments, **options)

    def issue_fill(self, lhs, value):
        """See ``Runtime.issue_fill``."""
        self.runtime.issue_fill(lhs, value)

    def issue_execution_fence(self, block=False):
        """See ``Runtime.issue_execution_fence``."""
        self.runtime.issue_execution_fence(block)

    def tree_reduce(self, task_id, store, radix=4):
        """See ``Runtime.tree_reduce``."""
        return self.runtime.tree_reduce(self, task_id, store, radix)


_loaded = {}


def load_library(name, beside=None):
    """The library in ``lib<name>.so``, which registers itself in the running core.

    ``name`` may be a path. Otherwise the file is looked for beside ``beside`` (usually ``__file__``) and in its ``build``
    folders.
    """
    path = name if os.sep in name else _find(name, beside)
    library = _loaded.get(path)
    if library is None:
        library = _loaded[path] = Library(_legate.core_open(path))
    return library


def legate_add_library(library):
    """Registers a library object; see ``Runtime.register_library``."""
    from ._runtime import get_legate_runtime

    return get_legate_runtime().register_library(library)


def _find(name, beside):
    file = f"lib{name}.so"
    folder = os.path.dirname(os.path.abspath(beside)) if beside else os.getcwd()
    places = [folder]
    for _ in range(3):
        places.append(os.path.join(folder, "build"))
        folder = os.path.dirname(folder)
    for place in places:
        path = os.path.join(place, file)
        if os.path.exists(path):
            return path
    raise FileNotFoundError(
        f"{file} is in none of {', '.join(places)}; bin/build-library makes it from the library's package"
    )
