/// Checks of the MPI transport that need real processes; run by mpirun, called from `Tests/ranks`.
///
///     TransportProbe contract [LARGE [TAG-LIMIT]]    every check of the contract
import Execution
import Glibc
import MPITransport
import TransportContract

setvbuf(stdout, nil, _IOLBF, 0)
let words = Array(CommandLine.arguments.dropFirst())

func openTransport(tagLimit: Int = 0) -> MPITransport {
    do {
        return try MPITransport(tagLimit: tagLimit)
    } catch {
        fputs("TransportProbe: \(error)\n", stderr)
        exit(64)
    }
}

func runContract() {
    let transport = openTransport(tagLimit: words.count > 2 ? Int(words[2])! : 0)
    for check in TransportContract.checks(large: words.count > 1 ? Int(words[1])! : 1 << 20) {
        do {
            try check.run(TransportContract(transport))
        } catch {
            transport.abort("\(check.name): \(error)", code: 1)
        }
        if transport.rank == 0 { print("\(check.name): ok") }
    }
    transport.close()
}

switch words.first {
case "contract": runContract()
default:
    fputs("TransportProbe: no such check\n", stderr)
    exit(2)
}
