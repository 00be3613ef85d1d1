import InkChat
import InkRetrieval
import InkTesting
import Testing

@Suite("Negation in answers")
struct NegationTests {
  @Test(
    "clauses deny or affirm, and what only looks like a negation does not deny",
    arguments: [
      ("The lamp does not blink.", "-"), ("The lamp blinks.", "+"), ("It isn’t ready", "-"), ("It can't fail", "-"),
      ("The lamp is red and does not blink.", "+-"), ("It does not support WPA and WEP.", "-"),
      ("It does not support WPA, WEP, or TKIP.", "-"), ("When it is not on, hold the reset button.", "-+"),
      ("It is not slow, but the fan is loud.", "-+"), ("Neither the red nor the green lamp blinks.", "--"),
      ("It never stops without a reason.", "+"), ("See No. 5 and 1,234.5 pages.", "++"), ("not only red", "+"),
      ("There is no doubt.", "+"), ("No water is left.", "-"), ("Bleach is prohibited.", "-"),
      ("knot, snow, notes", "+"),
      ("指示灯不闪烁。", "-"), ("指示灯闪烁。", "+"), ("没有保修", "-"), ("不得不重启", "+"), ("是不是红色", "+"), ("有没有保修", "+"),
      ("不仅支持WPA", "+"), ("非常稳定的无线路由器", "+"), ("不支持WPA、WEP", "-"), ("指示灯亮红灯且不闪烁", "+-"),
      ("不是漂白剂而是白醋", "-+"), ("如果没有亮灯，按住路由器的重置按钮。", "-+"), ("禁止使用漂白剂", "-"), ("从未断开", "-"),
    ])
  func clauses(_ text: String, _ polarities: String) {
    let found = NegationReader.clauses(of: text)
    #expect(found.map { $0.polarity == .negated ? "-" : "+" }.joined() == polarities, "\(found)")
  }

  @Test(
    "a sentence that denies what its source affirms, or affirms what it denies, is not supported",
    arguments: [
      ("The router has no warranty of 24 months.", false), ("The router has a warranty of 24 months.", true),
      ("The kettle must be cleaned with bleach.", false), ("The kettle must not be cleaned with bleach.", true),
      ("The kettle must never be cleaned with bleach.", true),
      ("The lamp of the kettle is red and does not blink.", true), ("The lamp of the kettle is red.", true),
      ("The lamp of the kettle is red and blinks.", false),
      ("路由器的保修期不是二十四个月。", false), ("路由器的保修期是二十四个月。", true),
      ("水壶可以用漂白剂清洗。", false), ("水壶不可以用漂白剂清洗。", true), ("水壶没有漂白剂清洗。", true),
      ("如果指示灯没有亮，请按住路由器的重置按钮十秒。", true), ("如果指示灯没有亮，请不要按住路由器的重置按钮十秒。", false),
    ])
  func support(_ sentence: String, _ isSupported: Bool) async throws {
    let library = try await SampleLibrary([
      ("router.txt", "The router has a warranty of 24 months."),
      (
        "kettle.txt",
        "The kettle must not be cleaned with bleach.\nThe lamp of the kettle is red and does not blink."
      ),
      ("手册.txt", "路由器的保修期为二十四个月。\n水壶不可以用漂白剂清洗。\n如果指示灯没有亮，请按住路由器的重置按钮十秒。"),
    ])
    let answer = try await KnowledgeAnswerer(
      library.search(SearchPlan(count: 9)), model: ScriptedChatModel(sentence)
    ).stream("路由器 水壶 router kettle warranty bleach lamp").answer()
    #expect(answer.supported.map(\.supported) == [isSupported])
    #expect(answer.citations.isEmpty == !isSupported)
  }

  @Test("long texts of one clause are read in a time that grows with their length alone")
  func long() {
    let text = String(repeating: "不能说", count: 100_000) + String(repeating: " not", count: 100_001)
    #expect(NegationReader.clauses(of: text).map(\.polarity) == [.negated])
  }
}
