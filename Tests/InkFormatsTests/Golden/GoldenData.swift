import Foundation
import InkFormats
import InkTensor

/// Where the reference data is: the folder named by `INKSTONE_GOLDEN`, or the small copy beside the tests.
enum GoldenData {
  static let root: String = {
    if let folder = ProcessInfo.processInfo.environment["INKSTONE_GOLDEN"], !folder.isEmpty { return folder }
    return fixtures
  }()

  static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures").path

  static func path(_ name: String) -> String { "\(root)/\(name)" }

  static func json(_ name: String) throws -> JSONNode { try JSONDocument.open(path(name)).root }

  static func bytes(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) }
}

/// A folder that is removed when the value goes away.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "inkstone-formats-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func path(_ name: String) -> String { "\(path)/\(name)" }

  func write(_ text: String, to name: String) throws { try write(Array(text.utf8), to: name) }

  func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path(name)))
  }

  var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path).sorted()) ?? [] }
}

/// The error that `body` throws, or nil.
func formatError<Result>(_ body: () throws(FormatError) -> Result) -> FormatError? {
  do {
    _ = try body()
    return nil
  } catch { return error }
}

extension StoredTensor {
  /// The raw bytes.
  var bytes: [UInt8] { storage.bytes(in: byteRange) }
}
