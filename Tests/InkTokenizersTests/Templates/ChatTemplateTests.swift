import InkTokenizers
import Testing

@Suite("Chat templates")
struct ChatTemplateTests {
  private static let chatML = """
    {% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system
    You are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>
    ' }}{% endif %}{{'<|im_start|>' + message['role'] + '
    ' + message['content'] + '<|im_end|>' + '
    '}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant
    ' }}{% endif %}
    """

  @Test("ChatML with a default system turn puts it before the first question")
  func defaultSystem() throws {
    let messages: TemplateValue = [
      ["role": "user", "content": "What is the capital of France?"], ["role": "assistant", "content": "Paris."],
      ["role": "user", "content": "And of Italy?"],
    ]
    let text = try ChatTemplate(source: Self.chatML)
      .render(TemplateRequest(messages: messages, ending: .assistantTurn), now: TemplateFixtures.someTime).text
    #expect(text.hasPrefix("<|im_start|>system\nYou are a helpful AI assistant named SmolLM"))
    #expect(text.hasSuffix("<|im_start|>user\nAnd of Italy?<|im_end|>\n<|im_start|>assistant\n"))
  }

  @Test("one template renders from many tasks at a time")
  func concurrency() async throws {
    let template = try ChatTemplate(source: "{% for m in messages %}{{ m.content }}{% endfor %}")
    let texts = try await withThrowingTaskGroup(of: String.self) { group in
      for index in 0..<32 {
        group.addTask {
          try template.render(TemplateRequest(messages: [["content": .int(index)]]), now: TemplateFixtures.someTime)
            .text
        }
      }
      return try await group.reduce(into: Set<String>()) { $0.insert($1) }
    }
    #expect(texts == Set((0..<32).map(String.init)))
  }

  @Test("assistant ranges count code points, also after text of several bytes")
  func ranges() throws {
    let source = "你🙂{% for m in messages %}{% generation %}{{ m }}é{% endgeneration %}-{% endfor %}"
    let rendered = try ChatTemplate(source: source).render(
      TemplateRequest(messages: ["ab", "c"]), now: TemplateFixtures.someTime)
    #expect(rendered.text == "你🙂abé-cé-")
    #expect(rendered.assistantRanges == [2..<5, 6..<8])
  }

  @Test("variables of the caller win over the standard ones")
  func variables() throws {
    let rendered = try ChatTemplate(source: "{{ bos_token }}{{ enable_thinking }}{{ tools is none }}").render(
      TemplateRequest(messages: [], bosToken: "<s>", variables: ["enable_thinking": false, "bos_token": "<b>"]),
      now: TemplateFixtures.someTime)
    #expect(rendered.text == "<b>FalseTrue")
  }

  @Test("a context that nests too deeply is refused")
  func deepContext() throws {
    var value: TemplateValue = 1
    for _ in 0..<300 { value = .list([value]) }
    let template = try ChatTemplate(source: "{{ messages }}")
    let error = #expect(throws: TemplateError.self) {
      try template.render(TemplateRequest(messages: value), now: TemplateFixtures.someTime)
    }
    #expect(error?.code == .limitExceeded)
  }

  @Test(
    "JSON keeps the order of keys and reads every kind of value",
    arguments: [
      (
        #"{"b": 1, "a": [true, null, -2.5e1, "x\n\u00e9\ud83d\ude42"]}"#,
        #"{'b': 1, 'a': [True, None, -25.0, 'x\né🙂']}"#
      ),
      ("[]", "[]"), ("12345678901234567890", "1.2345678901234567e+19"), (#""\ud800""#, "\u{FFFD}"),
    ])
  func json(text: String, printed: String) throws {
    let rendered = try ChatTemplate(source: "{{ x }}").render(
      ["x": try TemplateValue(json: text)], now: TemplateFixtures.someTime)
    #expect(rendered.text == printed)
  }

  @Test(
    "text that is not JSON is refused",
    arguments: [
      "", "{", "[1,", "01", "1.", "-", "\"a", "tru", "{\"a\" 1}", "[1] 2", "\"\u{1}\"", "\"\\x\"", "[1,]", "{a: 1}",
      String(repeating: "[", count: 100_000),
    ])
  func brokenJSON(text: String) {
    #expect(throws: TemplateError.self) { try TemplateValue(json: text) }
  }

  @Test(
    "times are counted from 1970",
    arguments: [
      (0, "1970-01-01 00:00:00 Thu"), (1_709_210_096, "2024-02-29 12:34:56 Thu"), (-1, "1969-12-31 23:59:59 Wed"),
      (4_102_444_799, "2099-12-31 23:59:59 Thu"),
    ])
  func times(seconds: Int, printed: String) throws {
    let now = CivilTime(secondsSince1970: seconds)
    #expect(
      try ChatTemplate(source: "{{ strftime_now('%Y-%m-%d %H:%M:%S %a') }}").render([:], now: now).text == printed)
  }
}
