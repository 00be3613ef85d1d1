import InkTensor
import Testing

/// The initialiser that looks at shapes from files.
@Suite("Checked tensors")
struct TensorCheckTests {
  struct Refusal: Sendable, CustomTestStringConvertible {
    let shape: Shape
    let byteOffset: Int
    let dtype: DType
    init(_ shape: Shape, at byteOffset: Int = 0, _ dtype: DType = .f32) {
      (self.shape, self.byteOffset, self.dtype) = (shape, byteOffset, dtype)
    }
    var testDescription: String { "\(dtype.rawValue) \(shape) at \(byteOffset)" }
  }

  static let refusals: [Refusal] = [
    .init([17]), .init([4, 4], at: 4), .init([16], at: -4), .init([1], at: 65), .init([1], at: .max),
    .init([], at: 61), .init([9], .f64), .init([33], .f16), .init([65], .u8), .init([-1]), .init([-4, -4]),
    .init([.max]), .init([.max], .u8), .init([.max, 2]), .init([1 << 62, 4]), .init([1 << 32, 1 << 32]),
    .init([0, 1 << 62, 4]), .init([1 << 62, 4, 0]), .init([1 << 62, 0, 4]), .init([0, .max, .max]),
    .init([.max, 0, .max]), .init([0, -1]), .init([0, .min]), .init([.min, 2]), .init([0], at: 65),
  ]

  @Test("a shape that does not fit, or whose strides overflow, is refused", arguments: refusals)
  func refuses(_ refusal: Refusal) {
    let storage = Storage.zeros(byteCount: 64)
    let error = #expect(throws: TensorError.self) {
      try Tensor(storage: storage, byteOffset: refusal.byteOffset, dtype: refusal.dtype, shape: refusal.shape)
    }
    #expect(error?.code == .outOfRange)
    #expect(error?.description.contains("64 bytes") == true)
  }

  @Test(
    "a shape that fits is taken, at the very end and without elements too",
    arguments: [
      .init([16]), .init([4, 4]), .init([2, 2, 2], at: 32), .init([], at: 60), .init([8], .f64), .init([64], .bool),
      .init([0], at: 64), .init([0, 1 << 40]), .init([3, 0, 5], at: 64), .init([1, 1, 1, 1, 1, 1, 1, 16]),
    ] as [Refusal])
  func accepts(_ place: Refusal) throws {
    let storage = Storage.zeros(byteCount: 64)
    let tensor = try Tensor(
      storage: storage, byteOffset: place.byteOffset, dtype: place.dtype, shape: place.shape)
    #expect(tensor.isContiguous)
    #expect(tensor.toArray() == [Float](repeating: 0, count: place.shape.elementCount))
    #expect(tensor.contiguous().shape == place.shape)
  }
}
