package import InkFormats
import InkTensor

/// How far a merged model's logits are from those of its base with the adapter beside it.
package struct LogitAgreement: Sendable, Hashable {
  /// What the changed weights were rounded to.
  package enum Precision: Sendable, Hashable {
    case f32, f16, bf16

    /// The coarsest of the types of some tensors.
    package init(coarsestOf types: [ElementType]) {
      if types.contains(.dense(.bf16)) {
        self = .bf16
      } else if types.contains(.dense(.f16)) {
        self = .f16
      } else {
        self = .f32
      }
    }

    /// How far logits may be apart, as a share of the largest of them: some hundred times what a weight is rounded by,
    /// in f32 what sums in another order come to.
    var tolerance: Float {
      switch self {
      case .f32: 1e-3
      case .f16: 1e-2
      case .bf16: 5e-2
      }
    }
  }

  /// Tokens that logits were computed for.
  package let tokens: Int
  /// The largest change that the adapter makes to a logit.
  package let effect: Float
  /// The largest distance of a logit of the merged model from that of base and adapter.
  package let disagreement: Float
  /// The distance that is allowed.
  package let tolerance: Float

  /// Compares logits of the same tokens.
  package init(tokens: Int, base: [Float], beside: [Float], merged: [Float], precision: Precision) {
    self.tokens = tokens
    effect = LogitAgreement.distance(base, beside)
    disagreement = LogitAgreement.distance(beside, merged)
    tolerance = precision.tolerance * beside.reduce(0) { max($0, abs($1)) }
  }

  /// Refuses a merged model that is another one, or that lost the adapter to rounding.
  package func require(_ adapter: String) throws(CommandError) {
    guard disagreement <= tolerance, disagreement < effect else {
      throw CommandError(
        .checkFailed, context: "\(adapter): logits of the merged model",
        expected: "at most \(min(tolerance, effect)) from those of base and adapter (the adapter changes them by "
          + "\(effect))", found: "\(disagreement)",
        hint: "The precision of the base is too coarse for the adapter. Merge into a base in f32.")
    }
  }

  /// Infinite where a number is none or where there are more of one kind.
  private static func distance(_ left: [Float], _ right: [Float]) -> Float {
    guard left.count == right.count else { return .infinity }
    var largest: Float = 0
    for (left, right) in zip(left, right) {
      let distance = abs(left - right)
      guard distance.isFinite else { return .infinity }
      largest = max(largest, distance)
    }
    return largest
  }
}
