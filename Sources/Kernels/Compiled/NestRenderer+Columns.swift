/// Rows that are taken into a row of results, one after another.
///
/// Several rows make one pass over the results, which stay in a register meanwhile:
///
///     results[i] = ((results[i] ∘ row₀[i]) ∘ row₁[i]) ∘ …
///
/// The first row of all becomes the results.
import Launches
import Shapes

extension NestRenderer {
    /// Rows of one pass.
    private var rowsPerPass: Int {
        switch nest.steps.count {
        case 0...1: return 8
        case 2...5: return 4
        default: return 1
        }
    }

    func writeColumns() {
        w.beginFunction("define void @kernel(ptr %words)")
        readWords()
        let width = word(KernelStructure.pointsWord)
        let count = word(KernelStructure.rowsWord)
        let hasRows = w.set("icmp ne i64 \(word(KernelStructure.hasRowsWord)), 0")
        let first = w.set("select i1 \(hasRows), i64 0, i64 1")
        let carried = rows.map { KernelWriter.Carried(type: "ptr", first: $0) }
        // No row yet: the first is the result.
        let start = w.loop("first", from: "0", to: first, step: "1", carrying: carried) {
            _, values in
            self.take(1, values, width, isFirst: true)
        }
        let passed: (i: String, values: [String])
        if rowsPerPass > 1 {
            let end = w.set("sub nsw i64 \(count), \(rowsPerPass - 1)")
            passed = w.loop(
                "pass", from: start.i, to: end, step: "\(rowsPerPass)",
                carrying: self.carried(start.values)
            ) { _, values in
                self.take(self.rowsPerPass, values, width, isFirst: false)
            }
        } else {
            passed = start
        }
        w.loop(
            "single", from: passed.i, to: count, step: "1", carrying: self.carried(passed.values)
        ) { _, values in
            self.take(1, values, width, isFirst: false)
        }
        w.endFunction("ret void")
    }

    private func carried(_ rows: [String]) -> [KernelWriter.Carried] {
        rows.map { .init(type: "ptr", first: $0) }
    }

    /// Takes some rows from the given addresses on; gives the addresses behind them.
    private func take(_ count: Int, _ addresses: [String], _ width: String, isFirst: Bool)
        -> [String]
    {
        var places = [addresses]
        for _ in 0..<count {
            places.append(
                places.last!.enumerated().map { k, row in
                    w.set("getelementptr i8, ptr \(row), i64 \(rowSteps[k])")
                })
        }
        // What does not move along a row is read for each of the rows.
        var uniformRows: [UniformRow] = []
        for k in 0..<count {
            rows = places[k]
            readUniforms()
            uniformRows.append(takeUniforms())
        }
        // The rows of the next pass, at the same place: along a row others go on.
        fetchDistances = [:]
        if count > 1 {
            for load in structure.fetchedAhead {
                fetchDistances[load] = w.set("mul i64 \(rowSteps[load]), \(count)")
            }
        }
        walk(from: "0", to: width, unrolled: count == 1 ? 2 : 1) { i, points, _ in
            let mask = self.pointsMask(points)
            let firstResult = self.structure.loads.count + self.structure.outputs.count
            var results: [VectorValue] =
                isFirst
                ? []
                : self.nest.folds.indices.map {
                    self.fetchResult(firstResult + $0, self.structure.results[$0], i, points, mask)
                }
            for k in 0..<count {
                self.rows = places[k]
                self.giveUniforms(uniformRows[k])
                let values = self.evaluate(i, points)
                results =
                    isFirst
                    ? values
                    : zip(self.nest.folds, zip(results, values)).map { fold, pair in
                        self.joined(fold, pair.0, pair.1)
                    }
            }
            for (k, result) in results.enumerated() {
                self.put(firstResult + k, self.structure.results[k], result, i, points, mask)
            }
        }
        return places[count]
    }

    private func joined(_ fold: LoopNest.Fold, _ result: VectorValue, _ value: VectorValue)
        -> VectorValue
    {
        do {
            return try CompiledForms.write(w, .apply(fold.operation, fold.type), [result, value])[0]
        } catch {
            failure = failure ?? error
            return value
        }
    }
}
