import Foundation
import InkData
import Testing

@Suite struct MixtureTests {
  private func draws(_ mixture: DataMixture, _ count: Int) -> [ExampleDraw] {
    var stream = mixture.stream()
    var result: [ExampleDraw] = []
    while result.count < count, let draw = stream.next() { result.append(draw) }
    return result
  }

  @Test("Sources come as often as their weights say")
  func ratios() throws {
    let sources = try [
      Dataset.numbered(50, name: "a", weight: 6), Dataset.numbered(3, name: "b", weight: 3),
      Dataset.numbered(10, name: "c", weight: 1),
    ]
    let found = draws(try DataMixture(sources, seed: 5), 10_000)
    let counts = (0..<3).map { source in found.filter { $0.source == source }.count }
    #expect(abs(counts[0] - 6_000) < 200)
    #expect(abs(counts[1] - 3_000) < 200)
    #expect(abs(counts[2] - 1_000) < 150)
  }

  @Test("Without weights sources come as often as they have records")
  func sharesBySize() throws {
    let mixture = try DataMixture([Dataset.numbered(30, name: "a"), Dataset.numbered(10, name: "b")], seed: 1)
    #expect(mixture.shares == [0.75, 0.25])
  }

  @Test("Every epoch holds every record once, in another order")
  func epochs() throws {
    let found = draws(try DataMixture([Dataset.numbered(40)], seed: 8), 120)
    let orders = (0..<3).map { epoch in found.filter { $0.epoch == epoch }.map(\.record) }
    #expect(orders.allSatisfy { $0.sorted() == Array(0..<40) })
    #expect(Set(orders).count == 3)
    #expect(draws(try DataMixture([Dataset.numbered(40)], seed: 9), 40).map(\.record) != orders[0])
    let given = draws(try DataMixture([Dataset.numbered(40)], seed: 8, order: .given), 80)
    #expect(given.map(\.record) == Array(0..<40) + Array(0..<40))
  }

  @Test("A mixture ends as it was told")
  func exhaustion() throws {
    let sources = try [Dataset.numbered(20, name: "a", weight: 1), Dataset.numbered(5, name: "b", weight: 1)]
    func counts(_ exhaustion: Exhaustion) throws -> [Int] {
      let found = draws(try DataMixture(sources, seed: 3, exhaustion: exhaustion), 10_000)
      return (0..<2).map { source in found.filter { $0.source == source }.count }
    }
    let first = try counts(.firstSource(passes: 1))
    #expect(first[1] == 5 && first[0] < 20)
    let all = try counts(.allSources(passes: 1))
    #expect(all[0] == 20 && all[1] > 5)
    #expect(try counts(.everyRecord(passes: 2)) == [40, 10])
    #expect(try counts(.never).reduce(0, +) == 10_000)
  }

  @Test("From every cursor the same draws follow")
  func resuming() throws {
    let sources = try [Dataset.numbered(7, name: "a", weight: 2), Dataset.numbered(4, name: "b", weight: 1)]
    let mixture = try DataMixture(sources, seed: 11, exhaustion: .everyRecord(passes: 3))
    let all = draws(mixture, 1_000)
    #expect(all.count == 33)
    var stream = mixture.stream()
    for taken in 0...all.count {
      let stored = try JSONDecoder().decode(
        StreamCursor.self, from: try JSONEncoder().encode(stream.cursor))
      var again = try mixture.stream(at: stored)
      var rest: [ExampleDraw] = []
      while let draw = again.next() { rest.append(draw) }
      #expect(rest == Array(all[taken...]))
      _ = stream.next()
    }
  }

  @Test("Weights that make no sense are refused")
  func badWeights() throws {
    for weights in [[1, nil], [0, 1], [-1, 1], [Double.nan, 1], [.infinity, 1]] as [[Double?]] {
      let sources = try weights.enumerated().map { try Dataset.numbered(3, name: "s\($0)", weight: $1) }
      #expect(dataError { _ = try DataMixture(sources, seed: 1) }?.code == .invalidSetting)
    }
    #expect(dataError { _ = try DataMixture([], seed: 1) }?.code == .invalidSetting)
    #expect(
      dataError { _ = try DataMixture([.numbered(2)], seed: 1, exhaustion: .allSources(passes: 0)) }?.code
        == .invalidSetting)
  }

  @Test("Records are held out by their contents: both parts are the whole, and copies stay together")
  func heldOut() throws {
    let lines = (0..<500).map { "line \($0 % 400)" }.joined(separator: "\n")
    let files = FilesInMemory(["a.txt": lines])
    func texts(_ part: DataPart) throws -> [String] {
      try files.open("a.txt", documents: TextDocuments(division: .lines), part: part).texts()
    }
    let training = try texts(.training(heldOut: 0.2, seed: 1))
    let validation = try texts(.validation(heldOut: 0.2, seed: 1))
    #expect(training.count + validation.count == 500)
    #expect(Set(training).isDisjoint(with: Set(validation)))
    #expect(abs(validation.count - 100) < 35)
    #expect(try texts(.validation(heldOut: 0.2, seed: 2)) != validation)
    #expect(dataError { _ = try texts(.training(heldOut: 1, seed: 1)) }?.code == .invalidSetting)
  }
}
