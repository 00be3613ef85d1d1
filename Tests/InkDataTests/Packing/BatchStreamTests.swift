import Foundation
import InkData
import InkTokenizers
import Testing

@Suite struct BatchStreamTests {
  /// Documents of many lengths; the first character tells them apart.
  private static func mixture(seed: UInt64 = 2, passes: Int = 2) throws -> DataMixture {
    func dataset(_ name: String, _ count: Int, _ weight: Double) throws -> Dataset {
      let lines = (0..<count).map { index in
        "\(name)\(index)" + String(repeating: "x", count: index * 7 % 23)
      }
      return try FilesInMemory([name: lines.joined(separator: "\n")]).open(
        name, layout: .text, documents: TextDocuments(division: .lines), weight: weight, name: name)
    }
    return try DataMixture(
      [dataset("a", 17, 2), dataset("b", 9, 1)], seed: seed, exhaustion: .everyRecord(passes: passes))
  }

  private static func task(context: Int = 64, overlong: Overlong = .refuse) throws -> CausalTask {
    try CausalTask(
      text: TextEncoder(tokenizer: ByteTokenizer.make()), contextLength: context, overlong: overlong)
  }

  private static let plans: [BatchPlan] = [
    BatchPlan(size: .rows(4)),
    BatchPlan(size: .rows(3), accumulation: 2, lastBatch: .drop),
    BatchPlan(size: .tokens(60), accumulation: 3),
    BatchPlan(size: .rows(2), packing: .bestFit(rowLength: 64, window: 8)),
    BatchPlan(size: .tokens(100), accumulation: 2, packing: .bestFit(rowLength: 40, window: 11)),
    BatchPlan(size: .rows(2), packing: .concatenate(rowLength: 16)),
    BatchPlan(size: .tokens(70), accumulation: 2, packing: .concatenate(rowLength: 33)),
    BatchPlan(size: .rows(2), packing: .concatenate(rowLength: 16, window: 5)),
    BatchPlan(size: .tokens(70), packing: .concatenate(rowLength: 13, window: 1000)),
  ]

  private func all<Task: TrainingTask>(_ stream: BatchStream<Task>) throws -> [[Task.Batch]] {
    var stream = stream
    var result: [[Task.Batch]] = []
    while let step = try stream.next() { result.append(step.parts) }
    return result
  }

  @Test("From every position the very same batches follow", arguments: plans)
  func resuming(plan: BatchPlan) throws {
    let mixture = try Self.mixture()
    let task = try Self.task(overlong: .split)
    let expected = try all(BatchStream(mixture, task: task, plan: plan))
    #expect(expected.count > 4)
    var stream = try BatchStream(mixture, task: task, plan: plan)
    for taken in 0...expected.count {
      #expect(stream.position.batches == taken)
      let stored = try JSONDecoder().decode(
        DataPosition.self, from: try JSONEncoder().encode(stream.position))
      let again = try BatchStream(mixture, task: task, plan: plan, at: stored)
      #expect(again.position == stored)
      #expect(try all(again) == Array(expected[taken...]))
      _ = try stream.next()
    }
  }

  @Test("What was left out is counted once, wherever a stream was opened again", arguments: plans)
  func counting(plan: BatchPlan) throws {
    let mixture = try Self.mixture()
    let task = try Self.task(context: 20)
    var plan = plan
    plan.skipped = [.tooLong]
    switch plan.packing {
    case .bestFit: plan.packing = .bestFit(rowLength: 40, window: 5)
    case .none, .concatenate: break
    }
    func rest(_ position: DataPosition?) throws -> SampleCounts {
      var stream = try BatchStream(mixture, task: task, plan: plan, at: position)
      while try stream.next() != nil {}
      return stream.report.counts
    }
    let whole = try rest(nil)
    #expect(whole.drawn == 2 * 26 && whole.tooLong > 4 && whole.withoutLoss == 0 && whole.leftOut == whole.tooLong)
    var stream = try BatchStream(mixture, task: task, plan: plan)
    while try stream.next() != nil { #expect(try rest(stream.position) == whole) }
  }

  @Test("No token is lost and none is predicted twice, however samples are packed", arguments: plans)
  func nothingLost(plan: BatchPlan) throws {
    let mixture = try Self.mixture(passes: 1)
    var plan = plan
    plan.lastBatch = .keep
    let batches = try all(BatchStream(mixture, task: Self.task(), plan: plan)).flatMap { $0 }
    var documents: [[TokenID]] = []
    for dataset in mixture.datasets { documents += try dataset.texts().map { $0.utf8.map(TokenID.init) + [257] } }
    #expect(batches.reduce(0) { $0 + $1.tokenCount } == documents.reduce(0) { $0 + $1.count })
    #expect(batches.reduce(0) { $0 + $1.lossWeight } == Double(documents.reduce(0) { $0 + $1.count - 1 }))
    for batch in batches {
      #expect(batch.lengths.reduce(0, +) == batch.tokens.count)
      #expect(batch.targets.count == batch.tokens.count && batch.weights.count == batch.tokens.count)
      #expect(zip(batch.targets, batch.weights).allSatisfy { ($0 == -1) == ($1 == 0) })
    }
    #expect(batches.flatMap(\.tokens).sorted() == documents.flatMap { $0 }.sorted())
    #expect(
      batches.flatMap(\.targets).filter { $0 != -1 }.sorted() == documents.flatMap { $0.dropFirst() }.sorted())
  }

