/// The number of single-character changes between two names (Levenshtein 1965), to suggest the one that was meant.
package enum NameDistance {
  /// The nearest candidate that differs in less than half of its characters.
  package static func nearest(to name: String, among candidates: [String]) -> String? {
    let wanted = Array(name.utf8.prefix(256))
    var best: (name: String, distance: Int)?
    for candidate in candidates.prefix(4096) {
      let distance = self.distance(
        wanted, Array(candidate.utf8.prefix(256)), limit: best?.distance ?? wanted.count / 2 + 1)
      if let distance, distance < best?.distance ?? Int.max { best = (candidate, distance) }
    }
    return best?.name
  }

  /// nil when the distance is not below `limit`.
  private static func distance(_ first: [UInt8], _ second: [UInt8], limit: Int) -> Int? {
    if abs(first.count - second.count) >= limit { return nil }
    var row = Array(0...second.count)
    for i in 0..<first.count {
      var diagonal = row[0]
      row[0] = i + 1
      var least = row[0]
      for j in 0..<second.count {
        let substitution = diagonal + (first[i] == second[j] ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(substitution, row[j] + 1, diagonal + 1)
        least = min(least, row[j + 1])
      }
      if least >= limit { return nil }
    }
    return row[second.count] < limit ? row[second.count] : nil
  }
}
