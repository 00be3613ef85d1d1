/// Words that ask and do not tell what about.
enum QuestionWords {
  /// English ones that are no stop words of a search, as the standard analyzer leaves them.
  static let english: Set<String> = [
    "why", "whi", "whose", "whom", "many", "much", "long", "often", "must", "need", "pleas", "please", "tell",
    "explain", "describ", "describe", "give", "happen",
  ]

  /// A text with the Chinese ones cut out, so that no pair of characters is made with them. Longer ones come first.
  static func removed(from text: String) -> String {
    chinese.reduce(text) { $0.replacing($1, with: " ") }
  }

  private static let chinese = [
    "什么时候", "为什么", "怎么样", "怎么办", "是什么", "有没有", "能不能", "可不可以", "多少", "什么", "怎么", "怎样", "如何", "哪一", "哪个",
    "哪些", "哪里", "哪儿", "由谁", "是谁", "请问", "是否", "多久", "几个", "几天", "几点", "谁", "哪", "吗", "呢", "几", "的",
  ]
}
