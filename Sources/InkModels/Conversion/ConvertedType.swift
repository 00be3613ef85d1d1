import InkFormats
public import InkTensor

/// The type that the matrices of a converted model have.
public enum ConvertedType: Sendable, Hashable {
  /// Each tensor keeps its type where the container can hold it, and is decoded to f32 where it cannot.
  case asStored
  /// One type for all matrices.
  case format(BlockFormat)

  /// The type of a name such as `f16` or `q8_0`; nil for one that cannot be written.
  public init?(name: String) {
    guard let format = ConvertedType.writable.first(where: { $0.name == name.uppercased() }) else { return nil }
    self = .format(format)
  }

  /// The names of the types that can be written.
  public static var names: [String] { writable.map { $0.name.lowercased() } }

  private static var writable: [BlockFormat] {
    BlockFormat.allCases.filter { $0 == .f32 || $0.isWritable && !isIntermediate($0) }
  }

  /// Formats that exist for intermediate results only.
  private static func isIntermediate(_ format: BlockFormat) -> Bool { format == .q8_1 || format == .q8_K }

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
      guard let dtype = format.dtype else {
        throw ModelLoadError(
          .unsupported, context: "--type \(format.name.lowercased())", expected: "f32, f16 or bf16 for a folder",
          found: "packed blocks", hint: "Name a destination that ends with .gguf.")
      }
      return .dense(dtype)
    }
  }

  /// The type of a tensor in a GGUF file. Vectors, positions and routers stay f32, as llama.cpp expects; rows that are
  /// no whole number of blocks become f16; embedding and head get at least 8 bits.
  func ggufType(_ info: TensorInfo) -> ElementType {
    guard ConvertedType.isFloat(info.type) else { return info.type }
    if info.shape.rank < 2 || ConvertedType.staysWide(info.name) { return .dense(.f32) }
    switch self {
    case .asStored:
      switch info.type {
      case .packed, .dense(.f32), .dense(.f16), .dense(.bf16): return info.type
      case .dense: return .dense(.f32)
      }
    case .format(let format):
      if format.dtype != nil { return ElementType(format) }
      let isEdge = info.name == "token_embd.weight" || info.name == "output.weight"
      let chosen = isEdge ? BlockFormat.q8_0 : format
      return info.shape[-1] % chosen.elementsPerBlock == 0 ? ElementType(chosen) : .dense(.f16)
    }
  }

  private static func staysWide(_ name: String) -> Bool {
    name == "position_embd.weight" || name == "token_types.weight" || name.hasSuffix(".ffn_gate_inp.weight")
      || name.hasSuffix(".attn_rel_b.weight")
  }

  static func isFloat(_ type: ElementType) -> Bool {
    switch type {
    case .packed, .dense(.f64), .dense(.f32), .dense(.f16), .dense(.bf16), .dense(.f8e4m3), .dense(.f8e5m2): true
    case .dense: false
    }
  }

  /// The number of the type in `general.file_type` (llama.cpp's `llama_ftype`); nil where there is none.
  var fileType: UInt32? {
    guard case .format(let format) = self else { return nil }
    return switch format {
    case .f32: 0
    case .f16: 1
    case .q4_0: 2
    case .q4_1: 3
    case .q8_0: 7
    case .q5_0: 8
    case .q5_1: 9
    case .bf16: 32
    case .tq1_0: 36
    case .tq2_0: 37
    case .mxfp4: 38
    default: nil
    }
  }
}
