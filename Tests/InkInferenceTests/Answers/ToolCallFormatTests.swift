import InkChat
import InkInference
import InkTensor
import Testing

@Suite("Answers in other notations of tool calls")
struct ToolCallFormatTests {
  static let weather: JSONValue = ["city": "Oslo", "days": 2]
  static let weatherText = #"{"city": "Oslo", "days": 2}"#

  /// A call of the weather and one of the search in each notation, as models write several calls.
  static let pairs: [ToolCallFormat: String] = [
    .hermes:
      "<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Oslo\", \"days\": 2}}\n</tool_call>\n"
      + "<tool_call>\n{\"name\": \"search\", \"arguments\": {\"query\": \"雨\"}}\n</tool_call>",
    .qwenXML:
      "<tool_call>\n<function=get_weather>\n<parameter=city>\nOslo\n</parameter>\n<parameter=days>\n2\n</parameter>\n"
      + "</function>\n</tool_call>\n<tool_call>\n<function=search>\n<parameter=query>\n雨\n</parameter>\n</function>\n"
      + "</tool_call>",
    .llama: "{\"name\": \"get_weather\", \"parameters\": {\"city\": \"Oslo\", \"days\": 2}}; "
      + "{\"name\": \"search\", \"parameters\": {\"query\": \"雨\"}}",
    .mistralList: "[TOOL_CALLS] [{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Oslo\", \"days\": 2}}, "
      + "{\"name\": \"search\", \"arguments\": {\"query\": \"雨\"}, \"id\": \"abcdefghi\"}]",
    .mistralNamed: "[TOOL_CALLS]get_weather[CALL_ID]abcdefghi[ARGS]{\"city\": \"Oslo\", \"days\": 2}"
      + "[TOOL_CALLS]search[ARGS]{\"query\": \"雨\"}",
    .deepSeekFenced: "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>get_weather\n```json\n"
      + "{\"city\": \"Oslo\", \"days\": 2}\n```<｜tool▁call▁end｜>\n<｜tool▁call▁begin｜>function<｜tool▁sep｜>search\n"
      + "```json\n{\"query\": \"雨\"}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>",
    .deepSeek: "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>get_weather<｜tool▁sep｜>{\"city\": \"Oslo\", \"days\": 2}"
      + "<｜tool▁call▁end｜><｜tool▁call▁begin｜>search<｜tool▁sep｜>{\"query\": \"雨\"}<｜tool▁call▁end｜>"
      + "<｜tool▁calls▁end｜>",
    .glmLines: "get_weather\n{\"city\": \"Oslo\", \"days\": 2}<|assistant|>search\n{\"query\": \"雨\"}",
    .glmTags: "<tool_call>get_weather\n<arg_key>city</arg_key>\n<arg_value>Oslo</arg_value>\n<arg_key>days</arg_key>\n"
      + "<arg_value>2</arg_value>\n</tool_call>\n<tool_call>search\n<arg_key>query</arg_key>\n"
      + "<arg_value>雨</arg_value>\n</tool_call>",
  ]

