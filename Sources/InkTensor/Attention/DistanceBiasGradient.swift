/// The gradients of a bias of distances: a part for each tile of keys, which one thread a head adds to, and their sum in
/// order, so that no bit depends on who computes what.
struct DistanceBiasGradient: Sendable {
  private let parts: Tensor  // [tiles, heads, distances]
  /// The part of the tile that begins at a row of the keys.
  private let places: [Int: Int]

  init(of bias: DistanceBias, pairs: [AttentionPair], on cpu: CPU) {
    let starts = pairs.flatMap { stride(from: $0.keys.lowerBound, to: $0.keys.upperBound, by: AttentionGradient.tile) }
    places = Dictionary(uniqueKeysWithValues: starts.enumerated().map { ($1, $0) })
    parts = cpu.zeros([starts.count, bias.heads, bias.numbers.shape[1]])
  }

  /// Where the gradients of a tile are added, [heads, distances].
  func part(of start: Int) -> UnsafeMutablePointer<Float>? {
    places[start].map { parts.floats + $0 * parts.shape[1] * parts.shape[2] }
  }

  /// [heads, distances].
  func sum(on cpu: CPU) -> Tensor {
    let (heads, width) = (parts.shape[1], parts.shape[2])
    let result = cpu.zeros([heads, width])
    cpu.addRows(RowSum(gradient: parts.reshaped([parts.shape[0], heads * width])), to: result, .zero)
    return result
  }
}
