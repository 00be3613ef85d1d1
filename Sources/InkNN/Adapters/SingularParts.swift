package import InkTensor

/// What is trained of a module as a product `up diag(values) down`, whose values are to become few (Zhang et al., 2023,
/// "AdaLoRA").
package struct SingularParts: Sendable {
  /// Names the module.
  package let name: String
  /// [rank, inputs].
  package let down: Tensor
  /// [rank].
  package let values: Tensor
  /// [outputs, rank] of each map of the module.
  package let ups: [Tensor]

  package init(name: String, down: Tensor, values: Tensor, ups: [Tensor]) {
    self.name = name
    self.down = down
    self.values = values
    self.ups = ups
  }

  package var rank: Int { values.elementCount }
}

extension [SingularParts] {
  /// The mean over all outer matrices of how far they are from orthonormal ones; nil where there are none.
  package func orthogonality(on cpu: CPU) -> Tensor? {
    var gaps: [Tensor] = []
    for part in self {
      gaps.append(cpu.orthogonalityGap(part.down, of: .rows))
      gaps += part.ups.map { cpu.orthogonalityGap($0, of: .columns) }
    }
    guard let first = gaps.first else { return nil }
    return cpu.scale(gaps.dropFirst().reduce(first) { cpu.add($0, $1) }, by: 1 / Float(gaps.count))
  }
}
