/// The ciphers of protected PDF files.
enum PDFCipher {
  /// RC4 of data; the same call encrypts and decrypts.
  static func rc4(_ data: [UInt8], key: [UInt8]) -> [UInt8] {
    guard !key.isEmpty else { return data }
    var box = (0..<256).map { UInt8($0) }
    var second = 0
    for first in 0..<256 {
      second = (second + Int(box[first]) + Int(key[first % key.count])) & 0xFF
      box.swapAt(first, second)
    }
    var result = data
    var first = 0
    second = 0
    for index in result.indices {
      first = (first + 1) & 0xFF
      second = (second + Int(box[first])) & 0xFF
      box.swapAt(first, second)
      result[index] ^= box[(Int(box[first]) + Int(box[second])) & 0xFF]
    }
    return result
  }

  /// AES with a key of 16 bytes in cipher block chaining (FIPS 197): the first block is the initial vector, the last
  /// byte
  /// tells the padding. Data that is no whole number of blocks loses its tail.
  static func aes(_ data: [UInt8], key: [UInt8]) -> [UInt8] {
    guard key.count == 16, data.count >= 32 else { return [] }
    let rounds = expanded(key)
    var result: [UInt8] = []
    result.reserveCapacity(data.count)
    for block in stride(from: 16, through: data.count - 16, by: 16) {
      let plain = decryptBlock(data[block..<block + 16], rounds)
      for index in 0..<16 { result.append(plain[index] ^ data[block - 16 + index]) }
    }
    if let padding = result.last, padding >= 1, padding <= 16 { result.removeLast(Int(padding)) }
    return result
  }

  /// The field's multiplication by x.
  private static func doubled(_ byte: UInt8) -> UInt8 { byte << 1 ^ (byte & 0x80 == 0 ? 0 : 0x1B) }

  private static func product(_ left: UInt8, _ right: UInt8) -> UInt8 {
    var (left, right, sum) = (left, right, UInt8(0))
    while right != 0 {
      if right & 1 == 1 { sum ^= left }
      left = doubled(left)
      right >>= 1
    }
    return sum
  }

  /// The substitution: inverses in the field behind an affine map, walked by the generator 3.
  private static let substitution: [UInt8] = {
    var box = [UInt8](repeating: 0x63, count: 256)
    var (power, inverse) = (UInt8(1), UInt8(1))
    repeat {
      power ^= doubled(power)
      inverse = product(inverse, 0xF6)
      var value = inverse
      for turn in UInt8(1)...4 { value ^= inverse << turn | inverse >> (8 - turn) }
      box[Int(power)] = value ^ 0x63
    } while power != 1
    return box
  }()

  private static let inverseSubstitution: [UInt8] = {
    var box = [UInt8](repeating: 0, count: 256)
    for (index, value) in substitution.enumerated() { box[Int(value)] = UInt8(index) }
    return box
  }()

  /// Products with 9, 11, 13 and 14.
  private static let products: [[UInt8]] = [9, 11, 13, 14].map { (factor: UInt8) in
    (0..<256).map { product(UInt8($0), factor) }
  }

  private static func expanded(_ key: [UInt8]) -> [UInt8] {
    var words = key
    var constant: UInt8 = 1
    for index in 4..<44 {
      var word = Array(words[(4 * index - 4)..<(4 * index)])
      if index % 4 == 0 {
        word = [word[1], word[2], word[3], word[0]].map { substitution[Int($0)] }
        word[0] ^= constant
        constant = doubled(constant)
      }
      for byte in 0..<4 { words.append(words[4 * index - 16 + byte] ^ word[byte]) }
    }
    return words
  }

  private static func decryptBlock(_ block: ArraySlice<UInt8>, _ rounds: [UInt8]) -> [UInt8] {
    var state = Array(block)
    for index in 0..<16 { state[index] ^= rounds[160 + index] }
    for round in (0..<10).reversed() {
      var next = state
      for column in 0..<4 {
        for row in 0..<4 { next[(column + row) % 4 * 4 + row] = inverseSubstitution[Int(state[column * 4 + row])] }
      }
      for index in 0..<16 { next[index] ^= rounds[16 * round + index] }
      if round > 0 {
        for column in 0..<4 {
          let bytes = (0..<4).map { Int(next[4 * column + $0]) }
          for row in 0..<4 {
            next[4 * column + row] =
              products[3][bytes[row]] ^ products[1][bytes[(row + 1) % 4]] ^ products[2][bytes[(row + 2) % 4]]
              ^ products[0][bytes[(row + 3) % 4]]
          }
        }
      }
      state = next
    }
    return state
  }
}
