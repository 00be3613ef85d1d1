/// AES with a key of 16 or 32 bytes in cipher block chaining (FIPS 197), as protected PDF files use it.
struct PDFBlockCipher {
  private static let blockSize = 16

  /// The keys of all rounds, 16 bytes each.
  private let schedule: [UInt8]
  private let rounds: Int

  /// The cipher of a key; nil when the key is of another length.
  init?(key: [UInt8]) {
    guard key.count == 16 || key.count == 32 else { return nil }
    rounds = key.count / 4 + 6
    schedule = PDFBlockCipher.expanded(key, rounds: rounds)
  }

  // MARK: Data

  /// Data whose first block is the initial vector and whose last byte tells the padding. Data that is no whole number of
  /// blocks loses its tail.
  func decrypted(_ data: [UInt8]) -> [UInt8] {
    guard data.count >= 2 * PDFBlockCipher.blockSize else { return [] }
    var result = decrypted(data[PDFBlockCipher.blockSize...], vector: Array(data.prefix(PDFBlockCipher.blockSize)))
    if let padding = result.last, padding >= 1, padding <= 16 { result.removeLast(Int(padding)) }
    return result
  }

  /// Whole blocks of data without padding.
  func decrypted(_ data: ArraySlice<UInt8>, vector: [UInt8]) -> [UInt8] {
    let size = PDFBlockCipher.blockSize
    var result: [UInt8] = []
    result.reserveCapacity(data.count)
    var before = vector
    var state = [UInt8](repeating: 0, count: size)
    var scratch = state
    for start in stride(from: data.startIndex, through: data.endIndex - size, by: size) {
      for index in 0..<size { state[index] = data[start + index] }
      decryptBlock(&state, &scratch)
      for index in 0..<size {
        result.append(state[index] ^ before[index])
        before[index] = data[start + index]
      }
    }
    return result
  }

  /// Whole blocks of data without padding.
  func encrypted(_ data: [UInt8], vector: [UInt8]) -> [UInt8] {
    let size = PDFBlockCipher.blockSize
    var result: [UInt8] = []
    result.reserveCapacity(data.count)
    var state = vector
    var scratch = state
    for start in stride(from: 0, through: data.count - size, by: size) {
      for index in 0..<size { state[index] ^= data[start + index] }
      encryptBlock(&state, &scratch)
      result.append(contentsOf: state)
    }
    return result
  }

  // MARK: Blocks

  private func decryptBlock(_ state: inout [UInt8], _ next: inout [UInt8]) {
    for index in 0..<16 { state[index] ^= schedule[16 * rounds + index] }
    for round in (0..<rounds).reversed() {
      for column in 0..<4 {
        for row in 0..<4 {
          next[(column + row) % 4 * 4 + row] = AESTables.inverseSubstitution[Int(state[column * 4 + row])]
        }
      }
      for index in 0..<16 { next[index] ^= schedule[16 * round + index] }
      guard round > 0 else { break }
      for column in stride(from: 0, to: 16, by: 4) {
        let (a, b, c, d) = (Int(next[column]), Int(next[column + 1]), Int(next[column + 2]), Int(next[column + 3]))
        let (nine, eleven) = (AESTables.nine, AESTables.eleven)
        let (thirteen, fourteen) = (AESTables.thirteen, AESTables.fourteen)
        state[column] = fourteen[a] ^ eleven[b] ^ thirteen[c] ^ nine[d]
        state[column + 1] = nine[a] ^ fourteen[b] ^ eleven[c] ^ thirteen[d]
        state[column + 2] = thirteen[a] ^ nine[b] ^ fourteen[c] ^ eleven[d]
        state[column + 3] = eleven[a] ^ thirteen[b] ^ nine[c] ^ fourteen[d]
      }
    }
    swap(&state, &next)
  }

  private func encryptBlock(_ state: inout [UInt8], _ next: inout [UInt8]) {
    for index in 0..<16 { state[index] ^= schedule[index] }
    for round in 1...rounds {
      for column in 0..<4 {
        for row in 0..<4 {
          next[column * 4 + row] = AESTables.substitution[Int(state[(column + row) % 4 * 4 + row])]
        }
      }
      if round < rounds {
        for column in stride(from: 0, to: 16, by: 4) {
          let (a, b, c, d) = (next[column], next[column + 1], next[column + 2], next[column + 3])
          let sum = a ^ b ^ c ^ d
          next[column] = a ^ sum ^ AESTables.doubled(a ^ b)
          next[column + 1] = b ^ sum ^ AESTables.doubled(b ^ c)
          next[column + 2] = c ^ sum ^ AESTables.doubled(c ^ d)
          next[column + 3] = d ^ sum ^ AESTables.doubled(d ^ a)
        }
      }
      for index in 0..<16 { state[index] = next[index] ^ schedule[16 * round + index] }
    }
  }

  private static func expanded(_ key: [UInt8], rounds: Int) -> [UInt8] {
    var words = key
    let length = key.count / 4
    var constant: UInt8 = 1
    for index in length..<(4 * (rounds + 1)) {
      var word = Array(words[(4 * index - 4)..<(4 * index)])
      if index % length == 0 {
        word = [word[1], word[2], word[3], word[0]].map { AESTables.substitution[Int($0)] }
        word[0] ^= constant
        constant = AESTables.doubled(constant)
      } else if length > 6, index % length == 4 {
        word = word.map { AESTables.substitution[Int($0)] }
      }
      for byte in 0..<4 { words.append(words[4 * (index - length) + byte] ^ word[byte]) }
    }
    return words
  }
}
