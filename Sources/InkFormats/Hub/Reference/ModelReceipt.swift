#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A note beside a file of our cache that says what it is and that its hash was checked: later runs need not read it
/// all.
package struct ModelReceipt: Codable, Sendable, Equatable {
  package var file: String
  package var size: UInt64
  package var hash: String
  package var source: String

  package init(file: String, size: UInt64, hash: String, source: String) {
    self.file = file
    self.size = size
    self.hash = hash
    self.source = source
  }

  private static func path(for file: String) -> String { file + ".receipt.json" }

  /// The receipt of the file at `path`, or nil.
  package static func read(for path: String) -> ModelReceipt? {
    guard let bytes = try? DiskFile.readAll(ModelReceipt.path(for: path), limit: 64 * 1024) else { return nil }
    return try? JSONDecoder().decode(ModelReceipt.self, from: Data(bytes))
  }

  /// Whether the file is there with the right length and a receipt for the right hash.
  static func vouches(for path: String, file: BuiltInModel.File) -> Bool {
    guard DiskFile.size(of: path) == file.size, let receipt = read(for: path) else { return false }
    return receipt.hash == file.hash.hexadecimal && receipt.size == file.size
  }

  func write(for path: String, through disk: DiskWriter) throws(HubError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(self) else {
      throw HubError(.fileSystem, context: path, found: "its receipt cannot be encoded")
    }
    try DiskFile.writeWhole(Array(data), to: ModelReceipt.path(for: path), through: disk)
  }
}
