/// Scaled dot-product attention of whole sequences, whose keys and values no cache keeps: what training computes. The
/// numbers are those of ``Attention``.
struct SequenceAttention: Sendable {
  /// Where the values are.
  enum Values: Sendable {
    /// [rows, keyHeads, valueWidth].
    case own(Tensor)
    /// The first elements of the keys (latent attention).
    case inKeys(width: Int)
  }

  let query: Tensor  // [rows, heads, keyWidth]
  let key: Tensor  // [rows of keys, keyHeads, keyWidth]
  let values: Values
  let pairs: [AttentionPair]
  var settings: AttentionSettings
  /// The numbers of the settings' distance bias, [2 reach + 1, heads], if they have gradients.
  var biasTable: Tensor?

  var heads: Int { query.shape[1] }
  var keyHeads: Int { key.shape[1] }
  var keyWidth: Int { key.shape[2] }

  var valueWidth: Int {
    switch values {
    case .own(let value): value.shape[2]
    case .inKeys(let width): width
    }
  }

  var inputs: [Tensor] {
    switch values {
    case .own(let value): [query, key, value] + (biasTable.map { [$0] } ?? [])
    case .inKeys: [query, key] + (biasTable.map { [$0] } ?? [])
    }
  }

  /// The same with queries, keys and values changed.
  func changed(_ change: (Tensor) -> Tensor) -> SequenceAttention {
    let values: Values =
      switch values {
      case .own(let value): .own(change(value))
      case .inKeys(let width): .inKeys(width: width)
      }
    return SequenceAttention(
      query: change(query), key: change(key), values: values, pairs: pairs, settings: settings, biasTable: biasTable)
  }

  func resultShape() throws(ShapeMismatch) -> Shape {
    guard query.shape.rank == 3, key.shape.rank == 3, key.shape[2] == query.shape[2], key.shape[1] > 0,
      key.shape[2] > 0, query.shape[1] % key.shape[1] == 0
    else { throw ShapeMismatch("query \(query.shape), key \(key.shape)") }
    switch values {
    case .own(let value):
      if value.shape.rank != 3 || value.shape[0] != key.shape[0] || value.shape[1] != key.shape[1] {
        throw ShapeMismatch("key \(key.shape), value \(value.shape)")
      }
    case .inKeys(let width):
      if width < 0 || width > keyWidth { throw ShapeMismatch("values of \(width) in keys of \(keyWidth)") }
    }
    guard settings.slopes.isEmpty || settings.slopes.count == heads,
      settings.distanceBias.map({ $0.heads == heads }) ?? true
    else { throw ShapeMismatch("slopes or biases that are not of \(heads) heads") }
    guard pairs.allSatisfy(\.isPossible), SequenceAttention.areApart(pairs.map(\.queries), within: query.shape[0]),
      SequenceAttention.areApart(pairs.map(\.keys), within: key.shape[0])
    else { throw ShapeMismatch("sequences \(pairs) of query \(query.shape), key \(key.shape)") }
    return [query.shape[0], heads * valueWidth]
  }

  /// Whether rows exist and belong to one range at most.
  private static func areApart(_ ranges: [Range<Int>], within count: Int) -> Bool {
    var end = 0
    for range in ranges.filter({ !$0.isEmpty }).sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if range.lowerBound < end || range.upperBound > count { return false }
      end = range.upperBound
    }
    return true
  }

  /// Sets the rows of no sequence to zero.
  static func clear(_ tensor: Tensor, outside ranges: [Range<Int>]) {
    let rows = tensor.shape[0]
    guard rows > 0 else { return }
    let width = tensor.elementCount / rows
    var end = 0
    func clear(upTo next: Int) {
      if next > end { (tensor.floats + end * width).update(repeating: 0, count: (next - end) * width) }
    }
    for range in ranges.filter({ !$0.isEmpty }).sorted(by: { $0.lowerBound < $1.lowerBound }) {
      clear(upTo: range.lowerBound)
      end = range.upperBound
    }
    clear(upTo: rows)
  }
}

