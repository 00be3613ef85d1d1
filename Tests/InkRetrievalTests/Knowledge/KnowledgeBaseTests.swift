import Foundation
import InkChat
import InkRetrieval
import InkTesting
import Synchronization
import Testing

@Suite("A knowledge base")
struct KnowledgeBaseTests {
  @Test("adding twice changes nothing, and only pieces that changed are embedded again")
  func idempotent() async throws {
    let sample = try SampleBase()
    try sample.files.write("a.txt", "one\ntwo\nthree")
    try sample.files.write("b/c.txt", "three\nfour")
    let first = try await sample.base.add([sample.files.path])
    #expect(first.outcomes.map(\.name) == ["a.txt", "b/c.txt"])
    #expect(first.added == 2)
    #expect(sample.embedder.texts.take() == ["one", "two", "three", "four"])
    #expect(first.embedded == 4)

    let second = try await sample.base.add([sample.files.path])
    #expect(second.unchanged == 2)
    #expect(sample.embedder.texts.take() == [])

    let earlier = try #require(try await sample.base.store.document(named: "a.txt"))
    let before = try await sample.base.store.pieces(ofDocument: earlier.id, at: 0..<9)
    try sample.files.write("a.txt", "zero\ntwo\nthree")
    let third = try await sample.base.add([sample.files.path])
    #expect(third.outcomes.map(\.result) == [.replaced, .unchanged])
    #expect(sample.embedder.texts.take() == ["zero"])
    let after = try await sample.base.store.pieces(ofDocument: earlier.id, at: 0..<9)
    #expect(after.map(\.piece.text) == ["zero", "two", "three"])
    // Pieces that are the same keep their numbers; the new one has one that none had.
    #expect(after[1...].map(\.id) == before[1...].map(\.id))
    #expect(after[0].id > 5)
  }

  @Test("files that cannot be read or embedded do not stop the others, and each says why")
  func failures() async throws {
    let sample = try SampleBase()
    try sample.files.write("1.txt", "fine")
    try Data([0xFF, 0xFE, 0x41]).write(to: URL(fileURLWithPath: sample.files.path + "/2.txt"))
    try sample.files.write("3.txt", "unembeddable")
    try sample.files.write("4.txt", "fine as well")
    let report = try await sample.base.add([sample.files.path, sample.files.path + "/missing.txt"])
    #expect(report.added == 2)
    let failures = Dictionary(report.failures.map { ($0.outcome.name, $0.error.code) }) { first, _ in first }
    #expect(failures == ["2.txt": .invalidDocument, "3.txt": .invalidDocument, "missing.txt": .notFound])
    #expect(try await sample.names() == ["1.txt", "4.txt"])
  }

