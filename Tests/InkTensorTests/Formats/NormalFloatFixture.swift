import Foundation
import InkTensor

/// What bitsandbytes makes of weights that a formula gives: `Scripts/parity/normal_float.py`.
struct NormalFloatFixture: Decodable {
  struct SecondLevel: Decodable {
    let codes: Data
    let levels: Data
    let scales: Data
    let offset: Data

    func decoded() throws -> NormalFloatScales {
      .double(
        codes: [UInt8](codes),
        try .init(levels: levels.floats, scales: scales.floats, offset: offset.floats[0]))
    }
  }

  /// Weights whose blocks begin in one row and end in the next.
  struct Uneven: Decodable {
    let rows: Int
    let columns: Int
    let codes: Data
    let double: SecondLevel
    let decoded: Data
  }

  let seed: UInt64
  let rows: Int
  let columns: Int
  let codes: Data
  let levels: Data
  let scales: Data
  let double: SecondLevel
  let picked: [Int]
  let decoded_single: Data
  let decoded_double: Data
  let uneven: Uneven

  static func load() throws -> NormalFloatFixture {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures/nf4.json")
    let decoder = JSONDecoder()
    decoder.dataDecodingStrategy = .base64
    return try decoder.decode(NormalFloatFixture.self, from: Data(contentsOf: path))
  }

  /// The weights that were rounded.
  var weights: Tensor {
    var random = TestRandom(seed: seed)
    var values: [Float] = []
    for row in 0..<rows {
      for _ in 0..<columns {
        let sum = random.uniform() + random.uniform() + random.uniform()
        values.append(sum * 0.02 * Float(1 + row % 7))
      }
    }
    for column in 0..<64 { values[3 * columns + column] = 0 }
    return Tensor(values, shape: [rows, columns])
  }

  /// The blocks as a file holds them.
  func blocks(_ scaling: NormalFloatScaling) throws -> NormalFloatBlocks {
    try NormalFloatBlocks(
      Storage.copying([UInt8](codes)), range: 0..<codes.count, elementCount: rows * columns,
      scales: scaling == .single ? .single(scales.floats) : try double.decoded())
  }

  func decoded(_ scaling: NormalFloatScaling) -> [UInt32] {
    (scaling == .single ? decoded_single : decoded_double).floats.map(\.bitPattern)
  }
}

extension Data {
  /// Single-precision numbers, lowest byte first.
  var floats: [Float] {
    let bytes = [UInt8](self)
    return stride(from: 0, to: bytes.count - 3, by: 4).map { start in
      Float(bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << (8 * UInt32($1)) })
    }
  }
}
