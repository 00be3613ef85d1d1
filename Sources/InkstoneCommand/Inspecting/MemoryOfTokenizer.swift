import InkFormats

/// What a tokenizer takes in memory: its pieces with the tables that find them. Measured with vocabularies of 49,152 pieces and
/// 48,900 merges (13 MiB), of 262,144 pieces without merges (31 MiB) and of 250,037 pieces of a unigram model, whose tree
/// is made when it is opened (54 MiB).
enum MemoryOfTokenizer {
  /// Bytes for the pieces and merges of a GGUF file.
  static func bytes(_ metadata: GGUFMetadata) -> Int {
    let isUnigram: Bool
    if case .string("t5")? = metadata["tokenizer.ggml.model"] { isUnigram = true } else { isUnigram = false }
    return metadata.count(of: "tokenizer.ggml.tokens") * (isUnigram ? 225 : 125)
      + metadata.count(of: "tokenizer.ggml.merges") * 155
  }

  /// Bytes for the files of a folder: the largest is the vocabulary, and what is made of it is some times larger.
  static func bytes(files: [String]) -> Int { 6 * (files.map { Int(clamping: DiskFile.size(of: $0) ?? 0) }.max() ?? 0) }
}

extension GGUFMetadata {
  /// The elements of an array; zero when there is none.
  func count(of key: String) -> Int {
    guard case .array(let array)? = self[key] else { return 0 }
    return array.count
  }
}
