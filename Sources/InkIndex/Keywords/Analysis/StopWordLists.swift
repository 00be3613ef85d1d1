/// Words so frequent that they tell no topic.
enum StopWordLists {
  static let english: [String] = """
    a an and are as at be been but by can could did do does for from had has have he her his how i if in into is it its \
    me my no not of on or our she should so than that the their them then there these they this those to was we were \
    what when where which while who will with would you your
    """.split(separator: " ").map(String.init)

  static let chinese: [String] = """
    的 了 和 是 在 也 就 都 而 及 与 或 着 之 其 等 被 把 从 对 到 于 以 并 但 还 很 又 个 这 那 这个 那个 我 你 他 她 它 \
    我们 你们 他们 吗 呢 吧 啊 因为 所以 如果 但是 以及 一个 没有 可以
    """.split(separator: " ").map(String.init)
}
