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
  static func replacing(_ parts: [EmbeddedRows], in x: Tensor, on cpu: CPU) -> Tensor {
    cpu.replacingRows(of: x, by: parts.sorted { $0.start < $1.start }.map { ($0.start, $0.rows) })
  }
}
