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
