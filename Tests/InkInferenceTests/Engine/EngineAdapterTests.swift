import InkChat
import InkInference
import InkModels
import InkNN
import InkTensor
import Testing

/// Requests that choose adapters.
@Suite("Adapters of an engine")
struct EngineAdapterTests {
  @Test("requests of several adapters get beside each other what each gets alone, also over kept prefixes")
  func together() async throws {
    let model = try adapted()
    let requests = (0..<12).map { Request($0) }
    var alone: [[Int32]] = []
    for request in requests {
      alone.append(
        try await request.tokens(from: LocalChatModel(model, settings: EngineSettings(parallel: 1))))
    }
    #expect(Set(alone).count > 4)
    for settings in [EngineSettings(), EngineSettings(parallel: 5, stepTokens: 17, speculation: .lookup(tokens: 4))] {
      let engine = LocalChatModel(model, settings: settings)
      for _ in 0..<2 {
        let answers = try await withThrowingTaskGroup(of: (Int, [Int32]).self) { group in
          for request in requests { group.addTask { (request.number, try await request.tokens(from: engine)) } }
          var found = [[Int32]](repeating: [], count: requests.count)
          for try await (number, tokens) in group { found[number] = tokens }
          return found
        }
        #expect(answers == alone)
      }
      #expect(await engine.statistics.cachedPromptTokens > 0)
    }
  }

  @Test("requests of no adapter get the bits of the model as it is")
  func base() async throws {
    let request = Request(0)
    let plain = LocalChatModel(try TestModels.tiny("llama"), settings: EngineSettings())
    let engine = LocalChatModel(try adapted(), settings: EngineSettings())
    let (own, other) = (try await request.tokens(from: plain), try await request.tokens(from: engine))
    #expect(own == other)
  }

  @Test("virtual tokens stand before the prompt, as rows of a step")
  func virtualTokens() async throws {
    let model = try adapted()
    let request = Request(3)
    let found = try await request.tokens(from: LocalChatModel(model, settings: EngineSettings()))
    var tokens = [Int32](repeating: 0, count: 5) + request.prompt
    var expected: [Int32] = []
    for _ in 0..<found.count {
      let hidden = model.decoder.hiddenStates(
        tokens: tokens, segments: [AttentionSegment(wholeSequence: 0..<tokens.count)],
        adapters: AdapterRows(parts: [(tokens.count, "prefix")]),
        virtual: [VirtualRows(start: 0, tokens: 0..<5, adapter: "prefix")], on: model.cpu)
      let logits = model.decoder.logits(of: hidden.slice(tokens.count - 1..<tokens.count), on: model.cpu).toArray()
      let best = Int32(logits.indices.max { logits[$0] < logits[$1] } ?? 0)
      expected.append(best)
      tokens.append(best)
    }
    #expect(found == expected)
  }

  @Test("prompts in attention give the tokens of whole sequences computed anew for each")
  func attentionPrompts() async throws {
    let model = try adapted()
    let request = Request(4)
    let found = try await request.tokens(from: LocalChatModel(model, settings: EngineSettings()))
    let plain = try await Request(0, prompt: 4).tokens(from: LocalChatModel(model, settings: EngineSettings()))
    #expect(found != plain)
    var tokens = request.prompt
    for token in found {
      let hidden = model.decoder.hiddenStates(
        tokens: tokens, segments: [AttentionSegment(wholeSequence: 0..<tokens.count)],
        adapters: AdapterRows(parts: [(tokens.count, "attention")]), on: model.cpu)
      let logits = model.decoder.logits(of: hidden.slice(tokens.count - 1..<tokens.count), on: model.cpu).toArray()
      #expect(token == Int32(logits.indices.max { logits[$0] < logits[$1] } ?? 0))
      tokens.append(token)
    }
  }