  @Test("two calls", arguments: ToolCallFormat.allCases)
  func twoCalls(format: ToolCallFormat) throws {
    let sample = AnswerSample(try #require(Self.pairs[format]), format)
    #expect(sample.names == ["get_weather", "search"])
    #expect(sample.argumentTexts == [Self.weatherText, #"{"query": "雨"}"#])
    #expect(sample.arguments == [Self.weather, ["query": "雨"]])
    #expect(sample.text.isEmpty)
    #expect(sample.violation == nil)
  }

  @Test("thoughts, then text, then calls", arguments: ToolCallFormat.allCases)
  func thoughtsAndText(format: ToolCallFormat) throws {
    let pair = try #require(Self.pairs[format])
    // Notations without a mark allow no text in front of a call.
    let text: String
    switch format {
    case .llama, .glmLines: text = ""
    case .hermes, .qwenXML, .mistralList, .mistralNamed, .deepSeekFenced, .deepSeek, .glmTags: text = "I look."
    }
    let sample = AnswerSample("<think>\nRain?\n</think>\n\n\(text)\n\(pair)\n", format, reasoning: .think)
    #expect(sample.reasoning == "Rain?")
    #expect(sample.text == text)
    #expect(sample.names == ["get_weather", "search"])
    #expect(sample.order.filter { $0 != "text" } == ["reasoning", "fragment", "call", "fragment", "call"])
  }

  @Test(
    "Mistral's identifiers have nine letters and digits, all others the usual form", arguments: ToolCallFormat.allCases)
  func identifiers(format: ToolCallFormat) throws {
    let sample = AnswerSample(try #require(Self.pairs[format]), format)
    for call in sample.calls {
      switch format {
      case .mistralList, .mistralNamed:
        #expect(call.identifier.count == 9)
        #expect(call.identifier.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) })
      case .hermes, .qwenXML, .llama, .deepSeekFenced, .deepSeek, .glmLines, .glmTags:
        #expect(call.identifier.hasPrefix("call_"))
      }
    }
    #expect(Set(sample.calls.map(\.identifier)).count == 2)
  }

  @Test(
    "a call that is cut off anywhere is lost nowhere: it is text, or a call with what was written",
    arguments: ToolCallFormat.allCases)
  func cutAnywhere(format: ToolCallFormat) throws {
    let pair = try #require(Self.pairs[format])
    let scalars = pair.unicodeScalars
    for length in 1..<scalars.count {
      let part = String(String.UnicodeScalarView(scalars.prefix(length)))
      let sample = AnswerSample(part, format)
      #expect(sample.violation == nil, "\(part)")
      #expect(sample.openings.count == sample.calls.count, "\(part)")
      for (call, text) in zip(sample.calls, sample.argumentTexts) {
        #expect(((try? JSONValue(parsing: text)) ?? .string(text)) == call.arguments, "\(part)")
      }
      if sample.calls.isEmpty {
        // The frame around DeepSeek's calls is no part of one.
        let frame = "<｜tool▁calls▁begin｜>"
        #expect(sample.text == (part.hasPrefix(frame) ? String(part.dropFirst(frame.count)) : part))
      }
    }
  }

  @Test(
    "Llama's calls behind its tag, with a type and with their arguments by either name",
    arguments: [
      "<|python_tag|>{\"name\": \"now\", \"parameters\": {}}",
      "<|python_tag|>{\"type\": \"function\", \"name\": \"now\", \"parameters\": {}}",
      "\n{\"type\": \"function\", \"name\": \"now\", \"arguments\": {}}", "{\"parameters\": {}, \"name\": \"now\"}",
    ])
  func llamaShapes(text: String) {
    let sample = AnswerSample(text, .llama)
    #expect(sample.names == ["now"])
    #expect(sample.argumentTexts == ["{}"])
    #expect(sample.text.isEmpty)
  }

  @Test(
    "an answer that is JSON but names no tool is text",
    arguments: [
      "{\"name\": \"Ada\", \"parameters\": {\"age\": 36}}", "{\"name\": \"now\"}", "{\"city\": {\"name\": \"now\"}}",
      "{\"name\": \"now\", \"parameters\": ", "{", "{}", "So: {\"name\": \"now\", \"parameters\": {}}",
      "{\"a\": [1, 2, {\"b\": \"}\"}]}", "<|python_tag|>import os", "now\n{}",
    ])
  func llamaText(text: String) {
    let sample = AnswerSample(text, .llama)
    #expect(sample.text == text)
    #expect(sample.calls.isEmpty)
  }

  @Test("an answer that is JSON comes out as soon as it cannot be a call any more")
  func llamaStream() {
    var parser = AnswerParser(
      AnswerLayout(toolCalls: .llama, reasoning: nil), options: GenerationOptions(tools: AnswerSample.tools),
      identifiers: RandomStream(seed: 1, name: "tool calls"))
    #expect(parser.feed("{\"tit").isEmpty)
    #expect(parser.feed("le\"") == [.text("{\"title\"")])
    #expect(parser.feed(": \"a") == [.text(": \"a")])
  }

  @Test(
    "what only looks like a call is text",
    arguments: [
      (ToolCallFormat.mistralList, "[TOOL_CALLS] none"), (.mistralList, "[TOOL_CALLS][]x"),
      (.mistralNamed, "[TOOL_CALLS]now[ARG]{}"), (.mistralNamed, "[TOOL_CALLS]a b[ARGS]{}"),
      (.deepSeek, "<｜tool▁call▁begin｜>now<｜tool▁call▁end｜>"), (.deepSeek, "a <｜tool▁call▁begin｜>now"),
      (.deepSeekFenced, "<｜tool▁call▁begin｜>function<｜tool▁sep｜>now\nno fence"),
      (.glmLines, "now we\n{}"), (.glmLines, "now\nand then"), (.glmLines, "weather\n{}"), (.glmLines, "so\nnow\n{}"),
      (.glmTags, "<tool_call>two words<arg_key>"), (.glmTags, "<tool_call></tool_call>"), (.glmTags, "<tool_call>now"),
      (.qwenXML, "<tool_call>{\"name\": \"now\"}</tool_call>"), (.qwenXML, "<function=two words>"),
      (.qwenXML, "<function=now"), (.qwenXML, "<functional>"),
    ])
  func noCall(format: ToolCallFormat, text: String) {
    let sample = AnswerSample(text, format)
    #expect(sample.calls.isEmpty)
    #expect(sample.text == (text == "[TOOL_CALLS][]x" ? "x" : text))
  }

  @Test("values between tags are what the schema says")
  func taggedTypes() {
    let sample = AnswerSample(
      "<tool_call>get_weather<arg_key>city</arg_key><arg_value>42</arg_value><arg_key>days</arg_key>"
        + "<arg_value> 7 </arg_value><arg_key>hourly</arg_key><arg_value>True</arg_value><arg_key>more</arg_key>"
        + "<arg_value>[1, \"a\"]</arg_value><arg_key>free</arg_key><arg_value>say \"你好\"\n</arg_value></tool_call>",
      .glmTags)
    #expect(
      sample.arguments == [
        ["city": "42", "days": 7, "hourly": true, "more": [1, "a"], "free": "say \"你好\"\n"]
      ])
    #expect(
      sample.argumentTexts == [
        #"{"city": "42", "days": 7, "hourly": true, "more": [1, "a"], "free": "say \"你好\"\n"}"#
      ])
  }

