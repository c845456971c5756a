"""The words of a kernel spec that notebooks ask for later: what the kernel was configured with.

The resource flags of ``legate-jupyter`` and their places in ``kernel.json`` (metadata ``legate``), and the
lines that ``%legate_info`` shows for them.
"""

# flag, default, variable with another default, text of %legate_info
CORE = (
    ("cpus", 4, None, "CPUs to use per rank"),
    ("gpus", 0, None, "GPUs to use per rank"),
    ("omps", 0, "LEGATE_OMP_PROCS", "OpenMP groups to use per rank"),
    ("ompthreads", 4, "LEGATE_OMP_THREADS", "Threads per OpenMP group"),
    ("utility", 2, "LEGATE_UTILITY_CORES", "Utility processors per rank"),
)
MEMORY = (
    ("sysmem", 4000, "LEGATE_SYSMEM", "DRAM memory per rank (in MBs)"),
    ("numamem", 0, "LEGATE_NUMAMEM", "DRAM memory per NUMA domain per rank (in MBs)"),
    ("fbmem", 4000, "LEGATE_FBMEM", "Framebuffer memory per GPU (in MBs)"),
    ("zcmem", 32, "LEGATE_ZCMEM", "Zero-copy memory per rank (in MBs)"),
    ("regmem", 0, "LEGATE_REGMEM", "Registered CPU-side pinned memory per rank (in MBs)"),
)

# The variable in which a kernel finds the name of its spec.
NAME_VARIABLE = "__LEGATE_JUPYTER_KERNEL_SPEC__"


def info(name, settings):
    """The text of ``%legate_info`` for a kernel of this name."""
    lines = [f"Kernel '{name}' configured for {settings['multi_node']['nodes']} node(s)", "", "Cores:"]
    lines += [f"  {text} : {settings['core'][flag]}" for flag, _, _, text in CORE]
    lines += ["", "Memory:"]
    lines += [f"  {text} : {settings['memory'][flag]}" for flag, _, _, text in MEMORY]
    return "\n".join(lines)