  @Test("a view of the model with an adapter answers and measures with it")
  func view() async throws {
    let model = try adapted()
    let engine = LocalChatModel(model, settings: EngineSettings())
    let view = try AdaptedChatModel(engine, adapter: "second")
    let request = Request(2)
    let tokens = try await view.stream(
      continuing: .tokens(request.prompt), options: GenerationOptions(sampling: .greedy, maximumTokens: 12)
    ).collect().result.tokens
    let named = try await request.tokens(from: engine)
    #expect(tokens == named)
    // Each token that the adapter chose is the most probable one behind those before it.
    let all = request.prompt + tokens
    let details = try await view.details(of: all, at: request.prompt.count..<all.count, alternatives: 1)
    #expect(details.map { $0.alternatives.first?.token } == tokens.map { $0 })
    let plain = try await engine.details(of: all, at: request.prompt.count..<all.count, alternatives: 1)
    #expect(plain.map(\.chosen.logProbability) != details.map(\.chosen.logProbability))
    #expect(throws: GenerationError.self) { try AdaptedChatModel(engine, adapter: "none such") }
    let prefix = try AdaptedChatModel(engine, adapter: "prefix")
    await #expect(throws: GenerationError.self) { try await prefix.details(of: all, at: 1..<2, alternatives: 0) }
  }

  @Test("the adapter of requests that name none is the model's own, and an unknown one is refused by name")
  func names() async throws {
    let model = try adapted(answering: "first")
    let engine = LocalChatModel(model, settings: EngineSettings())
    let (own, named) = (try await Request(0).tokens(from: engine), try await Request(1, prompt: 0).tokens(from: engine))
    #expect(own == named)
    let error = await #expect(throws: GenerationError.self) {
      _ = try await engine.stream(
        continuing: .tokens([5, 6]), options: GenerationOptions(adapter: "none such")
      ).collect()
    }
    #expect(error?.expected.contains("first") == true)
  }

  /// A prompt and the adapter by its number: none, two low-rank ones, a prefix, prompts in attention.
  private struct Request: Sendable {
    let number: Int
    let prompt: [Int32]
    let adapter: String?

    init(_ number: Int, prompt: Int? = nil) {
      self.number = number
      adapter = [nil, "first", "second", "prefix", "attention"][number % 5]
      let start = prompt ?? number
      // Prompts of several adapters are alike, so that a kept page of another one would be found.
      self.prompt = (0..<70 + start / 4).map { Int32(($0 * 7 + 11) % 60 + 3) }
    }

    func tokens(from engine: LocalChatModel) async throws -> [Int32] {
      let options = GenerationOptions(sampling: .greedy, maximumTokens: 12, adapter: adapter)
      return try await engine.stream(continuing: .tokens(prompt), options: options).collect().result.tokens
    }
  }

  private func adapted(answering: AdapterName? = nil) throws -> LanguageModel {
    let model = try TestModels.tiny("llama")
    func numbers(_ shape: Shape, _ name: String, deviation: Float = 0.4) -> Tensor {
      let stream = RandomStream(seed: 11, name: name)
      return Tensor(
        (0..<shape.elementCount).map { deviation * Float(stream.normal(at: UInt64($0))) }, shape: shape)
    }
    func lowRank(_ name: AdapterName) -> ModelAdapter {
      var adapter = ModelAdapter(name: name)
      for site in model.decoder.adapterSites where site.kind == .linear && !site.name.hasPrefix("head") {
        adapter.linears[site.name] = [
          .lowRank(
            LowRank(
              down: .dense(numbers([2, site.inputs], "\(name) \(site.name) a")),
              up: .dense(numbers([site.outputs, 2], "\(name) \(site.name) b")), scale: 1))
        ]
      }
      return adapter
    }
    let shape = try #require(model.decoder.prefixShape)
    let prefix = ModelAdapter(
      name: "prefix", virtualTokens: .keysAndValues(.rows(numbers([5, shape.rowWidth], "prefix", deviation: 1))))
    var attention = ModelAdapter(name: "attention")
    for layer in 1..<model.decoder.spec.layers.count {
      attention.attentionPrompts["layers.\(layer).mixer"] = AttentionPrompt(
        .rows(
          numbers([4, model.decoder.spec.width], "attention \(layer)", deviation: 2),
          gate: Tensor([1.5], shape: [1])))
    }
    return try model.attaching([lowRank("first"), lowRank("second"), prefix, attention], answering: answering)
  }
}
