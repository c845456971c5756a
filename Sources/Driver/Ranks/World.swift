// How many processes run the program: this one alone, this one as a rank, or those to be launched.
//
// In: the flags about ranks and the environment. Out: one of three cases. What contradicts itself
// (flags, launcher, scheduler) is refused here, before anything runs.

enum World {
    case alone
    case rank(Rank)
    case launch(Launch)

    init(flags all: LegateFlags, environment: [String: String]) throws {
        let flags = all.ranks
        let launcher = flags.launcher ?? .none
        let asked = (flags.nodes ?? 1) * (flags.ranksPerNode ?? 1)
        // Asked for one process in so many words: a run of its own, also inside a rank.
        if launcher == .none, asked == 1, flags.nodes != nil, flags.ranksPerNode != nil {
            self = .alone
        } else if let rank = try Rank.current(environment: environment) {
            if launcher != .none {
                throw DriverError.incompatible(
                    "--launcher \(launcher.rawValue)", "\(rank.source)=\(rank.count)",
                    why: "this process is already one of several ranks")
            }
            if flags.nodes != nil || flags.ranksPerNode != nil, asked != rank.count {
                throw DriverError.worldSize(
                    asked: asked == 1 ? "1 rank" : "\(asked) ranks", found: rank.count,
                    source: rank.source)
            }
            self = .rank(rank)
        } else if launcher != .none {
            self = .launch(try Launch(launcher, flags: all, environment: environment))
        } else if asked > 1 && flags.rankStart {
            throw DriverError.launchedAlone(ranks: asked)
        } else if asked > 1 {
            throw DriverError.noLauncher(flags.nodes ?? 1 > 1 ? "--nodes" : "--ranks-per-node")
        } else {
            self = .alone
        }
        for binding in flags.bindings where binding.lists != ranksPerNode(flags) {
            throw DriverError.bindingCount(
                flag: binding.flag, lists: binding.lists, ranks: ranksPerNode(flags))
        }
    }

    /// Places on a node as far as bindings go: with `--nodes 2` on one machine they are used twice.
    func ranksPerNode(_ flags: RankFlags) -> Int {
        switch self {
        case .alone: return 1
        case .rank(let rank): return flags.ranksPerNode ?? rank.localCount
        case .launch(let launch): return launch.ranksPerNode
        }
    }

    /// All processes of the run.
    var ranks: Int {
        switch self {
        case .alone: return 1
        case .rank(let rank): return rank.count
        case .launch(let launch): return launch.ranks
        }
    }

    var rank: Rank? {
        guard case .rank(let rank) = self else { return nil }
        return rank
    }
}
