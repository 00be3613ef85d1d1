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
    /// Every frequency divided by a factor of its own, as stored in a GGUF file.
    case divided(by: [Float])
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
  public var scaling: Scaling
  public var pairing: Pairing

  /// An embedding from its settings.
  public init(width: Int, base: Double, scaling: Scaling = .none, pairing: Pairing = .halves) {
    self.width = width
    self.base = base
    self.scaling = scaling
    self.pairing = pairing
  }

  /// The angle that one position adds to each pair, in radians: `width / 2` of them.
  public var frequencies: [Float] {
    let half = width / 2
    let plain = (0..<half).map { pow(base, -2 * Double($0) / Double(width)) }
    switch scaling {
    case .none: return plain.map { Float($0) }
    case .linear(let factor): return plain.map { Float($0 / factor) }
    case .divided(let factors):
      return plain.enumerated().map { Float($1) / ($0 < factors.count ? factors[$0] : 1) }
    case .llama3(let factor, let low, let high, let context):
      return plain.map { Float(RotaryEmbedding.llama3($0, factor, low, high, Double(context))) }
    case .yarn(let settings): return yarnFrequencies(plain, settings)
    }
  }

  /// What cosines and sines are multiplied with.
  public var amplitude: Float {
    if case .yarn(let settings) = scaling { return Float(settings.attentionFactor) }
    return 1
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

  /// The cosines and sines of the given positions.
  package func table(positions: [Int], on cpu: CPU) -> RotaryTable {
    RotaryTable(
      positions: positions, frequencies: frequencies, amplitude: amplitude,
      pairing: pairing == .halves ? .halves : .neighbours, on: cpu)
  }
}
