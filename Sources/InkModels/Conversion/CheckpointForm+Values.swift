import InkFormats
import InkNN

/// Members of `config.json` whose values are read off the spec.
extension CheckpointForm {
  static func number(_ value: Int) -> JSONTree { .number(String(value)) }

  static func number(_ value: Float) -> JSONTree { .number(String(value)) }

  /// LLaMA's keys for families whose heads are always an equal share of the width.
  static let keysWithoutHeadWidth = llamaKeys.filter { $0 != "head_dim" }

  /// LLaMA's keys for families with layer norms, which spell their epsilon differently.
  static let keysOfLayerNorms = keysWithoutHeadWidth.filter { $0 != "rms_norm_eps" }

  /// The form with the width of heads said, where the family has a key for it: left out, it is an equal share of the
  /// width to some libraries and 128 or 256 to others.
  func sayingHeadWidth(_ spec: DecoderSpec) -> CheckpointForm {
    guard keys.contains("head_dim"), let width = spec.groupedAttention?.headWidth else { return self }
    var form = self
    form.fixed.append(("head_dim", Self.number(width)))
    return form
  }

  /// The share of a head that is turned, such that it gives the width again when it is cut to a whole number.
  static func turnedShare(_ spec: DecoderSpec) -> JSONTree {
    guard let attention = spec.groupedAttention, case .rotary(let rotary) = attention.position else { return .null }
    let share = Double(rotary.width) / Double(attention.headWidth)
    let isCutShort = Int(Double(attention.headWidth) * share) < rotary.width
    return .number(String(isCutShort ? share.nextUp : share))
  }

  /// What a layer's norms add before they divide.
  static func epsilon(_ spec: DecoderSpec) -> JSONTree {
    switch spec.layers.first?.norm {
    case .rms(let epsilon, _)?, .layer(let epsilon, _)?: number(epsilon)
    case nil: .null
    }
  }

  /// Whether query, key and value have a bias.
  static func hasInputBias(_ spec: DecoderSpec) -> JSONTree {
    switch spec.groupedAttention?.biases {
    case .inputs?, .all?: .bool(true)
    case GroupedAttentionSpec.Biases.none?, nil: .bool(false)
    }
  }
}
