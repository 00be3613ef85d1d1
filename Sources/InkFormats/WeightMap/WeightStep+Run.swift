import InkTensor

extension WeightStep {
  /// Makes one output of the step.
  ///
  /// - Parameter output: which of the outputs; for `unstack` the number of the slice.
  func run(_ inputs: [StoredTensor], output: Int, name: String) throws(FormatError) -> StoredTensor {
    guard let first = inputs.first else {
      throw FormatError(.missing, file: "", context: "tensor \(FormatError.quoted(name))", expected: "its parts")
    }
    switch action {
    case .keep: return first.named(name)
    case .transpose: return try first.transposedMatrix().named(name)
    case .permuteRows(let order): return try WeightStep.permuted(first, order).named(name)
    case .split(let rows, let groups, let layout):
      let upright = layout == .inputsFirst && first.shape.rank == 2 ? try first.transposedMatrix() : first
      return try WeightStep.part(output, of: upright, rows: rows, groups: groups).named(name)
    case .join(_, let groups, let layout):
      let joined = try WeightStep.joined(inputs, groups: groups, name: name)
      return layout == .inputsFirst && joined.shape.rank == 2 ? try joined.transposedMatrix().named(name) : joined
    case .stack: return try StoredTensor.stacking(inputs, named: name)
    case .unstack: return try WeightStep.slice(output, of: first).named(name)
    case .reshape(let from, let into): return try WeightStep.reshaped(first, from: from, into: into).named(name)
    case .transposeSlices(let count): return try WeightStep.transposedSlices(first, count: count, name: name)
    case .sliceTransposed(let count): return try WeightStep.slicedTransposed(first, count: count, name: name)
    case .offset(let amount):
      let tensor = try first.float32()
      return StoredTensor(name: name, Tensor(tensor.toArray().map { $0 + amount }, shape: tensor.shape))
    case .drop:
      throw FormatError(.missing, file: "", context: "tensor \(FormatError.quoted(name))", found: "a dropped tensor")
    }
  }

  /// A tensor that has the new shape already is taken as it is: files of several ages differ in axes of one element.
  private static func reshaped(_ tensor: StoredTensor, from: Shape, into: Shape) throws(FormatError) -> StoredTensor {
    if tensor.shape == into { return tensor }
    guard tensor.shape == from else {
      throw FormatError(
        .shapeMismatch, file: "", context: "tensor \(FormatError.quoted(tensor.name))", expected: "\(from)",
        found: "\(tensor.shape)")
    }
    return try tensor.reshaped(into)
  }

  /// [count, rows, columns] as [count * columns, rows].
  private static func transposedSlices(
    _ tensor: StoredTensor, count: Int, name: String
  ) throws(FormatError) -> StoredTensor {
    guard tensor.shape.rank == 3, tensor.shape[0] == count, tensor.bytesPerRow != nil else {
      throw FormatError(
        .shapeMismatch, file: "", context: "tensor \(FormatError.quoted(tensor.name))", expected: "\(count) matrices",
        found: "\(tensor.shape)")
    }
    var parts: [StoredTensor] = []
    for index in 0..<count { parts.append(try slice(index, of: tensor).transposedMatrix()) }
    return try StoredTensor.concatenatingRows(parts, named: name)
  }

  /// [count * columns, rows] as [count, rows, columns].
  private static func slicedTransposed(
    _ tensor: StoredTensor, count: Int, name: String
  ) throws(FormatError) -> StoredTensor {
    guard tensor.shape.rank == 2, count > 0, tensor.shape[0] % count == 0, tensor.bytesPerRow != nil else {
      throw FormatError(
        .shapeMismatch, file: "", context: "tensor \(FormatError.quoted(tensor.name))",
        expected: "rows of a multiple of \(count)", found: "\(tensor.shape)")
    }
    let rows = tensor.shape[0] / count
    var parts: [StoredTensor] = []
    for index in 0..<count {
      parts.append(try tensor.rows(index * rows..<(index + 1) * rows).transposedMatrix())
    }
    return try StoredTensor.stacking(parts, named: name)
  }

  private static func permuted(_ tensor: StoredTensor, _ order: RowOrder) throws(FormatError) -> StoredTensor {
    guard tensor.bytesPerRow != nil, let sources = order.sources(rows: tensor.shape[0]) else {
      throw FormatError(
        .shapeMismatch, file: "", context: "tensor \(FormatError.quoted(tensor.name))",
        expected: "rows for \(order)", found: "\(tensor.shape)")
    }
    return try tensor.gatheringRows(sources.map { $0..<$0 + 1 })
  }

  private static func part(
    _ index: Int, of tensor: StoredTensor, rows: [Int?], groups: Int
  ) throws(FormatError) -> StoredTensor {
    let sizes = try partSizes(tensor, rows: rows, groups: groups)
    let start = sizes[..<index].reduce(0, +)
    if groups == 1 { return try tensor.rows(start..<start + sizes[index]) }
    let groupRows = tensor.shape[0] / groups
    return try tensor.gatheringRows(
      (0..<groups).map { group in
        let first = group * groupRows + start / groups
        return first..<first + sizes[index] / groups
      })
  }

  /// The rows of each part, over all groups.
  private static func partSizes(_ tensor: StoredTensor, rows: [Int?], groups: Int) throws(FormatError) -> [Int] {
    let total = tensor.bytesPerRow == nil ? 0 : tensor.shape[0]
    // Sizes beyond the tensor are refused before they are summed.
    let known = rows.compactMap { $0 }
    let open = rows.count - known.count
    if groups > 0, known.allSatisfy({ $0 >= 0 && $0 <= total && $0 % groups == 0 }), total % groups == 0 {
      let left = known.reduce(total) { $0 < 0 ? $0 : $0 - $1 }
      if open == 0 ? left == 0 : left >= 0 && left % (open * groups) == 0 {
        return rows.map { $0 ?? left / open }
      }
    }
    throw FormatError(
      .shapeMismatch, file: "", context: "splitting \(FormatError.quoted(tensor.name))",
      expected: "\(rows.map { $0.map(String.init) ?? "an equal share" }) rows in \(groups) groups",
      found: "\(tensor.shape)")
  }

  private static func joined(
    _ inputs: [StoredTensor], groups: Int, name: String
  ) throws(FormatError) -> StoredTensor {
    if groups == 1 { return try StoredTensor.concatenatingRows(inputs, named: name) }
    var pieces: [StoredTensor] = []
    for group in 0..<max(groups, 0) {
      for input in inputs {
        guard input.bytesPerRow != nil, groups > 0, input.shape[0] % groups == 0 else {
          throw FormatError(
            .shapeMismatch, file: "", context: "joining \(FormatError.quoted(input.name))",
            expected: "rows of a multiple of \(groups)", found: "\(input.shape)")
        }
        let share = input.shape[0] / groups
        pieces.append(try input.rows(group * share..<(group + 1) * share))
      }
    }
    return try StoredTensor.concatenatingRows(pieces, named: name)
  }

  private static func slice(_ index: Int, of tensor: StoredTensor) throws(FormatError) -> StoredTensor {
    try tensor.rows(index..<index + 1).reshaped(Shape(tensor.shape.array.dropFirst()))
  }
}
