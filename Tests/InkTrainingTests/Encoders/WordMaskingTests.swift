import InkTraining
import Testing

@Suite struct WordMaskingTests {
  private func session(words lines: [String]?) throws -> any TrainingSession {
    let encoder = try SmallEncoder()
    defer { encoder.remove() }
    let list = try lines.map { try encoder.file("words.txt", $0) } ?? encoder.path("missing.txt")
    let recipe = try SmallTask.wholeWords.recipe(encoder, ["steps=2", "objective.words=\(list)"])
    let session = try encoder.session(recipe)
    try encoder.train(session, "run")
    return session
  }

  @Test("Chinese words are those of a file, as lists with frequencies have them")
  func listed() throws {
    _ = try session(words: ["北京 34488 ns", "大学 20025 n", "", "学"])
  }

  @Test("A list of single characters, or none at all, is refused by its name", arguments: [["北", "京"], nil])
  func noWords(lines: [String]?) throws {
    let error = #expect(throws: TrainingError.self) { _ = try session(words: lines) }
    #expect(error?.code == (lines == nil ? .file : .data))
    #expect(error?.context.hasSuffix(".txt") == true)
  }
}
