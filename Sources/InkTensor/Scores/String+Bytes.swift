extension String {
  /// Lends the bytes of its UTF-8, where they lie if they lie in one run.
  @inlinable
  package func withBytes<Result>(_ body: (RawSpan) -> Result) -> Result {
    let found = utf8.withContiguousStorageIfAvailable { body(UnsafeRawBufferPointer($0).bytes) }
    return found ?? Array(utf8).withUnsafeBytes { body($0.bytes) }
  }
}
