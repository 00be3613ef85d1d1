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
    var digests: TensorDigests?
    try finish([try prepare(tensors.map { PlannedTensor($0) }, path, &digests)], paths: [path])
  }

  /// Writes `model.safetensors`, or shards and `model.safetensors.index.json`, into a folder that exists.
  ///
  /// - Returns: the names of the files written.
  /// - Throws: as ``write(_:to:)``. Nothing is put in place unless every shard could be written.
  @discardableResult
  public func write(_ tensors: [StoredTensor], intoFolder folder: String) throws(FormatError) -> [String] {
    var digests: TensorDigests?
    return try write(tensors.map { PlannedTensor($0) }, intoFolder: folder, &digests)
  }

  /// Makes and writes tensors one after the other, with the memory of one piece.
  ///
  /// - Returns: the names of the files, and the digest of each tensor as it was written.
  package func write(
    _ plans: [PlannedTensor], intoFolder folder: String
  ) throws(FormatError) -> (files: [String], digests: TensorDigests) {
    var digests: TensorDigests? = TensorDigests()
    let files = try write(plans, intoFolder: folder, &digests)
    return (files, digests ?? TensorDigests())
  }

  private func write(
    _ plans: [PlannedTensor], intoFolder folder: String, _ digests: inout TensorDigests?
  ) throws(FormatError) -> [String] {
    let groups = sharding.groups(plans)
    if groups.count == 1 {
      let path = StoredFile.join(folder, "model.safetensors")
      try finish([try prepare(plans, path, &digests)], paths: [path])
      return ["model.safetensors"]
    }
    try refuseDuplicates(plans, folder)
    var names: [String] = []
    var prepared: [AtomicFile] = []
    var weightMap = JSONObject()
    for (number, group) in groups.enumerated() {
      let name = "model-\(padded(number + 1))-of-\(padded(groups.count)).safetensors"
      for plan in group { weightMap[plan.info.name] = .string(name) }
      prepared.append(try prepare(group, StoredFile.join(folder, name), &digests))
      names.append(name)
    }
    let indexName = "model.safetensors.index.json"
    let index = StoredFile.join(folder, indexName)
    prepared.append(try prepareIndex(weightMap, byteCount: plans.reduce(0) { $0 + $1.info.byteCount }, index))
    names.append(indexName)
    try finish(prepared, paths: names.map { StoredFile.join(folder, $0) })
    return names
  }

  /// Shard numbers have five digits.
  private func padded(_ number: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(5 - text.count, 0)) + text
  }

  private func refuseDuplicates(_ plans: [PlannedTensor], _ path: String) throws(FormatError) {
    var seen: Set<String> = []
    for plan in plans where !seen.insert(plan.info.name).inserted || plan.info.name == "__metadata__" {
      throw FormatError(.duplicate, file: path, context: "tensor \(FormatError.quoted(plan.info.name))")
    }
  }

  /// The header in the order that the reference implementation uses: wide types first, so that all data is aligned.
  private func prepare(
    _ plans: [PlannedTensor], _ path: String, _ digests: inout TensorDigests?
  ) throws(FormatError) -> AtomicFile {
    let ordered = try order(plans, path)
    let text = try headerText(ordered, path)
    let file: AtomicFile
    do throws(TensorError) {
      file = try AtomicFile(replacing: path)
      try file.write((0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) })
      try file.write(text)
    } catch { throw FormatError(writing: error, file: path) }
    for (plan, _) in ordered { try file.append(plan, &digests, path) }
    return file
  }

  private func order(
    _ plans: [PlannedTensor], _ path: String
  ) throws(FormatError) -> [(plan: PlannedTensor, dtype: DType)] {
    try refuseDuplicates(plans, path)
    var entries: [(plan: PlannedTensor, dtype: DType)] = []
    for plan in plans {
      guard case .dense(let dtype) = plan.info.type else {
        throw FormatError(
          .unsupported, file: path, context: "tensor \(FormatError.quoted(plan.info.name))", expected: "a dense type",
          found: "\(plan.info.type)", hint: "Decode it first, or write GGUF.")
      }
      entries.append((plan, dtype))
    }
    return entries.enumerated().sorted {
      ($1.element.dtype.byteCount, $0.offset) < ($0.element.dtype.byteCount, $1.offset)
    }.map(\.element)
  }

  private func headerText(
    _ ordered: [(plan: PlannedTensor, dtype: DType)], _ path: String
  ) throws(FormatError) -> [UInt8] {
    var header = JSONObject()
    if !metadata.isEmpty { header["__metadata__"] = .object(try metadataObject(path)) }
    var position = 0
    for (plan, dtype) in ordered {
      header[plan.info.name] = .object(SafetensorsWriter.entry(plan.info, dtype, at: position))
      position += plan.info.byteCount
    }
    var text = JSONWriter.bytes(.object(header), layout: .compact)
    text.append(contentsOf: repeatElement(0x20, count: (8 - text.count % 8) % 8))
    guard text.count <= SafetensorsHeader.maximumByteCount else {
      throw FormatError(
        .outOfRange, file: path, context: "header",
        expected: "at most \(SafetensorsHeader.maximumByteCount) bytes", found: "\(text.count)",
        hint: "Write shards.")
    }
    return text
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

  private static func entry(_ info: TensorInfo, _ dtype: DType, at position: Int) -> JSONObject {
    var entry = JSONObject()
    entry["dtype"] = .string(dtype.rawValue)
    entry["shape"] = .array(info.shape.array.map { .number(String($0)) })
    entry["data_offsets"] = .array([
      .number(String(position)), .number(String(position + info.byteCount)),
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
