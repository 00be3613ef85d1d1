import InkFormats

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Reads the files of a run. A run may be killed while it writes, so that the end of a file may be cut.
enum LineFile {
  /// The longest log that is read; a million steps are under a fifth of it.
  private static let limit = 1 << 30

  /// Whether there is such a file.
  static func exists(_ path: String) -> Bool { DiskFile.size(of: path) != nil }

  /// The bytes of a file; nil when there is none.
  static func bytes(_ path: String, limit: Int = LineFile.limit) throws(TrainingError) -> [UInt8]? {
    guard exists(path) else { return nil }
    do { return try DiskFile.readAll(path, limit: limit) } catch {
      throw TrainingError(.file, context: path, expected: error.expected, found: error.found, hint: error.hint)
    }
  }

  /// The lines of a file, each an object; a missing file has none.
  ///
  /// - Parameters:
  ///   - damaged: is raised by the lines that are none.
  ///   - accept: takes an object's bytes; false for one that it cannot read.
  static func forEach(
    _ path: String, damaged: inout Int, accept: (Data) -> Bool
  ) throws(TrainingError) {
    guard let bytes = try bytes(path) else { return }
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      if line.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\t") }) {
        continue
      }
      if !accept(Data(line)) { damaged += 1 }
    }
  }
}
