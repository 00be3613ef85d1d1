import InkTokenizers
import Testing

@Suite("Golden chat templates")
struct TemplateGoldenTests {
  /// What a case gave: its text, or the error.
  private func outcome(_ body: () throws(TemplateError) -> String) -> Result<String, TemplateError> {
    do throws(TemplateError) {
      return .success(try body())
    } catch {
      return .failure(error)
    }
  }

  private func expect(
    _ outcome: Result<String, TemplateError>, matches testCase: TemplateValue, _ name: String
  ) {
    switch outcome {
    case .success(let text):
      let expected = testCase["rendered"]?.string
      #expect(
        expected != nil && text.utf8.elementsEqual((expected ?? "").utf8),
        "\(name): \(text) — \(expected ?? "an error")")
    case .failure(let error):
      let expected = testCase["error"]?.string
      #expect(expected != nil, "\(name): \(error)")
      let raised = "TemplateError: "
      if let expected, expected.hasPrefix(raised) {
        #expect(error.code == .raised, "\(name)")
        #expect(error.context == String(expected.dropFirst(raised.count)), "\(name)")
      }
    }
  }

  @Test("Golden conversations come out as transformers prints them")
  func conversations() throws {
    let file = try TemplateFixtures.json("cases.json")
    let conversations = try TemplateFixtures.json("conversations.json")
    let now = TemplateFixtures.time(file["context"]?["strftime_now"]?.string ?? "")
    var templates: [String: ChatTemplate] = [:]
    let cases = file["cases"]?.list ?? []
    #expect(!cases.isEmpty)
    for testCase in cases {
      let name = try #require(testCase["template"]?.string)
      let conversation = try #require(testCase["conversation"]?.string)
      let template = try templates[name] ?? ChatTemplate(source: TemplateFixtures.text(name + ".jinja"))
      templates[name] = template
      let given = try #require(conversations[conversation])
      var variables = given.map
      for key in ["bos_token", "eos_token"] { variables[key] = file["context"]?[key] }
      let ownKeys: Set = ["template", "conversation", "add_generation_prompt", "rendered", "error"]
      for entry in testCase.map.entries {
        if let key = entry.key.string, !ownKeys.contains(key) { variables[key] = entry.value }
      }
      let result = outcome { () throws(TemplateError) in
        try template.render(
          TemplateRequest(
            messages: given["messages"] ?? .none, tools: given["tools"] ?? .none,
            ending: testCase["add_generation_prompt"]?.bool == true ? .assistantTurn : .complete, variables: variables),
          now: now
        ).text
      }
      expect(result, matches: testCase, "\(name) × \(conversation)")
    }
  }

  @Test("Golden language features come out as Jinja2 prints them")
  func features() throws {
    try check(try TemplateFixtures.json("jinja_features.json"))
  }

  @Test("further language features come out as Jinja2 prints them")
  func furtherFeatures() throws {
    try check(try TemplateFixtures.json("jinja_more_features.json", in: TemplateFixtures.committed))
  }

  private func check(_ file: TemplateValue) throws {
    let context = file["context"]?.map ?? TemplateMap()
    let now = TemplateFixtures.time(context["strftime_now"]?.string ?? "")
    let variables = TemplateMap(
      context.entries.compactMap { entry in
        entry.key.string.flatMap { $0 == "strftime_now" ? nil : ($0, entry.value) }
      })
    let cases = file["cases"]?.list ?? []
    #expect(!cases.isEmpty)
    for testCase in cases {
      let source = try #require(testCase["template"]?.string)
      let result = outcome { () throws(TemplateError) in
        try ChatTemplate(source: source).render(variables, now: now).text
      }
      expect(result, matches: testCase, testCase["name"]?.string ?? source)
    }
  }

  @Test("Golden assistant ranges cover what generation blocks print")
  func assistantRanges() throws {
    let file = try TemplateFixtures.json("cases.json")
    let conversations = try TemplateFixtures.json("conversations.json")
    let masks = file["assistant_masks"]?.list ?? []
    #expect(!masks.isEmpty)
    for mask in masks {
      let template = try ChatTemplate(source: TemplateFixtures.text((mask["template"]?.string ?? "") + ".jinja"))
      let conversation = try #require(conversations[mask["conversation"]?.string ?? ""])
      let rendered = try template.render(
        TemplateRequest(messages: conversation["messages"] ?? .none, tools: conversation["tools"] ?? .none),
        now: TemplateFixtures.someTime)
      #expect(rendered.text == mask["rendered"]?.string)
      let expected = (mask["assistant_character_ranges"]?.list ?? []).map { $0.list.compactMap(\.int) }
      #expect(rendered.assistantRanges.map { [$0.lowerBound, $0.upperBound] } == expected)
    }
  }
}
