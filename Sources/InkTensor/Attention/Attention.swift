import CInkKernels

/// Which keys a query sees.
package enum AttentionMask: Sendable, Hashable {
  /// All positions up to its own.
  case causal
  /// The last `width` positions, its own among them.
  case window(Int)
  /// All keys there are: those of its own sequence, before and behind, or those of another sequence.
  case bidirectional

  /// The first position that a query at `position` sees.
  func firstVisible(_ position: Int) -> Int {
    switch self {
    case .causal, .bidirectional: 0
    case .window(let width): max(0, position - width + 1)
    }
  }

  /// Whether the keys of a segment are those that its rows are to see: up to its own for the last row, and at least one
  /// where they are another sequence's.
  func fits(_ segment: AttentionSegment) -> Bool {
    switch self {
    case .causal, .window: segment.keyCount == segment.firstPosition + segment.rows.count
    case .bidirectional: segment.rows.isEmpty || segment.keyCount > 0
    }
  }
}

/// Scaled dot-product attention over cached keys and values, in tiles of 64 keys at fixed positions.
///
/// Softmax is combined tile by tile in the order of positions (the online form of Milakov and Gimelshein, 2018, as in
/// FlashAttention), so the full score matrix never exists and a row's result depends on its position alone: not on how
/// the prompt was cut, on what else is in the batch, or on whether the prefix came from a cache.
enum Attention: Operation {
  struct Arguments: Sendable {
    let query: Tensor  // [rows, heads, keyWidth]
    let segments: [AttentionSegment]
    let layer: KeyValueLayout.Layer
    let settings: AttentionSettings
  }

  static let name: StaticString = "attention"

  static func resultShape(of arguments: Arguments) throws(ShapeMismatch) -> Shape {
    let (query, layer) = (arguments.query.shape, arguments.layer)
    guard query.rank == 3, query[2] == layer.keyWidth, query[1] % layer.heads == 0,
      arguments.segments.allSatisfy({ $0.isCovered && $0.rows.upperBound <= query[0] }),
      arguments.segments.allSatisfy(arguments.settings.mask.fits),
      arguments.settings.slopes.isEmpty || arguments.settings.slopes.count == query[1],
      arguments.settings.distanceBias.map({ $0.heads == query[1] }) ?? true
    else { throw ShapeMismatch("query \(query), layer \(layer)") }
    return [query[0], query[1] * layer.valueWidth]
  }

  /// Query rows of one task: enough to use a loaded tile of keys well, few enough to share a prompt among threads.
  private static let rowsPerTask = 32

  /// Query heads of one task among those that share a key head: all, unless threads would have nothing to do.
  ///
  /// With one key head for all queries a token would be one task; four of them still use a loaded tile well.
  private static func membersPerTask(group: Int, tasks: Int, threads: Int) -> Int {
    var members = group
    while members > 4, tasks * ((group + members - 1) / members) < threads { members = (members + 1) / 2 }
    return members
  }

  static func forward(_ arguments: Arguments, into result: Tensor, on cpu: CPU) {
    compute(arguments, into: result, numbers: nil, on: cpu)
  }

  /// The forward.
  ///
  /// - Parameter numbers: gets what a way back needs of every row and head, if there is one: [rows, heads, 2], the
  ///   largest score and 1 / the sum of exp(score - largest).
  static func compute(_ arguments: Arguments, into result: Tensor, numbers: Tensor?, on cpu: CPU) {
    let layer = arguments.layer
    let group = arguments.query.shape[1] / layer.heads
    let blocks = arguments.segments.reduce(0) { $0 + ($1.rows.count + rowsPerTask - 1) / rowsPerTask }
    let members = membersPerTask(group: group, tasks: blocks * layer.heads, threads: cpu.threads.threadCount)
    var tasks: [AttentionTask] = []
    for segment in arguments.segments {
      for start in stride(from: 0, to: segment.rows.count, by: rowsPerTask) {
        let rows = start..<min(start + rowsPerTask, segment.rows.count)
        for head in 0..<layer.heads {
          for member in stride(from: 0, to: group, by: members) {
            let members = member..<min(member + members, group)
            tasks.append(AttentionTask(segment: segment, rows: rows, keyHead: head, members: members))
          }
        }
      }
    }
    // Later rows of a prompt see more keys: begin with the long tasks so that the threads finish together.
    let order = tasks.count
    cpu.threads.run(count: order) { range in
      for index in range { tasks[order - 1 - index].run(arguments, into: result, numbers: numbers, on: cpu) }
    }
  }

  static func inputs(of arguments: Arguments) -> [Tensor] { [arguments.query] }

  static func kept(_ arguments: Arguments) -> Arguments { arguments }

  static func backward(_ arguments: Arguments, gradient: Tensor, into flow: inout GradientFlow) {
    trap(name, "keys and values of a cache have no gradients; training attends with SelfAttention")
  }
}

/// Scale, mask and bias of attention.
package struct AttentionSettings: Sendable, Hashable {
  /// Multiplies the dot products, most often `1 / sqrt(keyWidth)`.
  package var scale: Float
  package var mask: AttentionMask
  /// Scores are `cap * tanh(score / cap)` when set (Gemma 2).
  package var softCap: Float?
  /// ALiBi slopes, one a query head, or none (Press, Smith and Lewis, 2021).
  package var slopes: [Float]
  /// What is added for the distance between key and query, if anything.
  package var distanceBias: DistanceBias?

  package init(
    scale: Float, mask: AttentionMask = .causal, softCap: Float? = nil, slopes: [Float] = [],
    distanceBias: DistanceBias? = nil
  ) {
    self.scale = scale
    self.mask = mask
    self.softCap = softCap
    self.slopes = slopes
    self.distanceBias = distanceBias
  }
}

extension CPU {
  /// Attention of `query` [rows, heads, keyWidth] over the cached keys and values of its sequences.
  ///
  /// Groups of query heads share a key head when there are more of them.
  /// - Returns: [rows, heads * valueWidth].
  package func attention(
    _ query: Tensor, over segments: [AttentionSegment], layer: KeyValueLayout.Layer, settings: AttentionSettings
  ) -> Tensor {
    apply(Attention.self, .init(query: query, segments: segments, layer: layer, settings: settings))
  }
}
