import InkChat
import InkInference
import InkTensor
import Testing

@Suite("Texts that tool calls are held to")
struct ToolCallGrammarTests {
  static let tools = [
    ToolDefinition(
      name: "get_weather", description: "Weather",
      parameters: [
        "type": "object",
        "properties": [
          "city": ["type": "string"], "days": ["type": "integer"], "unit": ["enum": ["C", "F"]],
          "place": ["$ref": "#/$defs/place"], "hourly": ["type": "boolean"],
        ],
        "required": ["city", "days"], "$defs": ["place": ["type": "object", "properties": [:]]],
      ]),
    ToolDefinition(name: "now", description: "The time", parameters: ["type": "object", "properties": [:]]),
  ]

  /// Writes a random text of the form.
  private struct Writer {
    var random: RandomStream

    mutating func text(_ form: ConstrainedText) -> String {
      switch form {
      case .literal(let text), .mark(let text): return text
      case .jsonSchema(let schema): return value(schema).text
      case .jsonObject, .regularExpression, .grammar:
        Issue.record("no part of a tool call")
        return ""
      case .anything(let mark): return ["Oslo", "北京 \"x\"", "a < b </ c", ""][pick(4)] + mark
      case .sequence(let parts): return parts.map { text($0) }.joined()
      case .choice(let forms): return text(forms[pick(forms.count)])
      case .repeated(let form, let minimum, let maximum):
        let count = minimum + pick((maximum ?? minimum + 3) - minimum + 1)
        return (0..<count).map { _ in text(form) }.joined()
      }
    }

    private mutating func pick(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }

    private mutating func value(_ schema: JSONValue) -> JSONValue {
      switch schema["type"] {
      case .string("string")?: return .string(["Oslo", "}\n\"]</tool_call>", "东京"][pick(3)])
      case .string("integer")?: return .integer(Int64(pick(100)))
      case .string("boolean")?: return .boolean(pick(2) == 0)
      default: break
      }
      guard case .object(let properties)? = schema["properties"] else { return [:] }
      return .object(properties.map { JSONMember($0.name, value($0.value)) })
    }
  }

  @Test(
    "every text of the form is read back as calls of the tools, and as nothing else", arguments: ToolCallFormat.allCases
  )
  func readBack(format: ToolCallFormat) throws {
    let grammar = ToolCallGrammar(format: format, tools: Self.tools)
    let form = try #require(try grammar.text(choice: .required, count: .any))
    var names: Set<String> = []
    var most = 0
    for seed in 0..<60 {
      var writer = Writer(random: RandomStream(seed: UInt64(seed), name: "texts"))
      let text = writer.text(form)
      let sample = AnswerSample(
        [text], layout: AnswerLayout(toolCalls: format, reasoning: nil), options: GenerationOptions(tools: Self.tools))
      #expect(sample.text.isEmpty, "\(text)")
      #expect(!sample.calls.isEmpty, "\(text)")
      for call in sample.calls {
        names.insert(call.name)
        guard case .object = call.arguments else {
          Issue.record("\(text) gave \(call.arguments)")
          continue
        }
        if call.name == "get_weather" {
          guard case .string? = call.arguments["city"], case .integer? = call.arguments["days"] else {
            Issue.record("\(text) gave \(call.arguments)")
            continue
          }
        }
      }
      most = max(most, sample.calls.count)
    }
    #expect(names == ["get_weather", "now"])
    switch format {
    case .llama, .glmLines: #expect(most == 1)
    case .hermes, .qwenXML, .mistralList, .mistralNamed, .deepSeekFenced, .deepSeek, .glmTags: #expect(most > 1)
    }
  }

