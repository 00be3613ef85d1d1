import InkRetrieval
import Testing

@Suite struct DataLoaderTests {
  private func read(_ text: String, _ name: String) throws -> ExtractedText {
    try DocumentReader().read(Array(text.utf8), name: name)
  }

  @Test("quoted cells, their line breaks and other delimiters make rows")
  func tables() throws {
    let document = try read("name,note\n\"Li, Wei\",\"said \"\"hi\"\"\nand left\"\r\nX,\n", "a.csv")
    #expect(document.text == "name | note\nLi, Wei | said \"hi\" and left\nX\n")
    #expect(document.metadata["columns"] == "name, note")
    #expect(document.metadata["rows"] == "2")
    #expect(document.blocks.count { $0.kind == .tableRow } == 3)
    #expect(try read("a\tb\n1\t2", "a.tsv").text == "a | b\n1 | 2\n")
  }

  @Test("JSON becomes lines of paths and values, records paragraphs")
  func json() throws {
    let document = try read(
      #"[{"a": {"b": "x\n\u4f60\ud83d\ude00"}, "c": [1, true, null]}, {"a": {"b": "y"}}]"#, "a.json")
    #expect(document.text == "a.b: x\n你😀\nc: 1\nc: true\n\na.b: y")
    #expect(try read("{\"a\":1}\n{\"a\":2}\n", "a.jsonl").text == "a: 1\n\na: 2")
  }

  @Test(
    "damaged JSON names the byte",
    arguments: ["{\"a\":}", "[1,", "{\"a\" 1}", "", "\"abc", "[1 2]", "nul", "{\"a\":\"\\u12\"}"])
  func damaged(text: String) {
    let error = #expect(throws: RetrievalError.self) { try JSONLoader().extract(Array(text.utf8), name: "a.json") }
    #expect(error?.code == .invalidDocument)
    #expect(error?.context.hasPrefix("a.json, byte") == true)
  }

  @Test("values in values without end are refused")
  func deep() {
    let error = #expect(throws: RetrievalError.self) { try read(String(repeating: "[", count: 100_000), "a.json") }
    #expect(error?.code == .tooLarge)
  }

  @Test("a program keeps its text and names its language")
  func code() throws {
    let document = try read("def f():\n    return 1\n", "src/a.py")
    #expect(document.text == "def f():\n    return 1\n")
    #expect(document.metadata["programming_language"] == "python")
  }
}
