import CInkKernels

/// The weights of a linear map, `outputs` rows of `inputs`, in the one layout that the kernels of every instruction set
/// read.
///
/// Packing moves bytes and keeps every weight's exact value.
package struct PackedMatrix: Sendable {
  /// The rows of the matrix: the width of a product.
  package let outputs: Int
  /// The columns of the matrix: the width of what it is multiplied with.
  package let inputs: Int
  /// How the weights lie in ``storage``.
  package let layout: PackedLayout
  let storage: Storage
  let byteOffset: Int
  /// Bytes of a panel of 16 outputs; for `.blocks` those of 16 rows.
  let panelBytes: Int

  /// Outputs side by side in a panel.
  static let panelWidth = Int(INK_PANEL_WIDTH)
  /// Elements along the inputs that share an activation scale.
  static let blockWidth = Int(INK_BLOCK)

  /// The number of panels; the last may be partly empty.
  var panelCount: Int { (outputs + PackedMatrix.panelWidth - 1) / PackedMatrix.panelWidth }

  /// The bytes that the weights take.
  package var byteCount: Int {
    switch layout {
    case .dense, .interleaved: panelCount * panelBytes
    case .normalFloat(let scaling):
      PackedMatrix.normalFloatByteCount(scaling, outputs: outputs, inputs: inputs)
    case .blocks(let format): outputs * (format.byteCount(elements: inputs) ?? 0)
    }
  }

  /// Where a matrix lies: two that share their memory have the same.
  package struct Place: Sendable, Hashable {
    private let storage: ObjectIdentifier
    private let byteOffset: Int

    fileprivate init(_ storage: Storage, _ byteOffset: Int) {
      self.storage = ObjectIdentifier(storage)
      self.byteOffset = byteOffset
    }
  }

  /// Where it lies, as long as it is there.
  package var place: Place { Place(storage, byteOffset) }

  func panel(_ index: Int) -> UnsafeMutableRawPointer { storage.base + byteOffset + index * panelBytes }
}
