import Foundation
import InkChains
import InkChat
import InkTesting
import Testing

@Suite struct MemoryTests {
  private func context() -> ChainContext { ChainContext(RunSettings()) }
  private let words = TextMeasure { $0.split(separator: " ").count }

  private func talk(_ memory: any Memory, _ exchanges: [(String, String)]) async throws {
    for (question, answer) in exchanges {
      try await memory.remember(question: question, answer: answer, in: context())
    }
  }

  @Test("what was said survives a restart, apart for each user and conversation")
  func restart() async throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("memory-\(UUID().uuidString).sqlite").path
    defer { for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) } }
    try await talk(BufferMemory(MemoryStore(file: path).log(user: "a", conversation: "1")), [("hi", "hello")])
    let again = try MemoryStore(file: path)
    #expect(
      try await BufferMemory(again.log(user: "a", conversation: "1")).recall(for: "", in: context())
        == [.user("hi"), .assistant("hello")])
    #expect(try await BufferMemory(again.log(user: "b", conversation: "1")).recall(for: "", in: context()) == [])
    #expect(try await again.conversations(of: "a") == ["1"])
    try await again.forget(user: "a")
    #expect(try await again.conversations(of: "a") == [])
  }

  @Test("windows recall the last turns, whole ones only")
  func windows() async throws {
    let log = try MemoryStore(file: nil).log(user: "u", conversation: "c")
    try await talk(BufferMemory(log), [("a a", "b"), ("c", "d d d"), ("e", "f")])
    #expect(
      try await WindowMemory(log, turns: 2).recall(for: "", in: context()).map(\.content.text)
        == ["c", "d d d", "e", "f"])
    // Five tokens would hold the second answer, but not its question.
    #expect(
      try await TokenWindowMemory(log, tokens: 5, measure: words).recall(for: "", in: context()).map(\.content.text)
        == ["e", "f"])
    #expect(
      try await TokenWindowMemory(log, tokens: 6, measure: words).recall(for: "", in: context()).count == 4)
  }

  /// A summary that tells which words went into it.
  private let summariser = ScriptedChatModel { messages in
    let text = messages.last?.content.text ?? ""
    return [
      "S(" + text.split(separator: "\n").filter { $0.hasPrefix("user: ") || $0.hasPrefix("S(") }.joined(separator: ",")
        + ")"
    ]
  }

  @Test("a summary grows by each exchange and takes none twice")
  func summary() async throws {
    let log = try MemoryStore(file: nil).log(user: "u", conversation: "c")
    let memory = SummaryMemory(log, model: summariser)
    try await talk(memory, [("one", "1"), ("two", "2")])
    #expect(
      try await memory.recall(for: "", in: context()).map(\.content.text)
        == ["What was said until now, in short: S(S(user: one),user: two)"])
  }

  @Test("a summary buffer keeps the last words and sums up what no longer fits")
  func summaryBuffer() async throws {
    let log = try MemoryStore(file: nil).log(user: "u", conversation: "c")
    let memory = SummaryBufferMemory(log, tokens: 4, measure: words, model: summariser)
    try await talk(memory, [("one", "1"), ("two", "2"), ("three", "3")])
    #expect(
      try await memory.recall(for: "", in: context()).map(\.content.text)
        == ["What was said until now, in short: S(user: one)", "two", "2", "three", "3"])
  }

  @Test("facts are recalled for the names that a question has")
  func entities() async throws {
    let log = try MemoryStore(file: nil).log(user: "u", conversation: "c")
    let model = ScriptedChatModel(
      #"{"facts":[{"name":"Ada","text":"Lives in London."},{"name":"小明","text":"喜欢砚台。"}]}"#)
    let memory = EntityMemory(log, turns: 0, model: model, guidance: .constrained)
    try await talk(memory, [("Ada lives in London", "ok")])
    #expect(
      try await memory.recall(for: "Where does ada live?", in: context()).map(\.content.text)
        == ["What is known from this conversation:\nAda: Lives in London."])
    #expect(try await memory.recall(for: "小明喜欢什么?", in: context()).count == 1)
    #expect(try await memory.recall(for: "Who is Bob?", in: context()) == [])
  }

  @Test("the exchanges most like a question are recalled in the order they were said")
  func vectors() async throws {
    let log = try MemoryStore(file: nil).log(user: "u", conversation: "c")
    let embedder = ScriptedEmbedder(dimension: 2) { text, _ in
      text.contains("cat") ? [1, 0] : text.contains("dog") ? [0.8, 0.6] : [0, 1]
    }
    let memory = VectorMemory(log, count: 2, embedder: embedder)
    try await talk(memory, [("a dog", "1"), ("the sky", "2"), ("a cat", "3")])
    #expect(
      try await memory.recall(for: "my cat", in: context()).map(\.content.text) == ["a dog", "1", "a cat", "3"])
  }

  @Test("a chat keeps its conversation and sends one system message")
  func chat() async throws {
    let log = try MemoryStore(file: nil).log(user: "u", conversation: "c")
    let model = ScriptedChatModel { messages in ["\(messages.map(\.role.rawValue).joined(separator: " "))"] }
    let chat = ChatWithMemory(model, memory: BufferMemory(log), instructions: "Be kind.")
    #expect(try await chat("one") == "system user")
    #expect(try await chat("two") == "system user assistant user")
  }
}
