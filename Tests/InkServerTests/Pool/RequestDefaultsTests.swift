import HummingbirdTesting
import InkChat
import InkServer
import InkTesting
import Synchronization
import Testing

@Suite("What a request gets where it says nothing")
struct RequestDefaultsTests {
  private let defaults = RequestDefaults(
    temperature: 0.7, topK: 40, topP: 0.9, minP: 0.05, repetitionPenalty: 1.1, frequencyPenalty: 0.2,
    presencePenalty: 0.3, maximumTokens: 64, systemMessage: "Be brief.",
    templateVariables: [JSONMember("enable_thinking", false), JSONMember("level", 1)])

  @Test("what is open is filled in")
  func open() {
    var options = GenerationOptions()
    var messages: [Message] = []
    defaults.fillSampling(&options, given: ["model", "messages"])
    defaults.fillConversation(&messages, &options)
    let sampling = SamplingParameters(
      temperature: 0.7, topK: 40, topP: 0.9, minP: 0.05, repetitionPenalty: 1.1, frequencyPenalty: 0.2,
      presencePenalty: 0.3)
    #expect(
      options
        == GenerationOptions(sampling: sampling, maximumTokens: 64, templateVariables: defaults.templateVariables))
  }

  @Test("what is given stays, also where it is what the library would do by itself")
  func given() {
    var options = GenerationOptions(maximumTokens: 5, templateVariables: [JSONMember("enable_thinking", true)])
    let names: Set<String> = [
      "temperature", "top_k", "top_p", "min_p", "repetition_penalty", "frequency_penalty", "presence_penalty",
      "max_completion_tokens",
    ]
    var messages: [Message] = []
    defaults.fillSampling(&options, given: names)
    defaults.fillConversation(&messages, &options)
    var expected = GenerationOptions(maximumTokens: 5)
    expected.templateVariables = [JSONMember("enable_thinking", true), JSONMember("level", 1)]
    #expect(options == expected)
  }

  @Test("a rendered prompt, and the count of its tokens, hold what the entry adds to conversations")
  func rendering() async throws {
    let entry = ModelEntry.local("a", defaults: RequestDefaults(systemMessage: "Be brief."))
    let pool = try ModelPool([entry], loader: RenderingLoader(), created: 0, clock: ContinuousClock())
    let lease = try await pool.lease("a", for: .chat)
    let renderer = try #require(lease.model.renderer)
    let text = try await renderer.renderedPrompt(for: [.user("Hi")], options: GenerationOptions())
    #expect(text == "system: Be brief.\nuser: Hi\nassistant:")
    let own = try await renderer.renderedPrompt(
      for: [.system("Be long."), .user("Hi")], options: GenerationOptions())
    #expect(own == "system: Be long.\nuser: Hi\nassistant:")
    withExtendedLifetime(lease) {}
  }

  private struct RenderingLoader: ModelLoader {
    func estimate(_ entry: ModelEntry) async throws(ServerError) -> Int { 0 }

    func load(_ entry: ModelEntry) async throws(ServerError) -> LoadedModel {
      LoadedModel(
        model: ServedModel(chat: ScriptedChatModel("x"), renderer: ScriptedRenderer()), abilities: [.chat])
    }
  }

  @Test("the system message stands in front of conversations that bring none")
  func system() {
    var messages: [Message] = [.user("Hi")]
    var options = GenerationOptions()
    defaults.fillConversation(&messages, &options)
    #expect(messages == [.system("Be brief."), .user("Hi")])
    defaults.fillConversation(&messages, &options)
    #expect(messages.count == 2)
    #expect(options.templateVariables.count == 2)
  }

  @Test("a model of the pool answers chats and raw prompts with the defaults of its entry")
  func throughRoutes() async throws {
    let asked = Mutex<[GenerationOptions]>([])
    let heard = Mutex<[Message]>([])
    let chat = ScriptedChatModel { messages, options in
      asked.withLock { $0.append(options) }
      heard.withLock { $0 = messages }
      return [.text("Hi"), .finish()]
    }
    let text = ScriptedTextModel { _, options in
      asked.withLock { $0.append(options) }
      return [.text("Hi"), .finish()]
    }
    let model = ServedModel(chat: chat, text: text, defaults: defaults)
    try await TestServer(FixedModels([(.chat("m"), model)])).test { client in
      for (path, body) in [
        ("/v1/chat/completions", #"{"messages":[{"role":"user","content":"Hi"}],"temperature":1,"top_k":-1}"#),
        ("/v1/completions", #"{"prompt":"Hi","temperature":1,"top_k":-1}"#),
      ] {
        let response = try await client.post(path, body)
        #expect(response.code == 200, "\(response.text)")
      }
    }
    for options in asked.withLock({ $0 }) {
      #expect(options.sampling.temperature == 1 && options.sampling.topK == nil)
      #expect(options.sampling.topP == 0.9 && options.maximumTokens == 64)
    }
    #expect(asked.withLock { $0.map(\.templateVariables.count) } == [2, 0])
    #expect(heard.withLock { $0 } == [.system("Be brief."), .user("Hi")])
  }

  @Test("the entry's defaults come before those that Ollama's routes have, and what a request says before both")
  func ollama() async throws {
    let asked = Mutex<[GenerationOptions]>([])
    let chat = ScriptedChatModel { _, options in
      asked.withLock { $0.append(options) }
      return [.text("Hi"), .finish()]
    }
    let text = ScriptedTextModel { _, options in
      asked.withLock { $0.append(options) }
      return [.text("Hi"), .finish()]
    }
    let entry = RequestDefaults(temperature: 0.3, topK: 7, repetitionPenalty: 1.3, maximumTokens: 64)
    let model = ServedModel(chat: chat, text: text, defaults: entry)
    let said = #""stream": false, "options": {"top_k": 5, "repeat_penalty": 1, "num_predict": 9}"#
    try await TestServer(FixedModels([(.chat("m"), model)])).test { client in
      for (path, body) in [
        ("/api/chat", #""messages": [{"role": "user", "content": "Hi"}]"#), ("/api/generate", #""prompt": "Hi""#),
        ("/api/generate", #""prompt": "Hi", "raw": true"#),
      ] {
        for more in [said, #""stream": false"#] {
          let response = try await client.post(path, #"{"model": "m", \#(body), \#(more)}"#)
          #expect(response.code == 200, "\(response.text)")
        }
      }
    }
    let all = asked.withLock { $0 }
    #expect(all.count == 6)
    for (index, options) in all.enumerated() {
      // What nobody says is as Ollama documents it.
      #expect(options.sampling.temperature == 0.3 && options.sampling.topP == 0.9)
      let isSaid = index % 2 == 0
      #expect(options.sampling.topK == (isSaid ? 5 : 7) && options.maximumTokens == (isSaid ? 9 : 64))
      #expect(options.sampling.repetitionPenalty == (isSaid ? 1 : 1.3))
    }
  }
}
