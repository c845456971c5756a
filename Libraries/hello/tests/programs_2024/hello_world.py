from legate.core import get_legate_runtime
from operations import print_hello, print_hellos

print_hello("hello")
get_legate_runtime().issue_execution_fence(block=True)
print_hellos("hello again", 3)
