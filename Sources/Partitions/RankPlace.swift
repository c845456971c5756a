/// One rank among all: what the planner must know of a run on several.

public struct RankPlace: Hashable, Sendable {
    public var rank: Int
    public var rankCount: Int

    public init(rank: Int, rankCount: Int) {
        self.rank = rank
        self.rankCount = rankCount
    }
}
