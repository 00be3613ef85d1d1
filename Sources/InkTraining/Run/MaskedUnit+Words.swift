import InkData

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension ObjectiveChoice.MaskedUnit {
  /// What is masked together, with the words of a file where one is named.
  ///
  /// - Throws: `file` when it cannot be read, `data` when it has no word of several characters.
  var tokenUnit: TokenMasking.Unit {
    get throws(TrainingError) {
      switch self {
      case .tokens: return .tokens
      case .words(.pairs): return .words(WordFinder(chinese: .bigrams))
      case .words(.listed(let path)):
        let words = try ObjectiveChoice.MaskedUnit.words(of: path)
        guard words.contains(where: { $0.unicodeScalars.count > 1 }) else {
          throw TrainingError(
            .data, context: path, expected: "words of several characters, one a line", found: "\(words.count) others")
        }
        return .words(WordFinder(chinese: .words(WordList(words))))
      }
    }
  }

  /// What stands before the first white space of each line.
  private static func words(of path: String) throws(TrainingError) -> [String] {
    guard let bytes = try LineFile.bytes(path) else {
      throw TrainingError(.file, context: path, expected: "a list of words", found: "no such file")
    }
    return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).compactMap { line in
      line.split(maxSplits: 1, whereSeparator: \.isWhitespace).first.map(String.init)
    }
  }
}
