/// A factor of a matrix product: a stored matrix and the way it is read.
package struct MatrixOperand: Sendable {
  /// Which axis of the stored matrix the factor's rows are.
  package enum Reading: Sendable, Hashable {
    /// Rows are rows.
    case asStored
    /// Rows are the stored columns: the factor is the transpose, without a copy of it being made.
    case transposed
  }

  enum Source: Sendable {
    case tensor(Tensor)
    case packed(PackedMatrix)
  }

  let source: Source
  /// How the stored matrix is read.
  package let reading: Reading
  let storedRows: Int
  let storedColumns: Int

  /// A contiguous tensor [..., columns] of f32, or of bf16, which is widened piece by piece; the leading axes count as
  /// rows.
  package init(_ tensor: Tensor, _ reading: Reading = .asStored) {
    if tensor.shape.rank == 0 { trap("MatrixOperand", "a scalar") }
    source = .tensor(tensor)
    self.reading = reading
    storedColumns = tensor.shape[-1]
    storedRows = tensor.shape.rowCount
  }

  /// Packed weights [outputs, inputs], with exactly the values that their format defines. Only the right factor of a
  /// product can be packed; it is decoded piece by piece.
  package init(_ matrix: PackedMatrix, _ reading: Reading = .asStored) {
    source = .packed(matrix)
    self.reading = reading
    storedColumns = matrix.inputs
    storedRows = matrix.outputs
  }

  /// The rows of the factor.
  package var rows: Int { reading == .asStored ? storedRows : storedColumns }
  /// The columns of the factor.
  package var columns: Int { reading == .asStored ? storedColumns : storedRows }

  /// Where the bytes lie.
  var memory: (storage: Storage, range: Range<Int>) {
    switch source {
    case .tensor(let tensor): (tensor.storage, tensor.byteRange)
    case .packed(let matrix): (matrix.storage, matrix.byteOffset..<matrix.byteOffset + matrix.byteCount)
    }
  }
}
