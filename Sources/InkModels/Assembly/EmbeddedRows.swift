package import InkTensor

/// Rows of a step that are not looked up in the table of tokens but given: what a vision model makes of a picture.
///
/// They stand behind the scaling of embeddings and before positions and norms are applied.
package struct EmbeddedRows: Sendable {
  /// The first row of the step that is replaced.
  package let start: Int
  /// The rows, [count, width].
  package let rows: Tensor

  package init(start: Int, rows: Tensor) {
    self.start = start
    self.rows = rows
  }

  /// `x` with these rows in it.
  static func replacing(_ parts: [EmbeddedRows], in x: Tensor) -> Tensor {
    let width = x.shape[1]
    var elements = x.toArray()
    for part in parts {
      guard part.rows.shape.rank == 2, part.rows.shape[1] == width, part.start >= 0,
        part.start <= x.shape[0] - part.rows.shape[0]
      else { trap("EmbeddedRows", "\(part.rows.shape) from row \(part.start) in \(x.shape)") }
      let first = part.start * width
      elements.replaceSubrange(first..<first + part.rows.elementCount, with: part.rows.toArray())
    }
    return Tensor(elements, shape: x.shape)
  }
}
