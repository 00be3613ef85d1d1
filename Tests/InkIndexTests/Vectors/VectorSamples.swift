import InkIndex
import InkTensor

/// Vectors for tests, drawn from named streams.
struct VectorSamples {
  let dimension: Int
  let seed: UInt64

  /// Independent elements of the standard normal distribution.
  func uniform(_ count: Int, named name: String = "vectors") -> [[Float]] {
    let stream = RandomStream(seed: seed, name: name)
    return (0..<count).map { row in
      (0..<dimension).map { Float(stream.normal(at: UInt64(row * dimension + $0))) }
    }
  }

  /// Points around `centres` centres, in `inner` directions of their own and with little noise: what embeddings of texts
  /// on a few subjects look like.
  func clustered(_ count: Int, centres: Int, inner: Int = 8, named name: String = "clustered") -> [[Float]] {
    let middle = uniform(centres, named: "centres")
    let directions = uniform(inner, named: "directions")
    let stream = RandomStream(seed: seed, name: name)
    return (0..<count).map { row in
      var point = middle[Int(stream.bits(at: UInt64(row)) % UInt64(centres))]
      for (index, direction) in directions.enumerated() {
        let factor = Float(stream.normal(at: UInt64(1_000_000 + row * inner + index))) * 0.5
        for element in point.indices { point[element] += factor * direction[element] }
      }
      return point
    }
  }

  /// The best by a plain loop in double precision, best first, equal scores by ascending id.
  static func exact(
    _ query: [Float], among vectors: [(id: Int64, vector: [Float])], count: Int, metric: VectorSettings.Metric
  ) -> [Int64] {
    func product(_ a: [Float], _ b: [Float]) -> Double { zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) } }
    let scored = vectors.map { entry -> (id: Int64, score: Double) in
      switch metric {
      case .innerProduct: return (entry.id, product(query, entry.vector))
      case .euclidean:
        return (entry.id, -zip(query, entry.vector).reduce(0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) })
      case .cosine:
        let length = (product(query, query) * product(entry.vector, entry.vector)).squareRoot()
        return (entry.id, length > 0 ? product(query, entry.vector) / length : 0)
      }
    }
    return scored.sorted { $0.score > $1.score || ($0.score == $1.score && $0.id < $1.id) }.prefix(count).map(\.id)
  }
}
