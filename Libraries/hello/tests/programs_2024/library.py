"""A library object as programs for the interface of 2024 have one. Only the bodies of the tasks are elsewhere, in Swift."""

import os
from enum import IntEnum

from legate.core import Library, get_legate_runtime

FOLDER = os.path.dirname(os.path.abspath(__file__))


class UserLibrary(Library):
    def __init__(self, name):
        self.name = name
        self.shared_object = None

    def get_name(self):
        return self.name

    def get_shared_library(self):
        return os.path.join(FOLDER, "..", "..", "build", f"lib{self.name}{self.get_library_extension()}")

    def get_c_header(self):
        return ""

    def get_registration_callback(self):
        return "hello_perform_registration"

    def initialize(self, shared_object):
        self.shared_object = shared_object

    def destroy(self):
        pass


user_lib = UserLibrary("hello")
user_context = get_legate_runtime().register_library(user_lib)
assert user_lib.shared_object is not None


class HelloOpCode(IntEnum):
    HELLO_WORLD = 0
    IOTA = 1
    SQUARE = 2
    SUM = 5
