package import InkTensor

/// One safetensors file, memory-mapped: its header is read and checked, its data is not touched.
public struct SafetensorsFile: TensorSource {
  public let path: String
  public let tensorNames: [String]
  /// The `__metadata__` of the file, in its order.
  public let metadata: [(key: String, value: String)]
  private let tensors: [String: StoredTensor]

  /// Opens a file.
  ///
  /// - Throws: `cannotOpen`; `truncated`, `malformed`, `outOfRange`, `overlap`, `shapeMismatch`, `duplicate` for a
  ///   damaged file; `unsupported` for a dtype this library does not know, which is named.
  public static func open(_ path: String) throws(FormatError) -> SafetensorsFile {
    try SafetensorsFile(try StoredFile.map(path), path: path)
  }

  /// Reads a file that is in memory; `path` stands for it in messages.
  package init(_ storage: Storage, path: String) throws(FormatError) {
    guard storage.byteCount >= 8 else {
      throw FormatError(
        .truncated, file: path, expected: "8 bytes of header length", found: "\(storage.byteCount) bytes")
    }
    let length = storage.withBytes(in: 0..<8) { UInt64(littleEndian: $0.unsafeLoadUnaligned(as: UInt64.self)) }
    let available = storage.byteCount - 8
    guard let headerByteCount = Int(exactly: length), headerByteCount <= SafetensorsHeader.maximumByteCount else {
      throw FormatError(
        .outOfRange, file: path, context: "header length",
        expected: "at most \(SafetensorsHeader.maximumByteCount) bytes", found: "\(length)",
        hint: "This is not a safetensors file, or it is damaged.")
    }
    guard headerByteCount <= available else {
      throw FormatError(
        .truncated, file: path, context: "header", expected: "\(headerByteCount) bytes", found: "\(available)",
        hint: "The file was not downloaded whole.")
    }
    let dataStart = 8 + headerByteCount
    let header = try SafetensorsHeader(
      storage.bytes(in: 8..<dataStart), dataByteCount: storage.byteCount - dataStart, file: path)
    var tensors: [String: StoredTensor] = [:]
    for entry in header.entries {
      tensors[entry.name] = try StoredTensor(
        name: entry.name, type: .dense(entry.dtype), shape: entry.shape, storage: storage,
        byteRange: dataStart + entry.range.lowerBound..<dataStart + entry.range.upperBound, file: path)
    }
    self.path = path
    self.tensorNames = header.entries.map(\.name)
    self.metadata = header.metadata
    self.tensors = tensors
  }

  public func find(_ name: String) -> StoredTensor? { tensors[name] }
}
