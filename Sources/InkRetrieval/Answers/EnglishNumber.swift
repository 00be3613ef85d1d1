/// A number in English words, built word by word.
struct EnglishNumber {
  private static let small: [String: Int] = [
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60,
    "seventy": 70, "eighty": 80, "ninety": 90,
  ]
  private static let scales: [String: Int] = ["hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12]

  private var words: [String] = []
  private var total = 0
  private var group = 0
  /// The smallest scale so far: a number goes from large to small.
  private var lastZeros = Int.max

  /// Zeros that a scale stands for.
  static func zeros(of word: String) -> Int? { scales[word] }

  /// Takes the next word.
  ///
  /// - Returns: false where the word does not go on with the number.
  mutating func add(_ word: String) -> Bool {
    if let value = EnglishNumber.small[word] {
      let isFree = value < 10 ? group % 10 == 0 && group % 100 != 10 : group % 100 == 0
      guard words.isEmpty || (isFree && value > 0 && words.last != "zero") else { return false }
      group += value
    } else if let zeros = EnglishNumber.scales[word] {
      if word == "hundred" {
        guard group < 10 else { return false }
        group = max(group, 1) * 100
      } else {
        guard zeros < lastZeros, group < 1000, words.isEmpty || group > 0 else { return false }
        total += max(group, 1) * EnglishNumber.power(zeros)
        (group, lastZeros) = (0, zeros)
      }
    } else {
      return false
    }
    words.append(word)
    return true
  }

  /// The value; nil for no number, and for `one` alone.
  var value: Int? { words.isEmpty || words == ["one"] ? nil : total + group }

  private static func power(_ zeros: Int) -> Int { (0..<zeros).reduce(1) { value, _ in value * 10 } }
}
