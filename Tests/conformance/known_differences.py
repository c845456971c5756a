"""The list of NumPy's tests that are known to fail, in groups with their reason.

    # A sentence that says why these differ.
    lib.histograms::TestHistogram::test_one
    lib.histograms::TestHistogram::test_many[*]

A `*` stands for any text; everything else is literal. A line of which no test fails is stale.
"""

import re


class KnownDifferences:
    def __init__(self, path):
        lines = [line.strip() for line in path.read_text().splitlines()] if path.exists() else []
        self.patterns = [line for line in lines if line and not line.startswith("#")]
        self._compile()

    def _compile(self):
        self.expressions = {
            pattern: re.compile(".*".join(re.escape(part) for part in pattern.split("*")), re.S)
            for pattern in self.patterns
        }

    def within(self, modules):
        """The part of the list about some modules."""
        part = KnownDifferences.__new__(KnownDifferences)
        part.patterns = [line for line in self.patterns if line.split("::")[0] in modules]
        part._compile()
        return part

    def covers(self, test):
        return any(expression.fullmatch(test) for expression in self.expressions.values())

    def stale(self, failed, passed, is_whole):
        """Lines that only passing tests match; in a whole run also those that nothing matches."""
        found = []
        for pattern, expression in self.expressions.items():
            if any(expression.fullmatch(test) for test in failed):
                continue
            if is_whole or any(expression.fullmatch(test) for test in passed):
                found.append(pattern)
        return found
