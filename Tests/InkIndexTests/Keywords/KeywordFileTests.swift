import Foundation
import InkIndex
import Testing

@Suite("Files of keyword indexes")
final class KeywordFileTests {
  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("keywords-\(UUID().uuidString)")

  init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  private func sample() throws -> KeywordIndex {
    var random = RandomCollection(seed: 4)
    var index = KeywordIndex()
    try index.add(random.documents(0..<300, vocabulary: 50, longest: 20))
    try index.add(random.documents(250..<400, vocabulary: 70, longest: 20))
    try index.remove([7, 260])
    return index
  }

  @Test("an index that was saved and opened answers as before, takes changes, and keeps its mark")
  func roundTrip() throws {
    var index = try sample()
    index.mark = -42
    try index.save(to: path("index"))
    var opened = try KeywordIndex.open(path("index"))
    #expect(opened.mark == -42)
    #expect(opened.documentCount == index.documentCount)
    let query = KeywordQuery(terms: ["w0", "w3", "w60"])
    #expect(try opened.search(query, count: 50) == index.search(query, count: 50))
    for changed in [0, 1] {
      if changed == 0 { try index.add(1000, text: "w3") } else { try opened.add(1000, text: "w3") }
    }
    try index.remove([1, 2, 3])
    try opened.remove([1, 2, 3])
    #expect(try opened.search(query, count: 50) == index.search(query, count: 50))
    // The file that is mapped is replaced while it is in use.
    try opened.save(to: path("index"))
    #expect(try KeywordIndex.open(path("index")).search(query, count: 50) == opened.search(query, count: 50))
  }

  @Test("equal documents make equal files, in whatever order they came and went")
  func canonicalFiles() throws {
    let index = try sample()
    var other = KeywordIndex()
    for start in stride(from: Int64(390), through: 0, by: -30) {
      var random = RandomCollection(seed: 4)
      let all = random.documents(0..<300, vocabulary: 50, longest: 20).filter { $0.id < 250 }
      let later = random.documents(250..<400, vocabulary: 70, longest: 20)
      try other.add((all + later).filter { (start..<start + 30).contains($0.id) })
    }
    try other.remove([7, 260])
    try index.save(to: path("one"))
    try other.save(to: path("two"))
    #expect(FileManager.default.contentsEqual(atPath: path("one"), andPath: path("two")))
  }

  @Test("an empty index can be saved and opened")
  func emptyIndex() throws {
    try KeywordIndex().save(to: path("empty"))
    let opened = try KeywordIndex.open(path("empty"))
    #expect(opened.documentCount == 0)
  }

  @Test("what was removed is not in the file")
  func noTraces() throws {
    var index = KeywordIndex()
    try index.add((0..<40).map { KeywordDocument(id: $0, content: .text("ordinary words \($0)")) })
    try index.add(77, text: "confidential zyzzogeton")
    try index.save(to: path("before"))
    try index.remove([77])
    try index.save(to: path("after"))
    let term = Data("zyzzogeton".utf8)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path("before"))).range(of: term) != nil)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path("after"))).range(of: term) == nil)
  }

  @Test("a missing file, a folder and a place that cannot be written are named")
  func missingFiles() throws {
    for name in ["nothing", ""] {
      let error = #expect(throws: IndexError.self) { try KeywordIndex.open(path(name)) }
      #expect(error?.code == .file)
    }
    let error = #expect(throws: IndexError.self) { try KeywordIndex().save(to: path("no/such/folder")) }
    #expect(error?.code == .file)
  }

  @Test("an index made by another analyzer is refused")
  func otherAnalyzer() throws {
    try sample().save(to: path("index"))
    let error = #expect(throws: IndexError.self) {
      try KeywordIndex.open(path("index"), analyzer: TextAnalyzer(stopWords: .frequent()))
    }
    #expect(error?.code == .invalidSetting)
  }

  @Test("a file with any byte changed, cut short or lengthened is refused")
  func damagedFiles() throws {
    var index = KeywordIndex()
    try index.add((0..<30).map { KeywordDocument(id: $0, content: .text("ink stone \($0) 砚台")) })
    try index.save(to: path("index"))
    let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path("index"))))
    var random = RandomCollection(seed: 3)
    for round in 0..<400 {
      var changed = bytes
      // Every byte of the header, then places all over the file.
      let place = round < 128 ? round : random.next(below: bytes.count)
      switch round % 5 {
      case 0...2: changed[place] ^= UInt8(1 + random.next(below: 255))
      case 3: changed.removeLast(bytes.count - place)
      default: changed.append(contentsOf: bytes.prefix(place + 1))
      }
      try Data(changed).write(to: URL(fileURLWithPath: path("changed")))
      let error = #expect(throws: IndexError.self) { try KeywordIndex.open(path("changed")) }
      #expect(error?.code == .damaged || error?.code == .unsupported)
    }
  }
}
