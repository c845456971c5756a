// What the machine has for this process: cores and NUMA domains, as the system's lists tell.
//
// Lists look like `0,2-3`. In a container or under `taskset` they hold what this process may use,
// not all there is.
import Glibc

/// The cores this process may use; its affinity counts, not the machine's size.
func usableCores() -> Int {
    guard let list = usableCoreList() else { return max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
    return countOfNumbers(in: list)
}

/// The numbers of those cores, as a list; nothing if the system does not tell.
func usableCoreList() -> String? { status("Cpus_allowed_list:") }

/// The NUMA domains that this process may take memory from.
func memoryDomainList() -> String? { status("Mems_allowed_list:") }

/// How many NUMA domains have memory for this process.
func memoryDomains() -> Int { memoryDomainList().map(countOfNumbers) ?? 1 }

/// The numbers in a list such as `0,2-3`.
func numbers(in list: String) -> Set<Int> {
    var numbers = Set<Int>()
    for range in list.split(separator: ",") {
        let ends = range.split(separator: "-").compactMap { Int($0) }
        if let low = ends.first, let high = ends.last, low <= high { numbers.formUnion(low...high) }
    }
    return numbers
}

func countOfNumbers(in list: String) -> Int { max(1, numbers(in: list).count) }

private func status(_ label: String) -> String? {
    let line = linesOfFile("/proc/self/status").first { $0.hasPrefix(label) }
    return line.map { String($0.dropFirst(label.count).filter { !$0.isWhitespace }) }
}
