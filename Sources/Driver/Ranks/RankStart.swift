// What a rank does before it becomes the program: it is tied to its launcher, and printing happens
// once.
//
// All ranks run the same program, so all would print the same. Standard output of ranks other than
// 0 goes nowhere (file descriptor 1, so that C code is covered); their standard error is kept, but
// `sitecustomize.py` in the hook folder holds back what rank 0 says as well.
import CProcess
import Glibc

extension Rank {
    /// Whether this rank's standard output is shown: rank 0's always is.
    func isHeard(environment: [String: String]) throws -> Bool {
        switch environment["LEGATE_LIMIT_STDOUT"] {
        case nil, "", "1": return index == 0
        case "0": return true
        case .some(let value):
            throw DriverError.environment(
                variable: "LEGATE_LIMIT_STDOUT", value: value, allowed: "0 or 1")
        }
    }

    /// Points standard output at nothing.
    func silence() {
        let nowhere = open("/dev/null", O_WRONLY)
        guard nowhere >= 0 else { return }
        dup2(nowhere, STDOUT_FILENO)
        close(nowhere)
    }

    /// What the program, the runtime and MPI learn about this rank.
    func variables(environment: [String: String]) -> [(String, String)] {
        var variables = [
            ("LEGATE_RANKS", String(count)), ("LEGATE_GLOBAL_RANK", String(index)),
            ("LEGATE_LOCAL_RANK", String(localIndex)),
        ]
        // Launchers other than mpirun do not say that a rank which waits must let others work.
        let yields = "OMPI_MCA_mpi_yield_when_idle"
        if environment[yields] == nil && !isBound && localCount > usableCores() {
            variables.append((yields, "1"))
        }
        // In mpirun's session folder the memory that ranks share goes with the session.
        let segments = "OMPI_MCA_btl_vader_backing_directory"
        if let folder = environment["PMIX_SERVER_TMPDIR"], folder.hasPrefix("/dev/shm/"),
            environment[segments] == nil
        {
            variables.append((segments, folder))
        }
        return variables
    }
}

/// A rank that our launcher started ends when the launcher's process on this node does.
func tieToLauncher() { lg_end_with_parent(SIGKILL) }

/// Gives rank 0 the time to say it, before the launcher ends all for this rank's exit code.
func waitForFirstRank() { usleep(2_000_000) }