  @Test("a string between tags comes while it is written, without the line breaks at its edges")
  func taggedStream() {
    let layout = AnswerLayout(toolCalls: .qwenXML, reasoning: nil)
    let sample = AnswerSample(
      [
        "<tool_call>\n<function=search>\n<parameter=query>\n", "if a < b:\n", "\n  print(\"</param\")\n", "\n</para",
        "meter>\n</function>\n</tool_call>",
      ], layout: layout)
    #expect(sample.arguments == [["query": "if a < b:\n\n  print(\"</param\")\n"]])
    #expect(sample.text.isEmpty)
  }

  @Test("a call without parameters, without its outer mark, and cut off inside a value")
  func taggedEdges() {
    #expect(AnswerSample("<tool_call>now</tool_call>", .glmTags).argumentTexts == ["{}"])
    #expect(AnswerSample("<tool_call>\n<function=now>\n</function>\n</tool_call>", .qwenXML).argumentTexts == ["{}"])
    #expect(AnswerSample("<function=now>\n</function>", .qwenXML).names == ["now"])
    #expect(AnswerSample("<tool_call><function=now></tool_call>", .qwenXML).argumentTexts == ["{}"])
    let cut = AnswerSample("<tool_call>search<arg_key>query</arg_key><arg_value>Os</arg", .glmTags)
    #expect(cut.arguments == [.string(#"{"query": "Os</arg"#)])
    let number = AnswerSample("<tool_call>get_weather<arg_key>days</arg_key><arg_value>1", .glmTags)
    #expect(number.argumentTexts == [#"{"days": 1"#])
  }

  @Test(
    "arguments that break are taken up to the next mark",
    arguments: [
      (ToolCallFormat.mistralNamed, "[TOOL_CALLS]now[ARGS]{a}", "[TOOL_CALLS]now[ARGS]{}"),
      (.deepSeek, "<｜tool▁call▁begin｜>now<｜tool▁sep｜>{a}<｜tool▁call▁end｜>", "<｜tool▁call▁begin｜>now<｜tool▁sep｜>{}"),
      (.glmLines, "now\n{a}<|assistant|>", "now\n{}"),
    ])
  func broken(format: ToolCallFormat, first: String, second: String) {
    let sample = AnswerSample(first + second, format)
    #expect(sample.arguments == [.string("{a}"), [:]])
    #expect(sample.text.isEmpty)
  }

  @Test("every mark of a format is told, for the sake of special tokens")
  func marks() {
    for format in ToolCallFormat.allCases {
      let pair = Self.pairs[format] ?? ""
      #expect(format.marks.allSatisfy { !$0.isEmpty })
      switch format {
      case .llama: #expect(format.marks == ["<|python_tag|>"])
      case .glmLines: #expect(format.marks == ["<|assistant|>", "<|observation|>"])
      case .hermes, .qwenXML, .mistralList, .mistralNamed, .deepSeekFenced, .deepSeek, .glmTags:
        #expect(format.marks.contains { pair.hasPrefix($0) })
      }
    }
    #expect(
      AnswerLayout(toolCalls: .hermes, reasoning: .think).marks == [
        "<tool_call>", "</tool_call>", "<think>", "</think>",
      ])
  }
}
