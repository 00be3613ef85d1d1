import InkTensor

/// The names from outside that a pickle may use. Each stands for data that is rebuilt here; none is ever called.
enum PickleGlobal: Sendable, Hashable, CustomStringConvertible {
  case rebuildTensor
  /// As `rebuildTensor`, with the element type as an argument: types that have no storage class.
  case rebuildTypedTensor
  case rebuildParameter
  case storage(DType)
  case untypedStorage
  case dtype(DType)
  case orderedDictionary
  case set
  case size
  case device
  case numpyScalar
  case numpyDType
  /// How bytes are written in pickles of protocol 2.
  case encodeText

  /// The global of a module and a name; nil for any that is not allowed.
  init?(module: String, name: String) {
    switch (module, name) {
    case ("torch._utils", "_rebuild_tensor"), ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensor
    case ("torch._utils", "_rebuild_tensor_v3"): self = .rebuildTypedTensor
    case ("torch._utils", "_rebuild_parameter"), ("torch._utils", "_rebuild_parameter_with_state"):
      self = .rebuildParameter
    case ("collections", "OrderedDict"): self = .orderedDictionary
    case ("builtins", "set"), ("__builtin__", "set"), ("builtins", "frozenset"), ("__builtin__", "frozenset"):
      self = .set
    case ("torch", "Size"): self = .size
    case ("torch", "device"): self = .device
    case ("numpy.core.multiarray", "scalar"), ("numpy._core.multiarray", "scalar"): self = .numpyScalar
    case ("numpy", "dtype"): self = .numpyDType
    case ("_codecs", "encode"): self = .encodeText
    case ("torch", "UntypedStorage"), ("torch.storage", "UntypedStorage"): self = .untypedStorage
    case ("torch", _):
      if let dtype = PickleGlobal.storageTypes[name] {
        self = .storage(dtype)
      } else if let dtype = PickleGlobal.dtypes[name] {
        self = .dtype(dtype)
      } else {
        return nil
      }
    default: return nil
    }
  }

  private static let storageTypes: [String: DType] = [
    "FloatStorage": .f32, "HalfStorage": .f16, "BFloat16Storage": .bf16, "DoubleStorage": .f64, "LongStorage": .i64,
    "IntStorage": .i32, "ShortStorage": .i16, "CharStorage": .i8, "ByteStorage": .u8, "BoolStorage": .bool,
  ]

  private static let dtypes: [String: DType] = [
    "float32": .f32, "float": .f32, "float16": .f16, "half": .f16, "bfloat16": .bf16, "float64": .f64, "double": .f64,
    "float8_e4m3fn": .f8e4m3, "float8_e5m2": .f8e5m2, "int64": .i64, "long": .i64, "int32": .i32, "int": .i32,
    "int16": .i16, "short": .i16, "int8": .i8, "uint8": .u8, "uint16": .u16, "uint32": .u32, "uint64": .u64,
    "bool": .bool,
  ]

  var description: String {
    switch self {
    case .rebuildTensor: "torch._utils._rebuild_tensor_v2"
    case .rebuildTypedTensor: "torch._utils._rebuild_tensor_v3"
    case .rebuildParameter: "torch._utils._rebuild_parameter"
    case .storage(let dtype): "the storage type of \(dtype.rawValue)"
    case .untypedStorage: "torch.UntypedStorage"
    case .dtype(let dtype): "the dtype \(dtype.rawValue)"
    case .orderedDictionary: "collections.OrderedDict"
    case .set: "builtins.set"
    case .size: "torch.Size"
    case .device: "torch.device"
    case .numpyScalar: "numpy.core.multiarray.scalar"
    case .numpyDType: "numpy.dtype"
    case .encodeText: "_codecs.encode"
    }
  }
}
