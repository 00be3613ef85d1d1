import InkInference
import InkModels
import InkTensor
import Testing

@Suite("Sequence cache")
struct SequenceCacheTests {
  private static let layout = KeyValueLayout(layers: [(heads: 2, keyWidth: 8, valueWidth: 8)])

  @Test("pages are taken as tokens come and given back as they go", arguments: [0, 1, 63, 64, 65, 128, 200])
  func byteCount(count: Int) {
    var cache = SequenceCache(layout: SequenceCacheTests.layout)
    #expect(cache.byteCount == 0)
    if count > 0 { _ = cache.extend(by: tokens(count)[...], rows: 0..<count) }
    #expect(cache.length == count)
    #expect(cache.byteCount == pageCount(count) * SequenceCacheTests.layout.pageByteCount)
    for length in [count, count - 1, 64, 63, 1, 0] where length >= 0 && length <= cache.length {
      cache.truncate(to: length)
      #expect(cache.tokens == Array(tokens(count).prefix(length)))
      #expect(cache.byteCount == pageCount(length) * SequenceCacheTests.layout.pageByteCount)
    }
  }

  @Test("cutting to more than there is changes nothing, cutting below zero empties")
  func truncateOutside() {
    var cache = SequenceCache(layout: SequenceCacheTests.layout)
    _ = cache.extend(by: tokens(10)[...], rows: 0..<10)
    cache.truncate(to: 11)
    #expect(cache.length == 10)
    cache.truncate(to: -5)
    #expect(cache.length == 0)
    #expect(cache.byteCount == 0)
  }

  @Test(
    "the common prefix ends at the first other token",
    arguments: [([], 0), ([7], 0), ([0], 1), ([0, 1, 2, 3, 4], 5), ([0, 1, 2, 3, 4, 5, 6], 5), ([0, 1, 9, 3], 2)]
      as [([Int32], Int)])
  func commonPrefix(prompt: [Int32], expected: Int) {
    var cache = SequenceCache(layout: SequenceCacheTests.layout)
    #expect(cache.commonPrefix(with: prompt) == 0)
    _ = cache.extend(by: [0, 1, 2, 3, 4], rows: 0..<5)
    #expect(cache.commonPrefix(with: prompt) == expected)
  }

  @Test("a segment continues where the sequence stood and reaches its last row")
  func segments() {
    var cache = SequenceCache(layout: SequenceCacheTests.layout)
    let first = cache.extend(by: tokens(100)[...], rows: 3..<103)
    #expect(first.firstPosition == 0 && first.rows == 3..<103 && first.pages.count == 2)
    let second = cache.extend(by: [5], rows: 0..<1)
    #expect(second.firstPosition == 100 && second.pages.count == 2)
    #expect(second.pages[0] === first.pages[0])
  }

  @Test("copies share full pages and copy the one that is being filled before they write", arguments: [70, 127, 130])
  func copies(count: Int) {
    var cache = SequenceCache(layout: SequenceCacheTests.layout)
    let before = cache.extend(by: tokens(count)[...], rows: 0..<count).pages
    var other = cache
    let mine = cache.extend(by: [1], rows: 0..<1).pages
    let others = other.extend(by: [2], rows: 0..<1).pages
    let full = count / KeyValueLayout.tokensPerPage
    for index in 0..<full { #expect(mine[index] === before[index] && others[index] === before[index]) }
    #expect(mine[full] !== others[full])
    #expect(cache.tokens.last == 1 && other.tokens.last == 2)
  }

  @Test("copies at a page's end share everything and grow apart")
  func copiesAtBoundary() {
    var cache = SequenceCache(layout: SequenceCacheTests.layout)
    let before = cache.extend(by: tokens(64)[...], rows: 0..<64).pages
    var other = cache
    let mine = cache.extend(by: [1], rows: 0..<1).pages
    let others = other.extend(by: [2], rows: 0..<1).pages
    #expect(mine[0] === before[0] && others[0] === before[0])
    #expect(mine[1] !== others[1])
  }

  @Test("a sequence cut inside a page that another one reads does not write into it")
  func cutInsideSharedPage() {
    var cache = SequenceCache(layout: SequenceCacheTests.layout)
    _ = cache.extend(by: tokens(64)[...], rows: 0..<64)
    let reader = cache
    cache.truncate(to: 40)
    var other = reader
    let written = cache.extend(by: [1], rows: 0..<1).pages
    let read = other.extend(by: [2], rows: 0..<1).pages
    #expect(written[0] !== read[0])
    #expect(reader.tokens == tokens(64))
  }

  @Test("sequences that share a prefix give the bits of sequences that do not", arguments: TestModels.tiny)
  func independence(name: String) throws {
    let model = try TestModels.tiny(name)
    let vocabulary = model.decoder.spec.vocabulary
    let length = name == "gpt2" ? 40 : 100
    func run(_ seed: Int, _ count: Int) -> [Int32] { (0..<count).map { Int32(($0 * 7 + seed * 13 + 3) % vocabulary) } }
    let prefix = run(0, length)
    var shared = model.makeCache()
    _ = try model.evaluate(prefix, cache: &shared)
    var branches = [shared, shared, shared]
    // In turn, so that each writes while the others are alive.
    var found = [[UInt32]](repeating: [], count: branches.count)
    for step in 0..<8 {
      for index in branches.indices {
        let token = run(index + 1, 8)[step]
        found[index] = try bits(model.evaluate([token], cache: &branches[index]))
      }
    }
    for index in branches.indices {
      var alone = model.makeCache()
      #expect(try bits(model.evaluate(prefix + run(index + 1, 8), cache: &alone)) == found[index])
    }
    // The one they came from is as it was.
    var alone = model.makeCache()
    #expect(try bits(model.evaluate([5], cache: &shared)) == bits(model.evaluate(prefix + [5], cache: &alone)))
  }

  private func bits(_ tensor: Tensor) throws -> [UInt32] { tensor.toArray().map(\.bitPattern) }

  private func tokens(_ count: Int) -> [Int32] { (0..<Int32(count)).map { $0 } }

  private func pageCount(_ tokens: Int) -> Int {
    (tokens + KeyValueLayout.tokensPerPage - 1) / KeyValueLayout.tokensPerPage
  }
}
