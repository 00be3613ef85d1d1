package import InkTensor

/// One GGUF file, memory-mapped: its header is read and checked, its data is not touched.
public struct GGUFFile: TensorSource {
  public let path: String
  /// The version of the format, 2 or 3.
  public let version: UInt32
  /// The metadata in the order of the file.
  public let metadata: GGUFMetadata
  /// Tensors begin at multiples of this many bytes.
  public let alignment: Int
  public let tensorNames: [String]
  private let tensors: [String: StoredTensor]
  private let storage: Storage
  private let dataStart: Int

  /// Opens a little-endian file of version 2 or 3.
  ///
  /// - Throws: `cannotOpen`; `unsupported` for another version, byte order or tensor type; `truncated`, `malformed`,
  ///   `outOfRange`, `overlap` or `duplicate` for a damaged file.
  public static func open(_ path: String) throws(FormatError) -> GGUFFile {
    try GGUFFile(try StoredFile.map(path), path: path)
  }

  /// Reads a file that is in memory; `path` stands for it in messages.
  package init(_ storage: Storage, path: String) throws(FormatError) {
    let header = try GGUFHeader(storage, path: path)
    var tensors: [String: StoredTensor] = [:]
    tensors.reserveCapacity(header.entries.count)
    for entry in header.entries {
      let start = entry.range.isEmpty ? 0 : header.dataStart + entry.range.lowerBound
      tensors[entry.name] = try StoredTensor(
        name: entry.name, type: ElementType(entry.format), shape: entry.shape, storage: storage,
        byteRange: start..<start + entry.range.count, file: path)
    }
    self.path = path
    self.version = header.version
    self.metadata = header.metadata
    self.alignment = header.alignment
    self.tensorNames = header.entries.map(\.name)
    self.tensors = tensors
    self.storage = storage
    self.dataStart = header.dataStart
  }

  /// Gives the pages of the header back to the system once a vocabulary was taken out of it. They are read again if touched.
  package func discardHeaderPages() { storage.discardResidentRuns(around: 0..<min(dataStart, storage.byteCount)) }

  public func find(_ name: String) -> StoredTensor? { tensors[name] }
}
