/// Phrases that need no documents, compared without punctuation, white space and letter case.
public struct IntentDictionary: Sendable, Hashable {
  private let phrases: Set<String>

  /// A dictionary of one's own phrases.
  public init(_ phrases: some Sequence<String>) {
    self.phrases = Set(phrases.map(IntentDictionary.plain))
  }

  /// Greetings, thanks and farewells in English and Chinese.
  public static let smallTalk = IntentDictionary([
    "hi", "hello", "hey", "hi there", "hello there", "good morning", "good afternoon", "good evening", "good night",
    "how are you", "how are you doing", "thanks", "thank you", "thank you very much", "thanks a lot", "ok", "okay",
    "great", "bye", "goodbye", "see you", "who are you", "what can you do", "你好", "您好", "你好啊", "嗨", "哈喽", "早上好",
    "上午好", "下午好", "晚上好", "晚安", "谢谢", "谢谢你", "多谢", "非常感谢", "好的", "好", "嗯", "再见", "拜拜", "你是谁", "你叫什么名字",
    "你能做什么", "你好吗", "最近怎么样",
  ])

  /// Whether a message is one of the phrases and nothing more.
  public func holds(_ message: String) -> Bool { phrases.contains(IntentDictionary.plain(message)) }

  private static func plain(_ text: String) -> String {
    String(text.lowercased().filter { $0.isLetter || $0.isNumber })
  }
}
