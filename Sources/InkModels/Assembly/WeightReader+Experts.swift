import InkFormats
import InkNN
import InkTensor

extension WeightReader {
  /// A mixture of experts.
  mutating func experts(_ spec: ExpertsSpec, name: String, width: Int) throws(ModelLoadError) -> MixtureOfExperts {
    guard spec.router.isPossible else {
      throw ModelLoadError(
        .invalidConfiguration, context: name, expected: "a choice that its groups of experts leave",
        found: "\(spec.router)")
    }
    var correction: Tensor?
    if case .sigmoidWithBias = spec.router.rule {
      correction = try vector("\(name).router.correction", count: spec.router.count)
    }
    let router = try linear("\(name).router", outputs: spec.router.count, inputs: width, bias: .none)
    var experts: [MixtureOfExperts.Expert] = []
    for index in 0..<spec.router.count {
      experts.append(try expert("\(name).experts.\(index)", width: width, inner: spec.width))
    }
    return MixtureOfExperts(
      router: router, correction: correction, routing: spec.router, experts: experts, function: spec.function,
      shared: try shared(spec.shared, name: "\(name).shared", width: width))
  }

  /// One expert; gate and up may be stored as one matrix, the gate's rows first.
  private mutating func expert(
    _ name: String, width: Int, inner: Int
  ) throws(ModelLoadError) -> MixtureOfExperts.Expert {
    let down = try matrix("\(name).down.weight", outputs: width, inputs: inner)
    guard source.contains("\(name).gateUp.weight") else {
      return MixtureOfExperts.Expert(
        gate: try matrix("\(name).gate.weight", outputs: inner, inputs: width),
        up: try matrix("\(name).up.weight", outputs: inner, inputs: width), down: down)
    }
    let both = try find("\(name).gateUp.weight", shape: [2 * inner, width])
    let halves: (StoredTensor, StoredTensor)
    do { halves = (try both.rows(0..<inner), try both.rows(inner..<2 * inner)) } catch { throw ModelLoadError(error) }
    return MixtureOfExperts.Expert(
      gate: try weight(halves.0, name: "\(name).gate.weight", outputs: inner, inputs: width),
      up: try weight(halves.1, name: "\(name).up.weight", outputs: inner, inputs: width),
      down: down)
  }

  private mutating func shared(
    _ spec: ExpertsSpec.Shared, name: String, width: Int
  ) throws(ModelLoadError) -> MixtureOfExperts.Shared? {
    let inner: Int
    var switching: Linear?
    switch spec {
    case .none: return nil
    case .always(let count): inner = count
    case .gated(let count):
      inner = count
      switching = Linear(weight: try row("\(name).switch.weight", width: width), bias: nil)
    }
    return MixtureOfExperts.Shared(
      gate: try linear("\(name).gate", outputs: inner, inputs: width, bias: .none),
      up: try linear("\(name).up", outputs: inner, inputs: width, bias: .none),
      down: try linear("\(name).down", outputs: width, inputs: inner, bias: .none), switching: switching)
  }

  /// A matrix of one row, which GGUF files store as a vector.
  private mutating func row(_ name: String, width: Int) throws(ModelLoadError) -> Weight {
    guard source.origin(of: name)?.shape.rank == 1 else {
      return try matrix(name, outputs: 1, inputs: width)
    }
    return try weight(try find(name, shape: [width]), name: name, outputs: 1, inputs: width)
  }
}
