extension SchemaCompiler {
  mutating func arrays(_ demands: SchemaConjunction) throws(GrammarError) -> GrammarExpression {
    if demands.arrays.isEmpty, demands.leastItems == 0, demands.mostItems == nil { return try json.array(&builder) }
    let longest = max(demands.leastItems, demands.mostItems ?? 0)
    guard longest <= NetworkDraft.repetitionLimit else {
      throw GrammarError(
        .tooLarge, in: "schema, minItems or maxItems", expected: "at most \(NetworkDraft.repetitionLimit) elements",
        found: "\(longest)", hint: "Leave the number out, or make it smaller.")
    }
    if let most = demands.mostItems, most < demands.leastItems { return .nothing }
    let rest = demands.arrays.compactMap(\.rest)
    let item = try rule(for: rest)
    let listed = demands.arrays.map(\.prefix.count).max() ?? 0
    let count = min(listed, demands.mostItems ?? listed)
    if count == 0 {
      return try json.list(
        of: item, in: ("[", "]"), least: demands.leastItems, most: demands.mostItems, &builder)
    }
    let comma = try json.comma(&builder)
    // From the last element to the first: what may follow when so many elements stand there.
    var tail = GrammarExpression.repetition(
      .sequence([comma, item]), least: max(0, demands.leastItems - count), most: demands.mostItems.map { $0 - count })
    for index in (0..<count).reversed() {
      let schemas = demands.arrays.compactMap { part in
        index < part.prefix.count ? part.prefix[index] : part.rest
      }
      let element = try rule(for: schemas)
      let body = GrammarExpression.sequence(index == 0 ? [element, tail] : [comma, element, tail])
      tail = .rule(
        try builder.addRule("element \(index)", index < demands.leastItems ? body : .optional(body)))
    }
    let blank = try json.blank(&builder)
    return .sequence([.text("["), blank, tail, blank, .text("]")])
  }
}
