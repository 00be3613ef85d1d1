import InkFormats
import InkTensor
import Testing

@Suite("Packing into K types")
struct BlockPackingTests {
  static let formats: [BlockFormat] = [.q2_K, .q3_K, .q4_K, .q5_K, .q6_K]

  private func packed(_ values: [Float], _ format: BlockFormat, threads: Int = 1) throws -> StoredTensor {
    let tensor = Tensor(values, shape: [values.count / 256, 256])
    return try StoredTensor(name: "x", tensor, as: format, on: ThreadPool(threads: threads))
  }

  private func squares(_ found: [Float], _ wanted: [Float]) -> Double {
    zip(found, wanted).reduce(0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }
  }

  @Test("no block leaves much more error than llama.cpp's, and all together leave less", arguments: formats)
  func error(_ format: BlockFormat) throws {
    let path = "\(GoldenData.fixtures)/quant/ggml/k_blocks.safetensors"
    let file = try SafetensorsFile.open(path)
    let values = try file.tensor("input").toArray()
    let blocks = try file.stored(format.name)
    let reference = try StoredTensor(
      name: "reference", type: .packed(format), shape: [values.count / 256, 256], storage: blocks.storage,
      byteRange: blocks.byteRange
    ).float32().toArray()
    let ours = try packed(values, format).float32().toArray()
    #expect(squares(ours, values) <= squares(reference, values))
    for start in stride(from: 0, to: values.count, by: 256) {
      let block = start..<start + 256
      let limit = 1.05 * 1.05 * squares(Array(reference[block]), Array(values[block]))
      #expect(squares(Array(ours[block]), Array(values[block])) <= limit, "block \(start / 256)")
    }
  }

  @Test("any number of threads gives the same bits", arguments: formats + [.q8_0, .q4_0])
  func threads(_ format: BlockFormat) throws {
    let random = RandomStream(seed: 5, name: "weights")
    let values = (0..<256 * 300).map { Float(random.uniform(at: UInt64($0))) - 0.5 }
    let alone = try packed(values, format).bytes
    for threads in [2, 3, 5] { #expect(try packed(values, format, threads: threads).bytes == alone) }
  }

  @Test("values that lie on a grid come back as they are", arguments: formats)
  func exact(_ format: BlockFormat) throws {
    let zeros = [Float](repeating: 0, count: 256)
    #expect(try packed(zeros, format).float32().toArray() == zeros)
    // Two values a group: every type has codes for both.
    let two = (0..<256).map { Float($0 % 2 == 0 ? 0 : -0.5) }
    for (found, wanted) in zip(try packed(two, format).float32().toArray(), two) {
      #expect((found - wanted).magnitude <= 0.5 / 128)
    }
  }

  @Test("a large value disturbs its own group and no other", arguments: formats)
  func outlier(_ format: BlockFormat) throws {
    var values = (0..<256).map { Float($0 % 16) / 16 - 0.5 }
    values[40] = 4
    let decoded = try packed(values, format).float32().toArray()
    #expect(decoded.allSatisfy { $0.isFinite })
    let error = (squares(Array(decoded[64...]), Array(values[64...])) / 192).squareRoot()
    #expect(error < 0.2)
  }

  @Test("what is no number, and what a half-precision scale cannot reach, is refused", arguments: formats)
  func refused(_ format: BlockFormat) throws {
    for bad in [Float.nan, .infinity, -.infinity, 1e30] {
      var values = [Float](repeating: 0.5, count: 256)
      values[200] = bad
      let failure = #expect(throws: FormatError.self) { try packed(values, format) }
      #expect(failure?.code == .outOfRange)
    }
    #expect(throws: FormatError.self) {
      try StoredTensor(name: "x", Tensor([1, 2], shape: [1, 2]), as: format, on: ThreadPool(threads: 1))
    }
  }
}
