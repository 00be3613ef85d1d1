/// The weights of a linear map or the rows of a table.
package enum Weight: Sendable {
  /// Panels for the kernels, of any element type: never changed.
  case packed(PackedMatrix)
  /// [outputs, inputs], row-major f32 or bf16: changed by training, or a base that gradients pass through.
  case dense(Tensor)

  /// The rows: the width of a product.
  package var outputs: Int {
    switch self {
    case .packed(let matrix): matrix.outputs
    case .dense(let tensor): tensor.shape[0]
    }
  }

  /// The columns: the width of what it is multiplied with.
  package var inputs: Int {
    switch self {
    case .packed(let matrix): matrix.inputs
    case .dense(let tensor): tensor.shape[1]
    }
  }

  /// The bytes that the weights take.
  package var byteCount: Int {
    switch self {
    case .packed(let matrix): matrix.byteCount
    case .dense(let tensor): tensor.elementCount * tensor.dtype.byteCount
    }
  }

  /// The tensor of weights that may be trained.
  package var tensor: Tensor? {
    switch self {
    case .packed: nil
    case .dense(let tensor): tensor
    }
  }

  /// Rows from which on NF4 is decoded into tiles once instead of anew for each block of rows; the bits are the same.
  private static let rowsWorthTiles = 64

  /// Whether a product with so many rows copies the weights into tiles.
  func isTiled(rows: Int) -> Bool {
    switch self {
    case .dense: return true
    case .packed(let matrix):
      switch matrix.layout {
      case .normalFloat: return rows >= Weight.rowsWorthTiles
      case .dense, .interleaved, .blocks: return false
      }
    }
  }

  /// The weights as the right factor of a product.
  func operand(_ reading: MatrixOperand.Reading) -> MatrixOperand {
    switch self {
    case .packed(let matrix): MatrixOperand(matrix, reading)
    case .dense(let tensor): MatrixOperand(tensor, reading)
    }
  }

  /// Panels of it; those of dense weights are made here.
  func panels(on cpu: CPU) -> PackedMatrix {
    switch self {
    case .packed(let matrix): matrix
    case .dense(let tensor): PackedMatrix.pack(matrix: tensor, cpu: cpu)
    }
  }
}
