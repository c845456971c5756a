"""Attributes and methods of the user's own objects in loops."""

import pytest
from outcomes import counted

HEAD = "import cunumeric as np\nfrom types import SimpleNamespace\n"

MODEL = (
    "class Base:\n"
    "    rate = 0.5\n"
    "    def drift(self, x, factor=2):\n"
    "        return x * self.rate * factor\n"
    "class Model(Base):\n"
    "    def __init__(self):\n"
    "        self.u, self.total, self.size = np.ones(3), 0, 3\n"
    "        self.parts = SimpleNamespace(v=np.zeros(3), n=2)\n"
    "    @property\n"
    "    def half(self):\n"
    "        return self.u / 2\n"
    "    @staticmethod\n"
    "    def shifted(x):\n"
    "        return x + 1\n"
    "    def step(self, k):\n"
    "        self.u = self.u + self.drift(self.u)\n"
    "        self.total += k\n"
    "        self.parts.v[1:] += self.half[1:]\n"
)

RUNS = {
    "attributes read": "x = np.zeros(3)\nfor k in range(5):\n    x = x + self.u * self.size + self.rate\nself.u = x\n",
    "attributes bound": "for k in range(5):\n    self.u = self.shifted(self.u)\n    self.total += 1\n",
    "arrays written into": "for k in range(3):\n    self.u[k] = k\n    self.parts.v[:k] -= self.parts.n\n",
    "methods": "for k in range(5):\n    self.step(k)\n",
    "properties": "for k in range(5):\n    self.u = self.half + self.drift(self.u, factor=k)\n",
    "bound in a branch": (
        "for k in range(5):\n    if k > 2:\n        self.total = k\n    self.u = self.u + self.total\n"
    ),
    "new attributes": "for k in range(5):\n    self.new = self.u * k\n    self.u = self.new + 1\n",
    "objects in variables": (
        "p = self.parts\nfor k in range(5):\n    p.v = p.v + self.u * p.n\n    self.total = self.total + k\n"
    ),
    "functions of objects": "def go(m, k):\n    m.u = m.u * 2\n    m.step(k)\nfor k in range(5):\n    go(self, k)\n",
}


RUN = (
    "    def run(self):\n"
    "        for k in range(5):\n"
    "            self.u = self.shifted(self.u)\n"
    "        return self.u.tolist()\n"
)


def state(model):
    return [
        (name, value.tolist() if hasattr(value, "tolist") else value)
        for part in (model, model.parts)
        for name, value in sorted(vars(part).items())
        if name != "parts"
    ]


def indented(text):
    return "".join(f"        {line}\n" for line in text.splitlines())


@pytest.mark.parametrize("what", RUNS)
def test_same_state(what, module, rewritten, compiled):
    text = RUNS[what]
    local = ""
    if text.startswith("def"):
        local, text = text[: text.index("for ")], text[text.index("for ") :]
    subject = module(HEAD + local + MODEL + "    def run(self):\n" + indented(text))
    expected, model = subject.Model(), subject.Model()
    expected.run()
    names = {"self": model, "p": model.parts}
    reasons = rewritten(subject.Model.run, **names)
    assert reasons == {}
    model.run()
    assert state(model) == state(expected)
    assert counted(compiled) == (2 if "range(3)" in text else 4)
    other = subject.Model()
    other.u = other.u * 3
    expected.__init__()
    expected.u = expected.u * 3
    other.run(), subject.Model.run(expected)
    assert state(other) == state(expected)


REFUSED = {
    "one attribute of two objects": (
        "other = self.twin\nfor k in range(4):\n    self.u = other.u + 1\n",
        "several objects",
    ),
    "an object that changes": (
        "for k in range(4):\n    self.u = self.parts.v + self.u\n    self.parts = self.parts\n",
        "may have no value|that changes|assignment|used as",
    ),
    "a class with its own ways": (
        "odd = self.odd\nfor k in range(4):\n    odd.v = k\n",
        "assigns its attributes itself",
    ),
    "no such attribute": ("for k in range(4):\n    x = self.nothing\n", "no nothing yet"),
    "a class method": ("for k in range(4):\n    x = self.made(k)\n", "not a plain attribute|a call of|made"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_refused(what, module, rewritten, compiled):
    import re

    text, reason = REFUSED[what]
    more = "    @classmethod\n    def made(cls, k):\n        return k\n    def run(self):\n" + indented(text)
    odd = "class Odd:\n    def __setattr__(self, name, value):\n        pass\n"
    subject = module(HEAD + odd + MODEL + more)
    model = subject.Model()
    model.twin, model.odd = subject.Model(), subject.Odd()
    reasons = rewritten(subject.Model.run, self=model, other=model.twin, odd=model.odd)
    assert re.search(reason, " ".join(reasons.values())), reasons
    assert compiled == []


def test_other_types_and_methods(module, rewritten, compiled):
    """Another class, another method of the same class: Python runs the loop."""
    subject = module(
        HEAD + MODEL + RUN + "class More(Model):\n    @staticmethod\n    def shifted(x):\n        return x + 10\n"
    )
    model = subject.Model()
    rewritten(subject.Model.run, self=model)
    assert model.run() == [6, 6, 6] and counted(compiled) == 4
    assert subject.More().run() == [51, 51, 51] and counted(compiled) == 4
    subject.Model.shifted = staticmethod(lambda x: x + 2)
    assert subject.Model().run() == [11, 11, 11] and counted(compiled) == 4
    broken = subject.Model()
    del broken.u
    with pytest.raises(AttributeError):
        broken.run()


def test_an_attribute_hides_a_method(module, rewritten, compiled):
    subject = module(HEAD + MODEL + RUN)
    model = subject.Model()
    rewritten(subject.Model.run, self=model)
    model.run()
    hidden = subject.Model()
    hidden.shifted = lambda x: x + 100
    assert hidden.run() == [501, 501, 501]
