import InkChains
import InkChat
import InkTesting
import Testing

@Suite struct AskTests {
  struct Person: Decodable, Hashable, Sendable {
    var name: String
    var age: Int
  }

  @Test("a model that can be held to a form gets the type's schema")
  func constrained() async throws {
    let model = ScriptedChatModel { _, options in
      guard case .jsonSchema(let schema) = options.form, schema["properties"]?["age"] != nil else {
        return [.text("no schema"), .finish()]
      }
      return [.text(#"{"name":"Ada","age":36}"#), .finish()]
    }
    let ask = Ask(model, for: try CodableParser<Person>(), guidance: .constrained)
    #expect(try await ask([.user("Who?")]) == Person(name: "Ada", age: 36))
  }

  @Test("an answer that cannot be read goes back with what is wrong with it")
  func repair() async throws {
    let model = ScriptedChatModel { messages in
      guard messages.count > 1 else { return [#"{"name":"Ada"}"#] }
      guard messages[2].content.text.contains("no member \"age\"") else { return ["?"] }
      return [#"{"name":"Ada","age":36}"#]
    }
    let log = EventLog()
    let ask = Ask(model, for: try CodableParser<Person>(), guidance: .instructed(repairs: 1))
    let person = try await ask([.user("Who?")], settings: RunSettings(observers: [log]))
    #expect(person == Person(name: "Ada", age: 36))
    #expect(log.lines.contains("0 Ask retry 2"))
  }

  @Test("repairs end, and a cut answer is told to be cut")
  func noRepair() async throws {
    let counter = Counter()
    let model = ScriptedChatModel { _, _ in
      counter.enter()
      return [.text("{"), .finish(.length)]
    }
    let ask = Ask(model, for: JSONParser(), guidance: .instructed(repairs: 2))
    let error = await #expect(throws: ChainError.self) { try await ask([.user("x")]) }
    #expect(counter.total == 3)
    #expect(error?.hint == "The answer was cut at its limit of tokens; allow more.")
  }

  @Test("answers that can only be one are remembered with their tool calls; others are asked for again")
  func caching() async throws {
    let counter = Counter()
    let call = ToolCall(identifier: "1", name: "add", arguments: ["a": 1])
    let inner = ScriptedChatModel { _, _ in
      counter.enter()
      return [
        .event(.reasoning("hm")), .text("a"), .text("b"), .event(.toolCall(call)),
        .finish(.toolCalls, prompt: 3, completion: 2),
      ]
    }
    let model = CachingChatModel(inner, identifier: "m", cache: MemoryCache(capacity: 8))
    let greedy = GenerationOptions(sampling: .greedy)
    let first = try await model.stream([.user("x")], options: greedy).collect()
    let second = try await model.stream([.user("x")], options: greedy).collect()
    #expect(first == second)
    #expect(second.toolCalls == [call])
    #expect(counter.total == 1)
    _ = try await model.stream([.user("y")], options: greedy).collect()
    _ = try await model.stream([.user("x")], options: GenerationOptions()).collect()
    _ = try await model.stream([.user("x")], options: GenerationOptions()).collect()
    #expect(counter.total == 4)
  }

  @Test("a text model continues a prompt")
  func completion() async throws {
    let model = ScriptedTextModel { prompt, _ in [.text(prompt == .text("2+2=") ? "4" : "?"), .finish()] }
    #expect(try await Complete(model)("2+2=") == "4")
  }

  @Test(
    "a model's failures become a chain's",
    arguments: [
      (GenerationError.Code.overloaded, ChainError.Code.unavailable), (.contextExceeded, .model),
      (.unsupported, .unsupported),
    ])
  func failures(code: GenerationError.Code, expected: ChainError.Code) async {
    let model = ScriptedChatModel { _, _ in [.failure(GenerationError(code: code, context: "x"))] }
    let error = await #expect(throws: ChainError.self) { try await Generate(model)([.user("x")]) }
    #expect(error?.code == expected)
  }
}
