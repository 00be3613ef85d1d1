package import InkTensor

/// Rows of a step that are virtual tokens, with their keys and values in one layer.
package struct PrefixRows: Sendable {
  /// The first of the rows.
  package let start: Int
  /// [count, keyValueHeads, headWidth], rotated already.
  package let keys: Tensor
  /// [count, keyValueHeads, headWidth].
  package let values: Tensor

  package init(start: Int, keys: Tensor, values: Tensor) {
    self.start = start
    self.keys = keys
    self.values = values
  }

  package var tensors: [Tensor] { [keys, values] }

  func with(keys: Tensor, values: Tensor) -> PrefixRows { PrefixRows(start: start, keys: keys, values: values) }
}
