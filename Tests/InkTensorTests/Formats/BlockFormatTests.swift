import CInkKernels
import InkTensor
import Testing

@Suite("Block formats")
struct BlockFormatTests {
  @Test("the C table and the Swift one agree on every type", arguments: BlockFormat.allCases)
  func layouts(_ format: BlockFormat) {
    var elements = 0
    var bytes = 0
    guard ink_block_layout(Int32(format.rawValue), &elements, &bytes) else {
      #expect(format.dtype != nil || format == .q8_1)
      return
    }
    #expect(elements == format.elementsPerBlock && bytes == format.bytesPerBlock)
  }

  @Test("data of the wrong size or place is refused", arguments: BlockFormat.allCases)
  func refused(_ format: BlockFormat) throws {
    let shape = Shape([2, format.elementsPerBlock])
    let storage = Storage.zeros(byteCount: 2 * format.bytesPerBlock)
    let all = 0..<storage.byteCount
    if format.isReadable {
      #expect(try format.dequantize(storage, range: all, shape: shape).toArray().allSatisfy { $0.isFinite })
    }
    #expect(throws: TensorError.self) { try format.dequantize(storage, range: 0..<all.upperBound - 1, shape: shape) }
    #expect(throws: TensorError.self) { try format.dequantize(storage, range: 1..<all.upperBound + 1, shape: shape) }
    #expect(throws: TensorError.self) { try format.dequantize(storage, range: all, shape: [Int.max, 3]) }
  }

  @Test("eight-bit blocks keep small whole numbers and half a step otherwise")
  func quantize() throws {
    let values = (0..<64).map { Float($0 * 4 - 127) }
    let storage = try BlockFormat.q8_0.quantize(Tensor(values, shape: [1, 64]))
    let decoded = try BlockFormat.q8_0.dequantize(storage, range: 0..<storage.byteCount, shape: [1, 64]).toArray()
    for (value, original) in zip(decoded, values) { #expect(abs(value - original) <= 0.51) }
    #expect(throws: TensorError.self) { try BlockFormat.q8_0.quantize(Tensor([1], shape: [1])) }
    #expect(throws: TensorError.self) {
      try BlockFormat.iq4_XS.quantize(Tensor([Float](repeating: 0, count: 256), shape: [256]))
    }
  }

  @Test("not-a-number and infinities in the input do not disturb the quantisers", arguments: BlockFormat.allCases)
  func extremes(_ format: BlockFormat) throws {
    guard format.isWritable else { return }
    let pattern: [Float] = [.nan, .infinity, -.infinity, 1, -1, 0, .greatestFiniteMagnitude, .leastNonzeroMagnitude]
    let values = (0..<512).map { pattern[$0 % pattern.count] }
    let storage = try format.quantize(Tensor(values, shape: [2, 256]))
    #expect(storage.byteCount == format.byteCount(elements: 512))
  }
}
