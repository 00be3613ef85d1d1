import Foundation
import HTTPTypes
import HummingbirdTesting
import InkChat
import InkRetrieval
import InkServer
import InkTesting
import NIOCore

/// A server with knowledge bases in a folder of its own, which is gone when the test is.
final class KnowledgeSample: Sendable {
  static let router = """
    Hold the reset button of the router for 10 seconds.

    The router has a warranty of 24 months.
    """
  static let kettle = "Descale the kettle with vinegar every month. It boils in 3 minutes."
  static let embedder = ScriptedEmbedder(dimension: 128) { text, _ in vector(text) }

  let folder: String
  let desk: KnowledgeDesk

  init() throws {
    folder = FileManager.default.temporaryDirectory.path + "/inkstone-served-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    desk = KnowledgeDesk(KnowledgeCatalog(folder: folder + "/knowledge"), defaultEmbedder: "words") { reference in
      guard reference == "words" else {
        throw GenerationError(code: .invalidOption, context: "embedder", expected: "\"words\"", found: reference)
      }
      return Self.embedder
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// A server whose model `m` says the same always, whose `echo` repeats what it is shown, and whose `r` likes long texts.
  func server(_ said: String...) -> TestServer {
    let echo = ScriptedChatModel { messages in messages.map { "\($0.role.rawValue): \($0.content.text)\n" } }
    let rank = ModelListing(id: "r", created: 1, state: .loaded, abilities: [.rerank])
    var server = TestServer(
      FixedModels([
        (
          .chat("m"),
          ServedModel(
            chat: ScriptedChatModel { _, _ in said.map { .text($0) } + [.finish()] }, renderer: ScriptedRenderer())
        ),
        (.chat("echo"), ServedModel(chat: echo, renderer: ScriptedRenderer())),
        (rank, ServedModel(reranker: ScriptedReranker { document, _ in Float(document.utf8.count) })),
      ]))
    server.knowledge = desk
    return server
  }

  /// Counts words, so that texts with common words are near each other; a Chinese character is a word.
  private static func vector(_ text: String) -> [Float] {
    var vector = [Float](repeating: 0, count: 128)
    // No text is without a direction.
    vector[0] = 0.01
    var word = ""
    func finish() {
      guard !word.isEmpty else { return }
      var hash: UInt64 = 0xCBF2_9CE4_8422_2325
      for byte in word.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
      // Short words leave the upper bits alone without this.
      hash = (hash ^ hash >> 33) &* 0xFF51_AFD7_ED55_8CCD
      vector[Int(hash >> 40) % 128] += 1
      word = ""
    }
    for character in text.lowercased() {
      let goesOn = character.isASCII && (character.isLetter || character.isNumber)
      if !goesOn { finish() }
      if goesOn || !character.isASCII { word.append(character) }
      if !character.isASCII { finish() }
    }
    finish()
    return vector
  }

  /// All bytes of the files below the folder of bases, for looking for what should be gone.
  func storedBytes() throws -> Data {
    var bytes = Data()
    let files = FileManager.default.enumerator(atPath: folder + "/knowledge")
    while let name = files?.nextObject() as? String {
      if let data = FileManager.default.contents(atPath: folder + "/knowledge/" + name) { bytes += data }
    }
    return bytes
  }
}

extension TestClientProtocol {
  /// Makes a base with two documents.
  func makeHome(_ name: String = "home") async throws {
    _ = try await post("/v1/knowledge", #"{"name":"\#(name)"}"#)
    for (document, text) in [("router.md", KnowledgeSample.router), ("kettle.txt", KnowledgeSample.kettle)] {
      _ = try await addText(document, text, to: name)
    }
  }

  func addText(_ document: String, _ text: String, to base: String = "home") async throws -> TestResponse {
    try await post(
      "/v1/knowledge/\(base)/documents",
      JSONValue.object([JSONMember("name", .string(document)), JSONMember("text", .string(text))]).text)
  }

  /// Sends a form with a file to any path.
  func sendFile(
    _ content: [UInt8], name: String, fields: [(String, String)] = [], to path: String
  ) async throws -> TestResponse {
    let form = Form.text("\u{0}", name: name, fields: fields)
    var body = ByteBuffer()
    for part in form.split(separator: "\u{0}", maxSplits: 1, omittingEmptySubsequences: false).enumerated() {
      if part.offset == 1 { body.writeBytes(content) }
      body.writeString(String(part.element))
    }
    return try await execute(
      uri: path, method: .post, headers: [.contentType: "multipart/form-data; boundary=\(Form.boundary)"], body: body
    ) { $0 }
  }
}

extension TestResponse {
  /// The named events of a stream in order.
  var namedEvents: [(name: String, data: JSONValue)] {
    get throws {
      try text.components(separatedBy: "\n\n").filter { $0.hasPrefix("event: ") }.map { event in
        let lines = event.split(separator: "\n", maxSplits: 1)
        return (
          String(lines[0].dropFirst("event: ".count)),
          try JSONValue(parsing: String(lines.last?.dropFirst("data: ".count) ?? ""))
        )
      }
    }
  }
}
