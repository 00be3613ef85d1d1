import Foundation
import InkChat
import InkRetrieval
import InkTesting
import Testing

@Suite("Questions that are longer than the embedder reads")
struct QuestionExtentTests {
  private static let long = "reset the router " + String(repeating: "please ", count: 20)

  private func search(_ library: SampleLibrary, _ mode: SearchMode, maximumTokens: Int?) -> KnowledgeSearch {
    let embedder = ScriptedEmbedder(dimension: WordVectors.dimension, maximumTokens: maximumTokens) { text, _ in
      WordVectors.vector(text)
    }
    return KnowledgeSearch(library.store, embedder: embedder, plan: SearchPlan(mode: mode)) { 0 }
  }

  @Test("a search by meaning says how much of the question it knows; one by words has all of it")
  func search() async throws {
    let library = try await SampleLibrary()
    let cut = SearchNote.questionCut(tokens: 8, of: 23)
    for (mode, notes) in [(SearchMode.vector, [cut]), (.hybrid(), [cut]), (.keyword, [])] {
      let (results, trace) = try await search(library, mode, maximumTokens: 8).search(Self.long)
      #expect(!results.isEmpty)
      #expect(trace.notes == notes)
    }
    #expect(try await search(library, .vector, maximumTokens: 8).search("reset the router").trace.notes.isEmpty)
    #expect(try await search(library, .vector, maximumTokens: nil).search(Self.long).trace.notes.isEmpty)
    let twice = [SearchQuestion(Self.long), SearchQuestion(Self.long)]
    #expect(try await search(library, .vector, maximumTokens: 8).search(twice).trace.notes == [cut])
    #expect(cut.description.contains("23 tokens") && cut.description.contains("first 8"))
  }

  @Test("an answer carries the note, and one from before there were notes is still read")
  func answer() async throws {
    let library = try await SampleLibrary()
    let model = ScriptedChatModel("The router has a warranty of 24 months.")
    let answer = try await KnowledgeAnswerer(search(library, .hybrid(), maximumTokens: 8), model: model)
      .stream(Self.long).answer()
    #expect(answer.notes == [SearchNote.questionCut(tokens: 8, of: 23).description])
    let encoded = try JSONEncoder().encode(answer)
    #expect(try JSONDecoder().decode(GroundedAnswer.self, from: encoded) == answer)
    guard case .object(var members) = try JSONValue(parsing: Array(encoded)) else { return #expect(Bool(false)) }
    members.removeAll { $0.name == "notes" }
    let older = try JSONDecoder().decode(GroundedAnswer.self, from: Data(JSONValue.object(members).text.utf8))
    #expect(older.notes.isEmpty)
    #expect(older.answer == answer.answer)
  }
}
