import Foundation
import InkIndex

extension KnowledgeCatalog {
  /// The name of the dictionary of Chinese words inside a catalog's folder, in jieba's format: a word, its frequency and
  /// anything else on each line.
  public static let dictionaryName = "dictionary.txt"

  /// The bases in a folder, with the words that its dictionary holds where there is one. It lies beside the bases because
  /// every process must cut texts alike; when it comes or goes, keyword indexes are made again.
  ///
  /// - Throws: `file` and `invalidSetting` for a dictionary that cannot be read.
  public static func open(
    folder: String, options: SQLiteStoreOptions = SQLiteStoreOptions(), servers: (any KnowledgeServers)? = nil
  ) throws(RetrievalError) -> KnowledgeCatalog {
    var options = options
    let path = folder + "/" + dictionaryName
    if FileManager.default.fileExists(atPath: path) {
      do {
        options.analyzer = TextAnalyzer(hanCutting: .words(try WordDictionary.open(path)))
      } catch {
        throw RetrievalError(
          error.code == .file ? .file : .invalidSetting, context: path, expected: error.expected, found: error.found,
          hint: "Put a dictionary in jieba's format there, or none.")
      }
    }
    return KnowledgeCatalog(folder: folder, options: options, servers: servers)
  }
}
