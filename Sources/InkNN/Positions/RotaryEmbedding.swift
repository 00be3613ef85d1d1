package import InkTensor

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Rotary position embedding (Su et al., 2021): how far each pair of elements is turned by one position.
public struct RotaryEmbedding: Sendable, Hashable {
  /// Which elements of a head form a pair.
  public enum Pairing: Sendable, Hashable {
    /// Element `i` with `i + width / 2` (GPT-NeoX, Hugging Face LLaMA).
    case halves
    /// Element `2i` with `2i + 1` (the original paper, GGUF LLaMA, GLM).
    case neighbours
    /// As `halves`, in each half of the head on its own: the first turned by the position, the second by the place in
    /// the block that is being written (Du et al., 2022, "GLM").
    case halvesOfHalves
  }

  /// How the frequencies are stretched for contexts longer than those of pretraining.
  public enum Scaling: Sendable, Hashable {
    /// As trained.
    case none
    /// Positions divided by a factor (Chen et al., 2023).
    case linear(factor: Double)
    /// Low frequencies divided, high ones kept, a smooth passage between them (LLaMA 3.1).
    case llama3(factor: Double, lowFrequencyFactor: Double, highFrequencyFactor: Double, originalContext: Int)
    /// NTK by parts with an attention factor (Peng et al., 2023).
    case yarn(YaRN)
    /// The base grows with the length of the sequence once that passes the context of pretraining (NTK-aware scaling,
    /// as Hugging Face's `dynamic`).
    case dynamicNTK(factor: Double, originalContext: Int)
    /// Every frequency divided by a factor of its own, of one list for sequences within the context of pretraining and
    /// of another beyond (Ding et al., 2024, "LongRoPE").
    case longRoPE(LongRoPE)
    /// Every frequency divided by a factor of its own, as stored in a GGUF file.
    case divided(by: [Float])
  }

  /// The settings of LongRoPE.
  public struct LongRoPE: Sendable, Hashable {
    /// What each frequency is divided by in sequences of at most ``originalContext``.
    public var short: [Float]
    /// What each frequency is divided by in longer ones.
    public var long: [Float]
    /// Positions of pretraining.
    public var originalContext: Int
    /// Multiplies cosines and sines.
    public var attentionFactor: Double

    /// Settings as in `rope_scaling`.
    public init(short: [Float], long: [Float], originalContext: Int, attentionFactor: Double) {
      self.short = short
      self.long = long
      self.originalContext = originalContext
      self.attentionFactor = attentionFactor
    }
  }

  /// The settings of YaRN.
  public struct YaRN: Sendable, Hashable {
    /// How much longer the context became.
    public var factor: Double
    /// Positions of pretraining.
    public var originalContext: Int
    /// Rotations over the original context above which a frequency is kept.
    public var betaFast: Double
    /// Rotations below which it is divided by the whole factor.
    public var betaSlow: Double
    /// Multiplies cosines and sines.
    public var attentionFactor: Double

    /// Settings as in `rope_scaling`; the attention factor defaults to `0.1 ln(factor) + 1`.
    public init(
      factor: Double, originalContext: Int, betaFast: Double = 32, betaSlow: Double = 1, attentionFactor: Double? = nil
    ) {
      self.factor = factor
      self.originalContext = originalContext
      self.betaFast = betaFast
      self.betaSlow = betaSlow
      self.attentionFactor = attentionFactor ?? YaRN.magnitude(factor, scale: 1)
    }

    /// `0.1 scale ln(factor) + 1` for factors above one.
    public static func magnitude(_ factor: Double, scale: Double) -> Double {
      factor <= 1 ? 1 : 0.1 * scale * log(factor) + 1
    }
  }

  /// Elements of a head that are turned; an even number.
  public var width: Int
  /// The base of the geometric row of frequencies, most often 10,000.
  public var base: Double
  /// How the frequencies were changed for longer contexts.
  public var scaling: Scaling
  /// Which two elements of a head are turned together.
  public var pairing: Pairing

  /// An embedding from its settings.
  public init(width: Int, base: Double, scaling: Scaling = .none, pairing: Pairing = .halves) {
    self.width = width
    self.base = base
    self.scaling = scaling
    self.pairing = pairing
  }

  /// Elements that share one row of frequencies.
  private var turnedWidth: Int { pairing == .halvesOfHalves ? width / 2 : width }

