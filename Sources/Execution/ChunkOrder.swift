/// In which order the chunks of a job are begun, and by whom.
public enum ChunkOrder {
    /// In any: nothing waits. A worker rather takes those that it had in the last job of as many.
    case any
    /// In ascending order: a body may wait for chunks of lower numbers.
    case ascending
    /// Worker k takes `bounds[k] ..< bounds[k + 1]`, its lane, in ascending order, each chunk once
    /// it is ready, so that bodies wait for nothing and operands stay in the caches of who works
    /// on them. Chunks that nobody comes for are taken by others.
    ///
    /// Some chunk at the head of a lane is always ready while none is in work. `isReady` is called
    /// on all workers, now and then with the number of a chunk of an earlier job.
    case lanes(bounds: [Int], isReady: (_ chunk: Int) -> Bool)
}
