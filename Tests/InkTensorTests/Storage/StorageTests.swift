import InkTensor
import Testing

/// Runs of bytes of our own.
@Suite("Storage")
struct StorageTests {
  @Test("bytes are read in place through a checked view and copied out")
  func bytes() {
    let storage = Storage.copying(Array(0..<200))
    #expect(storage.byteCount == 200)
    #expect(storage.bytes(in: 10..<13) == [10, 11, 12])
    #expect(storage.bytes(in: 200..<200).isEmpty)
    let sum = storage.withBytes(in: 50..<60) { bytes in
      var sum = 0
      for offset in bytes.byteOffsets { sum += Int(bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self)) }
      return sum
    }
    #expect(sum == (50..<60).reduce(0, +))
    #expect(storage.withBytes(in: 7..<7) { $0.byteCount } == 0)
  }

  @Test("an error thrown while reading comes out as it is")
  func errors() {
    let storage = Storage.copying([1, 2, 3])
    let error = #expect(throws: TensorError.self) {
      try storage.withBytes(in: 0..<3) { bytes throws(TensorError) -> Int in
        throw TensorError(.unsupported, context: "\(bytes.byteCount) bytes")
      }
    }
    #expect(error?.context == "3 bytes")
  }

  @Test("every storage begins on a cache line", arguments: [0, 1, 63, 64, 65, 4096, 5 << 20])
  func alignment(_ byteCount: Int) {
    let storage = Storage.zeros(byteCount: byteCount)
    let start = storage.withBytes(in: 0..<byteCount) { bytes in
      bytes.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
    }
    #expect(start % 64 == 0)
    #expect(storage.bytes(in: 0..<byteCount).allSatisfy { $0 == 0 })
  }

  @Test("hints about a mapped file do nothing to memory of our own")
  func hints() {
    let storage = Storage.copying([UInt8](repeating: 5, count: 100_000))
    storage.willNeed(0..<100_000)
    storage.discardResidentPages(0..<100_000)
    #expect(storage.bytes(in: 0..<100_000).allSatisfy { $0 == 5 })
  }
}
