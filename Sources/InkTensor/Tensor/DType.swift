/// The element type of a dense tensor.
///
/// Names follow the safetensors specification; arithmetic is done in ``DType/f32``, the other types are storage
/// that is converted on the way in and out.
public enum DType: String, Sendable, Hashable, CaseIterable {
  /// IEEE 754 binary64.
  case f64 = "F64"
  /// IEEE 754 binary32, the type of every computation.
  case f32 = "F32"
  /// IEEE 754 binary16.
  case f16 = "F16"
  /// The upper half of a binary32.
  case bf16 = "BF16"
  /// Eight bits, 4 exponent, 3 mantissa, no infinities (OCP 8-bit floating point, E4M3FN).
  case f8e4m3 = "F8_E4M3"
  /// Eight bits, 5 exponent, 2 mantissa (OCP 8-bit floating point, E5M2).
  case f8e5m2 = "F8_E5M2"
  /// Signed integers.
  case i64 = "I64"
  case i32 = "I32"
  case i16 = "I16"
  case i8 = "I8"
  /// Unsigned integers.
  case u64 = "U64"
  case u32 = "U32"
  case u16 = "U16"
  case u8 = "U8"
  /// One byte, 0 or 1.
  case bool = "BOOL"

  /// Bytes of one element.
  public var byteCount: Int {
    switch self {
    case .f64, .i64, .u64: 8
    case .f32, .i32, .u32: 4
    case .f16, .bf16, .i16, .u16: 2
    case .f8e4m3, .f8e5m2, .i8, .u8, .bool: 1
    }
  }
}
