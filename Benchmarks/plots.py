"""Draws the pictures of the page: `plots.py RECORDS.json FOLDER`; needs matplotlib.

Speeds stand on a logarithmic axis with NumPy at 1. One picture per size of the suite, one of the means,
one per element type of the limits, one of peak memory.
"""

import json
import math
import os
import sys

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt  # noqa: E402

COLOURS = {"legate": "#0b5fa5", "legate-1": "#8fbfe6", "jax": "#d1800f", "numba": "#6a8a1f", "numexpr": "#7d5ba6"}
LABELS = {"legate": "Legate", "legate-1": "Legate, 1 worker", "jax": "JAX", "numba": "Numba", "numexpr": "numexpr"}
matplotlib.rcParams.update(
    {
        "svg.fonttype": "none", "svg.hashsalt": "legate", "font.family": "sans-serif", "font.size": 9,
        "axes.spines.top": False, "axes.spines.right": False, "axes.edgecolor": "#888888",
        "axes.grid": True, "grid.color": "#e6e6e6", "axes.axisbelow": True, "legend.frameon": False,
    }
)  # fmt: skip


def best(case, *names):
    times = [case["systems"].get(name, {}).get("best") for name in names]
    return min((time for time in times if time), default=None)


def speed(case, *names):
    theirs, ours = best(case, "numpy"), best(case, *names)
    return theirs / ours if theirs and ours else None


def mean(values):
    values = [value for value in values if value]
    return math.exp(sum(map(math.log, values)) / len(values)) if values else None


def save(figure, folder, name):
    figure.savefig(os.path.join(folder, name), bbox_inches="tight", metadata={"Date": None})
    plt.close(figure)


def log_axis(axis, limits, ticks=(0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)):
    axis.set_xscale("log")
    axis.set_xlim(*limits)
    axis.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axis.minorticks_off()
    axis.axvline(1, color="#444444", linewidth=1)


def programs(cases, size, folder):
    cases = sorted((case for case in cases if case["size"] == size and speed(case, "legate")), key=lambda c: speed(c, "legate"))
    if not cases:
        return
    figure, axis = plt.subplots(figsize=(7.5, 0.165 * len(cases) + 1.2))
    limits = (0.1, 100)
    for names, colour, marker, label in (
        (("numba",), "numba", "^", "Numba, as it stands"),
        (("jax", "jax-jit"), "jax", "s", "JAX, as it stands"),
        (("legate-1",), "legate-1", "o", LABELS["legate-1"]),
        (("legate",), "legate", "o", "Legate, all workers"),
    ):
        points = [(speed(case, *names), row) for row, case in enumerate(cases) if speed(case, *names)]
        if points:
            # What lies outside stands at the edge.
            xs = [min(max(x, limits[0] * 1.03), limits[1] / 1.03) for x, _ in points]
            axis.scatter(xs, [y for _, y in points], s=20, marker=marker, color=COLOURS[colour], label=label, zorder=3)
    axis.set_yticks(range(len(cases)), [case["program"] for case in cases], fontsize=7)
    axis.set_ylim(-0.7, len(cases) - 0.3)
    axis.margins(y=0)
    log_axis(axis, limits)
    axis.set_xlabel("speed, NumPy = 1")
    axis.set_title(f"Programs, {size} size", loc="left", fontsize=10)
    # Above the axes: the points would hide it.
    axis.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=4, fontsize=7, handletextpad=0.1, columnspacing=0.8)
    save(figure, folder, f"suite-{size}.svg")


def means(cases, folder):
    cases = [case for case in cases if speed(case, "legate")]
    if not cases:
        return
    groups = {"many small calls": "calls", "large arrays": "arrays", "products of matrices": "blas", "all": None}
    figure, axis = plt.subplots(figsize=(6.5, 2.6))
    for place, (label, kind) in enumerate(groups.items()):
        chosen = [case for case in cases if kind in (None, case["class"])]
        for shift, name in ((-0.2, "legate-1"), (0.2, "legate")):
            value = mean(speed(case, name) for case in chosen) or 0
            title = ("Legate, 1 worker" if name == "legate-1" else "Legate, all workers") if place == 0 else None
            axis.bar(place + shift, value, 0.36, color=COLOURS[name], label=title)
            axis.text(place + shift, value, f"{value:.1f}", ha="center", va="bottom", fontsize=8)
    axis.set_xticks(range(len(groups)), groups)
    axis.axhline(1, color="#444444", linewidth=1)
    axis.grid(axis="x", visible=False)
    axis.set_ylabel("speed, NumPy = 1")
    axis.set_title("Geometric means of speed", loc="left", fontsize=10)
    axis.legend(fontsize=8)
    save(figure, folder, "means.svg")


def limits(cases, dtype, folder):
    cases = [case for case in cases if case["dtype"] == dtype]
    if not cases:
        return
    sizes = sorted({case["elements"] for case in cases})
    figure, axes = plt.subplots(1, len(sizes), figsize=(9, 2.6), sharey=True)
    for axis, size in zip(axes, sizes):
        chosen = [case for case in cases if case["elements"] == size]
        for name, marker in (("numexpr", "D"), ("jax-jit", "s"), ("legate-1", "o"), ("legate", "o")):
            points = [(speed(case, name), row) for row, case in enumerate(chosen) if speed(case, name)]
            if points:
                name = name.removesuffix("-jit")
                label = "Legate, all workers" if name == "legate" else LABELS[name]
                xs, ys = zip(*points)
                axis.scatter(xs, ys, s=32, marker=marker, color=COLOURS[name], label=label, zorder=3)
        axis.set_yticks(range(len(chosen)), [case["program"].replace("_", " ") for case in chosen])
        axis.set_ylim(len(chosen) - 0.5, -0.5)
        log_axis(axis, (0.03, 100), (0.1, 1, 10, 100))
        axis.set_title(f"{size:.0e} elements".replace("e+0", "e"), loc="left", fontsize=10)
        axis.set_xlabel("speed, NumPy = 1")
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="upper center", ncols=4, fontsize=8, bbox_to_anchor=(0.5, 1.1))
    save(figure, folder, f"limits-{dtype}.svg")


def memory(peaks, folder):
    if not peaks:
        return
    peaks = sorted(peaks, key=lambda peak: peak["legate"] / peak["numpy"])
    figure, axis = plt.subplots(figsize=(7.5, 0.165 * len(peaks) + 1.0))
    axis.scatter([peak["legate"] / peak["numpy"] for peak in peaks], range(len(peaks)), s=20, color=COLOURS["legate"], zorder=3)
    axis.set_yticks(range(len(peaks)), [peak["program"] for peak in peaks], fontsize=7)
    axis.set_ylim(-0.7, len(peaks) - 0.3)
    axis.axvline(1, color="#444444", linewidth=1)
    axis.set_xlim(0, max(1.5, *(peak["legate"] / peak["numpy"] + 0.1 for peak in peaks)))
    axis.set_xlabel("peak memory of the process, NumPy = 1")
    axis.set_title("Peak memory, large sizes", loc="left", fontsize=10)
    save(figure, folder, "memory.svg")


def main(records, folder):
    with open(records) as file:
        records = json.load(file)
    cases = records.get("suite", [])
    for size in ("tiny", "medium", "large"):
        programs(cases, size, folder)
    means(cases, folder)
    for dtype in ("float64", "float32"):
        limits(records.get("limits", {}).get("cases", []), dtype, folder)
    memory(records.get("peaks"), folder)


if __name__ == "__main__":
    main(*sys.argv[1:])
