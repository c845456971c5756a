"""Runs a command and reports its time, peak memory, exit status and output.

    python child.py COMMAND...        # standard input is the command's own

Prints one JSON object. Being small, it leaves no trace in the peak memory
that the system counts for the command.
"""

import json
import os
import sys
import tempfile
import time


def main():
    words = sys.argv[1:]
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as error:
        start = time.perf_counter()
        copies = ((output.fileno(), 1), (error.fileno(), 2))
        actions = [(os.POSIX_SPAWN_DUP2, *copy) for copy in copies]
        process = os.posix_spawnp(words[0], words, os.environ, file_actions=actions)
        _, status, usage = os.wait4(process, 0)
        seconds = time.perf_counter() - start
        output.seek(0)
        error.seek(0)
        print(
            json.dumps(
                {
                    "seconds": seconds,
                    "peak": usage.ru_maxrss * 1024,
                    "status": os.waitstatus_to_exitcode(status),
                    "output": output.read().decode(errors="replace"),
                    "error": error.read().decode(errors="replace"),
                }
            )
        )


if __name__ == "__main__":
    main()
