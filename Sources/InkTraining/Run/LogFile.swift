import InkFormats

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A log of JSON lines that grows, and that a resumed run takes back to where a checkpoint knew it.
struct LogFile: Sendable {
  let path: String
  let disk: any RunDisk

  /// Bytes that are in it.
  var length: Int { DiskFile.size(of: path).map { Int(clamping: $0) } ?? 0 }

  /// Adds a line.
  func append(_ value: some Encodable) throws(TrainingError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var line: [UInt8]
    do { line = Array(try encoder.encode(value)) } catch {
      throw TrainingError(.divergence, context: path, expected: "finite numbers", found: "\(error)")
    }
    line.append(0x0a)
    // One write a line: a process that is killed leaves whole lines, or one that is cut at the very end.
    try disk.append(line, to: path)
  }

  /// Waits until it is on the disk.
  func synchronize() throws(TrainingError) {
    if DiskFile.kind(of: path) != .missing { try disk.synchronize(path) }
  }

  /// Drops what came after a length.
  ///
  /// - Returns: false when the file is shorter, and stays as it is.
  func rewind(to length: Int) throws(TrainingError) -> Bool {
    let own = self.length
    if own > length { try disk.truncate(path, to: length) }
    return own >= length
  }
}
