import InkChat
package import InkInference
import InkTensor
import InkTokenizers

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Computes one token and judges whether a trained model could have meant it.
package enum PredictionCheck {
  /// Distributions nearer than this to knowing nothing are not those of a trained model.
  private static let highestUncertainty = 0.95

  /// Predicts the token after a plain sentence.
  ///
  /// - Throws: `invalidData` for logits that are not finite, and for a distribution that is nearly uniform.
  package static func examine(_ model: LanguageModel) throws -> String {
    let text = "The capital of France is the city of"
    let prompt = model.tokenizer.encode(text)
    var cache = model.makeCache()
    let logits = try model.evaluate(prompt, cache: &cache)
    let (best, entropy) = try logits.withElements { span throws(CommandError) in
      try judge(span)
    }
    let uncertainty = entropy / max(log(Double(logits.elementCount)), 1e-9)
    guard uncertainty < highestUncertainty else {
      throw CommandError(
        .invalidData, context: "token after \"\(text)\"", expected: "some tokens to be far more probable than others",
        found: "\(Amount.decimal(uncertainty * 100, digits: 1))% of the uncertainty of a blind guess",
        hint: "The weights are untrained or were read wrongly.")
    }
    let piece = (try? model.tokenizer.decode([Int32(clamping: best)], specialTokens: .keep)) ?? "token \(best)"
    return "\"\(text)\" goes on with \"\(piece)\"; entropy \(Amount.decimal(entropy, digits: 2)) nats"
  }

  private static func judge(_ logits: Span<Float>) throws(CommandError) -> (best: Int, entropy: Double) {
    var best = 0
    for index in logits.indices {
      guard logits[index].isFinite else {
        throw CommandError(
          .invalidData, context: "logit of token \(index)", expected: "a finite number", found: "\(logits[index])",
          hint: "The weights are damaged or were read wrongly.")
      }
      if logits[index] > logits[best] { best = index }
    }
    let peak = Double(logits[best])
    var sum = 0.0
    var weighted = 0.0
    for index in logits.indices {
      let distance = Double(logits[index]) - peak
      let weight = exp(distance)
      sum += weight
      weighted += weight * distance
    }
    return (best, log(sum) - weighted / sum)
  }
}
