import Foundation
import InkNN
import Testing

@Suite("Relative buckets")
struct RelativeBucketTests {
  @Test("every distance falls into the reference's bucket")
  func reference() throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures/positions/relative_buckets.json")
    let file = try JSONDecoder().decode(File.self, from: Data(contentsOf: path))
    for test in file.cases {
      let buckets = try #require(
        RelativeBuckets(
          count: test.count, largestDistance: test.largest_distance, direction: test.bidirectional ? .both : .past))
      let found = test.buckets.indices.map { buckets.bucket(of: file.first_distance + $0) }
      #expect(found == test.buckets, "\(test.count) buckets to \(test.largest_distance)")
    }
  }

  @Test("distances at the ends of the numbers have a bucket", arguments: [RelativeBuckets.Direction.both, .past])
  func extremes(direction: RelativeBuckets.Direction) throws {
    let buckets = try #require(RelativeBuckets(count: 32, largestDistance: 128, direction: direction))
    for distance in [Int.min, Int.min + 1, -1 << 40, 1 << 40, Int.max] {
      #expect((0..<32).contains(buckets.bucket(of: distance)))
    }
  }

  @Test(
    "numbers that cannot be are refused",
    arguments: [(0, 128), (1, 128), (3, 128), (-4, 128), (32, 8), (32, 0), (32, -1), (4, 1), (32, (1 << 16) + 1)])
  func refused(count: Int, largestDistance: Int) {
    #expect(RelativeBuckets(count: count, largestDistance: largestDistance, direction: .both) == nil)
  }

  struct File: Decodable {
    struct Case: Decodable {
      let count: Int
      let largest_distance: Int
      let bidirectional: Bool
      let buckets: [Int]
    }

    let first_distance: Int
    let cases: [Case]
  }
}
