import InkRetrieval
import Testing

@Suite("Numbers in texts")
struct NumberReaderTests {
  @Test(
    "digits, words and numerals of one value are one number",
    arguments: [
      ("24 months", ["24"]), ("twenty-four months", ["24"]), ("二十四个月", ["24"]), ("２４个月", ["24"]),
      ("1,234.5 km", ["1234.5"]), ("one thousand two hundred and thirty-four", ["1234"]), ("一千二百三十四", ["1234"]),
      ("3 million", ["3000000"]), ("3.5万", ["35000"]), ("三百五十万", ["3500000"]), ("两亿三千万", ["230000000"]),
      ("1.25 billion", ["1250000000"]), ("二〇二四年", ["2024"]), ("a hundred", ["100"]), ("十五", ["15"]), ("0.5", ["0.5"]),
    ])
  func values(_ text: String, _ numbers: [String]) { #expect(NumberReader.numbers(in: text) == Set(numbers)) }

  @Test(
    "lists, signs, dates and versions keep their parts apart",
    arguments: [
      ("pages 3,4", ["3", "4"]), ("1,2345", ["1", "2345"]), ("at -5 degrees", ["-5"]), ("3-5 days", ["3", "5"]),
      ("2024-05-01", ["2024", "05", "01"]), ("version 1.2.3.", ["1.2.3"]), ("five, six", ["5", "6"]),
      ("twenty thirty", ["20", "30"]), ("two hundred two", ["202"]), ("end.", []),
    ])
  func parts(_ text: String, _ numbers: [String]) { #expect(NumberReader.numbers(in: text) == Set(numbers)) }

  @Test(
    "articles and words that only look like numbers are none", arguments: ["one day", "一个", "千万", "network", "often"])
  func none(_ text: String) { #expect(NumberReader.numbers(in: text).isEmpty) }

  @Test("numbers beyond every size are read without harm")
  func huge() {
    let nines = String(repeating: "9", count: 300)
    #expect(NumberReader.numbers(in: nines) == [nines])
    _ = NumberReader.numbers(in: String(repeating: "九亿", count: 30))
    _ = NumberReader.numbers(in: String(repeating: "nine trillion ", count: 30))
    _ = NumberReader.numbers(in: "9" + String(repeating: "亿", count: 100))
  }
}
