import InkTensor

/// Writes safetensors files: each appears whole or not at all, and an index appears after its shards.
public struct SafetensorsWriter: Sendable {
  /// How tensors are laid over files.
  public enum Sharding: Sendable, Hashable {
    /// One file, `model.safetensors`.
    case single
    /// `model-00001-of-0000N.safetensors` with an index, as soon as the data is larger than the limit in bytes. A
    /// tensor larger than the limit gets a shard of its own.
    case limit(Int)
  }

  /// The `__metadata__` of every file.
  public var metadata: [(key: String, value: String)]
  /// How tensors are laid over files.
  public var sharding: Sharding

  /// A writer; other software looks for `format: pt`, which is there unless other metadata is given.
  public init(metadata: [(key: String, value: String)] = [("format", "pt")], sharding: Sharding = .limit(5_000_000_000))
  {
    self.metadata = metadata
    self.sharding = sharding
  }

  /// Writes one file.
  ///
  /// - Throws: `unsupported` for packed blocks, which the format cannot hold; `duplicate` for a name that occurs
  ///   twice; `cannotWrite`.
  public func write(_ tensors: [StoredTensor], to path: String) throws(FormatError) {
    try finish([try prepare(tensors, path)], paths: [path])
  }

  /// Writes `model.safetensors`, or shards and `model.safetensors.index.json`, into a folder that exists.
  ///
  /// - Returns: the names of the files written.
  /// - Throws: as ``write(_:to:)``. Nothing is put in place unless every shard could be written.
  @discardableResult
  public func write(_ tensors: [StoredTensor], intoFolder folder: String) throws(FormatError) -> [String] {
    let groups = shards(tensors)
    if groups.count == 1 {
      try write(tensors, to: StoredFile.join(folder, "model.safetensors"))
      return ["model.safetensors"]
    }
    try refuseDuplicates(tensors, folder)
    var names: [String] = []
    var prepared: [AtomicFile] = []
    var weightMap = JSONObject()
    for (number, group) in groups.enumerated() {
      let name = "model-\(padded(number + 1))-of-\(padded(groups.count)).safetensors"
      for tensor in group { weightMap[tensor.name] = .string(name) }
      prepared.append(try prepare(group, StoredFile.join(folder, name)))
      names.append(name)
    }
    let indexName = "model.safetensors.index.json"
    let index = StoredFile.join(folder, indexName)
    prepared.append(try prepareIndex(weightMap, byteCount: tensors.reduce(0) { $0 + $1.byteRange.count }, index))
    names.append(indexName)
    try finish(prepared, paths: names.map { StoredFile.join(folder, $0) })
    return names
  }

  /// Shard numbers have five digits.
  private func padded(_ number: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(5 - text.count, 0)) + text
  }

  private func shards(_ tensors: [StoredTensor]) -> [[StoredTensor]] {
    guard case .limit(let limit) = sharding else { return [tensors] }
    var groups: [[StoredTensor]] = [[]]
    var filled = 0
    for tensor in tensors {
      if filled > 0, tensor.byteRange.count > limit - filled {
        groups.append([])
        filled = 0
      }
      groups[groups.count - 1].append(tensor)
      filled += tensor.byteRange.count
    }
    return groups
  }

  private func refuseDuplicates(_ tensors: [StoredTensor], _ path: String) throws(FormatError) {
    var seen: Set<String> = []
    for tensor in tensors where !seen.insert(tensor.name).inserted || tensor.name == "__metadata__" {
      throw FormatError(.duplicate, file: path, context: "tensor \(FormatError.quoted(tensor.name))")
    }
  }

  /// The header in the order that the reference implementation uses: wide types first, so that all data is aligned.
  private func prepare(_ tensors: [StoredTensor], _ path: String) throws(FormatError) -> AtomicFile {
    try refuseDuplicates(tensors, path)
    var entries: [(tensor: StoredTensor, dtype: DType)] = []
    for tensor in tensors {
      guard case .dense(let dtype) = tensor.type else {
        throw FormatError(
          .unsupported, file: path, context: "tensor \(FormatError.quoted(tensor.name))", expected: "a dense type",
          found: "\(tensor.type)", hint: "Decode it first, or write GGUF.")
      }
      entries.append((tensor, dtype))
    }
    let ordered = entries.enumerated().sorted {
      ($1.element.dtype.byteCount, $0.offset) < ($0.element.dtype.byteCount, $1.offset)
    }.map(\.element)
    var header = JSONObject()
    if !metadata.isEmpty { header["__metadata__"] = .object(try metadataObject(path)) }
    var position = 0
    for (tensor, dtype) in ordered {
      header[tensor.name] = .object(SafetensorsWriter.entry(tensor, dtype, at: position))
      position += tensor.byteRange.count
    }
    var text = JSONWriter.bytes(.object(header), layout: .compact)
    text.append(contentsOf: repeatElement(0x20, count: (8 - text.count % 8) % 8))
    guard text.count <= SafetensorsHeader.maximumByteCount else {
      throw FormatError(
        .outOfRange, file: path, context: "header",
        expected: "at most \(SafetensorsHeader.maximumByteCount) bytes", found: "\(text.count)",
        hint: "Write shards.")
    }
    do throws(TensorError) {
      let file = try AtomicFile(replacing: path)
      try file.write((0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) })
      try file.write(text)
      for (tensor, _) in ordered { try file.write(tensor.storage, range: tensor.byteRange) }
      return file
    } catch { throw FormatError(writing: error, file: path) }
  }

  private func metadataObject(_ path: String) throws(FormatError) -> JSONObject {
    var object = JSONObject()
    for (key, value) in metadata {
      guard object[key] == nil else {
        throw FormatError(.duplicate, file: path, context: "__metadata__ key \(FormatError.quoted(key))")
      }
      object[key] = .string(value)
    }
    return object
  }

  private static func entry(_ tensor: StoredTensor, _ dtype: DType, at position: Int) -> JSONObject {
    var entry = JSONObject()
    entry["dtype"] = .string(dtype.rawValue)
    entry["shape"] = .array(tensor.shape.array.map { .number(String($0)) })
    entry["data_offsets"] = .array([
      .number(String(position)), .number(String(position + tensor.byteRange.count)),
    ])
    return entry
  }

  private func prepareIndex(_ weightMap: JSONObject, byteCount: Int, _ path: String) throws(FormatError) -> AtomicFile {
    var sizes = JSONObject()
    sizes["total_size"] = .number(String(byteCount))
    var index = JSONObject()
    index["metadata"] = .object(sizes)
    index["weight_map"] = .object(weightMap)
    do throws(TensorError) {
      let file = try AtomicFile(replacing: path)
      try file.write(JSONWriter.bytes(.object(index), layout: .indented) + [0x0a])
      return file
    } catch { throw FormatError(writing: error, file: path) }
  }

  private func finish(_ files: [AtomicFile], paths: [String]) throws(FormatError) {
    for (file, path) in zip(files, paths) {
      do throws(TensorError) { try file.commit() } catch { throw FormatError(writing: error, file: path) }
    }
  }
}
