import InkChat
import InkInference
import InkModels
import InkTensor
import InkTokenizers
import Testing

/// Law 2: the result of a computation does not depend on threads, chunks, caches or instruction sets.
@Suite("Same bits")
struct SameBitsTests {
  @Test("threads, chunks, a reused prefix and the instruction set do not change a bit", arguments: TestModels.tiny)
  func tiny(name: String) throws { try checkParts(name, .automatic) }

  /// One model, computed in one piece and in every other way.
  func checkParts(_ name: String, _ format: LoadingOptions.CacheFormat) throws {
    let reference = try TestModels.tiny(name, threads: 1, cacheFormat: format)
    let length = name == "gpt2" ? 60 : 150
    // The blank and the start stand before the end of the second page and of what is reused below.
    let prompt = prompt(length, seed: 0, blank: 40, for: reference)
    let expected = try all(prompt, reference, chunk: 512)
    #expect(expected.count == length * reference.decoder.spec.vocabulary)
    for threads in [1, 2, 3] {
      let model = try TestModels.tiny(name, threads: threads, cacheFormat: format)
      for chunk in [1, 7, 64, 512] { #expect(try all(prompt, model, chunk: chunk) == expected) }
      #expect(try reused(prompt, model) == expected.suffix(model.decoder.spec.vocabulary))
    }
    for set in InstructionSet.available where set != .portable || name == "llama" {
      let model = try TestModels.tiny(name, set: set, cacheFormat: format)
      #expect(try all(prompt, model, chunk: 64) == expected, "\(set)")
    }
  }

  @Test(
    "SmolLM2: threads, chunks and a reused prefix do not change a bit",
    .enabled(if: TestModels.smolLM2 != nil, "SmolLM2 is not fetched: inkstone pull smollm2-135m"))
  func smolLM2() throws {
    let path = try #require(TestModels.smolLM2)
    let reference = try LanguageModel.load(gguf: path, name: "smollm2", cpu: CPU(threads: 1))
    let prompt = reference.tokenizer.encode(
      String(repeating: "The quick brown fox jumps over the lazy dog. 敏捷的棕色狐狸。 let x = [1, 2, 3]\n", count: 5))
    #expect(prompt.count > 130)
    let last = try last(prompt, reference, chunk: 512)
    for threads in [1, 2, 3] {
      let model = try LanguageModel.load(gguf: path, name: "smollm2", cpu: CPU(threads: threads))
      for chunk in [1, 7, 64, 512] { #expect(try self.last(prompt, model, chunk: chunk) == last) }
      #expect(try reused(prompt, model) == last)
    }
    for set in InstructionSet.available where set != .portable {
      let model = try LanguageModel.load(gguf: path, name: "smollm2", cpu: CPU(threads: 2, instructionSet: set))
      #expect(try self.last(prompt, model, chunk: 64) == last, "\(set)")
    }
  }

  @Test("a sequence has the same bits alone and beside seven others", arguments: TestModels.tiny)
  func batch(name: String) throws { try checkBatch(name, .automatic) }

  /// Sequences of one step against each alone.
  func checkBatch(_ name: String, _ format: LoadingOptions.CacheFormat) throws {
    for threads in [1, 2] {
      let model = try TestModels.tiny(name, threads: threads, cacheFormat: format)
      let prompts = (0..<8).map { prompt(7 + 5 * $0, seed: $0, blank: 3, for: model) }
      var caches = prompts.map { _ in model.makeCache() }
      var segments: [AttentionSegment] = []
      var rows = 0
      for (index, prompt) in prompts.enumerated() {
        caches[index].follow(try model.plan(prompt, length: model.contextLength))
        segments.append(caches[index].extend(by: prompt[...], rows: rows..<rows + prompt.count))
        rows += prompt.count
      }
      let hidden = model.decoder.hiddenStates(tokens: prompts.flatMap { $0 }, segments: segments, on: model.cpu)
      let together = bits(model.decoder.logits(of: hidden, on: model.cpu))
      #expect(together == (try prompts.flatMap { try all($0, model, chunk: 512) }))
      // Then a token for each, which is decoding in a batch.
      let next = segments.indices.map { caches[$0].extend(by: [5], rows: $0..<$0 + 1) }
      let step = model.decoder.hiddenStates(tokens: prompts.map { _ in 5 }, segments: next, on: model.cpu)
      let decoded = bits(model.decoder.logits(of: step, on: model.cpu))
      #expect(decoded == (try prompts.flatMap { try last($0 + [5], model, chunk: 512) }))
    }
  }

  /// Tokens of the model's vocabulary; for models that fill blanks with a blank and the start behind it.
  func prompt(_ length: Int, seed: Int, blank: Int, for model: LanguageModel) -> [Int32] {
    let spec = model.decoder.spec
    var prompt = (0..<length).map { Int32(($0 * 31 + $0 / 7 + seed * 13) % spec.vocabulary) }
    guard case .blankFilling(let start, let masks) = spec.arrangement else { return prompt }
    prompt = prompt.map { $0 == start || masks.contains($0) ? 1 : $0 }
    prompt.replaceSubrange(blank..<blank + 2, with: [masks[0], start])
    return prompt
  }

  func all(_ prompt: [Int32], _ model: LanguageModel, chunk: Int) throws -> [UInt32] {
    var cache = model.makeCache()
    return bits(try model.evaluate(prompt, cache: &cache, rows: .from(0), chunk: chunk))
  }

  private func last(_ prompt: [Int32], _ model: LanguageModel, chunk: Int) throws -> [UInt32] {
    var cache = model.makeCache()
    return bits(try model.evaluate(prompt, cache: &cache, chunk: chunk))
  }

  /// The last logits when the cache held another continuation of the first part before.
  private func reused(_ prompt: [Int32], _ model: LanguageModel) throws -> [UInt32] {
    var cache = model.makeCache()
    let shared = prompt.count / 2 + 3
    _ = try model.evaluate(Array(prompt.prefix(shared)) + [1, 2, 3], cache: &cache)
    let other = cache  // shares the pages; what is written below must not reach it
    cache.truncate(to: cache.commonPrefix(with: prompt))
    #expect(cache.length == shared)
    let logits = bits(try model.evaluate(Array(prompt[shared...]), cache: &cache))
    var again = other
    again.truncate(to: shared)
    #expect(bits(try model.evaluate(Array(prompt[shared...]), cache: &again)) == logits)
    return logits
  }

  private func bits(_ tensor: Tensor) -> [UInt32] { tensor.toArray().map(\.bitPattern) }
}
