/// The name of a shard, `PREFIX-00001-of-00003.gguf`.
struct GGUFShardName {
  let prefix: String
  let number: Int
  let count: Int

  init?(_ path: String) {
    guard path.hasSuffix(".gguf") else { return nil }
    let parts = path.dropLast(5).split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count >= 4, parts[parts.count - 2] == "of", let number = GGUFShardName.number(parts[parts.count - 3]),
      let count = GGUFShardName.number(parts[parts.count - 1]), number <= count
    else { return nil }
    self.prefix = parts.dropLast(3).joined(separator: "-")
    self.number = number
    self.count = count
  }

  init(prefix: String, number: Int, count: Int) {
    self.prefix = prefix
    self.number = number
    self.count = count
  }

  private static func number(_ text: Substring) -> Int? {
    guard text.utf8.count == 5, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let value = Int(text), value > 0
    else { return nil }
    return value
  }

  static func padded(_ number: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(5 - text.count, 0)) + text
  }

  /// The path of another shard of the same model.
  func path(_ number: Int) -> String {
    "\(prefix)-\(GGUFShardName.padded(number))-of-\(GGUFShardName.padded(count)).gguf"
  }
}
