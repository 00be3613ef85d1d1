import InkTensor

extension GGUFWriter {
  /// What files of several say of their place among them.
  package static let shardKeys = ["split.no", "split.count", "split.tensors.count"]
  /// The largest count that a shard can name: the format stores it in 16 bits.
  private static let maximumShards = Int(UInt16.max)

  /// Writes one file, or shards named `PREFIX-00001-of-0000N.gguf` as soon as the data is larger than the limit. The
  /// first holds the metadata, all hold their place among the others.
  ///
  /// - Returns: the paths of the files, and the digest of each tensor as it was written.
  /// - Throws: as ``write(_:to:)``; `outOfRange` for more shards than can be numbered. Nothing is put in place unless
  ///   every shard could be written.
  package func write(
    _ plans: [PlannedTensor], to path: String, _ sharding: SafetensorsWriter.Sharding
  ) throws(FormatError) -> (files: [String], digests: TensorDigests) {
    let groups = sharding.groups(plans)
    guard groups.count > 1 else { return ([path], try write(plans, to: path)) }
    guard groups.count <= GGUFWriter.maximumShards else {
      throw FormatError(
        .outOfRange, file: path, context: "number of shards", expected: "at most \(GGUFWriter.maximumShards)",
        found: "\(groups.count)", hint: "Allow larger shards.")
    }
    try refuseDuplicates(plans, path)
    let prefix = path.hasSuffix(".gguf") ? String(path.dropLast(5)) : path
    let name = GGUFShardName(prefix: prefix, number: 1, count: groups.count)
    var digests: TensorDigests? = TensorDigests()
    var files: [(file: AtomicFile, path: String)] = []
    for (index, group) in groups.enumerated() {
      let shard = name.path(index + 1)
      guard !StoredFile.exists(shard) else {
        throw FormatError(
          .cannotWrite, file: shard, expected: "a new file", found: "one that is there already",
          hint: "Name another file, or remove this one.")
      }
      let writer = GGUFWriter(metadata: shardMetadata(index, of: groups.count, tensors: plans.count))
      files.append((try writer.prepare(group, shard, &digests), shard))
    }
    for (file, shard) in files {
      do throws(TensorError) { try file.commit() } catch { throw FormatError(writing: error, file: shard) }
    }
    return (files.map(\.path), digests ?? TensorDigests())
  }

  private func shardMetadata(_ index: Int, of count: Int, tensors: Int) -> GGUFMetadata {
    var metadata = GGUFMetadata(path: self.metadata.path)
    if index == 0 {
      metadata = self.metadata
    } else {
      // Where the data begins is each file's own business.
      metadata["general.alignment"] = self.metadata["general.alignment"]
    }
    let values: [GGUFValue] = [
      .uint16(UInt16(clamping: index)), .uint16(UInt16(clamping: count)), .int32(Int32(clamping: tensors)),
    ]
    for (key, value) in zip(GGUFWriter.shardKeys, values) { metadata[key] = value }
    return metadata
  }

  private func refuseDuplicates(_ plans: [PlannedTensor], _ path: String) throws(FormatError) {
    var seen: Set<String> = []
    for plan in plans where !seen.insert(plan.info.name).inserted {
      throw FormatError(.duplicate, file: path, context: "tensor \(FormatError.quoted(plan.info.name))")
    }
  }
}