  @Test("Packed documents keep their borders: tokens predict their successor in the document, never the next document")
  func borders() throws {
    let mixture = try Self.mixture(passes: 1)
    for plan in Self.plans {
      for batch in try all(BatchStream(mixture, task: Self.task(), plan: plan)).flatMap({ $0 }) {
        var start = 0
        for length in batch.lengths {
          for index in start..<start + length - 1 { #expect(batch.targets[index] == batch.tokens[index + 1]) }
          let last = start + length - 1
          // A document that is whole ends with its end token, behind which nothing is predicted.
          #expect((batch.tokens[last] == 257) == (batch.targets[last] == -1))
          start += length
        }
      }
    }
  }

  @Test("Rows are full where samples are concatenated, and never longer than asked for where they are fitted")
  func rowLengths() throws {
    let mixture = try Self.mixture(passes: 1)
    let cut = BatchPlan(size: .rows(1), packing: .concatenate(rowLength: 16))
    let lengths = try all(BatchStream(mixture, task: Self.task(), plan: cut)).map { $0[0].tokenCount }
    #expect(lengths.dropLast().allSatisfy { $0 == 16 })
    let fitted = BatchPlan(size: .rows(1), packing: .bestFit(rowLength: 30, window: 26))
    let rows = try all(BatchStream(mixture, task: Self.task(), plan: fitted)).map { $0[0].tokenCount }
    #expect(rows.allSatisfy { $0 <= 30 })
    let least = rows.reduce(0, +) / 30
    #expect(rows.count <= least * 11 / 9 + 1)
  }

  @Test("Rows of a window change places: a batch is not of one document, and the seed draws the order")
  func rowsChangePlaces() throws {
    let text = (0..<40).map { String(repeating: Character(Unicode.Scalar(65 + UInt8($0))), count: 79) }
    func rows(seed: UInt64, window: Int) throws -> [[TokenID]] {
      let dataset = try FilesInMemory(["long": text.joined(separator: "\n")]).open(
        "long", layout: .text, documents: TextDocuments(division: .lines), name: "long")
      let mixture = try DataMixture([dataset], seed: seed, exhaustion: .everyRecord(passes: 1))
      let plan = BatchPlan(size: .rows(1), packing: .concatenate(rowLength: 16, window: window))
      return try all(BatchStream(mixture, task: Self.task(context: 128), plan: plan)).map { $0[0].tokens }
    }
    let (given, shuffled) = (try rows(seed: 2, window: 1), try rows(seed: 2, window: 100))
    #expect(given.count == 200 && shuffled != given)
    // Only within their window.
    for start in [0, 100] {
      let range = start..<start + 100
      #expect(Set(given[range]) == Set(shuffled[range]))
    }
    func repeats(_ rows: [[TokenID]]) -> Int { zip(rows, rows.dropFirst()).filter { $0[0] == $1[0] }.count }
    #expect(repeats(given) > 150 && repeats(shuffled) < 30)
    #expect(try rows(seed: 2, window: 100) == shuffled)
    #expect(try rows(seed: 3, window: 100) != shuffled)
  }

  @Test("The parts of a batch are its rows, and their weights add up to the whole")
  func accumulation() throws {
    let mixture = try Self.mixture(passes: 1)
    let whole = try all(BatchStream(mixture, task: Self.task(), plan: BatchPlan(size: .rows(5))))
    var stream = try BatchStream(mixture, task: Self.task(), plan: BatchPlan(size: .rows(5), accumulation: 3))
    for expected in whole {
      let step = try #require(try stream.next())
      #expect(step.parts.count == min(3, step.rowCount))
      #expect(step.parts.flatMap(\.tokens) == expected[0].tokens)
      #expect(step.parts.flatMap(\.targets) == expected[0].targets)
      #expect(step.lossWeight == step.parts.reduce(0) { $0 + $1.lossWeight })
      #expect(step.lossWeight == expected[0].lossWeight)
      #expect(step.origins == expected[0].origins)
    }
    #expect(try stream.next() == nil)
  }

  @Test("A batch of tokens holds as many rows as fit")
  func tokenBudget() throws {
    let steps = try all(BatchStream(Self.mixture(), task: Self.task(), plan: BatchPlan(size: .tokens(60))))
    #expect(steps.dropLast().allSatisfy { $0[0].tokenCount <= 60 })
    #expect(steps.contains { $0[0].lengths.count > 2 })
  }

  @Test("A position of other data, weights, seed or packing is refused")
  func otherData() throws {
    let plan = BatchPlan(size: .rows(2))
    var stream = try BatchStream(Self.mixture(), task: Self.task(), plan: plan)
    _ = try stream.next()
    let position = stream.position
    let other = BatchPlan(size: .rows(2), packing: .concatenate(rowLength: 16))
    #expect(
      dataError { _ = try BatchStream(Self.mixture(seed: 3), task: Self.task(), plan: plan, at: position) }?.code
        == .invalidSetting)
    #expect(
      dataError { _ = try BatchStream(Self.mixture(), task: Self.task(), plan: other, at: position) }?.code
        == .invalidSetting)
    // Another size is allowed: positions lie between rows.
    _ = try BatchStream(Self.mixture(), task: Self.task(), plan: BatchPlan(size: .rows(7)), at: position)
  }

  @Test("A position that is damaged is an error")
  func damagedPosition() throws {
    let plan = BatchPlan(size: .rows(2), packing: .concatenate(rowLength: 16))
    let stream = try BatchStream(Self.mixture(), task: Self.task(), plan: plan)
    let text = String(decoding: try JSONEncoder().encode(stream.position), as: UTF8.self)
    for (good, bad) in [
      ("\"taken\":0", "\"taken\":9999"), ("\"taken\":0", "\"taken\":-1"), ("\"index\":0", "\"index\":99"),
      ("\"epoch\":0", "\"epoch\":9223372036854775807"),
      ("\"batches\":0", "\"batches\":9223372036854775807"), ("\"given\":0", "\"given\":1"),
      ("\"given\":0", "\"given\":-1"),
    ] {
      let changed = try JSONDecoder().decode(DataPosition.self, from: Data(text.replacing(good, with: bad).utf8))
      #expect(changed != stream.position)
      #expect(
        dataError { _ = try BatchStream(Self.mixture(), task: Self.task(), plan: plan, at: changed) }?.code
          == .invalidSetting)
    }
  }

  @Test("Long samples are refused with file and line, cut, divided or skipped as asked")
  func overlong() throws {
    let mixture = try DataMixture(
      [FilesInMemory(["a.txt": "abcdefghij\nkl"]).open("a.txt", documents: TextDocuments(division: .lines))],
      seed: 1, order: .given, exhaustion: .everyRecord(passes: 1))
    func batch(_ overlong: Overlong, _ skipped: Set<SampleFault> = []) throws -> CausalBatch? {
      var stream = try BatchStream(
        mixture, task: Self.task(context: 4, overlong: overlong), plan: BatchPlan(size: .rows(9), skipped: skipped))
      return try stream.next()?.parts[0]
    }
    let error = dataError { _ = try batch(.refuse) }
    #expect(error?.code == .tooLong && error?.context == "a.txt:1" && error?.found == "11")
    #expect(try batch(.truncateEnd)?.tokens == [97, 98, 99, 100, 107, 108, 257])
    #expect(try batch(.truncateEnd)?.targets == [98, 99, 100, -1, 108, 257, -1])
    #expect(try batch(.truncateStart)?.tokens == [104, 105, 106, 257, 107, 108, 257])
    #expect(try batch(.split)?.lengths == [4, 4, 3, 3])
    #expect(
      try batch(.split)?.targets == [98, 99, 100, 101, 102, 103, 104, 105, 106, 257, -1, 108, 257, -1])
    #expect(try batch(.refuse, [.tooLong])?.tokens == [107, 108, 257])
  }

  @Test("Empty masks are refused or counted, and a source of nothing but these is an error")
  func emptyMasks() throws {
    let lines = #"{"messages": [{"role": "user", "content": "x"}]}"#
    let good = #"{"messages": [{"role": "user", "content": "x"}, {"role": "assistant", "content": "y"}]}"#
    let template = ConversationTemplate(
      variants: [
        .init(
          name: "default",
          template: try ChatTemplate(
            source: "{% for m in messages %}{{ m.content }}{% endfor %}{% if add_generation_prompt %}:{% endif %}"))
      ])
    let tokenizer = try ByteTokenizer.make()
    let chat = ChatEncoder(tokenizer: tokenizer, template: template, now: CivilTime(year: 2026, month: 1, day: 2))
    let task = try CausalTask(text: TextEncoder(tokenizer: tokenizer), chat: chat, contextLength: 64)
    func stream(_ text: String, _ skipped: Set<SampleFault>, _ exhaustion: Exhaustion) throws -> BatchStream<CausalTask>
    {
      let dataset = try FilesInMemory(["a.jsonl": text]).open("a.jsonl")
      return try BatchStream(
        DataMixture([dataset], seed: 1, exhaustion: exhaustion), task: task,
        plan: BatchPlan(size: .rows(8), skipped: skipped))
    }
    let refused = dataError {
      var refusing = try stream(lines, [], .never); _ = try refusing.next()
    }
    #expect(refused?.code == .emptyMask && refused?.context == "a.jsonl:1")
    var mixed = try stream(lines + "\n" + good + "\n" + lines, [.emptyMask], .everyRecord(passes: 1))
    #expect(try mixed.next()?.rowCount == 1)
    #expect(try mixed.next() == nil)
    #expect(mixed.report.counts.withoutLoss == 2 && mixed.report.counts.drawn == 3)
    let nothing = dataError {
      var endless = try stream(lines, [.emptyMask], .never); _ = try endless.next()
    }
    #expect(nothing?.code == .emptyMask)
  }

  @Test(
    "Plans that cannot be are refused",
    arguments: [
      BatchPlan(size: .rows(0)), BatchPlan(size: .tokens(-1)), BatchPlan(size: .rows(2), accumulation: 3),
      BatchPlan(size: .rows(2), accumulation: 0), BatchPlan(size: .rows(1), packing: .concatenate(rowLength: 0)),
      BatchPlan(size: .rows(1), packing: .bestFit(rowLength: 8, window: 0)),
    ])
  func badPlans(plan: BatchPlan) {
    #expect(dataError { _ = try BatchStream(Self.mixture(), task: Self.task(), plan: plan) }?.code == .invalidSetting)
  }

  /// A row of documents as the reference data has it, with labels that training moves to the place that predicts them.
  struct ReferenceRow: Sendable {
    let documents: [[TokenID]]
    let labels: [TokenID]
  }

  @Test(
    "A packed row has the labels and borders that the reference data has",
    arguments: [
      ReferenceRow(
        documents: [[59, 48, 20], [60, 59, 10, 5], [54, 9, 56]], labels: [-100, 48, 20, -100, 59, 10, 5, -100, 9, 56]),
      ReferenceRow(
        documents: [[89, 43, 58, 84, 31, 52], [97, 67, 11], [63, 20, 95, 85]],
        labels: [-100, 43, 58, 84, 31, 52, -100, 67, 11, -100, 20, 95, 85]),
    ])
  func packingMeaning(row: ReferenceRow) throws {
    let origin = RecordOrigin(path: "reference", line: 1)
    let batch = CausalBatch(
      row.documents.map { CausalSample(WeightedTokens(tokens: $0, weight: 1), origin: origin) })
    #expect(batch.tokens == row.documents.flatMap { $0 })
    #expect(batch.lengths == row.documents.map(\.count))
    #expect(batch.targets == row.labels.dropFirst().map { $0 < 0 ? -1 : $0 } + [-1])
    #expect(batch.lossWeight == Double(row.labels.count { $0 >= 0 }))
  }

  @Test("A long document is cut into rows in time that grows with its length alone")
  func longDocument() throws {
    // With a copy of the rest for every row this would move 400 million tokens.
    let text = String(repeating: "abcdefghij", count: 20_000)
    let dataset = try FilesInMemory(["a.txt": text]).open("a.txt")
    let task = try CausalTask(text: TextEncoder(tokenizer: ByteTokenizer.make()), contextLength: nil)
    var stream = try BatchStream(
      DataMixture([dataset], seed: 1, exhaustion: .everyRecord(passes: 1)), task: task,
      plan: BatchPlan(size: .rows(1), packing: .concatenate(rowLength: 50)))
    var rows = 0
    var weight = 0.0
    while let step = try stream.next() {
      rows += 1
      weight += step.lossWeight
    }
    #expect(rows == 4_001)
    #expect(weight == 200_000)
  }
}
