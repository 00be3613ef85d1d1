import CInkKernels

/// A vector as the kernels compare it with rows: floats padded with zeros, and codes where rows have codes.
///
/// `@unchecked Sendable`: the memory is written in `init` alone.
package struct VectorQuery: @unchecked Sendable {
  private let storage: Storage
  /// Leads into `storage`, which lives as long as this value.
  let kernel: ink_vector_query

  /// Prepares a vector of `rows.dimension` finite elements.
  package init(_ vector: [Float], for rows: VectorRows) {
    if vector.count != rows.dimension {
      trap("VectorQuery", "\(vector.count) elements, dimension \(rows.dimension)")
    }
    let floatBytes = (rows.floatWidth * 4 + 63) / 64 * 64
    storage = Storage.allocate(byteCount: floatBytes + rows.codeWidth)
    let floats = storage.base.assumingMemoryBound(to: Float.self)
    let codes = (storage.base + floatBytes).assumingMemoryBound(to: Int8.self)
    var query = ink_vector_query()
    vector.withUnsafeBufferPointer { vector in
      withUnsafePointer(to: rows.kernel) {
        ink_vector_prepare($0, vector.baseAddress, rows.dimension, floats, codes, &query)
      }
    }
    kernel = query
  }

  /// Calls `body` with the kernel's view, whose memory is alive meanwhile.
  func withKernel<Result>(_ body: (UnsafePointer<ink_vector_query>) -> Result) -> Result {
    withExtendedLifetime(storage) { withUnsafePointer(to: kernel, body) }
  }
}
