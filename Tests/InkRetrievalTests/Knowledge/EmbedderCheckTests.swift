import InkChat
import InkRetrieval
import InkTesting
import Testing

@Suite("The embedder of a base")
struct EmbedderCheckTests {
  @Test("one that makes the base's vectors is accepted, though it rounds otherwise")
  func same() async throws {
    let library = try await SampleLibrary()
    await #expect(throws: Never.self) { try await library.store.check(WordVectors.embedder) }
    let rounding = ScriptedEmbedder(dimension: WordVectors.dimension) { text, _ in
      WordVectors.vector(text).enumerated().map { $1 * (1 + 0.05 * Float($0 % 3 - 1)) }
    }
    await #expect(throws: Never.self) { try await library.store.check(rounding) }
  }

  @Test("another model under the same name is refused, and the error says what to do")
  func replaced() async throws {
    let library = try await SampleLibrary()
    let other = ScriptedEmbedder(dimension: WordVectors.dimension) { text, _ in WordVectors.vector(text).reversed() }
    let error = await #expect(throws: RetrievalError.self) { try await library.store.check(other) }
    #expect(error?.code == .invalidSetting)
    #expect(error?.hint.contains("earlier model") == true)
    let shorter = ScriptedEmbedder(dimension: 3) { _, _ in [1, 2, 3] }
    let second = await #expect(throws: RetrievalError.self) { try await library.store.check(shorter) }
    #expect(second?.code == .invalidSetting)
  }

  @Test("a base without pieces takes any embedder of its dimension")
  func empty() async throws {
    let library = try await SampleLibrary([])
    let other = ScriptedEmbedder(dimension: WordVectors.dimension) { text, _ in WordVectors.vector(text).reversed() }
    await #expect(throws: Never.self) { try await library.store.check(other) }
    let shorter = ScriptedEmbedder(dimension: 3) { _, _ in [1, 2, 3] }
    await #expect(throws: RetrievalError.self) { try await library.store.check(shorter) }
  }
}
