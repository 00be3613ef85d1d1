/// An argument as a step keeps it for the way back.
struct KeptTensor: Sendable {
  private enum Elements: Sendable {
    case none
    case stored(Tensor)
    case computed(@Sendable (CPU) -> Tensor)
  }

  /// Its place on the tape, without elements.
  let place: Tensor
  private let elements: Elements

  /// An argument whose elements nothing reads.
  init(place: Tensor) {
    self.place = place.hollow
    elements = .none
  }

  /// An argument that is there, in f32 or as ``KeptPrecision`` has it.
  init(stored tensor: Tensor) {
    place = tensor.hollow
    elements = .stored(tensor)
  }

  /// An argument that is computed again, to the same bits.
  init(place: Tensor, computed: @escaping @Sendable (CPU) -> Tensor) {
    self.place = place.hollow
    elements = .computed(computed)
  }

  /// The elements, which no tape knows: gradients go to ``place``. A programmer's error if none were kept.
  func read(on cpu: CPU) -> Tensor {
    switch elements {
    case .none: trap("KeptTensor.read", "no elements of \(place.shape) were kept")
    case .stored(let tensor): cpu.widened(tensor).detached
    case .computed(let compute): compute(cpu).reshaped(place.shape)
    }
  }
}
