package import InkTensor

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Positions as sines and cosines of geometrically growing wavelengths, side by side (Vaswani et al., 2017, 3.5).
package struct SinusoidalPositions: Sendable {
  /// Elements of a row.
  package let width: Int

  package init(width: Int) { self.width = width }

  /// The rows of the given positions, [positions, width]: element `2i` is `sin(position / 10000^(2i / width))`, element
  /// `2i + 1` the cosine of the same.
  package func rows(of positions: [Int]) -> Tensor {
    let frequencies = stride(from: 0, to: width, by: 2).map { exp(-log(10_000) * Double($0) / Double(width)) }
    var elements: [Float] = []
    elements.reserveCapacity(positions.count * width)
    for position in positions {
      for element in 0..<width {
        let angle = Double(position) * frequencies[element / 2]
        elements.append(Float(element % 2 == 0 ? sin(angle) : cos(angle)))
      }
    }
    return Tensor(elements, shape: [positions.count, width])
  }
}
