import InkData
import InkTokenizers
import Testing

@Suite struct MaskingTests {
  private static let long = (0..<100).map { "w\($0)" }.joined(separator: " ")

  private func sample(
    _ text: String, _ masking: TokenMasking, _ draw: ExampleDraw = .test()
  ) throws -> (sample: MaskedSample, ids: [TokenID]) {
    let encoder = try WordTokenizer.encoder(context: 512)
    let task = try MaskedTask(encoder: encoder, masking: masking)
    return (try task.samples(of: .text(text), draw: draw)[0], encoder.tokenizer.encode(text))
  }

  @Test(
    "15 % of the tokens are predicted; 80 % of them are masked, 10 % replaced, 10 % stay; the others stay as they are")
  func shares() throws {
    var masked = 0
    var replaced = 0
    var kept = 0
    for record in 0..<200 {
      let (sample, ids) = try sample(Self.long, TokenMasking(), .test(record: record))
      let places = ids.indices.filter { sample.targets[$0] != -1 }
      #expect(places.count == 15)
      for place in ids.indices {
        let isPredicted = sample.targets[place] != -1
        #expect(isPredicted ? sample.targets[place] == ids[place] : sample.text.tokens[place] == ids[place])
        guard isPredicted else { continue }
        if sample.text.tokens[place] == 4 {
          masked += 1
        } else if sample.text.tokens[place] == ids[place] {
          kept += 1
        } else {
          replaced += 1
        }
        #expect(sample.text.tokens[place] > 3)
      }
      #expect(sample.targets.first == -1 && sample.targets.last == -1)
    }
    #expect(abs(Double(masked) / 3_000 - 0.8) < 0.03)
    #expect(abs(Double(replaced) / 3_000 - 0.1) < 0.025)
    #expect(abs(Double(kept) / 3_000 - 0.1) < 0.025)
  }

  @Test("Every place is about as likely")
  func places() throws {
    var counts = Array(repeating: 0, count: 102)
    for record in 0..<400 {
      let targets = try sample(Self.long, TokenMasking(), .test(record: record)).sample.targets
      for place in targets.indices where targets[place] != -1 { counts[place] += 1 }
    }
    #expect(counts[1...100].allSatisfy { abs($0 - 60) < 35 }, "\(counts)")
  }

  @Test("A draw masks the same again; another epoch, record or seed masks other tokens")
  func determinism() throws {
    let first = try sample(Self.long, TokenMasking(), .test()).sample
    #expect(try sample(Self.long, TokenMasking(), .test()).sample == first)
    for draw in [ExampleDraw.test(record: 1), .test(epoch: 1), .test(seed: 2)] {
      #expect(try sample(Self.long, TokenMasking(), draw).sample.targets != first.targets)
    }
  }

  /// Which tokens were ever predicted together with which, as groups of places.
  private func groups(_ text: String, _ finder: WordFinder) throws -> Set<[Int]> {
    var found: Set<[Int]> = []
    for record in 0..<150 {
      // A share this small takes one word.
      let masking = TokenMasking(share: 0.01, unit: .words(finder))
      let targets = try sample(text, masking, .test(record: record)).sample.targets
      found.insert(targets.indices.filter { targets[$0] != -1 })
    }
    return found
  }

  @Test("The pieces of a word are masked together")
  func wholeWords() throws {
    // [CLS] the dog play ##ing , un ##like ##ly . [SEP]
    #expect(
      try groups("the dog playing, unlikely.", WordFinder())
        == [[1], [2], [3, 4], [5], [6, 7, 8], [9]])
  }

  @Test("Chinese words are masked whole: by a list, two by two, or character by character")
  func chineseWords() throws {
    let text = "北京大学生在 the"
    let list = WordList(["北京", "大学", "大学生", "北京大学"])
    // Two words from behind beat three from the front: 北京 大学生 在.
    #expect(try groups(text, WordFinder(chinese: .words(list))) == [[1, 2], [3, 4, 5], [6], [7]])
    #expect(try groups(text, WordFinder(chinese: .bigrams)) == [[1, 2], [3, 4], [5, 6], [7]])
    #expect(try groups(text, WordFinder()) == [[1], [2], [3], [4], [5], [6], [7]])
  }

  @Test("Long texts are divided into parts that all begin and end like texts")
  func parts() throws {
    let encoder = try WordTokenizer.encoder(context: 22, overlong: .split)
    let samples = try MaskedTask(encoder: encoder).samples(of: .text(Self.long), draw: .test())
    #expect(samples.count == 5)
    #expect(samples.allSatisfy { $0.text.tokens.first == 2 && $0.text.tokens.last == 3 && $0.tokenCount == 22 })
    let batch = MaskedBatch(samples)
    #expect(batch.input.lengths == [22, 22, 22, 22, 22])
    #expect(batch.lossWeight == 15)
    #expect(Set(samples.map { $0.targets.map { $0 == -1 } }).count > 1)
  }

  @Test("A vocabulary without a mask token, shares beyond 1 and texts of nothing are errors")
  func errors() throws {
    let bytes = try EncoderText(tokenizer: ByteTokenizer.make(), contextLength: 8)
    #expect(dataError { _ = try MaskedTask(encoder: bytes) }?.code == .unsupported)
    let words = try WordTokenizer.encoder()
    for masking in [
      TokenMasking(share: 0), TokenMasking(share: 1.1), TokenMasking(maskedShare: 0.9, replacedShare: 0.2),
    ] {
      #expect(dataError { _ = try MaskedTask(encoder: words, masking: masking) }?.code == .invalidSetting)
    }
    #expect(dataError { _ = try sample(" ", TokenMasking()) }?.code == .emptyMask)
    #expect(dataError { _ = try WordTokenizer.encoder(context: 2) }?.code == .invalidSetting)
  }
}

