import InkTensor
import Testing

@Suite("Narrow floats")
struct NarrowFloatTests {
  @Test("every code survives the way to Float and back", arguments: NarrowFloat.allCases)
  func roundTrip(_ format: NarrowFloat) {
    let codes =
      format.byteCount == 1 ? (0...255).map { [UInt8($0)] } : (0...65535).map { [UInt8($0 & 255), UInt8($0 >> 8)] }
    let bytes = codes.flatMap { $0 }
    let values = format.decode(bytes)
    let again = format.encode(values)
    var wrong = 0
    for index in values.indices {
      let range = index * format.byteCount..<(index + 1) * format.byteCount
      if values[index].isNaN ? !format.decode(Array(again[range]))[0].isNaN : again[range] != bytes[range] {
        // The e5m2 infinities and the e4m3 largest values are kept too, so every difference is a fault.
        wrong += 1
      }
    }
    #expect(wrong == 0)
  }

  @Test("ties go to the even neighbour, overflow to infinity or the largest value")
  func rounding() {
    #expect(
      NarrowFloat.f16.decode(NarrowFloat.f16.encode([2049, 2051, 65519, 65520, 0x1p-25, 0x1.8p-24])) == [
        2048, 2052, 65504, .infinity, 0, 0x1p-23,
      ])
    #expect(NarrowFloat.bf16.decode(NarrowFloat.bf16.encode([257, 259])) == [256, 260])
    #expect(NarrowFloat.f8e4m3.decode(NarrowFloat.f8e4m3.encode([17, 19, 1e9, -.infinity])) == [16, 20, 448, -448])
    #expect(
      NarrowFloat.f8e5m2.decode(NarrowFloat.f8e5m2.encode([9, 11, 61440, -.infinity])) == [
        8, 12, .infinity, -.infinity,
      ])
  }
}
