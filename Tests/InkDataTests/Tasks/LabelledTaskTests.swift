import InkData
import InkTokenizers
import Testing

@Suite struct LabelledTaskTests {
  @Test("Classes are collected: names in order, names of numbers by value, numbers up to the largest")
  func collecting() throws {
    func collected(_ lines: String) throws -> [String] {
      try LabelSet.collected(from: [FilesInMemory(["a.jsonl": lines]).open("a.jsonl")]).names
    }
    #expect(
      try collected(#"{"text": "a", "label": "spam"}"# + "\n" + #"{"text": "b", "label": "ham"}"#) == ["ham", "spam"])
    #expect(try collected(#"{"text": "a", "label": "10"}"# + "\n" + #"{"text": "b", "label": "9"}"#) == ["9", "10"])
    #expect(try collected(#"{"text": "a", "label": 2}"# + "\n" + #"{"text": "b", "label": 0}"#) == ["0", "1", "2"])
    #expect(
      dataError { _ = try collected(#"{"text": "a", "label": 2}"# + "\n" + #"{"text": "b", "label": "x"}"#) }?.code
        == .invalidRecord)
    #expect(dataError { _ = try collected(#"{"text": "a", "label": 4611686018427387904}"#) }?.code == .invalidRecord)
    #expect(dataError { _ = try collected(#"{"text": "a", "label": "x"}"#) }?.code == .invalidSetting)
  }

  @Test("A pair of texts has its types, its class and its length")
  func classification() throws {
    let task = ClassificationTask(encoder: try WordTokenizer.encoder(), labels: try LabelSet(names: ["no", "yes"]))
    let pair = LabelledText(text: "the dog", secondText: "runs", label: .oneOf(.name("yes")))
    let single = LabelledText(text: "dog", label: .oneOf(.number(0)))
    let batch = task.batch(
      of: try task.samples(of: .labelled(pair), draw: .test()) + task.samples(of: .labelled(single), draw: .test()))
    #expect(batch.input.tokens == [2, 5, 9, 3, 10, 3, 2, 9, 3])
    #expect(batch.input.typeIDs == [0, 0, 0, 0, 1, 1, 0, 0, 0])
    #expect(batch.input.lengths == [6, 3])
    #expect(batch.labels == [1, 0])
    for label in [ClassName.name("maybe"), .number(2)] {
      let unknown = LabelledText(text: "a", label: .oneOf(label))
      #expect(dataError { _ = try task.samples(of: .labelled(unknown), draw: .test()) }?.code == .invalidRecord)
    }
  }

  @Test("Long texts are refused or cut at a side, the tokens around them stay")
  func overlong() throws {
    func tokens(_ overlong: Overlong) throws -> [TokenID] {
      let task = RegressionTask(encoder: try WordTokenizer.encoder(context: 4, overlong: overlong))
      let text = LabelledText(text: "the dog runs", label: .score(0.5))
      let sample = try task.samples(of: .labelled(text), draw: .test())[0]
      #expect(sample.score == 0.5)
      return sample.text.tokens
    }
    #expect(try tokens(.truncateEnd) == [2, 5, 9, 3])
    #expect(try tokens(.truncateStart) == [2, 9, 10, 3])
    #expect(dataError { _ = try tokens(.refuse) }?.code == .tooLong)
    #expect(dataError { _ = try tokens(.split) }?.code == .tooLong)
  }

  @Test("Of a long pair the longer text is cut, so that the question of a passage stays")
  func overlongPairs() throws {
    let task = RegressionTask(encoder: try WordTokenizer.encoder(context: 8, overlong: .truncateEnd))
    let text = LabelledText(text: "the dog", secondText: "runs the dog runs the dog runs", label: .score(1))
    let sample = try task.samples(of: .labelled(text), draw: .test())[0]
    #expect(sample.text.tokens == [2, 5, 9, 3, 10, 5, 9, 3])
  }

  @Test("Scores outside those that there may be are refused with their place", arguments: [-0.1, 1.1, .nan])
  func scoreRange(score: Double) throws {
    let encoder = try WordTokenizer.encoder()
    let example = Example.labelled(LabelledText(text: "dog", label: .score(score)))
    let limited = RegressionTask(encoder: encoder, scores: 0...1)
    let error = dataError { _ = try limited.samples(of: example, draw: .test()) }
    #expect(error?.code == .invalidRecord)
    #expect(error?.expected.contains("0.0 to 1.0") == true)
    #expect(try RegressionTask(encoder: encoder).samples(of: example, draw: .test()).count == 1)
  }

  @Test("The first token of a word has its tag, the later ones none or the same; Chinese is joined without spaces")
  func tags() throws {
    let labels = try LabelSet(names: ["O", "B"])
    let words = TaggedWords(
      words: ["the", "playing", "北", "京", "."], tags: [.name("O"), .name("B"), .number(1), .number(0), .name("O")])
    func labelled(_ later: TokenClassificationTask.LaterTokens) throws -> TokenClassificationBatch {
      let task = TokenClassificationTask(encoder: try WordTokenizer.encoder(), labels: labels, laterTokens: later)
      return task.batch(of: try task.samples(of: .tagged(words), draw: .test()))
    }
    #expect(try labelled(.ignored).input.tokens == [2, 5, 6, 7, 16, 17, 14, 3])
    #expect(try labelled(.ignored).labels == [-1, 0, 1, -1, 1, 0, 0, -1])
    #expect(try labelled(.tagged).labels == [-1, 0, 1, 1, 1, 0, 0, -1])
    #expect(try labelled(.ignored).lossWeight == 5)
  }

  @Test("Related texts become anchors, partners and negatives")
  func embeddings() throws {
    let encoder = try WordTokenizer.encoder()
    let contrast = Example.related(.contrast(anchor: "dog", positive: "the dog", negatives: ["runs", "the"]))
    let contrasts = EmbeddingTask(encoder: encoder, relation: .contrasts)
    let batch = contrasts.batch(
      of: try contrasts.samples(of: contrast, draw: .test()) + contrasts.samples(of: contrast, draw: .test()))
    #expect(batch.anchors.lengths == [3, 3] && batch.partners.lengths == [4, 4])
    #expect(batch.negatives.lengths == [3, 3, 3, 3] && batch.negativeCounts == [2, 2])
    #expect(batch.scores.isEmpty && batch.lossWeight == 2 && batch.tokenCount == 26)
    let scored = EmbeddingTask(encoder: encoder, relation: .scored)
    let example = Example.related(.scored("dog", "runs", score: 0.25))
    #expect(scored.batch(of: try scored.samples(of: example, draw: .test())).scores == [0.25])
    let itself = EmbeddingTask(encoder: encoder, relation: .itself)
    let alone = try itself.samples(of: .text("dog"), draw: .test())[0]
    #expect(alone.anchor == alone.partner)
    #expect(dataError { _ = try scored.samples(of: contrast, draw: .test()) }?.code == .invalidRecord)
  }

  @Test("Of a preference only the answers count, also where the prompt is repeated in both")
  func preferences() throws {
    let task = PreferenceTask(text: TextEncoder(tokenizer: try ByteTokenizer.make()), contextLength: 32)
    let given = Example.preference(Preference(.texts(prompt: "ab", chosen: "cd", rejected: "ce")))
    let implied = Example.preference(Preference(.texts(prompt: "", chosen: "abcd", rejected: "abe")))
    let batch = task.batch(
      of: try task.samples(of: given, draw: .test()) + task.samples(of: implied, draw: .test()))
    #expect(batch.chosen.tokens == [97, 98, 99, 100, 257, 97, 98, 99, 100, 257])
    #expect(batch.chosen.targets == [-1, 99, 100, 257, -1, -1, 99, 100, 257, -1])
    #expect(batch.rejected.targets == [-1, 99, 101, 257, -1, -1, 101, 257, -1])
    #expect(batch.lossWeight == 2)
    let equal = Example.preference(Preference(.texts(prompt: "", chosen: "a", rejected: "a")))
    #expect(dataError { _ = try task.samples(of: equal, draw: .test()) }?.code == .emptyMask)
  }

  @Test("A prefix is read in both directions and not predicted: the prompt, or a random beginning of a text")
  func prefixes() throws {
    let task = try CausalTask(
      text: TextEncoder(tokenizer: ByteTokenizer.make()), objective: .prefix, contextLength: 32)
    let completion = Example.completion(PromptCompletion(prompt: "abc", completion: "d"))
    let batch = task.batch(of: try task.samples(of: completion, draw: .test()))
    #expect(batch.prefixLengths == [3] && batch.targets == [-1, -1, 100, 257, -1])
    var lengths: Set<Int> = []
    for record in 0..<100 {
      let text = task.batch(of: try task.samples(of: .text("abcdef"), draw: .test(record: record)))
      let length = text.prefixLengths[0]
      lengths.insert(length)
      #expect(text.lossWeight == Double(7 - length))
      #expect(text.targets.firstIndex { $0 != -1 } == length - 1)
    }
    #expect(lengths == [1, 2, 3, 4, 5, 6])
  }
}