@Suite struct SpanCorruptionTests {
  private static let sentinels: [TokenID] = Array(1_000..<1_100)

  @Test(
    "Spans and what is left are the text again; their number and length are as asked for",
    arguments: [2, 3, 7, 20, 100])
  func roundTrip(length: Int) throws {
    let task = try SequencePairTask(
      encoder: EncoderText(tokenizer: ByteTokenizer.make(), contextLength: 128),
      corruption: SpanCorruption(sentinels: Self.sentinels), decoderStart: 256)
    let text = String(repeating: "abcdefg", count: length / 7 + 1).prefix(length)
    for record in 0..<50 {
      let sample = try task.samples(of: .text(String(text)), draw: .test(record: record))[0]
      #expect(sample.source.tokens.last == 257 && sample.target.last == 257)
      var spans: [TokenID: [TokenID]] = [:]
      var open: TokenID = -1
      for token in sample.target.dropLast() {
        if token >= 1_000 {
          open = token
          spans[open] = []
        } else {
          spans[open, default: []].append(token)
        }
      }
      var restored: [TokenID] = []
      for token in sample.source.tokens.dropLast() {
        if token >= 1_000 { restored += spans[token] ?? [] } else { restored.append(token) }
      }
      #expect(restored == text.utf8.map(TokenID.init))
      let noise = spans.values.reduce(0) { $0 + $1.count }
      #expect(noise == max(1, Int((Double(length) * 0.15).rounded())))
      #expect(spans.values.allSatisfy { !$0.isEmpty })
      #expect(spans.count == max(1, Int((Double(noise) / 3).rounded())))
      #expect(sample.source.tokens.filter { $0 >= 1_000 } == Array(Self.sentinels.prefix(spans.count)))
    }
  }

  @Test("Lengths of spans are uniform over all ways to cut")
  func lengths() throws {
    // 6 tokens taken out in 2 spans: each first length from 1 to 5 is one of five equal ways.
    let task = try SequencePairTask(
      encoder: EncoderText(tokenizer: ByteTokenizer.make(), contextLength: 128),
      corruption: SpanCorruption(density: 0.15, meanSpanLength: 3, sentinels: Self.sentinels), decoderStart: 0)
    var counts: [Int: Int] = [:]
    for record in 0..<1_000 {
      let target = try task.samples(of: .text(String(repeating: "x", count: 40)), draw: .test(record: record))[0].target
      counts[(target.firstIndex(of: 1_001) ?? 0) - 1, default: 0] += 1
    }
    #expect(counts.keys.sorted() == [1, 2, 3, 4, 5])
    #expect(counts.values.allSatisfy { abs($0 - 200) < 60 })
  }

  @Test("The decoder reads what it writes, one place later")
  func batch() throws {
    let task = try SequencePairTask(
      encoder: EncoderText(tokenizer: ByteTokenizer.make(), contextLength: 16, overlong: .split), corruption: nil,
      decoderStart: 256)
    let samples = try task.samples(
      of: .completion(PromptCompletion(prompt: "ab", completion: "cd")), draw: .test())
    let batch = task.batch(of: samples + samples)
    #expect(batch.source.tokens == [97, 98, 97, 98])
    #expect(batch.decoderTokens == [256, 99, 100, 256, 99, 100])
    #expect(batch.targets == [99, 100, 257, 99, 100, 257])
    #expect(batch.decoderLengths == [3, 3] && batch.lossWeight == 6)
    #expect(dataError { _ = try task.samples(of: .text("x"), draw: .test()) }?.code == .invalidRecord)
  }

  @Test("Long texts are divided evenly, single tokens give nothing, senseless settings are refused")
  func edges() throws {
    let encoder = try EncoderText(tokenizer: ByteTokenizer.make(), contextLength: 11, overlong: .split)
    let task = try SequencePairTask(
      encoder: encoder, corruption: SpanCorruption(sentinels: Self.sentinels), decoderStart: 0)
    #expect(try task.samples(of: .text(String(repeating: "y", count: 21)), draw: .test()).count == 3)
    #expect(dataError { _ = try task.samples(of: .text("y"), draw: .test()) }?.code == .emptyMask)
    #expect(dataError { _ = try SpanCorruption(density: 1, sentinels: [1]) }?.code == .invalidSetting)
    #expect(dataError { _ = try SpanCorruption(sentinels: []) }?.code == .invalidSetting)
    #expect(dataError { _ = try SpanCorruption(meanSpanLength: 0.5, sentinels: [1]) }?.code == .invalidSetting)
  }
}
