extension SchemaCompiler {
  /// The most alternatives of a `oneOf`.
  private static let branchLimit = 300
  /// How deep properties are compared.
  private static let depthLimit = 4

  /// Makes sure that no value satisfies two alternatives of a `oneOf`, which then is an `anyOf`.
  func checkDisjoint(_ branches: [Subschema], _ source: Subschema) throws(GrammarError) {
    guard branches.count <= Self.branchLimit else {
      throw source.unsupported("oneOf", "at most \(Self.branchLimit) alternatives")
    }
    var demands: [SchemaConjunction] = []
    for branch in branches { demands.append(try conjunction(of: [branch]).demands) }
    for index in demands.indices {
      for other in demands.indices where other > index {
        guard try areDisjoint(demands[index], demands[other], depth: 0) else {
          throw source.unsupported(
            "oneOf",
            "alternatives that exclude each other by type, by a constant of a required property or by their properties"
              + " (use anyOf where a value may satisfy several)")
        }
      }
    }
  }

  /// Whether no value that would be written satisfies both.
  private func areDisjoint(
    _ first: SchemaConjunction, _ second: SchemaConjunction, depth: Int
  ) throws(GrammarError) -> Bool {
    if first.isImpossible || second.isImpossible { return true }
    // Types are compared as they are demanded: a value that a schema does not exclude satisfies it.
    let shared = first.types.intersection(second.types)
    if shared.isEmpty { return true }
    if let values = first.values, let others = second.values, !values.contains(where: others.contains) { return true }
    if let values = first.values ?? second.values,
      !values.contains(where: { !$0.types.isDisjoint(with: shared) })
    {
      return true
    }
    guard shared == .object, depth < Self.depthLimit else { return false }
    for name in first.required where Self.forbids(name, second) { return true }
    for name in second.required where Self.forbids(name, first) { return true }
    for name in first.required where second.required.contains(name) {
      let left = first.objects.flatMap(\.properties).filter { $0.name == name }.map(\.schema)
      let right = second.objects.flatMap(\.properties).filter { $0.name == name }.map(\.schema)
      if left.isEmpty || right.isEmpty { continue }
      if try areDisjoint(
        try conjunction(of: left).demands, try conjunction(of: right).demands, depth: depth + 1)
      {
        return true
      }
    }
    return false
  }

  /// Whether a property cannot be there.
  private static func forbids(_ name: String, _ demands: SchemaConjunction) -> Bool {
    demands.objects.contains { part in
      guard case .boolean(false)? = part.additional?.value, part.patterns.isEmpty else { return false }
      return !part.properties.contains { $0.name == name }
    }
  }
}