  @Test("one call where one is allowed, and only the named tool", arguments: ToolCallFormat.allCases)
  func oneNamed(format: ToolCallFormat) throws {
    let form = try #require(
      try ToolCallGrammar(format: format, tools: Self.tools).text(choice: .named("now"), count: .atMostOne))
    for seed in 0..<10 {
      var writer = Writer(random: RandomStream(seed: UInt64(seed), name: "texts"))
      let sample = AnswerSample(
        [writer.text(form)], layout: AnswerLayout(toolCalls: format, reasoning: nil),
        options: GenerationOptions(tools: Self.tools))
      #expect(sample.names == ["now"])
    }
  }

  @Test(
    "behind the mark that a model wrote of its own accord comes the rest of a call", arguments: ToolCallFormat.allCases)
  func behindOpening(format: ToolCallFormat) throws {
    let grammar = ToolCallGrammar(format: format, tools: Self.tools)
    guard let opening = grammar.opening else {
      #expect(try grammar.textBehindOpening(count: .any) == nil)
      return
    }
    let rest = try #require(try grammar.textBehindOpening(count: .any))
    for seed in 0..<20 {
      var writer = Writer(random: RandomStream(seed: UInt64(seed), name: "texts"))
      let text = "So: " + opening + writer.text(rest)
      let sample = AnswerSample(
        [text], layout: AnswerLayout(toolCalls: format, reasoning: nil), options: GenerationOptions(tools: Self.tools))
      #expect(sample.text == "So:", "\(text)")
      #expect(!sample.calls.isEmpty, "\(text)")
    }
  }

  @Test("behind free thoughts, which the model opens or the prompt did")
  func behindThoughts() throws {
    let calls = try #require(
      try ToolCallGrammar(format: .hermes, tools: Self.tools).text(choice: .required, count: .any))
    for beginning in [AnswerLayout.Beginning.answer, .reasoning] {
      let layout = AnswerLayout(toolCalls: .hermes, reasoning: .think, beginning: beginning)
      let form = calls.behindThoughts(of: layout)
      var thoughts = 0
      for seed in 0..<20 {
        var writer = Writer(random: RandomStream(seed: UInt64(seed), name: "texts"))
        let text = writer.text(form)
        let sample = AnswerSample([text], layout: layout, options: GenerationOptions(tools: Self.tools))
        #expect(sample.text.isEmpty, "\(text)")
        #expect(!sample.calls.isEmpty, "\(text)")
        if !sample.reasoning.isEmpty { thoughts += 1 }
      }
      #expect(thoughts > 0)
    }
    #expect(calls.behindThoughts(of: AnswerLayout(toolCalls: .hermes, reasoning: nil)) == calls)
  }

  @Test("where no call is demanded, nothing is held to a form")
  func notDemanded() throws {
    let grammar = ToolCallGrammar(format: .hermes, tools: Self.tools)
    #expect(try grammar.text(choice: .automatic, count: .any) == nil)
    #expect(try grammar.text(choice: .none, count: .any) == nil)
  }

  @Test("a demanded tool that is not there, or none at all, is an error that names it")
  func unknownTool() {
    let error = #expect(throws: GenerationError.self) {
      try ToolCallGrammar(format: .hermes, tools: Self.tools).text(choice: .named("fly"), count: .any)
    }
    #expect(error?.code == .invalidOption)
    #expect(error?.description.contains("\"fly\" among get_weather, now") == true)
    #expect(throws: GenerationError.self) {
      try ToolCallGrammar(format: .hermes, tools: []).text(choice: .required, count: .any)
    }
  }

  @Test("names that the notation cannot write are refused")
  func unwritableNames() {
    let spaced = ToolDefinition(name: "two words", description: "", parameters: ["type": "object"])
    let tagged = ToolDefinition(
      name: "f", description: "", parameters: ["type": "object", "properties": ["a>b": ["type": "string"]]])
    for (tool, format) in [(spaced, ToolCallFormat.mistralNamed), (spaced, .glmTags), (tagged, .qwenXML)] {
      let error = #expect(throws: GenerationError.self) {
        try ToolCallGrammar(format: format, tools: [tool]).text(choice: .required, count: .any)
      }
      #expect(error?.code == .unsupported)
    }
    #expect(throws: Never.self) {
      try ToolCallGrammar(format: .hermes, tools: [spaced]).text(choice: .required, count: .any)
    }
  }

  @Test("parameters without a type are an object's schema all the same, and references keep their definitions")
  func schemas() throws {
    let bare = ToolDefinition(name: "f", description: "", parameters: ["properties": ["a": ["type": "string"]]])
    let form = try ToolCallGrammar(format: .llama, tools: [bare]).text(choice: .required, count: .any)
    #expect(
      form
        == .sequence([
          .literal("{\"name\": \"f\", \"parameters\": "),
          .jsonSchema(["type": "object", "properties": ["a": ["type": "string"]]]), .literal("}"),
        ]))
  }
}
