import InkTensor
import Testing

/// Elements of every type, written as little-endian bytes and read back as numbers.
@Suite("Element types")
struct ElementTypeTests {
  /// The bytes of one number, least significant first.
  static func littleEndian(_ bits: UInt64, byteCount: Int) -> [UInt8] {
    (0..<byteCount).map { UInt8(truncatingIfNeeded: bits >> UInt64($0 * 8)) }
  }

  struct Sample: Sendable, CustomTestStringConvertible {
    let dtype: DType
    /// The bits of each element.
    let bits: [UInt64]
    let floats: [Float]
    var testDescription: String { dtype.rawValue }

    func tensor(shape: Shape, byteOffset: Int = 0) throws -> Tensor {
      let bytes = bits.flatMap { ElementTypeTests.littleEndian($0, byteCount: dtype.byteCount) }
      let storage = Storage.copying([UInt8](repeating: 0xee, count: byteOffset) + bytes)
      return try Tensor(storage: storage, byteOffset: byteOffset, dtype: dtype, shape: shape)
    }
  }

  static func signed(_ values: [Int]) -> [UInt64] { values.map { UInt64(bitPattern: Int64($0)) } }

  static let floating: [Sample] = [
    .init(
      dtype: .f64, bits: [1.5, -0.1, 1e300, 0, -2, 16_777_217].map(\Double.bitPattern),
      floats: [1.5, -0.1, .infinity, 0, -2, 16_777_216]),
    .init(
      dtype: .f32, bits: [1.5, -0.1, .infinity, 0, -2, 0x1p-149].map { (value: Float) in UInt64(value.bitPattern) },
      floats: [1.5, -0.1, .infinity, 0, -2, 0x1p-149]),
    .init(
      dtype: .f16, bits: [0x3e00, 0xc000, 0x7c00, 0, 0x7bff, 0x0001], floats: [1.5, -2, .infinity, 0, 65504, 0x1p-24]),
    .init(
      dtype: .bf16, bits: [0x3fc0, 0xc000, 0xff80, 0, 0x4080, 0x0001], floats: [1.5, -2, -.infinity, 0, 4, 0x1p-133]),
    .init(
      dtype: .f8e4m3, bits: [0x3c, 0xc0, 0x7e, 0, 0x01, 0xb8], floats: [1.5, -2, 448, 0, 0x1p-9, -1]),
    .init(
      dtype: .f8e5m2, bits: [0x3e, 0xc0, 0x7c, 0, 0x01, 0x7b], floats: [1.5, -2, .infinity, 0, 0x1p-16, 57344]),
  ]

  static let integers: [(dtype: DType, values: [Int])] = [
    (.i64, [0, 1, -1, .max, .min, 42]), (.u64, [0, 1, 7, .max, 255, 42]),
    (.i32, [0, 1, -1, 2_147_483_647, -2_147_483_648, 42]), (.u32, [0, 1, 7, 4_294_967_295, 65536, 42]),
    (.i16, [0, 1, -1, 32767, -32768, 42]), (.u16, [0, 1, 7, 65535, 256, 42]),
    (.i8, [0, 1, -1, 127, -128, 42]), (.u8, [0, 1, 7, 255, 128, 42]), (.bool, [0, 1, 1, 0, 1, 0]),
  ]

  static let samples =
    floating
    + integers.map { .init(dtype: $0.dtype, bits: signed($0.values), floats: $0.values.map { Float($0) }) }

  @Test("there is a sample of every element type")
  func complete() {
    #expect(Set(ElementTypeTests.samples.map(\.dtype)) == Set(DType.allCases))
  }

  @Test("elements become the nearest Float, at any byte offset and through any view", arguments: samples)
  func floats(_ sample: Sample) throws {
    #expect(try sample.tensor(shape: [6]).toArray() == sample.floats)
    #expect(try sample.tensor(shape: [2, 3], byteOffset: 3 * sample.dtype.byteCount).toArray() == sample.floats)
    let turned = try sample.tensor(shape: [2, 3]).transposed([1, 0])
    #expect(turned.toArray() == [0, 3, 1, 4, 2, 5].map { sample.floats[$0] })
    #expect(turned.toFloat32().dtype == .f32)
    #expect(turned.toFloat32().toArray() == turned.toArray())
    #expect(try sample.tensor(shape: [6]).slice(2..<5).toArray() == Array(sample.floats[2..<5]))
    #expect(try sample.tensor(shape: [3, 2])[1].toArray() == Array(sample.floats[2..<4]))
  }

  @Test(
    "a tensor whose file put it at an odd byte is read all the same", arguments: samples.filter { $0.dtype != .f32 })
  func unaligned(_ sample: Sample) throws {
    #expect(try sample.tensor(shape: [6], byteOffset: 1).toArray() == sample.floats)
  }

  @Test("integers keep every bit", arguments: integers.indices)
  func wholeNumbers(_ index: Int) throws {
    let (dtype, values) = ElementTypeTests.integers[index]
    let sample = Sample(dtype: dtype, bits: ElementTypeTests.signed(values), floats: [])
    #expect(try sample.tensor(shape: [6]).toIntegers() == values)
    #expect(try sample.tensor(shape: [2, 3], byteOffset: 5).toIntegers() == values)
    let turned = try sample.tensor(shape: [3, 2]).transposed([1, 0])
    #expect(turned.toIntegers() == [0, 2, 4, 1, 3, 5].map { values[$0] })
  }

  @Test("an unsigned number past the largest Int comes out with the same bits")
  func largeUnsigned() throws {
    let sample = Sample(dtype: .u64, bits: [.max, 1 << 63], floats: [])
    #expect(try sample.tensor(shape: [2]).toIntegers() == [-1, .min])
    #expect(try sample.tensor(shape: [2]).toArray() == [0x1p64, 0x1p63])
  }
}
