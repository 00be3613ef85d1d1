#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

extension TrainedTokenizer {
  /// Writes `tokenizer.json` and `tokenizer_config.json` into a folder, which is made if it is not there.
  ///
  /// - Parameters:
  ///   - folder: the path of the folder.
  ///   - configuration: see `configurationJSON(_:)`.
  /// - Throws: `TokenizerError` if a file cannot be written, or if the configuration does not fit.
  public func write(to folder: String, configuration: TokenizerConfiguration? = nil) throws(TokenizerError) {
    let settings = try configurationJSON(configuration)
    try TokenizerFolder.write(tokenizerJSON(), "tokenizer.json", to: folder)
    try TokenizerFolder.write(settings, "tokenizer_config.json", to: folder)
  }
}

extension ExpandedTokenizer {
  /// Writes `tokenizer.json` into a folder, which is made if it is not there; the other files of the old tokenizer
  /// hold for the new one as they are.
  ///
  /// - Throws: `TokenizerError` if the file cannot be written.
  public func write(to folder: String) throws(TokenizerError) {
    try TokenizerFolder.write(tokenizerJSON, "tokenizer.json", to: folder)
  }
}

/// The folder in which a tokenizer's files lie.
private enum TokenizerFolder {
  static func write(_ bytes: [UInt8], _ name: String, to folder: String) throws(TokenizerError) {
    let path = folder.hasSuffix("/") ? folder + name : folder + "/" + name
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try Data(bytes).write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw TokenizerError(
        .unwritableFile, in: path, expected: "a file that can be written", found: "\(error)",
        hint: "Name a folder in which you may write, on a disk with room.")
    }
  }
}
