import InkChat
import InkInference
import InkTensor
import Testing

@Suite("Answers in the notation of Hermes and Qwen")
struct HermesAnswerTests {
  @Test("text, then a call")
  func oneCall() {
    let sample = AnswerSample(
      "I look it up.\n<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Oslo\", \"days\": 2}}\n</tool_call>",
      .hermes)
    #expect(sample.text == "I look it up.")
    #expect(sample.names == ["get_weather"])
    #expect(sample.arguments == [["city": "Oslo", "days": 2]])
    #expect(sample.argumentTexts == ["{\"city\": \"Oslo\", \"days\": 2}"])
    #expect(sample.order == ["text", "fragment", "call"])
  }

  @Test("several calls, with identifiers of their own that the fragments tell first")
  func severalCalls() {
    let call = "<tool_call>\n{\"name\": \"search\", \"arguments\": {\"query\": \"a\"}}\n</tool_call>"
    let sample = AnswerSample(call + "\n" + call + call, .hermes)
    #expect(sample.text.isEmpty)
    #expect(sample.calls.count == 3)
    #expect(Set(sample.calls.map(\.identifier)).count == 3)
    #expect(sample.calls.allSatisfy { $0.identifier.hasPrefix("call_") && $0.identifier.utf8.count == 29 })
    #expect(sample.openings.map(\.identifier) == sample.calls.map(\.identifier))
    #expect(sample.violation == nil)
  }

