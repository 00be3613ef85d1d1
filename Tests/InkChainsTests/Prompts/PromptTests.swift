import InkChains
import InkChat
import InkTesting
import Testing

@Suite struct PromptTests {
  @Test("holes are filled once, and what is filled in is never read as a template")
  func filling() throws {
    let template = try PromptTemplate("{{literal}} {问题}: {answer}{answer}")
    #expect(template.variables == ["问题", "answer"])
    #expect(try template.filled(["问题": "{answer}", "answer": "}{"]) == "{literal} {answer}: }{}{")
  }

  @Test("a missing value and an unused one are errors that name them")
  func names() throws {
    let template = try PromptTemplate("{a} {b}")
    let missing = #expect(throws: ChainError.self) { try template.filled(["a": "1"]) }
    #expect(missing?.expected == "a value for {b}")
    let unused = #expect(throws: ChainError.self) { try template.filled(["a": "1", "b": "2", "c": "3"]) }
    #expect(unused?.found == "one for {c}")
  }

  @Test(
    "a template that cannot be read is refused with its line",
    arguments: ["{", "}", "{a", "{a b}", "{}", "{1}", "{a{b}}"])
  func malformed(text: String) {
    let error = #expect(throws: ChainError.self) { try PromptTemplate("first\n" + text) }
    #expect(error?.context == "prompt template, line 2")
  }

  struct Question: Sendable {
    var text: String
    var history: [Message] = []
  }

  @Test("a chat prompt takes roles, history and examples in order, and is checked when it is made")
  func chat() async throws {
    let examples = LengthSelector([Example(input: "1+1", output: "2")], limit: 100)
    let prompt = try Prompt<Question>(
      [
        .system("Answer briefly."), .examples(examples, query: { $0.text }), .messages { $0.history },
        .user("Q: {question}"),
      ], Binding("question") { $0.text })
    let messages = try await prompt(Question(text: "2+2", history: [.user("hi"), .assistant("hello")]))
    #expect(
      messages == [
        .system("Answer briefly."), .user("1+1"), .assistant("2"), .user("hi"), .assistant("hello"), .user("Q: 2+2"),
      ])
    #expect(throws: ChainError.self) { try Prompt<Question>([.user("{question}")]) }
    #expect(throws: ChainError.self) { try Prompt<Question>([.user("x")], Binding("question") { $0.text }) }
    #expect(throws: ChainError.self) { try FillText<Question>("{a}", Binding("b") { $0.text }) }
    #expect(try await FillText<Question>("Q: {a}\nA:", Binding("a") { $0.text })(Question(text: "x")) == "Q: x\nA:")
  }

  private var examples: [Example] {
    ["north", "north too", "east"].map { Example(input: $0, output: $0.uppercased()) }
  }
  private var embedder: ScriptedEmbedder {
    ScriptedEmbedder(dimension: 2) { text, _ in text.hasPrefix("north") ? [0, 2] : text == "east" ? [3, 0] : [1, 2] }
  }

  @Test("examples are chosen by length, by likeness, and by likeness that avoids repetition")
  func selectors() async throws {
    let byLength = LengthSelector(examples, limit: 35)
    #expect(try await byLength.examples(for: "12345").map(\.input) == ["north", "north too"])
    let alike = try await SimilaritySelector(examples, count: 2, embedder: embedder)
    #expect(try await alike.examples(for: "northeast?").map(\.input) == ["north too", "north"])
    let query = "query"
    let diverse = try await DiverseSelector(examples, count: 2, weight: 0.4, embedder: embedder)
    #expect(try await diverse.examples(for: query).map(\.input) == ["east", "north"])
    await #expect(throws: ChainError.self) { try await DiverseSelector([], count: 1, weight: 2, embedder: embedder) }
  }

  @Test("an embedder that gives vectors of the wrong size is refused")
  func wrongVectors() async {
    let broken = ScriptedEmbedder(dimension: 3) { _, _ in [1] }
    await #expect(throws: ChainError.self) { try await SimilaritySelector(examples, count: 1, embedder: broken) }
  }
}
