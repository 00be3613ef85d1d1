import CInkKernels

extension Storage {
  /// XXH64 with seed 0 (Collet, 2012) of a range of bytes: finds damage, does not withstand intent. A programmer's error
  /// if the range leaves the storage.
  package func checksum(of range: Range<Int>) -> UInt64 {
    if range.lowerBound < 0 || range.upperBound > byteCount {
      trap("Storage.checksum", "bytes \(range) of a storage of \(byteCount)")
    }
    return ink_checksum(base + range.lowerBound, range.count)
  }

  /// The same of an array.
  package static func checksum(of bytes: [UInt8]) -> UInt64 {
    bytes.withUnsafeBytes { ink_checksum($0.baseAddress, $0.count) }
  }
}
