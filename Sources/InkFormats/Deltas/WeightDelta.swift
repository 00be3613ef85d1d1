import InkTensor

/// The difference between a model and the one it was made from: what may be published when the base may not.
///
/// ```swift
/// let delta = WeightDelta()
/// _ = try delta.make(base: "llama-7b", target: "vicuna-7b", into: "vicuna-7b-delta")
/// let report = try delta.apply(base: "llama-7b", delta: "vicuna-7b-delta", into: "vicuna-7b-again")
/// ```
///
/// A difference is target minus base, computed in f32 and rounded to the target's type (as Vicuna's were made; LMSYS,
/// 2023). Tensors are worked on in runs of rows, so memory stays far below one shard. The folder that is written holds the
/// weights, the target's other files, `delta.json` with check sums of the base and of what applying must give, and
/// `SHA256SUMS`. It appears only after everything was read back and compared.
public struct WeightDelta: Sendable {
  /// What becomes of a tensor that has more rows than the base's.
  public enum Padding: Sendable, Hashable {
    /// It is refused.
    case refuse
    /// The rows beyond the base's are stored as they are.
    case keepNewRows
  }

  /// How the result is laid over files.
  public var sharding: SafetensorsWriter.Sharding
  /// What becomes of a vocabulary that has grown.
  public var padding: Padding

  /// Differences with shards of at most 5 GB.
  public init(sharding: SafetensorsWriter.Sharding = .limit(5_000_000_000), padding: Padding = .refuse) {
    self.sharding = sharding
    self.padding = padding
  }

  /// Writes the differences of two model folders into a new one.
  ///
  /// - Throws: `missing`, `shapeMismatch`, `typeMismatch` when the models do not belong together, `cannotWrite`; what
  ///   opening the folders throws.
  public func make(base: String, target: String, into destination: String) throws(FormatError) -> DeltaReport {
    try ChecksumList.requireClean(base)
    try ChecksumList.requireClean(target)
    let (baseWeights, weights) = (try WeightDelta.open(base), try WeightDelta.open(target))
    let pairs = try pairs(baseWeights, weights, padding: padding)
    let folder = try ExportFolder(destination)
    var report = DeltaReport()
    report.uncopiedFiles = try folder.copyCompanions(of: target)
    report.unusedBaseTensors = WeightDelta.unused(baseWeights, weights)
    let digests = BaseDigests()
    let written = try write(pairs, .subtractingBase, folder, digests, &report)
    let record = try check(written, pairs, folder, baseDigest: digests.combined, &report)
    try folder.write(record.json, to: DeltaRecord.fileName)
    guard try DeltaRecord.open(folder.path) == record else {
      throw FormatError(.cannotWrite, file: folder.file(DeltaRecord.fileName), found: "another text than was written")
    }
    _ = try folder.finish()
    report.isVerified = true
    return report
  }

  /// Writes a model folder from a base and differences.
  ///
  /// - Throws: `malformed` when the files of the differences are not those of their `SHA256SUMS`, when the base is
  ///   another one than they were made from, or when the result is not what it was then; otherwise as
  ///   ``make(base:target:into:)``.
  public func apply(base: String, delta: String, into destination: String) throws(FormatError) -> DeltaReport {
    try ChecksumList.requireClean(base)
    try ChecksumList.requireClean(delta)
    let record = try DeltaRecord.open(delta)
    let (baseWeights, weights) = (try WeightDelta.open(base), try WeightDelta.open(delta))
    let allowed: Padding = record.map { $0.paddedRows.isEmpty ? .refuse : .keepNewRows } ?? padding
    let pairs = try pairs(baseWeights, weights, padding: allowed)
    if let record { try WeightDelta.checkPadding(record, pairs, delta) }
    let folder = try ExportFolder(destination)
    var report = DeltaReport()
    report.uncopiedFiles = try folder.copyCompanions(of: delta, except: [DeltaRecord.fileName])
    report.unusedBaseTensors = WeightDelta.unused(baseWeights, weights)
    let digests = BaseDigests()
    let written = try write(pairs, .addingBase, folder, digests, &report)
    if let record {
      guard digests.combined == record.baseDigest else {
        throw FormatError(
          .malformed, file: base, context: "SHA-256 of the tensors", expected: record.baseDigest,
          found: digests.combined, hint: "The differences were made from another base.")
      }
      guard written.combined == record.restoredDigest else {
        throw FormatError(
          .malformed, file: delta, context: "SHA-256 of the result", expected: record.restoredDigest,
          found: written.combined, hint: "The differences are damaged.")
      }
      report.isVerified = true
    }
    try written.check(try WeightDelta.openWritten(folder))
    _ = try folder.finish()
    return report
  }

  // MARK: Steps

  private static func open(_ folder: String) throws(FormatError) -> any TensorSource {
    try ModelFolder.open(folder).weights.open()
  }

  private static func openWritten(_ folder: ExportFolder) throws(FormatError) -> SafetensorsModel {
    let single = folder.file("model.safetensors")
    return try SafetensorsModel.open(StoredFile.exists(single) ? single : single + ".index.json")
  }

