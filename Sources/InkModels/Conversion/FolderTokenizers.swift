public import InkFormats

/// Describes the tokenizers of folders that have no `tokenizer.json`: SentencePiece models, ranks, vocabularies as text.
///
/// A conversion to GGUF asks one for the arrays of the file. The engine has one that knows every tokenizer it reads.
public protocol FolderTokenizers: Sendable {
  /// The tokenizer of a folder as arrays.
  ///
  /// - Parameters:
  ///   - folder: the folder.
  ///   - rows: the rows of the embedding; there is a token for each.
  /// - Returns: nil where the folder has no tokenizer.
  /// - Throws: `file` for files that cannot be read, `unsupported` for a tokenizer that GGUF has no place for.
  func arrays(of folder: ModelFolder, rows: Int) throws(ModelLoadError) -> TokenizerArrays?
}

/// A tokenizer as metadata of a GGUF file.
public struct TokenizerArrays: Sendable {
  /// Keys after `tokenizer.ggml.`, and their values.
  public var entries: [(key: String, value: GGUFValue)]
  /// What the arrays have no place for, in sentences.
  public var remarks: [String]

  /// Arrays and remarks on them.
  public init(entries: [(key: String, value: GGUFValue)], remarks: [String] = []) {
    self.entries = entries
    self.remarks = remarks
  }
}

extension ModelConversion {
  /// The arrays of a folder without `tokenizer.json`, or the remark that there are none.
  func arrays(of folder: ModelFolder, rows: Int) throws(ModelLoadError) -> TokenizerArrays {
    let found = folder.tokenizerFiles.map(\.kind.rawValue).joined(separator: ", ")
    var reason = found.isEmpty ? "" : " (there is \(found))"
    do throws(ModelLoadError) {
      if let arrays = try tokenizers?.arrays(of: folder, rows: rows) { return arrays }
    } catch {
      guard error.code == .unsupported else { throw error }
      reason += ": \(error)"
    }
    return TokenizerArrays(entries: [], remarks: ["no tokenizer.json, so the file has no tokenizer" + reason])
  }
}
