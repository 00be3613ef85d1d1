import InkTensor

/// Writes GGUF version 3, little-endian; a file appears whole or not at all.
///
/// Writing what was read from a file that this writer made gives the same bytes.
public struct GGUFWriter: Sendable {
  /// The metadata, in order. `general.alignment` in it sets the alignment of the data.
  public var metadata: GGUFMetadata

  /// A writer of the given metadata.
  public init(metadata: GGUFMetadata) { self.metadata = metadata }

  /// Writes one file. Tensors may be dense or packed and keep their order.
  ///
  /// - Throws: `duplicate` for a name that occurs twice; `unsupported` for a dtype or rank that the format does not
  ///   have; `outOfRange` for a bad `general.alignment`; `cannotWrite`.
  public func write(_ tensors: [StoredTensor], to path: String) throws(FormatError) {
    _ = try write(tensors.map { PlannedTensor($0) }, to: path)
  }

  /// Makes and writes tensors one after the other, with the memory of one piece.
  ///
  /// - Returns: the digest of each tensor as it was written.
  package func write(_ plans: [PlannedTensor], to path: String) throws(FormatError) -> TensorDigests {
    var digests: TensorDigests? = TensorDigests()
    let file = try prepare(plans, path, &digests)
    do throws(TensorError) { try file.commit() } catch { throw FormatError(writing: error, file: path) }
    return digests ?? TensorDigests()
  }

  /// Writes a file that is not yet in its place.
  func prepare(
    _ plans: [PlannedTensor], _ path: String, _ digests: inout TensorDigests?
  ) throws(FormatError) -> AtomicFile {
    let alignment = try self.alignment(path)
    let header = try encodeHeader(plans.map(\.info), alignment: alignment, path)
    let file: AtomicFile
    do throws(TensorError) {
      file = try AtomicFile(replacing: path)
      try file.write(header)
      try file.pad(to: alignment)
    } catch { throw FormatError(writing: error, file: path) }
    for plan in plans {
      try file.append(plan, &digests, path)
      do throws(TensorError) { try file.pad(to: alignment) } catch { throw FormatError(writing: error, file: path) }
    }
    return file
  }

  private func alignment(_ path: String) throws(FormatError) -> Int {
    guard metadata.contains("general.alignment") else { return GGUFHeader.defaultAlignment }
    let alignment = try metadata.int(for: "general.alignment")
    guard alignment > 0, alignment <= 1 << 20, alignment & (alignment - 1) == 0 else {
      throw FormatError(
        .outOfRange, file: path, context: "metadata \"general.alignment\"",
        expected: "a power of two up to 1048576", found: "\(alignment)")
    }
    return alignment
  }

  private func encodeHeader(_ tensors: [TensorInfo], alignment: Int, _ path: String) throws(FormatError) -> [UInt8] {
    var out: [UInt8] = []
    GGUFWriter.append(GGUFHeader.magic, to: &out)
    GGUFWriter.append(UInt32(3), to: &out)
    GGUFWriter.append(UInt64(tensors.count), to: &out)
    GGUFWriter.append(UInt64(metadata.keys.count), to: &out)
    for key in metadata.keys {
      guard let value = metadata[key] else { continue }
      try checkName(key, limit: GGUFHeader.maximumKeyByteCount, path)
      out.append(contentsOf: GGUFWriter.lengthPrefixed(key))
      GGUFWriter.append(value.type.rawValue, to: &out)
      GGUFWriter.append(value, to: &out)
    }
    var names: Set<String> = []
    var offset = 0
    for tensor in tensors {
      guard names.insert(tensor.name).inserted else {
        throw FormatError(.duplicate, file: path, context: "tensor \(FormatError.quoted(tensor.name))")
      }
      try checkName(tensor.name, limit: GGUFHeader.maximumNameByteCount, path)
      out.append(contentsOf: GGUFWriter.lengthPrefixed(tensor.name))
      GGUFWriter.append(UInt32(tensor.shape.rank), to: &out)
      for extent in tensor.shape.array.reversed() { GGUFWriter.append(UInt64(extent), to: &out) }
      GGUFWriter.append(try format(tensor, path).rawValue, to: &out)
      GGUFWriter.append(UInt64(offset), to: &out)
      offset += (tensor.byteCount + alignment - 1) / alignment * alignment
    }
    return out
  }

  private func checkName(_ name: String, limit: Int, _ path: String) throws(FormatError) {
    guard name.utf8.count <= limit else {
      throw FormatError(
        .outOfRange, file: path, context: "name \(FormatError.quoted(name))", expected: "at most \(limit) bytes",
        found: "\(name.utf8.count)")
    }
  }

  private func format(_ tensor: TensorInfo, _ path: String) throws(FormatError) -> BlockFormat {
    let place = "tensor \(FormatError.quoted(tensor.name))"
    guard tensor.shape.rank <= GGUFHeader.maximumDimensions else {
      throw FormatError(
        .unsupported, file: path, context: place, expected: "at most \(GGUFHeader.maximumDimensions) axes",
        found: "\(tensor.shape)")
    }
    switch tensor.type {
    case .packed(let format): return format
    case .dense(let dtype):
      if let format = BlockFormat.allCases.first(where: { $0.dtype == dtype }) { return format }
      throw FormatError(
        .unsupported, file: path, context: place, expected: "a type that GGUF has", found: dtype.rawValue,
        hint: "Convert it to F32 first.")
    }
  }
}
