public import InkTensor

extension VectorIndex {
  /// Writes the index to a file: beside its place, synchronised, then renamed over it.
  ///
  /// - Throws: `file` with the system's reason.
  public func save(_ path: String) throws(IndexError) {
    throw IndexError(.unsupported, context: path, found: "saving")
  }

  /// Opens an index as it was saved. Vectors stay in the file, mapped into memory, until they are changed; the file itself
  /// is never changed.
  ///
  /// All of it is checked: the sums of its bytes, and that every link leads to a vector.
  ///
  /// - Parameter cpu: the threads that building, batches of searches and long scans run on.
  /// - Throws: `file` where it cannot be read, `damaged` where it is not what was saved, `unsupported` for a version that
  ///   is not known.
  public static func open(_ path: String, cpu: CPU = CPU()) throws(IndexError) -> VectorIndex {
    throw IndexError(.unsupported, context: path, found: "opening")
  }
}