extension CPU {
  /// Attention of `query` [rows, heads, keyWidth] of whole sequences over their own keys [rows, keyHeads, keyWidth] and
  /// values [rows, keyHeads, valueWidth].
  ///
  /// - Parameters:
  ///   - segments: the rows of each sequence from its first token on; rows of none have results of zero.
  ///   - distanceBias: what is added to a score for the distance between key and query instead of the settings' bias,
  ///     where it has gradients: [2 reach + 1, heads], the first row for a key that is `reach` or more before the query.
  /// - Returns: [rows, heads * valueWidth].
  package func attention(
    _ query: Tensor, key: Tensor, value: Tensor, segments: [AttentionSegment], settings: AttentionSettings,
    distanceBias: Tensor? = nil
  ) -> Tensor {
    var attention = SequenceAttention(
      query: query, key: key, values: .own(value), pairs: pairs(segments, mask: settings.mask), settings: settings)
    if let distanceBias {
      guard distanceBias.shape.rank == 2, distanceBias.shape[0] % 2 == 1 else {
        trap("attention", "a table of distances of shape \(distanceBias.shape)")
      }
      attention.settings.distanceBias = DistanceBias(table: distanceBias)
      attention.biasTable = distanceBias
    }
    return attend(attention)
  }

  /// Attention of `query` [rows, heads, keyWidth] of whole sequences over their own keys [rows, keyHeads, keyWidth], the
  /// first elements of which are the values.
  ///
  /// - Parameters:
  ///   - valueWidth: how many elements those are.
  ///   - segments: the rows of each sequence from its first token on; rows of none have results of zero.
  /// - Returns: [rows, heads * valueWidth].
  package func attention(
    _ query: Tensor, keysWithValues key: Tensor, valueWidth: Int, segments: [AttentionSegment],
    settings: AttentionSettings
  ) -> Tensor {
    attend(
      SequenceAttention(
        query: query, key: key, values: .inKeys(width: valueWidth), pairs: pairs(segments, mask: settings.mask),
        settings: settings))
  }

  /// Attention of `query` [rows, heads, keyWidth] of whole sequences over all keys [rows of keys, keyHeads, keyWidth] and
  /// values [rows of keys, keyHeads, valueWidth] of other sequences.
  ///
  /// - Parameters:
  ///   - querySegments: the rows of each sequence; rows of none have results of zero.
  ///   - keySegments: for each of them the rows of the keys, which are no other's.
  ///   - settings: with a mask that lets all keys through.
  /// - Returns: [rows, heads * valueWidth].
  package func attention(
    _ query: Tensor, key: Tensor, value: Tensor, querySegments: [AttentionSegment], keySegments: [AttentionSegment],
    settings: AttentionSettings
  ) -> Tensor {
    if querySegments.count != keySegments.count {
      trap("attention", "\(querySegments.count) sequences look at \(keySegments.count)")
    }
    let pairs = zip(querySegments, keySegments).map {
      AttentionPair(queries: $0.rows, keys: $1.rows, mask: settings.mask, arrangement: .causal)
    }
    return attend(
      SequenceAttention(query: query, key: key, values: .own(value), pairs: pairs, settings: settings))
  }

  private func pairs(_ segments: [AttentionSegment], mask: AttentionMask) -> [AttentionPair] {
    segments.map { segment in
      if segment.firstPosition != 0 { trap("attention", "a sequence from position \(segment.firstPosition) on") }
      return AttentionPair(queries: segment.rows, keys: segment.rows, mask: mask, arrangement: segment.arrangement)
    }
  }

  /// Computes, and notes the step where gradients are wanted.
  private func attend(_ attention: SequenceAttention) -> Tensor {
    let result: Tensor
    do {
      result = allocate(try attention.resultShape())
    } catch {
      trap("attention", error.detail)
    }
    guard let tape, attention.inputs.contains(where: tape.tracks) else {
      attention.forward(into: result, numbers: nil, on: self)
      return result
    }
    let numbers = allocate([attention.query.shape[0], attention.heads, 2])
    attention.forward(into: result, numbers: numbers, on: self)
    let kept = attention.changed { tape.kept($0, on: self) }
    let keptResult = tape.kept(result, on: self)
    return tape.append(results: [result], of: attention.inputs) { results in
      { flow in
        guard let gradient = flow.take(results[0]) else { return }
        let cpu = flow.cpu
        AttentionGradient(
          of: kept.changed { cpu.widened($0) }, result: cpu.widened(keptResult), numbers: numbers, gradient: gradient,
          on: cpu
        ).run(into: &flow)
      }
    }[0]
  }
}
