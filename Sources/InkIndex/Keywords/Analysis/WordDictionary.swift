/// Chinese words with their frequencies, by which runs of Han characters are cut.
public struct WordDictionary: Sendable {
  /// Reads a dictionary in the form of jieba's: a line `word frequency tag` a word, in UTF-8.
  ///
  /// - Throws: `file` if it cannot be read, `damaged` naming the first line that is not of this form.
  public static func open(_ path: String) throws(IndexError) -> WordDictionary {
    throw IndexError(.unsupported, context: path)
  }
}
