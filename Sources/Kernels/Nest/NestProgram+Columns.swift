/// The columns form: a chunk adds the rows of a leaf for some inner points, neighbours at once.
///
///     rows  │ + + + + + + + +     inner points side by side: each column is a result
///           ▼ + + + + + + + +
import Launches

extension NestProgram {
    func runColumns(
        _ outer: Int, _ rows: Range<Int>, _ inner: Range<Int>, _ partial: Int,
        _ frame: BlockInterpreter.Frame,
        _ partials: UnsafeMutableRawPointer?
    ) {
        if takesCompiled(outer, rows, inner, frame) {
            return keepColumns(outer, inner, partial, frame, partials)
        }
        let width = inner.count
        let blockBytes = interpreter.spareBytes
        let isBare = (0..<folders.count).allSatisfy {
            interpreter.linearLoad(folders[$0].value) != nil
        }
        let rowsPerBlock =
            isBare
            ? rows.count : width == innerCount ? Swift.max(1, interpreter.blockSize / width) : 1
        var row = rows.lowerBound
        while row < rows.upperBound {
            let count = Swift.min(rowsPerBlock, rows.upperBound &- row)
            let start = (outer &* reducedCount &+ row) &* innerCount &+ inner.lowerBound
            if !isBare { evaluate(start: start, count: count &* width, frame) }
            for k in 0..<folders.count {
                let folder = folders[k]
                var source = UnsafeRawPointer(frame.values[folder.value])
                var rowBytes = width &* folder.size
                if isBare, let load = interpreter.linearLoad(folder.value) {
                    source = UnsafeRawPointer(
                        frame.memory[load.slot] + (load.offset &+ start) &* folder.size)
                    rowBytes = innerCount &* folder.size
                }
                let results = frame.spare + k &* blockBytes
                var first = 0
                if row == rows.lowerBound {
                    results.copyMemory(from: source, byteCount: width &* folder.size)
                    first = 1
                }
                folder.columns(results, source + first &* rowBytes, rowBytes, count &- first, width)
            }
            row &+= count
        }
        keepColumns(outer, inner, partial, frame, partials)
    }

    /// Puts a chunk's results where they belong: to the targets, or to the partial results.
    private func keepColumns(
        _ outer: Int, _ inner: Range<Int>, _ partial: Int, _ frame: BlockInterpreter.Frame,
        _ partials: UnsafeMutableRawPointer?
    ) {
        for k in 0..<folders.count {
            let folder = folders[k]
            let source = frame.spare + k &* interpreter.spareBytes
            if leaves.isEmpty {
                storeColumns(source, k, outer, inner, frame.memory)
            } else {
                (partials! + columnPartial(k, partial) + inner.lowerBound &* folder.size)
                    .copyMemory(from: source, byteCount: inner.count &* folder.size)
            }
        }
    }

    /// Byte offset of the partial row of fold `k`: laid out as [leaf][fold][inner], 16 bytes per
    /// element.
    func columnPartial(_ k: Int, _ leaf: Int) -> Int {
        (leaf &* folders.count &+ k) &* innerCount &* 16
    }

    func storeColumns(
        _ source: UnsafeRawPointer, _ fold: Int, _ outer: Int, _ inner: Range<Int>,
        _ memory: UnsafePointer<UnsafeMutableRawPointer>
    ) {
        let target = nest.folds[fold].target
        let size = target.type.byteCount
        let base = keptOffset(fold, outer)
        let firstInner = nest.keptAxes + nest.reducedAxes
        for (k, point) in inner.enumerated() {
            var rest = point
            var offset = base
            var axis = nest.extents.count &- 1
            while axis >= firstInner {
                let extent = nest.extents[axis]
                offset &+= (rest % extent) &* target.strides[axis]
                rest /= extent
                axis &-= 1
            }
            (memory[target.slot] + offset &* size).copyMemory(
                from: source + k &* size, byteCount: size)
        }
    }
}
