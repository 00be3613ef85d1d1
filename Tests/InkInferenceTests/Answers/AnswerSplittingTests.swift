import InkChat
import InkInference
import InkTensor
import Testing

@Suite("Answers in pieces")
struct AnswerSplittingTests {
  /// Texts with everything that can happen in them.
  static let texts: [(ToolCallFormat, String)] =
    ToolCallFormatTests.pairs.sorted { $0.key.rawValue < $1.key.rawValue }.map { ($0.key, $0.value) } + [
      (
        .hermes,
        "<think>\n好 <tool_call>\n</think>\n\n a <tool <tool_call>{\"x\" \n <tool_call>{\"name\":\"now\"}\r\n</tool_call>e\u{301} "
      ),
      (
        .hermes,
        "<tool_call>{\"name\": \"now\", \"arguments\": {\"a\": nul}} </tool_call> 👩‍👩‍👧 <tool_call>{\"arguments\": \"{\\\"b\\\":1}\", \"name\": \"now\"}}"
      ),
      (.llama, "{\"name\": \"now\", \"parameters\": {\"a\": 1e5}} ; {\"name\": \"other\", \"parameters\": {}}"),
      (.mistralList, "x [TOOL_CALLS][{\"name\": \"now\"}, {\"nam\": 1}] y"),
      (
        .deepSeek,
        "a\n<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>now<｜tool▁sep｜>{\"a\" 1}<｜tool▁call▁end｜><｜tool▁calls▁end｜>b"
      ),
      (.glmLines, "\nnow\n{\"a\": {}}\n<|observation|>\nnow\nnot"),
      (.glmTags, "<tool_call>now<arg_key>a</arg_key>stray<arg_value>1</arg_value></tool_call>z"),
      (
        .qwenXML,
        "<think></think><tool_call><function=now>stray<parameter=a>\n\n1\n\n</parameter></function></tool_call>z"
      ),
    ]

  private func sample(_ pieces: [String], _ format: ToolCallFormat) -> AnswerSample {
    AnswerSample(pieces, layout: AnswerLayout(toolCalls: format, reasoning: .think))
  }

  @Test("any cut in two, and one character at a time, give what the whole text gives", arguments: texts)
  func cuts(format: ToolCallFormat, text: String) {
    let whole = sample([text], format)
    #expect(whole.violation == nil)
    let scalars = Array(text.unicodeScalars)
    func string(_ part: ArraySlice<Unicode.Scalar>) -> String { String(String.UnicodeScalarView(part)) }
    #expect(sample(scalars.map { String($0) }, format) == whole)
    for place in 1..<scalars.count {
      #expect(sample([string(scalars[..<place]), string(scalars[place...])], format) == whole, "cut at \(place)")
    }
  }

  @Test("random cuts into many pieces, empty ones among them", arguments: texts)
  func randomCuts(format: ToolCallFormat, text: String) {
    let whole = sample([text], format)
    var random = RandomStream(seed: 11, name: "cuts")
    for _ in 0..<12 {
      var pieces = [""]
      for scalar in text.unicodeScalars {
        if Int.random(in: 0..<4, using: &random) == 0 { pieces.append("") }
        pieces[pieces.count - 1].unicodeScalars.append(scalar)
      }
      #expect(sample(pieces, format) == whole, "\(pieces)")
    }
  }

  @Test(
    "random text out of marks, braces and words never breaks the rules, whatever the cut",
    arguments: ToolCallFormat.allCases)
  func randomTexts(format: ToolCallFormat) {
    let words =
      format.marks + [
        "<think>", "</think>", "{", "}", "[", "]", "\"name\"", "\"arguments\"", ": ", "\"now\"", ",",
        "now", "\n", " ", "{}", "1", "\\", "\"", "天", "{\"name\": \"now\", \"arguments\": {", "now\n",
      ]
    var random = RandomStream(seed: 3, name: "texts")
    for _ in 0..<60 {
      let pieces = (0..<Int.random(in: 1..<24, using: &random)).map { _ in
        words[Int.random(in: 0..<words.count, using: &random)]
      }
      let whole = sample([pieces.joined()], format)
      #expect(whole.violation == nil, "\(pieces)")
      #expect(whole.openings.count == whole.calls.count, "\(pieces)")
      #expect(sample(pieces, format) == whole, "\(pieces)")
      #expect(sample(pieces.joined().unicodeScalars.map { String($0) }, format) == whole, "\(pieces)")
    }
  }

  @Test("the same stream of identifiers gives the same ones, another stream others")
  func identifiers() {
    let layout = AnswerLayout(toolCalls: .hermes, reasoning: nil)
    let text = "<tool_call>{\"name\": \"now\"}</tool_call>"
    let one = AnswerSample([text], layout: layout, seed: 1)
    #expect(one == AnswerSample([text], layout: layout, seed: 1))
    #expect(one.calls.map(\.identifier) != AnswerSample([text], layout: layout, seed: 2).calls.map(\.identifier))
  }
}
