import InkTensor

/// The update of a step that changes each weight as soon as its gradient is whole, and gives the gradient up then.
///
/// Once a loss or a gradient is no number, no further weight changes.
final class WholeGradientUpdate {
  private let optimizer: Optimizer
  private let store: GradientStore
  private let learningRate: Double
  private let scale: GradientScale
  private let cpu: CPU
  /// The sums of the squares of the gradients, of weights that have one.
  private var squares: [Double?]
  private var isFinite = true
  private var failure: TrainingError?

  /// - Parameters:
  ///   - optimizer: with a plan for each weight of the store, in its order.
  ///   - scale: what is done to gradients first; it does not depend on them.
  init(by optimizer: Optimizer, of store: GradientStore, learningRate: Double, scale: GradientScale, on cpu: CPU) {
    self.optimizer = optimizer
    self.store = store
    self.learningRate = learningRate
    self.scale = scale
    self.cpu = cpu
    squares = [Double?](repeating: nil, count: store.parameters.count)
  }

  /// Looks at the loss of a pass before its gradients come.
  func saw(loss: Double) { if !loss.isFinite { isFinite = false } }

  /// Changes weights to whose gradients nothing more is added.
  ///
  /// - Parameter positions: of weights of the store; those without a gradient stay.
  func use(_ positions: [Int]) {
    var given: [(index: Int, gradient: Tensor)] = []
    for index in positions {
      guard let gradient = store[store.parameters[index]] else { continue }
      let square = cpu.squaredNorm([gradient])
      squares[index] = square
      if !square.isFinite { isFinite = false }
      given.append((index, gradient))
    }
    if isFinite || cpu.isPlanning, failure == nil, !given.isEmpty {
      do { try optimizer.step(given, learningRate: learningRate, scale: scale, on: cpu) } catch { failure = error }
    }
    for (index, _) in given { store.release(store.parameters[index]) }
  }

  /// For each weight whether a gradient came to it.
  var isReached: [Bool] { squares.map { $0 != nil } }

  /// The Euclidean norm of all gradients: squares are added up by weight, and those sums in the order of weights.
  ///
  /// - Throws: what the optimizer threw.
  func norm() throws(TrainingError) -> Double {
    if let failure { throw failure }
    return squares.reduce(0) { $0 + ($1 ?? 0) }.squareRoot()
  }
}

@available(*, unavailable)
extension WholeGradientUpdate: Sendable {}