  private static func unused(_ base: any TensorSource, _ other: any TensorSource) -> [String] {
    let names = Set(other.tensorNames)
    return base.tensorNames.filter { !names.contains($0) }
  }

  private func pairs(
    _ base: any TensorSource, _ other: any TensorSource, padding: Padding
  ) throws(FormatError) -> [DeltaPair] {
    var pairs: [DeltaPair] = []
    for name in other.tensorNames {
      pairs.append(
        try DeltaPair(
          base: try base.stored(name), other: try other.stored(name), padding: padding, file: other.path))
    }
    return pairs
  }

  private static func checkPadding(_ record: DeltaRecord, _ pairs: [DeltaPair], _ folder: String) throws(FormatError) {
    for pair in pairs where pair.isPadded {
      guard let stated = record.paddedRows.first(where: { $0.name == pair.other.name }),
        stated.baseRows == pair.base.shape[0]
      else {
        throw FormatError(
          .shapeMismatch, file: folder, context: "tensor \(FormatError.quoted(pair.other.name))",
          expected: "\(pair.base.shape), as in the base", found: "\(pair.other.shape)",
          hint: "The record of the differences does not state padded rows for it.")
      }
    }
  }

  private func write(
    _ pairs: [DeltaPair], _ direction: DeltaPair.Direction, _ folder: ExportFolder, _ digests: BaseDigests,
    _ report: inout DeltaReport
  ) throws(FormatError) -> TensorDigests {
    var plans: [PlannedTensor] = []
    for pair in pairs {
      plans.append(
        try PlannedTensor(name: pair.other.name, type: pair.other.type, shape: pair.other.shape) {
          (sink) throws(FormatError) in
          var hasher = TensorHasher()
          try pair.run(direction, hashing: &hasher, sink)
          digests.note(pair.base.info, hasher)
        })
    }
    let written = try SafetensorsWriter(sharding: sharding).write(plans, intoFolder: folder.path)
    report.files = written.files
    report.tensors = plans.count
    report.bytes = plans.reduce(0) { $0 + $1.info.byteCount }
    report.paddedTensors = pairs.filter(\.isPadded).map(\.other.name)
    report.copiedTensors = pairs.filter(\.isCopied).map(\.other.name)
    return written.digests
  }

  /// Reads the differences back, adds the base and compares with the target.
  private func check(
    _ written: TensorDigests, _ pairs: [DeltaPair], _ folder: ExportFolder, baseDigest: String,
    _ report: inout DeltaReport
  ) throws(FormatError) -> DeltaRecord {
    let source = try WeightDelta.openWritten(folder)
    try written.check(source)
    var restored = TensorDigests()
    for pair in pairs {
      let again = try DeltaPair(
        base: pair.base, other: try source.stored(pair.other.name), padding: padding, file: source.path)
      var hasher = TensorHasher()
      var ignored = TensorHasher()
      var position = pair.other.byteRange.lowerBound
      var deviation = DeltaDeviation()
      try again.run(.addingBase, hashing: &ignored) { (piece) throws(FormatError) in
        let wanted = try StoredTensor(
          name: piece.name, type: piece.type, shape: piece.shape, storage: pair.other.storage,
          byteRange: position..<position + piece.byteRange.count)
        position += piece.byteRange.count
        try deviation.compare(piece, wanted)
        hasher.update(piece)
      }
      report.inexactElements += deviation.count
      report.largestDeviation = max(report.largestDeviation, deviation.largest)
      restored.note(pair.other.info, hasher)
    }
    var record = DeltaRecord(baseDigest: baseDigest, restoredDigest: restored.combined)
    record.paddedRows = pairs.filter(\.isPadded).map { ($0.other.name, $0.base.shape[0]) }
    record.copied = report.copiedTensors
    return record
  }
}

extension DeltaPair {
  /// Whether rows of the other tensor are stored as they are.
  var isPadded: Bool { base.shape != other.shape }

  var isCopied: Bool { if case .copied = kind { true } else { false } }
}

/// The digests of the base's tensors, noted while the differences are made.
private final class BaseDigests {
  private var digests = TensorDigests()

  func note(_ info: TensorInfo, _ hasher: TensorHasher) { digests.note(info, hasher) }

  var combined: String { digests.combined }
}

/// How far restored numbers are from the target's.
private struct DeltaDeviation {
  var count = 0
  var largest: Float = 0

  mutating func compare(_ restored: StoredTensor, _ target: StoredTensor) throws(FormatError) {
    defer { target.storage.discardResidentRuns(around: target.byteRange) }
    guard restored.storage.bytes(in: restored.byteRange) != target.storage.bytes(in: target.byteRange) else { return }
    let (found, wanted) = (try restored.float32().toArray(), try target.float32().toArray())
    for (first, second) in zip(found, wanted) where first.bitPattern != second.bitPattern {
      count += 1
      let distance = (first - second).magnitude
      // Infinities and numbers that are none have no distance.
      largest = distance.isFinite ? max(largest, distance) : .infinity
    }
  }
}
