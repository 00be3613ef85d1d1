/// Scaled dot-product attention of whole sequences over their own keys and values, which no cache keeps: what training
/// computes. The numbers are those of ``Attention``.
enum SelfAttention: Operation {
  struct Arguments: Sendable {
    let query: Tensor  // [rows, heads, keyWidth]
    let key: Tensor  // [rows, keyHeads, keyWidth]
    let value: Tensor  // [rows, keyHeads, valueWidth]
    /// The rows of each sequence; without pages.
    let segments: [AttentionSegment]
    let settings: AttentionSettings
  }

  static let name: StaticString = "selfAttention"

  static func resultShape(of arguments: Arguments) throws(ShapeMismatch) -> Shape {
    let (query, key, value) = (arguments.query.shape, arguments.key.shape, arguments.value.shape)
    guard query.rank == 3, key.rank == 3, value.rank == 3, key[0] == query[0], value[0] == query[0],
      key[2] == query[2], key[1] == value[1], key[1] > 0, query[1] % key[1] == 0,
      arguments.segments.allSatisfy({ $0.firstPosition == 0 && $0.rows.upperBound <= query[0] })
    else { throw ShapeMismatch("query \(query), key \(key), value \(value)") }
    return [query[0], query[1] * value[2]]
  }

  static func forward(_ arguments: Arguments, into result: Tensor, on cpu: CPU) {
    let (key, value) = (arguments.key.shape, arguments.value.shape)
    let layout = KeyValueLayout(layers: [(heads: key[1], keyWidth: key[2], valueWidth: value[2])])
    let layer = layout.layers[0]
    // Sequence after sequence, so that the pages of one serve the next.
    for segment in arguments.segments where !segment.rows.isEmpty {
      let count = (segment.rows.count + KeyValueLayout.tokensPerPage - 1) / KeyValueLayout.tokensPerPage
      let pages = (0..<count).map { _ in KeyValuePage(layout: layout) }
      let paged = AttentionSegment(
        rows: segment.rows, firstPosition: 0, pages: pages, arrangement: segment.arrangement, extent: segment.extent)
      cpu.append(keys: arguments.key, values: arguments.value, to: [paged], layer: layer)
      Attention.forward(
        .init(query: arguments.query, segments: [paged], layer: layer, settings: arguments.settings), into: result,
        on: cpu)
    }
  }

  static func inputs(of arguments: Arguments) -> [Tensor] { [arguments.query, arguments.key, arguments.value] }

  static func kept(_ arguments: Arguments) -> Arguments { arguments }

  static func backward(_ arguments: Arguments, gradient: Tensor, into flow: inout GradientFlow) {
    trap(name, "has no gradient yet")
  }
}

extension CPU {
  /// Attention of `query` [rows, heads, keyWidth] of whole sequences over their own keys [rows, keyHeads, keyWidth] and
  /// values [rows, keyHeads, valueWidth].
  ///
  /// - Parameter segments: the rows of each sequence from its first token on.
  /// - Returns: [rows, heads * valueWidth].
  package func attention(
    _ query: Tensor, key: Tensor, value: Tensor, segments: [AttentionSegment], settings: AttentionSettings
  ) -> Tensor {
    apply(
      SelfAttention.self, .init(query: query, key: key, value: value, segments: segments, settings: settings))
  }
}
