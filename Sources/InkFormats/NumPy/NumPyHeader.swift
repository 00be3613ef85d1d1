import InkArchive
import InkTensor

/// The header of a `.npy` file: element type, order and shape, written as the text of a Python dictionary.
///
/// Format: NumPy Enhancement Proposal 1 and `numpy.lib.format`, versions 1 to 3.
struct NumPyHeader {
  /// Which axis lies densest.
  enum Order {
    case lastAxis
    /// Fortran order.
    case firstAxis
  }

  private(set) var dtype = DType.f32
  private(set) var order = Order.lastAxis
  private(set) var shape = Shape([])
  /// Where the data begins in the file.
  let dataStart: Int

  private static let magic: [UInt8] = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]
  private static let maximumByteCount = 1 << 16

  /// Reads the header at the start of `range`.
  init(_ storage: Storage, range: Range<Int>, file: String) throws(FormatError) {
    let prefix = LittleEndianBytes(storage.bytes(in: range.lowerBound..<min(range.lowerBound + 12, range.upperBound)))
    guard prefix.bytes.starts(with: NumPyHeader.magic), prefix.count > 7 else {
      throw FormatError(.malformed, file: file, expected: "a NumPy array", found: "other bytes")
    }
    let version = prefix.bytes[6]
    let (length, start): (Int?, Int) =
      switch version {
      case 1: (prefix.u16(8).map { Int($0) }, 10)
      case 2, 3: (prefix.u32(8).map { Int($0) }, 12)
      default: throw FormatError(.unsupported, file: file, context: "version", expected: "1 to 3", found: "\(version)")
      }
    guard let length, length <= NumPyHeader.maximumByteCount, length <= range.count - start else {
      throw FormatError(
        .truncated, file: file, context: "header",
        expected: "at most \(min(NumPyHeader.maximumByteCount, max(range.count - start, 0))) bytes",
        found: length.map(String.init) ?? "no length")
    }
    dataStart = range.lowerBound + start + length
    var text = PythonLiteral(storage.bytes(in: range.lowerBound + start..<dataStart), file: file)
    try read(&text)
  }

  private mutating func read(_ text: inout PythonLiteral) throws(FormatError) {
    var found: Set<String> = []
    try text.expect("{")
    while !text.take("}") {
      let key = try text.string()
      guard found.insert(key).inserted else { throw text.failure("each key once") }
      try text.expect(":")
      switch key {
      case "descr": dtype = try NumPyHeader.dtype(try text.string(), text.file)
      case "fortran_order": order = try text.boolean() ? .firstAxis : .lastAxis
      case "shape":
        let extents = try text.tuple()
        guard extents.count <= Shape.maximumRank else {
          throw FormatError(
            .unsupported, file: text.file, context: "shape", expected: "at most \(Shape.maximumRank) axes",
            found: "\(extents.count)")
        }
        shape = Shape(extents)
      default: throw text.failure("descr, fortran_order and shape")
      }
      if !text.take(",") {
        try text.expect("}")
        break
      }
    }
    guard found.count == 3 else { throw text.failure("descr, fortran_order and shape") }
  }

  private static func dtype(_ text: String, _ file: String) throws(FormatError) -> DType {
    switch text {
    case "<f8": return .f64
    case "<f4": return .f32
    case "<f2": return .f16
    case "<i8": return .i64
    case "<i4": return .i32
    case "<i2": return .i16
    case "|i1": return .i8
    case "<u8": return .u64
    case "<u4": return .u32
    case "<u2": return .u16
    case "|u1": return .u8
    case "|b1": return .bool
    default:
      throw FormatError(
        .unsupported, file: file, context: "descr", expected: "a little-endian number type such as <f4",
        found: FormatError.quoted(text), hint: "Convert the array with astype before saving it.")
    }
  }
}
