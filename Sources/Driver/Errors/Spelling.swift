// Finds the flag that a misspelt one was probably meant to be.
//
// Distance: letters to insert, drop or exchange, or neighbours to swap (Damerau 1964).

func closest(to word: String, among names: [String]) -> String? {
    let bare = String(word.prefix { $0 != "=" }.drop { $0 == "-" })
    let ranked = names.map { (name: $0, distance: distance(bare, String($0.dropFirst(2)))) }
    guard let best = ranked.min(by: { $0.distance < $1.distance }) else { return nil }
    return best.distance <= max(1, bare.count / 3) ? best.name : nil
}

private func distance(_ left: String, _ right: String) -> Int {
    let a = Array(left), b = Array(right)
    var rows = [Array(0...b.count)]
    for i in 0..<a.count {
        var row = [i + 1]
        for j in 0..<b.count {
            let exchange = rows[i][j] + (a[i] == b[j] ? 0 : 1)
            var cost = min(exchange, row[j] + 1, rows[i][j + 1] + 1)
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                cost = min(cost, rows[i - 1][j - 1] + 1)
            }
            row.append(cost)
        }
        rows.append(row)
    }
    return rows[a.count][b.count]
}
