/// One rank among all: what the planner must know of a run on several.

/// One rank among all.
public struct RankPlace: Hashable, Sendable {
    /// Its number.
    public var rank: Int
    /// Ranks of the run.
    public var rankCount: Int

    /// A place.
    public init(rank: Int, rankCount: Int) {
        self.rank = rank
        self.rankCount = rankCount
    }
}
