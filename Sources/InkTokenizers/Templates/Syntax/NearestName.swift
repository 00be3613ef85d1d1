/// The candidate with the fewest single-letter edits to `name`, when it is near enough to be a slip of the hand.
func nearestName(to name: String, among candidates: [String]) -> String? {
  let letters = Array(name.utf8.prefix(64))
  var best: (name: String, distance: Int)?
  for candidate in candidates {
    let distance = editDistance(letters, Array(candidate.utf8))
    if distance < best?.distance ?? (max(1, letters.count / 2) + 1) { best = (candidate, distance) }
  }
  return best?.name
}

/// Levenshtein distance over bytes.
private func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
  var row = Array(0...right.count)
  for (i, a) in left.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, b) in right.enumerated() {
      let replaced = diagonal + (a == b ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
    }
  }
  return row[right.count]
}
