package import InkTensor

/// A run over several processes, seen from one of them: each works on its samples of a step, gradients are summed, weights
/// are the same everywhere after each step. In one process it does nothing.
///
/// A step is, in every process: the gradients of ``samples(of:)`` with the weight of the whole step, ``reduce(_:)``,
/// ``gradientNorm(_:)`` for clipping, the optimizer on ``owned``, ``gatherValues()``.
///
/// What equals what: the same run in the same number of processes has the same bits each time, because sums are added in the
/// order of ranks. Every ``GradientSharing`` has the same bits. Another number of processes changes the order in which
/// gradients are added, so losses agree up to rounding.
package struct DataParallel: Sendable {
  package let communicator: any Communicator
  package let sharing: GradientSharing
  package let parameters: [Parameter]
  /// Who owns which weights; for ``GradientSharing/replicated`` too, where nobody asks.
  package let shards: ParameterShards
  private let cpu: CPU

  /// A run of these weights, in the same order in every process.
  package init(
    parameters: [Parameter], sharing: GradientSharing, communicator: any Communicator, cpu: CPU
  ) {
    self.parameters = parameters
    self.sharing = sharing
    self.communicator = communicator
    self.cpu = cpu.withoutTape
    shards = ParameterShards(of: parameters, size: communicator.size)
  }

  /// Whether this process writes checkpoints, metrics and progress: one of them does.
  package var writesFiles: Bool { communicator.rank == 0 }

  /// The positions of the weights that the optimizer of this process updates and keeps state of.
  package var owned: Range<Int> {
    switch sharing {
    case .replicated: parameters.indices
    case .zero1, .zero2: shards.ranges[communicator.rank]
    }
  }

  /// The weights that the optimizer of this process updates.
  package var ownedParameters: [Parameter] { Array(parameters[owned]) }

  /// The positions in a step's samples that this process works on.
  package func samples(of count: Int) -> Range<Int> {
    SampleBlock.range(of: communicator.rank, in: count, size: communicator.size)
  }

  /// Gives every process the weights of rank 0: at the beginning, and after a checkpoint was read there.
  package func shareValues() throws(TrainingError) {
    try communicating { () throws(TensorError) in
      try communicator.broadcast(parameters.map(\.value), from: 0)
    }
  }

  /// Gives every process the elements that tensors have in rank 0.
  package func share(_ tensors: [Tensor]) throws(TrainingError) {
    try communicating { () throws(TensorError) in try communicator.broadcast(tensors, from: 0) }
  }

  /// What rank 0 hands in, everywhere.
  package func share(_ bytes: [UInt8]) throws(TrainingError) -> [UInt8] {
    try communicating { () throws(TensorError) in try communicator.broadcast(bytes, from: 0) }
  }

  /// Sums the gradients of all processes, in the order of ranks.
  ///
  /// A weight that no gradient came to in any process still has none afterwards; where only some have one, the others count as
  /// zero.
  ///
  /// - Parameter store: the gradients of this process's samples, each sample with its share of the whole step. Afterwards the
  ///   sums, of all weights or (``GradientSharing/zero2``) only of ``owned``.
  package func reduce(_ store: GradientStore) throws(TrainingError) {
    if communicator.size == 1 { return }
    let reached = try any(parameters.map { store[$0.value] != nil })
    func parts(_ range: Range<Int>) -> [Tensor] {
      range.filter { reached[$0] }.map { store.part(of: parameters[$0].value, on: cpu) }
    }
    try communicating { () throws(TensorError) in
      switch sharing {
      case .replicated, .zero1:
        try communicator.allReduce(parts(parameters.indices), on: cpu)
      case .zero2:
        try communicator.reduceScatter(shards.ranges.map(parts), on: cpu)
        for index in parameters.indices where !owned.contains(index) { store.release(parameters[index].value) }
      }
    }
  }

  /// The Euclidean norm of the summed gradients of all weights, the same bits in every process and for every way of sharing:
  /// squares are added up by weight, and those sums in the order of weights.
  package func gradientNorm(_ store: GradientStore) throws(TrainingError) -> Double {
    func square(_ index: Int) -> Double { store[parameters[index].value].map { cpu.squaredNorm([$0]) } ?? 0 }
    let squares: [Double]
    switch sharing {
    case .replicated, .zero1: squares = parameters.indices.map(square)
    case .zero2:
      // Each number comes from one process and zeros from the others, so the sums over processes are exact.
      squares = try sum(parameters.indices.map { owned.contains($0) ? square($0) : 0 })
    }
    return squares.reduce(0, +).squareRoot()
  }

  /// Hands around what the optimizers of the owners wrote into the weights.
  package func gatherValues() throws(TrainingError) {
    switch sharing {
    case .replicated: return
    case .zero1, .zero2:
      try communicating { () throws(TensorError) in
        try communicator.allGather(shards.ranges.map { $0.map { parameters[$0].value } })
      }
    }
  }

  /// The sums over processes of a few numbers (losses, weights of terms, tokens), added in the order of ranks: the same bits in
  /// every process.
  package func sum(_ values: [Double]) throws(TrainingError) -> [Double] {
    try communicating { () throws(TensorError) in try communicator.sum(values) }
  }

  /// Which conditions hold in some process: whether to stop, whether a gradient is there. The same answer everywhere, so
  /// that all processes go the same way.
  package func any(_ conditions: [Bool]) throws(TrainingError) -> [Bool] {
    let votes = try communicating { () throws(TensorError) in
      try communicator.allGather(conditions.map { $0 ? 1 : 0 })
    }
    if let rank = votes.firstIndex(where: { $0.count != conditions.count }) {
      throw TrainingError(
        .communication, context: "rank \(rank)", expected: "\(conditions.count) conditions",
        found: "\(votes[rank].count)", hint: "Start every process with the same program and the same recipe.")
    }
    return conditions.indices.map { index in votes.contains { $0[index] != 0 } }
  }

  /// Checks that every process has the same of something.
  package func agree(on bytes: [UInt8], _ subject: String) throws(TrainingError) {
    try communicator.agree(on: bytes, subject)
  }

  /// Runs an exchange; its failure is that of the run.
  func communicating<Result>(_ body: () throws(TensorError) -> Result) throws(TrainingError) -> Result {
    do throws(TensorError) { return try body() } catch {
      throw TrainingError(
        .communication, context: error.context, expected: error.expected, found: error.found, hint: error.hint)
    }
  }
}
