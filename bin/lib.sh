# What bin/legate, bin/build and bin/test share: is the set-up done, and which Python is used?
#
# In: `root`, the project's folder. Everything here is plain POSIX shell and cheap: `legate_is_ready`
# runs one `find`, `legate_choose_python` usually starts no process at all.

# The set-up is done when the stamp names this folder and nothing that is compiled is newer.
legate_is_ready() {
    # What bin/install copied has no sources to be older than.
    [ ! -f "$root/build/installed" ] || return 0
    legate_stamp=$root/build/stamp
    [ -f "$legate_stamp" ] || return 1
    read -r legate_stamped <"$legate_stamp"
    [ "$legate_stamped" = "$root" ] || return 1
    [ -x "$root/build/bin/legate-driver" ] && [ -f "$root/build/python/_legate.abi3.so" ] || return 1
    legate_foreign_python || [ -x "$root/.venv/bin/python" ] || return 1
    [ -z "$(cd "$root" && find Package.swift Sources bin/build -newer build/stamp -print -quit)" ]
}

# Sets `legate_python` to the Python of the active virtual environment when that is CPython 3.11
# to 3.13 and has NumPy; fails otherwise.
legate_foreign_python() {
    [ -n "${VIRTUAL_ENV:-}" ] && [ "$VIRTUAL_ENV" != "$root/.venv" ] || return 1
    legate_python=$VIRTUAL_ENV/bin/python
    [ -x "$legate_python" ] || return 1
    for minor in 11 12 13; do
        [ -f "$VIRTUAL_ENV/lib/python3.$minor/site-packages/numpy/__init__.py" ] && return 0
    done
    # Environments that borrow the system's packages can only be asked.
    grep -qs '^include-system-site-packages *= *true' "$VIRTUAL_ENV/pyvenv.cfg" || return 1
    "$legate_python" -c 'import sys, importlib.util as u
sys.exit(not ((3, 11) <= sys.version_info < (3, 14) and u.find_spec("numpy")))' 2>/dev/null
}

# Sets `legate_python`: the active virtual environment's if it has NumPy, else the project's own.
legate_choose_python() {
    legate_foreign_python || legate_python=$root/.venv/bin/python
}

# Whether a run on several ranks is likely meant: by the flags, or because a launcher started this.
legate_wants_ranks() {
    [ -z "${OMPI_COMM_WORLD_SIZE:-}${PMI_SIZE:-}${MV2_COMM_WORLD_SIZE:-}${SLURM_STEP_NUM_TASKS:-}" ] || return 0
    case " ${LEGATE_CONFIG:-} $* " in
        *" --launcher"* | *" --nodes"* | *" --ranks-per-node"*) return 0 ;;
    esac
    return 1
}
