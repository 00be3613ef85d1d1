import InkFormats
import InkTensor

/// A decoder's tensors with gate and up of every expert as matrices of their own.
///
/// Newer checkpoints and files keep the two in one. All readers know them apart, so that is how they are written.
struct ExpertsApart: TensorSource {
  private enum Half {
    case gate, up
  }

  private static let fused = ".gateUp.weight"
  private let source: MappedWeights
  private var halves: [String: (whole: String, half: Half)] = [:]
  private(set) var tensorNames: [String] = []

  init(_ source: MappedWeights) {
    self.source = source
    for name in source.names {
      guard name.hasSuffix(ExpertsApart.fused) else {
        tensorNames.append(name)
        continue
      }
      let expert = name.dropLast(ExpertsApart.fused.count)
      for (part, half) in [("gate", Half.gate), ("up", Half.up)] {
        halves["\(expert).\(part).weight"] = (name, half)
        tensorNames.append("\(expert).\(part).weight")
      }
    }
  }

  var path: String { source.path }

  func contains(_ name: String) -> Bool { halves[name] != nil || source.contains(name) }

  func find(_ name: String) -> StoredTensor? { try? stored(name) }

  func stored(_ name: String) throws(FormatError) -> StoredTensor {
    guard let (whole, half) = halves[name] else { return try source.stored(name) }
    let tensor = try source.stored(whole)
    guard tensor.shape.rank == 2, tensor.shape[0] % 2 == 0 else {
      throw FormatError(
        .shapeMismatch, file: path, context: "tensor \(whole)", expected: "the rows of two matrices",
        found: "\(tensor.shape)")
    }
    let count = tensor.shape[0] / 2
    switch half {
    case .gate: return try tensor.rows(0..<count).named(name)
    case .up: return try tensor.rows(count..<2 * count).named(name)
    }
  }
}
