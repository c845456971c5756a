"""Rounds of a loop within one plan: steps that come again are drawn once.

A window holds up to 64 launches, so a short loop runs several rounds in one plan. In: what each step is, in
a few words. Out: for every step the one that stands for it, and which round it belongs to.

    steps     a  b c  b c  b c  d
    drawn     a  b c, 3 rounds  d
"""

MOST_STEPS = 64


class Rounds:
    """Runs of steps that repeat, longest first where several begin at one step."""

    def __init__(self, words):
        """``words``: what each step is; steps are the same where these are equal."""
        self.first = list(range(len(words)))
        self.loops = []
        self._loop = [None] * len(words)
        self._round = [0] * len(words)
        at = 0
        while at < len(words):
            length, count = _repetition(words, at)
            if count > 1:
                self._note(at, length, count)
            at += length * count

    def _note(self, start, length, count):
        for k in range(start, start + length * count):
            self.first[k] = start + (k - start) % length
            self._round[k] = (k - start) // length
            self._loop[k] = len(self.loops)
        self.loops.append((start, length, count))

    def loop(self, step):
        """The number of the loop that a step belongs to; nothing outside of loops."""
        return self._loop[step]

    def crosses(self, earlier, later):
        """Whether what goes from one step to a later one goes to a later round of their loop."""
        loop = self._loop[earlier]
        return loop is not None and loop == self._loop[later] and self._round[earlier] != self._round[later]


def _repetition(words, at):
    """Length and number of rounds of what repeats at a step and saves most nodes; 1, 1 for nothing."""
    best, saved = (1, 1), 0
    for length in range(1, min(MOST_STEPS, (len(words) - at) // 2) + 1):
        count = 1
        while words[at + count * length : at + (count + 1) * length] == words[at : at + length]:
            count += 1
        if length * (count - 1) > saved:
            best, saved = (length, count), length * (count - 1)
    return best


class PlanRounds:
    """The rounds of a plan's steps, and for its launches and stores those that stand for them."""

    def __init__(self, plan):
        self.steps = Rounds([_words(plan, k) for k in range(len(plan.steps))])
        self.launch = list(range(len(plan.launches)))
        self.step_of = {}
        self._store = {}
        for k, step in enumerate(plan.steps):
            for launch, mine in zip(step[2], plan.steps[self.steps.first[k]][2]):
                self.launch[launch], self.step_of[launch] = mine, k
        for launch, mine in enumerate(self.launch):
            for operands in (3, 4):
                pairs = zip(plan.launches[launch][operands], plan.launches[mine][operands])
                for store, its in pairs:
                    # A store that was there in an earlier round stays itself.
                    self._store.setdefault(store, self._store.get(its, its))
        self.kept = {self.store(k) for k, store in enumerate(plan.stores) if store[2] & 1}

    def store(self, ordinal):
        return self._store.get(ordinal, ordinal)

    def loop(self, launch):
        """The number of the loop that a launch belongs to; nothing outside of loops."""
        step = self.step_of.get(launch)
        return None if step is None else self.steps.loop(step)

    def crosses(self, earlier, later):
        """Whether a later launch belongs to a later round of the same loop."""
        a, b = self.step_of.get(earlier), self.step_of.get(later)
        return a is not None and b is not None and self.steps.crosses(a, b)


def _words(plan, number):
    """What makes a step the same as another: what it runs, at which lines, over which shapes."""
    kind, domain, launches, _, chunks, _, _, messages, _ = plan.steps[number]
    names = tuple(
        (name, place, tuple(shape), len(inputs), len(outputs))
        for name, place, shape, inputs, outputs, _ in (plan.launches[k] for k in launches)
    )
    # Without a line nobody can tell a loop from a library's own calls.
    alone = number if any(place == 0 for _, place, *_ in names) else None
    return kind, tuple(domain), names, chunks, tuple(messages), alone
