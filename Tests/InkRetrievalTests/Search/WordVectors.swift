import InkChat
import InkTesting

/// Vectors that count words, so that texts with common words are near each other.
enum WordVectors {
  static let dimension = 128

  static let embedder = ScriptedEmbedder(dimension: dimension) { text, _ in vector(text) }

  /// The number of times that each word is in a text; a Chinese character is a word.
  static func vector(_ text: String) -> [Float] {
    var vector = [Float](repeating: 0, count: dimension)
    // No text is without a direction.
    vector[0] = 0.01
    var word = ""
    func finish() {
      guard !word.isEmpty else { return }
      var hash: UInt64 = 0xCBF2_9CE4_8422_2325
      for byte in word.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
      // Short words leave the upper bits alone without this.
      hash = (hash ^ hash >> 33) &* 0xFF51_AFD7_ED55_8CCD
      vector[Int(hash >> 40) % dimension] += 1
      word = ""
    }
    for character in text.lowercased() {
      if character.isASCII {
        if character.isLetter || character.isNumber { word.append(character) } else { finish() }
      } else {
        finish()
        word.append(character)
        finish()
      }
    }
    finish()
    return vector
  }
}
