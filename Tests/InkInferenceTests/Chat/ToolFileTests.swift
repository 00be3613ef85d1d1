import InkChat
import InkFormats
import InkInference
import Testing

@Suite("Files of tools and documents")
struct ToolFileTests {
  @Test("tools are read in the form of function tools and as functions alone, with their members in order")
  func tools() throws {
    let text = #"""
      [{"type": "function", "function": {"name": "clock", "description": "Tells the time", "strict": true,
        "parameters": {"type": "object", "properties": {"zone": {"type": "string"}, "at": {"maximum": 1.5}}}}},
       {"name": "dice", "return": {"type": "integer"}}]
      """#
    let tools = try ToolDefinition.list(json: Array(text.utf8), file: "tools.json")
    #expect(
      tools == [
        ToolDefinition(
          name: "clock", description: "Tells the time",
          parameters: ["type": "object", "properties": ["zone": ["type": "string"], "at": ["maximum": 1.5]]],
          further: [JSONMember("strict", true)]),
        ToolDefinition(
          name: "dice", description: "", parameters: ["type": "object", "properties": .object([])],
          further: [JSONMember("return", ["type": "integer"])]),
      ])
  }

  @Test(
    "a file of tools that cannot be used says where",
    arguments: [
      ("[", "line"), ("{}", "an array"), (#"[{"name": 3}]"#, "[0].name"), ("[{}]", "[0].name"),
      (#"[{"type": "retrieval"}]"#, "[0].type"), (#"[{"type": "function"}]"#, "function.name"),
      (#"[{"function": {"name": "a"}}]"#, "[0].type"),
      (#"[{"type": "function", "function": {"name": "a"}, "strict": true}]"#, "[0].strict"),
      (#"[{"name": "a", "parameters": 3}]"#, "[0].parameters"), (#"[{"name": "a", "description": 3}]"#, "description"),
      (#"[{"name": "a"}, {"name": "a"}]"#, "[1]"), (#"[{"name": "a", "n": 1e999}]"#, "[0].n"),
    ])
  func badTools(text: String, place: String) {
    let error = #expect(throws: FormatError.self) {
      try ToolDefinition.list(json: Array(text.utf8), file: "tools.json")
    }
    #expect(error?.description.contains(place) == true, "\(String(describing: error))")
    #expect(error?.description.contains("tools.json") == true)
  }

  @Test("documents are objects with any members, in order")
  func documents() throws {
    let text = #"[{"title": "t", "text": "x", "id": 12345678901234567890, "more": [null, false, 7]}]"#
    let documents = try PromptDocument.list(json: Array(text.utf8), file: "documents.json")
    var expected = PromptDocument(title: "t", text: "x")
    expected.members += [JSONMember("id", 12345678901234567890.0), JSONMember("more", [nil, false, 7])]
    #expect(documents == [expected])
    for bad in ["3", "[3]", #"{"title": "t"}"#] {
      #expect(throws: FormatError.self) { try PromptDocument.list(json: Array(bad.utf8), file: "documents.json") }
    }
  }
}
