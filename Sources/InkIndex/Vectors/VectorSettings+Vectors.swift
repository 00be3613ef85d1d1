import InkTensor

extension VectorSettings {
  /// Longer vectors are refused: squares of lengths must stay well within the range of floats.
  static let largestLength = 1e15

  var score: VectorScore {
    switch metric {
    case .cosine, .innerProduct: .product
    case .euclidean: .distance
    }
  }

  var form: VectorForm {
    switch storage {
    case .float32: .floats
    case .int8(rescoring: .none): .codes
    case .int8(rescoring: .float32): .codesAndFloats
    }
  }

  /// Links of a vector on the upper layers of a graph; nil for a flat index.
  var connections: Int? {
    switch kind {
    case .flat: nil
    case .hnsw(let connections, construction: _): connections
    }
  }

  /// Candidates that a new vector's links are chosen from; nil for a flat index.
  var construction: Int? {
    switch kind {
    case .flat: nil
    case .hnsw(connections: _, let construction): construction
    }
  }

  /// The highest layer that the vector with an id stands on: floor(-ln(u) / ln(connections)) for a uniform number u in
  /// (0, 1] that the id alone chooses (Malkov and Yashunin, 2016, section 4).
  func layer(of id: Int64) -> Int {
    guard let connections else { return 0 }
    let uniform = 1 - RandomStream(seed: seed, name: "layers").uniform(at: UInt64(bitPattern: id))
    // The layer is the number of times that u can be multiplied by the connections and stay within 1.
    var (layer, threshold) = (0, uniform * Double(connections))
    while threshold <= 1, layer < LinkGraph.topLayer {
      layer += 1
      threshold *= Double(connections)
    }
    return layer
  }

  /// The vector as it is kept and compared: under cosine its length is 1, so that the inner product is the cosine.
  ///
  /// - Parameter place: names the vector in errors.
  /// - Throws: `invalidVector` for another length than the dimension, for elements that are not finite and for vectors
  ///   whose squared length floats cannot hold.
  func normalized(_ vector: [Float], _ place: @autoclosure () -> String) throws(IndexError) -> [Float] {
    guard vector.count == dimension else {
      throw IndexError(
        .invalidVector, context: place(), expected: "\(dimension) elements", found: "\(vector.count)",
        hint: "Use the embedder that the index was made for.")
    }
    var square = 0.0
    for element in vector { square += Double(element) * Double(element) }
    guard square.isFinite else {
      let position = vector.firstIndex { !$0.isFinite } ?? 0
      throw IndexError(
        .invalidVector, context: "\(place()), element \(position)", expected: "a finite number",
        found: "\(vector[position])")
    }
    let length = square.squareRoot()
    switch metric {
    case .cosine: return length > 0 ? vector.map { Float(Double($0) / length) } : vector
    case .innerProduct, .euclidean:
      guard length <= Self.largestLength else {
        throw IndexError(
          .invalidVector, context: place(), expected: "a length of at most \(Self.largestLength)", found: "\(length)")
      }
      return vector
    }
  }
}
