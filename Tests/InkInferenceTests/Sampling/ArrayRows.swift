import InkChat
import InkInference

// A span of a temporary or inside a macro does not outlive its array; these take the array itself.

extension Sampler {
  mutating func sample(_ logits: [Float]) throws(GenerationError) -> Int32 { try sample(logits.span) }

  mutating func processed(_ logits: [Float]) throws(GenerationError) -> [Float] { try processed(logits.span) }
}

extension LogitPeak {
  init(of logits: [Float]) throws(GenerationError) { try self.init(of: logits.span) }
}

extension LogProbabilities {
  init(of logits: [Float]) throws(GenerationError) { try self.init(of: logits.span) }

  static func detail(
    of chosen: Int32, alternatives: Int, in logits: [Float]
  ) throws(GenerationError) -> GeneratedToken {
    try detail(of: chosen, alternatives: alternatives, in: logits.span)
  }
}

extension CumulativeChoice {
  static func index(of uniform: Double, weights: [Float]) -> Int? { index(of: uniform, weights: weights.span) }
}

extension GumbelChoice {
  static func index(logits: [Float], noise: [Float]) -> Int? { index(logits: logits.span, noise: noise.span) }
}

extension ClassifierFreeGuidance {
  static func logits(
    conditional: [Float], unconditional: [Float], scale: Float
  ) throws(GenerationError) -> [Float] {
    try logits(conditional: conditional.span, unconditional: unconditional.span, scale: scale)
  }
}
