public import InkTensor

/// Files of K types, in which tensors that matter more get more bits. Names and numbers are those of llama.cpp's file
/// types (`llama_ftype`); what a tensor gets is in ``TensorTypes``.
public enum QuantizationMix: Sendable, Hashable, CaseIterable {
  case q2_K
  case q3_K_S, q3_K_M, q3_K_L
  case q4_K_S, q4_K_M
  case q5_K_S, q5_K_M
  case q6_K

  /// The mix of a name such as `q4_k_m`. `q3_k`, `q4_k` and `q5_k` stand for the medium ones, as they do in llama.cpp.
  public init?(name: String) {
    let wanted = name.lowercased()
    let medium = "\(wanted)_m"
    guard let mix = QuantizationMix.allCases.first(where: { $0.name == wanted || $0.name == medium }) else {
      return nil
    }
    self = mix
  }

  /// The name, as `--type` takes it.
  public var name: String {
    switch self {
    case .q2_K: "q2_k"
    case .q3_K_S: "q3_k_s"
    case .q3_K_M: "q3_k_m"
    case .q3_K_L: "q3_k_l"
    case .q4_K_S: "q4_k_s"
    case .q4_K_M: "q4_k_m"
    case .q5_K_S: "q5_k_s"
    case .q5_K_M: "q5_k_m"
    case .q6_K: "q6_k"
    }
  }

  /// The type of what has no reason to get another one.
  public var base: BlockFormat {
    switch self {
    case .q2_K: .q2_K
    case .q3_K_S, .q3_K_M, .q3_K_L: .q3_K
    case .q4_K_S, .q4_K_M: .q4_K
    case .q5_K_S, .q5_K_M: .q5_K
    case .q6_K: .q6_K
    }
  }

  /// The number in `general.file_type`.
  var fileType: UInt32 {
    switch self {
    case .q2_K: 10
    case .q3_K_S: 11
    case .q3_K_M: 12
    case .q3_K_L: 13
    case .q4_K_S: 14
    case .q4_K_M: 15
    case .q5_K_S: 16
    case .q5_K_M: 17
    case .q6_K: 18
    }
  }
}
