import InkRetrieval
import InkTesting
import Testing

@Suite("Marks of sources in answers")
struct SourceMarkTests {
  private static let first = "The gate is green."
  private static let second = "The gate opens at noon."

  /// What becomes of an answer over two documents.
  private func grounded(_ text: String) async throws -> GroundedAnswer {
    let library = try await SampleLibrary([("a.txt", Self.first), ("b.txt", Self.second), ("c.txt", Self.first)])
    let plan = SearchPlan(mode: .vector, count: 3)
    return try await KnowledgeAnswerer(library.search(plan), model: ScriptedChatModel(text))
      .stream("the gate is green").answer()
  }

  @Test(
    "marks belong to the sentence they stand in or behind, and the sentences are the answer's bytes",
    arguments: [
      (
        "The gate is green [1]. The gate opens at noon [3].", ["The gate is green [1].", "The gate opens at noon [3]."]
      ),
      ("The gate is green.[1] The gate opens at noon.[3]", ["The gate is green.[1]", "The gate opens at noon.[3]"]),
      (
        "The gate is green. [1] The gate opens at noon. [2, 3]",
        ["The gate is green. [1]", "The gate opens at noon. [2, 3]"]
      ),
      ("The gate [1] is green.", ["The gate [1] is green."]), ("The gate is green.【1，2】", ["The gate is green.【1，2】"]),
    ])
  func sentences(_ text: String, _ sentences: [String]) async throws {
    let answer = try await grounded(text)
    #expect(answer.supported.map(\.sentence) == sentences)
    #expect(answer.supported.allSatisfy { $0.supported })
    #expect(answer.answer == text)
  }

  @Test("of equal sources the one that is named is cited")
  func named() async throws {
    #expect(try await grounded("The gate is green [1].").citations.map(\.document) == ["a.txt"])
    #expect(try await grounded("The gate is green [2].").citations.map(\.document) == ["c.txt"])
    #expect(try await grounded("The gate is green. [2]").citations.map(\.document) == ["c.txt"])
  }

  @Test(
    "a bracket with anything but numbers of passages is a claim, and its numbers are checked",
    arguments: [
      "The gate is green [500].", "The gate is green [0].", "The gate is green [4].", "The gate is green [7,1].",
    ])
  func claims(_ text: String) async throws {
    #expect(try await grounded(text).supported.map(\.supported) == [false])
  }

  @Test(
    "brackets that never close and texts of marks alone do no harm",
    arguments: ["[", "[1", "[1]", "【", "[]", "[,]", "[1][2]"])
  func broken(_ text: String) async throws {
    let answer = try await grounded(text)
    #expect(answer.answer == text)
    #expect(answer.supported.allSatisfy { !$0.supported })
  }
}
