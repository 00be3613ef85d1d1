import InkData
import InkTokenizers
import Testing

@Suite struct FormatTests {
  private func first(_ json: String, columns: [String: String] = [:]) throws -> Example {
    try FilesInMemory(["a.jsonl": json]).open("a.jsonl", columns: columns).example(at: 0)
  }

  private func conversation(_ json: String, columns: [String: String] = [:]) throws -> Conversation {
    guard case .conversation(let conversation) = try first(json, columns: columns) else {
      Issue.record("not a conversation")
      return Conversation(messages: [])
    }
    return conversation
  }

  @Test("alpaca: system, history, instruction with input, output")
  func alpaca() throws {
    let found = try conversation(
      """
      {"instruction": "Translate", "input": "水", "output": "water", "system": "Be brief", "history": [["a", "b"]]}
      """)
    #expect(
      found.messages == [
        ConversationMessage(.system, "Be brief"), ConversationMessage(.user, "a"), ConversationMessage(.assistant, "b"),
        ConversationMessage(.user, "Translate\n水"), ConversationMessage(.assistant, "water"),
      ])
    #expect(
      try conversation("{\"instruction\": \"Hi\", \"input\": \"\", \"output\": \"Yo\", \"history\": null}").messages
        == [ConversationMessage(.user, "Hi"), ConversationMessage(.assistant, "Yo")])
  }

  @Test("ShareGPT: speakers, calls of functions and tools as JSON text")
  func shareGPT() throws {
    let found = try conversation(
      #"""
      {"conversations": [{"from": "human", "value": "Weather?"},
       {"from": "function_call", "value": "{\"name\": \"weather\", \"arguments\": {\"city\": \"Paris\"}}"},
       {"from": "observation", "value": "sunny"}, {"from": "gpt", "value": "It is sunny."}],
       "system": "s", "tools": "[{\"name\": \"weather\", \"parameters\": {}}]"}
      """#.replacing("\n", with: ""))
    #expect(found.messages.map(\.role) == [.system, .user, .assistant, .tool, .assistant])
    #expect(
      found.messages[2].value == [
        "role": "assistant", "content": "",
        "tool_calls": [["type": "function", "function": ["name": "weather", "arguments": ["city": "Paris"]]]],
      ])
    #expect(found.tools == [["type": "function", "function": ["name": "weather", "parameters": [:]]]])
  }

  @Test("OpenAI messages: roles, weights, parts, calls whose arguments are JSON text, null as no text")
  func messages() throws {
    let found = try conversation(
      #"""
      {"messages": [{"role": "developer", "content": "s"},
       {"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]},
       {"role": "assistant", "content": null, "weight": 0, "tool_calls": [{"id": "1", "type": "function",
       "function": {"name": "f", "arguments": "{\"x\": 1}"}}]},
       {"role": "tool", "tool_call_id": "1", "content": "r"}, {"role": "assistant", "content": "done", "weight": 0.5}]}
      """#.replacing("\n", with: ""))
    #expect(found.messages.map(\.role) == [.system, .user, .assistant, .tool, .assistant])
    #expect(found.messages.map(\.weight) == [1, 1, 0, 1, 0.5])
    #expect(found.messages[1].value == ["role": "user", "content": "ab"])
    #expect(
      found.messages[2].value == [
        "role": "assistant", "content": "",
        "tool_calls": [["id": "1", "type": "function", "function": ["name": "f", "arguments": ["x": 1]]]],
      ])
    #expect(found.messages[3].value == ["role": "tool", "content": "r", "tool_call_id": "1"])
  }

  @Test("Prompts with completions: text, or messages of which only the completion's count")
  func promptCompletion() throws {
    #expect(
      try first(#"{"prompt": "1+1=", "completion": "2"}"#)
        == .completion(PromptCompletion(prompt: "1+1=", completion: "2")))
    let found = try conversation(
      #"""
      {"prompt": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}],
      "completion": [{"role": "assistant", "content": "b"}]}
      """#.replacing("\n", with: ""))
    #expect(found.messages.map(\.weight) == [0, 0, 1])
  }

  @Test("Classes by name and number, pairs, scores, tags")
  func labels() throws {
    #expect(
      try first(#"{"text": "good", "label": "positive"}"#)
        == .labelled(LabelledText(text: "good", label: .oneOf(.name("positive")))))
    #expect(
      try first(#"{"text": "a", "text_pair": "b", "label": 2}"#)
        == .labelled(LabelledText(text: "a", secondText: "b", label: .oneOf(.number(2)))))
    #expect(
      try first(#"{"text": "a", "score": 0.25}"#) == .labelled(LabelledText(text: "a", label: .score(0.25))))
    #expect(
      try first(#"{"tokens": ["In", "Rom"], "tags": ["O", "B-LOC"]}"#)
        == .tagged(TaggedWords(words: ["In", "Rom"], tags: [.name("O"), .name("B-LOC")])))
    #expect(dataError { _ = try first(#"{"tokens": ["In", "Rom"], "tags": [0]}"#) }?.code == .invalidRecord)
  }

  @Test("Related texts: scored pairs, pairs and contrasts")
  func related() throws {
    #expect(
      try first(#"{"sentence1": "a", "sentence2": "b", "score": 4}"#) == .related(.scored("a", "b", score: 4)))
    #expect(try first(#"{"anchor": "a", "positive": "b"}"#) == .related(.pair(anchor: "a", positive: "b")))
    #expect(
      try first(#"{"anchor": "a", "positive": "b", "negative": ["c", "d"]}"#)
        == .related(.contrast(anchor: "a", positive: "b", negatives: ["c", "d"])))
  }

  @Test("Preferences: text with and without a prompt, and messages")
  func preferences() throws {
    #expect(
      try first(#"{"prompt": "p", "chosen": "a", "rejected": "b"}"#)
        == .preference(Preference(.texts(prompt: "p", chosen: "a", rejected: "b"))))
    guard
      case .preference(let preference) = try first(
        #"{"prompt": "p", "chosen": {"role": "assistant", "content": "a"}, "rejected": [{"role": "assistant", "content": "b"}]}"#
      ),
      case .conversations(let chosen, let rejected) = preference.sides
    else {
      Issue.record("not a preference of conversations")
      return
    }
    #expect(chosen.messages == [ConversationMessage(.user, "p"), ConversationMessage(.assistant, "a")])
    #expect(rejected.messages.last == ConversationMessage(.assistant, "b"))
  }

  @Test("Columns may have other names")
  func columns() throws {
    let found = try first(
      #"{"question": "q", "answer": "a", "id": 7}"#, columns: ["prompt": "question", "completion": "answer"])
    #expect(found == .completion(PromptCompletion(prompt: "q", completion: "a")))
  }

  @Test("Fields of no format are listed with the formats")
  func unknownFields() {
    let error = dataError { _ = try first(#"{"foo": 1, "bar": 2}"#) }
    #expect(error?.found == "foo, bar")
    #expect(error?.expected.contains("sharegpt (conversations)") == true)
    #expect(dataError { _ = try first(#"{"prompt": "a", "completion": "b", "label": true}"#) }?.code == .unsupported)
  }

  @Test(
    "Records that do not keep to their format are refused",
    arguments: [
      #"{"conversations": []}"#, #"{"conversations": [{"from": "robot", "value": "x"}]}"#,
      #"{"conversations": [{"from": "human"}]}"#,
      #"{"conversations": [{"from": "function_call", "value": "no JSON"}]}"#,
      #"{"messages": []}"#, #"{"messages": [{"content": "x"}]}"#, #"{"messages": [{"role": "robot", "content": "x"}]}"#,
      #"{"messages": [{"role": "user", "content": 5}]}"#,
      #"{"messages": [{"role": "user", "content": "x", "weight": -1}]}"#,
      #"{"messages": [{"role": "assistant", "content": "x", "tool_calls": [{}]}]}"#,
      #"{"instruction": "x", "output": 3}"#, #"{"instruction": "x", "output": "y", "history": [["a"]]}"#,
      #"{"text": "x", "label": -1}"#, #"{"text": "x", "label": null}"#,
      #"{"anchor": "a", "positive": "b", "negative": []}"#,
      #"{"prompt": "a", "completion": ["b"]}"#, #"{"sentence1": "a", "sentence2": "b", "score": "much"}"#,
    ])
  func broken(json: String) {
    #expect(dataError { _ = try first(json) }?.code == .invalidRecord)
  }

  @Test("Depth without end is an error, not the end of the program")
  func depth() {
    let deep = String(repeating: "[", count: 100_000)
    #expect(dataError { _ = try first("{\"text\": \(deep)") }?.code == .invalidRecord)
    #expect(dataError { _ = try FilesInMemory(["a.json": deep]).open("a.json") }?.code == .invalidRecord)
  }
}
