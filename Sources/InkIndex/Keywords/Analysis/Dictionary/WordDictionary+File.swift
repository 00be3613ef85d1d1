import Foundation
internal import InkTensor

extension WordDictionary {
  /// Reads a dictionary in the form of jieba's `dict.txt`: UTF-8, a line `word frequency tag` a word, the tag optional.
  ///
  /// - Throws: `file` if it cannot be read, `damaged` naming the first line that is not of this form.
  public static func open(_ path: String) throws(IndexError) -> WordDictionary {
    let storage: Storage
    do throws(TensorError) { storage = try MappedFile.open(path) } catch {
      throw IndexError(
        .file, context: path, found: error.description,
        hint: "Scripts/fetch-corpora --only dictionary fetches jieba's dictionary.")
    }
    return try WordDictionary(bytes: storage.bytes(in: 0..<storage.byteCount), name: path)
  }

  /// Reads a dictionary that is in memory already, in the same form.
  ///
  /// - Parameter name: what errors call it.
  public init(_ text: String, name: String = "dictionary") throws(IndexError) {
    try self.init(bytes: Array(text.utf8), name: name)
  }

  private init(bytes: [UInt8], name: String) throws(IndexError) {
    var reader = WordDictionaryReader(bytes: bytes, name: name)
    try reader.readAll()
    self.init(
      trie: reader.trie, totalLogarithm: log(Double(max(reader.total, 1))), fingerprint: KeywordHash.of(bytes))
  }
}

/// Reads the lines of a dictionary.
private struct WordDictionaryReader {
  /// No dictionary has longer words; a text of one character repeated would otherwise take quadratic time.
  private static let longestWord = 64

  private let bytes: [UInt8]
  private let name: String
  private var place = 0
  private var line = 1
  private(set) var trie: WordTrie
  private(set) var total = 0
  /// The last word with the nodes of its characters: a sorted file shares beginnings with it.
  private var lastWord: [UInt32] = []
  private var lastNodes: [UInt32] = []

  init(bytes: [UInt8], name: String) {
    self.bytes = bytes
    self.name = name
    trie = WordTrie(expectedNodes: bytes.count / 10)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { place = 3 }
  }

  mutating func readAll() throws(IndexError) {
    while place < bytes.count {
      try readLine()
      line += 1
    }
    if trie.wordCount == 0 { throw damaged("at least one word", "none") }
  }

  private mutating func readLine() throws(IndexError) {
    skipSpaces()
    if place == bytes.count { return }
    if bytes[place] == UInt8(ascii: "\n") {
      place += 1
      return
    }
    let node = try readWord()
    skipSpaces()
    let frequency = try readFrequency()
    trie.setLogarithm(frequency == 0 ? -.infinity : log(Double(frequency)), at: node)
    // The tag tells nothing here.
    while place < bytes.count, bytes[place] != UInt8(ascii: "\n") { place += 1 }
    place += 1
  }

  private mutating func skipSpaces() {
    while place < bytes.count, isSpace(bytes[place]) { place += 1 }
  }

  private func isSpace(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
  }

  private mutating func readWord() throws(IndexError) -> UInt32 {
    var depth = 0
    var isShared = true
    var node = WordTrie.root
    while place < bytes.count, !isSpace(bytes[place]), bytes[place] != UInt8(ascii: "\n") {
      let (scalar, width) = UTF8Decoder.scalar(bytes, at: place)
      if width == 1, bytes[place] >= 0x80 { throw damaged("UTF-8", "other bytes") }
      guard scalar.value != 0 else { throw damaged("a word", "a character 0") }
      guard depth < WordDictionaryReader.longestWord else {
        throw damaged("a word of at most \(WordDictionaryReader.longestWord) characters", "a longer one")
      }
      place += width
      if isShared, depth < lastWord.count, lastWord[depth] == scalar.value {
        node = lastNodes[depth]
      } else {
        if isShared {
          lastWord.removeSubrange(depth...)
          lastNodes.removeSubrange(depth...)
          isShared = false
        }
        node = trie.insert(scalar.value, below: node)
        lastWord.append(scalar.value)
        lastNodes.append(node)
      }
      depth += 1
    }
    if isShared {
      lastWord.removeSubrange(depth...)
      lastNodes.removeSubrange(depth...)
    }
    return node
  }

  private mutating func readFrequency() throws(IndexError) -> Int {
    let start = place
    var value = 0
    while place < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[place]) {
      value = value * 10 + Int(bytes[place] - UInt8(ascii: "0"))
      guard value <= 1 << 40 else { throw damaged("a frequency of at most \(1 << 40)", "a greater one") }
      place += 1
    }
    guard place > start, place == bytes.count || isSpace(bytes[place]) || bytes[place] == UInt8(ascii: "\n") else {
      throw damaged("a frequency behind the word", "something else")
    }
    // A file of 2^40 lines cannot be read whole, but a sum must not depend on that.
    let (sum, overflow) = total.addingReportingOverflow(value)
    guard !overflow else { throw damaged("frequencies that add up to less than 2^63", "more") }
    total = sum
    return value
  }

  private func damaged(_ expected: String, _ found: String) -> IndexError {
    IndexError(
      .damaged, context: "\(name), line \(line)", expected: expected, found: found,
      hint: "Lines are: word, frequency, tag, with spaces between them.")
  }
}
