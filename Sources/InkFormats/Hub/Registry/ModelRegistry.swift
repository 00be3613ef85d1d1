/// The short list of models that have a name of their own.
public struct ModelRegistry: Sendable {
  /// The entries, the default first.
  public let models: [BuiltInModel]

  /// A registry of other models.
  public init(models: [BuiltInModel]) { self.models = models }

  /// The entry of this name, or nil.
  public func model(named name: String) -> BuiltInModel? { models.first { $0.name == name } }

  /// The entry of this name.
  ///
  /// - Throws: `HubError` with code `unknownModel` and the nearest name as a hint.
  public func requireModel(named name: String) throws(HubError) -> BuiltInModel {
    if let model = model(named: name) { return model }
    let nearest = nearestName(to: name)
    throw HubError(
      .unknownModel, context: "model \(HubPath.quoted(name))",
      expected: "a built-in name, a .gguf file, a model folder or org/name", found: "none of them",
      hint: (nearest.map { "Did you mean \($0)? " } ?? "") + "Built-in names: "
        + models.map(\.name).joined(separator: ", "))
  }

  /// The name with the fewest edits, if it is near enough to be a slip.
  package func nearestName(to name: String) -> String? {
    let typed = String(name.lowercased().prefix(64))
    let scored = models.map { (name: $0.name, distance: ModelRegistry.edits(typed, $0.name)) }
    guard let best = scored.min(by: { $0.distance < $1.distance }) else { return nil }
    if best.distance <= max(2, best.name.count / 3) { return best.name }
    return typed.count < 4 ? nil : models.map(\.name).first { $0.hasPrefix(typed) || typed.hasPrefix($0) }
  }

  /// Levenshtein's distance.
  private static func edits(_ first: String, _ second: String) -> Int {
    let second = Array(second.utf8)
    var row = Array(0...second.count)
    for (line, byte) in first.utf8.enumerated() {
      var diagonal = row[0]
      row[0] = line + 1
      for column in second.indices {
        let change = diagonal + (second[column] == byte ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = min(change, diagonal + 1, row[column] + 1)
      }
    }
    return row[second.count]
  }
}
