import Foundation
import InkIndex
import InkRetrieval
import Testing

@Suite struct CatalogDictionaryTests {
  private static func folder(_ dictionary: String?) throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("catalog-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    if let dictionary {
      try Data(dictionary.utf8).write(to: folder.appendingPathComponent(KnowledgeCatalog.dictionaryName))
    }
    return folder
  }

  @Test("a dictionary beside the bases cuts Chinese into its words, and without one pairs are taken")
  func words() throws {
    let with = try Self.folder("研究 1000 v\n生命 1000 n\n起源 800 n\n")
    let without = try Self.folder(nil)
    defer { for folder in [with, without] { try? FileManager.default.removeItem(at: folder) } }
    let words = try KnowledgeCatalog.open(folder: with.path).options.analyzer
    #expect(words.terms(of: "研究生命起源") == ["研究", "生命", "起源"])
    let pairs = try KnowledgeCatalog.open(folder: without.path).options.analyzer
    #expect(pairs.terms(of: "研究生命起源").contains("究生"))
    #expect(words.identity != pairs.identity)
  }

  @Test("a damaged dictionary is an error that names the file, and no base of its own")
  func damaged() throws {
    let folder = try Self.folder("研究 many v\n")
    defer { try? FileManager.default.removeItem(at: folder) }
    let error = #expect(throws: RetrievalError.self) { try KnowledgeCatalog.open(folder: folder.path) }
    #expect(error?.context.hasSuffix(KnowledgeCatalog.dictionaryName) == true)
    #expect(try KnowledgeCatalog(folder: folder.path).names().isEmpty)
  }
}