  @Test("hidden, linked, oversized, empty and unknown files are named and left alone")
  func skipped() async throws {
    let sample = try SampleBase(limits: IngestionLimits(fileBytes: 20))
    try sample.files.write(".git/config.txt", "hidden")
    try sample.files.write("big.txt", String(repeating: "x", count: 21))
    try sample.files.write("empty.txt", "")
    try sample.files.write("picture.png", "png")
    try sample.files.write("README", "read me")
    try sample.home.write("secret.txt", "outside")
    for (link, target) in [
      ("out.txt", sample.home.path + "/secret.txt"), ("in.txt", "README"), ("loop", "."), ("nowhere.txt", "gone"),
    ] {
      try FileManager.default.createSymbolicLink(
        atPath: sample.files.path + "/" + link, withDestinationPath: target)
    }
    try #require(mkfifo(sample.files.path + "/pipe.txt", 0o600) == 0)
    let report = try await sample.base.add([sample.files.path])
    let skipped = Dictionary(report.skipped.map { ($0.outcome.name, $0.reason) }) { first, _ in first }
    #expect(
      skipped == [
        ".git": .hidden, "big.txt": .oversized(bytes: 21, limit: 20), "empty.txt": .empty,
        "picture.png": .unknownFormat, "out.txt": .link, "loop": .link, "nowhere.txt": .link, "pipe.txt": .notAFile,
      ])
    #expect(try await sample.names() == ["README", "in.txt"])
  }

  @Test("an embedder that fails as such stops adding; what was stored is kept, and adding again goes on")
  func interrupted() async throws {
    let sample = try SampleBase(limits: IngestionLimits(batch: 1))
    try sample.files.write("1.txt", "fine")
    try sample.files.write("2.txt", "power cut")
    await #expect { try await sample.base.add([sample.files.path]) } throws: { error in
      (error as? RetrievalError)?.code == .model
    }
    #expect(try await sample.names() == ["1.txt"])
    try sample.files.write("2.txt", "power again")
    let report = try await sample.base.add([sample.files.path])
    #expect(report.outcomes.map(\.result) == [.unchanged, .added])
  }

  @Test("another embedder than the base's is refused by name and by dimension")
  func otherEmbedder() throws {
    let sample = try SampleBase()
    for (name, dimension) in [("other", 8), ("letters", 3)] {
      let embedder = ScriptedEmbedder(dimension: dimension) { _, _ in [] }
      #expect {
        try KnowledgeBase(
          store: sample.base.store, embedder: embedder, embedderName: name, extractor: SampleExtractor(),
          splitter: LineSplitter())
      } throws: { error in
        let error = error as? RetrievalError
        return error?.code == .invalidSetting && error?.description.contains("letters") == true
      }
    }
  }

  @Test("syncing a folder removes what vanished from it, and nothing that came from elsewhere")
  func sync() async throws {
    let sample = try SampleBase()
    try sample.files.write("docs/a.txt", "one")
    try sample.files.write("docs/b.txt", "two")
    try sample.files.write("docs2/c.txt", "three")
    _ = try await sample.base.add([sample.files.path + "/docs2"])
    _ = try await sample.base.add(bytes: Array("four".utf8), name: "upload.txt")
    _ = try await sample.base.sync(sample.files.path + "/docs")
    #expect(try await sample.names() == ["a.txt", "b.txt", "c.txt", "upload.txt"])
    try sample.files.remove("docs/a.txt")
    try sample.files.write("docs/new/a.txt", "moved")
    let report = try await sample.base.sync(sample.files.path + "/docs")
    #expect(report.removed == 1)
    #expect(report.added == 1)
    #expect(try await sample.names() == ["b.txt", "c.txt", "new/a.txt", "upload.txt"])
    #expect(try await sample.base.store.bytes(ofDocument: "upload.txt") == Array("four".utf8))

    try sample.files.remove("docs")
    await #expect { try await sample.base.sync(sample.files.path + "/docs") } throws: { error in
      (error as? RetrievalError)?.code == .notFound
    }
    #expect(try await sample.names().count == 4)
  }

  @Test("a file that was emptied loses its document when its folder is synced, one that cannot be read keeps it")
  func emptied() async throws {
    let sample = try SampleBase(limits: IngestionLimits(fileBytes: 20))
    for name in ["emptied.txt", "grown.txt", "piped.txt"] { try sample.files.write(name, "text of \(name)") }
    _ = try await sample.base.sync(sample.files.path)
    #expect(try await sample.names() == ["emptied.txt", "grown.txt", "piped.txt"])
    try sample.files.write("emptied.txt", "")
    try sample.files.write("grown.txt", String(repeating: "x", count: 21))
    try sample.files.remove("piped.txt")
    try #require(mkfifo(sample.files.path + "/piped.txt", 0o600) == 0)
    let report = try await sample.base.sync(sample.files.path)
    #expect(report.removed == 2)
    #expect(report.skipped.map(\.outcome.name).sorted() == ["emptied.txt", "grown.txt", "piped.txt"])
    #expect(try await sample.names() == ["grown.txt"])
    #expect(try await sample.base.store.search(words: "emptied", count: 9, filter: nil).isEmpty)
  }

  #if os(Linux)
    @Test("files and folders whose names are no UTF-8 are told, and do not stop the others")
    func names() async throws {
      let sample = try SampleBase()
      try sample.files.write("fine.txt", "fine")
      // 中文.txt and 文 in GB 18030.
      let folder = Array(sample.files.path.utf8)
      let names: [[UInt8]] = [[0xD6, 0xD0, 0xCE, 0xC4] + Array(".txt".utf8), [0xCE, 0xC4]]
      let paths = names.map { name in (folder + [UInt8(ascii: "/")] + name + [0]).map { CChar(bitPattern: $0) } }
      let descriptor = open(paths[0], O_CREAT | O_WRONLY, 0o600)
      try #require(descriptor >= 0)
      close(descriptor)
      try #require(mkdir(paths[1], 0o700) == 0)
      let report = try await sample.base.sync(sample.files.path)
      #expect(report.added == 1)
      #expect(report.failures.count == 2)
      #expect(report.failures.allSatisfy { $0.error.code == .file && $0.error.expected.contains("UTF-8") })
      #expect(try await sample.names() == ["fine.txt"])
    }
  #endif

  @Test("a file that was renamed or moved is the same text under another name, and is not embedded again")
  func moved() async throws {
    let sample = try SampleBase()
    try sample.files.write("a.txt", "one\ntwo\nthree")
    _ = try await sample.base.sync(sample.files.path)
    #expect(sample.embedder.texts.take() == ["one", "two", "three"])
    try sample.files.remove("a.txt")
    try sample.files.write("b.txt", "one\ntwo\nfour")
    let report = try await sample.base.sync(sample.files.path)
    #expect(report.outcomes.map(\.embedded) == [0, 1])
    #expect(sample.embedder.texts.take() == ["four"])
    #expect(try await sample.names() == ["b.txt"])
    let stored = try #require(try await sample.base.documents().first)
    let pieces = try await sample.base.store.pieces(ofDocument: stored.id, at: 0..<9)
    let vectors = try await sample.base.store.vectors(pieces.map(\.id))
    #expect(vectors == ["one", "two", "four"].map { SampleDocument.vector($0) })
  }

  @Test("the headings that a piece stands under are embedded with it, where the settings say so")
  func headings() async throws {
    let folder = try TemporaryFolder()
    for (setting, expected) in [
      (KnowledgeSettings.EmbeddedText.piece, "text"), (.headingsAndPiece, "Book > Chapter\n\ntext"),
    ] {
      var settings = SampleDocument.settings
      settings.embeddedText = setting
      let embedder = CountingEmbedder()
      let base = try KnowledgeBase(
        store: SQLiteKnowledgeStore.create(folder.path + "/\(setting).sqlite", settings: settings),
        embedder: embedder, embedderName: "letters", extractor: SampleExtractor(), splitter: HeadedSplitter())
      _ = try await base.add(bytes: Array("text".utf8), name: "a.txt")
      #expect(embedder.texts.take() == [expected])
    }
  }

  private struct HeadedSplitter: TextSplitter {
    func split(_ document: ExtractedText) async throws(RetrievalError) -> [Piece] {
      [Piece(range: 0..<document.text.utf8.count, text: document.text, headings: ["Book", "Chapter"])]
    }
  }

  @Test("events come in the order of the files, and every outcome is reported once")
  func events() async throws {
    let sample = try SampleBase(limits: IngestionLimits(readers: 3, batch: 4))
    for number in 10..<40 {
      try sample.files.write("\(number).txt", (0..<(number % 3 + 1)).map { "\(number) \($0)" }.joined(separator: "\n"))
    }
    let events = Mutex<[IngestionEvent]>([])
    let report = try await sample.base.add([sample.files.path]) { event in events.withLock { $0.append(event) } }
    let finished = events.withLock { $0 }.compactMap { event -> DocumentOutcome? in
      guard case .finished(let outcome) = event else { return nil }
      return outcome
    }
    #expect(finished == report.outcomes)
    #expect(finished.map(\.name) == (10..<40).map { "\($0).txt" })
    #expect(report.embedded == sample.embedder.texts.take().count)
  }
}
