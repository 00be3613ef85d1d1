import InkTensor

/// A rule without braces, in the direction it runs: names that go in, names that come out, and what is done between.
struct WeightStep {
  enum Action {
    case keep
    case transpose
    case permuteRows(RowOrder)
    case split(rows: [Int?], groups: Int, WeightLayout)
    case join(rows: [Int?], groups: Int, WeightLayout)
    case stack
    case unstack
    case reshape(from: Shape, into: Shape)
    case transposeSlices(count: Int)
    case sliceTransposed(count: Int)
    case offset(Float)
    case drop
  }

  let inputs: [NamePattern]
  let outputs: [NamePattern]
  let action: Action

  /// The step that undoes this one; nil for a tensor that was dropped.
  var inverse: WeightStep? {
    let action: Action
    switch self.action {
    case .keep: action = .keep
    case .transpose: action = .transpose
    case .permuteRows(let order): action = .permuteRows(order.inverse)
    case .split(let rows, let groups, let layout): action = .join(rows: rows, groups: groups, layout)
    case .join(let rows, let groups, let layout): action = .split(rows: rows, groups: groups, layout)
    case .stack: action = .unstack
    case .unstack: action = .stack
    case .reshape(let from, let into): action = .reshape(from: into, into: from)
    case .transposeSlices(let count): action = .sliceTransposed(count: count)
    case .sliceTransposed(let count): action = .transposeSlices(count: count)
    case .offset(let amount): action = .offset(-amount)
    case .drop: return nil
    }
    return WeightStep(inputs: outputs, outputs: inputs, action: action)
  }

  /// The steps of a rule.
  ///
  /// - Throws: `malformed` when the two sides have different braces or numbers of `*`.
  static func steps(_ rule: WeightRule) throws(FormatError) -> [WeightStep] {
    switch rule {
    case .rename(let name, let new): return try steps([name], [new], .keep, rule)
    case .transpose(let name, let new): return try steps([name], [new], .transpose, rule)
    case .permuteRows(let name, let new, let order): return try steps([name], [new], .permuteRows(order), rule)
    case .split(let name, let parts, let groups, let layout):
      return try steps([name], parts.map(\.name), .split(rows: parts.map(\.rows), groups: groups, layout), rule)
    case .join(let parts, let new, let groups):
      let action = Action.join(rows: parts.map(\.rows), groups: groups, .outputsFirst)
      return try steps(parts.map(\.name), [new], action, rule)
    case .stack(let name, let new): return try steps([name], [new], .stack, rule)
    case .unstack(let name, let new): return try steps([name], [new], .unstack, rule)
    case .reshape(let name, let new, let from, let into):
      return try steps([name], [new], .reshape(from: from, into: into), rule)
    case .transposeSlices(let name, let new, let count):
      return try steps([name], [new], .transposeSlices(count: count), rule)
    case .offset(let name, let amount, let new): return try steps([name], [new], .offset(amount), rule)
    case .drop(let name): return try steps([name], [], .drop, rule)
    }
  }

  private static func steps(
    _ inputs: [String], _ outputs: [String], _ action: Action, _ rule: WeightRule
  ) throws(FormatError) -> [WeightStep] {
    guard let expanded = NamePattern.expandingBraces(inputs + outputs) else {
      throw FormatError(
        .malformed, file: "weight map", context: "\(rule)", expected: "the same {} groups on both sides")
    }
    var steps: [WeightStep] = []
    for patterns in expanded {
      var counts = Set(patterns.map(\.wildcardCount))
      switch action {
      case .stack: counts = [patterns[0].wildcardCount - 1, patterns[1].wildcardCount]
      case .unstack: counts = [patterns[0].wildcardCount, patterns[1].wildcardCount - 1]
      case .keep, .transpose, .permuteRows, .split, .join, .reshape, .transposeSlices, .sliceTransposed, .offset, .drop:
        break
      }
      guard counts.count == 1, counts.first ?? 0 >= 0 else {
        throw FormatError(
          .malformed, file: "weight map", context: "\(rule)", expected: "the same number of * on both sides",
          hint: "The names that are stacked have one more.")
      }
      steps.append(
        WeightStep(
          inputs: Array(patterns[..<inputs.count]), outputs: Array(patterns[inputs.count...]), action: action))
    }
    return steps
  }
}