  @Test("nested arguments with escapes and Chinese stay as they were written")
  func nested() throws {
    let arguments =
      #"{"city":"北京 \"首都\"","more":{"list":[1,-2.5e3,null,[true,{}]],"mark":"</tool_call> }\\"},"u":"\u4f60"}"#
    let sample = AnswerSample(#"<tool_call>{"name":"get_weather","arguments":\#(arguments)}</tool_call>"#, .hermes)
    #expect(sample.argumentTexts == [arguments])
    #expect(sample.arguments == [try JSONValue(parsing: arguments)])
    #expect(sample.text.isEmpty)
  }

  @Test("arguments in front of the name, and members that nobody asked for")
  func otherOrder() {
    let sample = AnswerSample(
      #"<tool_call>{"type": "function", "arguments": {"query": "x"}, "id": 12, "name": "search"}</tool_call>"#, .hermes)
    #expect(sample.names == ["search"])
    #expect(sample.argumentTexts == [#"{"query": "x"}"#])
  }

  @Test(
    "no arguments, arguments that are null and arguments inside a string are an object",
    arguments: [
      (#"{"name": "now"}"#, "{}"), (#"{"name": "now", "arguments": null}"#, "{}"),
      (#"{"name": "now", "arguments": "{\"query\": \"b\"}"}"#, #"{"query": "b"}"#),
      (#"{"arguments": "{}", "name": "now"}"#, "{}"),
    ])
  func shapesOfArguments(object: String, expected: String) {
    let sample = AnswerSample("<tool_call>\(object)</tool_call>", .hermes)
    #expect(sample.names == ["now"])
    #expect(sample.argumentTexts == [expected])
    #expect(sample.text.isEmpty)
  }

  @Test("a forgotten last brace does no harm")
  func forgottenBrace() {
    let call = "<tool_call>\n{\"name\": \"search\", \"arguments\": {\"query\": \"a\"}\n</tool_call>"
    let sample = AnswerSample(call + "\n" + call, .hermes)
    #expect(sample.names == ["search", "search"])
    #expect(sample.text.isEmpty)
  }

  @Test("line breaks inside strings are escaped, which makes the arguments JSON")
  func rawLineBreaks() {
    let sample = AnswerSample(
      "<tool_call>{\"name\": \"search\", \"arguments\": {\"query\": \"a\n\tb\"}}</tool_call>", .hermes)
    #expect(sample.arguments == [["query": "a\n\tb"]])
    #expect(sample.argumentTexts == [#"{"query": "a\n\tb"}"#])
  }

  @Test("text behind a call is text")
  func textBehind() {
    let sample = AnswerSample("<tool_call>{\"name\": \"now\"}</tool_call>\n\nDone. Next?\n", .hermes)
    #expect(sample.text == "Done. Next?\n")
    #expect(sample.order == ["fragment", "call", "text"])
  }

  @Test(
    "what only looks like a call is text, mark and all",
    arguments: [
      "Write <tool_call> to call a tool.", "<tool_call>", "<tool_call>\n", "<tool_ca", "<<tool_call>>",
      "<tool_call>{\"city\": \"Oslo\"}</tool_call>", "<tool_call>{\"name\": 7, \"arguments\": {}}</tool_call>",
      "<tool_call>{\"name\": \"\", \"arguments\": {}}</tool_call>", "<tool_call>{'name': 'now'}</tool_call>",
      "a <tool_call>{\"name\": \"now\"", "<tool_call>{\"arguments\": {\"a\": 1}}", "</tool_call>", " \n x \n",
      "<tool_call>[1, 2]</tool_call>", "1 < 2 <too", "<tool_call>{\"name\": \"now\" \"arguments\"}",
      "<tool_call>{\"name\": \"now\", \"arguments\": [}", "<tool_call>{\"name\": \"now\", \"arguments\": tru}",
    ])
  func noCall(text: String) {
    let sample = AnswerSample(text, .hermes)
    #expect(sample.text == text)
    #expect(sample.calls.isEmpty)
  }

  @Test("a call behind something that only looked like one is found")
  func markBehindMark() {
    let sample = AnswerSample("<tool_call> <tool_call>{\"name\": \"now\"}</tool_call>", .hermes)
    #expect(sample.text == "<tool_call>")
    #expect(sample.names == ["now"])
  }

  @Test(
    "a call that is cut off is closed as it is",
    arguments: [
      "{", "{\"city\": ", "{\"city\": \"Os", "{\"city\": \"北京\\", "{\"city\": \"Oslo\", \"days\": 1",
    ])
  func cutOff(arguments: String) {
    let sample = AnswerSample("<tool_call>{\"name\": \"get_weather\", \"arguments\": \(arguments)", .hermes)
    #expect(sample.names == ["get_weather"])
    #expect(sample.arguments == [.string(arguments)])
    #expect(sample.argumentTexts == [arguments])
  }

  @Test("a call that is cut off behind its arguments is whole")
  func cutOffLate() {
    let sample = AnswerSample("<tool_call>{\"name\": \"search\", \"arguments\": {\"query\": \"a\"}", .hermes)
    #expect(sample.arguments == [["query": "a"]])
    #expect(sample.text.isEmpty)
  }

  @Test("arguments that stop being JSON are taken up to the closing mark, and what follows is read on")
  func brokenArguments() {
    let sample = AnswerSample(
      "<tool_call>{\"name\": \"search\", \"arguments\": {\"query\": nothing}}\n</tool_call>\n"
        + "<tool_call>{\"name\": \"now\"}</tool_call> and so on", .hermes)
    #expect(sample.names == ["search", "now"])
    #expect(sample.arguments == [.string("{\"query\": nothing}}\n"), [:]])
    #expect(sample.argumentTexts == ["{\"query\": nothing}}\n", "{}"])
    #expect(sample.text == "and so on")
  }

  @Test("where no tool may be called, or there is none, calls are text")
  func choiceNone() {
    let text = "<tool_call>{\"name\": \"now\"}</tool_call>"
    let layout = AnswerLayout(toolCalls: .hermes, reasoning: nil)
    let refused = AnswerSample(
      [text], layout: layout, options: GenerationOptions(tools: AnswerSample.tools, toolChoice: .none))
    let toolless = AnswerSample([text], layout: layout, options: GenerationOptions())
    #expect(refused.text == text)
    #expect(refused.calls.isEmpty)
    #expect(toolless.text == text)
    #expect(toolless.calls.isEmpty)
  }

  @Test("where one call is allowed, the answer is complete behind it")
  func atMostOne() {
    let call = "<tool_call>{\"name\": \"now\"}</tool_call>"
    let options = GenerationOptions(tools: AnswerSample.tools, toolCallCount: .atMostOne)
    let layout = AnswerLayout(toolCalls: .hermes, reasoning: nil)
    var parser = AnswerParser(layout, options: options, identifiers: RandomStream(seed: 1, name: "tool calls"))
    #expect(!parser.feed(String(call.dropLast(14))).contains { if case .toolCall = $0 { true } else { false } })
    #expect(!parser.isComplete)
    _ = parser.feed(String(call.suffix(14)))
    #expect(parser.isComplete)
    let sample = AnswerSample([call, call + " more"], layout: layout, options: options)
    #expect(sample.calls.count == 1)
    #expect(sample.text.isEmpty)
  }

  @Test("text that cannot be a mark any more comes out at once")
  func holdsBackLittle() {
    let layout = AnswerLayout(toolCalls: .hermes, reasoning: .think)
    var parser = AnswerParser(
      layout, options: GenerationOptions(tools: AnswerSample.tools),
      identifiers: RandomStream(seed: 1, name: "tool calls"))
    #expect(parser.feed("Hel") == [.text("Hel")])
    #expect(parser.feed("lo <to") == [.text("lo")])
    #expect(parser.feed("p> and") == [.text(" <top> and")])
    #expect(parser.feed(" <tool_call>{\"name\": \"search\", ").isEmpty)
    guard case .toolCallFragment(let first)? = parser.feed("\"arguments\": {\"qu").first else {
      Issue.record("the name and the first arguments should have come")
      return
    }
    #expect(first.opening?.name == "search")
    #expect(first.arguments == "{\"qu")
    #expect(parser.feed("ery\": \"") == [.toolCallFragment(ToolCallFragment(index: 0, arguments: "ery\": \""))])
    #expect(parser.feed("长").first == .toolCallFragment(ToolCallFragment(index: 0, arguments: "长")))
  }
}
