extension Storage {
  /// A copy of whole numbers, in the byte order of this machine.
  package static func copying<Number: FixedWidthInteger & BitwiseCopyable>(numbers: [Number]) -> Storage {
    let storage = allocate(byteCount: numbers.count * MemoryLayout<Number>.stride)
    numbers.withUnsafeBytes { source in
      if let start = source.baseAddress { storage.base.copyMemory(from: start, byteCount: source.count) }
    }
    return storage
  }

  /// The whole numbers that a range of bytes holds, in the byte order of this machine. A programmer's error if the range
  /// leaves the storage.
  package func numbers<Number: FixedWidthInteger & BitwiseCopyable>(
    of type: Number.Type, in range: Range<Int>
  ) -> [Number] {
    withBytes(in: range) { _ in
      let count = range.count / MemoryLayout<Number>.stride
      return (0..<count).map {
        base.loadUnaligned(fromByteOffset: range.lowerBound + $0 * MemoryLayout<Number>.stride, as: type)
      }
    }
  }
}
