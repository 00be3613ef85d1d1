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
    // One write a line: a process that is killed leaves whole lines, or one that is cut at the very end.
    try disk.append(try LogFile.line(value, of: path), to: path)
  }

  /// A value as a line.
  static func line(_ value: some Encodable, of path: String) throws(TrainingError) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do { return Array(try encoder.encode(value)) + [0x0a] } catch {
      throw TrainingError(.divergence, context: path, expected: "finite numbers", found: "\(error)")
    }
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
