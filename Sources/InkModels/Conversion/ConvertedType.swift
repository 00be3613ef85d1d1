import InkFormats
public import InkTensor

/// The type that the matrices of a converted model have.
public enum ConvertedType: Sendable, Hashable {
  /// Each tensor keeps its type where the container can hold it, and is decoded to f32 where it cannot.
  case asStored
  /// One type for all matrices but the output and an embedding that is the output too; for GGUF.
  case format(BlockFormat)
  /// K types with more bits where they matter; for GGUF.
  case mix(QuantizationMix)

  /// The type of a name such as `f16`, `q8_0` or `q4_k_m`; nil for one that cannot be written.
  public init?(name: String) {
    if let mix = QuantizationMix(name: name) {
      self = .mix(mix)
      return
    }
    guard let format = ConvertedType.writable.first(where: { $0.name == name.uppercased() }) else { return nil }
    self = .format(format)
  }

  /// The names of the types that can be written.
  public static var names: [String] {
    writable.map { $0.name.lowercased() } + QuantizationMix.allCases.map(\.name)
  }

  /// The formats that have a name of their own here; a K type is the name of a mix.
  private static var writable: [BlockFormat] {
    let mixed = Set(QuantizationMix.allCases.map(\.base))
    return BlockFormat.allCases.filter { $0 == .f32 || $0.isWritable && !mixed.contains($0) }
  }

  /// The name, as `--type` takes it.
  var name: String {
    switch self {
    case .asStored: "as stored"
    case .format(let format): format.name.lowercased()
    case .mix(let mix): mix.name
    }
  }

  /// The type of a tensor in a safetensors file.
  ///
  /// - Throws: `unsupported` for packed blocks, which safetensors cannot hold.
  func folderType(_ info: TensorInfo) throws(ModelLoadError) -> ElementType {
    guard ConvertedType.isFloat(info.type) else { return info.type }
    switch self {
    case .asStored:
      if case .packed = info.type { return .dense(.f32) }
      return info.type
    case .format(let format):
      guard let dtype = format.dtype else { throw packedFolder() }
      return .dense(dtype)
    case .mix: throw packedFolder()
    }
  }

  /// The tensors of a folder that is written in this type.
  ///
  /// - Parameter load: finds a tensor by name; called again when the tensor is written.
  /// - Throws: as ``folderType(_:)``; what finding a tensor throws.
  func folderPlans(
    _ names: [String], load: @escaping (String) throws(FormatError) -> StoredTensor
  ) throws(ModelLoadError) -> [PlannedTensor] {
    var plans: [PlannedTensor] = []
    for name in names {
      let info = try convertingFiles { () throws(FormatError) in try load(name).info }
      let type = try folderType(info)
      plans.append(
        try convertingFiles { () throws(FormatError) in
          try PlannedTensor(name: name, info, as: type) { () throws(FormatError) in try load(name) }
        })
    }
    return plans
  }

  private func packedFolder() -> ModelLoadError {
    ModelLoadError(
      .unsupported, context: "--type \(name)", expected: "f32, f16 or bf16 for a folder", found: "packed blocks",
      hint: "Name a destination that ends with .gguf.")
  }

  /// The type of a float tensor that keeps its own in GGUF, f32 where the format has none for it.
  static func stored(_ type: ElementType) -> ElementType {
    switch type {
    case .packed, .dense(.f32), .dense(.f16), .dense(.bf16): type
    case .dense: .dense(.f32)
    }
  }

  /// Positions, their tables, kinds of tokens, routers and what cuts pictures stay f32, as llama.cpp expects.
  static func staysWide(_ name: String) -> Bool {
    let endings = [
      "position_embd.weight", "token_types.weight", ".ffn_gate_inp.weight", ".patch_embd.weight", ".attn_rel_b.weight",
    ]
    return endings.contains { name.hasSuffix($0) }
  }

  static func isFloat(_ type: ElementType) -> Bool {
    switch type {
    case .packed, .dense(.f64), .dense(.f32), .dense(.f16), .dense(.bf16), .dense(.f8e4m3), .dense(.f8e5m2): true
    case .dense: false
    }
  }

  /// The number of the type in `general.file_type` (llama.cpp's `llama_ftype`); nil where there is none.
  var fileType: UInt32? {
    let format: BlockFormat
    switch self {
    case .asStored: return nil
    case .mix(let mix): return mix.fileType
    case .format(let chosen): format = chosen
    }
    return switch format {
    case .f32: 0
    case .f16: 1
    case .q4_0: 2
    case .q4_1: 3
    case .q8_0: 7
    case .q5_0: 8
    case .q5_1: 9
    case .q2_K: QuantizationMix.q2_K.fileType
    case .q3_K: QuantizationMix.q3_K_S.fileType
    case .q4_K: QuantizationMix.q4_K_S.fileType
    case .q5_K: QuantizationMix.q5_K_S.fileType
    case .q6_K: QuantizationMix.q6_K.fileType
    case .bf16: 32
    case .tq1_0: 36
    case .tq2_0: 37
    case .mxfp4: 38
    default: nil
    }
  }
}
