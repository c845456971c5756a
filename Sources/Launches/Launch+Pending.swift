/// What a launch means for its stores between its recording and its run.

extension Launch {
    /// Counts the launch as recorded and not yet run.
    ///
    /// - Returns: Whether foreign code may touch one of the stores at any time.
    public func becomePending() -> Bool {
        var isShared = false
        inputs.withUnsafeBufferPointer {
            for k in $0.indices {
                let store = $0[k].store
                store.pendingReads &+= 1
                isShared = isShared || store.isShared
            }
        }
        outputs.withUnsafeBufferPointer {
            for k in $0.indices {
                let store = $0[k].store
                store.pendingWrites &+= 1
                if store.isTiled { store.isLocal = false }
                isShared = isShared || store.isShared
            }
        }
        return isShared
    }

    /// Counts it as run, or as never to be run.
    public func endPending() {
        inputs.withUnsafeBufferPointer { for k in $0.indices { $0[k].store.pendingReads &-= 1 } }
        outputs.withUnsafeBufferPointer { for k in $0.indices { $0[k].store.pendingWrites &-= 1 } }
    }
}
