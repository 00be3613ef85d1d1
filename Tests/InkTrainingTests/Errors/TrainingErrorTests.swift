import InkTraining
import Testing

@Suite struct TrainingErrorTests {
  @Test("An error names the place, what was expected, what was found and the cure")
  func description() {
    let error = TrainingError(
      .file, context: "data.jsonl:3", expected: "an object", found: "a list", hint: "Mend the line.")
    #expect(error.description.hasPrefix("data.jsonl:3: "))
    #expect(error.description.hasSuffix(", expected an object, found a list. Mend the line."))
  }
}
