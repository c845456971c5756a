/// All tests over several ranks: one after another, because they change what the library does with
/// every array.
import Testing

@Suite(.serialized) struct RankTests {}
