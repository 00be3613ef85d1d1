/// How many characters must be put in, taken out or exchanged to make one word of another (Levenshtein, 1965).
package enum EditDistance {
  /// The distance, on at most 64 characters of each.
  package static func between(_ first: String, _ second: String) -> Int {
    let columns = Array(second.prefix(64))
    var row = Array(0...columns.count)
    for (line, character) in first.prefix(64).enumerated() {
      var diagonal = row[0]
      row[0] = line + 1
      for (column, other) in columns.enumerated() {
        let exchanged = diagonal + (character == other ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = min(exchanged, row[column] + 1, diagonal + 1)
      }
    }
    return row[columns.count]
  }
}
