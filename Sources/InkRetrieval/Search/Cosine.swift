/// The cosine of the angle between two vectors; 0 when one has no direction, an element that is no number, or their
/// lengths differ.
package func cosine(_ left: [Float], _ right: [Float]) -> Double {
  guard left.count == right.count else { return 0 }
  var (product, leftSquare, rightSquare) = (0.0, 0.0, 0.0)
  for index in left.indices {
    let (a, b) = (Double(left[index]), Double(right[index]))
    product += a * b
    leftSquare += a * a
    rightSquare += b * b
  }
  let lengths = (leftSquare * rightSquare).squareRoot()
  return lengths > 0 && product.isFinite ? product / lengths : 0
}
