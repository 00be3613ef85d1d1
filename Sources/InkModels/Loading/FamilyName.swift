/// Finds a family by a name that a file gives.
enum FamilyName {
  /// The family that answers to a name.
  ///
  /// - Parameter elsewhere: what the name stands for when it is no family of this kind, if that is known.
  /// - Throws: `unknownFamily`, naming the nearest known name and all of them.
  static func find<Family>(
    _ name: String, among families: [Family], key: String, elsewhere: String? = nil, _ names: (Family) -> [String]
  ) throws(ModelLoadError) -> Family {
    if let family = families.first(where: { names($0).contains(name) }) { return family }
    let known = families.flatMap(names).sorted()
    // A name that goes on where this one ends is nearer than any misspelling: gemma3 is gemma3_text.
    let related = known.filter { !name.isEmpty && $0.hasPrefix(name) }
    let nearest = (related.isEmpty ? known : related).min { distance($0, name) < distance($1, name) } ?? ""
    throw ModelLoadError(
      .unknownFamily, context: key, expected: "one of \(known.joined(separator: ", "))",
      found: ModelLoadError.quoted(name),
      hint: elsewhere ?? "The nearest known name is \"\(nearest)\".")
  }

  /// The number of single-character edits between two names (Levenshtein).
  private static func distance(_ a: String, _ b: String) -> Int {
    let (a, b) = (Array(a.utf8.prefix(80)), Array(b.utf8.prefix(80)))
    var row = Array(0...b.count)
    for (i, left) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, right) in b.enumerated() {
        let substituted = diagonal + (left == right ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(substituted, row[j] + 1, diagonal + 1)
      }
    }
    return row[b.count]
  }
}
