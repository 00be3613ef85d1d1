/// Finds what somebody probably meant.
enum NearestName {
  /// The name that takes the fewest changes of a letter, if these are few beside its length.
  static func of(_ name: String, among names: [String]) -> String? {
    let name = name.lowercased().replacing("-", with: "_")
    let ranked = names.map { ($0, distance(Array(name.prefix(64)), Array($0))) }
    guard let best = ranked.min(by: { $0.1 < $1.1 }), best.1 <= max(best.0.count < 4 ? 1 : 2, best.0.count / 3) else {
      return nil
    }
    return best.0
  }

  /// Levenshtein's distance, row by row.
  private static func distance(_ left: [Character], _ right: [Character]) -> Int {
    var row = Array(0...right.count)
    for (index, letter) in left.enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for (column, other) in right.enumerated() {
        let changed = diagonal + (letter == other ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = min(changed, diagonal + 1, row[column] + 1)
      }
    }
    return row[right.count]
  }
}
