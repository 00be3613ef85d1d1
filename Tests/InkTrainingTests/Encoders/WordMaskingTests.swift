import InkTraining
import Testing

@Suite struct WordMaskingTests {
  /// The losses of a run that masks the words of a list.
  private func losses(words lines: [String]?) throws -> [Double] {
    let encoder = try SmallEncoder()
    defer { encoder.remove() }
    let list = try lines.map { try encoder.file("words.txt", $0) } ?? encoder.path("missing.txt")
    let recipe = try SmallTask.wholeWords.recipe(encoder, ["steps=2", "objective.words=\(list)"])
    let session = try encoder.session(recipe)
    return try encoder.train(session, "run").losses
  }

  @Test("Chinese words are those of a file, as lists with frequencies have them")
  func listed() throws {
    let words = try losses(words: ["北京 34488 ns", "大学 20025 n", "", "学"])
    #expect(words.count == 2)
    #expect(try words == losses(words: ["大学", "北京", "学 3"]))
    #expect(try words != losses(words: ["京大", "学"]))
  }

  @Test("A list of single characters, or none at all, is refused by its name", arguments: [["北", "京"], nil])
  func noWords(lines: [String]?) throws {
    let error = #expect(throws: TrainingError.self) { _ = try losses(words: lines) }
    #expect(error?.code == (lines == nil ? .file : .data))
    #expect(error?.context.hasSuffix(".txt") == true)
  }
}