  /// The angle that one position adds to each pair, in radians.
  ///
  /// - Parameter extent: the length of the sequence, which only some scalings ask for.
  /// - Returns: `width / 2` frequencies; half as many where each half of the head has them on its own.
  public func frequencies(extent: Int = 1) -> [Float] {
    let plain = plainFrequencies(base: base)
    switch scaling {
    case .none: return plain.map { Float($0) }
    case .linear(let factor): return plain.map { Float($0 / factor) }
    case .divided(let factors): return RotaryEmbedding.divided(plain, by: factors)
    case .longRoPE(let settings):
      return RotaryEmbedding.divided(plain, by: extent > settings.originalContext ? settings.long : settings.short)
    case .dynamicNTK(let factor, let context):
      guard extent > context, turnedWidth > 2 else { return plain.map { Float($0) } }
      let growth = factor * Double(extent) / Double(context) - (factor - 1)
      let grown = base * pow(growth, Double(turnedWidth) / Double(turnedWidth - 2))
      return plainFrequencies(base: grown).map { Float($0) }
    case .llama3(let factor, let low, let high, let context):
      return plain.map { Float(RotaryEmbedding.llama3($0, factor, low, high, Double(context))) }
    case .yarn(let settings): return yarnFrequencies(plain, settings)
    }
  }

  /// Whether the frequencies of a sequence depend on how long it is.
  public var dependsOnExtent: Bool {
    switch scaling {
    case .dynamicNTK, .longRoPE: true
    case .none, .linear, .llama3, .yarn, .divided: false
    }
  }

  /// The shortest length whose sequences are turned as those of the given length: zero where the length does not matter.
  public func shortestExtent(turnedLike extent: Int) -> Int {
    switch scaling {
    case .dynamicNTK(_, let context): extent > context ? extent : 0
    case .longRoPE(let settings): extent > settings.originalContext ? settings.originalContext + 1 : 0
    case .none, .linear, .llama3, .yarn, .divided: 0
    }
  }

  /// What cosines and sines are multiplied with.
  public var amplitude: Float {
    switch scaling {
    case .yarn(let settings): Float(settings.attentionFactor)
    case .longRoPE(let settings): Float(settings.attentionFactor)
    case .none, .linear, .llama3, .dynamicNTK, .divided: 1
    }
  }

  private func plainFrequencies(base: Double) -> [Double] {
    (0..<turnedWidth / 2).map { pow(base, -2 * Double($0) / Double(turnedWidth)) }
  }

  private static func divided(_ frequencies: [Double], by factors: [Float]) -> [Float] {
    frequencies.enumerated().map { Float($1) / ($0 < factors.count ? factors[$0] : 1) }
  }

  private static func llama3(
    _ frequency: Double, _ factor: Double, _ low: Double, _ high: Double, _ context: Double
  ) -> Double {
    let rotations = context * frequency / (2 * Double.pi)
    if rotations > high { return frequency }
    if rotations < low { return frequency / factor }
    let smooth = (rotations - low) / (high - low)
    return (1 - smooth) * frequency / factor + smooth * frequency
  }

  private func yarnFrequencies(_ plain: [Double], _ settings: YaRN) -> [Float] {
    func pair(rotations: Double) -> Double {
      Double(width) * log(Double(settings.originalContext) / (rotations * 2 * Double.pi)) / (2 * log(base))
    }
    let low = max(pair(rotations: settings.betaFast).rounded(.down), 0)
    var high = min(pair(rotations: settings.betaSlow).rounded(.up), Double(width - 1))
    if low == high { high += 0.001 }
    return plain.enumerated().map { index, frequency in
      let ramp = min(max((Double(index) - low) / (high - low), 0), 1)
      return Float(frequency / settings.factor * ramp + frequency * (1 - ramp))
    }
  }

  /// The cosines and sines for the rows of the given sequences.
  package func table(segments: [AttentionSegment], on cpu: CPU) -> RotaryTable {
    let shared = dependsOnExtent ? nil : frequencies()
    let groups = segments.map { segment in
      RotaryTable.Group(
        positions: pairing == .halvesOfHalves ? [segment.positions, segment.blockPositions] : [segment.positions],
        frequencies: shared ?? frequencies(extent: segment.extent), amplitude: amplitude)
    }
    return RotaryTable(groups: groups, pairing: tablePairing, on: cpu)
  }

  private var tablePairing: RotaryTable.Pairing {
    switch pairing {
    case .halves: .halves
    case .neighbours: .neighbours
    case .halvesOfHalves: .halvesOfHalves
    }
  }
}
