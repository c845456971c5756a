/// What a launch means for its stores between its recording and its run.

extension Launch {
    /// Whether its body needs the host's lock.
    @inline(__always)
    public var needsHost: Bool {
        guard code == nil, case .opaque(let task) = body else { return false }
        return task.needsHost
    }

    /// Counts the launch as recorded and not yet run.
    ///
    /// - Returns: Whether foreign code may touch one of the stores at any time.
    public func becomePending() -> Bool {
        var isShared = false
        inputs.withUnsafeBufferPointer {
            for k in $0.indices {
                isShared =
                    $0[k].withStore {
                        $0.pendingReads &+= 1
                        return $0.isShared
                    } || isShared
            }
        }
        outputs.withUnsafeBufferPointer {
            for k in $0.indices {
                isShared =
                    $0[k].withStore {
                        $0.pendingWrites &+= 1
                        if $0.isTiled { $0.isLocal = false }
                        return $0.isShared
                    } || isShared
            }
        }
        return isShared
    }

    /// Counts it as run, or as never to be run.
    public func endPending() {
        inputs.withUnsafeBufferPointer {
            for k in $0.indices { $0[k].withStore { $0.pendingReads &-= 1 } }
        }
        outputs.withUnsafeBufferPointer {
            for k in $0.indices { $0[k].withStore { $0.pendingWrites &-= 1 } }
        }
    }
}
