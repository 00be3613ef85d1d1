import InkFormats

/// What a tokenizer takes in memory: its pieces with the tables that find them. Measured with vocabularies of 49,152 pieces and
/// 48,900 merges (13 MiB) and of 262,144 pieces without merges (31 MiB).
enum MemoryOfTokenizer {
  /// Bytes for numbers of pieces and merges.
  static func bytes(tokens: Int, merges: Int) -> Int { tokens * 125 + merges * 155 }

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
