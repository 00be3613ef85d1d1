package import InkTensor

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Which weights get which learning rate and weight decay.
public struct ParameterGrouping: Sendable, Hashable {
  /// Weights that decay when no group says otherwise.
  public enum Decayed: Sendable, Hashable {
    /// Matrices; not biases and norms.
    case matrices
    /// All.
    case all
  }

  /// The weight decay.
  public let weightDecay: Double
  /// Which weights decay.
  public let decayed: Decayed
  /// Weights that are trained differently; each pattern must fit a weight.
  public let groups: [ParameterGroup]
  /// Every layer's rate is that of the next one times this number, the embeddings' the lowest (Howard and Ruder, 2018;
  /// Clark et al., 2020); nil for the same rate everywhere.
  public let layerDecay: Double?
  /// How many times the rate of LoRA's other matrices its B matrices have (Hayou et al., "LoRA+", 2024).
  public let loraRatio: Double

  /// A grouping.
  public init(
    weightDecay: Double = 0.01, decayed: Decayed = .matrices, groups: [ParameterGroup] = [], layerDecay: Double? = nil,
    loraRatio: Double = 1
  ) {
    self.weightDecay = weightDecay
    self.decayed = decayed
    self.groups = groups
    self.layerDecay = layerDecay
    self.loraRatio = loraRatio
  }

  /// The rate and decay of every weight.
  ///
  /// - Throws: `invalidValue` for numbers that cannot be and for a pattern that fits no weight.
  package func plans(for parameters: [Parameter]) throws(TrainingError) -> [ParameterPlan] {
    try check(parameters)
    let layers = parameters.compactMap { Self.layer(of: $0.name) }.max().map { $0 + 1 } ?? 0
    return parameters.map { parameter in
      let group = groups.first { $0.patterns.contains { $0.matches(parameter.name) } }
      var factor = group?.rateFactor ?? 1
      if let layerDecay {
        factor *= pow(layerDecay, Double(layers + 1 - Self.depth(of: parameter.name, layers: layers)))
      }
      if Self.isLoRASecond(parameter.name) { factor *= loraRatio }
      let isDecayed = decayed == .all || parameter.value.shape.rank >= 2
      return ParameterPlan(
        parameter: parameter, rateFactor: factor, weightDecay: group?.weightDecay ?? (isDecayed ? weightDecay : 0))
    }
  }

  private func check(_ parameters: [Parameter]) throws(TrainingError) {
    var numbers = [("weight decay", weightDecay), ("LoRA+ ratio", loraRatio), ("layer decay", layerDecay ?? 1)]
    for group in groups {
      numbers.append(("rate factor of \(group.patterns)", group.rateFactor))
      numbers.append(("weight decay of \(group.patterns)", group.weightDecay ?? 0))
    }
    for (name, value) in numbers where !(value >= 0 && value.isFinite) {
      throw TrainingError(.invalidValue, context: name, expected: "a number from 0 on", found: "\(value)")
    }
    for pattern in groups.flatMap(\.patterns) where !parameters.contains(where: { pattern.matches($0.name) }) {
      throw TrainingError(
        .invalidValue, context: "parameter group \"\(pattern)\"", expected: "a pattern that fits a trained weight",
        found: "none of \(parameters.count) fits",
        hint: parameters.first.map { "Names are like \"\($0.name)\"; * stands for any characters." } ?? "")
    }
  }

  /// How far from the input a weight is: 0 for embeddings, 1 for the first layer, one more than the last layer's for what
  /// comes after.
  private static func depth(of name: String, layers: Int) -> Int {
    if let layer = layer(of: name) { return layer + 1 }
    return name.contains("mbedding") ? 0 : layers + 1
  }

  /// The N of `layers.N.`, if the name has it.
  private static func layer(of name: String) -> Int? {
    let pieces = name.split(separator: ".", omittingEmptySubsequences: false)
    guard let place = pieces.firstIndex(of: "layers"), place + 1 < pieces.count, pieces[place + 1].utf8.count < 10
    else {
      return nil
    }
    return Int(pieces[place + 1]).flatMap { $0 >= 0 ? $0 : nil }
  }

  private static func isLoRASecond(_ name: String) -> Bool {
    name.split(separator: ".").contains { $0 == "lora_B" || $0 == "lora_embedding_B" }
  }
}
