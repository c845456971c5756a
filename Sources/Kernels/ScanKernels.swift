/// Running reductions of a block, from the left, with a carry between blocks.
///
/// A run cut into blocks gives the same bits as the run in one piece: each step sees exactly the
/// value before it.

import Shapes

func scanKernel<B: BinaryBody>(_: B.Type) -> ScanKernel.Function where B.X == B.Y, B.Y == B.Result {
    { input, count, carry, hasCarry, output in
        guard count > 0 else { return }
        let x = input.assumingMemoryBound(to: B.X.self)
        let result = output.assumingMemoryBound(to: B.X.self)
        var running = hasCarry ? B.apply(carry.load(as: B.X.self), x[0]) : x[0]
        result[0] = running
        var i = 1
        while i < count {
            running = B.apply(running, x[i])
            result[i] = running
            i &+= 1
        }
        carry.storeBytes(of: running, as: B.X.self)
    }
}
