// What `--cpu-bind`, `--mem-bind` and `--nic-bind` mean for one process.
//
// In: lists, one per rank of a node, and which process this is. Out: the words of the tools that
// bind it, and the variables that choose its network cards. A process alone takes the only list.
import Glibc

extension RankFlags {
    /// The list for this process. On one machine that stands for several nodes, lists are used
    /// again.
    func binding(_ lists: [String]?, in world: World) -> String? {
        guard let lists else { return nil }
        return lists[(world.rank?.localIndex ?? 0) % lists.count]
    }

    /// Numbers are the system's, as in `/proc/cpuinfo`; a bound process has no memory elsewhere.
    func bindingTools(in world: World) -> [Tool] {
        let wanted = [
            ("--cpu-bind", "--cpubind", "pu", binding(cpuBind, in: world)),
            ("--mem-bind", "--membind", "numa", binding(memBind, in: world)),
        ]
        let bound = wanted.filter { $0.3 != nil }
        guard let flag = bound.first?.0 else { return [] }
        let words = bound.flatMap { _, option, kind, list in
            [option] + list!.split(separator: ",").map { "\(kind):\($0)" }
        }
        return [Tool(flag: flag, words: ["hwloc-bind", "--physical", "--strict"] + words + ["--"])]
    }

    /// Lists that name what this machine, or this process, does not have.
    func refuseAbsent(in world: World) throws {
        let wanted = [
            ("--cpu-bind", cpuBind, "cores", usableCoreList()),
            ("--mem-bind", memBind, "NUMA domains", memoryDomainList()),
        ]
        for (flag, lists, what, there) in wanted {
            guard let list = binding(lists, in: world), let there,
                !numbers(in: list).isSubset(of: numbers(in: there))
            else { continue }
            throw DriverError.absentBinding(flag: flag, list: list, what: what, there: there)
        }
    }

    /// Cards that the system knows as interfaces serve TCP; others (`mlx5_0`) are found by UCX.
    func networkVariables(in world: World) -> [(String, String)] {
        guard let cards = binding(nicBind, in: world) else { return [] }
        let isInterface = cards.split(separator: ",").allSatisfy {
            access("/sys/class/net/\($0)", F_OK) == 0
        }
        let tcp = isInterface ? [("OMPI_MCA_btl_tcp_if_include", cards)] : []
        return tcp + [("UCX_NET_DEVICES", cards), ("NCCL_IB_HCA", cards)]
    }
}
